"""The history of one's profile: who changed what, and taking a change back."""

import datetime as dt
import re
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from clusters import actions
from clusters.choices import Direction, LabelLevel, LabelScheme, Stance
from clusters.models import Organisation, Sector, User
from clusters.reads.undo import changes_of
from matchmaking.reads.own.history import HistoryLine, history_page
from tests.cast import (
    CountryFactory,
    KindFactory,
    RegionFactory,
    SectorFactory,
    SectorFocusFactory,
    TargetFactory,
)
from tests.participants import Visit
from tests.refusals import refused

PAGE = "/profile/history/"


def newest(own: Organisation, model: str) -> str:
    """The key of the newest change of a kind of row."""
    return str(changes_of(own).filter(pgh_model=f"clusters.{model}Event")[0].pgh_slug)


def line_of(own: Organisation, reader: User, key: str) -> HistoryLine:
    return next(line for line in history_page(own, reader).lines if line.key == key)


def undo(own: Organisation, model: str, actor: User) -> None:
    actions.undo_change(own, change=newest(own, model), actor=actor)


def test_the_history_says_who_changed_what(
    galician: Organisation, ana: User, as_user: Visit
) -> None:
    actions.change_organisation(galician, values={"member_count": 140}, actor=ana)
    actions.change_organisation(galician, values={"is_public_body": True}, actor=ana)
    actions.change_organisation(galician, values={"region": RegionFactory(code="ES30")}, actor=ana)
    actions.set_target(galician, stance=Stance.ACTIVE, country=CountryFactory(code="MX"), actor=ana)
    html = as_user(ana).get(PAGE).content.decode()
    assert "by Ana" in html
    assert "<del>–</del> → <ins>140</ins>" in html
    assert "<ins>yes</ins>" in html
    assert "<ins>ES30</ins>" in html
    assert "Mexico" in html


def test_the_history_shows_nothing_of_others(
    galician: Organisation, nuevo_leon: Organisation, ana: User, carla: User
) -> None:
    actions.change_organisation(nuevo_leon, values={"member_count": 7}, actor=carla)
    assert "Carla" not in {line.who for line in history_page(galician, ana).lines}


def test_a_longer_history_asks_the_database_no_more(
    galician: Organisation, ana: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for n in range(12):
        actions.set_sector(galician, sector=SectorFactory(code=f"s{n}"), actor=ana)
        actions.set_interest(
            galician, kind=KindFactory(code=f"k{n}"), direction=Direction.SEEKS, actor=ana
        )
    with django_assert_max_num_queries(14):
        assert len(history_page(galician, ana).lines) > 24


def test_one_click_takes_a_change_back_and_another_one_does_it_again(
    galician: Organisation, ana: User, as_user: Visit
) -> None:
    actions.change_organisation(galician, values={"member_count": 140}, actor=ana)
    actions.change_organisation(galician, values={"member_count": 1400}, actor=ana)
    client, key = as_user(ana), newest(galician, "Organisation")
    assert f'value="{key}"' in client.get(PAGE).content.decode()
    html = client.post(PAGE, {"change": key}, follow=True).content.decode()
    assert "Taken back." in html
    galician.refresh_from_db()
    assert galician.member_count == 140
    assert "<del>1400</del> → <ins>140</ins>" in html
    undo(galician, "Organisation", ana)
    galician.refresh_from_db()
    assert galician.member_count == 1400


def test_what_was_changed_since_is_not_taken_back(
    galician: Organisation, ana: User, as_user: Visit
) -> None:
    actions.change_organisation(galician, values={"member_count": 140}, actor=ana)
    key = newest(galician, "Organisation")
    actions.change_organisation(galician, values={"member_count": 150}, actor=ana)
    line = line_of(galician, ana, key)
    assert not line.may_undo
    assert "changed again since" in line.why_not
    answer = as_user(ana).post(PAGE, {"change": key})
    assert answer.status_code == 409
    assert "Take back the newer change first." in answer.content.decode()
    galician.refresh_from_db()
    assert galician.member_count == 150


def test_a_region_comes_back(galician: Organisation, ana: User) -> None:
    first = galician.region
    actions.change_organisation(galician, values={"region": RegionFactory(code="ES30")}, actor=ana)
    undo(galician, "Organisation", ana)
    galician.refresh_from_db()
    assert galician.region == first


def _sector(own: Organisation, actor: User) -> None:
    actions.set_sector(own, sector=SectorFactory(code="food"), note="since 2020", actor=actor)


def _target(own: Organisation, actor: User) -> None:
    actions.set_target(own, stance=Stance.ACTIVE, country=CountryFactory(code="MX"), actor=actor)


def _interest(own: Organisation, actor: User) -> None:
    kind = KindFactory(code="testing")
    actions.set_interest(
        own, kind=kind, direction=Direction.SEEKS, description="A test bench", actor=actor
    )


def _label(own: Organisation, actor: User) -> None:
    actions.set_label(
        own, level=LabelLevel.GOLD, scheme=LabelScheme.ECEI, awarded_on=dt.date(2024, 5, 1),
        valid_until=dt.date(2027, 5, 1), actor=actor,
    )  # fmt: skip


FACTS = [
    ("SectorFocus", "sector_foci", _sector, ("sector_id", "is_main", "note")),
    ("InternationalTarget", "targets", _target, ("country_id", "stance", "is_own_statement")),
    ("CooperationInterest", "interests", _interest, ("kind_id", "direction", "description")),
    ("Label", "labels", _label, ("level", "awarded_on", "valid_until")),
]


@pytest.mark.parametrize(("model", "name", "say", "told"), FACTS, ids=[one[0] for one in FACTS])
def test_a_fact_is_taken_off_and_comes_back(
    galician: Organisation, ana: User, model: str, name: str, say: Any, told: tuple[str, ...]
) -> None:
    rows = getattr(galician, name)
    rows.all().delete()
    say(galician, ana)
    said, added = rows.values_list(*told).get(), newest(galician, model)
    undo(galician, model, ana)
    assert not rows.exists()
    with refused("changed_since"):
        actions.undo_change(galician, change=added, actor=ana)
    undo(galician, model, ana)
    assert rows.values_list(*told).get() == said


def test_a_changed_stance_comes_back(galician: Organisation, ana: User) -> None:
    mexico = CountryFactory(code="MX")
    for stance in (Stance.ACTIVE, Stance.NOT_NOW):
        actions.set_target(galician, stance=stance, country=mexico, actor=ana)
    undo(galician, "InternationalTarget", ana)
    assert galician.targets.get(country=mexico, is_own_statement=True).stance == Stance.ACTIVE


def test_a_new_note_alone_is_no_matter_of_undo(galician: Organisation, ana: User) -> None:
    food = SectorFactory(code="food")
    for note in ("one", "two"):
        actions.set_sector(galician, sector=food, note=note, actor=ana)
    with refused("no_undo"):
        undo(galician, "SectorFocus", ana)


def test_what_another_source_says_stays(galician: Organisation, ana: User) -> None:
    TargetFactory(organisation=galician, is_own_statement=False)
    with refused("no_undo"):
        undo(galician, "InternationalTarget", ana)


def test_what_left_the_lists_meanwhile_cannot_come_back(galician: Organisation, ana: User) -> None:
    food = SectorFactory(code="food")
    focus = SectorFocusFactory(organisation=galician, sector=food)
    actions.remove_sector(focus, actor=ana)
    Sector.objects.filter(pk=food.pk).delete()
    with refused("gone"):
        undo(galician, "SectorFocus", ana)


def test_the_state_of_the_profile_is_no_matter_of_undo(
    galician: Organisation, ana: User, clara: User
) -> None:
    actions.archive_organisation(galician, actor=clara)
    with refused("no_undo"):
        undo(galician, "Organisation", ana)


@pytest.mark.parametrize("change", ["clusters.OrganisationEvent:0", "nonsense", "x" * 200])
def test_a_change_that_is_not_there_is_refused(
    galician: Organisation, ana: User, as_user: Visit, change: str
) -> None:
    answer = as_user(ana).post(PAGE, {"change": change})
    assert answer.status_code == 409
    assert "cannot be taken back here" in answer.content.decode()


def test_a_change_of_somebody_else_s_profile_is_not_there(
    galician: Organisation, nuevo_leon: Organisation, ana: User, carla: User
) -> None:
    actions.change_organisation(nuevo_leon, values={"member_count": 7}, actor=carla)
    with refused("no_undo"):
        actions.undo_change(galician, change=newest(nuevo_leon, "Organisation"), actor=ana)


def test_members_read_the_history_and_change_nothing(
    galician: Organisation, ana: User, beto: User, as_user: Visit
) -> None:
    actions.change_organisation(galician, values={"member_count": 140}, actor=ana)
    html = as_user(beto).get(PAGE).content.decode()
    assert "<ins>140</ins>" in html
    assert not re.search(r'name="change"', html)
    key = newest(galician, "Organisation")
    assert as_user(beto).post(PAGE, {"change": key}).status_code == 403
    with pytest.raises(PermissionDenied):
        actions.undo_change(galician, change=key, actor=beto)


def test_a_label_is_named_in_the_reader_s_language(galician: Organisation, ana: User) -> None:
    galician.labels.all().delete()
    _label(galician, ana)
    with translation.override("es"):
        line = line_of(galician, ana, newest(galician, "Label"))
        assert line.what.endswith(": oro")
