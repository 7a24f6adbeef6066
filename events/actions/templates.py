"""New events that start with sessions and tables instead of empty."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pghistory
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clusters.models import User
from events.actions.setup import add_session, add_tables, create_event
from events.choices import Format, TableKind
from events.models import Event
from events.policies import require
from events.validators import moment_in


@dataclass(frozen=True)
class TemplateSession:
    """A half-day: day of the event (0 first) and hours, on the event's clock or in UTC."""

    name: Promise
    format: str
    day: int
    start: dt.time
    end: dt.time
    is_utc: bool = False
    break_minutes: int = 0


@dataclass(frozen=True)
class EventTemplate:
    """What an event of a kind starts with; everything can be changed afterwards."""

    label: Promise
    note: Promise
    days: int
    sessions: tuple[TemplateSession, ...] = ()
    tables: int = 0
    table_kind: TableKind = TableKind.TABLE
    fields: Mapping[str, Any] | None = None


PREFIXES = {TableKind.TABLE: "T", TableKind.BOOTH: "B"}

TEMPLATES: Mapping[str, EventTemplate] = {
    "b2b_day": EventTemplate(
        label=_("One day, business to business"),
        note=_("A morning and an afternoon of 20-minute B2B meetings at 12 tables."),
        days=1,
        sessions=(
            TemplateSession(_("Morning"), Format.B2B, 0, dt.time(9, 30), dt.time(13)),
            TemplateSession(_("Afternoon"), Format.B2B, 0, dt.time(14, 30), dt.time(17, 30)),
        ),
        tables=12,
    ),
    "c2c_b2b": EventTemplate(
        label=_("Two days, clusters first, then companies"),
        note=_("A day of C2C and a day of B2B meetings of 20 minutes at 12 tables."),
        days=2,
        sessions=(
            TemplateSession(_("Clusters, morning"), Format.C2C, 0, dt.time(9), dt.time(12)),
            TemplateSession(_("Clusters, afternoon"), Format.C2C, 0, dt.time(14), dt.time(17)),
            TemplateSession(_("Companies, morning"), Format.B2B, 1, dt.time(9), dt.time(12)),
            TemplateSession(_("Companies, afternoon"), Format.B2B, 1, dt.time(14), dt.time(17)),
        ),
        tables=12,
    ),
    "c2b_hosted": EventTemplate(
        label=_("One day, clusters receive companies"),
        note=_(
            "A morning and an afternoon of 20-minute C2B meetings at 12 booths; the planner lets people "
            "change booths as little as it can."
        ),
        days=1,
        sessions=(
            TemplateSession(_("Morning"), Format.C2B, 0, dt.time(9, 30), dt.time(13)),
            TemplateSession(_("Afternoon"), Format.C2B, 0, dt.time(14, 30), dt.time(17, 30)),
        ),
        tables=12,
        table_kind=TableKind.BOOTH,
    ),
    "virtual": EventTemplate(
        label=_("By video, one day"),
        note=_(
            "Meetings of 20 minutes with 5 between them while it is day on both sides: 14:00 to "
            "18:00 UTC. No tables; nobody meets before 8:00 or after 20:00 of their own clock."
        ),
        days=1,
        sessions=(
            TemplateSession(
                _("By video"), "", 0, dt.time(14), dt.time(18), is_utc=True, break_minutes=5
            ),
        ),
        fields={"decent_from": dt.time(8), "decent_until": dt.time(20)},
    ),
    "empty": EventTemplate(
        label=_("Empty"), note=_("No sessions and no tables; you add your own."), days=1
    ),
}


def create_event_from_template(template: str, *, values: Mapping[str, Any], actor: User) -> Event:
    """Start an event as a draft with the sessions and tables of a template, whole or not at all.

    `values` are the event's fields as `create_event` takes them; `name` and `starts_on` are needed, the
    last day is set by the template when left out. Raises ValidationError by field.
    """
    require(actor, "events.add_event")
    chosen = TEMPLATES.get(template)
    if chosen is None:
        raise ValidationError(
            {"template": ValidationError(_("Choose one of the templates."), code="template")}
        )
    first = values["starts_on"]
    last = values.get("ends_on") or first + dt.timedelta(days=chosen.days - 1)
    with (
        transaction.atomic(),
        pghistory.context(user=actor.pk, action="create_event_from_template"),
    ):
        fields = {**(chosen.fields or {}), **values, "ends_on": last}
        event = create_event(values=fields, actor=actor)
        for session in chosen.sessions:
            _add(event, first, session, actor)
        if chosen.tables:
            kind, prefix = chosen.table_kind, PREFIXES[chosen.table_kind]
            add_tables(event, count=chosen.tables, prefix=prefix, kind=kind, actor=actor)
    return event


def _add(event: Event, first: dt.date, session: TemplateSession, actor: User) -> None:
    day = first + dt.timedelta(days=session.day)
    add_session(
        event,
        name=str(session.name),
        format=session.format,
        starts_at=_moment(event, day, session.start, is_utc=session.is_utc),
        ends_at=_moment(event, day, session.end, is_utc=session.is_utc),
        break_minutes=session.break_minutes,
        actor=actor,
    )


def _moment(event: Event, day: dt.date, time: dt.time, *, is_utc: bool) -> dt.datetime:
    clock = dt.datetime.combine(day, time)
    return clock.replace(tzinfo=dt.UTC) if is_utc else moment_in(event.zone, clock)
