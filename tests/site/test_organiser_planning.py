"""Olga runs the planner, changes a draft by hand, publishes it and goes back."""

import re

import pytest
from django.http import QueryDict
from django.test import Client

from clusters.models import User
from events.choices import EventStatus, TeamRole
from events.models import Delegate, Event
from matchmaking import actions
from matchmaking.choices import RequestStatus, RunState
from matchmaking.management.commands.run_jobs import run_waiting_jobs
from matchmaking.models import Meeting, MeetingRequest, Release, ScheduleRun
from matchmaking.reads.organiser.board import Board
from matchmaking.reads.organiser.grid import GridPage, grid_page
from matchmaking.reads.organiser.inspector import Inspector
from matchmaking.reads.organiser.trial import read_spot
from tests.cast import TeamFactory, UserFactory
from tests.matchmaking.stories import agree, draft, mails, participant
from tests.participants import Visit
from tests.sure import sure

HOME = "/organise/monterrey-2031/"
SCHEDULE = HOME + "schedule/"
RUN = {"seconds": "2", "seed": "1", "is_fair": "on", "base": ""}
pytestmark = pytest.mark.django_db


@pytest.fixture
def planning(event: Event) -> Event:
    """Requests are closed."""
    event.status = EventStatus.PLANNING
    event.save()
    return event


@pytest.fixture
def wishes(planning: Event) -> list[MeetingRequest]:
    """One European meets two Mexicans; a second one meets the first of them."""
    eu, eu2 = participant(planning, "Uno EU", "eu"), participant(planning, "Dos EU", "eu")
    mx, mx2 = participant(planning, "Uno MX", "mx"), participant(planning, "Dos MX", "mx")
    return [agree(eu, mx), agree(eu, mx2), agree(eu2, mx)]


@pytest.fixture
def by_hand(planning: Event, wishes: list[MeetingRequest]) -> ScheduleRun:
    """The first two are placed, one after the other at the first table."""
    return draft(planning, (wishes[0], 0, 0), (wishes[1], 1, 0))


def looked_at(run: ScheduleRun, user: User, query: str = "") -> GridPage:
    return grid_page(ScheduleRun.objects.get(pk=run.pk), user, QueryDict(query))


def board_of(page: GridPage) -> Board:
    return sure(page.board)


def inspector_of(page: GridPage) -> Inspector:
    return sure(page.inspector)


def where(run: ScheduleRun, request: MeetingRequest) -> tuple[int, int]:
    """Number of slot and table in the draft, from 0."""
    meeting = run.meetings.get(request=request)
    slots, tables = list(run.event.slots.all()), list(run.event.tables.all())
    return slots.index(meeting.slot), tables.index(sure(meeting.table))


def spot(event: Event, slot: int, table: int) -> str:
    return f"{event.slots.all()[slot].pk}-{event.tables.all()[table].pk}"


# -- the planner


def test_olga_runs_the_planner_and_sees_the_draft(
    planning: Event, wishes: list[MeetingRequest], olga: User, as_user: Visit
) -> None:
    client = as_user(olga)
    answer = client.post(SCHEDULE + "run/", RUN)
    run = ScheduleRun.objects.get()
    assert answer["Location"] == f"{HOME}runs/{run.pk}/"
    waiting = client.get(answer["Location"]).content.decode()
    assert "Waiting for a free worker" in waiting
    assert 'hx-trigger="every 1s"' in waiting
    run_waiting_jobs()
    done = client.get(answer["Location"]).content.decode()
    assert "The draft is ready." in done
    assert "hx-trigger" not in done
    run.refresh_from_db()
    assert (run.state, run.meetings.count()) == (RunState.DONE, 3)
    table = re.sub(r"\s+", " ", client.get(SCHEDULE).content.decode())
    assert "<b>3</b> of 3" in table
    assert "0.00 %" in table


def test_the_live_region_speaks_only_when_the_stage_changes(
    planning: Event, olga: User, system: User, as_user: Visit
) -> None:
    run = actions.begin_run(actions.start_run(planning, actor=olga), actor=system)
    actions.record_progress(run, stage="weight", elapsed=1.2, value=40, bound=50, actor=system)
    client, path = as_user(olga), f"{HOME}runs/{run.pk}/"
    part = client.get(path, {"seen": "running-domains"}, headers={"HX-Request": "true"})
    html = part.content.decode()
    assert "<html" not in html
    assert 'hx-swap-oob="innerHTML">The most valuable meetings' in html
    assert "seen=running-weight" in html
    assert "20.00 %" in html
    again = client.get(path, {"seen": "running-weight"}, headers={"HX-Request": "true"})
    assert "hx-swap-oob" not in again.content.decode()
    whole = client.get(path).content.decode()
    assert 'role="status">The most valuable meetings' in whole


def test_two_planners_at_once_the_second_is_told(
    planning: Event, olga: User, as_user: Visit
) -> None:
    pedro = UserFactory(name="Pedro")
    TeamFactory(event=planning, user=pedro, role=TeamRole.PLANNER)
    as_user(olga).post(SCHEDULE + "run/", RUN)
    answer = as_user(pedro).post(SCHEDULE + "run/", RUN)
    assert answer.status_code == 409
    assert "Olga started a run at" in answer.content.decode()
    assert ScheduleRun.objects.count() == 1
    assert "started by Olga" in as_user(pedro).get(SCHEDULE).content.decode()


@pytest.mark.parametrize("changes", [{"seconds": "0"}, {"seconds": "x"}, {"seed": "-1"}])
def test_wrong_settings_start_nothing(
    planning: Event, olga: User, as_user: Visit, changes: dict[str, str]
) -> None:
    answer = as_user(olga).post(SCHEDULE + "run/", RUN | changes)
    assert answer.status_code == 400
    assert "thing to mend" in answer.content.decode()
    assert not ScheduleRun.objects.exists()


def test_olga_stops_a_run(planning: Event, olga: User, as_user: Visit) -> None:
    run = actions.start_run(planning, actor=olga)
    path = f"{HOME}runs/{run.pk}/"
    html = as_user(olga).post(path + "cancel/", follow=True).content.decode()
    assert "Nothing was kept" in html
    again = as_user(olga).post(path + "cancel/", follow=True).content.decode()
    assert "already" in again
    assert "Runs without a draft" in as_user(olga).get(SCHEDULE).content.decode()


def test_locked_meetings_of_a_draft_are_kept(
    by_hand: ScheduleRun, wishes: list[MeetingRequest], olga: User, as_user: Visit
) -> None:
    meeting = by_hand.meetings.get(request=wishes[0])
    as_user(olga).post(f"{HOME}meetings/{meeting.pk}/lock/", {"locked": "1"})
    as_user(olga).post(SCHEDULE + "run/", RUN | {"base": by_hand.pk})
    run_waiting_jobs()
    run = sure(ScheduleRun.objects.order_by("-pk").first())
    assert where(run, wishes[0]) == (0, 0)


def test_before_requests_there_is_nothing_to_plan(event: Event, olga: User, as_user: Visit) -> None:
    event.status = EventStatus.CALL
    event.save()
    html = as_user(olga).get(SCHEDULE).content.decode()
    assert "Run the planner</button>" not in html
    assert as_user(olga).post(SCHEDULE + "run/", RUN).status_code == 409


# -- the grid


def test_the_grid_shows_time_by_table(by_hand: ScheduleRun, olga: User, as_user: Visit) -> None:
    html = as_user(olga).get(f"{HOME}runs/{by_hand.pk}/grid/").content.decode()
    grid = html[html.index('id="grid"') : html.index("grid-key")]
    assert grid.count("<tr>") == 7
    assert len(re.findall(r'<a class="slot slot-em"', grid)) == 2
    assert grid.count("free") > 8
    assert "<b>Uno EU</b><span>Uno MX</span>" in grid
    assert ", 09:00, T1" in grid


def test_the_grid_shows_organisations_by_time(by_hand: ScheduleRun, olga: User) -> None:
    page = looked_at(by_hand, olga, "by=organisation")
    rows = {row.title: row.cells for row in board_of(page).rows}
    assert list(rows) == ["Dos EU", "Dos MX", "Uno EU", "Uno MX"]
    assert [cells[0].first for cells in rows["Uno EU"][:3]] == ["Uno MX", "Dos MX", ""]
    assert rows["Uno EU"][0][0].second == "T1"


def test_a_closed_table_and_absent_people_are_shown(by_hand: ScheduleRun, olga: User) -> None:
    event = by_hand.event
    sure(event.tables.last()).closed_slots.add(sure(event.slots.last()))
    board = board_of(looked_at(by_hand, olga))
    assert "slot-closed" in board.rows[-1].cells[-1][0].look
    Delegate.objects.filter(name="Dos MX 1").delete()
    rows = {row.title: row for row in board_of(looked_at(by_hand, olga, "by=organisation")).rows}
    assert "slot-closed" in rows["Dos MX"].cells[-1][0].look


def test_an_effect_is_shown_before_a_move_and_then_done(
    by_hand: ScheduleRun, wishes: list[MeetingRequest], olga: User, as_user: Visit
) -> None:
    event = by_hand.event
    meeting = by_hand.meetings.get(request=wishes[0])
    page = looked_at(by_hand, olga, f"meeting={meeting.pk}&mode=move")
    # Both sides are free from the third slot on, at both tables; in the first the other table is free.
    assert len(inspector_of(page).spots) == 1 + 4 * 2
    fits = [cell for row in board_of(page).rows for cells in row.cells for cell in cells]
    assert sum("is-target" in cell.look for cell in fits) == 9

    to = spot(event, 3, 1)
    query = f"meeting={meeting.pk}&mode=move&to={to}"
    html = as_user(olga).get(f"{HOME}runs/{by_hand.pk}/grid/?{query}").content.decode()
    assert "Move to 10:00, T2" in html
    words = inspector_of(looked_at(by_hand, olga, query)).effect_words
    assert words == "0 points lost, 1 idle slot more, 1 table change more."
    assert where(by_hand, wishes[0]) == (0, 0), "looking changes nothing"

    as_user(olga).post(f"{HOME}meetings/{meeting.pk}/move/", {"to": to})
    assert where(by_hand, wishes[0]) == (3, 1)


def test_a_swap_is_shown_and_done(
    by_hand: ScheduleRun, wishes: list[MeetingRequest], olga: User, as_user: Visit
) -> None:
    one, other = by_hand.meetings.order_by("pk")
    page = looked_at(by_hand, olga, f"meeting={one.pk}&mode=swap&other={other.pk}")
    assert inspector_of(page).swaps == (other.pk,)
    assert inspector_of(page).question == "Change places with Uno EU × Dos MX"
    assert inspector_of(page).effect_words.startswith("0 points lost, as many idle slots as before")
    as_user(olga).post(f"{HOME}meetings/{one.pk}/swap/", {"other": other.pk})
    assert where(by_hand, wishes[0]) == (1, 0)
    assert where(by_hand, wishes[1]) == (0, 0)


def test_taking_out_names_what_it_costs_and_placing_brings_it_back(
    by_hand: ScheduleRun, wishes: list[MeetingRequest], olga: User, as_user: Visit
) -> None:
    event = by_hand.event
    meeting = by_hand.meetings.get(request=wishes[1])
    page = looked_at(by_hand, olga, f"meeting={meeting.pk}&mode=unschedule")
    assert sure(inspector_of(page).effect).points == -meeting.weight
    assert "1 organisation is left without a meeting" in inspector_of(page).effect_words
    as_user(olga).post(f"{HOME}meetings/{meeting.pk}/take-out/")
    page = looked_at(by_hand, olga)
    assert (page.placed, page.unplaced_total) == (1, 2)
    assert "Not placed by hand yet." in page.unplaced[0].reasons

    page = looked_at(by_hand, olga, f"request={wishes[1].pk}&mode=place&to={spot(event, 1, 1)}")
    assert inspector_of(page).question == "Place at 09:20, T2"
    as_user(olga).post(
        f"{HOME}runs/{by_hand.pk}/place/",
        {"request": wishes[1].pk, "to": inspector_of(page).chosen},
    )
    assert where(by_hand, wishes[1]) == (1, 1)


def test_a_locked_meeting_stays(
    by_hand: ScheduleRun, wishes: list[MeetingRequest], olga: User, as_user: Visit
) -> None:
    meeting = by_hand.meetings.get(request=wishes[0])
    path = f"{HOME}meetings/{meeting.pk}/"
    as_user(olga).post(path + "lock/", {"locked": "1"})
    page = looked_at(by_hand, olga, f"meeting={meeting.pk}&mode=move")
    assert (inspector_of(page).mode, inspector_of(page).spots) == ("", ())
    html = (
        as_user(olga)
        .post(path + "move/", {"to": spot(by_hand.event, 3, 0)}, follow=True)
        .content.decode()
    )
    assert "Unlock it first" in html
    as_user(olga).post(path + "lock/", {"locked": "0"})
    meeting.refresh_from_db()
    assert not meeting.is_locked


def test_a_move_that_breaks_a_rule_is_refused_in_words(
    by_hand: ScheduleRun, wishes: list[MeetingRequest], olga: User, as_user: Visit
) -> None:
    meeting = by_hand.meetings.get(request=wishes[0])
    html = (
        as_user(olga)
        .post(f"{HOME}meetings/{meeting.pk}/move/", {"to": spot(by_hand.event, 1, 1)}, follow=True)
        .content.decode()
    )
    assert "more meetings at one time than people" in html
    assert where(by_hand, wishes[0]) == (0, 0)


@pytest.mark.parametrize("to", ["", "x-y", "999999-1", "1-999999", "-", "1"])
def test_a_place_that_does_not_exist_is_not_found(
    by_hand: ScheduleRun, olga: User, as_user: Visit, to: str
) -> None:
    meeting = sure(by_hand.meetings.first())
    answer = as_user(olga).post(f"{HOME}meetings/{meeting.pk}/move/", {"to": to})
    assert answer.status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        "session=x&meeting=y&mode=z&to=1&by=moon&page=last",
        "meeting=999999&mode=move",
        "request=999999&mode=place",
        "session=99999999999999999999999",
    ],
)
def test_nonsense_in_the_address_is_not_asked(
    by_hand: ScheduleRun, olga: User, as_user: Visit, query: str
) -> None:
    answer = as_user(olga).get(f"{HOME}runs/{by_hand.pk}/grid/?{query}")
    assert answer.status_code == 200
    assert looked_at(by_hand, olga, query).inspector is None


def test_spots_are_read_strictly() -> None:
    assert read_spot("12-7") == ("12", "7")
    assert read_spot("12-video") == ("12", None)
    assert read_spot("12") is None
    assert read_spot("a-1") is None


def test_conflicts_are_named_and_block_publishing(
    by_hand: ScheduleRun, wishes: list[MeetingRequest], olga: User, as_user: Visit
) -> None:
    wishes[0].status = RequestStatus.WITHDRAWN
    wishes[0].save()
    html = as_user(olga).get(f"{HOME}runs/{by_hand.pk}/grid/").content.decode()
    assert "no longer have an agreed request" in html
    assert "1 conflict blocks publishing" in re.sub(r"\s+", " ", html)
    assert "is-conflict" in html
    publish = as_user(olga).get(f"{HOME}runs/{by_hand.pk}/publish/").content.decode()
    assert "older than the data" in publish
    answer = as_user(olga).post(f"{HOME}runs/{by_hand.pk}/publish/", {"note": ""})
    assert answer.status_code == 409
    assert "This schedule is older than the data" in answer.content.decode()
    assert not Release.objects.exists()


def test_viewers_look_but_do_not_touch(by_hand: ScheduleRun, ana: User, as_user: Visit) -> None:
    vera = UserFactory(name="Vera")
    TeamFactory(event=by_hand.event, user=vera, role=TeamRole.VIEWER)
    meeting = sure(by_hand.meetings.first())
    grid = f"{HOME}runs/{by_hand.pk}/grid/"
    assert "Take out" not in as_user(vera).get(f"{grid}?meeting={meeting.pk}").content.decode()
    assert as_user(ana).get(grid).status_code == 404
    paths = [f"meetings/{meeting.pk}/{step}/" for step in ("lock", "move", "swap", "take-out")]
    paths += [f"runs/{by_hand.pk}/{step}/" for step in ("place", "publish", "cancel", "delete")]
    for path in paths:
        assert as_user(vera).post(HOME + path).status_code == 403, path
        assert as_user(ana).post(HOME + path).status_code == 404, path
    assert by_hand.meetings.count() == 2


def test_a_draft_is_copied_and_deleted(by_hand: ScheduleRun, olga: User, as_user: Visit) -> None:
    answer = as_user(olga).post(SCHEDULE + "copy/", {"run": by_hand.pk})
    copy = sure(ScheduleRun.objects.order_by("-pk").first())
    assert answer["Location"] == f"{HOME}runs/{copy.pk}/grid/"
    assert copy.meetings.count() == 2
    as_user(olga).post(f"{HOME}runs/{copy.pk}/delete/")
    assert not ScheduleRun.objects.filter(pk=copy.pk).exists()
    gone = as_user(olga).post(SCHEDULE + "copy/", {"run": copy.pk}, follow=True)
    assert "That draft is gone" in gone.content.decode()


# -- releases


def published(client: Client, run: ScheduleRun, note: str = "") -> str:
    """The page after publishing."""
    path = f"{HOME}runs/{run.pk}/publish/"
    return client.post(path, {"note": note}, follow=True).content.decode()


def test_olga_publishes_and_those_it_concerns_are_named_first(
    by_hand: ScheduleRun, wishes: list[MeetingRequest], olga: User, as_user: Visit
) -> None:
    delegate = wishes[0].sender.delegates.get()
    delegate.user = UserFactory(name="Elena")
    delegate.save()
    client = as_user(olga)
    before = client.get(f"{HOME}runs/{by_hand.pk}/publish/").content.decode()
    assert "Publish Draft" in before or "as release 1" in before
    assert "Elena" in before
    assert "Uno MX" in before
    assert "Dos EU" not in before[before.index("who-h") :]

    html = published(client, by_hand, "Welcome")
    assert "Release 1 is published" in html
    assert "Welcome" in html
    assert mails("release_published") == ["Elena"]
    assert Meeting.objects.filter(event=by_hand.event).count() == 2
    grid = client.get(f"{HOME}runs/{by_hand.pk}/grid/").content.decode()
    assert "published and stays as it is" in grid
    listed = client.get(HOME + "releases/").content.decode()
    assert "in force" in listed
    assert "from the one before" not in listed, "a first release has none before it"


def test_a_second_release_shows_its_differences_and_the_first_comes_back(
    by_hand: ScheduleRun, wishes: list[MeetingRequest], olga: User, as_user: Visit
) -> None:
    client = as_user(olga)
    published(client, by_hand)
    release = Release.objects.get()
    client.post(SCHEDULE + "copy/", {"release": release.pk})
    copy = sure(ScheduleRun.objects.order_by("-pk").first())
    meeting = copy.meetings.get(request=wishes[1])
    client.post(f"{HOME}meetings/{meeting.pk}/move/", {"to": spot(copy.event, 4, 1)})
    page = looked_at(copy, olga)
    assert (page.changed, page.concerned, page.next_number) == (1, 2, 2)
    cells = [cell for row in board_of(page).rows for cells in row.cells for cell in cells]
    assert [cell.extra for cell in cells if "is-moved" in cell.look] == ["← 09:20 T1"]

    html = published(client, copy)
    assert "What changed since release 1" in html
    assert "other time" in html
    assert "<s>Mon 10 Mar 09:20, T1</s> → Mon 10 Mar 10:20, T2" in html

    old = client.get(HOME + "releases/1/").content.decode()
    assert "1 meeting would change" in re.sub(r"\s+", " ", old)
    answer = client.post(HOME + "releases/1/", {"note": "Back"}, follow=True)
    assert answer.redirect_chain[-1][0] == HOME + "releases/3/"
    assert "goes back to release 1" in client.get(HOME + "releases/").content.decode()
    live = Meeting.objects.get(request=wishes[1])
    assert live.slot == list(copy.event.slots.all())[1]


def test_publishing_twice_is_told(by_hand: ScheduleRun, olga: User, as_user: Visit) -> None:
    client = as_user(olga)
    published(client, by_hand)
    answer = client.post(f"{HOME}runs/{by_hand.pk}/publish/", {"note": ""})
    assert answer.status_code == 409
    assert "published already, as release 1" in answer.content.decode()
    assert Release.objects.count() == 1


def test_nothing_is_published_while_requests_are_open(
    by_hand: ScheduleRun, olga: User, as_user: Visit
) -> None:
    Event.objects.update(status=EventStatus.BOOKING)
    answer = as_user(olga).post(f"{HOME}runs/{by_hand.pk}/publish/", {"note": ""})
    assert answer.status_code == 409
    assert "Requests are still open" in answer.content.decode()


def test_a_release_that_is_not_there(event: Event, olga: User, as_user: Visit) -> None:
    assert as_user(olga).get(HOME + "releases/7/").status_code == 404
    assert "Nothing published yet" in as_user(olga).get(HOME + "releases/").content.decode()


@pytest.mark.parametrize("path", ["schedule/", "grid/", "grid/?by=organisation", "releases/"])
def test_queries_do_not_grow_with_the_draft(
    planning: Event,
    wishes: list[MeetingRequest],
    olga: User,
    as_user: Visit,
    django_assert_max_num_queries,
    path: str,
) -> None:
    client, counts = as_user(olga), []
    for places in ([(wishes[0], 0, 0)], [(wishes[0], 0, 0), (wishes[1], 1, 0), (wishes[2], 2, 1)]):
        run = draft(planning, *places)
        where_to = HOME + (f"runs/{run.pk}/{path}" if path.startswith("grid") else path)
        client.get(where_to)
        with django_assert_max_num_queries(40) as seen:
            assert client.get(where_to).status_code == 200
        counts.append(len(seen))
    # With nothing left out there is one look-up less.
    assert counts[1] <= counts[0]
