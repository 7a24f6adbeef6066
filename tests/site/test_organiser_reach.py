"""Olga sees whom requests reach, and suggests introductions."""

from typing import Any

import pytest

from clusters.choices import Direction
from clusters.models import User
from events.choices import TeamRole
from events.models import Event, Registration, Unavailability
from matchmaking import actions
from matchmaking.choices import RequestStatus
from matchmaking.models import Introduction, MeetingRequest
from matchmaking.reads.introductions import proposals, situation
from matchmaking.reads.organiser.reach import reach_page
from tests.cast import (
    InterestFactory,
    KindFactory,
    RequestFactory,
    SectorFactory,
    SectorFocusFactory,
    TeamFactory,
    UserFactory,
)
from tests.matchmaking.stories import agree, participant
from tests.participants import Visit

REACH = "/organise/monterrey-2031/reach/"
pytestmark = pytest.mark.django_db


def fitting(event: Event, name: str, side: str, **fields: Any) -> Registration:
    """A participant whom the other side would like to meet."""
    row = participant(event, name, side, **fields)
    SectorFocusFactory(organisation=row.organisation, sector=SectorFactory(code="cars"))
    InterestFactory(
        organisation=row.organisation, kind=KindFactory(code="rd"), direction=Direction.BOTH
    )
    return row


@pytest.fixture
def couple(event: Event) -> tuple[Registration, Registration]:
    return fitting(event, "Ours", "eu"), fitting(event, "Theirs", "mx")


def keys(event: Event) -> list[str]:
    return ["{}-{}".format(*one.key) for one in proposals(situation(event))]


def test_an_event_without_participants_says_what_comes_first(
    event: Event, olga: User, as_user: Visit
) -> None:
    assert "Nobody is accepted yet" in as_user(olga).get(REACH).content.decode()


def test_who_gets_none_and_why(event: Event, olga: User) -> None:
    busy = participant(event, "Busy", "mx")
    silent = participant(event, "Silent", "eu")
    declined = participant(event, "Declined", "eu")
    waits = participant(event, "Waits", "eu")
    nobody = participant(event, "Nobody", "eu", people=0)
    away = participant(event, "Away", "eu")
    happy = participant(event, "Happy", "eu")
    for slot in event.slots.all():
        Unavailability.objects.create(delegate=away.delegates.get(), slot=slot)
    RequestFactory(sender=declined, receiver=busy, status=RequestStatus.DECLINED)
    RequestFactory(sender=waits, receiver=busy, status=RequestStatus.SENT)
    agree(happy, busy)
    page = reach_page(event, olga)
    assert page.none_by_side == [("eu", 5)]
    found = {line.registration: line.note for line in page.none}
    assert found == {
        silent: "asked nobody, and nobody asked them",
        declined: "1 request, declined or ended",
        waits: "nothing agreed; 1 request waits",
        nobody: "nobody named who could come",
        away: "no time left in any slot",
    }


def test_who_agreed_to_more_than_there_is_room_for(
    event: Event, olga: User, as_user: Visit
) -> None:
    busy = participant(event, "Busy", "mx", max_meetings=1)
    for number in range(2):
        agree(participant(event, f"EU {number}", "eu"), busy)
    (line,) = reach_page(event, olga).too_many
    assert (line.registration, line.note) == (busy, "2 agreed, room for 1")
    html = as_user(olga).get(REACH).content.decode()
    assert "More agreed than they have room for" in html
    assert "Everybody has at least one agreed meeting" in html


def test_how_unequal_requests_are(event: Event, olga: User) -> None:
    busy = participant(event, "Busy", "mx")
    participant(event, "Quiet", "mx")
    for number in range(3):
        RequestFactory(sender=participant(event, f"EU {number}", "eu"), receiver=busy)
    MeetingRequest.objects.filter(sender__organisation__name="EU 0").update(status="withdrawn")
    evenness, distribution = reach_page(event, olga).parts
    assert [line.cells[:4] for line in evenness.lines] == [
        ("All", "80.0 %", 5, 2), ("EU side", "100.0 %", 3, 0), ("Mexican side", "50.0 %", 2, 2),
    ]  # fmt: skip
    assert [line.cells[4:] for line in evenness.lines] == [
        ("100 %", "0.80"), ("–", "–"), ("100 %", "0.50"),
    ]  # fmt: skip
    counts = {line.cells[0]: line.cells[1:] for line in distribution.lines}
    assert counts["0"] == (4, 3, 1)
    assert counts["2"] == (1, 0, 1)
    assert list(counts) == ["0", "1", "2"]


def test_an_introduction_is_ticked_sent_and_followed(
    event: Event, couple: tuple[Registration, Registration], olga: User, as_user: Visit
) -> None:
    page, (ours, theirs) = as_user(olga), couple
    html = page.get(REACH).content.decode()
    assert "Introduce Ours and Theirs" in html or "Introduce Theirs and Ours" in html
    assert " checked" not in html
    assert " checked" in page.get(REACH + "?all=1").content.decode()
    empty = page.post(REACH)
    assert empty.status_code == 400
    assert "Tick at least one introduction." in empty.content.decode()
    (key,) = keys(event)
    sent = page.post(REACH, {"pairs": [key, "x-1", "1"]}, follow=True).content.decode()
    assert "1 introduction suggested; both sides are told." in sent
    assert reach_page(event, olga).states == {"open": 1}
    request = RequestFactory(sender=ours, receiver=theirs, status=RequestStatus.SENT)
    assert reach_page(event, olga).states == {"asked": 1}
    for status, state in (("accepted", "agreed"), ("declined", "over")):
        MeetingRequest.objects.filter(pk=request.pk).update(status=status)
        assert reach_page(event, olga).states == {state: 1}
        assert page.get(REACH).status_code == 200
    late = page.post(REACH, {"pairs": [key]}, follow=True).content.decode()
    assert "Not possible any more and left out: 1." in late


def test_participants_see_whom_the_organisers_suggest(
    event: Event, couple: tuple[Registration, Registration], olga: User, as_user: Visit
) -> None:
    ours, theirs = couple
    Introduction.objects.create(event=event, first=ours, second=theirs)
    user = UserFactory()
    ours.organisation.representatives.create(user=user, role="owner")
    html = as_user(user).get(f"/events/{event.slug}/partners/").content.decode()
    assert "suggested by the organisers" in html
    assert f"/events/{event.slug}/ask/theirs/" in html


def test_what_is_ticked_stays_when_asking_is_over(
    event: Event, couple: tuple[Registration, Registration], olga: User, as_user: Visit
) -> None:
    (key,) = keys(event)
    Event.objects.filter(pk=event.pk).update(ask_until="2020-01-01T00:00Z")
    answer = as_user(olga).post(REACH, {"pairs": [key]})
    assert answer.status_code == 409
    html = answer.content.decode()
    assert "Requests closed on" in html
    assert " checked" in html
    Event.objects.filter(pk=event.pk).update(status="planning")
    assert "while requests are open" in as_user(olga).get(REACH).content.decode()


def test_a_viewer_looks_and_sends_nothing(
    event: Event, couple: tuple[Registration, Registration], as_user: Visit
) -> None:
    viewer = UserFactory()
    TeamFactory(event=event, user=viewer, role=TeamRole.VIEWER)
    html = as_user(viewer).get(REACH).content.decode()
    assert "Suggest the ticked ones" not in html
    assert as_user(viewer).post(REACH, {"pairs": keys(event)}).status_code == 403
    assert not Introduction.objects.exists()


def test_more_pairs_than_are_shown_are_counted(
    event: Event, olga: User, as_user: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("matchmaking.reads.organiser.reach.SHOWN", 1)
    fitting(event, "Ours", "eu")
    for number in range(2):
        fitting(event, f"Mexican {number}", "mx")
    assert "1 more pair follows" in as_user(olga).get(REACH).content.decode()


def test_the_page_reads_a_fixed_number_of_rows(
    event: Event, olga: User, django_assert_max_num_queries: Any
) -> None:
    def used() -> int:
        reach_page(event, olga)
        with django_assert_max_num_queries(20) as seen:
            reach_page(event, olga)
        return len(seen)

    fitting(event, "Ours", "eu")
    few = used()
    for number in range(6):
        row = fitting(event, f"Mexican {number}", "mx")
        agree(row, fitting(event, f"EU {number}", "eu"))
    actions.suggest_introductions(
        event, pairs={one.key for one in proposals(situation(event))}, actor=olga
    )
    assert used() == few
