"""An organisation's year of meetings for its funder, as tables."""

from typing import Any

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from matchmaking.adapters.workbook import Sheet, Value
from matchmaking.reads.after import After, AfterLine


def year_sheets(page: After) -> list[Sheet]:
    """Figures first, then every meeting; one's own notes stand beside one's own meetings only."""
    return [
        Sheet(_("Figures"), [_("Figure"), _("As we say"), _("Confirmed by both")], figures(page)),
        Sheet(_("Meetings"), _headings(), (_row(line) for line in reversed(page.lines))),
    ]


def year_paper(page: After) -> dict[str, Any]:
    """Data of the paper `year`: the figures and every meeting; without notes."""
    name, year = page.own.name if page.own else "", str(page.year or page.today.year)
    title = _("Meetings of %(year)s and what came of them") % {"year": year}
    made = date_format(page.moment, "SHORT_DATETIME_FORMAT")
    return {
        "title": f"{name}: {title}",
        "heading": name,
        "language": (get_language() or "en")[:2],
        "words": {"page": _("page"), "none": _("No meeting.")},
        "foot": {"event": name, "made": _("Figures of %(moment)s") % {"moment": made}},
        "lead": [title, *([_("Some of these events are invented.")] if page.is_demo else [])],
        "parts": [
            {
                "title": _("How far the meetings came"),
                "heads": [_("Step"), _("As we say"), _("Confirmed by both")],
                "rows": [[one.label, str(one.said), str(one.confirmed)] for one in page.reached],
                "note": _(
                    "Each figure counts the meetings that came at least this far, as you say."
                ),
            },
            {
                "title": _("Every meeting"),
                "heads": [
                    _("Partner"), _("Date"), _("Event"), _("As we say"), _("Confirmed by both"),
                ],
                "rows": [_paper_row(line) for line in reversed(page.lines)],
                "note": "",
            },
        ],
    }  # fmt: skip


def _paper_row(line: AfterLine) -> list[str]:
    countries = ", ".join(country.name for country in line.other.countries.all())
    said = line.mine.get_step_display() if line.mine else line.meeting.get_status_display()
    return [
        f"{line.other.name} ({countries})" if countries else line.other.name,
        date_format(line.day, "SHORT_DATE_FORMAT"),
        line.meeting.event.name,
        said,
        line.confirmed or "–",
    ]


def figures(page: After) -> list[tuple[Value, ...]]:
    """The lines of the first sheet: whose year it is, and the ladder."""
    name = page.own.name if page.own else ""
    partners = {line.other.pk for line in page.lines if not line.is_missed}
    when = date_format(page.moment, "DATETIME_FORMAT")
    return [
        (_("Organisation"), name, None),
        (_("Year"), page.year, None),
        (_("Made on"), when, None),
        (_("Meetings planned"), len(page.lines), None),
        (_("Different partners met or to be met"), len(partners), None),
        *((one.label, one.said, one.confirmed) for one in page.reached),
        (_("Not held: somebody did not come"), sum(line.is_missed for line in page.lines), None),
        (_("Not said yet whether held"), sum(line.is_unmarked for line in page.lines), None),
    ]


def _headings() -> list[str]:
    return [
        _("Date"),
        _("Event"),
        _("Partner"),
        _("Country"),
        _("Kind"),
        _("State"),
        _("As we say"),
        _("As they say"),
        _("Confirmed by both"),
        _("Note"),
        _("Next step"),
        _("To be done on"),
        _("Done on"),
    ]


def _row(line: AfterLine) -> list[Value]:
    mine, theirs = line.mine, line.theirs
    done = mine.next_done_at if mine else None
    return [
        line.day,
        line.meeting.event.name,
        line.other.name,
        ", ".join(country.name for country in line.other.countries.all()),
        line.other.get_kind_display(),
        line.meeting.get_status_display(),
        mine.get_step_display() if mine else "",
        theirs.get_step_display() if theirs else "",
        line.confirmed,
        mine.note if mine else "",
        mine.next_step if mine else "",
        mine.next_on if mine else None,
        done.date() if done else None,
    ]
