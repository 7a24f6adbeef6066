"""The frame around every page: where one can go, how one signs in, what is said when it fails."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils import translation

from clusters.models import Organisation, User
from events.models import Event
from matchmaking.context import Shell
from matchmaking.views.styleguide import styleguide
from tests.cast import PASSWORD


def shell_of(user: User | AnonymousUser) -> Shell:
    request = RequestFactory().get("/admin/")
    request.user = user
    request.session = {}  # type: ignore[assignment]  # only read
    return Shell(request)


def test_a_visitor_acts_for_nobody() -> None:
    assert shell_of(AnonymousUser()).organisation is None


def test_ana_acts_for_her_organisation(ana: User, galician: Organisation) -> None:
    assert shell_of(ana).organisation == galician


def test_olga_is_led_to_the_event_she_organises(olga: User, event: Event) -> None:
    assert shell_of(olga).organised == event


def test_ana_organises_nothing(ana: User, event: Event) -> None:
    assert shell_of(ana).organised is None


def test_only_staff_is_led_to_curation(clara: User, ana: User) -> None:
    assert "Curation" in [item.label for item in shell_of(clara).sections]
    assert "Curation" not in [item.label for item in shell_of(ana).sections]


def test_the_entry_of_the_page_is_marked(clara: User) -> None:
    assert [item.current for item in shell_of(clara).sections if item.label == "Curation"] == [True]


def test_signing_in_asks_for_login_and_password(client: Client, db: None) -> None:
    html = client.get("/accounts/login/").content.decode()
    assert 'name="login"' in html
    assert 'name="password"' in html
    assert '<link rel="stylesheet" href="/static/css/puente.css">' in html
    assert html.count("<h1") == 1


def test_a_wrong_password_is_named_once_in_a_summary(client: Client, ana: User) -> None:
    answer = client.post("/accounts/login/", {"login": ana.email, "password": "not-it"})
    html = answer.content.decode()
    assert "1 thing to mend" in html
    assert "data-focus" in html


def test_ana_signs_in_with_her_password(client: Client, ana: User) -> None:
    answer = client.post("/accounts/login/", {"login": ana.email, "password": PASSWORD})
    assert answer.status_code == 302


@pytest.mark.parametrize(
    "path",
    [
        "/accounts/login/",
        "/accounts/signup/",
        "/accounts/login/code/",
        "/accounts/password/reset/",
    ],
)
def test_pages_of_the_entrance_look_like_the_product(client: Client, db: None, path: str) -> None:
    html = client.get(path).content.decode()
    assert "page-entrance" in html
    assert 'class="masthead"' in html
    assert 'class="button button-main' in html


@pytest.mark.parametrize(
    "path", ["/accounts/email/", "/accounts/password/change/", "/accounts/2fa/"]
)
def test_pages_of_the_account_look_like_the_product(client: Client, ana: User, path: str) -> None:
    client.force_login(ana, "django.contrib.auth.backends.ModelBackend")
    html = client.get(path, follow=True).content.decode()
    assert 'class="subnav"' in html or "page-account" in html
    assert "style=" not in html


def test_an_unknown_address_says_what_to_do(client: Client, db: None) -> None:
    answer = client.get("/nothing-here/")
    assert answer.status_code == 404
    assert "There is nothing at this address" in answer.content.decode()


@pytest.mark.parametrize("name", ["400.html", "403_csrf.html", "500.html"])
def test_pages_for_failures_need_no_request(name: str) -> None:
    html = render_to_string(name)
    assert "<h1>" in html
    assert 'class="brand"' in html


def test_too_many_tries_say_how_long_to_wait(client: Client, db: None) -> None:
    cache.clear()
    given = {"name": "Dario", "email": "dario@galician.example", "password1": PASSWORD}
    assert client.post("/accounts/signup/", given).status_code == 302
    answer = Client().post("/accounts/signup/", given)
    cache.clear()
    assert answer.status_code == 429
    assert "wait three minutes" in answer.content.decode()


def test_every_page_declares_its_language(client: Client, db: None) -> None:
    with translation.override("es"):
        assert '<html lang="es">' in render_to_string("500.html")


def test_clara_sees_every_component(clara: User) -> None:
    request = RequestFactory().get("/styleguide/")
    request.user = clara
    request.session = {}  # type: ignore[assignment]  # only read
    answer = styleguide(request)
    assert answer.status_code == 200
    assert "The bridge" in answer.content.decode()


def test_the_style_guide_is_not_for_managers(ana: User) -> None:
    request = RequestFactory().get("/styleguide/")
    request.user = ana
    with pytest.raises(PermissionDenied):
        styleguide(request)
