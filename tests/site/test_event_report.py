"""Olga reads what became of her event, and takes it out as files."""

import io
from typing import Any

import pytest
from openpyxl import load_workbook

from clusters.models import User
from events.choices import EventStatus
from events.models import Event
from matchmaking.choices import MeetingStatus, OutcomeStep, RequestStatus
from matchmaking.models import CheckIn, Meeting, MeetingRequest, Outcome
from matchmaking.reads.organiser.report import Part, Report, report
from matchmaking.reads.organiser.report.parts import kept_back, shown
from tests.cast import RequestFactory, SectorFactory, SectorFocusFactory
from tests.matchmaking.stories import agree, participant, publish
from tests.participants import Visit

REPORT = "/organise/monterrey-2031/report"
pytestmark = pytest.mark.django_db


def met(event: Event, olga: User, pairs: int) -> list[Meeting]:
    """So many pairs, all placed in release 1 and held."""
    Event.objects.filter(pk=event.pk).update(status=EventStatus.PLANNING)
    event.refresh_from_db()
    agreed = []
    for number in range(pairs):
        one, other = participant(event, f"E{number}", "eu"), participant(event, f"M{number}", "mx")
        agreed.append(agree(one, other))
    publish(event, olga, *((one, at % 6, at // 6) for at, one in enumerate(agreed)))
    Meeting.objects.filter(event=event).update(status=MeetingStatus.HELD)
    return list(Meeting.objects.filter(event=event).order_by("pk"))


def say(meeting: Meeting, step: str, *, both: bool = True) -> None:
    sides = (meeting.request.sender, meeting.request.receiver)
    for side in sides if both else sides[:1]:
        Outcome.objects.create(meeting=meeting, organisation=side.organisation, step=step)


def part(page: Report, code: str) -> Part:
    return next(one for one in page.parts if one.code == code)


def column(part: Part, at: int = 1) -> dict[Any, Any]:
    return {line.cells[0]: line.cells[at] for line in part.lines}


def test_the_funnel_counts_from_application_to_results(event: Event, olga: User) -> None:
    meetings = met(event, olga, 7)
    RequestFactory(
        sender=meetings[0].request.sender,
        receiver=meetings[1].request.receiver,
        status=RequestStatus.DECLINED,
    )
    for meeting in meetings[:6]:
        say(meeting, OutcomeStep.FOLLOW_UP, both=False)
    Meeting.objects.filter(pk=meetings[6].pk).update(status=MeetingStatus.CONFIRMED)
    page = report(event, olga)
    assert column(part(page, "organisations")) == {
        "applied": 14, "accepted": 14, "asked or were asked": 14, "got a meeting": 14,
        "held a meeting": 12,
    }  # fmt: skip
    found = column(part(page, "meetings"))
    assert (found["asked"], found["accepted"], found["placed"], found["held"]) == (8, 7, 7, 6)
    assert (found["reported on by a side"], found["follow-up"], found["trade"]) == (6, 6, 0)


def test_small_counts_of_outcomes_are_kept_back(event: Event, olga: User) -> None:
    meetings = met(event, olga, 7)
    for meeting in meetings[:2]:
        say(meeting, OutcomeStep.LETTER)
    found = column(part(report(event, olga), "definitions"))
    assert found["ECCP: formal agreement"] == "kept back"
    assert found["EEN: joint project"] == 0
    assert found["Meetings held"] == 7


def test_nothing_can_be_worked_out_from_what_is_shown() -> None:
    assert kept_back([9, 3, 6, 0]) == [9, None, None, 0]
    assert kept_back([9, 3, 2]) == [9, None, None]
    assert kept_back([0, 5]) == [0, 5]
    assert kept_back([4]) == [None]
    assert (shown(None), shown(5)) == ("kept back", 5)


def test_the_two_definitions_differ_over_the_same_meetings(event: Event, olga: User) -> None:
    for at, meeting in enumerate(met(event, olga, 12)):
        say(meeting, OutcomeStep.TRADE if at < 5 else OutcomeStep.FOLLOW_UP, both=at < 6)
    found = column(part(report(event, olga), "definitions"))
    assert found["ECCP: cooperation initiated"] == 12
    assert found["ECCP: cooperation established"] == 6
    assert found["EEN: business or technology agreement"] == 5


def test_sides_sectors_and_formats_are_told_apart(event: Event, olga: User) -> None:
    meetings = met(event, olga, 6)
    for meeting in meetings:
        say(meeting, OutcomeStep.FOLLOW_UP)
    ecosystem = SectorFactory(code="mobility")
    below = SectorFactory(code="automotive", parent=ecosystem)
    SectorFocusFactory(organisation=meetings[0].request.sender.organisation, sector=below)
    page = report(event, olga)
    assert column(part(page, "sides")) == {"EU side": 6, "Mexican side": 6}
    assert column(part(page, "sides"), 8) == {"EU side": 6, "Mexican side": 6}
    assert column(part(page, "sectors")) == {"Mobility": 1}
    assert column(part(page, "sectors"), 8) == {"Mobility": "kept back"}
    assert column(part(page, "formats")) == {"cluster to cluster (C2C)": 6}


def test_who_did_not_come_is_named_the_most_first(event: Event, olga: User) -> None:
    meetings = met(event, olga, 3)
    absent = meetings[0].request.sender.organisation
    Meeting.objects.filter(pk=meetings[0].pk).update(status=MeetingStatus.MISSED, missed_by=absent)
    Meeting.objects.filter(pk=meetings[1].pk).update(status=MeetingStatus.CONFIRMED)
    person = meetings[2].request.sender.delegates.get()
    CheckIn.objects.create(delegate=person)
    found = part(report(event, olga), "no_shows")
    assert [line.cells for line in found.lines] == [("E0", 1, 1, "100.0 %")]
    assert "1 meeting was missed (50.0 %)." in found.text
    assert "Of 1 meeting nobody has said" in found.text
    assert "1 of 6 delegates were checked in." in found.text


def test_a_long_list_of_absent_organisations_is_cut(event: Event, olga: User) -> None:
    requests = []
    for number in range(27):
        one, other = participant(event, f"E{number}", "eu"), participant(event, f"M{number}", "mx")
        requests.append(agree(one, other))
    slot = event.slots.all()[0]
    for request in requests:
        Meeting.objects.create(
            event=event, request=request, slot=slot, status=MeetingStatus.MISSED,
            missed_by=request.sender.organisation,
        )  # fmt: skip
    found = part(report(event, olga), "no_shows")
    assert len(found.lines) == 25
    assert found.notes == ("2 more organisations missed fewer.",)


def test_the_schedule_stands_against_its_bound(event: Event, olga: User) -> None:
    met(event, olga, 2)
    run = event.runs.get()
    run.value, run.bound = 90, 100
    run.save()
    found = part(report(event, olga), "schedule")
    assert column(found, 2)["Points placed"] == "90.0 %"
    assert column(found)["Meetings placed"] == 2


@pytest.mark.parametrize("pairs", [1, 3])
def test_the_report_takes_a_fixed_number_of_queries(
    event: Event, olga: User, django_assert_num_queries: Any, pairs: int
) -> None:
    met(event, olga, pairs)
    with django_assert_num_queries(QUERIES):
        report(event, olga)


QUERIES = 23


def test_olga_opens_the_page_and_its_files(event: Event, olga: User, as_user: Visit) -> None:
    met(event, olga, 6)
    client = as_user(olga)
    page = client.get(f"{REPORT}/").content.decode()
    assert 'class="share-bar"' in page
    assert "The whole event as one file" in page
    lines = client.get(f"{REPORT}.csv").content.decode("utf-8-sig").splitlines()
    assert lines[1] == "Organisations,applied,12,100.0 %"
    book = load_workbook(io.BytesIO(client.get(f"{REPORT}.xlsx").content))
    assert book["Organisations"]["B2"].value == 12
    pdf = client.get(f"{REPORT}.pdf", {"paper": "letter"}).content
    assert b"/StructTreeRoot" in pdf


def test_an_event_without_applications_says_so(event: Event, olga: User, as_user: Visit) -> None:
    assert "Nothing to count yet" in as_user(olga).get(f"{REPORT}/").content.decode()


def test_request_without_an_answer_time_counts(event: Event, olga: User) -> None:
    meetings = met(event, olga, 1)
    request = meetings[0].request
    MeetingRequest.objects.filter(pk=request.pk).update(answered_at=request.sent_at)
    notes = part(report(event, olga), "meetings").notes
    assert notes == ("Half of the answers came within an hour.",)
