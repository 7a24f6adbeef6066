"""Every form of a manager and of an organiser, filled with nonsense: nothing breaks, nothing runs, nothing is half saved."""

import inspect
import pkgutil
from importlib import import_module
from unicodedata import lookup

import pytest
from django import forms as django_forms
from django.test import Client

import matchmaking.forms
from clusters.models import Organisation
from matchmaking.models import MeetingRequest
from tests.site.permissions_table import TABLE
from tests.site.test_permissions import ROLES, World, people, world

__all__ = ["people", "world"]  # fixtures

SCRIPT = '"><script>alert(1)</script>'
RIGHT_TO_LEFT = lookup("RIGHT-TO-LEFT OVERRIDE")
NONSENSE = {
    "overlong": SCRIPT + "x" * 7_000,
    "script, emoji, right to left": f"{SCRIPT} 🌮🚗\u0301 مكسيك {RIGHT_TO_LEFT}evil עברית",
    "no character": "a\x00b",
    "no number": "99999999999999999999",
    "no end": "9" * 5_000,
    "no date": "2031-02-30",
}
MEANEST = ("no character", "no end")
# What forms of the console send beside their fields, and addresses beside their path.
KEYS = (
    *("to", "slot", "table", "registration", "revision", "other", "request", "meeting", "session"),
    *(
        "point",
        "minutes",
        "decision",
        "at.x",
        "at.y",
        "placed",
        "before",
        "mode",
        "page",
        "day",
        "event",
    ),
    *("status", "q", "sort", "view", "tab", "whose", "sector", "country", "near"),
)
# What ends something comes last, so that the others still have it.
ENDS = ("remove", "revoke", "withdraw", "decline", "stop", "off", "undo", "exclude", "unsubscribe")


def field_names() -> set[str]:
    """The names of all fields of all forms."""
    found = {"value", "seen", "next", "answer", "o", "by", "do", *KEYS}
    for module in pkgutil.walk_packages(matchmaking.forms.__path__, "matchmaking.forms."):
        for _name, one in inspect.getmembers(import_module(module.name), inspect.isclass):
            if issubclass(one, django_forms.Form | django_forms.ModelForm):
                found |= one.base_fields.keys()
    return found


def open_to(who: str, wanted: str) -> list[str]:
    """Names of the addresses that somebody may post to or get, what ends something last."""
    names = [
        name
        for (name, method), codes in TABLE.items()
        if method == wanted
        and codes[ROLES.index(who)] in (200, 302, 400, 409)
        and not name.startswith("api")
    ]
    return sorted(names, key=lambda name: (any(word in name for word in ENDS), name))


def broken_by(world: World, who: str, method: str, kind: str) -> list[str]:
    """What goes wrong where somebody sends nonsense to all addresses that are open to them."""
    given = dict.fromkeys(field_names(), NONSENSE[kind])
    client = world.client(who)
    client.raise_request_exception = False
    asked = open_to(who, method)
    assert len(asked) > 40
    broken = []
    for name in asked:
        answer = getattr(client, method.lower())(world.address(name), given)
        html = answer.content.decode("utf-8", "replace") if not answer.streaming else ""
        if answer.status_code >= 500:
            broken.append(f"{method} {name} answers {answer.status_code}")
        if SCRIPT in html:
            broken.append(f"{method} {name} shows the script as it was written")
    return broken


@pytest.mark.parametrize("kind", sorted(NONSENSE))
def test_nonsense_in_every_field_of_every_form_breaks_nothing(world: World, kind: str) -> None:
    broken = broken_by(world, "ana", "POST", kind)
    assert not broken, "\n".join(broken)
    assert_reads_well(world.client("ana"))


@pytest.mark.parametrize("kind", MEANEST)
def test_nonsense_in_every_form_of_the_console_breaks_nothing(world: World, kind: str) -> None:
    broken = broken_by(world, "olga", "POST", kind)
    assert not broken, "\n".join(broken)


@pytest.mark.parametrize("who", ["ana", "olga"])
@pytest.mark.parametrize("kind", MEANEST)
def test_nonsense_in_every_address_breaks_nothing(world: World, kind: str, who: str) -> None:
    broken = broken_by(world, who, "GET", kind)
    assert not broken, "\n".join(broken)


def assert_reads_well(client: Client) -> None:
    """Whatever was saved, the pages that show it still do."""
    paths = ("/home/", "/profile/", "/profile/who/", "/find/?f=1", "/requests/", "/shortlists/")
    for path in (*paths, "/searches/", "/settings/", "/after/", "/agenda/", "/profile/history/"):
        answer = client.get(path, follow=True)
        assert answer.status_code == 200, path
        assert SCRIPT not in answer.content.decode(), path


@pytest.mark.parametrize(
    "path",
    [
        *("/paper/a%00/", "/badge/a%00/", "/invitation/a%00/", "/calendar/a%00.ics"),
        *("/api/v1/organisations/a%00/", "/api/v1/sectors/a%00/", "/organisations/a%00/"),
    ],
)
def test_an_address_that_nothing_can_have_is_not_found(world: World, path: str) -> None:
    client = world.client("ana")
    client.raise_request_exception = False
    assert client.get(path).status_code == 404


def test_what_is_another_s_is_not_found_whatever_the_form_names(world: World) -> None:
    """Carla's request to somebody else, Carla's list: by their true keys, from Ana's browser."""
    before = list(Organisation.objects.order_by("pk").values())
    client = world.client("beto")
    for path in ("/requests/999999/accept/", "/shortlists/999999/", "/searches/999999/remove/"):
        assert client.post(path, {"name": "x"}).status_code == 404
    answer = world.client("carla").post("/profile/people/999999/remove/")
    assert answer.status_code == 404
    assert list(Organisation.objects.order_by("pk").values()) == before
    assert MeetingRequest.objects.count() >= 1
