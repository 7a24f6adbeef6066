"""Did the scores predict? Silent while there is little, honest about what it rests on, private about outcomes."""

import csv
import io
from collections.abc import Sequence
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from clusters.models import Organisation, User
from events.models import Event, Slot
from matchmaking import actions
from matchmaking.adapters.scores import read_activities
from matchmaking.choices import MeetingStatus, OutcomeStep, RequestStatus
from matchmaking.models import AskedScore, Meeting, MeetingRequest, Outcome
from matchmaking.reads.hindsight import QUESTIONS, hindsight_page
from matchmaking.scoring import CRITERIA
from tests.cast import RegistrationFactory, RequestFactory
from tests.participants import Visit
from tests.sure import sure

pytestmark = pytest.mark.django_db


def decide(event: Event, scores: Sequence[tuple[float, bool]]) -> list[MeetingRequest]:
    """Requests that were answered, with what the score said when they were asked."""
    receivers = [RegistrationFactory(event=event) for _n in range(4)]
    rows = []
    for number, (score, accepted) in enumerate(scores):
        row = RequestFactory(
            sender=RegistrationFactory(event=event),
            receiver=receivers[number % 4],
            status=RequestStatus.ACCEPTED if accepted else RequestStatus.DECLINED,
        )
        values = dict.fromkeys(CRITERIA, score / 100)
        AskedScore.objects.create(
            request=row, policy="default v1", score=score, own=values, theirs=values
        )
        rows.append(row)
    return rows


TELLING = [(25, False), (45, False), (45, True), (65, True), (75, True)] * 8


def meet(rows: Sequence[MeetingRequest], status: str = MeetingStatus.HELD) -> list[Meeting]:
    slot = sure(Slot.objects.order_by("pk").first())
    return [
        Meeting.objects.create(event=row.event, request=row, slot=slot, status=status)
        for row in rows
    ]


def say(meeting: Meeting, *steps: str) -> None:
    sides = (meeting.request.sender.organisation, meeting.request.receiver.organisation)
    for organisation, step in zip(sides, steps, strict=False):
        Outcome.objects.create(meeting=meeting, organisation=organisation, step=step)


def test_what_the_score_said_is_kept_when_a_meeting_is_asked_for(
    asked: MeetingRequest, galician: Organisation, system: User
) -> None:
    assert not AskedScore.objects.exists(), "nobody waits for it"
    actions.announce_request(asked, actor=system)
    kept = AskedScore.objects.get(request=asked)
    assert kept.policy == "default v1"
    assert set(kept.own) == set(kept.theirs) == set(CRITERIA)
    assert 0 < kept.score < 100
    AskedScore.objects.update(score=1)
    actions.announce_request(asked, actor=system)
    assert AskedScore.objects.get().score == 1, "the first word counts"
    assert str(kept).startswith(f"{asked.pk}:")


def test_nothing_is_kept_for_a_pair_without_a_score(asked: MeetingRequest, system: User) -> None:
    Organisation.objects.update(status="archived")
    actions.announce_request(asked, actor=system)
    assert not AskedScore.objects.exists()


def test_below_thirty_it_says_only_how_many_are_missing(
    as_user: Visit, clara: User, event: Event
) -> None:
    decide(event, TELLING[:28])
    text = as_user(clara).get("/hindsight/").content.decode()
    assert "2 more are needed" in text
    assert "There are 28 so far" in text
    assert "By criterion" not in text
    assert "Nothing to propose" not in text


def test_bands_criteria_and_a_proposal(as_user: Visit, clara: User, event: Event) -> None:
    decide(event, TELLING)
    page = as_user(clara).get("/hindsight/").context["page"]
    found = {band.label: (band.happened, band.trials) for band in page.bands}
    assert found["20 to 30"] == (0, 8)
    assert found["40 to 50"] == (8, 16)
    assert found["70 to 80"] == (8, 8)
    assert page.found.matched[0] > 0.8
    assert page.of_today == 0
    assert len(page.criteria) == len(CRITERIA)
    assert page.proposal.observations == 40
    assert sum(after for _name, _before, after in page.proposal.rows) == pytest.approx(100, abs=1)
    text = as_user(clara).get("/hindsight/").content.decode()
    assert "/policies/default/change/?sector=" in text
    assert "as it was when the meeting was asked for" in text


def test_requests_from_before_are_judged_by_today_and_it_says_so(
    as_user: Visit, clara: User, event: Event
) -> None:
    rows = decide(event, TELLING)
    AskedScore.objects.filter(request__in=rows[:3]).delete()
    Organisation.objects.filter(pk=rows[0].sender.organisation_id).update(status="archived")
    page = as_user(clara).get("/hindsight/")
    assert page.context["page"].of_today == 2, "one of the three has no score today"
    assert "2 decisions are from before scores were kept" in page.content.decode()


def test_it_takes_as_many_queries_whatever_there_is(
    clara: User, event: Event, django_assert_num_queries: Any
) -> None:
    decide(event, TELLING)
    AskedScore.objects.all().delete()
    hindsight_page(clara, "accepted")
    for _n in range(2):
        with django_assert_num_queries(5):
            hindsight_page(clara, "accepted")
        decide(event, TELLING[:5])
        AskedScore.objects.all().delete()
        hindsight_page(clara, "accepted")


def test_what_came_of_meetings_is_shown_in_sums_of_five_or_more(
    as_user: Visit, olga: User, event: Event
) -> None:
    rows = decide(event, [(25, True)] * 3 + [(45, True)] * 20 + [(75, True)] * 12)
    for number, meeting in enumerate(meet(rows)):
        further = OutcomeStep.FOLLOW_UP if number % 2 else OutcomeStep.HELD
        say(meeting, OutcomeStep.FOLLOW_UP, further)
    page = as_user(olga).get(f"/organise/{event.slug}/scores/?of=further").context["page"]
    assert page.found.observations == 35
    assert page.found.happened == 17
    assert all(band.trials >= 5 for band in page.bands)
    assert sum(band.trials for band in page.bands) == 35
    assert (
        "no group smaller than 5"
        in as_user(olga).get(f"/organise/{event.slug}/scores/?of=further").content.decode()
    )


def test_one_side_alone_says_nothing_of_a_meeting(olga: User, event: Event) -> None:
    held = meet(decide(event, [(50, True)] * 4))
    say(held[0], OutcomeStep.PROJECT)
    say(held[1], OutcomeStep.PROJECT, OutcomeStep.HELD)
    say(held[2], OutcomeStep.PROJECT, OutcomeStep.LETTER)
    found = hindsight_page(olga, "further", event).found
    assert (found.observations, found.happened) == (2, 1)


def test_held_and_missed(olga: User, event: Event) -> None:
    rows = decide(event, [(50, True)] * 5)
    meet(rows[:2])
    meet(rows[2:3], MeetingStatus.MISSED)
    meet(rows[3:4], MeetingStatus.CANCELLED)
    found = hindsight_page(olga, "held", event).found
    assert (found.observations, found.happened) == (3, 2)
    assert hindsight_page(olga, "no such question", event).question is QUESTIONS["accepted"]


def test_an_event_shows_its_own_decisions_and_proposes_to_no_organiser(
    as_user: Visit, olga: User, event: Event
) -> None:
    decide(event, TELLING)
    other = RegistrationFactory().event
    decide(other, TELLING[:5])
    page = as_user(olga).get(f"/organise/{event.slug}/scores/")
    assert page.context["page"].found.observations == 40
    assert "A curator may take a proposal over" in page.content.decode()
    assert "?sector=" not in page.content.decode()
    assert as_user(olga).get("/hindsight/").status_code == 403


@pytest.mark.parametrize("address", ["/hindsight.csv", "/organise/monterrey-2031/scores.csv"])
def test_the_same_as_a_file(as_user: Visit, dora: User, event: Event, address: str) -> None:
    decide(event, TELLING)
    answer = as_user(dora).get(address)
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]  # a stream
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0][:4] == ["Part", "What", "Observations", "Happened"]
    assert next(r[:5] for r in rows if r[1] == "70 to 80") == [
        "Score",
        "70 to 80",
        "8",
        "8",
        "100.0",
    ]
    assert any(row[0] == "Proposed points" for row in rows)


def test_where_all_ended_alike_nothing_is_proposed(
    as_user: Visit, clara: User, event: Event
) -> None:
    decide(event, [(50, True)] * 30)
    page = as_user(clara).get("/hindsight/")
    assert page.context["page"].proposal is None
    assert page.context["page"].found.matched is None
    assert "Nothing to propose" in page.content.decode()


def test_only_curators_may_save(olga: User, event: Event) -> None:
    with pytest.raises(PermissionDenied):
        actions.save_policy(name="mine", title="Mine", weights={"sector": 1.0}, actor=olga)


def test_outcomes_of_a_pair_are_no_news_to_others(event: Event, olga: User) -> None:
    """The engine's test walks every criterion; here the rows carry the mark."""
    meeting = meet(decide(event, [(50, True)]))[0]
    say(meeting, OutcomeStep.PROJECT, OutcomeStep.LETTER)
    assert [one.is_confidential for one in read_activities()] == [True]
