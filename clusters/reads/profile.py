"""Everything a profile page shows, read in a fixed number of queries."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from clusters.choices import Direction, Role
from clusters.models import (
    Citation,
    Contradiction,
    CooperationInterest,
    Country,
    Fact,
    FieldStatement,
    Figure,
    InternationalTarget,
    Label,
    Logo,
    Organisation,
    Relation,
    SectorFocus,
    SuccessStory,
    User,
)
from clusters.policies import role_of
from clusters.reads.completeness import Section, completeness
from clusters.reads.lapse import LabelState, label_state, renewable_until
from clusters.reads.plain import Line, plain_lines

# Older facts are shown as old: an organisation's staff, sectors and plans change within two years.
STALE_AFTER = dt.timedelta(days=730)


@dataclass(frozen=True)
class LabelLine:
    """A management label with how it reads today."""

    label: Label
    state: LabelState
    renewable_until: dt.date | None

    @property
    def until(self) -> dt.date | None:
        """The day that matters: the last to renew it, else the last of its validity."""
        return self.renewable_until or self.label.valid_until


@dataclass(frozen=True)
class RelationLine:
    """One relation, told from the profile's side: `other` or `country` is at the far end."""

    relation: Relation
    other: Organisation | None
    country: Country | None


@dataclass(frozen=True)
class RelationGroup:
    """Relations of one kind and direction. `is_ours`: this organisation is the one that relates."""

    kind: str
    title: str
    is_ours: bool
    lines: tuple[RelationLine, ...]


@dataclass(frozen=True)
class Dispute:
    """A plain field for which sources give different values; all stay."""

    field: str
    title: str
    statements: tuple[FieldStatement, ...]


@dataclass(frozen=True)
class Age:
    """How old the facts are: the newest date that any of them, or a curator's check, carries."""

    newest: dt.date | None
    is_stale: bool


@dataclass(frozen=True)
class ProfilePage:
    """A profile as `viewer` may see it. Facts keep their citations (prefetched: `fact.citations.all`)."""

    organisation: Organisation
    lines: tuple[Line, ...]
    sectors: tuple[SectorFocus, ...]
    targets: tuple[InternationalTarget, ...]
    seeks: tuple[CooperationInterest, ...]
    offers: tuple[CooperationInterest, ...]
    labels: tuple[LabelLine, ...]
    relations: tuple[RelationGroup, ...]
    unconfirmed: tuple[Relation, ...]
    disputes: tuple[Dispute, ...]
    contradictions: tuple[Contradiction, ...]
    stories: tuple[SuccessStory, ...]
    figures: tuple[Figure, ...]
    events: tuple[Any, ...]
    sources: tuple[Citation, ...]
    age: Age
    sections: tuple[Section, ...]
    role: str | None
    may_change: bool
    logo: Logo | None

    @property
    def not_said(self) -> int:
        """How many plain facts nobody has stated."""
        return sum(not line.is_said for line in self.lines)

    @property
    def said(self) -> int:
        """How many plain facts are stated or inferred."""
        return len(self.lines) - self.not_said


def profile_page(organisation: Organisation, viewer: User | AnonymousUser) -> ProfilePage:
    """Read the page of a profile that `viewer` may see (the caller checked that).

    Relations that the other side has not confirmed, and completeness, are for those who may change it.
    """
    row = _with_everything(organisation.pk)
    role = role_of(viewer, row)
    may_change = bool(viewer.is_staff) or role in {Role.OWNER, Role.EDITOR}
    facts = list(_facts(row))
    cited = [*row.citations.all(), *chain.from_iterable(f.citations.all() for f in facts)]
    lines = plain_lines(row)
    return ProfilePage(
        organisation=row,
        lines=lines,
        sectors=tuple(row.sector_foci.all()),
        targets=tuple(row.targets.all()),
        seeks=_interests(row, Direction.SEEKS),
        offers=_interests(row, Direction.OFFERS),
        labels=tuple(_label(label) for label in row.labels.all()),
        relations=_relation_groups(row),
        unconfirmed=tuple(_unconfirmed(row)) if may_change else (),
        disputes=_disputes(row, lines),
        contradictions=tuple(row.contradictions.all()),
        stories=tuple(row.stories.all()),
        figures=tuple(row.figures.all()),
        events=tuple(_organised_events(row, viewer)),
        sources=tuple({citation.pk: citation for citation in cited}.values()),
        age=_age(row, facts),
        sections=completeness(row) if may_change else (),
        role=role,
        may_change=may_change,
        logo=Logo.objects.without_picture().filter(organisation=row).first(),
    )


def _with_everything(pk: int) -> Organisation:
    cited = Prefetch("citations", Citation.objects.select_related("source", "footnote"))

    def facts(
        related: str, rows: QuerySet[Any]
    ) -> "Prefetch[Any]":  # not subscriptable at run time
        return Prefetch(related, rows.prefetch_related(cited))

    relations = Relation.objects.select_related("organisation", "other", "country", "sector")
    row: Organisation = (
        Organisation.objects.select_related("region__country")
        .prefetch_related(
            "countries",
            cited,
            facts("sector_foci", SectorFocus.objects.select_related("sector__parent")),
            facts(
                "targets",
                InternationalTarget.objects.select_related("country", "region", "sector"),
            ),
            facts("interests", CooperationInterest.objects.select_related("kind", "sector")),
            facts("labels", Label.objects.all()),
            facts("relations", relations),
            facts("relations_to", relations),
            facts("statements", FieldStatement.objects.all()),
            facts("contradictions", Contradiction.objects.all()),
            facts("stories", SuccessStory.objects.prefetch_related("partners")),
            facts("figures", Figure.objects.all()),
        )
        .get(pk=pk)
    )
    return row


def _facts(row: Organisation) -> Iterable[Any]:
    """Every fact, contradiction and story of the page."""
    return chain(
        row.sector_foci.all(),
        row.targets.all(),
        row.interests.all(),
        row.labels.all(),
        row.relations.all(),
        row.relations_to.all(),
        row.statements.all(),
        row.figures.all(),
        row.contradictions.all(),
        row.stories.all(),
    )


def _interests(row: Organisation, way: Direction) -> tuple[CooperationInterest, ...]:
    return tuple(one for one in row.interests.all() if one.direction in {way, Direction.BOTH})


def _label(label: Label) -> LabelLine:
    state = label_state(label.valid_until, timezone.now().date())
    until = None
    if state == LabelState.RENEWABLE and label.valid_until is not None:
        until = renewable_until(label.valid_until)
    return LabelLine(label, state, until)


def _relation_groups(row: Organisation) -> tuple[RelationGroup, ...]:
    """Confirmed relations by kind: first those this organisation has, then those others have to it."""
    groups: dict[tuple[bool, str], list[RelationLine]] = defaultdict(list)
    for relation in row.relations.all():
        if relation.is_confirmed:
            line = RelationLine(relation, relation.other, relation.country)
            groups[True, relation.kind].append(line)
    for relation in row.relations_to.all():
        if relation.is_confirmed:
            groups[False, relation.kind].append(RelationLine(relation, relation.organisation, None))
    return tuple(
        RelationGroup(kind, lines[0].relation.get_kind_display(), is_ours, tuple(lines))
        for (is_ours, kind), lines in groups.items()
    )


def _unconfirmed(row: Organisation) -> Iterable[Relation]:
    return (one for one in [*row.relations.all(), *row.relations_to.all()] if not one.is_confirmed)


def _disputes(row: Organisation, lines: Iterable[Line]) -> tuple[Dispute, ...]:
    """Fields with statements that differ, in the order of the page."""
    titles = {line.field: str(line.title) for line in lines}
    by_field: dict[str, list[FieldStatement]] = defaultdict(list)
    for statement in row.statements.all():
        by_field[statement.field].append(statement)
    return tuple(
        Dispute(field, titles.get(field, field), tuple(statements))
        for field, statements in by_field.items()
        if len({statement.value for statement in statements}) > 1
    )


def _organised_events(row: Organisation, viewer: User | AnonymousUser) -> Iterable[Any]:
    """Events that name this organisation as organiser: a reverse relation, so no import of that app."""
    events: QuerySet[Any] = row.organised_events.visible_to(viewer)
    return events


def _age(row: Organisation, facts: Iterable[Fact | Contradiction | SuccessStory]) -> Age:
    dates = [row.checked_on]
    dates += [citation.cited_on for citation in row.citations.all()]
    for fact in facts:
        dates.append(getattr(fact, "stated_on", None))
        dates += [citation.cited_on for citation in fact.citations.all()]
    newest = max((date for date in dates if date is not None), default=None)
    return Age(newest, newest is not None and timezone.now().date() - newest > STALE_AFTER)
