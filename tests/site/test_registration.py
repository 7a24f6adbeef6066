"""Applying to an event, delegates, availability, withdrawing."""

import pytest
from django.test import Client

from clusters.choices import OrganisationStatus
from clusters.models import Organisation, User
from events.choices import EventStatus, RegistrationStatus
from events.models import Delegate, Event, Registration, Unavailability
from matchmaking.choices import MeetingStatus, RequestStatus
from matchmaking.models import Meeting, MeetingRequest
from tests.cast import DelegateFactory, RegistrationFactory, RepresentativeFactory, SessionFactory
from tests.participants import Visit

APPLY = "/events/monterrey-2031/apply/"
MINE = "/events/monterrey-2031/registration/"
TIMES = f"{MINE}availability/"
FORM = {"attendance": "on_site", "parallel": "1", "name": "Ana", "email": "ana@galician.example"}


# -- applying


def test_ana_applies_and_is_the_first_delegate(event: Event, ana: User, as_user: Visit) -> None:
    html = as_user(ana).get(APPLY).content.decode()
    assert 'value="ana@galician.example"' in html
    response = as_user(ana).post(APPLY, {**FORM, "formats": ["C2C"], "motivation": "Autopartes 🚗"})
    assert (response.status_code, response["Location"]) == (302, MINE)
    row = Registration.objects.get()
    assert (row.status, row.formats, row.motivation) == ("applied", ["C2C"], "Autopartes 🚗")
    delegate = row.delegates.get()
    assert (delegate.name, delegate.user) == ("Ana", ana)
    assert "you applied" in as_user(ana).get(MINE).content.decode()


def test_a_member_may_not_promise_for_the_organisation(
    event: Event, beto: User, as_user: Visit
) -> None:
    assert as_user(beto).get(APPLY).status_code == 403
    assert as_user(beto).post(APPLY, FORM).status_code == 403
    assert not Registration.objects.exists()


def test_somebody_who_acts_for_nobody_is_told_what_to_do(
    event: Event, clara: User, as_user: Visit
) -> None:
    html = as_user(clara).get(APPLY).content.decode()
    assert "You act for no organisation yet" in html


def test_applying_twice_is_refused_and_leads_to_what_is_there(
    anas: Registration, ana: User, as_user: Visit
) -> None:
    response = as_user(ana).post(APPLY, FORM)
    assert response.status_code == 409
    html = response.content.decode()
    assert "has applied to this event already" in html
    assert f'href="{MINE}"' in html
    assert Registration.objects.count() == 1


def test_after_the_call_the_page_says_so(event: Event, ana: User, as_user: Visit) -> None:
    event.status = EventStatus.PLANNING
    event.save()
    assert "takes no applications" in as_user(ana).get(APPLY).content.decode()
    assert as_user(ana).post(APPLY, FORM).status_code == 409


def test_an_unlisted_organisation_is_told_to_complete_its_profile(
    event: Event, galician: Organisation, ana: User, as_user: Visit
) -> None:
    galician.status = OrganisationStatus.DRAFT
    galician.save()
    response = as_user(ana).post(APPLY, FORM)
    assert response.status_code == 409
    assert "Complete your profile" in response.content.decode()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"name": ""}, "This field is required"),
        ({"name": "x" * 151}, "150"),
        ({"email": "no address"}, "valid email"),
        ({"parallel": "0"}, "greater than or equal to 1"),
        ({"parallel": "99"}, "less than or equal to 20"),
        ({"motivation": "x" * 1501}, "1500"),
        ({"attendance": "by boat"}, "not one of the available choices"),
        ({"formats": ["B2B"]}, "not one of the available choices"),
        ({"max_meetings": "2", "max_per_day": "3"}, "at most the most in all"),
    ],
)
def test_wrong_input_stands_next_to_the_form(
    event: Event, ana: User, as_user: Visit, wrong: dict, words: str
) -> None:
    response = as_user(ana).post(APPLY, {**FORM, **wrong})
    assert response.status_code == 400
    html = response.content.decode()
    assert "thing to mend" in html
    assert words in html
    assert not Registration.objects.exists(), "nothing half-written"


def test_drafts_and_unknown_events_are_not_found(event: Event, ana: User, as_user: Visit) -> None:
    event.status = EventStatus.DRAFT
    event.save()
    assert as_user(ana).get(APPLY).status_code == 404
    assert as_user(ana).post("/events/nothing/apply/", FORM).status_code == 404
    assert Client().get(APPLY).status_code == 302


# -- the registration


def test_nobody_else_sees_a_registration(
    anas: Registration, carla: User, clara: User, as_user: Visit
) -> None:
    for page in (MINE, TIMES, f"{MINE}delegates/"):
        assert as_user(carla).get(page).status_code == 404
        assert as_user(clara).get(page).status_code == 404


def test_ana_changes_how_they_take_part_and_beto_may_not(
    anas: Registration, ana: User, beto: User, as_user: Visit
) -> None:
    form = {"attendance": "remote", "parallel": "2", "max_meetings": "5"}
    assert as_user(beto).post(MINE, form).status_code == 403
    assert "owner or editor" in as_user(beto).get(MINE).content.decode()
    assert as_user(ana).post(MINE, form).status_code == 302
    anas.refresh_from_db()
    assert (anas.attendance, anas.parallel, anas.max_meetings) == ("remote", 2, 5)


def test_after_the_event_nothing_changes_any_more(
    event: Event, anas: Registration, ana: User, as_user: Visit
) -> None:
    event.status = EventStatus.CLOSED
    event.save()
    assert '<form class="form' not in as_user(ana).get(MINE).content.decode()
    response = as_user(ana).post(MINE, {"attendance": "remote", "parallel": "2"})
    assert response.status_code == 409
    assert "over or was cancelled" in response.content.decode()


def test_withdrawing_names_what_it_ends_and_ends_it(
    meeting: Meeting, ana: User, beto: User, as_user: Visit
) -> None:
    html = as_user(ana).get(MINE).content.decode()
    assert "1 open request ends." in html
    assert "1 meeting is cancelled and its partner is told at once." in html
    assert as_user(beto).post(f"{MINE}withdraw/").status_code == 403
    as_user(ana).post(f"{MINE}withdraw/")
    meeting.refresh_from_db()
    assert meeting.status == MeetingStatus.CANCELLED
    assert MeetingRequest.objects.get().status == RequestStatus.WITHDRAWN
    again = as_user(ana).post(f"{MINE}withdraw/")
    assert again.status_code == 409
    assert "cannot withdraw" in again.content.decode()


# -- delegates


def test_beto_names_changes_and_removes_a_delegate(
    anas: Registration, beto: User, as_user: Visit
) -> None:
    client = as_user(beto)
    client.post(f"{MINE}delegates/", {"name": "María", "languages": ["es", "gl"]})
    delegate = anas.delegates.get()
    assert (delegate.name, delegate.languages) == ("María", ["es", "gl"])
    page = f"{MINE}delegates/{delegate.pk}/"
    client.post(page, {"name": "Berta", "email": "beto@galician.example"})
    delegate.refresh_from_db()
    assert (delegate.name, delegate.user) == ("Berta", beto)
    assert "Berta and the times noted" in client.get(MINE).content.decode()
    client.post(f"{page}remove/")
    assert not anas.delegates.exists()


def test_who_sits_in_meetings_is_not_removed(meeting: Meeting, ana: User, as_user: Visit) -> None:
    delegate = Delegate.objects.get(user=ana)
    response = as_user(ana).post(f"{MINE}delegates/{delegate.pk}/remove/")
    assert response.status_code == 409
    assert "Ana sits in meetings" in response.content.decode()


def test_a_delegate_of_others_is_not_found(
    anas: Registration, carlas: Registration, ana: User, as_user: Visit
) -> None:
    theirs = DelegateFactory(registration=carlas, name="Carla")
    page = f"{MINE}delegates/{theirs.pk}/"
    assert as_user(ana).get(page).status_code == 404
    assert as_user(ana).post(page, {"name": "Mine now"}).status_code == 404
    assert as_user(ana).post(f"{page}remove/").status_code == 404


def test_script_in_a_name_stays_text(anas: Registration, ana: User, as_user: Visit) -> None:
    as_user(ana).post(f"{MINE}delegates/", {"name": "<script>x()</script>"})
    for page in (MINE, TIMES):
        html = as_user(ana).get(page).content.decode()
        assert "&lt;script&gt;x()" in html
        assert "<script>x()" not in html


# -- availability


def test_the_grid_shows_both_clocks_and_keeps_what_is_ticked(
    event: Event, anas: Registration, ana: User, as_user: Visit
) -> None:
    delegate = DelegateFactory(registration=anas, name="Ana", user=ana)
    html = as_user(ana).get(TIMES).content.decode()
    assert html.count('type="checkbox"') == 6
    assert ">09:00</time><small>16:00" in html
    first, second = event.slots.all()[:2]
    as_user(ana).post(TIMES, {"delegate": delegate.pk, "slots": [first.pk, second.pk]})
    assert set(Unavailability.objects.values_list("slot", flat=True)) == {first.pk, second.pk}
    assert as_user(ana).get(TIMES).content.decode().count(" checked") == 2
    as_user(ana).post(TIMES, {"delegate": delegate.pk})
    assert not Unavailability.objects.exists()


def test_a_time_with_a_meeting_cannot_be_taken_out(
    meeting: Meeting, ana: User, as_user: Visit
) -> None:
    delegate = Delegate.objects.get(user=ana)
    assert " disabled" in as_user(ana).get(TIMES).content.decode()
    response = as_user(ana).post(TIMES, {"delegate": delegate.pk, "slots": [meeting.slot_id]})
    assert response.status_code == 409
    assert "has a meeting at 09:00" in response.content.decode()


def test_foreign_slots_and_delegates_are_wrong_input(
    event: Event, anas: Registration, carlas: Registration, ana: User, as_user: Visit
) -> None:
    mine, theirs = (DelegateFactory(registration=one) for one in (anas, carlas))
    elsewhere = RegistrationFactory().event
    session = SessionFactory(event=elsewhere)
    slot = session.slots.create(
        event=elsewhere, starts_at=session.starts_at, ends_at=session.ends_at
    )
    assert as_user(ana).post(TIMES, {"delegate": mine.pk, "slots": [slot.pk]}).status_code == 400
    assert as_user(ana).post(TIMES, {"delegate": theirs.pk}).status_code == 400
    assert as_user(ana).post(TIMES, {}).status_code == 400
    assert not Unavailability.objects.exists()


def test_who_was_rejected_sees_it_and_can_change_nothing(
    anas: Registration, ana: User, as_user: Visit
) -> None:
    anas.status = RegistrationStatus.REJECTED
    anas.save()
    html = as_user(ana).get(MINE).content.decode()
    assert "your application was rejected" in html
    assert "Add a delegate" not in html
    assert as_user(ana).post(f"{MINE}delegates/", {"name": "X"}).status_code == 409


@pytest.mark.parametrize("times", [1, 3])
def test_pages_take_the_same_queries_whatever_they_hold(
    anas: Registration, ana: User, as_user: Visit, times: int, django_assert_max_num_queries
) -> None:
    for _number in range(times):
        DelegateFactory(registration=anas)
    RepresentativeFactory(organisation=anas.organisation)
    client = as_user(ana)
    with django_assert_max_num_queries(14):
        client.get(MINE)
    with django_assert_max_num_queries(12):
        client.get(TIMES)
