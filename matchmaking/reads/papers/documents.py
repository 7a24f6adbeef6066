"""What each kind of paper says, in the active language: data for the templates in `templates/print/`."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from clusters.models import Organisation, User
from clusters.reads.plain import home
from events.choices import Attendance
from events.models import Delegate, Event, FloorPlan, Registration, Slot, Table
from matchmaking.choices import PaperKind
from matchmaking.models import Release
from matchmaking.printing import code_svg, plan_svg
from matchmaking.reads.clocks import zone_place
from matchmaking.reads.papers.schedule import Data, Line, Papers, day_words, papers, position
from matchmaking.reads.plans import drawing_of, placed_tables
from matchmaking.wording.scoring import criterion_name


def paper(release: Release, kind: str) -> tuple[str, Data]:
    """Template and data of one of the papers for a team, in the active language."""
    held = papers(release)
    makers: dict[str, Callable[[Papers], Data]] = {
        PaperKind.BOOK: _book,
        PaperKind.TABLES: _tables,
        PaperKind.HOSTS: _hosts,
        PaperKind.BADGES: _badges,
    }
    template = "agendas" if kind == PaperKind.BOOK else kind
    return template, makers[kind](held)


def agenda_of(release: Release, registration: Registration) -> tuple[str, Data]:
    """Template and data of one organisation's agenda."""
    held = papers(release, own=registration)
    lines = held.by_registration.get(registration.pk, [])
    one = _agenda(held, registration, lines, registration.organisation.name)
    return "agendas", _with_frame(held, one["name"], cover=None, agendas=[one])


def agenda_of_person(release: Release, reader: User) -> tuple[str, Data] | None:
    """Template and data of what a person sits in; None for who sends nobody and is not sent."""
    sent = Delegate.objects.filter(user=reader, registration__event=release.event_id)
    mine = sent.select_related("registration__organisation__region__country").first()
    if mine is None:
        return None
    held = papers(release, own=mine.registration)
    keys = set(sent.values_list("pk", flat=True))
    lines = [one for one in held.lines if keys & {person.pk for person in one.people}]
    one = _agenda(held, mine.registration, lines, mine.name)
    one["people"] = mine.registration.organisation.name
    return "agendas", _with_frame(held, one["name"], cover=None, agendas=[one])


def _book(held: Papers) -> Data:
    registrations = held.registrations
    agendas = [
        _agenda(held, one, held.by_registration[one.pk], one.organisation.name)
        for one in registrations
    ]
    title = _("Agenda book")
    n = len(registrations)
    lines = [
        *_when_and_where(held.event),
        ngettext("%(n)d organisation", "%(n)d organisations", n) % {"n": n},
        ngettext("%(n)d meeting", "%(n)d meetings", len(held.lines)) % {"n": len(held.lines)},
    ]
    plans = list(_plans(held.event))
    cover = {"kind": title, "event": held.event.name, "lines": lines, "plans": plans}
    return _with_frame(held, title, cover=cover, agendas=agendas)


def _plans(event: Event) -> Iterator[Data]:
    """The floor plans with the tables on them."""
    tables = placed_tables(event)
    for plan in FloorPlan.objects.filter(event=event).select_related("event").order_by("pk"):
        drawn = drawing_of(plan, tables, "")
        marks = [(one.name, one.x, one.y) for one in drawn.marks]
        names = ", ".join(one.name for one in drawn.marks)
        alt = _("Floor plan %(name)s with the tables %(tables)s")
        picture = bytes(plan.picture)
        yield {
            "name": plan.name,
            "alt": alt % {"name": plan.name, "tables": names or "–"},
            "drawing": plan_svg(picture, plan.media_type, height=drawn.height, marks=marks),
        }


def _when_and_where(event: Event) -> Iterator[str]:
    if event.starts_on:
        first = day_words(event.starts_on)
        last = day_words(event.ends_on) if event.ends_on else first
        yield (
            first
            if first == last
            else _("%(first)s to %(last)s")
            % {
                "first": first,
                "last": last,
            }
        )
    if event.venue or event.city:
        yield ", ".join(part for part in (event.venue, event.city) if part)


def _agenda(held: Papers, own: Registration, lines: Sequence[Line], name: str) -> Data:
    zone = _own_zone(own, held.event)

    def row(line: Line) -> Data:
        other = line.other(own)
        return {
            "time": held.time(line.slot),
            "own_time": _own_time(line.slot, zone),
            "place": line.place,
            "other": other.name,
            "where": _where(other),
            "reason": _reason(line),
            "change": line.change,
            "people": line.names(own),
        }

    people = dict.fromkeys(
        person.name for line in lines for person in line.people if person.registration_id == own.pk
    )
    count = ngettext("%(n)d meeting", "%(n)d meetings", len(lines)) % {"n": len(lines)}
    clock = _("all times %(place)s") % {"place": held.place}
    where = _where(own.organisation)
    return {
        "name": name,
        "about": " · ".join(part for part in (where, count, clock) if part),
        "people": ", ".join(people),
        "notices": list(_notices(held, lines)),
        "days": held.days(lines, row),
    }


def _reason(line: Line) -> str:
    code = line.request.reason
    return _("Reason given: %(reason)s") % {"reason": criterion_name(code)} if code else ""


def _notices(held: Papers, lines: Sequence[Line]) -> Iterator[str]:
    if not held.is_newest:
        yield _("A newer release has replaced this one. Print that instead.")
    changed = sum(bool(line.change) for line in lines)
    if changed:
        text = ngettext(
            "%(n)d meeting has changed since release %(number)d; it is marked below.",
            "%(n)d meetings have changed since release %(number)d; they are marked below.",
            changed,
        )
        yield text % {"n": changed, "number": held.release.number}
    if not lines:
        yield _("No meeting in this release.")


def _own_zone(own: Registration, event: Event) -> str:
    """The clock of who takes part by video, where it is another one."""
    zone = own.organisation.time_zone
    remote = own.attendance == Attendance.REMOTE
    return zone if remote and zone and zone != event.time_zone else ""


def _own_time(slot: Slot, zone: str) -> str:
    if not zone:
        return ""
    return f"{slot.starts_at.astimezone(ZoneInfo(zone)):%H:%M} {zone_place(zone)}"


def _where(organisation: Organisation) -> str:
    """Region and countries; the side where neither is known."""
    return home(organisation) or organisation.get_side_display()


def _tables(held: Papers) -> Data:
    by_table: dict[Table, list[Line]] = defaultdict(list)
    for line in held.lines:
        if line.table is not None:
            by_table[line.table].append(line)

    def row(line: Line) -> Data:
        first, second = line.sides
        return {
            "time": held.time(line.slot),
            "own_time": line.change,
            "first": first.organisation.name,
            "second": second.organisation.name,
        }

    cards = [
        {
            "name": table.name,
            "about": " · ".join(
                [
                    table.get_kind_display(),
                    ngettext("%(n)d meeting", "%(n)d meetings", len(lines)) % {"n": len(lines)},
                    _("all times %(place)s") % {"place": held.place},
                ]
            ),
            "days": held.days(lines, row),
        }
        for table, lines in sorted(by_table.items(), key=lambda pair: position(pair[0]))
    ]
    return _with_frame(held, _("Table cards"), cards=cards)


def _hosts(held: Papers) -> Data:
    days: dict[dt.date, dict[Slot, list[Data]]] = {}
    for line in held.lines:
        first, second = line.sides
        day = line.slot.starts_at.astimezone(held.event.zone).date()
        change = f" ({line.change})" if line.change else ""
        days.setdefault(day, {}).setdefault(line.slot, []).append(
            {
                "place": line.place,
                "first": first.organisation.name + change,
                "first_people": line.names(first),
                "second": second.organisation.name,
                "second_people": line.names(second),
            }
        )
    pages = [
        {
            "name": day_words(day),
            "slots": [{"name": held.time(slot), "rows": rows} for slot, rows in slots.items()],
        }
        for day, slots in days.items()
    ]
    return _with_frame(held, _("Host list"), days=pages)


def _badges(held: Papers) -> Data:
    people = Delegate.objects.filter(
        registration__in=Registration.objects.accepted().filter(event=held.event),
        erased_at__isnull=True,
    )
    people = people.select_related("registration__organisation__region__country")
    people = people.prefetch_related("registration__organisation__countries")
    ordered = sorted(
        people,
        key=lambda one: (one.registration.organisation.name.casefold(), one.name.casefold()),
    )
    badges = [
        {
            "event": held.event.name,
            "name": one.name,
            "title": one.job_title,
            "organisation": one.registration.organisation.name,
            "where": _where(one.registration.organisation),
            "code": one.code,
            "qr": code_svg(one.code),
            "alt": _("badge code %(code)s") % {"code": one.code},
        }
        for one in ordered
    ]
    return _with_frame(held, _("Badges"), badges=badges)


def _with_frame(held: Papers, title: str, **content: Any) -> Data:
    """The content with what each paper of a release has: its foot asks whether it still holds."""
    address = settings.SITE_URL + reverse("paper", args=[held.release.code])
    asks = {
        "ask": _("Still current?"),
        "short": address.partition("://")[2].rstrip("/"),
        "qr": code_svg(address),
    }
    return {**frame(held.event, title, made=_made(held), **asks), **content}


def frame(event: Event, title: str, *, made: str, **foot: str) -> Data:
    """Title, language, words and foot of a paper; without a code where none is given."""
    return {
        "title": f"{title}: {event.name}",
        "language": (get_language() or "en")[:2],
        "words": _words(),
        "foot": {
            "event": _event_name(event),
            "made": made,
            "ask": "",
            "short": "",
            "qr": "",
            **foot,
        },
    }


def _event_name(event: Event) -> str:
    """Its name; what is invented says so on paper, too."""
    return f"{event.name} ({_('demo data')})" if event.is_demo else event.name


def _made(held: Papers) -> str:
    zone = held.event.zone
    published = held.release.published_at.astimezone(zone)
    printed = held.moment.astimezone(zone)
    return _("Release %(number)d of %(day)s; printed %(moment)s, %(place)s time") % {
        "number": held.release.number,
        "day": date_format(published, "SHORT_DATE_FORMAT"),
        "moment": date_format(printed, "SHORT_DATETIME_FORMAT"),
        "place": held.place,
    }


def _words() -> dict[str, str]:
    return {
        "page": _("page"),
        "time": pgettext("on a clock", "Time"),
        "table": pgettext("place to meet", "Table"),
        "partner": _("You meet"),
        "ours": _("From your side"),
        "notes": _("Notes"),
        "contents": _("Contents"),
        "first": _("Organisation"),
        "second": _("Meets"),
        "here": _("here"),
        "none": _("Nothing to count yet."),
    }
