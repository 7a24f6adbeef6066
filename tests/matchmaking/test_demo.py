"""`manage.py demo`: one build of everything, then every page of it, as each account sees it."""

import json
import socket
from collections import Counter
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client
from pytest_django import DjangoDbBlocker

from clusters.models import Organisation, User
from events.choices import EventStatus
from events.models import Event, Registration
from matchmaking.management.commands import demo_instances
from matchmaking.management.commands.demo_instances import MORNING, Instance
from matchmaking.management.demo import plan
from matchmaking.management.demo.events import EventBuilder
from matchmaking.models import Meeting, MeetingRequest, Release
from matchmaking.scheduling.exchange import read_problem


def rows() -> dict[str, int]:
    """How much there is of what the demo makes."""
    models = (Organisation, User, Event, Registration, MeetingRequest, Meeting, Release)
    return {model.__name__: model._default_manager.count() for model in models}


def said(name: str) -> list[dict[str, Any]]:
    out = StringIO()
    call_command(name, "--json", stdout=out)
    found: list[dict[str, Any]] = json.loads(out.getvalue())
    return found


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """What `demo --no-server` says while it builds; undone after the module.

    Migrations and static files are the same for every test and have tests of their own.
    """
    out, patch, real = StringIO(), pytest.MonkeyPatch(), call_command
    patch.setattr("matchmaking.management.commands.demo.call_command", lambda name, *args, **kw: (
        real(name, *args, **kw) if name == "load_fixtures" else None
    ))  # fmt: skip
    patch.setattr("matchmaking.management.demo.events.RUN_SECONDS", 4)
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("demo", "--no-server", stdout=out)
        yield out.getvalue()
        transaction.set_rollback(True)
    patch.undo()


def test_it_says_what_it_does(built: str, db: None) -> None:
    for step in ("database:", "data:", "people:", "event: Mobility", "event: EU-Mexico", "Ready."):
        assert f"== {step}" in built


def test_two_events_stand_where_they_should(built: str, db: None) -> None:
    day = Event.objects.get(slug=plan.MOBILITY_DAY.slug)
    assert day.status == EventStatus.PUBLISHED
    assert day.releases.count() == 1
    assert day.meetings.count() > 5
    days = Event.objects.get(slug=plan.CLUSTER_DAYS.slug)
    assert days.status == EventStatus.BOOKING
    open_story = MeetingRequest.objects.filter(
        event=days, sender__organisation__slug__in=plan.STORY,
        receiver__organisation__slug__in=plan.STORY,
    )  # fmt: skip
    assert not open_story.exists(), "the reader of the README asks first"


def test_run_again_it_adds_nothing(built: str, db: None) -> None:
    before, out = rows(), StringIO()
    call_command("demo", "--no-server", stdout=out)
    assert rows() == before
    assert out.getvalue().count("is there already") == 2


def test_every_account_logs_in_with_its_password(built: str, db: None) -> None:
    accounts = said("demo_accounts")
    assert {account["role"] for account in accounts} >= {"cluster manager", "organiser", "curator"}
    for account in accounts:
        cache.clear()
        client = Client()
        answer = client.post(
            "/accounts/login/", {"login": account["email"], "password": account["password"]}
        )
        assert answer.status_code == 302, account
        assert client.session["_auth_user_id"] == str(User.objects.get(email=account["email"]).pk)
        assert Organisation.objects.filter(slug=account["organisation"]).exists() or (
            account["organisation"] is None
        )


def test_every_page_worth_looking_at_answers(built: str, db: None) -> None:
    """The smoke test of the whole product."""
    pages, wrong = said("demo_pages"), {}
    assert len(pages) > 30
    assert max(Counter(page["name"] for page in pages).values()) == 1
    for page in pages:
        client = Client()
        if page["account"]:
            backend = "django.contrib.auth.backends.ModelBackend"
            client.force_login(User.objects.get(email=page["account"]), backend)
        answer = client.get(page["path"])
        if answer.status_code != 200:
            wrong[page["name"]] = answer.status_code
    assert not wrong


@pytest.mark.parametrize(
    ("stage", "status", "released"),
    [
        ("call", EventStatus.CALL, 0),
        ("planning", EventStatus.PLANNING, 0),
        ("live", EventStatus.LIVE, 1),
        ("closed", EventStatus.CLOSED, 1),
    ],
)
def test_an_event_can_stand_at_every_stage(
    stage: str, status: str, released: int, built: str, db: None
) -> None:
    Event.objects.filter(slug=plan.MOBILITY_DAY.slug).update(slug="as-built")
    event = EventBuilder(plan.MOBILITY_DAY, stage, plan.MOBILITY).build()
    assert event is not None
    event.refresh_from_db()
    assert event.status == status
    assert event.releases.count() == released
    waiting = event.registrations.filter(status="applied").count()
    assert (waiting > 0) == (stage == "call")


def test_a_busy_port_is_a_sentence() -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        with pytest.raises(CommandError, match=f"Port {port} is taken .* make demo PORT=8001"):
            call_command("demo", "--port", str(port))


@pytest.mark.parametrize("port", ["0", "65536", "-1"])
def test_a_number_that_is_no_port_is_a_sentence(port: str) -> None:
    with pytest.raises(CommandError, match=f"{port} is no port. Choose one from 1 to 65535."):
        call_command("demo", f"--port={port}")


def test_instances_for_benchmarks_leave_nothing_behind(
    built: str, db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = rows()
    small = Instance("small", MORNING, 8, tables=2, cancelled=1)
    monkeypatch.setattr(demo_instances, "INSTANCES", (small, Instance("huge", MORNING, 500)))
    call_command("demo_instances", str(tmp_path), "--only", "small")
    assert rows() == before
    problem = read_problem(tmp_path / "small.json.gz")
    assert problem.id.startswith("event-")
    assert len(problem.organisations) == 7
    assert len(problem.tables) == 2
    assert problem.previous, "it was published before one withdrew"
    with pytest.raises(CommandError, match="--size 500"):
        call_command("demo_instances", str(tmp_path), "--only", "huge")
    with pytest.raises(CommandError, match="There is no folder"):
        call_command("demo_instances", str(tmp_path / "none"))
    assert [one.name for one in tmp_path.iterdir()] == ["small.json.gz"]
