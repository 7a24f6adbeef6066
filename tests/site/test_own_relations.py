"""The labels and relations of one's own profile."""

import datetime as dt

import pytest

from clusters import actions
from clusters.models import (
    Label,
    Organisation,
    Relation,
    User,
)
from tests.site.test_own_profile import signed_in, text_of

pytestmark = pytest.mark.django_db


def test_a_label_has_dates_and_can_be_taken_off(galician: Organisation, ana: User) -> None:
    client, path = signed_in(ana), "/profile/labels/"
    given = {"level": "gold", "awarded_on": "2030-01-31", "valid_until": "2033-01-31"}
    assert client.post(path, given).status_code == 302
    label = Label.objects.get()
    assert label.valid_until == dt.date(2033, 1, 31)
    assert client.post(f"{path}{label.pk}/remove/").status_code == 302
    assert not Label.objects.exists()


@pytest.mark.parametrize(
    "dates",
    [
        {"awarded_on": "2033-01-31", "valid_until": "2030-01-31"},
        {"awarded_on": "31.02.2030"},
        {"valid_until": "2030-02-30"},
    ],
)
def test_wrong_dates_are_refused(galician: Organisation, ana: User, dates: dict[str, str]) -> None:
    answer = signed_in(ana).post("/profile/labels/", {"level": "gold", **dates})
    assert answer.status_code == 400
    assert not Label.objects.exists()


def test_labels_of_others_are_out_of_reach(galician: Organisation, ana: User, carla: User) -> None:
    label = actions.set_label(galician, level="gold", actor=ana)
    assert signed_in(carla).post(f"/profile/labels/{label.pk}/remove/").status_code == 404


def test_ana_proposes_a_relation_and_carla_confirms_it(
    galician: Organisation, nuevo_leon: Organisation, ana: User, carla: User
) -> None:
    hers, his = signed_in(ana), signed_in(carla)
    given = {"kind": "partner_of", "other": "nuevo leon CLUSTER", "since": "2019"}
    assert hers.post("/profile/relations/", given).status_code == 302
    relation = Relation.objects.get()
    assert not relation.is_confirmed
    assert "Waiting for the other side" in text_of(hers, "/profile/relations/")
    assert hers.post(f"/profile/relations/{relation.pk}/confirm/").status_code == 403
    assert "1 organisation says that it works with you." in text_of(his, "/profile/")
    assert "is it true?" in text_of(his, "/profile/relations/")
    his.post(f"/profile/relations/{relation.pk}/confirm/")
    relation.refresh_from_db()
    assert relation.is_confirmed


def test_carla_refuses_a_relation(
    galician: Organisation, nuevo_leon: Organisation, ana: User, carla: User
) -> None:
    relation = actions.add_relation(galician, kind="hosts", other=nuevo_leon, actor=ana)
    assert signed_in(carla).post(f"/profile/relations/{relation.pk}/remove/").status_code == 302
    assert not Relation.objects.exists()


@pytest.mark.parametrize(
    ("given", "status", "says"),
    [
        ({"kind": "hosts", "other": "Nobody at all"}, 400, "No listed organisation"),
        ({"kind": "hosts", "other": "cluster"}, 400, "Which one?"),
        ({"kind": "hosts"}, 400, "Choose an organisation or a country"),
        ({"kind": "hosts", "other": "Galician cluster"}, 400, "no relation to itself"),
        ({"kind": "hosts", "other": "Nuevo León cluster", "since": "x" * 41}, 400, "at most 40"),
    ],
)
def test_relations_that_say_nothing_are_refused(
    galician: Organisation, nuevo_leon: Organisation, ana: User,
    given: dict[str, str], status: int, says: str,
) -> None:  # fmt: skip
    answer = signed_in(ana).post("/profile/relations/", given)
    assert answer.status_code == status
    assert says in answer.content.decode()
