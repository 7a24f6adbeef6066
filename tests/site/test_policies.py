"""Scoring policies as pages: seen by everybody, written by curators in two steps, chosen by organisers."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from clusters.models import Organisation, User
from clusters.validators import Refused
from events.actions import change_event
from events.choices import TeamRole
from events.models import Event, Registration
from matchmaking import actions
from matchmaking.models import ScoringPolicy
from matchmaking.reads.market import current
from matchmaking.reads.scores import policy, scores_at
from matchmaking.scoring import CRITERIA, SHIPPED, measured_priors
from tests.cast import (
    OrganisationFactory,
    RegistrationFactory,
    SectorFactory,
    SectorFocusFactory,
    TeamFactory,
    UserFactory,
)
from tests.participants import Visit

pytestmark = pytest.mark.django_db
EQUAL = {f"weight_{code}": "10" for code in CRITERIA}
CHANGE = "/policies/default/change/"


def form(**values: Any) -> dict[str, Any]:
    """What a curator types for the next version of the default."""
    return {"title": "Ours", "note": "", "organisation": "", "seen_version": "1", **EQUAL, **values}


def compared(client: Client, address: str = CHANGE, **values: Any) -> Any:
    """Compare first, as the page asks, then save what was compared."""
    shown = client.post(address, form(step="compare", **values))
    assert shown.status_code == 200, shown.context["form"].errors
    mark = shown.context["form"].mark
    return client.post(address, form(step="save", compared=mark, **values))


@pytest.fixture
def market(galician: Organisation, nuevo_leon: Organisation) -> list[Organisation]:
    """One EU cluster and six Mexican ones in two fields."""
    fields = [SectorFactory(code=code) for code in ("automotive", "energy")]
    found = [galician, nuevo_leon]
    found += [OrganisationFactory(slug=f"mx-{n}", name=f"Mexican {n}", side="mx") for n in range(5)]
    for number, organisation in enumerate(found):
        SectorFocusFactory(organisation=organisation, sector=fields[number % 2])
    return found


def test_policies_that_ship_stand_beside_each_other(
    as_user: Visit, ana: User, event: Event
) -> None:
    page = as_user(ana).get("/policies/")
    names = [line.name for line in page.context["page"].lines]
    assert names == ["default", "equal", "sectors-only"] == list(SHIPPED)
    first, *others = page.context["page"].lines
    assert first.is_default
    assert first.is_shipped
    assert not any(line.is_default for line in others)
    assert first.events == (event,)
    assert "comes with the program" in page.content.decode()
    assert "New policy" not in page.content.decode(), "only curators make one"


def test_the_list_takes_as_many_queries_whatever_there_is(
    as_user: Visit,
    clara: User,
    event: Event,
    django_assert_num_queries: Callable[..., Any],
) -> None:
    client = as_user(clara)
    client.get("/policies/")
    for number in range(2):
        with django_assert_num_queries(6):
            client.get("/policies/")
        for name in ("one", "two", "three"):
            actions.save_policy(
                name=name, title=f"{name} {number}", weights={"sector": 1.0}, actor=clara
            )


def test_a_policy_explains_itself_and_what_is_usual(
    as_user: Visit, ana: User, clara: User, market: list[Organisation]
) -> None:
    actions.save_policy(
        name="default", title="Ours", weights={"need": 3, "kind": 1}, priors={"kind": 0.9},
        note="Because.", actor=clara,
    )  # fmt: skip
    page = as_user(ana).get("/policies/default/")
    line = page.context["page"].line
    assert [version.number for version in line.versions] == [2, 1]
    points = {weight.code: weight.points for weight in page.context["page"].weights}
    assert (points["need"], points["kind"], points["sector"]) == (75.0, 25.0, 0.0)
    text = page.content.decode()
    assert "by Clara" in text
    assert "Because." in text
    assert "Does the other offer the kinds of cooperation" in text
    usual = {u.text: u for weight in page.context["page"].weights for u in weight.usual}
    kind = next(u for text, u in usual.items() if str(text) == "usual kind of partner")
    assert (kind.is_set, kind.percent) == (True, 90.0)
    sector = next(u for text, u in usual.items() if str(text) == "common fields")
    assert not sector.is_set
    assert [(n.organisations, n.of) for _side, n in sector.sides] == [(1, 1), (6, 6)]
    assert policy("default", current()).priors["kind"] == 0.9
    measured = measured_priors(current().market)
    assert policy("default", current()).priors["sector"] == measured["sector"]
    assert policy("equal", current()).priors["sector"] == measured["sector"] != 0.3


def test_there_is_no_page_of_no_policy(as_user: Visit, clara: User) -> None:
    for address in ("/policies/gone/", "/policies/gone/change/"):
        assert as_user(clara).get(address).status_code == 404


# -- a new version, in two steps


def test_nothing_is_saved_before_it_was_compared(
    as_user: Visit, clara: User, market: list[Organisation]
) -> None:
    client = as_user(clara)
    begun = client.get(CHANGE)
    assert begun.context["form"].sum == pytest.approx(100)
    hasty = client.post(CHANGE, form(step="save"))
    assert hasty.status_code == 200
    assert hasty.context["preview"] is not None
    other = client.post(CHANGE, form(step="save", compared="sector=1"))
    assert other.context["preview"] is not None, "other weights than those compared"
    assert not ScoringPolicy.objects.exists()
    assert compared(client, note="Tried").status_code == 302
    saved = ScoringPolicy.objects.get()
    assert (saved.version, saved.title, saved.note, saved.created_by) == (2, "Ours", "Tried", clara)
    assert saved.priors == {}, "what is usual stays measured"


def test_the_comparison_names_lists_and_movers(
    as_user: Visit, clara: User, market: list[Organisation]
) -> None:
    more = [OrganisationFactory(slug=f"more-{n}", side="mx") for n in range(12)]
    for organisation in more[:6]:
        SectorFocusFactory(organisation=organisation)
    weights = {f"weight_{code}": "0" for code in CRITERIA} | {"weight_practice": "100"}
    shown = as_user(clara).post(CHANGE, form(step="compare", organisation="Galician", **weights))
    preview = shown.context["preview"]
    assert preview.owner == "Galician cluster"
    assert preview.moves
    assert preview.whole.lists == 19
    assert [round(line.after) for line in preview.points] == [0, 0, 0, 0, 0, 0, 100]
    same = as_user(clara).post(
        CHANGE,
        form(
            step="compare",
            **{f"weight_{code}": 100 * w for code, w in SHIPPED["default"].weights.items()},
        ),
    )
    assert same.context["preview"].is_same
    assert "No list changes" in same.content.decode()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"weight_need": "-5"}, "cannot be below zero"),
        ({f"weight_{code}": "0" for code in CRITERIA}, "at least one criterion"),
        ({"weight_need": "much"}, "Enter a number"),
        ({"organisation": "nobody at all"}, "No listed organisation is called so"),
        ({"title": ""}, "required"),
    ],
)
def test_what_nobody_can_use_is_said_and_stays_typed(
    as_user: Visit, clara: User, market: list[Organisation], values: dict[str, str], words: str
) -> None:
    answer = as_user(clara).post(CHANGE, form(step="compare", **{"note": "My reasons", **values}))
    assert answer.status_code == 400
    text = answer.content.decode()
    assert words in text
    assert "My reasons" in text
    assert not ScoringPolicy.objects.exists()


def test_whoever_was_slower_loses_nothing(
    as_user: Visit, clara: User, market: list[Organisation]
) -> None:
    client = as_user(clara)
    actions.save_policy(name="default", title="Theirs", weights={"sector": 1}, actor=clara)
    late = compared(client, note="Mine")
    assert late.status_code == 409
    text = late.content.decode()
    assert "Somebody saved version 2 meanwhile" in text
    assert "Mine" in text
    assert late.context["form"].weights == dict.fromkeys(CRITERIA, 10.0)
    again = late.context["form"]
    done = client.post(
        CHANGE, form(step="save", compared=again.mark, seen_version=again["seen_version"].value())
    )
    assert done.status_code == 302
    assert ScoringPolicy.objects.first().version == 3  # type: ignore[union-attr]  # newest first


def test_a_new_policy_has_a_name_of_its_own(
    as_user: Visit, clara: User, market: list[Organisation]
) -> None:
    client, new = as_user(clara), "/policies/new/"
    assert client.get(f"{new}?from=equal").context["form"].sum == pytest.approx(100, abs=0.2)
    for name in ("default", "No Slug"):
        wrong = client.post(new, form(step="compare", name=name, seen_version="0"))
        assert wrong.status_code == 400
        assert "name" in wrong.context["form"].errors
    with pytest.raises(ValidationError):
        actions.save_policy(name="new", title="New", weights={"sector": 1}, actor=clara)
    assert compared(client, new, name="research-first", seen_version="0").status_code == 302
    assert ScoringPolicy.objects.get().name == "research-first"


def test_a_proposal_stands_in_the_form_and_saves_nothing(as_user: Visit, clara: User) -> None:
    page = as_user(clara).get(f"{CHANGE}?sector=60&need=40&kind=no")
    points = {field.name: field.value() for field in page.context["form"].weight_fields}
    assert (points["weight_sector"], points["weight_need"], points["weight_kind"]) == (
        "60",
        "40",
        "0",
    )
    assert as_user(clara).get(f"{CHANGE}?sector=-1").context["form"].sum == pytest.approx(100)
    assert not ScoringPolicy.objects.exists()


# -- an event's own


@pytest.fixture
def joined(event: Event, market: list[Organisation]) -> list[Registration]:
    """Everybody takes part."""
    return [RegistrationFactory(event=event, organisation=one) for one in market]


def test_an_organiser_compares_then_chooses(
    as_user: Visit, olga: User, event: Event, joined: list[Registration]
) -> None:
    client, address = as_user(olga), reverse("organiser_policy", args=[event.slug])
    assert "In force: Puente’s default" in client.get(address).content.decode()
    shown = client.post(address, {"policy": "sectors-only", "seen": "default", "step": "compare"})
    assert shown.context["page"].preview.whole.lists == len(joined)
    event.refresh_from_db()
    assert event.scoring_policy == "default"
    pair = ("galician-cluster", "mx-0")
    before = scores_at(event)([pair])[pair]
    chosen = client.post(address, {"policy": "sectors-only", "seen": "default", "step": "save"})
    assert chosen.status_code == 302
    event.refresh_from_db()
    assert event.scoring_policy == "sectors-only"
    assert scores_at(event)([pair])[pair] != pytest.approx(before), "the event's scores follow it"
    same = client.post(address, {"policy": "sectors-only", "step": "compare"})
    assert "in force already" in same.content.decode()


def test_another_choice_meanwhile_is_told(
    as_user: Visit, olga: User, event: Event, joined: list[Registration]
) -> None:
    actions.choose_policy(event, name="equal", actor=olga)
    address = reverse("organiser_policy", args=[event.slug])
    late = as_user(olga).post(
        address, {"policy": "sectors-only", "seen": "default", "step": "save"}
    )
    assert late.status_code == 409
    assert "Somebody chose “equal” meanwhile" in late.content.decode()
    event.refresh_from_db()
    assert event.scoring_policy == "equal"


def test_an_event_without_participants_has_nothing_to_compare(
    as_user: Visit, olga: User, event: Event
) -> None:
    address = reverse("organiser_policy", args=[event.slug])
    shown = as_user(olga).post(address, {"policy": "equal", "step": "compare"})
    assert "Nothing to compare yet" in shown.content.decode()
    assert as_user(olga).post(address, {"policy": "gone"}).status_code == 400


def test_who_may_choose(event: Event, ana: User, clara: User) -> None:
    planner = TeamFactory(event=event, role=TeamRole.PLANNER).user
    desk = TeamFactory(event=event, role=TeamRole.FRONT_DESK).user
    for user in (desk, ana, clara, UserFactory()):
        with pytest.raises(PermissionDenied):
            actions.choose_policy(event, name="equal", actor=user)
    assert actions.choose_policy(event, name="equal", actor=planner).scoring_policy == "equal"
    with pytest.raises(ValidationError, match="no such policy"):
        actions.choose_policy(event, name="gone", actor=planner)
    with pytest.raises(Refused):
        actions.choose_policy(event, name="default", actor=planner, seen="sectors-only")


def test_no_other_door_sets_an_unchecked_policy(event: Event, olga: User) -> None:
    with pytest.raises(ValidationError):
        change_event(event, values={"scoring_policy": "gone"}, actor=olga)
