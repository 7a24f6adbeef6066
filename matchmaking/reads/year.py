"""An organisation's year of meetings for its funder, as tables."""

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from matchmaking.adapters.workbook import Sheet, Value
from matchmaking.reads.after import After, AfterLine


def year_sheets(page: After) -> list[Sheet]:
    """Figures first, then every meeting; one's own notes stand beside one's own meetings only."""
    return [
        Sheet(_("Figures"), [_("Figure"), _("As we say"), _("Confirmed by both")], figures(page)),
        Sheet(_("Meetings"), _headings(), (_row(line) for line in reversed(page.lines))),
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
