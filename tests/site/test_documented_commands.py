"""Every `manage.py` line and every call that a page of the documentation shows works as written."""

import io
import itertools
import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from pytest_django import Settings

from clusters.actions import create_token
from clusters.models import Organisation
from tests.cast import EventFactory, RegistrationFactory, RepresentativeFactory

ROOT = Path(settings.BASE_DIR)
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"^```sh\n(.*?)^```", re.DOTALL | re.MULTILINE)
NOT_RUN = {
    "migrate": "the test database is made by it",
    "createsuperuser": "asks a person",
    "procrastinate": "a worker runs until it is stopped; tests/matchmaking run its jobs",
    "event_export": "needs an event with people; tests/matchmaking/test_event_files.py",
    "event_import": "reads what event_export wrote; tests/matchmaking/test_event_files.py",
    "draw_map": "needs a drawing that is fetched from elsewhere; tests/engines/test_mapping.py",
}


def commands(text: str) -> Iterator[list[str]]:
    """The words after `manage.py` of each such line in a shell block."""
    for block in BLOCK.findall(text):
        for line in block.splitlines():
            words = shlex.split(line, comments=True)
            scripts = [number for number, word in enumerate(words) if word.endswith("manage.py")]
            if scripts:
                yield words[scripts[0] + 1 :]


def calls(text: str) -> Iterator[list[str]]:
    """The words after `curl` of each such line in a shell block."""
    for block in BLOCK.findall(text):
        yield from (
            shlex.split(line)[1:] for line in block.splitlines() if line.startswith("curl ")
        )


FOUND = [command for page in PAGES for command in commands(page.read_text(encoding="utf-8"))]
RUN = [command for command in FOUND if command[0] not in NOT_RUN]


@pytest.mark.parametrize("command", RUN, ids=" ".join)
def test_a_documented_command_works(
    report: None, db: None, settings: Settings, tmp_path: Path, command: list[str]
) -> None:
    settings.STATIC_ROOT = str(tmp_path)
    out = io.StringIO()
    call_command(*command, stdout=out)
    if command[0] in {"match", "demo_accounts"}:
        assert out.getvalue().strip()


CALLS = list(calls((ROOT / "docs" / "integrators" / "README.md").read_text(encoding="utf-8")))


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call[-1].removeprefix("$PUENTE/api/v1"))
def test_a_documented_call_is_answered(report: None, db: None, call: list[str]) -> None:
    ceaga, claut = (Organisation.objects.get(slug=slug) for slug in ("ceaga", "claut"))
    ana = RepresentativeFactory(organisation=ceaga).user
    booking = EventFactory(slug="cluster-days")
    for one in (ceaga, claut):
        RegistrationFactory(event=booking, organisation=one)
    secret = create_token(ana, name="x", scopes=["read", "write"], expires_at=None, actor=ana)[1]
    given = dict(
        word.replace("$TOKEN", secret).split(": ", 1)
        for flag, word in itertools.pairwise(call)
        if flag == "-H"
    )
    data = next((word for flag, word in itertools.pairwise(call) if flag == "-d"), None)
    client, address = Client(headers=given), call[-1].removeprefix("$PUENTE")
    if data is None:
        assert client.get(address).status_code == 200
    else:
        answer = client.post(address, data, content_type="application/json")
        assert answer.status_code == 201, answer.content
        assert answer.json()["message"] == json.loads(data)["message"]


def test_the_documentation_shows_commands_and_no_reason_is_left_over() -> None:
    assert ["match", "ceaga", "--top", "3"] in FOUND
    assert {command[0] for command in FOUND} >= set(NOT_RUN)


def test_a_command_is_read_without_its_comment() -> None:
    page = "`manage.py no`\n```sh\nmake env\n.venv/bin/python manage.py match 'a b'  # why\n```\n"
    assert list(commands(page)) == [["match", "a b"]]
