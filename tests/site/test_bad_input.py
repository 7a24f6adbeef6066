"""Every form of a manager, filled with nonsense: nothing breaks, nothing runs, nothing is half saved."""

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
from tests.site.test_permissions import World, people, world

__all__ = ["people", "world"]  # fixtures

SCRIPT = '"><script>alert(1)</script>'
RIGHT_TO_LEFT = lookup("RIGHT-TO-LEFT OVERRIDE")
NONSENSE = {
    "overlong": SCRIPT + "x" * 7_000,
    "script, emoji, right to left": f"{SCRIPT} 🌮🚗\u0301 مكسيك {RIGHT_TO_LEFT}evil עברית",
    "no character": "a\x00b",
    "no number": "99999999999999999999",
    "no date": "2031-02-30",
}
# What ends something comes last, so that the others still have it.
ENDS = ("remove", "revoke", "withdraw", "decline", "stop", "off", "undo", "exclude", "unsubscribe")


def field_names() -> set[str]:
    """The names of all fields of all forms."""
    found = {"value", "seen", "next", "answer", "o", "by", "do"}
    for module in pkgutil.walk_packages(matchmaking.forms.__path__, "matchmaking.forms."):
        for _name, one in inspect.getmembers(import_module(module.name), inspect.isclass):
            if issubclass(one, django_forms.Form | django_forms.ModelForm):
                found |= one.base_fields.keys()
    return found


def posts_of_ana() -> list[str]:
    """Names of the addresses to which Ana may post, what ends something last."""
    names = [
        name
        for (name, method), codes in TABLE.items()
        if method == "POST" and codes[1] in (200, 302, 400, 409) and not name.startswith("api")
    ]
    return sorted(names, key=lambda name: (any(word in name for word in ENDS), name))


@pytest.mark.parametrize("kind", sorted(NONSENSE))
def test_nonsense_in_every_field_of_every_form_breaks_nothing(world: World, kind: str) -> None:
    given = dict.fromkeys(field_names(), NONSENSE[kind])
    client = world.client("ana")
    client.raise_request_exception = False
    asked = posts_of_ana()
    assert len(asked) > 40
    broken = []
    for name in asked:
        answer = client.post(world.address(name), given)
        html = answer.content.decode("utf-8", "replace") if not answer.streaming else ""
        if answer.status_code >= 500:
            broken.append(f"{name} answers {answer.status_code}")
        if SCRIPT in html:
            broken.append(f"{name} shows the script as it was written")
    assert not broken, "\n".join(broken)
    assert_reads_well(client)


def assert_reads_well(client: Client) -> None:
    """Whatever was saved, the pages that show it still do."""
    paths = ("/home/", "/profile/", "/profile/who/", "/find/?f=1", "/requests/", "/shortlists/")
    for path in (*paths, "/searches/", "/settings/", "/after/", "/agenda/", "/profile/history/"):
        answer = client.get(path, follow=True)
        assert answer.status_code == 200, path
        assert SCRIPT not in answer.content.decode(), path


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
