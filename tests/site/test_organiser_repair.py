"""Olga repairs a published schedule, weighs wishes and compares drafts on pages."""

import pytest
from django.test import Client

from clusters.models import Message, User
from events.choices import EventStatus, TeamRole
from events.models import Event
from matchmaking import actions
from matchmaking.choices import RunState
from matchmaking.management.commands.run_jobs import run_waiting_jobs
from matchmaking.models import Meeting, MeetingRequest, Release, ScheduleRun
from matchmaking.reads.organiser import repairs
from matchmaking.reads.organiser.compare import compare_page
from matchmaking.reads.organiser.converging import converging
from matchmaking.reads.organiser.releases import publish_page
from matchmaking.reads.organiser.repairs import curve_page, repair_page
from matchmaking.reads.organiser.weights import weights_page
from tests.cast import RepresentativeFactory, TeamFactory, UserFactory
from tests.matchmaking.stories import agree, draft, mails, participant, publish
from tests.participants import Visit
from tests.sure import sure

HOME = "/organise/monterrey-2031/"
REPAIR = HOME + "repair/"
WEIGHTS = HOME + "schedule/weights/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def three(event: Event) -> list[MeetingRequest]:
    """Two Europeans and two Mexicans; the first European meets both, the second the first."""
    event.status = EventStatus.PLANNING
    event.save()
    eu, eu2 = participant(event, "Uno EU", "eu"), participant(event, "Dos EU", "eu")
    mx, mx2 = participant(event, "Uno MX", "mx"), participant(event, "Dos MX", "mx")
    return [agree(eu, mx), agree(eu, mx2), agree(eu2, mx)]


@pytest.fixture
def release(event: Event, three: list[MeetingRequest], olga: User) -> Release:
    """Release 1 places all three at the first table."""
    release = publish(event, olga, *((one, place, 0) for place, one in enumerate(three)))
    event.refresh_from_db()
    return release


def text(client: Client, path: str, **query: str | int) -> str:
    return client.get(path, query).content.decode()


# -- what happened


def test_a_lost_table_is_shown_before_it_is_noted_then_repaired_and_published(
    event: Event, release: Release, three: list[MeetingRequest], olga: User, as_user: Visit
) -> None:
    client, table = as_user(olga), event.tables.all()[0]
    assert "Nothing: every meeting" in text(client, REPAIR)
    asked = text(client, REPAIR + "table/", table=table.pk)
    assert "3 meetings are hit" in asked
    assert "4 organisations" in asked
    assert "Uno EU × Uno MX" in asked
    assert not table.closed_slots.exists()
    html = client.post(REPAIR + "table/", {"table": table.pk}, follow=True).content.decode()
    assert "thing happened since the release" in text(client, HOME)
    assert "Table T1 is closed; 3 meetings need another." in html
    answer = client.post(REPAIR + "start/")
    run = ScheduleRun.objects.get(is_curve=True)
    assert run.seconds == 60
    assert answer["Location"] == f"{HOME}runs/{run.pk}/"
    assert "Nobody moves who need not" in text(client, answer["Location"])
    run_waiting_jobs()
    assert "Choose a repair" in text(client, answer["Location"])
    curve = text(client, f"{HOME}runs/{run.pk}/repairs/", point=0)
    assert "<svg" in curve
    assert "other table" in curve
    assert client.get(f"{HOME}runs/{run.pk}/publish/")["Location"].endswith("/repairs/")
    page = client.get(f"{HOME}runs/{run.pk}/repairs/", {"point": 0}).content.decode()
    assert 'name="point" value="0"' in page
    assert "The repairs worked out last" in text(client, REPAIR)
    answer = client.post(f"{HOME}runs/{run.pk}/repairs/choose/", {"point": "0"})
    made = sure(ScheduleRun.objects.order_by("-pk").first())
    assert answer["Location"] == f"{HOME}runs/{made.pk}/publish/"
    assert "Publish release 2" in text(client, answer["Location"])
    client.post(answer["Location"], {"note": "T1 is gone."})
    assert Release.objects.get(number=2).entries.exclude(table=table).count() == 3
    assert [sure(row.table).name for row in Meeting.objects.select_related("table")] == ["T2"] * 3


@pytest.mark.parametrize("kind", ["cancel", "absence", "table", "session", "rooms"])
def test_each_incident_has_its_form_and_says_what_is_missing(
    release: Release, olga: User, as_user: Visit, kind: str
) -> None:
    client = as_user(olga)
    assert "Show whom it hits" in text(client, f"{REPAIR}{kind}/")
    assert "thing" in client.post(f"{REPAIR}{kind}/", {"first": "x"}).content.decode()
    assert client.get(REPAIR + "flood/").status_code == 404


def test_an_organisation_cancels(
    release: Release, three: list[MeetingRequest], olga: User, as_user: Visit
) -> None:
    client, one = as_user(olga), three[0].sender
    asked = text(client, REPAIR + "cancel/", registration=one.pk)
    assert "2 meetings are hit" in asked
    data = {"registration": one.pk}
    html = client.post(REPAIR + "cancel/", data, follow=True).content.decode()
    assert "Uno EU withdrew; 2 meetings fell out." in html
    assert Meeting.objects.active().count() == 1


def test_somebody_comes_late(
    event: Event, release: Release, three: list[MeetingRequest], olga: User, as_user: Visit
) -> None:
    client, second = as_user(olga), event.slots.all()[1]
    data = {"registration": three[0].sender.pk, "first": second.pk}
    assert "1 meeting is hit" in text(client, REPAIR + "absence/", **data)
    html = client.post(REPAIR + "absence/", data, follow=True).content.decode()
    assert "Uno EU is not there at the time of 1 of its meetings." in html
    assert mails("meeting_cancelled") == []


def test_one_step_notes_what_happened_and_works_out_repairs(
    event: Event, release: Release, olga: User, as_user: Visit
) -> None:
    data = {"table": event.tables.all()[0].pk, "repairs": "1"}
    answer = as_user(olga).post(REPAIR + "table/", data)
    run = ScheduleRun.objects.get(is_curve=True)
    assert answer["Location"] == f"{HOME}runs/{run.pk}/"
    run_waiting_jobs()
    assert "Choose a repair" in text(as_user(olga), answer["Location"])


def test_a_session_is_shortened_and_it_is_taken_back(
    event: Event, release: Release, olga: User, as_user: Visit
) -> None:
    client, session = as_user(olga), event.sessions.get()
    data = {"session": session.pk, "last": event.slots.all()[1].pk}
    html = client.post(REPAIR + "session/", data, follow=True).content.decode()
    assert "Morning was shortened by 4 slots; meetings left without a time: 1." in html
    html = client.post(f"{HOME}sessions/{session.pk}/reopen/", follow=True).content.decode()
    assert "Nothing: every meeting" in html


def test_a_session_that_keeps_all_its_slots_is_not_shortened(
    event: Event, release: Release, olga: User, as_user: Visit
) -> None:
    data = {"session": event.sessions.get().pk}
    answer = as_user(olga).post(REPAIR + "session/", data)
    assert answer.status_code == 400
    assert "That leaves no slot." in answer.content.decode()


def test_two_rooms_are_swapped(event: Event, release: Release, olga: User, as_user: Visit) -> None:
    one, other = event.tables.all()
    client = as_user(olga)
    assert "Choose another one." in text(client, REPAIR + "rooms/", one=one.pk, other=one.pk)
    data = {"one": one.pk, "other": other.pk}
    html = client.post(REPAIR + "rooms/", data, follow=True).content.decode()
    assert "T1 ⇄ T2" in html
    run = ScheduleRun.objects.order_by("-pk")[0]
    assert set(run.meetings.values_list("table__name", flat=True)) == {"T2"}


def test_a_refused_incident_keeps_what_was_chosen(
    event: Event, release: Release, olga: User, as_user: Visit
) -> None:
    Event.objects.filter(pk=event.pk).update(status=EventStatus.CLOSED)
    answer = as_user(olga).post(REPAIR + "table/", {"table": event.tables.all()[1].pk})
    assert answer.status_code == 400
    html = answer.content.decode()
    assert "there is no schedule to repair" in html
    assert "selected" in html


def test_before_a_release_there_is_nothing_to_repair(
    event: Event, olga: User, as_user: Visit
) -> None:
    client = as_user(olga)
    assert "Nothing to repair" in text(client, REPAIR)
    html = client.post(REPAIR + "start/", follow=True).content.decode()
    assert "Nothing is published yet" in html


def test_a_viewer_sees_what_happened_but_repairs_nothing(
    event: Event, release: Release, as_user: Visit
) -> None:
    vera = UserFactory(name="Vera")
    TeamFactory(event=event, user=vera, role=TeamRole.VIEWER)
    client = as_user(vera)
    html = text(client, REPAIR)
    assert "Work out repairs" not in html
    assert "A table is lost" not in html
    assert client.post(REPAIR + "start/").status_code == 403
    assert client.get(REPAIR + "table/").status_code == 403


def test_two_planners_repair_at_once_the_second_is_told(
    event: Event, release: Release, olga: User, as_user: Visit
) -> None:
    client = as_user(olga)
    client.post(REPAIR + "start/")
    assert "Olga started a run" in client.post(REPAIR + "start/", follow=True).content.decode()
    assert "One run at a time" in text(client, REPAIR)


def test_a_repair_that_is_not_there(
    event: Event, release: Release, olga: User, as_user: Visit
) -> None:
    client = as_user(olga)
    run = draft(event)
    answer = client.post(f"{HOME}runs/{run.pk}/repairs/choose/", {"point": "many"}, follow=True)
    assert "There is no such repair." in answer.content.decode()


def test_the_pages_of_repair_take_a_fixed_number_of_queries(
    event: Event,
    release: Release,
    three: list[MeetingRequest],
    olga: User,
    django_assert_max_num_queries,
) -> None:
    actions.close_table(event.tables.all()[0], slots=list(event.slots.all()), actor=olga)
    actions.start_run(event, repair_of=release, is_curve=True, seconds=6, actor=olga)
    run_waiting_jobs()
    run = ScheduleRun.objects.select_related("event", "repair_of__event").get(is_curve=True)
    with django_assert_max_num_queries(32):
        assert repair_page(event, olga).happenings
    with django_assert_max_num_queries(50):
        assert curve_page(run, olga).lines


# -- runs


def test_a_failed_run_is_run_again_from_its_page(
    event: Event, three: list[MeetingRequest], olga: User, system: User, as_user: Visit
) -> None:
    run = actions.start_run(event, seconds=3, actor=olga)
    client, path = as_user(olga), f"{HOME}runs/{run.pk}/"
    assert "already" in client.post(path + "again/", follow=True).content.decode()
    actions.fail_run(run, error="The worker stopped.", actor=system)
    assert "Run it again" in text(client, path)
    answer = client.post(path + "again/")
    new = ScheduleRun.objects.order_by("-pk")[0]
    assert answer["Location"] == f"{HOME}runs/{new.pk}/"
    assert (new.state, new.seconds) == (RunState.QUEUED, 3)


def test_the_way_of_value_and_bound_is_drawn(
    event: Event, three: list[MeetingRequest], olga: User, as_user: Visit
) -> None:
    run = draft(event)
    track: list[list[float | None]] = [[0.1, 10, None], [0.5, 20, 40], [1.0, 30, 30]]
    ScheduleRun.objects.filter(pk=run.pk).update(track=track)
    html = text(as_user(olga), f"{HOME}runs/{run.pk}/")
    assert "The value climbed to 30, the bound came to 30, in 1 seconds" in html
    drawing = sure(converging(track))
    assert drawing.value == "M30.0 70.0 L150.0 70.0 L150.0 49.3 L300.0 49.3 L300.0 28.7 L300.0 28.7"
    assert drawing.bound.startswith("M150.0 8.0")
    assert converging(track[:1]) is None
    unbounded = sure(converging([[0.0, 5, None], [1.0, 8, None]]))
    assert (unbounded.gap, unbounded.last_bound) == ("", None)
    assert converging([[0.0, 5, 5], [1.0, 5, 5]]) is None


# -- publishing


def test_a_published_draft_is_not_offered_again(
    event: Event, release: Release, olga: User, as_user: Visit
) -> None:
    client, path = as_user(olga), f"{HOME}runs/{release.run_id}/publish/"
    html = text(client, path)
    assert "published already, as release 1" in html
    assert "Publish release" not in html
    assert client.post(path, {"note": ""}).status_code == 409
    assert Release.objects.count() == 1


def test_the_page_before_publishing_names_seats_mails_and_what_changed_meanwhile(
    event: Event, release: Release, three: list[MeetingRequest], olga: User, as_user: Visit
) -> None:
    run = draft(event, (three[0], 3, 1), (three[1], 1, 0))
    actions.close_table(event.tables.all()[0], slots=list(event.slots.all()), actor=olga)
    html = text(as_user(olga), f"{HOME}runs/{run.pk}/publish/")
    assert "Uno EU 1" in html
    assert "1 thing changed since this draft was made" in html, "what it left out is no change"
    assert "had no place then" not in html
    assert "Table T1 is closed; 1 meeting needs another." in html
    assert "Mon 10 Mar" in html
    assert "disabled" in html


def test_whom_the_page_names_is_whom_publishing_mails(
    event: Event, release: Release, three: list[MeetingRequest], olga: User, as_user: Visit
) -> None:
    """Uno EU comes with an account, Uno MX is reached through its owner; Dos MX is not concerned."""
    delegate = three[0].sender.delegates.get()
    delegate.user = UserFactory(name="Eva")
    delegate.save()
    owners = {row.receiver: UserFactory(name=f"Owner {row.pk}") for row in three[:2]}
    for registration, user in owners.items():
        RepresentativeFactory(organisation=registration.organisation, user=user)
    run = draft(event, (three[0], 4, 1), (three[1], 1, 0), (three[2], 2, 0))
    page = publish_page(run, olga)
    assert page.differences.people == ("Eva", f"Owner {three[0].pk}")
    before = {row.pk for row in Message.objects.all()}
    actions.publish_release(run, actor=olga)
    told = Message.objects.exclude(pk__in=before).filter(template="release_published")
    assert sorted(sure(row.recipient).name for row in told) == sorted(page.differences.people)
    target = Meeting.objects.get(request=three[0])
    seats = {seat.delegate.name for seat in target.seats.select_related("delegate")}
    named = {name for one in page.differences.affected for line in one.lines for name in line.sits}
    assert named == seats


# -- weights


def test_other_weights_are_tried_on_the_events_own_wishes_then_saved(
    event: Event, three: list[MeetingRequest], olga: User, as_user: Visit
) -> None:
    MeetingRequest.objects.filter(pk=three[0].pk).update(sender_priority=3, is_mutual=True)
    client = as_user(olga)
    data = {"score_share": "0", "unknown_score": "50", "mutual_bonus": "10"}
    html = client.post(WEIGHTS, data | {"try": "1"}).content.decode()
    assert "1 to begin with, 0 from the score of " in html
    assert "74 from the priorities 3 and 2, 10 because both asked<" in html
    assert ">85<" in html
    event.refresh_from_db()
    assert event.score_share == 50
    client.post(WEIGHTS, data | {"save": "1"})
    event.refresh_from_db()
    assert (event.score_share, event.unknown_score, event.mutual_bonus) == (0, 50, 10)
    run = actions.start_run(event, seconds=2, actor=olga)
    run_waiting_jobs()
    assert run.meetings.get(request=three[0]).weight == 85


@pytest.mark.parametrize("share", ["101", "-1", "x", ""])
def test_weights_out_of_range_change_nothing(
    event: Event, olga: User, as_user: Visit, share: str
) -> None:
    data = {"score_share": share, "unknown_score": "50", "mutual_bonus": "0", "save": "1"}
    assert as_user(olga).post(WEIGHTS, data).status_code == 400
    event.refresh_from_db()
    assert event.score_share == 50


def test_what_a_request_is_worth_is_for_the_team_alone(
    event: Event, three: list[MeetingRequest], olga: User, as_user: Visit
) -> None:
    eva = UserFactory(name="Eva")
    RepresentativeFactory(organisation=three[0].sender.organisation, user=eva)
    path = f"/requests/{three[0].pk}/"
    assert "from the priorities 2 and 2" in text(as_user(olga), path)
    assert "from the priorities" not in text(as_user(eva), path)


def test_a_viewer_reads_the_weights(event: Event, as_user: Visit) -> None:
    vera = UserFactory(name="Vera")
    TeamFactory(event=event, user=vera, role=TeamRole.VIEWER)
    client = as_user(vera)
    assert "Owners and planners of the event change them." in text(client, WEIGHTS)
    assert client.post(WEIGHTS, {}).status_code == 403


def test_the_page_of_weights_takes_a_fixed_number_of_queries(
    event: Event, three: list[MeetingRequest], olga: User, django_assert_max_num_queries
) -> None:
    weights_page(event, olga)  # the market is read once for all
    with django_assert_max_num_queries(12):
        assert weights_page(event, olga).wishes == 3


# -- two drafts


def test_two_drafts_are_compared(
    event: Event, three: list[MeetingRequest], olga: User, as_user: Visit
) -> None:
    one = draft(event, (three[0], 0, 0), (three[1], 1, 0))
    other = draft(event, (three[0], 0, 0), (three[1], 2, 0), (three[2], 3, 0))
    client = as_user(olga)
    assert "Compare two: who differs" in text(client, HOME + "schedule/")
    assert "Who differs" not in text(client, HOME + "schedule/compare/")
    html = text(client, HOME + "schedule/compare/", one=one.pk, other=other.pk)
    assert "2 meetings stand elsewhere" in html
    assert "other time" in html
    assert "their points do not compare" not in html
    other.meetings.filter(request=three[1]).update(weight=1)
    unlike = text(client, HOME + "schedule/compare/", one=one.pk, other=other.pk)
    assert "their points do not compare" in unlike
    same = text(client, HOME + "schedule/compare/", one=one.pk, other=one.pk)
    assert "Nobody: both have the same meetings" in same
    assert client.get(HOME + "schedule/compare/", {"one": "0"}).status_code == 400
    page = compare_page(event, olga, one, other)
    assert [line.count.placed for line in page.lines] == [2, 3]


def test_a_large_event_gets_longer_for_its_repairs(
    event: Event, release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repairs, "MANY", 2)
    assert repairs.curve_seconds(event) == 240


def test_going_back_is_offered_only_where_it_can_be_done(
    event: Event, three: list[MeetingRequest], olga: User, as_user: Visit
) -> None:
    client = as_user(olga)
    publish(event, olga, (three[0], 0, 0), (three[1], 1, 0))
    publish(event, olga, (three[0], 3, 1))
    assert "Publish release 1 again" in text(client, HOME + "releases/1/")
    html = client.post(HOME + "releases/1/", {"note": ""}, follow=True).content.decode()
    assert "Release 3 is published" in html
    event.slots.filter(pk=list(event.slots.values_list("pk", flat=True))[3]).update(is_closed=True)
    html = text(client, HOME + "releases/2/")
    assert "as things stand it cannot be published again" in html
    assert "Publish release 2 again" not in html
    assert client.post(HOME + "releases/2/", {"note": ""}).status_code == 409


def test_a_repair_that_changes_nothing_is_no_draft(
    release: Release, olga: User, as_user: Visit
) -> None:
    client = as_user(olga)
    client.post(REPAIR + "start/")
    run_waiting_jobs()
    run = ScheduleRun.objects.get(is_curve=True)
    html = text(client, f"{HOME}runs/{run.pk}/repairs/", point=0)
    assert "there is nothing to publish" in html
    assert "Make it a draft" not in html
