"""A manager joins, writes her profile, finds partners and understands a match: in four ways each.

Meetings are in test_meeting_journey.py, what comes after them in test_after_journey.py.
"""

import re
from collections.abc import Callable

import pytest
from django.core import mail
from django.core.cache import cache

from clusters import actions
from clusters.choices import OrganisationStatus, Role
from clusters.models import Organisation, User
from matchmaking.models import FactRequest, SavedSearch
from tests.browser.conftest import Visitor
from tests.cast import (
    PASSWORD,
    CountryFactory,
    InterestFactory,
    KindFactory,
    OrganisationFactory,
    RegionFactory,
    SectorFactory,
    SectorFocusFactory,
    TargetFactory,
    UserFactory,
)

Someone = Callable[[], Visitor]
CODE = re.compile(r"^\s*([A-Z0-9]{4}-[A-Z0-9]{4})\s*$", re.MULTILINE)

pytestmark = pytest.mark.django_db(transaction=True)


def test_joining(someone: Someone, galician: Organisation, ana: User) -> None:
    """Ana invites Dario; he signs up with a code, acts for the cluster, and is offered a passkey."""
    cache.clear()  # how often an address may ask for a code is counted there
    owner = someone()
    owner.sign_in(ana)
    owner.look("/profile/people/", title=owner.say("Colleagues"))
    owner.page.fill("[name=email]", "dario@galician.example")
    owner.press("Send the invitation")
    assert owner.page.get_by_text("dario@galician.example").first.is_visible()
    # The page shows no secret; the mail has it. A new invitation replaces that one.
    _row, secret = actions.invite(
        galician, email="dario@galician.example", role=Role.EDITOR, actor=ana
    )

    dario = someone()
    dario.look(f"/invitation/{secret}/", title="Galician cluster")
    dario.follow("Create an account")
    dario.look()
    assert dario.page.input_value("[name=email]") == "dario@galician.example"
    dario.page.fill("[name=name]", "Dario")
    dario.page.fill("[name=password1]", PASSWORD)
    dario.page.press("[name=password1]", "Enter")
    dario.page.locator("[name=code]").wait_for()
    dario.look()
    found = CODE.search(str(mail.outbox[-1].body))
    assert found
    dario.page.fill("[name=code]", found.group(1))
    dario.page.press("[name=code]", "Enter")
    dario.press("Accept the invitation")
    dario.look("/home/", title=dario.say("Home"))
    dario.look("/settings/", title=dario.say("Settings"))
    dario.look("/accounts/2fa/")
    assert dario.page.locator("a[href*='/2fa/totp/activate/']").first.is_visible()
    assert dario.page.locator("a[href*='/2fa/webauthn/']").first.is_visible()
    assert galician.representatives.get(user__name="Dario").role == Role.EDITOR


def test_profile(someone: Someone) -> None:
    """Nora starts a profile, is led from gap to gap, sees it as others would, and hands it in."""
    CountryFactory(code="MX")
    food, training = SectorFactory(code="food"), KindFactory(code="training")
    nora = someone()
    nora.sign_in(UserFactory(name="Nora"))
    page = nora.look("/organisations/new/", title=nora.say("Start a profile"))
    page.fill("[name=name]", "Clúster <b> 🌮 de Alimentos")
    page.select_option("[name=kind]", "cluster")
    page.locator("[name=country]").select_option(index=1)
    page.fill("[name=aim]", "Food.")
    page.select_option("[name=sector]", str(food.pk))
    page.fill("[name=website]", "alimentos.example")
    nora.press("Make the draft")
    nora.look()
    assert nora.sees("step %(n)s of %(all)s", n=1, all=5)
    page.fill("[name=aim_en]", "We feed Europe and Mexico.")
    page.fill("[name=aim_es]", "Alimentamos a Europa y México.")
    page.locator("[name=languages][value=es]").check()
    nora.press("Save and go on")
    nora.look()
    assert page.url.endswith("/profile/targets/")
    nora.follow("Skip")
    nora.look()
    page.locator(f"[name='{training.code}-seeks'], [name=more-seeks]").first.check()
    if page.locator("[name=more]").is_visible():
        page.select_option("[name=more]", str(training.pk))
    nora.press("Save and go on")
    nora.look()
    nora.follow("Go on to your profile")
    nora.look()
    for viewer in ("public", "member", "partner"):
        nora.look(f"/profile/as/{viewer}/", title="Clúster <b> 🌮 de Alimentos")
    nora.look("/profile/history/", title=nora.say("History"))
    page.goto(f"{nora.address}/profile/")
    nora.press("Hand in")
    assert nora.sees("Handed in; a curator looks at it.")
    assert Organisation.objects.get().status == OrganisationStatus.SUBMITTED


@pytest.fixture
def market(galician: Organisation, nuevo_leon: Organisation) -> list[Organisation]:
    """The Galician cluster with two partners, in one sector and on the map."""
    automotive = SectorFactory(code="automotive", name_en="Automotive", name_es="Automotriz")
    puebla = OrganisationFactory(name="Puebla cluster", side="mx", slug="puebla-cluster")
    for one, code, latitude, longitude in (
        (galician, "ES11", 42.8, -7.9), (nuevo_leon, "MX-NLE", 25.6, -99.9), (puebla, "MX-PUE", 19.0, -98.2),
    ):  # fmt: skip
        one.region = RegionFactory(code=code, name=code, latitude=latitude, longitude=longitude)
        one.save()
        SectorFocusFactory(organisation=one, sector=automotive)
    TargetFactory(organisation=galician, country=CountryFactory(code="MX"))
    InterestFactory(organisation=nuevo_leon)
    return [galician, nuevo_leon, puebla]


def test_find(someone: Someone, market: list[Organisation], ana: User) -> None:
    """A misspelt word, a filter, the three views, a list to keep, a search to be told of."""
    one = someone()
    one.sign_in(ana)
    page = one.look("/find/", title=one.say("Find partners"))
    page.fill("#q", "Pueblla")
    page.press("#q", "Enter")
    page.get_by_role("link", name=one.say("Search for that instead")).wait_for()
    one.look()
    one.follow("Search for that instead")
    assert page.locator("mark", has_text="Puebla").first.is_visible()
    for view in ("list", "table", "map"):
        one.look(f"/find/?f=1&side=mx&view={view}", title=one.say("Find partners"))
    one.follow("Mexico")
    page.wait_for_url("**zoom=mexico**")
    one.look()
    page.get_by_role("link", name="MX-PUE").last.click()
    page.locator(".row-name", has_text="Puebla cluster").wait_for()
    page.get_by_role("button", name=one.say("Shortlist: %(about)s", about="Puebla cluster")).click()
    page.locator(".star[aria-pressed=true]").wait_for()
    page.get_by_text(one.say("Save this search")).click()
    page.fill("#search-name", "مكسيك 🌮 <b>")
    one.press("Save the search")
    page.get_by_text("مكسيك 🌮 <b>").first.wait_for()
    one.look("/searches/", title=one.say("Saved searches"))
    one.look("/shortlists/", title=one.say("Shortlists"))
    assert page.get_by_role("link", name="Puebla cluster").first.is_visible()
    assert SavedSearch.objects.get().name == "مكسيك 🌮 <b>"


def test_match(someone: Someone, market: list[Organisation], ana: User, carla: User) -> None:
    """The score with its reasons, the one question asked and answered, two partners side by side."""
    one = someone()
    one.sign_in(ana)
    page = one.look("/match/nuevo-leon-cluster/", title="Nuevo León cluster")
    assert one.sees("Criterion by criterion")
    page.locator("summary", has_text=one.say("Set this pair aside")).click()
    one.look()
    one.look("/compare/?o=nuevo-leon-cluster&o=puebla-cluster", title=one.say("Side by side"))
    one.look("/organisations/nuevo-leon-cluster/", title="Nuevo León cluster")
    page.goto(f"{one.address}/match/puebla-cluster/")
    if page.get_by_role("link", name=one.say("Answer it in your profile")).is_visible():
        one.follow("Answer it in your profile")
        one.look()
    else:
        one.press("Ask %(name)s", name="Puebla cluster")
        assert one.sees("You have asked; we tell you when they answer")
        assert FactRequest.objects.count() == 1
