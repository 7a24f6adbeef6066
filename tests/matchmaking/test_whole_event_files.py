"""Whatever an event consists of goes into its file and comes back: every model, every field, any values."""

import base64
import copy
import datetime as dt
import json
import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, models
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clusters.models import User
from events.actions import add_floor_plan, place_table
from events.models import (
    Delegate,
    Event,
    FloorPlan,
    OnBehalf,
    Registration,
    Session,
    Slot,
    Table,
    TableSpot,
)
from matchmaking import actions
from matchmaking.adapters.event_file import FIELDS, PERSONAL, VERSIONS
from matchmaking.models import (
    AskedScore,
    DaySettings,
    DraftMeeting,
    Introduction,
    Lateness,
    Meeting,
    MeetingRequest,
    Outcome,
    Release,
    ScheduleRun,
    ScoringPolicy,
    StandbyChain,
    StandbyOffer,
)
from matchmaking.scoring import DEFAULT
from tests.matchmaking.test_event_files import emptied, faults, full, out
from tests.pictures import png, svg
from tests.sure import sure

__all__ = ["full"]
pytestmark = pytest.mark.django_db
DOCS = Path(__file__).resolve().parents[2] / "docs" / "integrators" / "event-file.md"

ELSEWHERE: dict[type[models.Model], set[str]] = {
    # Pointers are written as numbers or codes; accounts, and what is made anew, stay out (see docs).
    Event: {"country", "region", "organisers", "citations", "figures", "contradictions", "created_at", "updated_at"},
    Session: {"event"},
    Slot: {"event", "session"},
    FloorPlan: {"event", "picture", "media_type", "width", "height", "size", "digest", "updated_at"},
    Table: {"event", "closed_slots"},
    TableSpot: {"table", "plan"},
    Registration: {"event", "organisation"},
    OnBehalf: {"registration", "by"},
    Delegate: {"registration", "user"},
    MeetingRequest: {
        "event", "sender", "receiver", "sender_delegate", "receiver_delegate", "written_by", "answered_by",
    },
    AskedScore: {"request"},
    Introduction: {"event", "first", "second", "made_by"},
    ScheduleRun: {
        "event", "repair_of", "is_curve", "points", "unplaced", "stage", "attempts", "revision", "error",
        "cancel_requested", "started_by", "heartbeat_at",
    },
    DraftMeeting: {"run", "event", "request", "slot", "table"},
    Release: {"event", "run", "restores", "published_by"},
    Meeting: {"event", "request", "slot", "table", "missed_by", "updated_at"},
    Outcome: {"meeting", "organisation", "note", "next_step", "recorded_by"},
    Lateness: {"meeting", "organisation", "said_by"},
    StandbyChain: {"event", "slot", "table", "after"},
    StandbyOffer: {"chain", "request", "sender_delegate", "receiver_delegate"},
    DaySettings: {"event", "screen_key"},
    ScoringPolicy: {"created_at", "created_by"},
}  # fmt: skip


@pytest.fixture
def whole(full: Event, olga: User) -> Event:
    """Everything that can belong to an event, at once."""
    hall = add_floor_plan(full, name="Hall A", content=png(40, 20), actor=olga)
    add_floor_plan(full, name="Upstairs", content=svg("<rect/>"), actor=olga)
    place_table(sure(full.tables.first()), plan=hall, x=0.25, y=0.75, actor=olga)
    DaySettings.objects.create(
        event=full, offer_minutes=9, screen="secret", screen_shows_names=True
    )
    ScoringPolicy.objects.get_or_create(
        name=full.scoring_policy,
        version=1,
        defaults={"title": "Default", "weights": dict(DEFAULT.weights), "priors": {}},
    )
    first, second, *_more = Registration.objects.filter(event=full).order_by("pk")
    OnBehalf.objects.create(registration=first, deed="delegate_added", about="Ana", asked_by="Beto")
    Introduction.objects.create(event=full, first=first, second=second, made_by=olga)
    meeting = sure(Meeting.objects.filter(event=full).first())
    Lateness.objects.create(meeting=meeting, organisation=first.organisation, minutes=7)
    now = timezone.now()
    people = [
        sure(one.delegates.first()) for one in (meeting.request.sender, meeting.request.receiver)
    ]
    chain = StandbyChain.objects.create(
        event=full, slot=meeting.slot, table=meeting.table, after=meeting, status="filled"
    )
    for status in ("declined", "taken"):
        StandbyOffer.objects.create(
            chain=chain, request=meeting.request, sender_delegate=people[0],
            receiver_delegate=people[1], status=status, offered_at=now,
            until=now + dt.timedelta(minutes=5), sender_agreed_at=now,
        )  # fmt: skip
    Delegate.objects.filter(pk=people[0].pk).update(person_since=now)
    release = sure(Release.objects.filter(event=full).order_by("number").first())
    ScheduleRun.objects.filter(event=full).update(
        repair_of=release, track=[[0.5, 10, 20]], started_at=now, finished_at=now
    )
    ScheduleRun.objects.create(event=full, state="done", is_curve=True, number=9)
    return Event.objects.get(pk=full.pk)


def came_back(event: Event, system: User) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the file says before and after a way through an empty installation."""
    before = out(event)
    emptied(event)
    ScoringPolicy.objects.all().delete()
    done = actions.import_event(copy.deepcopy(before), actor=system)
    return {**before, "exported_at": ""}, {**out(done.event), "exported_at": ""}


def test_everything_comes_back_in_an_empty_installation(whole: Event, system: User) -> None:
    before, after = came_back(whole, system)
    assert after == before
    assert [one["name"] for one in after["plans"]] == ["Hall A", "Upstairs"]
    assert after["tables"][0]["spot"] == {"plan": 1, "x": 0.25, "y": 0.75}
    assert after["day"]["offer_minutes"] == 9
    assert len(after["chains"][0]["offers"]) == 2
    assert after["chains"][0]["after"] is not None
    assert after["introductions"]
    assert len(after["runs"]) == 2, "repairs to choose from are no draft"
    assert all(run["repair_of"] == 1 for run in after["runs"])
    plan = sure(FloorPlan.objects.order_by("pk").first())
    assert (bytes(plan.picture), plan.width, len(plan.digest)) == (png(40, 20), 40, 16)


def _moment(chance: random.Random) -> dt.datetime:
    return dt.datetime(2031, 1, 1, tzinfo=dt.UTC) + dt.timedelta(seconds=chance.randrange(10**7))


VALUES: dict[Any, Callable[[random.Random], Any]] = {
    models.CharField: lambda chance: "".join(chance.choices("aé'\"<&∑ñ {}%", k=9)) + "z",
    models.TextField: lambda chance: "".join(chance.choices("añ\n€\t中 ", k=30)) + "z",
    models.BooleanField: lambda chance: chance.random() < 0.5,
    models.FloatField: lambda chance: chance.random(),
    models.PositiveSmallIntegerField: lambda chance: chance.randint(5, 20),
    models.PositiveIntegerField: lambda chance: chance.randint(1, 100),
    models.DateTimeField: _moment,
}
BOUND = {
    # What a rule ties to other rows or values stays as the story made it.
    "slug", "time_zone", "code", "number", "uid", "scoring_policy", "starts_at", "ends_at", "reason",
    "is_given_away", "state", "sender_priority", "receiver_priority", "format", "version", "policy",
    "erased_at", "languages", "is_closed",
}  # fmt: skip


def shaken(row: models.Model, chance: random.Random) -> None:
    """Other values in the plain fields of a row, any that its model allows."""
    values = {}
    for name in (*FIELDS[type(row)], *PERSONAL.get(type(row), ())):
        field: Any = row._meta.get_field(name)
        if name in BOUND or (field.choices and name == "status"):
            continue
        if field.choices:
            values[name] = chance.choice([value for value, _label in field.choices])
        elif type(field) in VALUES:
            values[name] = VALUES[type(field)](chance)
    type(row)._default_manager.filter(pk=row.pk).update(**values)


@pytest.mark.parametrize("seed", range(6))
def test_any_values_come_back(whole: Event, system: User, seed: int) -> None:
    """Property: export, import into nothing, export is the identity, whatever the plain fields hold."""
    chance = random.Random(seed)
    unchanging = {Release, ScoringPolicy}
    for model in FIELDS.keys() - unchanging:
        for row in model._default_manager.order_by("pk"):
            shaken(row, chance)
    before, after = came_back(Event.objects.get(pk=whole.pk), system)
    assert after == before


def test_every_field_is_in_the_file_or_left_out_on_purpose() -> None:
    for model, elsewhere in ELSEWHERE.items():
        there = {
            field.name
            for field in (*model._meta.fields, *model._meta.many_to_many)
            if field.name != "id"
        }
        said = {*FIELDS[model], *PERSONAL.get(model, ()), *elsewhere}
        assert there == said, model.__name__
    assert {model.__name__ for model in FIELDS} == {m.__name__ for m in ELSEWHERE} | {
        "Organisation"
    }


def test_the_documentation_decides_about_every_model() -> None:
    text = DOCS.read_text(encoding="utf-8")
    names = {
        model.__name__
        for app in ("events", "matchmaking")
        for model in apps.get_app_config(app).get_models()
        if not hasattr(model, "pgh_tracked_model")
    }
    assert {name for name in names if not re.search(rf"`{name}`", text)} == set()


def test_a_file_of_version_1_is_still_read(whole: Event, system: User) -> None:
    data = out(whole)
    data["version"] = 1
    data["event"]["slug"] = "copy"
    for part in ("day", "policy", "plans", "introductions", "chains", "contains_pictures"):
        del data[part]
    for part, keys in (
        ("tables", ("spot",)),
        ("registrations", ("on_behalf",)),
        ("delegates", ("person_since",)),
        ("runs", ("number", "track", "repair_of", "started_at", "finished_at")),
        ("meetings", ("lateness",)),
    ):
        for row in data[part]:
            for key in keys:
                del row[key]
    event = actions.import_event(data, actor=system).event
    assert sorted(event.runs.values_list("number", flat=True)) == [1, 2]
    assert event.meetings.count() == 2
    assert VERSIONS[-1] == out(event)["version"]


def test_a_file_without_pictures_leaves_tables_without_places(
    whole: Event, system: User, tmp_path: Path
) -> None:
    file = tmp_path / "event.json"
    call_command("event_export", whole.slug, str(file), "--without-pictures")
    data = json.loads(file.read_text())
    assert data["contains_pictures"] is False
    assert data["plans"] == []
    assert all(table["spot"] is None for table in data["tables"])
    event = actions.import_event(data, slug="copy", actor=system).event
    assert not event.floor_plans.exists()


def test_a_policy_that_is_here_stays_as_it_is(whole: Event, system: User) -> None:
    data = out(whole)
    data["policy"]["title"] = "Another title"
    actions.import_event(data, slug="copy", actor=system)
    assert ScoringPolicy.objects.get(name=whole.scoring_policy).title != "Another title"


def test_a_screen_gets_an_address_of_its_own(whole: Event, system: User) -> None:
    key = DaySettings.objects.get().screen_key
    assert key not in json.dumps(out(whole))
    copied = actions.import_event(out(whole), slug="copy", actor=system).event
    assert DaySettings.objects.get(event=copied).screen_key != key


BROKEN: dict[str, tuple[Callable[[Any], Any], str]] = {
    "no base64": (lambda data: data["plans"][0].update(picture="?"), "plans[0].picture"),
    "no text": (lambda data: data["plans"][0].update(picture=7), "plans[0].picture"),
    "no picture": (lambda data: data["plans"][0].update(picture="AAAA"), "plans[0].picture"),
    "a script": (
        lambda data: data["plans"][1].update(
            picture=base64.b64encode(svg("<script/>")).decode()
        ),
        "plans[1].picture",
    ),
    "one name twice": (lambda data: data["plans"][1].update(name="Hall A"), "plans"),
    "off the plan": (lambda data: data["tables"][0]["spot"].update(x=1.5), "tables[0].spot.x"),
    "no plan": (lambda data: data["tables"][0]["spot"].update(plan=9), "tables[0].spot.plan"),
    "no number": (
        lambda data: data["tables"][0]["spot"].update(x=float("nan")), "tables"
    ),
    "day": (lambda data: data["day"].update(offer_minutes=0), "day.offer_minutes"),
    "other policy": (lambda data: data["policy"].update(name="other"), "policy.name"),
    "bad weights": (lambda data: data["policy"].update(weights={"x": -1}), "policy.weights"),
    "to itself": (
        lambda data: data["introductions"][0].update(
            second=data["introductions"][0]["first"]
        ),
        "introductions",
    ),
    "unknown deed": (
        lambda data: data["registrations"][0].update(on_behalf=[{"deed": "sang"}]),
        "registrations[0].on_behalf[0].deed",
    ),
    "twice away": (lambda data: data["delegates"][0].update(away=[1, 1]), "delegates"),
    "offers of nobody": (
        lambda data: data["chains"][0]["offers"][0].update(sender_delegate=99),
        "chains[0].offers[0].sender_delegate",
    ),
    "after nothing": (lambda data: data["chains"][0].update(after=99), "chains[0].after"),
    "late strangers": (
        lambda data: data["meetings"][0].update(
            lateness=[{"organisation": "nobody", "minutes": 5}]
        ),
        "meetings[0].lateness[0].organisation",
    ),
    "release twice": (lambda data: data["releases"][1].update(number=1), "releases[1].number"),
    "repairs nothing": (lambda data: data["runs"][0].update(repair_of=9), "runs[0].repair_of"),
    "slots overlap": (
        lambda data: data["slots"][1].update(
            starts_at=data["slots"][0]["starts_at"].replace(":00Z", ":30Z")
        ),
        "slots",
    ),
    "an organisation twice": (
        lambda data: data["organisations"].append(data["organisations"][0]),
        "organisations[4].slug",
    ),
    "no country": (lambda data: data["event"].update(country=[]), "event.country"),
    "endless hours": (
        lambda data: data["event"].update(answer_within_hours=float("inf")),
        "event.answer_within_hours",
    ),
    "a slot without its end": (lambda data: data["slots"][0].pop("ends_at"), "slots"),
    "no clock": (
        lambda data: data["slots"][0].update(starts_at="2031-03-10T09:00:00"),
        "slots[0].starts_at",
    ),
    "no moment": (
        lambda data: data["slots"][0].update(starts_at="0001-01-01T00:00:00+14:00"),
        "slots[0].starts_at",
    ),
    "no list": (
        lambda data: data["registrations"][0].update(formats={}), "registrations[0].formats"
    ),
    "no character": (lambda data: data["releases"][0].update(code="\x00"), "releases[0].code"),
    "no name": (lambda data: data["organisations"][0].update(slug="\x00"), "organisations"),
    "days reversed": (
        lambda data: data["event"].update(starts_on="2031-03-12", ends_on="2031-03-01"),
        "event",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", BROKEN)
def test_what_is_wrong_is_told_by_its_path_and_nothing_is_written(
    whole: Event, system: User, what: str
) -> None:
    change, path = BROKEN[what]
    data = out(whole)
    data["event"]["slug"] = "copy"
    change(data)
    assert path in faults(data, system)
    assert Event.objects.count() == 1
    assert FloorPlan.objects.count() == 2


def test_identifiers_twice_in_a_file_are_made_anew(whole: Event, system: User) -> None:
    data = out(whole)
    for one in data["meetings"]:
        one["uid"] = "12345678-1234-5678-1234-567812345678"
    for one in data["releases"]:
        one["code"] = "TWICE"
    event = actions.import_event(data, slug="copy", actor=system).event
    assert event.meetings.values("uid").distinct().count() == 2
    assert event.releases.values("code").distinct().count() == 2


def test_identifiers_of_other_events_are_not_all_read(whole: Event, system: User) -> None:
    with CaptureQueriesContext(connection) as queries:
        actions.import_event(out(whole), slug="copy", actor=system)
    said = [one["sql"] for one in queries if one["sql"].startswith("SELECT")]
    reads = [sql for sql in said if '"matchmaking_meeting"."uid"' in sql.partition(" FROM ")[0]]
    assert reads
    assert all(" WHERE " in sql for sql in reads)


@pytest.mark.parametrize("more", [0, 3])
def test_an_export_takes_the_same_queries_whatever_it_holds(
    whole: Event, olga: User, more: int, django_assert_max_num_queries: Any
) -> None:
    for number in range(more):
        add_floor_plan(whole, name=f"Floor {number}", content=png(), actor=olga)
    event = Event.objects.select_related("country", "region").get(pk=whole.pk)
    with django_assert_max_num_queries(29):
        out(event)
