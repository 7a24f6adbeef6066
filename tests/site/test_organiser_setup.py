"""Olga sets her event up: templates, sessions, tables, team, phases; and nobody else gets in."""

import datetime as dt
import re

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from clusters.models import User
from events.actions import TEMPLATES, create_event_from_template
from events.choices import EVENT_MOVES, EventStatus, TeamRole
from events.models import Event, Session, Table
from matchmaking.reads.organiser.capacity import Capacity, capacity
from matchmaking.wording.organising import move
from tests.cast import RegistrationFactory, TeamFactory, UserFactory
from tests.participants import Visit
from tests.sure import sure

HOME = "/organise/monterrey-2031/"
SETUP = HOME + "setup/"
NEW = "/organise/new/"
SESSION = {
    "name": "Afternoon",
    "format": "B2B",
    "day": "2031-03-10",
    "start": "14:00",
    "end": "16:00",
    "slot_minutes": "20",
    "break_minutes": "10",
}


@pytest.fixture
def viewer(event: Event) -> User:
    """Vera may look on, no more."""
    user = UserFactory(name="Vera", email="vera@events.example")
    TeamFactory(event=event, user=user, role=TeamRole.VIEWER)
    return user


def fields_of(html: str) -> dict[str, str]:
    """What a browser would post of the event's form, hidden copies included."""
    form = html[html.index('id="event"') :]
    form = form[: form.index("</form>")]
    found = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name = re.search(r'name="([^"]+)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        if name:
            found[name.group(1)] = value.group(1) if value else ""
    for name, inside in re.findall(r'<select name="([^"]+)".*?>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', inside)
        found[name] = chosen.group(1) if chosen else ""
    for name, inside in re.findall(
        r'<textarea name="([^"]+)".*?>(.*?)</textarea>', form, re.DOTALL
    ):
        found.setdefault(name, inside.strip())
    return found


# -- who gets in

PAGES = ["", "setup/", "call/", "work/", "schedule/", "releases/"]


@pytest.mark.parametrize("page", PAGES)
def test_only_the_team_sees_the_console(
    event: Event, olga: User, ana: User, viewer: User, as_user: Visit, page: str
) -> None:
    assert as_user(olga).get(HOME + page).status_code == 200
    assert as_user(viewer).get(HOME + page).status_code == 200
    assert as_user(ana).get(HOME + page).status_code == 404
    assert as_user(UserFactory(name="Stranger")).get(HOME + page).status_code == 404


@pytest.mark.parametrize("page", PAGES)
def test_visitors_sign_in_first(event: Event, client: Client, page: str) -> None:
    answer = client.get(HOME + page)
    assert answer.status_code == 302
    assert "/accounts/login/" in answer["Location"]


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("setup/", {}),
        ("sessions/", SESSION),
        ("tables/", {"count": "1", "prefix": "T", "kind": "table"}),
        ("team/", {"email": "vera@events.example", "role": "owner"}),
        ("move/", {"to": "planning"}),
        ("call/decide/", {}),
        ("schedule/run/", {"seconds": "1", "seed": "1"}),
        ("schedule/copy/", {}),
    ],
)
def test_a_viewer_changes_nothing(
    event: Event, viewer: User, ana: User, as_user: Visit, path: str, data: dict[str, str]
) -> None:
    assert as_user(viewer).post(HOME + path, data).status_code == 403
    assert as_user(ana).post(HOME + path, data).status_code == 404
    event.refresh_from_db()
    assert (event.status, event.sessions.count(), event.tables.count()) == ("booking", 1, 2)


def test_a_viewer_is_offered_nothing_to_change(event: Event, viewer: User, as_user: Visit) -> None:
    html = as_user(viewer).get(SETUP).content.decode()
    main = html[html.index("<main") : html.index("</main>")]
    assert "<form" not in main
    assert "Only an owner" in main


# -- a new event


@pytest.mark.parametrize("template", list(TEMPLATES))
def test_olga_starts_an_event_from_a_template(
    event: Event, olga: User, as_user: Visit, template: str
) -> None:
    data = {
        "template": template,
        "name": "Bajío Days",
        "starts_on": "2031-05-05",
        "time_zone": "America/Mexico_City",
    }
    answer = as_user(olga).post(NEW, data)
    made = Event.objects.get(name="Bajío Days")
    assert answer["Location"] == f"/organise/{made.slug}/setup/"
    chosen = TEMPLATES[template]
    assert made.status == EventStatus.DRAFT
    assert (made.ends_on - made.starts_on).days == chosen.days - 1
    assert made.sessions.count() == len(chosen.sessions)
    assert made.tables.count() == chosen.tables
    assert {table.kind for table in made.tables.all()} <= {chosen.table_kind}
    assert made.slots.exists() == bool(chosen.sessions)
    assert made.team.get().user == olga


def test_a_template_that_does_not_exist_starts_nothing(event: Event, olga: User) -> None:
    with pytest.raises(ValidationError) as refused:
        create_event_from_template(
            "carnival", values={"name": "X", "starts_on": dt.date(2031, 5, 5)}, actor=olga
        )
    assert list(refused.value.message_dict) == ["template"]
    assert Event.objects.get() == event


def test_the_template_by_video_is_in_daylight_on_both_sides(
    event: Event, olga: User, as_user: Visit
) -> None:
    data = {
        "template": "virtual",
        "name": "V",
        "starts_on": "2031-05-05",
        "time_zone": "Europe/Madrid",
    }
    as_user(olga).post(NEW, data)
    session = Session.objects.get(event__name="V")
    assert session.starts_at == dt.datetime(2031, 5, 5, 14, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"template": "wedding"}, "template"),
        ({"name": ""}, "name"),
        ({"starts_on": "soon"}, "starts_on"),
        ({"starts_on": "2020-05-05"}, "This day has passed"),
        ({"time_zone": "Mars/Olympus"}, "no time zone we know"),
    ],
)
def test_a_wrong_new_event_is_not_made(
    event: Event, olga: User, as_user: Visit, changes: dict[str, str], said: str
) -> None:
    data = {"template": "empty", "name": "N", "starts_on": "2031-05-05", "time_zone": "UTC"}
    answer = as_user(olga).post(NEW, data | changes)
    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert Event.objects.count() == 1


def test_who_represents_nobody_starts_no_event(db: None, as_user: Visit) -> None:
    assert as_user(UserFactory(name="Stranger")).get(NEW).status_code == 403


def test_olga_finds_her_events(event: Event, olga: User, ana: User, as_user: Visit) -> None:
    assert "Monterrey 2031" in as_user(olga).get("/organise/").content.decode()
    html = as_user(ana).get("/organise/").content.decode()
    assert "Monterrey 2031" not in html
    assert "You organise no event yet" in html


# -- sessions and tables


def test_olga_adds_a_session_on_the_event_s_clock(event: Event, olga: User, as_user: Visit) -> None:
    assert as_user(olga).post(HOME + "sessions/", SESSION).status_code == 302
    session = event.sessions.get(name="Afternoon")
    assert session.starts_at == dt.datetime(2031, 3, 10, 20, tzinfo=dt.UTC)
    assert session.slots.count() == 4
    html = as_user(olga).get(SETUP).content.decode()
    assert "14:00–16:00" in html
    assert "<li>15:30</li>" in html


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"end": "13:00"}, "end", "A session ends after it starts."),
        ({"end": "14:10"}, "end", "No meeting fits"),
        ({"start": "10:30"}, "start", "would overlap one of “Morning”"),
        ({"day": "2031-03-12"}, "day", "put the session on these days"),
        ({"slot_minutes": "1"}, "slot_minutes", "greater than or equal to 5"),
        ({"day": ""}, "day", "required"),
        ({"start": "late"}, "start", "valid time"),
    ],
)
def test_a_wrong_session_is_told_next_to_its_field(
    event: Event,
    olga: User,
    as_user: Visit,
    changes: dict[str, str],
    field: str,
    said: str,
) -> None:
    answer = as_user(olga).post(HOME + "sessions/", SESSION | changes)
    html = answer.content.decode()
    assert answer.status_code == 400
    assert re.search(rf'id="id_{field}_error[^>]*>.*?{said}', html, re.DOTALL)
    assert 'value="Afternoon"' in html, "what was typed stays"
    assert event.sessions.count() == 1


def test_a_session_is_changed_and_removed(event: Event, olga: User, as_user: Visit) -> None:
    session = event.sessions.get()
    where = reverse("organiser_session", args=[event.slug, session.pk])
    assert 'value="09:00"' in as_user(olga).get(where).content.decode()
    data = SESSION | {"name": "Early", "start": "08:00", "end": "09:00", "break_minutes": "0"}
    assert as_user(olga).post(where, data).status_code == 302
    assert event.slots.count() == 3
    assert as_user(olga).post(where, data | {"end": "07:00"}).status_code == 400
    assert as_user(olga).post(where + "remove/").status_code == 302
    assert not event.sessions.exists()


def test_a_foreign_session_is_not_there(event: Event, olga: User, as_user: Visit) -> None:
    other = RegistrationFactory().event
    session = Session.objects.create(
        event=other, name="S", starts_at=dt.datetime.now(dt.UTC),
        ends_at=dt.datetime.now(dt.UTC) + dt.timedelta(hours=1),
    )  # fmt: skip
    where = reverse("organiser_session_remove", args=[event.slug, session.pk])
    assert as_user(olga).post(where).status_code == 404


def test_tables_are_numbered_on_renamed_closed_and_removed(
    event: Event, olga: User, as_user: Visit
) -> None:
    as_user(olga).post(HOME + "tables/", {"count": "2", "prefix": "T", "kind": "booth"})
    assert [table.name for table in event.tables.all()] == ["T1", "T2", "T3", "T4"]
    table = event.tables.get(name="T3")
    slot = sure(event.slots.first())
    where = reverse("organiser_table", args=[event.slug, table.pk])
    same = as_user(olga).post(where, {"name": "T1", "kind": "table"})
    assert same.status_code == 400
    assert "Another table is called “T1”" in same.content.decode()
    data = {"name": "Window", "kind": "table", "closed_slots": [slot.pk]}
    assert as_user(olga).post(where, data).status_code == 302
    table.refresh_from_db()
    assert (table.name, list(table.closed_slots.all())) == ("Window", [slot])
    assert "closed in 1 slot" in as_user(olga).get(SETUP).content.decode()
    assert as_user(olga).post(where + "remove/").status_code == 302
    assert not Table.objects.filter(pk=table.pk).exists()


def test_too_many_tables_are_refused(event: Event, olga: User, as_user: Visit) -> None:
    answer = as_user(olga).post(HOME + "tables/", {"count": "499", "prefix": "T", "kind": "table"})
    assert answer.status_code == 400
    assert "at most 500 tables" in answer.content.decode()


# -- the event's own fields


def test_olga_saves_the_fields(event: Event, olga: User, as_user: Visit) -> None:
    data = fields_of(as_user(olga).get(SETUP).content.decode())
    answer = as_user(olga).post(SETUP, data | {"venue": "Sala A", "ask_until": "2031-03-01T18:00"})
    assert answer.status_code == 302
    event.refresh_from_db()
    assert event.venue == "Sala A"
    assert event.ask_until == dt.datetime(2031, 3, 2, 0, tzinfo=dt.UTC)
    assert event.name == "Monterrey 2031"
    assert 'value="2031-03-01T18:00"' in as_user(olga).get(SETUP).content.decode()


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"ends_on": "2031-03-09"}, "ends_on", "on or after its first day"),
        ({"starts_on": "2031-03-11"}, "starts_on", "put the session on these days"),
        ({"time_zone": "Europe/Madrid"}, "time_zone", "Remove the sessions"),
        ({"time_zone": "Nowhere"}, "time_zone", "no time zone"),
        ({"decent_from": "08:00"}, "decent_until", "both hours or none"),
        ({"apply_until": "tomorrow"}, "apply_until", "Enter day and time"),
        ({"request_quota": "0"}, "request_quota", "greater than or equal to 1"),
    ],
)
def test_a_wrong_field_is_told_next_to_it(
    event: Event, olga: User, as_user: Visit, changes: dict[str, str], field: str, said: str
) -> None:
    data = fields_of(as_user(olga).get(SETUP).content.decode())
    answer = as_user(olga).post(SETUP, data | {"venue": "Sala A"} | changes)
    html = answer.content.decode()
    assert answer.status_code == 400
    assert re.search(rf'id="id_{field}_error[^>]*>.*?{said}', html, re.DOTALL)
    assert 'value="Sala A"' in html
    event.refresh_from_db()
    assert event.venue == ""


def test_the_second_of_two_editors_sees_what_changed_and_loses_nothing(
    event: Event, olga: User, as_user: Visit
) -> None:
    pedro = UserFactory(name="Pedro")
    TeamFactory(event=event, user=pedro, role=TeamRole.OWNER)
    seen = fields_of(as_user(olga).get(SETUP).content.decode())
    as_user(pedro).post(SETUP, seen | {"city": "Monterrey", "request_quota": "12"})

    mine = seen | {"venue": "Sala A", "request_quota": "20"}
    answer = as_user(olga).post(SETUP, mine)
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "Somebody saved this event while you were editing" in html
    notice = html[html.index("console-changes") : html.index('id="sessions"')]
    assert "Monterrey" in notice
    assert "<s>10</s> → 12" in notice
    assert "You changed this, too" in notice
    merged = fields_of(html)
    assert (merged["city"], merged["venue"], merged["request_quota"]) == (
        "Monterrey",
        "Sala A",
        "20",
    )

    assert as_user(olga).post(SETUP, merged).status_code == 302
    event.refresh_from_db()
    assert (event.city, event.venue, event.request_quota) == ("Monterrey", "Sala A", 20)


def test_a_move_meanwhile_is_told_too(event: Event, olga: User, as_user: Visit) -> None:
    seen = fields_of(as_user(olga).get(SETUP).content.decode())
    as_user(olga).post(HOME + "move/", {"to": "planning"})
    answer = as_user(olga).post(SETUP, seen | {"venue": "Sala A"})
    assert answer.status_code == 409
    assert "moved to another phase" in answer.content.decode()


# -- team and phases


def test_olga_builds_a_team(event: Event, olga: User, ana: User, as_user: Visit) -> None:
    as_user(olga).post(HOME + "team/", {"email": "ANA@galician.example", "role": "planner"})
    assert event.team.get(user=ana).role == TeamRole.PLANNER
    assert as_user(ana).get(HOME).status_code == 200
    as_user(olga).post(f"{HOME}team/{ana.pk}/remove/")
    assert as_user(ana).get(HOME).status_code == 404


def test_nobody_of_that_address_and_the_last_owner(
    event: Event, olga: User, as_user: Visit
) -> None:
    unknown = as_user(olga).post(HOME + "team/", {"email": "no@body.example", "role": "viewer"})
    assert "Nobody signs in with no@body.example" in unknown.content.decode()
    last = as_user(olga).post(HOME + "team/", {"email": olga.email, "role": "viewer"})
    assert last.status_code == 400
    assert "only owner" in last.content.decode()
    as_user(olga).post(f"{HOME}team/{olga.pk}/remove/")
    assert event.team.get().user == olga


def test_whoever_leaves_the_team_is_led_away(event: Event, olga: User, as_user: Visit) -> None:
    TeamFactory(event=event, user=UserFactory(name="Pedro"), role=TeamRole.OWNER)
    answer = as_user(olga).post(f"{HOME}team/{olga.pk}/remove/")
    assert answer["Location"] == "/organise/"


def test_every_move_says_what_it_does() -> None:
    for status, targets in EVENT_MOVES.items():
        for to in targets - {EventStatus.CANCELLED}:
            words = move(status, to)
            assert str(words.label)
            assert str(words.effect).endswith(".")


def test_olga_moves_the_event_step_by_step(event: Event, olga: User, as_user: Visit) -> None:
    html = as_user(olga).get(SETUP).content.decode()
    assert "Close requests and plan" in html
    assert "Back to the call" in html
    as_user(olga).post(HOME + "move/", {"to": "planning"})
    event.refresh_from_db()
    assert event.status == EventStatus.PLANNING
    answer = as_user(olga).post(HOME + "move/", {"to": "live"}, follow=True)
    assert "cannot go to" in answer.content.decode()


def test_a_planner_does_not_call_it_off(event: Event, as_user: Visit) -> None:
    planner = UserFactory(name="Pedro")
    TeamFactory(event=event, user=planner, role=TeamRole.PLANNER)
    assert "Call the event off" not in as_user(planner).get(SETUP).content.decode()
    assert as_user(planner).post(HOME + "call-off/").status_code == 403
    assert "cannot go to" in (
        as_user(planner).post(HOME + "move/", {"to": "cancelled"}, follow=True).content.decode()
    )
    event.refresh_from_db()
    assert event.status == EventStatus.BOOKING


def test_olga_calls_it_off_and_says_why(event: Event, olga: User, as_user: Visit) -> None:
    RegistrationFactory(event=event)
    html = as_user(olga).get(SETUP).content.decode()
    assert "1 organisation is mailed once" in html
    long = as_user(olga).post(HOME + "call-off/", {"reason": "x" * 501})
    assert long.status_code == 400
    assert "x" * 501 in long.content.decode()
    as_user(olga).post(HOME + "call-off/", {"reason": "A storm."})
    event.refresh_from_db()
    assert event.status == EventStatus.CANCELLED
    assert "A storm." in as_user(olga).get("/events/monterrey-2031/").content.decode()
    again = as_user(olga).post(HOME + "call-off/", follow=True).content.decode()
    assert "cannot be cancelled" in again


# -- capacity


def test_capacity_in_words() -> None:
    small = Capacity(expected=310, by_video=0, slots=24, tables=12, places=288, basis="")
    assert small.sentence == "310 expected meetings need 13 tables in 24 slots; you have 12."
    assert not small.is_enough
    enough = Capacity(expected=310, by_video=30, slots=24, tables=12, places=288, basis="")
    assert enough.sentence == "280 expected meetings need 12 tables in 24 slots; you have 12."
    assert enough.is_enough
    without = Capacity(expected=3, by_video=0, slots=0, tables=1, places=0, basis="")
    assert without.sentence == "3 expected meetings need time: add a session."


def test_capacity_from_applications_and_closed_tables(event: Event) -> None:
    assert capacity(event).expected == 0
    for _n in range(4):
        RegistrationFactory(event=event)
    sure(event.tables.first()).closed_slots.add(sure(event.slots.first()))
    check = capacity(event)
    assert (check.expected, check.slots, check.tables, check.places) == (12, 6, 2, 11)
    assert not check.is_enough
