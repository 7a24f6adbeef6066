"""Rows of profiles to the market that the scoring engine reads.

A market of 20,000 organisations is read with a fixed number of wide queries, whatever its size.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from django.db.models import F, Max, Min, Q, QuerySet
from django.utils import timezone

from clusters.choices import Basis, OrganisationStatus, RelationKind
from clusters.models import (
    CooperationInterest,
    Country,
    InternationalTarget,
    Label,
    Organisation,
    Region,
    Relation,
    Sector,
    SectorFocus,
    SuccessStory,
)
from matchmaking import scoring as engine
from matchmaking.models import Meeting, ScoringPolicy

# An organisation may renew a lapsed ECEI label within a year (ECEI rules, as field practice tells).
RENEWABLE_DAYS = 365

# Relations that say where somebody works, hosts or brings people together are experience with that
# place; they are no partnership of two organisations.
MAIN_SECTOR_WEIGHT = 2.0


class Cited(NamedTuple):
    """The citations of one fact, and whether any of them states it."""

    codes: tuple[str, ...]
    stated: bool


def read_market(*, version: str) -> engine.Market:
    """All listed organisations with their facts, the sector tree and joint activities."""
    tree = sector_tree()
    profiles = read_profiles(Organisation.objects.filter(status=OrganisationStatus.LISTED))
    members = Country.objects.filter(is_eu_member=True).values_list("code", flat=True)
    return engine.Market.of(
        profiles,
        tree,
        activities=read_activities(),
        eu_members=members,
        day=timezone.now().date(),
        version=version,
    )


def sector_tree() -> engine.SectorTree:
    """The sector tree by code, without wording: pages name sectors in the reader's language."""
    return engine.SectorTree(dict(Sector.objects.values_list("code", "parent__code")))


def read_profiles(
    organisations: QuerySet[Organisation], *, at: dt.datetime | None = None
) -> list[engine.Profile]:
    """Engine profiles of `organisations`, in the order of their keys in the database.

    With `at`, as they were then: read from the history of rows, without those that were not listed.
    Countries and citations have no history; they are those of today.
    """
    heads = list(_heads(organisations, at))
    wanted = {head[0] for head in heads}
    # A list of 20,000 keys would be slower than reading all facts of listed organisations.
    among = Q(organisation__in=wanted) if len(wanted) <= 50 else Q()
    countries = _countries(organisations)
    places = _Places()
    facts = _Facts(among, at)
    return [_profile(head, countries.get(head[0], ()), places, facts) for head in heads]


def _heads(
    organisations: QuerySet[Organisation], at: dt.datetime | None
) -> Iterable[tuple[Any, ...]]:
    fields = ("slug", "name", "side", "kind", "languages", "time_zone", "region__code")
    if at is None:
        return organisations.order_by("pk").values_list("pk", *fields)
    rows = rows_at(Organisation, Q(pgh_obj__in=organisations), at)
    listed = rows.filter(status=OrganisationStatus.LISTED).order_by("pgh_obj_id")
    return listed.values_list("pgh_obj_id", *fields)


def rows_at(model: type[Any], among: Q, at: dt.datetime) -> QuerySet[Any]:
    """The tracked rows of a model as they were; `among` speaks of columns of its history."""
    # pghistory makes the model of tracked rows at run time.
    history: Any = model.history.rel.related_model
    last = history.objects.filter(among, pgh_created_at__lte=at).order_by("pgh_obj_id", "-pgh_id")
    newest = last.distinct("pgh_obj_id").values("pgh_id")
    rows: QuerySet[Any] = history.objects.filter(pgh_id__in=newest).exclude(pgh_label="delete")
    return rows


def policy_from_row(row: ScoringPolicy, priors: Mapping[str, float]) -> engine.Policy:
    """The engine's policy; `priors` count where the row states none.

    Raises engine.PolicyError when the stored weights cannot be used.
    """
    return engine.Policy(
        row.name, row.weights, version=row.version, priors={**priors, **row.priors}
    )


class _Places:
    """Regions with their wider regions, and what a country usually brings."""

    def __init__(self) -> None:
        regions = Region.objects.values_list("code", "parent__code", "time_zone")
        self.parent = {code: parent for code, parent, _zone in regions}
        self.region_zone = {code: zone for code, _parent, zone in regions}
        self.country = {
            code: (tuple(languages), zone)
            for code, languages, zone in Country.objects.values_list(
                "code", "languages", "time_zone"
            )
        }

    def chain(self, region: str | None) -> tuple[str, ...]:
        """Codes of a region and all it lies in, widest first."""
        codes: list[str] = []
        while region:
            codes.append(region)
            region = self.parent.get(region)
        return tuple(reversed(codes))

    def zone(self, own: str, region: str | None, countries: Collection[str]) -> str:
        """The stated time zone, else the region's, else that of the only country."""
        if own:
            return own
        if region and self.region_zone.get(region):
            return self.region_zone[region]
        zones = {self.country[code][1] for code in countries if code in self.country}
        return zones.pop() if len(zones) == 1 else ""


class _Facts:
    """Facts by organisation, each kind read once."""

    def __init__(self, among: Q, at: dt.datetime | None = None) -> None:
        self.day = (at or timezone.now()).date()
        self.foci = _grouped(SectorFocus, among, at, "sector__code", "is_main")
        self.targets = _grouped(
            InternationalTarget,
            among,
            at,
            "stance",
            "scope",
            "country__code",
            "region__code",
            "sector__code",
            "is_own_statement",
        )
        self.interests = _grouped(
            CooperationInterest, among, at, "kind__code", "direction", "sector__code"
        )
        self.labels = _grouped(Label, among, at, "scheme", "level", "valid_until")
        self.relations = _grouped(
            Relation,
            among & Q(is_confirmed=True),
            at,
            "kind",
            "other__slug",
            "country__code",
            "sector__code",
            "stated_on",
        )


def _grouped(
    model: type[Any], among: Q, at: dt.datetime | None, *fields: str
) -> dict[int, list[tuple[Any, ...]]]:
    """Rows (Cited, *fields) of one kind of fact by organisation; two queries."""
    cited = _cited(model, among)
    rows: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    nothing = Cited((), stated=True)
    key = "pk" if at is None else "pgh_obj_id"
    found = model.objects.all() if at is None else rows_at(model, _of_whom(among), at)
    for pk, organisation, *values in (
        found.filter(among).order_by(key).values_list(key, "organisation", *fields)
    ):
        rows[organisation].append((cited.get(pk, nothing), *values))
    return rows


def _of_whom(among: Q) -> Q:
    """`among` without conditions that a row may have met and meets no more."""
    kept = [(child[0], child[1]) for child in among.children if isinstance(child, tuple)]
    return Q(*(pair for pair in kept if pair[0] == "organisation__in"))


def _cited(model: type[Any], among: Q) -> dict[int, Cited]:
    rows: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for pk, code, basis in (
        model.objects.filter(among, citations__isnull=False)
        .order_by("pk", "citations__code")
        .values_list("pk", "citations__code", "citations__basis")
    ):
        rows[pk].append((code, basis))
    return {
        pk: Cited(tuple(code for code, _ in cites), any(b == Basis.STATED for _, b in cites))
        for pk, cites in rows.items()
    }


def _countries(organisations: QuerySet[Organisation]) -> dict[int, tuple[str, ...]]:
    rows: dict[int, list[str]] = defaultdict(list)
    for organisation, code in (
        organisations.filter(countries__isnull=False)
        .order_by("countries__code")
        .values_list("pk", "countries__code")
    ):
        rows[organisation].append(code)
    return {organisation: tuple(codes) for organisation, codes in rows.items()}


def _profile(
    head: tuple[Any, ...], countries: tuple[str, ...], places: _Places, facts: _Facts
) -> engine.Profile:
    pk, slug, name, side, kind, languages, zone, region = head
    relations = facts.relations.get(pk, [])
    return engine.Profile(
        key=slug,
        name=name,
        side=side,
        kind=kind,
        countries=countries,
        regions=places.chain(region),
        languages=tuple(languages),
        time_zone=places.zone(zone, region, countries),
        foci=tuple(_focus(row) for row in facts.foci.get(pk, [])),
        targets=tuple(_target(row) for row in facts.targets.get(pk, [])),
        interests=tuple(_interest(row) for row in facts.interests.get(pk, [])),
        labels=tuple(_label(row, facts.day) for row in facts.labels.get(pk, [])),
        relations=tuple(_relation(row) for row in relations),
        parent=next((row[2] for row in relations if row[1] == RelationKind.PART_OF), None),
    )


def _focus(row: tuple[Any, ...]) -> engine.SectorFocus:
    cited, sector, is_main = row
    return engine.SectorFocus(
        sector=sector,
        weight=MAIN_SECTOR_WEIGHT if is_main else 1.0,
        citations=cited.codes,
        stated=cited.stated,
    )


def _target(row: tuple[Any, ...]) -> engine.Target:
    cited, stance, scope, country, region, sector, own = row
    return engine.Target(
        stance=engine.Stance(stance),
        scope=engine.Scope(scope),
        place=country or region or "",
        sector=sector,
        by_owner=own,
        citations=cited.codes,
        stated=cited.stated,
    )


def _interest(row: tuple[Any, ...]) -> engine.Interest:
    cited, kind, direction, sector = row
    return engine.Interest(
        kind=kind,
        way=engine.Way(direction),
        sector=sector,
        citations=cited.codes,
        stated=cited.stated,
    )


def label_state(valid_until: dt.date | None, today: dt.date) -> engine.LabelState:
    """Whether a label counts on a day. No date is not said, which is never "lapsed"."""
    if valid_until is None or valid_until >= today:
        return engine.LabelState.VALID
    if (today - valid_until).days <= RENEWABLE_DAYS:
        return engine.LabelState.RENEWABLE
    return engine.LabelState.LAPSED


def _label(row: tuple[Any, ...], day: dt.date) -> engine.Label:
    cited, scheme, level, valid_until = row
    return engine.Label(
        scheme=scheme,
        level=level,
        state=label_state(valid_until, day),
        citations=cited.codes,
        stated=cited.stated,
    )


def _relation(row: tuple[Any, ...]) -> engine.Relation:
    cited, kind, other, country, sector, when = row
    return engine.Relation(
        kind=kind,
        other=other,
        country=country,
        sectors=(sector,) if sector else (),
        when=when,
        citations=cited.codes,
        stated=cited.stated,
    )


def read_activities() -> Iterator[engine.Activity]:
    """Success stories, and meetings whose outcome both sides report as more than a meeting."""
    yield from _stories()
    yield from _outcomes()


def _stories() -> Iterable[engine.Activity]:
    stories = SuccessStory.objects.prefetch_related("partners", "leads", "sectors", "citations")
    for story in stories:
        members = dict.fromkeys(o.slug for o in (*story.leads.all(), *story.partners.all()))
        yield engine.Activity(
            key=f"story:{story.code}",
            name=story.title,
            members=tuple(members),
            sectors=tuple(sector.code for sector in story.sectors.all()),
            citations=tuple(citation.code for citation in story.citations.all()),
        )


def _outcomes() -> Iterable[engine.Activity]:
    """Meetings that both sides took beyond the meeting itself.

    What came of a meeting is known to the two alone, so it counts in their own pair and nowhere else.
    """
    agreed = (
        Meeting.objects.exclude(outcomes__step="held")
        .annotate(first=Min("outcomes__organisation"), last=Max("outcomes__organisation"))
        .filter(first__lt=F("last"))
        .values_list(
            "pk",
            "request__sender__organisation__slug",
            "request__receiver__organisation__slug",
            "slot__starts_at",
        )
    )
    for pk, sender, receiver, when in agreed:
        yield engine.Activity(
            key=f"meeting:{pk}",
            kind="outcome",
            members=(sender, receiver),
            when=when.date(),
            is_confidential=True,
        )
