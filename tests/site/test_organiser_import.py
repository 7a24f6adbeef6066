"""Olga imports a list on the pages: upload, columns, dry run, decisions, report."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook

from clusters.models import Organisation, User
from events.choices import EventStatus
from events.models import Event, Registration, RegistrationImport
from tests.cast import OrganisationFactory
from tests.participants import Visit

IMPORT = "/organise/monterrey-2031/import/"
CALL = "/organise/monterrey-2031/call/"
PRETALX = "name,email,confirmed,Organisation\n"
pytestmark = pytest.mark.django_db


def upload(client: Client, content: bytes, name: str = "list.csv"):
    return client.post(IMPORT, {"file": SimpleUploadedFile(name, content)})


def chosen(**columns: object) -> dict[str, object]:
    return {"status": "applied", "unknown": "skip", "kind": "company", "side": "", **columns}


def test_a_list_goes_from_the_call_to_the_report(
    event: Event, galician: Organisation, nuevo_leon: Organisation, olga: User, as_user: Visit
) -> None:
    client = as_user(olga)
    assert f'href="{IMPORT}"' in client.get(CALL).content.decode()
    rows = "Ana,ana@x.example,True,Galician cluster\nLeo,leo@,True,Nuevo Leon clusters\n"
    answer = upload(client, (PRETALX + rows).encode())
    row = RegistrationImport.objects.get()
    columns, check = f"{IMPORT}{row.pk}/", f"{IMPORT}{row.pk}/check/"
    assert answer["Location"] == columns
    html = client.get(columns).content.decode()
    assert "looks like: pretalx, speakers" in html
    assert "ana@x.example" in html
    assert client.get(check)["Location"] == columns, "columns come first"

    data = chosen(person=0, email=1, state=2, organisation=3)
    assert client.post(columns, data)["Location"] == check
    html = client.get(check).content.decode()
    assert "1 name only resembles a profile" in html
    assert "This is no e-mail address" in html
    answer = client.post(check, {"whose:nuevo leon clusters": nuevo_leon.slug})
    assert answer["Location"] == check
    answer = client.post(f"{IMPORT}{row.pk}/apply/")
    assert answer.status_code == 409
    html = answer.content.decode()
    assert "1 row is wrong or undecided" in html
    assert f'action="{check}"' in html, "decisions made on the refusal are kept, not applied"
    assert f'href="{check}?show=' in html
    assert not Registration.objects.exists()

    book = load_workbook(io.BytesIO(client.get(f"{check}to-mend.xlsx").content))
    assert [cell.value for cell in book.active[2]][:2] == [3, "email"]

    answer = client.post(f"{IMPORT}{row.pk}/apply/", {"skip_broken": "on"}, follow=True)
    html = answer.content.decode()
    assert "1 new registration" in html
    assert "1 row left out" in html
    assert Registration.objects.get().organisation == galician
    for path in ("", "check/", "check/to-mend.xlsx"):
        assert client.get(f"{IMPORT}{row.pk}/{path}")["Location"].endswith("/report/")
    assert client.post(f"{IMPORT}{row.pk}/apply/")["Location"].endswith("/report/")
    assert "list.csv" in client.get(IMPORT).content.decode()


def test_the_same_headings_are_remembered_and_a_preset_changes_them(
    event: Event, olga: User, as_user: Visit
) -> None:
    client = as_user(olga)
    for _n in range(2):
        upload(client, (PRETALX + "Ana,a@x.example,True,Galician cluster\n").encode())
        row = RegistrationImport.objects.latest("pk")
        client.post(f"{IMPORT}{row.pk}/", chosen(organisation=3, person=0))
    upload(client, (PRETALX + "Ana,a@x.example,True,Galician cluster\n").encode())
    row = RegistrationImport.objects.latest("pk")
    assert row.columns == {"organisation": 3, "person": 0}
    html = client.get(f"{IMPORT}{row.pk}/").content.decode()
    assert "columns as the last time" in html
    html = client.get(f"{IMPORT}{row.pk}/?preset=pretalx-speakers").content.decode()
    assert "looks like: pretalx, speakers" in html


def test_a_guess_of_letters_is_said(event: Event, olga: User, as_user: Visit) -> None:
    client = as_user(olga)
    upload(client, "Organización;Nombre\nÑandú;Ana\n".encode("cp1252"))
    html = client.get(f"{IMPORT}{RegistrationImport.objects.get().pk}/").content.decode()
    assert "It was read as Windows Latin" in html
    assert "Ñandú" in html


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "The submitted file is empty"),
        (b"%PDF-1.7", "Save it as CSV or XLSX"),
        (b"x" * (5 * 1024**2 + 1), "larger than 5"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(
    event: Event, olga: User, as_user: Visit, content: bytes, says: str
) -> None:
    answer = upload(as_user(olga), content)
    assert answer.status_code == 400
    assert says in answer.content.decode()


def test_columns_without_an_organisation_are_refused(
    event: Event, olga: User, as_user: Visit
) -> None:
    client = as_user(olga)
    upload(client, b"One,Two\n1,2\n")
    path = f"{IMPORT}{RegistrationImport.objects.get().pk}/"
    answer = client.post(path, chosen(person=0))
    assert answer.status_code == 400
    assert "Choose the column that names the organisation" in answer.content.decode()


def test_a_decision_that_nobody_offered_is_refused(
    event: Event, nuevo_leon: Organisation, olga: User, as_user: Visit
) -> None:
    client = as_user(olga)
    upload(client, b"Organisation\nNuevo Leon clusters\n")
    path = f"{IMPORT}{RegistrationImport.objects.get().pk}/"
    client.post(path, chosen(organisation=0))
    answer = client.post(f"{path}check/", {"whose:nuevo leon clusters": "puente"})
    assert answer.status_code == 400


def test_a_list_is_erased_by_hand_and_is_then_over(
    event: Event, olga: User, as_user: Visit
) -> None:
    client = as_user(olga)
    upload(client, b"Organisation\nNobody\n")
    path = f"{IMPORT}{RegistrationImport.objects.get().pk}/"
    assert "Erased." in client.post(f"{path}discard/", follow=True).content.decode()
    again = client.post(f"{path}discard/", follow=True).content.decode()
    assert "Upload the file again" in again
    assert "Upload the file again" in client.get(path, follow=True).content.decode()
    assert client.get(f"{path}report/")["Location"] == IMPORT


def test_nothing_is_taken_after_the_end(event: Event, olga: User, as_user: Visit) -> None:
    Event.objects.filter(pk=event.pk).update(status=EventStatus.CLOSED)
    assert upload(as_user(olga), b"Organisation\nNobody\n").status_code == 409


def test_pages_of_a_long_list_ask_as_often_as_those_of_a_short_one(
    event: Event, olga: User, as_user: Visit, django_assert_max_num_queries
) -> None:
    client, counts = as_user(olga), []
    for number in range(60):
        OrganisationFactory(name=f"Known {number}")
    for size in (1, 60):
        text = "Organisation,Full name\n" + "".join(f"Known {n},P {n}\n" for n in range(size))
        upload(client, text.encode())
        path = f"{IMPORT}{RegistrationImport.objects.latest('pk').pk}/"
        client.post(path, chosen(organisation=0, person=1))
        client.get(f"{path}check/")
        with django_assert_max_num_queries(20) as seen:
            assert client.get(f"{path}check/").status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]
