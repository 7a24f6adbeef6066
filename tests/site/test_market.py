"""Every page shows scores of the present data, whoever changed it and however."""

import gc
from collections.abc import Callable

import numpy as np
import pytest
from django.db import connection
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from clusters.choices import Basis, Direction, OrganisationStatus, Stance
from clusters.models import (
    Citation,
    CooperationInterest,
    CooperationKind,
    Country,
    InternationalTarget,
    Label,
    Organisation,
    Relation,
    Sector,
    SectorFocus,
    User,
)
from events.models import Event
from matchmaking.choices import MeetingStatus, OutcomeStep
from matchmaking.models import Meeting, Outcome
from matchmaking.reads import market
from matchmaking.reads.facets import COUNTED
from matchmaking.reads.market import Snapshot, _stamp, _whole, current
from tests.cast import (
    CitationFactory,
    CountryFactory,
    InterestFactory,
    LabelFactory,
    OrganisationFactory,
    RegistrationFactory,
    RelationFactory,
    SectorFactory,
    SectorFocusFactory,
    StoryFactory,
    TargetFactory,
)
from tests.matchmaking.stories import agree
from tests.site.api_callers import signed_in
from tests.sure import sure


@pytest.fixture
def described(galician: Organisation, nuevo_leon: Organisation) -> Organisation:
    """The Galician cluster with a fact of each kind, each with a citation that only infers it."""
    guess = CitationFactory(code="guess", basis=Basis.INFERRED)
    facts = (
        SectorFocusFactory(organisation=galician),
        TargetFactory(organisation=galician),
        InterestFactory(organisation=galician),
        LabelFactory(organisation=galician),
        RelationFactory(organisation=galician, other=nuevo_leon, is_confirmed=True),
    )
    for fact in facts:
        fact.citations.add(guess)
    StoryFactory().partners.add(galician, nuevo_leon)
    return galician


def sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def same(one: Snapshot, other: Snapshot) -> bool:
    """The two say the same: profiles, names, keys, and what the market works out from them."""
    return (
        one.stamp == other.stamp
        and dict(one.market.profiles) == dict(other.market.profiles)
        and list(one.market.profiles) == list(other.market.profiles)
        and one.names == other.names
        and one.pks.tolist() == other.pks.tolist()
        and worked_out(one) == worked_out(other)
    )


def worked_out(snapshot: Snapshot) -> dict[str, object]:
    """What a snapshot works out for pages, however it came by it."""
    everybody = np.ones(len(snapshot.pks), dtype=np.bool_)
    return {
        "keys": snapshot.keys,
        "position": snapshot.position,
        "sides": snapshot.sides.tolist(),
        "name_rank": snapshot.name_rank.tolist(),
        "searchable": snapshot.searchable,
        "sector_order": snapshot.sector_order,
        "spots": [snapshot.spot(key) for key in snapshot.keys],
        "index": {
            facet: {code: n for code, n in snapshot.index.counts(facet, everybody).items() if n}
            for facet in COUNTED
        },
    }


CHANGES: dict[str, Callable[[], object]] = {
    "a name": lambda: Organisation.objects.filter(slug="galician-cluster").update(name="New"),
    "a side": lambda: Organisation.objects.filter(slug="galician-cluster").update(side="third"),
    "languages by SQL": lambda: sql("UPDATE clusters_organisation SET languages = '{gl,en}'"),
    "archived": lambda: Organisation.objects.update(status=OrganisationStatus.ARCHIVED),
    "one more": lambda: OrganisationFactory(name="Newcomer"),
    "a slug": lambda: Organisation.objects.filter(slug="galician-cluster").update(slug="gal"),
    "gone": lambda: Organisation.objects.filter(slug="nuevo-leon-cluster").delete(),
    "a country": lambda: Organisation.objects.get(slug="galician-cluster").countries.set(
        [CountryFactory(code="PT")]
    ),
    "a sector": lambda: SectorFocus.objects.update(is_main=True),
    "no sector": lambda: SectorFocus.objects.all().delete(),
    "a stance": lambda: InternationalTarget.objects.update(stance=Stance.NOT_NOW),
    "an interest": lambda: CooperationInterest.objects.update(direction=Direction.OFFERS),
    "a label": lambda: Label.objects.update(valid_until="2001-01-01"),
    "a relation": lambda: Relation.objects.update(is_confirmed=False),
    "one citation more": lambda: SectorFocus.objects.get().citations.add(CitationFactory()),
    "no citation": lambda: Relation.citations.through.objects.all().delete(),
    "stated after all": lambda: Citation.objects.filter(code="guess").update(basis=Basis.STATED),
    "the name of a sector": lambda: Sector.objects.update(name_en="Cars"),
    "the name of a country": lambda: Country.objects.filter(code="MX").update(name_en="México"),
    "the name of a kind": lambda: CooperationKind.objects.update(name_en="handing on know-how"),
    "a story": lambda: StoryFactory().leads.add(
        Organisation.objects.get(slug="galician-cluster")
    ),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_seen_at_once(change: str, described: Organisation) -> None:
    before = current()
    assert worked_out(before)
    CHANGES[change]()
    now = current()
    assert now is not before, "nobody told the market"
    assert same(now, _whole(_stamp())), "what was mended in place differs from what is there"


def test_without_a_change_two_short_queries_tell_so(
    described: Organisation, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    held = current()
    with django_assert_num_queries(2):
        assert current() is held


def test_a_few_changes_are_mended_in_place(described: Organisation) -> None:
    tree, ranks = current().market.sectors, current().name_rank
    Organisation.objects.filter(slug="galician-cluster").update(languages=["en"])
    assert current().name_rank is ranks, "nobody has another name"
    Organisation.objects.filter(slug="galician-cluster").update(name="New", languages=["gl"])
    now = current()
    assert now.market.sectors is tree, "only the profile was read"
    assert now.names.organisation("galician-cluster") == "New"
    assert same(now, _whole(_stamp()))


def test_many_changes_are_read_as_a_whole(described: Organisation) -> None:
    for number in range(25):
        Organisation.objects.filter(slug="galician-cluster").update(name=f"Name {number}")
    assert same(current(), _whole(_stamp()))


def test_what_a_curator_saves_stands_on_the_next_page(
    described: Organisation, ana: User, dora: User
) -> None:
    page = reverse("match", args=["nuevo-leon-cluster"])
    assert "Tooling" not in signed_in(ana).get(page).content.decode()
    SectorFactory(code="tooling")
    SectorFocusFactory(organisation=Organisation.objects.get(slug="nuevo-leon-cluster"))
    sector = Sector.objects.get(code="automotive")
    form = {"code": "automotive", "name_en": "Tooling", "name_es": "Utillaje", "aliases": "",
            "nace": "", "scian": "", "position": 0, "is_ecosystem": ""}  # fmt: skip
    answer = signed_in(dora).post(reverse("admin:clusters_sector_change", args=[sector.pk]), form)
    assert answer.status_code == 302, answer.context and answer.context["errors"]
    assert "Field in common: Tooling" in signed_in(ana).get(page).content.decode()


def test_what_came_of_a_meeting_counts_once_both_sides_say_so(
    galician: Organisation, nuevo_leon: Organisation, event: Event
) -> None:
    request = agree(
        *(RegistrationFactory(event=event, organisation=o) for o in (galician, nuevo_leon))
    )
    meeting = Meeting.objects.create(
        event=event, request=request, slot=sure(event.slots.first()), status=MeetingStatus.HELD
    )
    for organisation in (galician, nuevo_leon):
        Outcome.objects.create(meeting=meeting, organisation=organisation, step=OutcomeStep.HELD)
    assert not current().market.activities
    Outcome.objects.filter(organisation=galician).update(step=OutcomeStep.FOLLOW_UP)
    assert not current().market.activities, "one side alone proves nothing"
    Outcome.objects.filter(organisation=nuevo_leon).update(step=OutcomeStep.FOLLOW_UP)
    assert [a.key for a in current().market.activities] == [f"meeting:{meeting.pk}"]


def test_a_large_market_is_left_out_of_the_search_for_garbage(
    described: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the search itself goes on: a page must not leave it off."""
    steps: list[str] = []
    for name in ("unfreeze", "collect", "freeze"):
        monkeypatch.setattr(gc, name, lambda name=name: steps.append(name))
    _whole(_stamp())
    assert steps == [], "a small market is not worth it"
    monkeypatch.setattr(market, "LARGE", 1)
    _whole(_stamp())
    assert steps == ["unfreeze", "collect", "freeze"]
    assert gc.isenabled()
