"""Clara has everybody's best lists counted: tiles over workers, a killed one, what is kept."""

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from clusters.choices import Side
from clusters.models import Organisation, User
from clusters.validators import Refused
from matchmaking import actions, tasks
from matchmaking.choices import RunState
from matchmaking.management.commands.run_jobs import run_waiting_jobs
from matchmaking.models import ReachCount, ReachRun, ReachTile
from matchmaking.reads.reach import own_count
from tests.cast import OrganisationFactory, SectorFactory, SectorFocusFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def market(galician: Organisation, nuevo_leon: Organisation) -> list[Organisation]:
    """A European and three Mexican clusters, one of which has left."""
    cars = SectorFactory(code="automotive")
    rows = [galician, nuevo_leon]
    rows += [OrganisationFactory(name=f"Bajío {n}", side=Side.MX) for n in range(2)]
    for row in rows:
        SectorFocusFactory(organisation=row, sector=cars)
    OrganisationFactory(name="Left", side=Side.MX, status="archived")
    return rows


@pytest.fixture
def started(market: list[Organisation], clara: User, system: User) -> ReachRun:
    """A count in four tiles of which nobody has begun one."""
    return actions.start_reach(policy="default", actor=clara, size=1)


def again(run: ReachRun) -> ReachRun:
    return ReachRun.objects.get(pk=run.pk)


def silent(tile: ReachTile, system: User) -> None:
    """A worker took the tile, and nothing was heard of it since."""
    actions.begin_tile(tile, actor=system)
    ReachTile.objects.filter(pk=tile.pk).update(begun_at=timezone.now() - dt.timedelta(hours=1))


def test_everybody_is_counted_by_the_workers(started: ReachRun, galician: Organisation) -> None:
    assert run_waiting_jobs().failed == 0
    run = again(started)
    assert (run.state, run.organisations, run.is_mixed) == (RunState.DONE, 4, False)
    assert run.figures["all"]["total"] == 6
    assert run.figures["mx"]["people"] == 3
    rows = {row.organisation_id: (row.times, row.lists) for row in run.counts.all()}
    assert rows[galician.pk] == (3, 3)
    assert sorted(rows.values()) == [(1, 1), (1, 1), (1, 1), (3, 3)]
    assert not ReachTile.objects.exists()
    assert own_count(galician) == ReachCount.objects.get(run=run, organisation=galician)


def test_it_is_begun_by_the_first_tile(started: ReachRun, system: User) -> None:
    first, second, *_rest = started.tiles.all()
    actions.begin_tile(first, actor=system)
    began = again(started).started_at
    assert again(started).state == RunState.RUNNING
    actions.begin_tile(second, actor=system)
    assert again(started).started_at == began


def test_what_a_killed_worker_leaves_is_given_to_another_and_nothing_done_twice(
    started: ReachRun, system: User
) -> None:
    assert actions.resume_tiles(actor=system) == 0
    first, second, *_rest = started.tiles.all()
    actions.store_tile(first, shown={}, version=started.version, actor=system)
    silent(second, system)
    assert actions.resume_tiles(actor=system) == 1
    assert actions.resume_tiles(actor=system) == 0
    run_waiting_jobs()
    run = again(started)
    assert run.state == RunState.DONE
    # What the first tile counted is as it was stored.
    assert run.figures["all"]["total"] < 6


def test_a_tile_that_kills_its_workers_ends_the_count(started: ReachRun, system: User) -> None:
    tile, other, *_rest = started.tiles.all()
    silent(other, system)
    for _time in range(3):
        silent(tile, system)
        tasks.tend_reach(0)
    run = again(started)
    assert run.state == RunState.FAILED
    assert "again and again" in run.error
    assert run_waiting_jobs().failed == 0


def test_two_lost_tiles_end_it_once(started: ReachRun, system: User) -> None:
    ReachTile.objects.update(attempts=3, begun_at=timezone.now() - dt.timedelta(hours=1))
    ReachRun.objects.update(state=RunState.RUNNING)
    assert actions.resume_tiles(actor=system) == 4
    assert again(started).state == RunState.FAILED


def test_a_tile_is_kept_once(started: ReachRun, system: User) -> None:
    tile = started.tiles.all()[0]
    actions.store_tile(tile, shown={1: 2}, version="", actor=system)
    with pytest.raises(Refused, match="counted already"):
        actions.store_tile(tile, shown={1: 9}, version="", actor=system)
    tile.refresh_from_db()
    assert tile.shown == {"1": 2}
    tasks.count_reach(tile.pk)


def test_profiles_that_change_meanwhile_are_told_of(
    started: ReachRun, market: list[Organisation]
) -> None:
    Organisation.objects.filter(pk=market[-1].pk).update(status="archived")
    run_waiting_jobs()
    run = again(started)
    assert (run.state, run.is_mixed, run.organisations) == (RunState.DONE, True, 3)


def test_a_stopped_count_leaves_nothing(started: ReachRun, clara: User) -> None:
    actions.stop_reach(started, actor=clara)
    actions.stop_reach(started, actor=clara)
    assert again(started).state == RunState.CANCELLED
    run_waiting_jobs()
    assert not ReachCount.objects.exists()


def test_the_next_count_takes_the_place_of_the_last(started: ReachRun, clara: User) -> None:
    with pytest.raises(Refused, match="at work already"):
        actions.start_reach(policy="default", actor=clara)
    run_waiting_jobs()
    second = actions.start_reach(policy="equal", actor=clara)
    assert ReachCount.objects.filter(run=started).count() == 4
    run_waiting_jobs()
    assert list(ReachRun.objects.all()) == [second]
    assert ReachCount.objects.count() == 4


def test_a_failure_is_said(
    started: ReachRun, system: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_tile: ReachTile) -> Any:
        raise ZeroDivisionError

    monkeypatch.setattr(tasks, "tile_shown", broken)
    assert run_waiting_jobs().failed == 1
    run = again(started)
    assert (run.state, run.error) == (
        RunState.FAILED, "The count failed (ZeroDivisionError). Start it again.",
    )  # fmt: skip
    assert actions.fail_reach(run, error="late", actor=system).error == run.error


def test_only_curators_start_and_stop(started: ReachRun, ana: User) -> None:
    with pytest.raises(PermissionDenied):
        actions.start_reach(policy="default", actor=ana)
    with pytest.raises(PermissionDenied):
        actions.stop_reach(started, actor=ana)
    with pytest.raises(PermissionDenied):
        actions.resume_tiles(actor=ana)


def test_what_cannot_be_counted_is_refused(clara: User) -> None:
    with pytest.raises(ValidationError, match="no such policy"):
        actions.start_reach(policy="odd", actor=clara)
    with pytest.raises(Refused, match="nobody to show"):
        actions.start_reach(policy="default", actor=clara)
