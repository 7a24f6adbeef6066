"""After the meetings: what came of them, what comes next, and the year for a funder."""

import datetime as dt
import io
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone, translation
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries

from clusters.choices import Role
from clusters.models import Message, Organisation, Representative, User
from events.models import Event, Slot
from matchmaking import actions
from matchmaking.choices import MeetingStatus
from matchmaking.models import Meeting, Outcome
from matchmaking.reads.after import after
from matchmaking.reads.year import year_paper
from tests.cast import (
    DelegateFactory,
    OrganisationFactory,
    RegistrationFactory,
    RequestFactory,
    UserFactory,
)
from tests.matchmaking.stories import mails
from tests.participants import Visit, start_now
from tests.refusals import refused
from tests.sure import sure

AFTER = "/after/"


@pytest.fixture
def over(meeting: Meeting) -> Meeting:
    """Their slot is over; nobody has marked the meeting."""
    start_now(meeting, minutes_ago=60, now=timezone.now())
    return Meeting.objects.get(pk=meeting.pk)


@pytest.fixture
def said(over: Meeting, ana: User) -> Outcome:
    """Ana has said how far it came and what she does next."""
    return actions.report_outcome(
        over,
        step="follow_up",
        note="They seek moulds",
        next_step="Send drawings",
        next_on=timezone.now().date(),
        actor=ana,
    )


def page_of(client: User, as_user: Visit, path: str = AFTER) -> str:
    return as_user(client).get(path).content.decode()


# -- saying it


def test_one_form_says_that_they_met_and_how_far_it_came(
    over: Meeting, ana: User, as_user: Visit
) -> None:
    address = f"/after/{over.pk}/"
    assert "1 meeting waits for a word" in page_of(ana, as_user)
    values = {"step": "letter", "note": "Draft by May", "next_step": "Draft", "next_on": ""}
    response = as_user(ana).post(address, values, follow=True)
    assert "Saved." in response.content.decode()
    outcome: Any = Outcome.objects.get()
    assert (outcome.step, outcome.note, outcome.recorded_by) == ("letter", "Draft by May", ana)
    over.refresh_from_db()
    assert over.status == MeetingStatus.HELD
    steps = outcome.history.order_by("pgh_id").values_list("step", flat=True)
    assert list(steps) == ["held", "follow_up", "letter"], "each rung has its line in the history"


def test_a_mistake_is_taken_back(said: Outcome, ana: User) -> None:
    assert actions.report_outcome(said.meeting, step="held", actor=ana).step == "held"


def test_both_sides_see_each_other_s_step_and_no_notes(
    said: Outcome, ana: User, carla: User, as_user: Visit
) -> None:
    html = page_of(carla, as_user, f"/after/{said.meeting_id}/")
    assert "follow-up" in html
    assert "They have said how far it came" in html
    assert "They seek moulds" not in html
    assert "Send drawings" not in html
    actions.report_outcome(said.meeting, step="held", actor=carla)
    assert "Confirmed by both: held" in page_of(carla, as_user, f"/after/{said.meeting_id}/")
    assert "They seek moulds" in page_of(ana, as_user, f"/after/{said.meeting_id}/")


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"step": ""}, "This field is required"),
        ({"step": "love"}, "Select a valid choice"),
        ({"step": "held", "next_on": "tomorrow"}, "Enter a valid date"),
        ({"step": "held", "next_on": "2031-04-01"}, "Say what is to be done on that day"),
        ({"step": "held", "note": "x" * 2001}, "at most 2000 characters"),
    ],
)
def test_wrong_input_is_named_and_nothing_typed_is_lost(
    over: Meeting, ana: User, as_user: Visit, values: dict, sentence: str
) -> None:
    typed = {"note": "Kept text", **values}
    response = as_user(ana).post(f"/after/{over.pk}/", typed)
    assert response.status_code == 400
    html = response.content.decode()
    assert sentence in html
    assert typed["note"] in html
    assert not Outcome.objects.exists()


def test_a_missed_meeting_has_no_outcome(over: Meeting, ana: User, as_user: Visit) -> None:
    actions.mark_missed(over, by=over.request.receiver.organisation, actor=ana)
    assert "They did not come" in page_of(ana, as_user)
    address = f"/after/{over.pk}/"
    assert "It is noted that they did not come" in page_of(ana, as_user, address)
    response = as_user(ana).post(address, {"step": "held"})
    assert response.status_code == 409
    assert "Mark the meeting as held first" in response.content.decode()
    actions.mark_held(over, actor=ana)
    actions.mark_missed(over, by=over.request.sender.organisation, actor=ana)
    assert "You did not come" in page_of(ana, as_user)
    assert "It is noted that you did not come" in page_of(ana, as_user, address)


def test_nothing_is_said_before_it_begins(meeting: Meeting, ana: User, as_user: Visit) -> None:
    assert "No meeting is over yet" in page_of(ana, as_user)
    assert "You have not met yet" in page_of(ana, as_user, f"/after/{meeting.pk}/")
    response = as_user(ana).post(f"/after/{meeting.pk}/", {"step": "held"})
    assert response.status_code == 409


def test_no_text_is_written_about_an_erased_event(said: Outcome, ana: User) -> None:
    old = timezone.now().date() - dt.timedelta(days=400)
    Event.objects.update(starts_on=old, ends_on=old, retention_days=90)
    meeting = Meeting.objects.get()
    with refused("erased"):
        actions.report_outcome(meeting, step="letter", note="Late", actor=ana)
    assert actions.report_outcome(meeting, step="letter", actor=ana).step == "letter"


def test_organisers_and_strangers_do_not_read_it(
    said: Outcome, olga: User, clara: User, as_user: Visit
) -> None:
    address = f"/after/{said.meeting_id}/"
    assert as_user(olga).get(address).status_code == 403
    assert as_user(clara).get(address).status_code == 404
    assert "No meeting is over yet" in page_of(clara, as_user)
    with pytest.raises(PermissionDenied):
        actions.report_outcome(said.meeting, step="held", actor=olga)


def test_a_delegate_who_acts_for_nobody_says_it_too(over: Meeting, as_user: Visit) -> None:
    delia = UserFactory(name="Delia")
    seat = over.seats.get(delegate__registration=over.request.receiver)
    seat.delegate = DelegateFactory(registration=over.request.receiver, user=delia)
    seat.save()
    html = page_of(delia, as_user)
    assert "Galician cluster" in html
    assert "For your funder" not in html
    response = as_user(delia).post(f"/after/{over.pk}/", {"step": "held"}, follow=True)
    assert response.status_code == 200
    assert Outcome.objects.get().organisation == over.request.receiver.organisation


# -- the next step


def test_the_next_step_is_ticked_off_and_taken_back(
    said: Outcome, ana: User, as_user: Visit
) -> None:
    html = page_of(ana, as_user)
    assert "Send drawings" in html
    assert "due" in html
    done = f"/after/{said.meeting_id}/done/"
    assert "Done." in as_user(ana).post(done, follow=True).content.decode()
    assert "<s>Send drawings</s>" in page_of(ana, as_user)
    assert "not done after all" in page_of(ana, as_user, f"/after/{said.meeting_id}/")
    as_user(ana).post(done, {"done": "0"})
    said.refresh_from_db()
    assert said.next_done_at is None


def test_another_next_step_is_open_again(said: Outcome, ana: User) -> None:
    actions.mark_next_step(said, is_done=True, actor=ana)
    again = actions.report_outcome(said.meeting, step="follow_up", next_step="Call", actor=ana)
    assert again.next_done_at is None


def test_without_a_next_step_nothing_is_ticked_off(
    over: Meeting, ana: User, carla: User, as_user: Visit
) -> None:
    done = f"/after/{over.pk}/done/"
    assert as_user(ana).post(done).status_code == 302
    outcome = actions.report_outcome(over, step="held", actor=ana)
    assert as_user(ana).post(done).status_code == 409
    with pytest.raises(PermissionDenied):
        actions.mark_next_step(outcome, is_done=True, actor=carla)


def in_the_morning(monkeypatch: pytest.MonkeyPatch, day: dt.date, hour: int) -> None:
    """It is so late, by the clock of Brussels, on a day of summer or winter."""
    moment = dt.datetime.combine(day, dt.time(hour, 30), dt.UTC)
    monkeypatch.setattr(timezone, "now", lambda: moment)


def test_whoever_wrote_it_down_is_reminded_once_in_the_morning(
    said: Outcome, ana: User, system: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    User.objects.filter(pk=ana.pk).update(time_zone="UTC")
    day = sure(said.next_on)
    in_the_morning(monkeypatch, day, 5)
    assert actions.remind_of_next_steps(actor=system) == 0, "it is night"
    in_the_morning(monkeypatch, day, 7)
    actions.remind_of_next_steps(actor=system)
    actions.remind_of_next_steps(actor=system)
    assert mails("next_step") == ["Ana"]


def test_a_step_that_is_done_or_old_reminds_nobody(
    said: Outcome, ana: User, system: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = sure(said.next_on)
    in_the_morning(monkeypatch, day + dt.timedelta(days=5), 12)
    assert actions.remind_of_next_steps(actor=system) == 0
    in_the_morning(monkeypatch, day, 12)
    actions.mark_next_step(said, is_done=True, actor=ana)
    assert actions.remind_of_next_steps(actor=system) == 0


def test_colleagues_are_reminded_where_the_author_has_left(
    said: Outcome, galician: Organisation, ana: User, beto: User, system: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Ana neither acts for the cluster nor sits in the meeting any more."""
    Representative.objects.filter(user=beto).update(role=Role.OWNER)
    Representative.objects.filter(user=ana).delete()
    said.meeting.seats.filter(delegate__user=ana).delete()
    in_the_morning(monkeypatch, sure(said.next_on), 22)
    actions.remind_of_next_steps(actor=system)
    assert Message.objects.get(template="next_step").recipient == beto


def test_only_the_house_reminds(ana: User) -> None:
    with pytest.raises(PermissionDenied):
        actions.remind_of_next_steps(actor=ana)


# -- the year


def test_home_leads_to_what_waits(over: Meeting, ana: User, as_user: Visit) -> None:
    assert "1 meeting waits for a word" in page_of(ana, as_user, "/home/")
    actions.report_outcome(over, step="held", actor=ana)
    assert "waits for a word" not in page_of(ana, as_user, "/home/")


def test_years_are_apart(said: Outcome, ana: User, as_user: Visit) -> None:
    another_meeting(said.meeting, hours_ago=24 * 800)
    page = after(ana, said.organisation, year="nonsense")
    assert page.year == page.years[0]
    old = after(ana, said.organisation, year=str(page.years[1]))
    assert [line.other.name for line in old.lines] == ["Third cluster"]
    assert f"?year={page.years[1]}" in page_of(ana, as_user)


def another_meeting(meeting: Meeting, *, hours_ago: int, name: str = "Third cluster") -> Meeting:
    """One more meeting of Ana's, long ago."""
    event = meeting.event
    there = RegistrationFactory(event=event, organisation=OrganisationFactory(name=name, side="mx"))
    request = RequestFactory(sender=meeting.request.sender, receiver=there, status="accepted")
    start = timezone.now() - dt.timedelta(hours=hours_ago)
    slot = event.slots.exclude(pk=meeting.slot_id).filter(meetings=None).latest("pk")
    Slot.objects.filter(pk=slot.pk).update(
        starts_at=start, ends_at=start + dt.timedelta(minutes=20)
    )
    return Meeting.objects.create(event=event, request=request, slot=slot)


def test_the_spreadsheet_holds_figures_and_meetings(
    said: Outcome, ana: User, carla: User, as_user: Visit
) -> None:
    actions.report_outcome(said.meeting, step="held", actor=carla)
    Outcome.objects.filter(pk=said.pk).update(note='=HYPERLINK("http://evil.example")')
    response = as_user(ana).get("/after/year.xlsx")
    assert "attachment" in response["Content-Disposition"]
    book = load_workbook(io.BytesIO(response.content))
    figures = {row[0]: row[1:] for row in book.worksheets[0].values}
    assert figures["held"] == (1, 1)
    assert figures["follow-up"] == (1, 0)
    assert figures["Organisation"][0] == "Galician cluster"
    headings, row = book.worksheets[1].values
    line = dict(zip(headings, row, strict=True))
    assert (line["Partner"], line["As we say"], line["As they say"]) == (
        "Nuevo León cluster", "follow-up", "held",
    )  # fmt: skip
    assert line["Confirmed by both"] == "held"
    cell = book.worksheets[1].cell(2, headings.index("Note") + 1)
    assert cell.data_type == "s", "what people wrote never runs as a formula"


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_paper_holds_no_notes(said: Outcome, ana: User, as_user: Visit, language: str) -> None:
    client = as_user(ana)
    User.objects.filter(pk=ana.pk).update(language=language)
    response = client.get("/after/year.pdf?paper=letter")
    assert response["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF")
    with translation.override("en"):
        paper = year_paper(after(ana, said.organisation))
    assert "They seek moulds" not in str(paper)
    assert paper["parts"][0]["rows"][1] == ["follow-up", "1", "0"]
    assert paper["parts"][1]["rows"][0][0].startswith("Nuevo León cluster")
    nothing = year_paper(after(UserFactory(), OrganisationFactory()))
    assert nothing["parts"][1]["rows"] == []


def test_the_list_asks_as_often_for_one_meeting_as_for_many(
    said: Outcome, ana: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    own = said.organisation
    with django_assert_num_queries(6):
        after(ana, own)
    another_meeting(said.meeting, hours_ago=3)
    another_meeting(said.meeting, hours_ago=5, name="Fourth cluster")
    with django_assert_num_queries(6):
        assert len(after(ana, own).lines) == 3


def test_unknown_steps_are_refused_by_the_action(over: Meeting, ana: User) -> None:
    with pytest.raises(ValidationError):
        actions.report_outcome(over, step="love", actor=ana)
