"""Whom the best lists of all organisations show: counted in tiles by any number of workers.

The order of locks is run, tile. What a killed worker leaves undone is one tile, which another one takes.
"""

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import pghistory
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clusters.choices import OrganisationStatus
from clusters.models import Organisation, User
from clusters.validators import Refused
from matchmaking import jobs
from matchmaking.actions._rows import _lock
from matchmaking.choices import RunState
from matchmaking.models import ReachCount, ReachRun, ReachTile
from matchmaking.policies import require
from matchmaking.reads.market import current
from matchmaking.reads.reach import data_version
from matchmaking.reads.scores import policy_names
from matchmaking.scoring.evenness import Evenness
from matchmaking.scoring.reach import tiles_of

TILE = 1000
"""Organisations in a tile: some seconds of work at 20,000 organisations."""
STALE_AFTER = dt.timedelta(minutes=5)
MOST_ATTEMPTS = 3
"""A tile whose workers die is given to others so many times in all."""
ACTIVE = (RunState.QUEUED, RunState.RUNNING)


def start_reach(*, policy: str, actor: User, size: int = TILE) -> ReachRun:
    """Have everybody's best lists counted, `size` organisations to a tile. Refused while a count is at work."""
    require(actor, "matchmaking.count_reach")
    with transaction.atomic(), pghistory.context(user=actor.pk, action="start_reach"):
        with connection.cursor() as cursor:
            # Two curators who start at once start one. Held until the transaction ends.
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('reach'))")
        if policy not in policy_names():
            text = _("There is no such policy any more. Choose another.")
            raise ValidationError({"policy": ValidationError(text, code="policy")})
        if ReachRun.objects.filter(state__in=ACTIVE).exists():
            raise Refused(
                _("A count is at work already. Wait for it or stop it."), code="run_active"
            )
        return _start(policy, size, actor)


def _start(policy: str, size: int, actor: User) -> ReachRun:
    snapshot = current()
    if not snapshot.market.profiles:
        raise Refused(_("No organisation is listed yet: there is nobody to show."), code="nobody")
    run = ReachRun.objects.create(
        policy=policy,
        version=data_version(snapshot),
        organisations=len(snapshot.market.profiles),
        started_by=actor,
    )
    for keys in tiles_of(snapshot.market, size):
        owners = [int(snapshot.pks[snapshot.position[key]]) for key in keys]
        jobs.count_reach(ReachTile.objects.create(run=run, owners=owners).pk)
    return run


def stop_reach(run: ReachRun, *, actor: User) -> ReachRun:
    """Stop a count; nothing of it stays. One that is over already stays as it is."""
    require(actor, "matchmaking.count_reach")
    with transaction.atomic(), pghistory.context(user=actor.pk, action="stop_reach"):
        row = _lock(run)
        if row.is_active:
            _end(row, RunState.CANCELLED)
    return row


def begin_tile(tile: ReachTile, *, actor: User) -> ReachTile:
    """Note that a worker has taken a tile. Refused when the count is over or the tile done."""
    require(actor, "matchmaking.run_jobs")
    with transaction.atomic(), pghistory.context(user=actor.pk, action="begin_tile"):
        run, row = _lock_open(tile)
        now = timezone.now()
        row.attempts, row.begun_at = row.attempts + 1, now
        row.save(update_fields=["attempts", "begun_at"])
        if run.state == RunState.QUEUED:
            run.started_at = now
            _move(run, RunState.RUNNING, "started_at")
    return row


def store_tile(tile: ReachTile, *, shown: Mapping[int, int], version: str, actor: User) -> ReachRun:
    """Keep what a tile counted: how often its lists show an organisation, by key. The last one ends the count."""
    require(actor, "matchmaking.run_jobs")
    with transaction.atomic(), pghistory.context(user=actor.pk, action="store_tile"):
        run, row = _lock_open(tile)
        row.shown, row.version = {str(key): times for key, times in shown.items()}, version
        row.save(update_fields=["shown", "version"])
        if not run.tiles.filter(shown__isnull=True).exists():
            _finish(run)
    return run


def fail_reach(run: ReachRun, *, error: str, actor: User) -> ReachRun:
    """Give a count up and say why. One that is over already stays as it is."""
    require(actor, "matchmaking.run_jobs")
    with transaction.atomic(), pghistory.context(user=actor.pk, action="fail_reach"):
        row = _lock(run)
        if row.is_active:
            row.error = error[:300]
            _end(row, RunState.FAILED, "error")
    return row


def resume_tiles(*, actor: User) -> int:
    """Give tiles whose worker went silent to another one. Returns how many.

    One that went silent too often ends its count: it would kill the next worker, too.
    """
    require(actor, "matchmaking.run_jobs")
    with transaction.atomic(), pghistory.context(user=actor.pk, action="resume_tiles"):
        runs = ReachRun.objects.filter(state=RunState.RUNNING).order_by("pk")
        silent = [
            tile
            for run in runs.select_for_update(skip_locked=True, no_key=True)
            for tile in run.tiles.filter(
                shown__isnull=True, begun_at__lt=timezone.now() - STALE_AFTER
            )
        ]
        for tile in silent:
            _resume(tile)
    return len(silent)


def _resume(tile: ReachTile) -> None:
    if tile.attempts < MOST_ATTEMPTS:
        tile.begun_at = None
        tile.save(update_fields=["begun_at"])
        jobs.count_reach(tile.pk)
    elif tile.run.is_active:
        tile.run.error = gettext("The workers stopped, again and again. Tell the operator.")
        _end(tile.run, RunState.FAILED, "error")


def _lock_open(tile: ReachTile) -> tuple[ReachRun, ReachTile]:
    """The run and its tile, locked. Refused when there is nothing left to count in it."""
    run = _lock(tile.run)
    row = _lock(tile)
    if not run.is_active or row.shown is not None:
        raise Refused(_("This part is counted already."), code="state")
    row.run = run
    return run, row


def _finish(run: ReachRun) -> None:
    """Add the tiles up; the count takes the place of the one before."""
    tiles = list(run.tiles.all())
    total: Counter[int] = Counter()
    for tile in tiles:
        total.update({int(key): times for key, times in (tile.shown or {}).items()})
    owners = {key for tile in tiles for key in tile.owners}
    listed = Organisation.objects.filter(status=OrganisationStatus.LISTED)
    sides = {
        key: side for key, side in listed.order_by("pk").values_list("pk", "side") if key in owners
    }
    of_side = Counter(sides.values())
    ReachCount.objects.bulk_create(
        (
            ReachCount(
                run=run,
                organisation_id=key,
                times=total[key],
                lists=len(sides) - of_side[side],
            )
            for key, side in sides.items()
        ),
        batch_size=5000,
    )
    run.organisations = len(sides)
    run.is_mixed = any(tile.version != run.version for tile in tiles)
    run.figures = {
        "all": _figures([total[key] for key in sides]),
        **{side: _figures([total[key] for key in sides if sides[key] == side]) for side in of_side},
    }
    ReachRun.objects.filter(state=RunState.DONE).delete()
    _end(run, RunState.DONE, "organisations", "is_mixed", "figures")


def _figures(counts: list[int]) -> dict[str, Any]:
    found = Evenness.of(counts)
    return {**asdict(found), "distinct": found.distinct}


def _end(run: ReachRun, to: str, *fields: str) -> None:
    """The end of a locked run; its tiles are of no use any more."""
    ReachTile.objects.filter(run=run).delete()
    run.finished_at = timezone.now()
    _move(run, to, "finished_at", *fields)


def _move(run: ReachRun, to: str, *fields: str) -> None:
    """Save a locked run, known to be active, in another state."""
    run.state = to
    run.save(update_fields=["state", *fields])
