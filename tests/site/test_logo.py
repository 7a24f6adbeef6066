"""An organisation's logo: on its profile for whoever sees it, and only when it is a picture."""

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from clusters.actions import remove_logo, set_logo
from clusters.adapters import MOST_BYTES
from clusters.choices import OrganisationStatus
from clusters.models import Logo, Organisation, User
from tests.pictures import png, svg
from tests.site.test_own_profile import signed_in, text_of

PAGE, PICTURE = "/profile/logo/", "/organisations/galician-cluster/logo/"


def upload(client: Client, content: bytes, name: str = "logo.png") -> tuple[int, str]:
    answer = client.post(PAGE, {"picture": SimpleUploadedFile(name, content)})
    return answer.status_code, answer.content.decode()


def test_ana_puts_a_logo_on_the_profile_and_takes_it_off(
    galician: Organisation, ana: User, client: Client
) -> None:
    own = signed_in(ana)
    assert "No logo is on the profile" in text_of(own, PAGE)
    assert upload(own, png(40, 20))[0] == 302
    logo = Logo.objects.get()
    assert (logo.media_type, logo.width, logo.height) == ("image/png", 40, 20)
    for page in ("/profile/", "/organisations/galician-cluster/", PAGE):
        assert f'src="{PICTURE}?v={logo.digest}"' in text_of(own, page)
    assert f'src="{PICTURE}' in text_of(client, "/organisations/galician-cluster/"), "for visitors"
    shown = client.get(PICTURE)
    assert (shown.content, shown["Content-Type"]) == (png(40, 20), "image/png")
    assert "sandbox" in shown["Content-Security-Policy"]
    assert client.get(PICTURE, headers={"If-None-Match": shown["ETag"]}).status_code == 304
    assert own.post("/profile/logo/remove/").status_code == 302
    assert client.get(PICTURE).status_code == 404
    assert "<img" not in text_of(client, "/organisations/galician-cluster/").split("<main")[1]


def test_another_logo_takes_the_place_of_the_first(galician: Organisation, ana: User) -> None:
    first = set_logo(galician, content=png(), actor=ana)
    second = set_logo(galician, content=svg(), actor=ana)
    assert Logo.objects.get().digest == second.digest != first.digest


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty"),
        (b"\x89PNG\r\n\x1a\n" + b"x" * MOST_BYTES, "larger than 5 MB"),
        (b"%PDF-1.7", "Export a PDF as PNG first"),
        (png()[:40], "no whole picture"),
        (svg("<script>alert(1)</script>"), "scripts"),
        (png(400, 20), "strip"),
    ],
)
def test_what_is_no_picture_is_refused_and_the_old_one_stays(
    galician: Organisation, ana: User, content: bytes, words: str
) -> None:
    before = set_logo(galician, content=png(), actor=ana)
    status, html = upload(signed_in(ana), content)
    assert status == 400
    assert words in html
    assert Logo.objects.get().digest == before.digest


def test_without_a_file_the_form_says_so(galician: Organisation, ana: User) -> None:
    answer = signed_in(ana).post(PAGE, {"picture": ""})
    assert answer.status_code == 400
    assert "1 thing to mend" in answer.content.decode()


def test_only_those_who_may_change_the_profile_change_its_logo(
    galician: Organisation, ana: User, beto: User, carla: User
) -> None:
    for person in (beto, carla):
        with pytest.raises(PermissionDenied):
            set_logo(galician, content=png(), actor=person)
        with pytest.raises(PermissionDenied):
            remove_logo(galician, actor=person)


def test_the_logo_of_a_draft_is_seen_by_its_own_people_only(
    galician: Organisation, ana: User, carla: User, client: Client
) -> None:
    set_logo(galician, content=png(), actor=ana)
    Organisation.objects.filter(pk=galician.pk).update(status=OrganisationStatus.DRAFT)
    assert signed_in(ana).get(PICTURE).status_code == 200
    assert signed_in(carla).get(PICTURE).status_code == client.get(PICTURE).status_code == 404
