"""Olga writes from the work list, looks at each mail, sends, and sees whom it reached."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clusters.models import Message, Organisation, User
from events.choices import TeamRole
from events.models import Event, Mailing, Registration
from matchmaking import tasks
from matchmaking.reads.organiser.mailings import mailing_page, mailings_page
from matchmaking.wording.mailings import first_texts
from tests.cast import DelegateFactory, RegistrationFactory, RepresentativeFactory, TeamFactory
from tests.participants import Visit
from tests.sure import sure

pytestmark = pytest.mark.django_db
MAILS = "/organise/monterrey-2031/mails/"
NEW = MAILS + "to/no_delegate/"


@pytest.fixture
def anas(event: Event, galician: Organisation, ana: User, beto: User) -> Registration:
    """Ana's organisation comes, with nobody named."""
    User.objects.filter(pk=ana.pk).update(language="es")
    return RegistrationFactory(event=event, organisation=galician)


def written(as_user: Visit, olga: User, *registrations: Registration, **fields: str) -> Mailing:
    data = {
        "subject": "Who comes?",
        "body": "Tell us, {person}.",
        "subject_es": "¿Quién viene?",
        "body_es": "Díganos, {person}.",
        "registrations": [one.pk for one in registrations],
        **fields,
    }
    assert as_user(olga).post(NEW, data).status_code == 302
    return sure(Mailing.objects.order_by("pk").last())


def test_she_starts_from_the_work_list_with_texts_and_recipients(
    anas: Registration, olga: User, as_user: Visit
) -> None:
    ready = RegistrationFactory(event=anas.event)
    DelegateFactory(registration=ready)
    assert NEW in as_user(olga).get("/organise/monterrey-2031/work/").content.decode()
    html = as_user(olga).get(NEW).content.decode()
    assert "{event}: who comes for {organisation}?" in html
    assert f'value="{anas.pk}"' in html
    assert f'value="{ready.pk}"' not in html


def test_she_is_told_when_only_one_language_was_rewritten(
    anas: Registration, olga: User, as_user: Visit
) -> None:
    first = first_texts("no_delegate")
    fresh = {name: first[name] for name in ("subject", "body", "subject_es", "body_es")}
    for changes, told in (({}, False), ({"body": "Mine."}, True), ({"body_es": "Mío."}, False)):
        mailing = written(as_user, olga, anas, **{**fresh, **changes})
        html = as_user(olga).get(f"{MAILS}{mailing.pk}/").content.decode()
        assert ("You rewrote the English text only." in html) == told


def test_an_empty_group_says_so(event: Event, olga: User, as_user: Visit) -> None:
    assert "Nobody to write to" in as_user(olga).get(NEW).content.decode()
    assert as_user(olga).get(MAILS + "to/friends/").status_code == 404
    assert "No mail yet" in as_user(olga).get(MAILS).content.decode()


def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    anas: Registration, olga: User, as_user: Visit
) -> None:
    data = {"subject": "Hello {name}", "body": "My words", "registrations": [anas.pk]}
    answer = as_user(olga).post(NEW, data)
    assert answer.status_code == 400
    html = answer.content.decode()
    assert "{name} cannot be filled in" in html
    assert "My words" in html
    assert not Mailing.objects.exists()
    mailing = written(as_user, olga, anas)
    change = f"{MAILS}{mailing.pk}/change/"
    assert "Tell us, {person}." in as_user(olga).get(change).content.decode()
    assert as_user(olga).post(change, data).status_code == 400
    assert as_user(olga).post(change, {**data, "subject": "Hello"}).status_code == 302
    mailing.refresh_from_db()
    assert mailing.subject == "Hello"


def test_she_reads_each_mail_before_it_goes(
    anas: Registration, olga: User, ana: User, as_user: Visit
) -> None:
    mailing = written(as_user, olga, anas)
    html = as_user(olga).get(f"{MAILS}{mailing.pk}/").content.decode()
    assert "Nothing was sent yet." in html
    assert "Díganos, Ana." in html
    assert "Send to 1 person" in html


def test_she_sends_and_sees_whom_it_reached(
    anas: Registration, event: Event, olga: User, as_user: Visit
) -> None:
    nobody = RegistrationFactory(event=event, organisation__name="Nobody there")
    mailing = written(as_user, olga, anas, nobody)
    path = f"{MAILS}{mailing.pk}/"
    assert "1 organisation has nobody to write to:" in as_user(olga).get(path).content.decode()
    html = as_user(olga).post(path + "send/", follow=True).content.decode()
    assert "On its way." in html
    tasks.send_mailing.func(mailing.pk)
    assert "1 waits" in as_user(olga).get(path).content.decode()
    Message.objects.update(state="failed", error="SMTPError: no such box")
    html = as_user(olga).get(path).content.decode()
    assert "1 failed" in html
    assert "no such box" in html
    Message.objects.update(state="sent")
    assert "Look again" not in as_user(olga).get(path).content.decode()
    again = as_user(olga).post(path + "send/", follow=True).content.decode()
    assert "went out already" in again
    assert "went out already" in (
        as_user(olga).post(path + "discard/", follow=True).content.decode()
    )
    assert "Who comes?" in as_user(olga).get(MAILS).content.decode()
    assert as_user(olga).post(path + "change/", {
        "subject": "x", "body": "y", "registrations": [anas.pk]
    }).status_code == 400  # fmt: skip


def test_she_throws_one_away(anas: Registration, olga: User, as_user: Visit) -> None:
    mailing = written(as_user, olga, anas)
    html = as_user(olga).post(f"{MAILS}{mailing.pk}/discard/", follow=True).content.decode()
    assert "nobody was written to" in html
    assert not Mailing.objects.exists()


def test_a_viewer_reads_and_does_not_write(
    anas: Registration, event: Event, olga: User, beto: User, as_user: Visit
) -> None:
    mailing = written(as_user, olga, anas)
    TeamFactory(event=event, user=beto, role=TeamRole.VIEWER)
    html = as_user(beto).get(f"{MAILS}{mailing.pk}/").content.decode()
    assert "Send to" not in html
    assert as_user(beto).post(f"{MAILS}{mailing.pk}/send/").status_code == 403
    assert as_user(beto).get(NEW).status_code == 403


def test_pages_ask_the_database_as_often_for_many(
    anas: Registration, event: Event, olga: User, as_user: Visit
) -> None:
    mailing = written(as_user, olga, anas)
    assert mailing.event == event  # loaded before anything is counted

    def queries() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as one:
            mailing_page(mailing, olga)
        with CaptureQueriesContext(connection) as many:
            mailings_page(event, olga)
        return len(one), len(many)

    few = queries()
    for _one in range(5):
        registration = RegistrationFactory(event=event)
        RepresentativeFactory(organisation=registration.organisation)
        mailing.registrations.add(registration)
        written(as_user, olga, anas)
    assert queries() == few
