"""What a profile page shows: facts with their sources, and what is not said."""

import datetime as dt
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone, translation

from clusters import actions
from clusters.models import Contradiction, FieldStatement, Figure
from clusters.reads import profile_page
from clusters.reads.lapse import LabelState, label_state
from tests.cast import (
    CitationFactory,
    CountryFactory,
    InterestFactory,
    LabelFactory,
    OrganisationFactory,
    RegionFactory,
    RelationFactory,
    SectorFactory,
    SectorFocusFactory,
    StoryFactory,
    TargetFactory,
)


def fill(organisation, times):
    """Give an organisation `times` facts of every kind, each with a citation."""
    for number in range(times):
        facts = [
            SectorFocusFactory(
                organisation=organisation, sector=SectorFactory(code=f"sector-{number}")
            ),
            TargetFactory(organisation=organisation),
            InterestFactory(
                organisation=organisation, sector=SectorFactory(code=f"sector-{number}")
            ),
            LabelFactory(organisation=organisation, valid_until=dt.date(2012 + number, 1, 1)),
            RelationFactory(organisation=organisation),
            RelationFactory(other=organisation, kind="coordinates"),
            StoryFactory(),
            Contradiction.objects.create(code=f"c{number}", what="Two dates."),
            FieldStatement.objects.create(
                organisation=organisation, field="member_count", value=str(number)
            ),
            Figure.objects.create(
                organisation=organisation, label="jobs", value=number, unit="people"
            ),
        ]
        for fact in facts:
            fact.citations.add(CitationFactory())
        facts[6].partners.add(organisation)
        facts[7].organisations.add(organisation)


@pytest.mark.parametrize("times", [1, 3])
def test_a_page_takes_the_same_number_of_queries_whatever_it_holds(
    galician, ana, times, django_assert_num_queries
):
    fill(galician, times)
    with django_assert_num_queries(27):
        page = profile_page(galician, ana)
        facts: list[Any] = [*page.sectors, *page.targets, *page.seeks, *page.stories]
        for fact in facts:
            assert [(c.source.title, c.footnote) for c in fact.citations.all()]
        for group in page.relations:
            for line in group.lines:
                assert str(line.other)
        assert len(page.sources) == 10 * times
        assert page.sections


def test_relations_are_grouped_both_ways(galician, nuevo_leon, ana):
    RelationFactory(organisation=galician, other=nuevo_leon, kind="partner_of")
    RelationFactory(organisation=galician, other=None, country=CountryFactory(), kind="links_from")
    RelationFactory(organisation=nuevo_leon, other=galician, kind="hosts")
    proposed = RelationFactory(organisation=nuevo_leon, other=galician, is_confirmed=False)
    page = profile_page(galician, ana)
    told = [
        (g.kind, g.is_ours, str(g.lines[0].other or g.lines[0].country)) for g in page.relations
    ]
    assert told == [
        ("links_from", True, "Spain"),
        ("partner_of", True, "Nuevo León cluster"),
        ("hosts", False, "Nuevo León cluster"),
    ]
    assert page.unconfirmed == (proposed,)
    assert profile_page(galician, AnonymousUser()).unconfirmed == ()


def test_what_is_not_said_stays_unsaid(galician, ana):
    page = profile_page(galician, ana)
    said = {line.field: line.text for line in page.lines if line.is_said}
    assert said == {"kind": "cluster organisation", "region": "Spain", "side": "EU side"}
    assert (page.said, page.not_said) == (3, 6)
    assert page.age.newest is None
    assert not page.age.is_stale


def test_plain_facts_carry_their_citations(galician, ana):
    actions.change_organisation(
        galician,
        values={
            "languages": ["es", "gl"],
            "website": "cluster.example",
            "member_count": 1200,
            "is_public_body": False,
            "aliases": ["CEA", "Cluster"],
            "region": RegionFactory(),
        },
        actor=ana,
    )
    galician.refresh_from_db()
    galician.side_reason = "Seat in Vigo"
    galician.save()
    with translation.override("en"):
        lines = {line.field: line for line in profile_page(galician, ana).lines}
    assert lines["languages"].text == "Spanish, Galician"
    assert lines["website"].link == "https://cluster.example"
    assert lines["member_count"].text == "1\u202f200"
    assert lines["is_public_body"].text == "no"
    assert lines["region"].text == "Galicia (ES11), Spain"
    assert lines["side"].text == "EU side: Seat in Vigo"
    assert lines["website"].citations[0].source.kind == "owner"
    assert not lines["website"].is_inferred


def test_a_region_names_its_country_when_no_other_is_given(nuevo_leon, carla):
    nuevo_leon.countries.clear()
    nuevo_leon.region = RegionFactory(
        code="MX-NLE", name="Nuevo León", country=CountryFactory(code="MX")
    )
    nuevo_leon.is_public_body = True
    nuevo_leon.languages = ["es", "zzz"]
    nuevo_leon.save()
    with translation.override("es"):
        lines = {line.field: line.text for line in profile_page(nuevo_leon, carla).lines}
    assert lines["region"] == "Nuevo León (MX-NLE), México"
    assert lines["languages"] == "español, zzz"


def test_disputed_fields_stand_side_by_side(galician, ana, clara):
    for value in (90, 120):
        source = CitationFactory(code=f"said-{value}")
        actions.change_organisation(
            galician, values={"member_count": value}, source=source, actor=clara
        )
    statement = FieldStatement.objects.get()
    other = FieldStatement.objects.create(organisation=galician, field="member_count", value="90")
    (dispute,) = profile_page(galician, ana).disputes
    assert dispute.title == "Members"
    assert set(dispute.statements) == {statement, other}


def test_old_facts_are_called_old(galician, ana):
    target = TargetFactory(organisation=galician, stated_on=dt.date(2017, 2, 1))
    page = profile_page(galician, ana)
    assert page.age.newest == dt.date(2017, 2, 1)
    assert page.age.is_stale
    target.citations.add(CitationFactory(cited_on=timezone.now().date()))
    assert not profile_page(galician, ana).age.is_stale


def test_only_those_who_may_change_it_see_what_is_missing(galician, ana, beto, clara):
    assert profile_page(galician, ana).sections
    assert profile_page(galician, clara).sections
    assert not profile_page(galician, beto).sections
    page = profile_page(galician, ana)
    who = page.sections[0]
    assert (who.answered, who.asked, who.percent, who.is_complete) == (2, 8, 25, False)


def test_interests_in_both_directions_stand_on_both_sides(galician, ana):
    both = InterestFactory(organisation=galician, direction="both")
    page = profile_page(galician, ana)
    assert page.seeks == page.offers == (both,)
    sections = {section.code: section for section in page.sections}
    assert sections["interests"].is_complete
    assert sections["interests"].percent == 100


TODAY = dt.date(2030, 6, 1)


@pytest.mark.parametrize(
    ("valid_until", "state"),
    [
        (None, LabelState.UNDATED),
        (dt.date(2030, 6, 1), LabelState.VALID),
        (dt.date(2030, 5, 31), LabelState.RENEWABLE),
        (dt.date(2029, 6, 1), LabelState.RENEWABLE),
        (dt.date(2029, 5, 31), LabelState.LAPSED),
    ],
)
def test_a_label_reads_by_its_last_day(valid_until, state):
    assert label_state(valid_until, TODAY) == state


def test_a_label_that_can_be_renewed_says_until_when(galician, ana):
    ended = timezone.now().date() - dt.timedelta(days=10)
    LabelFactory(organisation=galician, valid_until=ended)
    LabelFactory(organisation=galician, level="silver")
    lines = {line.label.level: line for line in profile_page(galician, ana).labels}
    assert lines["gold"].renewable_until == ended + dt.timedelta(days=365)
    assert lines["silver"].renewable_until is None


def test_organised_events_are_those_the_viewer_may_see(galician, ana, olga, event):
    event.organisers.add(galician)
    assert profile_page(galician, AnonymousUser()).events == (event,)
    event.status = "draft"
    event.save()
    assert profile_page(galician, ana).events == ()
    assert profile_page(galician, olga).events == (event,)


def test_somebody_else_sees_the_same_facts(galician):
    OrganisationFactory()
    TargetFactory(organisation=galician)
    page = profile_page(galician, AnonymousUser())
    assert page.role is None
    assert not page.may_change
    assert len(page.targets) == 1
