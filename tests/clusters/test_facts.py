"""Facts: whose word they are, and what happens when somebody says something else."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from clusters import actions
from clusters.models import Message, Relation
from clusters.validators import Refused
from tests.cast import (
    CitationFactory,
    CountryFactory,
    KindFactory,
    LabelFactory,
    RegionFactory,
    RelationFactory,
    SectorFactory,
    TargetFactory,
)


def sources(fact):
    return [citation.source.kind for citation in fact.citations.all()]


def test_an_owner_speaks_for_the_organisation_a_curator_cites(galician, ana, clara):
    own = actions.set_target(galician, stance="active", country=CountryFactory(), actor=ana)
    cited = actions.set_target(
        galician,
        stance="not_now",
        country=CountryFactory(),
        source=CitationFactory(cited_on=dt.date(2017, 2, 1)),
        actor=clara,
    )
    assert own.pk != cited.pk, "both statements stay"
    assert (own.is_own_statement, sources(own)) == (True, ["owner"])
    assert (cited.is_own_statement, sources(cited)) == (False, ["report"])
    assert cited.stated_on == dt.date(2017, 2, 1)


def test_saying_it_again_changes_the_same_target(galician, ana):
    first = actions.set_target(galician, stance="exploring", region=RegionFactory(), actor=ana)
    again = actions.set_target(
        galician, stance="active", region=RegionFactory(), note="Now!", actor=ana
    )
    assert (again.pk, again.stance, again.scope, again.note) == (
        first.pk,
        "active",
        "region",
        "Now!",
    )
    actions.remove_target(again, actor=ana)
    assert not galician.targets.exists()


def test_without_a_place_a_target_is_the_union(galician, ana):
    assert actions.set_target(galician, stance="active", actor=ana).scope == "eu"


def test_a_curator_without_a_source_cites_nobody(galician, clara):
    target = actions.set_target(galician, stance="active", actor=clara)
    assert sources(target) == []
    again = actions.set_target(galician, stance="active", actor=clara)
    assert again.stated_on == target.stated_on


def test_at_most_one_sector_is_the_main_one(galician, ana):
    cars, energy = SectorFactory(code="cars"), SectorFactory(code="energy")
    actions.set_sector(galician, sector=cars, is_main=True, actor=ana)
    actions.set_sector(galician, sector=energy, is_main=True, actor=ana)
    main = galician.sector_foci.get(is_main=True)
    assert main.sector == energy
    assert galician.sector_foci.count() == 2
    actions.set_sector(galician, sector=energy, actor=ana)
    assert not galician.sector_foci.filter(is_main=True).exists()
    actions.remove_sector(main, actor=ana)
    assert galician.sector_foci.get().sector == cars


def test_a_changed_interest_loses_the_sources_of_what_it_said(galician, ana, clara):
    kind = KindFactory()
    told = actions.set_interest(
        galician, kind=kind, direction="seeks", source=CitationFactory(), actor=clara
    )
    actions.set_interest(galician, kind=kind, direction="seeks", actor=ana)
    assert sorted(sources(told)) == ["owner", "report"], "both say the same"
    changed = actions.set_interest(galician, kind=kind, direction="both", actor=ana)
    assert changed.pk == told.pk
    assert sources(changed) == ["owner"]
    actions.remove_interest(changed, actor=ana)
    assert not galician.interests.exists()


def test_each_award_of_a_label_is_a_row(galician, ana):
    awarded = dt.date(2028, 1, 1)
    first = actions.set_label(galician, level="gold", awarded_on=awarded, actor=ana)
    longer = actions.set_label(
        galician, level="gold", awarded_on=awarded, valid_until=dt.date(2031, 1, 1), actor=ana
    )
    assert longer.pk == first.pk
    actions.set_label(galician, level="silver", actor=ana)
    assert galician.labels.count() == 2
    actions.remove_label(longer, actor=ana)
    assert galician.labels.get().level == "silver"


@pytest.mark.parametrize(
    ("act", "given"),
    [
        ("set_target", {"stance": "perhaps"}),
        ("set_target", {"stance": "active", "country": "ES", "region": "ES11"}),
        ("set_target", {"stance": "active", "note": "x" * 2001}),
        ("set_interest", {"direction": "sideways", "kind": "k"}),
        ("set_interest", {"direction": "seeks", "kind": "k", "description": "x" * 301}),
        ("set_label", {"level": "platinum"}),
        ("set_label", {"level": "gold", "scheme": "own"}),
        (
            "set_label",
            {
                "level": "gold",
                "awarded_on": dt.date(2030, 1, 2),
                "valid_until": dt.date(2030, 1, 1),
            },
        ),
        ("add_relation", {"kind": "married_to", "country": "ES"}),
        ("add_relation", {"kind": "partner_of"}),
        ("add_relation", {"kind": "partner_of", "other": "itself"}),
        ("add_relation", {"kind": "partner_of", "country": "ES", "since": "x" * 41}),
    ],
)
def test_bad_input_writes_nothing(galician, ana, act, given):
    rows = {
        "country": lambda code: CountryFactory(code=code),
        "region": lambda code: RegionFactory(code=code),
        "kind": lambda code: KindFactory(code=code) if code == "k" else code,
        "other": lambda _name: galician,
    }
    given = {name: rows[name](value) if name in rows else value for name, value in given.items()}
    with pytest.raises(ValidationError):
        getattr(actions, act)(galician, **given, actor=ana)
    for facts in (galician.targets, galician.interests, galician.labels, galician.relations):
        assert not facts.exists()


def test_members_and_outsiders_set_and_remove_nothing(galician, beto, carla):
    target, label = TargetFactory(organisation=galician), LabelFactory(organisation=galician)
    relation = RelationFactory(organisation=galician)
    for person in (beto, carla):
        for attempt in (
            lambda p=person: actions.set_target(galician, stance="active", actor=p),
            lambda p=person: actions.set_sector(galician, sector=SectorFactory(), actor=p),
            lambda p=person: actions.remove_target(target, actor=p),
            lambda p=person: actions.remove_label(label, actor=p),
            lambda p=person: actions.remove_relation(relation, actor=p),
            lambda p=person: actions.confirm_relation(relation, actor=p),
        ):
            with pytest.raises(PermissionDenied):
                attempt()


def test_the_other_side_confirms_a_relation(galician, nuevo_leon, ana, carla):
    told = actions.add_relation(
        galician, kind="partner_of", other=nuevo_leon, since="2015", actor=ana
    )
    assert not told.is_confirmed
    message = Message.objects.get()
    assert (message.recipient, message.template) == (carla, "relation_proposed")
    with pytest.raises(PermissionDenied):
        actions.confirm_relation(told, actor=ana)
    assert actions.confirm_relation(told, actor=carla).is_confirmed
    assert actions.confirm_relation(told, actor=carla).is_confirmed, "twice changes nothing"


def test_the_same_relation_is_told_once(galician, nuevo_leon, ana):
    actions.add_relation(galician, kind="partner_of", other=nuevo_leon, actor=ana)
    with pytest.raises(Refused) as refused:
        actions.add_relation(galician, kind="partner_of", other=nuevo_leon, actor=ana)
    assert refused.value.code == "twice"


@pytest.mark.parametrize("who", ["clara", "system"])
def test_curators_and_the_system_record_confirmed_relations(galician, nuevo_leon, who, request):
    actor = request.getfixturevalue(who)
    told = actions.add_relation(
        galician, kind="hosts", other=nuevo_leon, source=CitationFactory(), actor=actor
    )
    assert told.is_confirmed
    assert not Message.objects.exists()


def test_a_relation_to_a_country_needs_no_confirmation(galician, ana):
    told = actions.add_relation(
        galician, kind="links_from", country=CountryFactory(code="MX"), actor=ana
    )
    assert told.is_confirmed
    assert sources(told) == ["owner"]


def test_either_side_takes_a_relation_back(galician, nuevo_leon, ana, carla):
    told = actions.add_relation(galician, kind="hosts", other=nuevo_leon, actor=ana)
    actions.remove_relation(told, actor=carla)
    actions.remove_relation(told, actor=ana)
    assert not Relation.objects.exists()
    with pytest.raises(Refused) as refused:
        actions.confirm_relation(told, actor=carla)
    assert refused.value.code == "gone"
