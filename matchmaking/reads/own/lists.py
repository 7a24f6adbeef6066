"""Shortlists that somebody keeps or shares, and suggested changes that wait for them."""

from dataclasses import dataclass

from django.db.models import Prefetch

from clusters.choices import CLAIM, Role, SuggestionStatus
from clusters.models import ChangeSuggestion, Organisation, Shortlist, ShortlistEntry, User

DECIDED_SHOWN = 30


@dataclass(frozen=True)
class ListBlock:
    """A list with its entries. `is_mine`: the reader keeps it and may rename, share or remove it."""

    row: Shortlist
    entries: tuple[ShortlistEntry, ...]
    is_mine: bool


@dataclass(frozen=True)
class ShortlistPage:
    """One's own lists first, then those of colleagues."""

    own: Organisation
    lists: tuple[ListBlock, ...]

    @property
    def organisations(self) -> int:
        """How many organisations stand on any of the lists."""
        return len({entry.organisation_id for one in self.lists for entry in one.entries})


@dataclass(frozen=True)
class SuggestionLine:
    """A suggestion, what the profile says now, and whether the reader decides on it."""

    row: ChangeSuggestion
    now: str
    may_decide: bool
    is_claim: bool


@dataclass(frozen=True)
class SuggestionsPage:
    """Suggestions about organisations the reader edits: open ones, then the last decided."""

    waiting: tuple[SuggestionLine, ...]
    decided: tuple[SuggestionLine, ...]
    own: tuple[SuggestionLine, ...]


def shortlist_page(own: Organisation, reader: User) -> ShortlistPage:
    """Lists of `own` that the reader may see; three queries."""
    seen = Organisation.objects.visible_to(reader)
    entries = ShortlistEntry.objects.filter(organisation__in=seen).select_related(
        "organisation__region"
    )
    rows = Shortlist.objects.visible_to(reader).filter(organisation=own).select_related("owner")
    found = rows.prefetch_related(Prefetch("entries", entries.order_by("organisation__name")))
    lists = [ListBlock(row, tuple(row.entries.all()), row.owner_id == reader.pk) for row in found]
    return ShortlistPage(own, tuple(sorted(lists, key=lambda one: (not one.is_mine, one.row.name))))


def suggestions_page(reader: User) -> SuggestionsPage:
    """What waits, what was decided, and what the reader suggested elsewhere; three queries."""
    roles = dict(reader.representations.values_list("organisation", "role"))
    rows = ChangeSuggestion.objects.select_related("organisation__region", "author")
    editable = [pk for pk, role in roles.items() if role in {Role.OWNER, Role.EDITOR}]
    mine = list(rows.filter(organisation__in=editable).order_by("-created_at"))
    lines = [_line(row, roles.get(row.organisation_id, "")) for row in mine]
    elsewhere = rows.filter(author=reader).exclude(organisation__in=editable)
    is_open = [line.row.status == SuggestionStatus.OPEN for line in lines]
    return SuggestionsPage(
        tuple(line for line, waits in zip(lines, is_open, strict=True) if waits),
        tuple(line for line, waits in zip(lines, is_open, strict=True) if not waits)[
            :DECIDED_SHOWN
        ],
        tuple(_line(row, "") for row in elsewhere[:DECIDED_SHOWN]),
    )


def _line(row: ChangeSuggestion, role: str) -> SuggestionLine:
    is_claim = row.field == CLAIM
    value = getattr(row.organisation, row.field, "") if row.field != "countries" else ""
    now = ", ".join(value) if isinstance(value, list) else str(value or "")
    may = role == Role.OWNER if is_claim else bool(role)
    return SuggestionLine(row, now, may, is_claim)
