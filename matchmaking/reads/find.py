"""The find page: one filter, three views, facets with counts, and the score on every row."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from django.core.paginator import Page, Paginator
from django.http import QueryDict
from django.urls import reverse
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from numpy.typing import NDArray

from clusters.choices import LabelLevel, OrganisationKind, Side
from clusters.models import Organisation, Shortlist, SuccessStory, User
from clusters.reads.spelling import nearest_name, nearest_words, where_found
from events.choices import HIDDEN_PHASES, RegistrationStatus
from events.models import Event
from matchmaking.filters import EU_SCOPE, NOT_SAID, PartnerFilter
from matchmaking.reads import scores
from matchmaking.reads.facets import COUNTED
from matchmaking.reads.find_map import FindMap, find_map
from matchmaking.reads.find_parts import Chip, Choice, Facet, FindRow, Option, Suggestion
from matchmaking.reads.market import current
from matchmaking.reads.searches import clean_query

PAGE_SIZE = 25
VIEWS = ("list", "map", "table")
DEFAULT_SORT = "score"


@dataclass(frozen=True)
class FindPage:
    """Everything the find page shows. Without scores `own` is None.

    That is so for visitors, and for those whose organisation is not listed (`unlisted`).
    """

    own: Organisation | None
    unlisted: Organisation | None
    own_sectors: str
    text: str
    view: str
    sort: str
    sorts: tuple[Choice, ...]
    views: tuple[Choice, ...]
    facets: tuple[Facet, ...]
    chips: tuple[Chip, ...]
    rows: tuple[FindRow, ...]
    pages: Page[Any]
    total: int
    kept: tuple[tuple[str, str], ...]
    kept_for_sort: tuple[tuple[str, str], ...]
    here: str
    csv_href: str
    xlsx_href: str
    save_query: str
    suggestion: Suggestion | None
    map: FindMap | None

    @property
    def total_text(self) -> str:
        """How many were found."""
        return ngettext("%(n)s organisation", "%(n)s organisations", self.total) % {"n": self.total}

    @property
    def filters_title(self) -> str:
        """Heading of the folded filters on a phone."""
        active = len(self.chips)
        if not active:
            return _("Filters")
        return ngettext("Filters, %(n)s active", "Filters, %(n)s active", active) % {"n": active}


def with_defaults(query: QueryDict, own: Organisation | None) -> QueryDict:
    """A first visit shows the other side; whoever unticks that has said so (`f=1`)."""
    if own is None or query:
        return query
    other = {Side.EU: Side.MX, Side.MX: Side.EU}.get(Side(own.side))
    filled = query.copy()
    if other:
        filled["side"] = other
    return filled


class Finder:
    """Works out one find page. Nothing here runs queries in proportion to the organisations found."""

    def __init__(
        self, query: QueryDict, *, own: Organisation | None, user: User | None, per_page: int
    ) -> None:
        self.query = with_defaults(query, own)
        self.own = own
        self.user = user
        self.per_page = per_page
        self.snapshot = current()
        self.filter = PartnerFilter(self.query, queryset=Organisation.objects.listed(), own=own)
        self.filter.form.is_valid()

    @cached_property
    def selected(self) -> Mapping[str, list[str]]:
        """Ticked codes by filter; only what is set."""
        cleaned = self.filter.form.cleaned_data
        return {name: list(codes) for name, codes in cleaned.items() if codes and name != "q"}

    @property
    def text(self) -> str:
        """The words searched for."""
        return str(self.filter.form.cleaned_data.get("q") or "")

    @cached_property
    def found(self) -> NDArray[np.bool_]:
        """One flag for every position of the market."""
        if self.is_counted(self.selected):
            return self.with_all(self.selected)
        return self.others(self.filter.qs.values_list("pk", flat=True))

    def is_counted(self, facets: Iterable[str]) -> bool:
        """Whether the index answers these filters, so that the database need not list thousands."""
        return not self.text and set(facets) <= set(COUNTED)

    def with_all(self, facets: Iterable[str]) -> NDArray[np.bool_]:
        """Who has one of the ticked codes in each of some counted facets."""
        size = len(self.snapshot.pks)
        found = np.ones(size, dtype=np.bool_)
        for name in facets:
            found &= self.snapshot.index.holding(name, self.selected[name], size)
        return self.without_own(found)

    def others(self, pks: Iterable[int]) -> NDArray[np.bool_]:
        """One flag for every position of the market: is it one of these, and not who looks?"""
        return self.without_own(self.snapshot.mask(pks))

    def without_own(self, found: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Nobody is a partner of itself: lists leave out who looks, so counts do, too."""
        if self.own is not None and self.own.slug in self.snapshot.position:
            found[self.snapshot.position[self.own.slug]] = False
        return found

    def among(self, facet: str) -> NDArray[np.bool_]:
        """Who a facet counts: everybody who fits all other filters."""
        if facet not in self.selected:
            return self.found
        others = [name for name in self.selected if name != facet]
        if self.is_counted(others):
            return self.with_all(others)
        return self.others(self.filter.without(facet).values_list("pk", flat=True))

    @cached_property
    def ranking(self) -> scores.Ranking | None:
        """Scores of everybody against the organisation that looks."""
        if self.own is None or self.own.slug not in self.snapshot.market.profiles:
            return None
        return scores.ranking(self.own, self.snapshot)

    @property
    def sort(self) -> str:
        """The order asked for, or the first one that makes sense."""
        wanted = self.query.get("sort", "")
        allowed = [choice.value for choice in self.sorts]
        return wanted if wanted in allowed else allowed[0]

    @cached_property
    def sorts(self) -> tuple[Choice, ...]:
        rows = [("name", _("Name")), ("new", _("Newest"))]
        if self.ranking is not None:
            rows = [
                ("score", _("Both gain")),
                ("own", _("You gain")),
                ("theirs", _("They gain")),
                *rows,
            ]
        wanted = self.query.get("sort", rows[0][0])
        return tuple(Choice(value, label, value == wanted) for value, label in rows)

    def order(self) -> NDArray[np.int64]:
        """Positions of what was found, in the order asked for; set-aside pairs come last."""
        positions = np.flatnonzero(self.found)
        if self.sort == "name":
            return positions[np.argsort(self.snapshot.name_rank[positions], kind="stable")]
        if self.sort == "new" or self.ranking is None:
            return positions[::-1]
        return self.ranking.best_first(positions, by=self.sort)

    def page(self) -> FindPage:
        """The page, with a fixed number of queries."""
        order = self.order()
        view = self.query.get("view", "list")
        view = view if view in VIEWS else "list"
        paginator: Paginator[Any] = Paginator(order, self.per_page)
        pages = paginator.get_page(self.query.get("page"))
        listed = order[:0] if view == "map" else np.asarray(pages.object_list)
        rows = tuple(self.rows(listed))
        return FindPage(
            own=self.own if self.ranking else None,
            unlisted=None if self.ranking else self.own,
            own_sectors=self.own_sectors(),
            text=self.text,
            view=view,
            sort=self.sort,
            sorts=self.sorts,
            views=self.views(view),
            facets=self._facets,
            chips=tuple(self.chips()),
            rows=rows,
            pages=pages,
            total=len(order),
            kept=self.kept("q", "page"),
            kept_for_sort=self.kept("sort", "page"),
            here=self.address(),
            csv_href=f"{reverse('find_csv')}?{self.query.urlencode()}",
            xlsx_href=f"{reverse('find_xlsx')}?{self.query.urlencode()}",
            save_query=clean_query(self.query).urlencode(),
            suggestion=None if len(order) else self.suggestion(),
            map=self.map(order) if view == "map" else None,
        )

    def map(self, order: NDArray[np.int64]) -> FindMap:
        """Everybody found on the map."""
        own = self.own.slug if self.own and self.ranking else None
        best = order if self.sort == "score" else order[:0]
        if self.ranking is not None and self.sort != "score":
            best = self.ranking.best_first(order)
        return find_map(
            self.snapshot,
            order,
            own=own,
            best=best,
            zoom=self.query.get("zoom", ""),
            address=self.address,
        )

    def own_sectors(self) -> str:
        """The sectors of the organisation that looks, in words."""
        if self.own is None or self.own.slug not in self.snapshot.market.profiles:
            return ""
        codes = self.snapshot.market.profiles[self.own.slug].shares
        return ", ".join(self.snapshot.names.sector(code) for code in codes) or _("no sector said")

    def rows(self, positions: NDArray[np.int64]) -> Iterator[FindRow]:
        """Rows for the organisations at `positions`."""
        pks = [int(self.snapshot.pks[position]) for position in positions]
        by_pk = Organisation.objects.in_bulk(pks)
        starred = self.starred(pks)
        for pk in pks:
            if pk in by_pk:
                yield self.row(by_pk[pk], starred=pk in starred)

    def row(self, organisation: Organisation, *, starred: bool) -> FindRow:
        """One row; names of its facts come from the snapshot."""
        names = self.snapshot.names
        profile = self.snapshot.market.profiles[organisation.slug]
        places = [names.place(code) for code in profile.regions[-1:] or profile.countries]
        sectors = ", ".join(names.sector(code) for code in profile.shares)
        plain = FindRow(
            organisation=organisation,
            href=reverse("profile", args=[organisation.slug]),
            place=", ".join(places) or organisation.get_side_display(),
            sectors=sectors,
            labels=profile.labels,
            why=Truncator(organisation.aim).words(30) or sectors,
        )
        plain = replace(plain, found_in=self.found_in(plain)) if self.text else plain
        if self.ranking is None or self.own is None:
            return plain
        pair = self.ranking.pair(organisation.slug)
        why, unknown = scores.why_and_open(pair, names)
        return replace(
            plain,
            href=reverse("match", args=[organisation.slug]),
            why=why,
            unknown=unknown,
            bridge=None if pair.block else scores.bridge(pair, self.snapshot),
            blocked=scores.block_text(pair, names),
            can_lift=bool(pair.block and not pair.block.public),
            is_shortlisted=starred,
        )

    def found_in(self, row: FindRow) -> str:
        """Where the words searched for stand, if not in the name: another name, a sector, the aim."""
        one = row.organisation
        texts = [one.description, one.description_en, one.description_es]
        texts = [*one.aliases, row.sectors, one.aim, one.aim_en, one.aim_es, *texts]
        return where_found(self.text, one.name, texts)

    def starred(self, pks: list[int]) -> set[int]:
        """Which of the organisations are on one of the reader's shortlists."""
        if self.own is None or self.user is None:
            return set()
        lists = Shortlist.objects.filter(organisation=self.own, owner=self.user)
        return set(
            lists.filter(entries__organisation__in=pks).values_list(
                "entries__organisation", flat=True
            )
        )

    # -- facets, chips and links

    def facets(self) -> Iterator[Facet]:
        names = self.snapshot.names
        say = {
            "side": lambda code: str(Side(code).label),
            "country": names.country,
            "region": names.place,
            "kind": lambda code: str(OrganisationKind(code).label),
            "target": lambda code: _("EU member states") if code == EU_SCOPE else names.place(code),
            "seeks": names.kind_of_cooperation,
            "offers": names.kind_of_cooperation,
            "label": lambda code: f"ESCA {LabelLevel(code).label}",
        }
        yield self.facet("side", say["side"], fixed=tuple(Side.values))
        yield self.sector_facet()
        for name in ("country", "region", "kind", "target"):
            yield self.facet(name, say[name], is_open=name != "region")
        for name in ("seeks", "offers", "label"):
            yield self.facet(name, say[name], is_open=name in self.selected)
        yield from self.event_facets()

    def facet(
        self, name: str, say: Any, *, fixed: tuple[str, ...] = (), is_open: bool = True
    ) -> Facet:
        """A facet whose codes come from the data, the most frequent first."""
        counts = self.snapshot.index.counts(name, self.among(name))
        ticked = self.selected.get(name, [])
        for code in ticked:
            counts.setdefault(code, 0)
        codes = fixed or sorted(
            (code for code, n in counts.items() if n or code in ticked),
            key=lambda code: (code == NOT_SAID, -counts[code], code),
        )
        options = tuple(
            Option(code, self.label(say, code), counts.get(code, 0), code in ticked)
            for code in codes
        )
        return Facet(name, str(self.filter.filters[name].label), options, is_open=is_open)

    @staticmethod
    def label(say: Any, code: str) -> str:
        """The name of a code; a code nobody knows stands for itself."""
        if code == NOT_SAID:
            return _("Not said")
        try:
            return capfirst(str(say(code)))
        except ValueError:
            return code

    def sector_facet(self) -> Facet:
        """The sector tree, only branches with somebody in them or with a tick."""
        counts = self.snapshot.index.counts("sector", self.among("sector"))
        ticked = set(self.selected.get("sector", []))
        tree = self.snapshot.market.sectors
        shown = {
            node
            for code in {*ticked, *(code for code, n in counts.items() if n)}
            if code in tree.parents
            for node in tree.path(code)
        }
        options = [
            Option(
                code,
                self.snapshot.names.sector(code),
                counts.get(code, 0),
                code in ticked,
                depth=len(tree.path(code)) - 1,
            )
            for code in self.snapshot.sector_order
            if code in shown
        ]
        if counts.get(NOT_SAID) or NOT_SAID in ticked:
            said = counts.get(NOT_SAID, 0)
            options.append(Option(NOT_SAID, _("No sector said"), said, NOT_SAID in ticked))
        return Facet("sector", _("Sector"), tuple(options))

    def event_facets(self) -> Iterator[Facet]:
        """At which running event somebody takes part, and the two yes-or-no questions."""
        ticked = self.selected.get("event", [])
        events = (
            Event.objects.exclude(status__in=HIDDEN_PHASES)
            .filter(registrations__status=RegistrationStatus.ACCEPTED)
            .distinct()
        )
        among = self.among("event")
        options = []
        for slug, name, pks in _accepted_by_event(events):
            n = int(np.count_nonzero(self.snapshot.mask(pks) & among))
            if n or slug in ticked:
                options.append(Option(slug, name, n, slug in ticked))
        if options:
            yield Facet("event", _("At the event"), tuple(options), is_open=bool(ticked))
        yield self.more_facet()

    def more_facet(self) -> Facet:
        """Questions that narrow further."""
        ticked = self.selected.get("more", [])
        labels = {"story": _("Has a success story"), "open": _("Open to my country or region")}
        options = []
        for code, label in labels.items():
            if code == "open" and self.own is None:
                continue
            mask = self.found & (self.open_to_own() if code == "open" else self.with_story())
            options.append(Option(code, label, int(np.count_nonzero(mask)), code in ticked))
        return Facet("more", _("More"), tuple(options), is_open=bool(ticked))

    def with_story(self) -> NDArray[np.bool_]:
        """Who tells a success story."""
        told = SuccessStory.partners.through.objects.values_list("organisation", flat=True)
        return self.snapshot.mask(told.distinct())

    def open_to_own(self) -> NDArray[np.bool_]:
        """Whose targets name the place of the organisation that looks."""
        size = len(self.snapshot.pks)
        profile = self.own and self.snapshot.market.profiles.get(self.own.slug)
        if not profile:
            return np.zeros(size, dtype=np.bool_)
        places = [*profile.countries, *profile.regions[-1:]]
        places += [EU_SCOPE] if profile.side == Side.EU else []
        return self.snapshot.index.holding("target", places, size)

    def chips(self) -> Iterator[Chip]:
        """One chip for every filter in use."""
        if self.text:
            yield Chip(_("Search"), self.text, self.address(q=None))
        labels = {
            facet.name: {option.value: option.label for option in facet.options}
            for facet in self._facets
        }
        for name, codes in self.selected.items():
            named = labels.get(name, {})
            if len(codes) <= 2:
                value = ", ".join(named.get(code, code) for code in codes)
            else:
                value = _("%(n)s chosen") % {"n": len(codes)}
            yield Chip(str(self.filter.filters[name].label), value, self.address(**{name: None}))

    @cached_property
    def _facets(self) -> tuple[Facet, ...]:
        return tuple(self.facets())

    def views(self, current_view: str) -> tuple[Choice, ...]:
        rows = (("list", _("List")), ("map", _("Map")), ("table", _("Table")))
        return tuple(
            Choice(value, label, value == current_view, self.address(view=value), value)
            for value, label in rows
        )

    def address(self, **changes: str | None) -> str:
        """This page with some parameters changed; None takes one out. The page number starts again."""
        query = self.query.copy()
        query.pop("page", None)
        for name, value in changes.items():
            query.pop(name, None)
            if value is not None:
                query[name] = value
        query["f"] = "1"
        return f"{reverse('find')}?{query.urlencode()}"

    def kept(self, *dropped: str) -> tuple[tuple[str, str], ...]:
        """The parameters of this page as hidden fields, without some."""
        pairs = [
            (name, value)
            for name, values in self.query.lists()
            if name not in (*dropped, "f")
            for value in values
        ]
        return (*pairs, ("f", "1"))

    def suggestion(self) -> Suggestion | None:
        """Words, else a name, close to what was typed, where nothing was found."""
        if not self.text:
            return None
        near = nearest_words(self.text, self.snapshot.vocabulary)
        near = near or nearest_name(self.text, self.snapshot.searchable)
        return Suggestion(near, self.address(q=near)) if near else None


def _accepted_by_event(events: Any) -> Iterator[tuple[str, str, list[int]]]:
    """Slug, name and accepted organisations of each event; one query."""
    rows: dict[tuple[str, str], list[int]] = {}
    found = events.values_list("slug", "name", "registrations__organisation")
    for slug, name, organisation in found:
        rows.setdefault((slug, name), []).append(organisation)
    for (slug, name), organisations in rows.items():
        yield slug, name, organisations


def find_page(
    query: QueryDict,
    *,
    own: Organisation | None,
    user: User | None = None,
    per_page: int = PAGE_SIZE,
) -> FindPage:
    """The find page for the filters in `query`. Unknown codes find nothing and can be removed."""
    return Finder(query, own=own, user=user, per_page=per_page).page()
