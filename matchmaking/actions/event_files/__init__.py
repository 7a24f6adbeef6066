"""Takes an open file of an event in: whole, or not at all."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pghistory
from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from clusters.models import User
from events.choices import TeamRole
from events.models import Event, EventTeamMember
from matchmaking.actions.event_files._schedule import Schedule
from matchmaking.adapters.event_file import Faults
from matchmaking.policies import require


@dataclass(frozen=True)
class Imported:
    """What a file brought: rows by part, organisations that were new, and the event."""

    event: Event
    counts: Mapping[str, int]
    new_organisations: tuple[str, ...]


def import_event(
    data: Mapping[str, Any],
    *,
    actor: User,
    owner: User | None = None,
    slug: str = "",
    dry_run: bool = False,
) -> Imported:
    """Make an event of an open file, with `owner` as its team's owner; under another name with `slug`.

    Organisations that are here already stay as they are. Raises EventFileError with every fault and its
    path; then, and with `dry_run`, nothing is written.
    """
    require(actor, "matchmaking.run_jobs")
    with transaction.atomic(), pghistory.context(user=actor.pk, action="import_event"):
        done = _everything(Schedule(data, slug))
        if owner is not None:
            EventTeamMember.objects.create(event=done.event, user=owner, role=TeamRole.OWNER)
        _check_promises()
        transaction.set_rollback(dry_run)
    return done


def _check_promises() -> None:
    """Let the database check now what it would check at the end."""
    faults = Faults()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    except IntegrityError as error:
        faults.add(
            "meetings",
            _("Somebody or a table is in two meetings at once: %(why)s")
            % {"why": str(error).strip()[:200]},
        )
        faults.raise_any()


def _everything(reading: Schedule) -> Imported:
    """All parts, in the order in which they lean on each other."""
    reading.check_format()
    reading.read_organisations()
    reading.read_event()
    reading.read_times_and_places()
    reading.read_people()
    reading.read_requests()
    reading.read_introductions()
    reading.read_runs()
    reading.read_releases()
    reading.read_meetings()
    reading.read_chains()
    return Imported(reading.event, reading.counts, tuple(reading.new))
