"""Olga shows where the tables stand; a place is a share of a picture and belongs to one event."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from clusters.models import User
from clusters.validators import Refused
from events import actions
from events.actions.plans import MOST_PLANS
from events.models import Event, FloorPlan, Table, TableSpot
from tests.cast import EventFactory, TableFactory, TeamFactory
from tests.pictures import png, svg
from tests.sure import sure

pytestmark = pytest.mark.django_db


@pytest.fixture
def hall(event: Event, olga: User) -> FloorPlan:
    """A hall of 40 by 30 pixels."""
    return actions.add_floor_plan(event, name=" Hall A ", content=png(40, 30), actor=olga)


def test_olga_adds_a_plan_and_everything_about_it_is_kept(hall: FloorPlan) -> None:
    row = FloorPlan.objects.get()
    assert (row.name, row.media_type, row.width, row.height) == ("Hall A", "image/png", 40, 30)
    assert bytes(row.picture) == png(40, 30)
    assert row.size == len(png(40, 30))
    assert str(row) == "Hall A"


def test_a_plan_needs_a_name_of_its_own_and_a_picture(hall: FloorPlan, olga: User) -> None:
    with pytest.raises(ValidationError) as error:
        actions.add_floor_plan(hall.event, name="Hall A", content=png(), actor=olga)
    assert "Hall A" in error.value.message_dict["name"][0]
    with pytest.raises(ValidationError) as error:
        actions.add_floor_plan(hall.event, name="Hall B", content=b"no picture", actor=olga)
    assert set(error.value.message_dict) == {"picture"}
    with pytest.raises(ValidationError) as error:
        actions.add_floor_plan(hall.event, name="", content=png(), actor=olga)
    assert set(error.value.message_dict) == {"name"}
    assert FloorPlan.objects.count() == 1


def test_an_event_has_a_handful_of_plans(event: Event, olga: User) -> None:
    for number in range(MOST_PLANS):
        actions.add_floor_plan(event, name=f"Floor {number}", content=png(), actor=olga)
    with pytest.raises(Refused) as error:
        actions.add_floor_plan(event, name="Roof", content=png(), actor=olga)
    assert error.value.code == "too_many_plans"


def test_tables_keep_their_places_on_another_picture(hall: FloorPlan, olga: User) -> None:
    table = sure(hall.event.tables.first())
    actions.place_table(table, plan=hall, x=0.25, y=0.123456, actor=olga)
    row = actions.change_floor_plan(hall, name="Ground floor", content=svg(), actor=olga)
    assert (row.name, row.media_type) == ("Ground floor", "image/svg+xml")
    assert row.digest != hall.digest
    spot = TableSpot.objects.get()
    assert (spot.plan, spot.x, spot.y) == (row, 0.25, 0.1235)
    assert str(spot) == "T1, Ground floor"
    assert actions.change_floor_plan(row, actor=olga).name == "Ground floor"


def test_a_table_stands_in_one_place(hall: FloorPlan, olga: User) -> None:
    upstairs = actions.add_floor_plan(hall.event, name="Upstairs", content=png(), actor=olga)
    table = sure(hall.event.tables.first())
    actions.place_table(table, plan=hall, x=0, y=1, actor=olga)
    actions.place_table(table, plan=upstairs, x=1, y=0, actor=olga)
    assert TableSpot.objects.get().plan == upstairs
    actions.take_table_off_plan(table, actor=olga)
    actions.take_table_off_plan(table, actor=olga)
    assert not TableSpot.objects.exists()


@pytest.mark.parametrize(("x", "y"), [(-0.01, 0.5), (0.5, 1.01), (float("nan"), 0.5)])
def test_a_place_lies_on_the_picture(hall: FloorPlan, olga: User, x: float, y: float) -> None:
    table = sure(hall.event.tables.first())
    with pytest.raises(ValidationError) as error:
        actions.place_table(table, plan=hall, x=x, y=y, actor=olga)
    assert error.value.code == "outside"
    with pytest.raises(IntegrityError), transaction.atomic():
        TableSpot.objects.create(table=table, plan=hall, x=2, y=0)


def test_tables_of_another_event_do_not_come_onto_a_plan(hall: FloorPlan, olga: User) -> None:
    other = EventFactory(slug="elsewhere")
    TeamFactory(event=other, user=olga, role="owner")
    with pytest.raises(ValidationError) as error:
        actions.place_table(TableFactory(event=other), plan=hall, x=0.5, y=0.5, actor=olga)
    assert error.value.code == "foreign_plan"


def test_a_plan_that_was_removed_meanwhile_takes_no_table(hall: FloorPlan, olga: User) -> None:
    table = sure(hall.event.tables.first())
    FloorPlan.objects.filter(pk=hall.pk).delete()
    with pytest.raises(ValidationError) as error:
        actions.place_table(table, plan=hall, x=0.5, y=0.5, actor=olga)
    assert error.value.code == "foreign_plan"


def test_what_is_removed_takes_its_places_along(hall: FloorPlan, olga: User) -> None:
    first, second = hall.event.tables.all()
    for table in (first, second):
        actions.place_table(table, plan=hall, x=0.5, y=0.5, actor=olga)
    actions.remove_table(first, actor=olga)
    assert TableSpot.objects.get().table == second
    actions.remove_floor_plan(hall, actor=olga)
    assert not TableSpot.objects.exists()
    assert Table.objects.get() == second
    with pytest.raises(Refused):
        actions.change_floor_plan(hall, name="Again", actor=olga)


def test_only_planners_change_plans(hall: FloorPlan, ana: User) -> None:
    table = sure(hall.event.tables.first())
    for act in (
        lambda: actions.add_floor_plan(hall.event, name="B", content=png(), actor=ana),
        lambda: actions.change_floor_plan(hall, name="B", actor=ana),
        lambda: actions.remove_floor_plan(hall, actor=ana),
        lambda: actions.place_table(table, plan=hall, x=0, y=0, actor=ana),
        lambda: actions.take_table_off_plan(table, actor=ana),
    ):
        with pytest.raises(PermissionDenied):
            act()
