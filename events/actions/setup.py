"""An event's own fields and phases, its sessions with their slots, and its tables."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

import pghistory
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from clusters.models import User
from clusters.validators import Refused, check_slug, check_time_zone
from events.actions._rows import IN_USE, _lock, _lock_event, _refuse_used_slots, _set_fields
from events.choices import EVENT_MOVES, EventStatus, TableKind, TeamRole
from events.models import Event, EventTeamMember, Session, Slot, Table
from events.policies import require
from events.validators import check_free, check_session, check_within_days, slot_times

EVENT_FIELDS = frozenset(
    {
        "slug",
        "name",
        "description",
        "purpose",
        "time_zone",
        "city",
        "venue",
        "country",
        "region",
        "starts_on",
        "ends_on",
        "apply_until",
        "ask_until",
        "answer_within_hours",
        "request_quota",
        "asking",
        "max_meetings",
        "places_eu",
        "places_mx",
        "fills_places",
        "keeps_timetable",
        "decent_from",
        "decent_until",
        "retention_days",
    }
)
SESSION_FIELDS = frozenset(
    {"name", "format", "starts_at", "ends_at", "slot_minutes", "break_minutes"}
)
MOST_TABLES = 500


def create_event(*, values: Mapping[str, Any], actor: User, is_demo: bool = False) -> Event:
    """Start an event as a draft, with the actor as owner of its team.

    `values` maps field names to values; `name` is needed, `slug` is made from it when left out, and
    `organisers` may list organisations. Raises ValidationError by field.
    """
    require(actor, "events.add_event")
    with transaction.atomic(), pghistory.context(user=actor.pk, action="create_event"):
        event = Event(
            slug=values.get("slug") or _free_slug(values.get("name", "")), is_demo=is_demo
        )
        _fill(event, {**values, "slug": event.slug, "name": values.get("name", "")})
        _save_event(event)
        event.organisers.set(values.get("organisers", ()))
        if not actor.is_system:
            EventTeamMember.objects.create(event=event, user=actor, role=TeamRole.OWNER)
    return event


def change_event(
    event: Event, *, values: Mapping[str, Any], actor: User, seen_at: dt.datetime | None = None
) -> Event:
    """Change an event's fields. `seen_at` is the `updated_at` that the editor saw.

    Refused when somebody else changed it since, when its sessions would fall outside its days, and for
    another time zone while there are sessions. Raises ValidationError by field.
    """
    require(actor, "events.change_event", event)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="change_event"):
        row = _lock_event(event)
        if seen_at is not None and row.updated_at > seen_at:
            raise Refused(
                _("Somebody changed this event while you did. Look at it again, then save."),
                code="stale",
            )
        zone = row.time_zone
        _fill(row, values)
        _check_sessions_fit(row, zone)
        _save_event(row)
        if "organisers" in values:
            row.organisers.set(values["organisers"])
    return row


def move_event(event: Event, *, to: str, actor: User) -> Event:
    """Bring an event into another phase, along EVENT_MOVES.

    Cancelling is no move: it ends requests and meetings, too (`matchmaking.actions.cancel_event`).
    """
    require(actor, "events.move_event", event)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="move_event"):
        row = _lock_event(event)
        if to not in EVENT_MOVES[row.status] - {EventStatus.CANCELLED}:
            raise Refused(
                _("This event is at “%(now)s” and cannot go to “%(to)s”. Load the page again."),
                code="state",
                params={
                    "now": row.get_status_display(),
                    "to": dict(EventStatus.choices).get(to, to),
                },
            )
        _check_ready(row, to)
        row.status = to
        row.save(update_fields=["status", "updated_at"])
    return row


def add_session(
    event: Event,
    *,
    name: str,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    actor: User,
    format: str = "",  # noqa: A002 - the word of the product
    slot_minutes: int = 20,
    break_minutes: int = 0,
) -> Session:
    """Add a session and cut it into slots. Times are aware; see `validators.moment_in`.

    Raises ValidationError by field; refused outside the event's days or over another session's slots.
    """
    require(actor, "events.change_setup", event)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="add_session"):
        row = _lock_event(event)
        session = Session(event=row)
        _set_fields(
            session,
            {
                "name": name,
                "format": format,
                "starts_at": starts_at,
                "ends_at": ends_at,
                "slot_minutes": slot_minutes,
                "break_minutes": break_minutes,
            },
            SESSION_FIELDS,
        )
        _check_session(row, session)
        session.save()
        _cut(session)
    return session


def change_session(session: Session, *, values: Mapping[str, Any], actor: User) -> Session:
    """Change a session. Slots that keep their times stay, with what people said about them.

    Refused while a meeting, draft or release stands in a slot that would go, or in any slot when the
    format changes.
    """
    require(actor, "events.change_setup", session.event)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="change_session"):
        event = _lock_event(session.event)
        row = _lock(session)
        before = row.format
        _set_fields(row, values, SESSION_FIELDS)
        _check_session(event, row)
        if row.format != before:
            _refuse_used_slots(Slot.objects.filter(session=row))
        row.save()
        _cut(row)
    return row


def remove_session(session: Session, *, actor: User) -> None:
    """Remove a session and its slots. Refused while meetings, drafts or releases stand in it."""
    require(actor, "events.change_setup", session.event)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="remove_session"):
        _lock_event(session.event)
        row = _lock(session)
        _refuse_used_slots(Slot.objects.filter(session=row))
        row.delete()


def add_tables(
    event: Event,
    *,
    count: int,
    actor: User,
    prefix: str = "T",
    kind: str = TableKind.TABLE,
) -> list[Table]:
    """Add `count` tables named prefix and number, numbered on from those with the same prefix."""
    require(actor, "events.change_setup", event)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="add_tables"):
        row = _lock_event(event)
        tables = list(Table.objects.filter(event=row))
        if not 1 <= count <= MOST_TABLES - len(tables):
            raise ValidationError(
                {
                    "count": ValidationError(
                        _("An event has at most %(most)d tables; it has %(have)d now."),
                        code="count",
                        params={"most": MOST_TABLES, "have": len(tables)},
                    )
                }
            )
        number = max((_number(table.name, prefix) for table in tables), default=0)
        position = max((table.position for table in tables), default=0)
        added = [Table(event=row) for _n in range(count)]
        for step, table in enumerate(added, start=1):
            name = f"{prefix}{number + step}"
            _set_fields(table, {"name": name, "kind": kind}, {"name", "kind"})
            table.position = position + step
            table.save()
    return added


def change_table(
    table: Table,
    *,
    actor: User,
    name: str | None = None,
    kind: str | None = None,
    closed_slots: Iterable[Slot] | None = None,
) -> Table:
    """Rename a table or say in which slots it does not exist. Refused where it hosts a meeting."""
    require(actor, "events.change_setup", table.event)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="change_table"):
        _lock_event(table.event)
        row = _lock(table)
        given = {"name": name, "kind": kind}
        values = {field: value for field, value in given.items() if value is not None}
        _set_fields(row, values, {"name", "kind"})
        row.validate_constraints()
        row.save()
        if closed_slots is not None:
            _close(row, list(closed_slots))
    return row


def remove_table(table: Table, *, actor: User) -> None:
    """Remove a table. Refused while a meeting, draft or release names it."""
    require(actor, "events.change_setup", table.event)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="remove_table"):
        _lock_event(table.event)
        row = _lock(table)
        if Table.objects.filter(IN_USE, pk=row.pk).exists():
            raise Refused(
                _(
                    "Meetings stand at table %(table)s, in a draft or in the schedule. Close it in "
                    "the slots in which it is missing, and plan again."
                ),
                code="table_in_use",
                params={"table": row.name},
            )
        row.delete()


def _fill(event: Event, values: Mapping[str, Any]) -> None:
    """Put checked values on the event, unsaved."""
    plain = {name: value for name, value in values.items() if name != "organisers"}
    _set_fields(event, plain, EVENT_FIELDS)
    for name, check in (("slug", check_slug), ("time_zone", check_time_zone)):
        if name in plain:
            try:
                check(plain[name])
            except ValidationError as error:
                raise ValidationError({name: error}) from error
    _check_dates(event)


def _check_dates(event: Event) -> None:
    if event.starts_on and event.ends_on and event.ends_on < event.starts_on:
        raise ValidationError(
            {
                "ends_on": ValidationError(
                    _("An event ends on or after its first day."), code="ends_first"
                )
            }
        )
    if (event.decent_from is None) != (event.decent_until is None):
        raise ValidationError(
            {"decent_until": ValidationError(_("Give both hours or none."), code="half_hours")}
        )
    if event.decent_from and event.decent_until and event.decent_until <= event.decent_from:
        raise ValidationError(
            {
                "decent_until": ValidationError(
                    _("The later hour comes after the earlier one."), code="hours_reversed"
                )
            }
        )


def _check_sessions_fit(event: Event, zone_before: str) -> None:
    sessions = list(Session.objects.filter(event=event))
    if sessions and event.time_zone != zone_before:
        raise Refused(
            _("Remove the sessions before you change the time zone; their hours would shift."),
            code="zone_with_sessions",
        )
    for session in sessions:
        check_within_days(event, session)


def _save_event(event: Event) -> None:
    try:
        with transaction.atomic():  # a savepoint, so that the caller's transaction survives
            event.save()
    except IntegrityError as error:
        raise ValidationError(
            {"slug": ValidationError(_("Another event has this short name."), code="slug_taken")}
        ) from error


def _check_ready(event: Event, to: str) -> None:
    """What must be there before a phase begins."""
    if to == EventStatus.CALL and (event.starts_on is None or event.ends_on is None):
        raise Refused(
            _("Set the first and the last day of the event before you open the call."),
            code="no_days",
        )
    if to == EventStatus.PUBLISHED and not event.releases.exists():
        raise Refused(
            _("Publish a release of the schedule; that moves the event on."), code="no_release"
        )


def _check_session(event: Event, session: Session) -> None:
    check_session(session)
    check_within_days(event, session)
    check_free(event, _times(session), besides=session if session.pk else None)


def _times(session: Session) -> list[tuple[dt.datetime, dt.datetime]]:
    return slot_times(
        session.starts_at,
        session.ends_at,
        slot_minutes=session.slot_minutes,
        break_minutes=session.break_minutes,
    )


def _cut(session: Session) -> None:
    """Make the slots what the session's times say; those that keep their times stay."""
    wanted = set(_times(session))
    kept = set()
    gone = []
    for slot in Slot.objects.filter(session=session):
        times = (slot.starts_at, slot.ends_at)
        if times in wanted:
            kept.add(times)
        else:
            gone.append(slot.pk)
    goners = Slot.objects.filter(pk__in=gone)
    _refuse_used_slots(goners)
    goners.delete()
    Slot.objects.bulk_create(
        Slot(event=session.event, session=session, starts_at=start, ends_at=end)
        for start, end in sorted(wanted - kept)
    )


def _close(table: Table, slots: list[Slot]) -> None:
    if any(slot.event_id != table.event_id for slot in slots):
        raise ValidationError(
            {"closed_slots": ValidationError(_("Choose slots of this event."), code="foreign_slot")}
        )
    busy = table.uses.filter(slot__in=slots).count()
    if busy:
        raise Refused(
            _("A meeting takes place at %(table)s in one of these slots. Move it first."),
            code="table_in_use",
            params={"table": table.name},
        )
    table.closed_slots.set(slots)


def _number(name: str, prefix: str) -> int:
    rest = name.removeprefix(prefix)
    return int(rest) if name.startswith(prefix) and rest.isdecimal() else 0


def _free_slug(name: str) -> str:
    """A slug from the name, with a number where it is taken."""
    stem = slugify(name).replace("_", "-")[:74].strip("-") or "event"
    taken = set(Event.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    if stem not in taken:
        return stem
    return next(
        free for number in range(2, len(taken) + 3) if (free := f"{stem}-{number}") not in taken
    )
