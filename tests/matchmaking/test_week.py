"""What moved since last week, and why: profiles as they were, and whose word changed a score."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from django.utils import timezone

from clusters import actions as cluster_actions
from clusters.choices import Direction, LabelLevel, OrganisationStatus, RelationKind, Side, Stance
from clusters.models import Country, Organisation, Sector, User
from matchmaking.adapters.scores import read_profiles
from matchmaking.reads import scores, week
from matchmaking.reads.market import current
from tests.cast import (
    CountryFactory,
    InterestFactory,
    KindFactory,
    LabelFactory,
    OrganisationFactory,
    RelationFactory,
    SectorFactory,
    SectorFocusFactory,
    TargetFactory,
)
from tests.participants import Visit


def age(days: int = 10) -> None:
    """Let everything that happened so far have happened some days ago."""
    earlier = timezone.now() - dt.timedelta(days=days)
    Organisation.objects.update(created_at=earlier)
    for model, _column, _name in week.MODELS:
        history: Any = model.history.rel.related_model
        history.objects.update(pgh_created_at=earlier)


def ranking(own: Organisation) -> scores.Ranking:
    return scores.ranking(own, current())


@pytest.fixture
def mexico(db: None) -> Country:
    return CountryFactory(code="MX")


@pytest.fixture
def energy(galician: Organisation, nuevo_leon: Organisation) -> Sector:
    """Both sides work in one field, and have for long."""
    sector = SectorFactory(code="energy")
    SectorFocusFactory(organisation=galician, sector=sector)
    SectorFocusFactory(organisation=nuevo_leon, sector=sector)
    age()
    return sector


def test_a_profile_is_read_as_it_was(galician: Organisation, mexico: Country, ana: User) -> None:
    sector, other = SectorFactory(code="energy"), SectorFactory(code="health")
    focus = SectorFocusFactory(organisation=galician, sector=sector)
    TargetFactory(organisation=galician, country=mexico, stance=Stance.EXPLORING)
    InterestFactory(organisation=galician, kind=KindFactory(), direction=Direction.SEEKS)
    LabelFactory(organisation=galician, level=LabelLevel.BRONZE)
    unsure = RelationFactory(organisation=galician, other=OrganisationFactory(), is_confirmed=True)
    rows = Organisation.objects.filter(pk=galician.pk)
    (before,) = read_profiles(rows)
    age()
    moment = week.week_ago()
    cluster_actions.remove_sector(focus, actor=ana)
    cluster_actions.set_sector(galician, sector=other, actor=ana)
    cluster_actions.set_target(galician, country=mexico, stance=Stance.ACTIVE, actor=ana)
    unsure.is_confirmed = False
    unsure.save()
    galician.languages = ["gl"]
    galician.save()
    (now,) = read_profiles(rows)
    (then,) = read_profiles(rows, at=moment)
    assert [focus.sector for focus in now.foci] == ["health"]
    assert (now.relations, now.languages) == ((), ("gl",))
    assert then == before


def test_who_was_not_listed_then_has_no_profile_then(galician: Organisation) -> None:
    galician.status = OrganisationStatus.DRAFT
    galician.save()
    age()
    galician.status = OrganisationStatus.LISTED
    galician.save()
    rows = Organisation.objects.filter(pk=galician.pk)
    assert read_profiles(rows, at=timezone.now() - dt.timedelta(days=8)) == []
    assert len(read_profiles(rows)) == 1


def test_a_pair_says_which_word_moved_it(
    galician: Organisation, nuevo_leon: Organisation, energy: Sector, mexico: Country, carla: User
) -> None:
    """Carla says that Nuevo León wants Spain: the Galician pair rises, and says by whom."""
    spain = CountryFactory(code="ES")
    galician.countries.set([spain])
    cluster_actions.set_target(nuevo_leon, country=spain, stance=Stance.ACTIVE, actor=carla)
    found = week.week_of_pair(ranking(galician), nuevo_leon)
    pair = ranking(galician).pair(nuevo_leon.slug)
    assert not found.is_new
    assert found.now == pair.score
    assert found.then is not None
    assert found.points > 0
    assert {shift.code for shift in found.shifts} == {"target"}
    assert all(shift.is_up for shift in found.shifts)
    assert found.shifts[0].now == ("Nuevo León cluster targets Spain.",)
    assert found.shifts[0].before == ("Whether Nuevo León cluster targets Spain is not said.",)
    (change,) = found.changes
    assert (change.what, change.done) == ("targets", "added")
    assert change.organisation == change.by == "Nuevo León cluster"
    assert (found.rank_then, found.rank_now) == (1, 1)


def test_shifts_add_up_to_what_the_directions_moved(
    galician: Organisation, nuevo_leon: Organisation, energy: Sector, ana: User
) -> None:
    cluster_actions.set_sector(galician, sector=SectorFactory(code="health"), actor=ana)
    moved = ranking(galician)
    old = week._profiles_then([galician.slug, nuevo_leon.slug], week.week_ago())
    found = week._moved(moved, old[galician.slug], old[nuevo_leon.slug])
    for direction in ("own", "theirs"):
        then, now = getattr(found.then, direction), getattr(found.now, direction)
        shifted = sum(shift.points for shift in found.shifts if shift.of == now.of)
        assert shifted == pytest.approx(now.points - then.points, abs=0.35)
        assert shifted


def test_an_own_change_moves_everybody_so_no_earlier_rank_is_named(
    galician: Organisation, nuevo_leon: Organisation, energy: Sector, ana: User
) -> None:
    cluster_actions.set_sector(galician, sector=SectorFactory(code="health"), actor=ana)
    found = week.week_of_pair(ranking(galician), nuevo_leon)
    assert (found.rank_then, found.rank_now) == (None, 1)
    assert found.changes[0].by == galician.short_name


def test_a_partner_that_climbs_passes_another(
    galician: Organisation, nuevo_leon: Organisation, energy: Sector, carla: User
) -> None:
    rival = OrganisationFactory(name="Rival", side=Side.MX)
    SectorFocusFactory(organisation=rival, sector=energy)
    spain = CountryFactory(code="ES")
    galician.countries.set([spain])
    TargetFactory(organisation=rival, country=spain, stance=Stance.EXPLORING)
    age()
    cluster_actions.set_target(nuevo_leon, country=spain, stance=Stance.ACTIVE, actor=carla)
    found = week.week_of_pair(ranking(galician), nuevo_leon)
    assert (found.rank_then, found.rank_now) == (2, 1)


def test_whoever_came_this_week_has_no_last_week(galician: Organisation, energy: Sector) -> None:
    fresh = OrganisationFactory(name="Fresh", side=Side.MX)
    found = week.week_of_pair(ranking(galician), fresh)
    assert found.is_new
    assert (found.then, found.rank_then, found.shifts) == (None, None, ())
    assert [(change.what, change.done, change.by) for change in found.changes] == [
        ("profile", "added", "a data load")
    ]


def test_a_quiet_week_says_nothing(
    galician: Organisation, nuevo_leon: Organisation, energy: Sector
) -> None:
    found = week.week_of_pair(ranking(galician), nuevo_leon)
    assert (found.points, found.shifts, found.changes) == (0, (), ())
    assert week.moved_partners(ranking(galician), []) == ()


def test_not_now_of_this_week_leaves_no_score(
    galician: Organisation, nuevo_leon: Organisation, energy: Sector, carla: User
) -> None:
    spain = CountryFactory(code="ES")
    galician.countries.set([spain])
    cluster_actions.set_target(nuevo_leon, country=spain, stance=Stance.NOT_NOW, actor=carla)
    found = week.week_of_pair(ranking(galician), nuevo_leon)
    assert found.then is not None
    assert (found.now, found.rank_now) == (None, None)
    assert week.moved_partners(ranking(galician), []) == ()


def test_partners_that_moved_are_listed_with_their_reason(
    galician: Organisation, nuevo_leon: Organisation, energy: Sector, carla: User
) -> None:
    spain = CountryFactory(code="ES")
    galician.countries.set([spain])
    cluster_actions.set_target(nuevo_leon, country=spain, stance=Stance.ACTIVE, actor=carla)
    (line,) = week.moved_partners(ranking(galician), [])
    assert (line.slug, line.is_up) == (nuevo_leon.slug, True)
    assert line.why == "Nuevo León cluster targets Spain."
    assert line.change is not None
    assert line.change.by == "Nuevo León cluster"


def test_home_lists_them(
    galician: Organisation,
    nuevo_leon: Organisation,
    energy: Sector,
    ana: User,
    carla: User,
    as_user: Visit,
) -> None:
    assert "Moved since last week" not in as_user(ana).get("/home/").content.decode()
    spain = CountryFactory(code="ES")
    galician.countries.set([spain])
    cluster_actions.set_target(nuevo_leon, country=spain, stance=Stance.ACTIVE, actor=carla)
    html = as_user(ana).get("/home/").content.decode()
    assert "Moved since last week" in html
    assert "Nuevo León cluster targets Spain." in html
    assert "/match/nuevo-leon-cluster/#week" in html


def test_an_own_change_is_told_by_what_it_does_to_the_best(
    galician: Organisation, nuevo_leon: Organisation, energy: Sector, mexico: Country, ana: User
) -> None:
    nuevo_leon.countries.set([mexico])
    cluster_actions.set_target(galician, country=mexico, stance=Stance.ACTIVE, actor=ana)
    (line,) = week.moved_partners(ranking(galician), [nuevo_leon.slug])
    assert line.change is not None
    assert (line.change.organisation, line.change.by) == (galician.short_name,) * 2


def test_changes_name_curators_and_the_house_but_no_persons(
    galician: Organisation, nuevo_leon: Organisation, energy: Sector, clara: User, system: User
) -> None:
    clara.is_superuser = True
    clara.save()
    cluster_actions.set_sector(nuevo_leon, sector=SectorFactory(code="health"), actor=clara)
    found = week.week_of_pair(ranking(galician), nuevo_leon)
    assert [change.by for change in found.changes] == ["a curator"]
    system.is_superuser = True
    system.save()
    cluster_actions.set_sector(nuevo_leon, sector=SectorFactory(code="water"), actor=system)
    found = week.week_of_pair(ranking(galician), nuevo_leon)
    assert {change.by for change in found.changes} == {"a curator", "Puente"}


def test_the_reads_take_the_same_queries_however_much_changed(
    galician: Organisation,
    nuevo_leon: Organisation,
    energy: Sector,
    carla: User,
    django_assert_max_num_queries: Any,
) -> None:
    for number in range(5):
        partner = OrganisationFactory(name=f"Partner {number}", side=Side.MX)
        SectorFocusFactory(organisation=partner, sector=energy)
    age()
    for partner in Organisation.objects.filter(side=Side.MX):
        SectorFocusFactory(organisation=partner, sector=SectorFactory(code=f"s{partner.pk}"))
    looked = ranking(galician)
    with django_assert_max_num_queries(18):
        assert week.moved_partners(looked, [])
    with django_assert_max_num_queries(17):
        week.week_of_pair(looked, nuevo_leon)


def test_of_a_data_load_only_the_last_partners_are_looked_at(
    galician: Organisation,
    nuevo_leon: Organisation,
    energy: Sector,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Neither new profiles nor those of one's own side or set aside take a place."""
    partners = [OrganisationFactory(name=f"Partner {n}", side=Side.MX) for n in range(4)]
    ally = OrganisationFactory(name="Ally", side=Side.EU)
    age()
    fresh = OrganisationFactory(name="Fresh", side=Side.MX)
    for one in (*partners, ally, fresh):
        SectorFocusFactory(organisation=one, sector=energy)
    monkeypatch.setattr(week, "LOOKED_AT", 2)
    looked = ranking(galician)
    first, second = week._changed_partners(looked, week.week_ago())
    assert {first, second} < {partner.pk for partner in partners}
    aside = replace(looked, excluded={partners[3].slug: "", partners[2].slug: ""})
    found = week._changed_partners(aside, week.week_ago())
    assert set(found) == {partners[0].pk, partners[1].pk}
    assert {line.slug for line in week.moved_partners(aside, [])} <= {
        partner.slug for partner in partners[:2]
    }


def test_relations_count_in_the_history_too(
    galician: Organisation, nuevo_leon: Organisation, energy: Sector
) -> None:
    RelationFactory(organisation=nuevo_leon, other=galician, kind=RelationKind.PARTNER_OF)
    found = week.week_of_pair(ranking(galician), nuevo_leon)
    assert [change.what for change in found.changes] == ["relations"]
