"""Olga puts tables on a picture of the venue; Ana finds hers."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from clusters.adapters import MOST_BYTES
from clusters.models import User
from events import actions
from events.choices import EventStatus, TeamRole
from events.models import Event, FloorPlan, Table, TableSpot
from matchmaking.models import Meeting
from matchmaking.reads.plans import where
from tests.cast import EventFactory, TableFactory, TeamFactory, UserFactory
from tests.participants import Visit
from tests.pictures import png, svg
from tests.sure import sure

HOME = "/organise/monterrey-2031/"
PLANS = HOME + "plans/"
PUBLIC = "/events/monterrey-2031/plan/"


@pytest.fixture
def hall(event: Event, olga: User) -> FloorPlan:
    """A hall, twice as wide as high."""
    return actions.add_floor_plan(event, name="Hall A", content=png(40, 20), actor=olga)


def upload(content: bytes, name: str = "plan.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="image/png")


def address(plan: FloorPlan, deed: str = "") -> str:
    return f"{PLANS}{plan.pk}/{deed}"


# -- the picture


def test_olga_uploads_a_picture_and_goes_on_to_place_tables(
    event: Event, olga: User, as_user: Visit
) -> None:
    client = as_user(olga)
    assert "not to scale" in client.get(HOME + "setup/").content.decode()
    answer = client.post(PLANS, {"name": "Hall A", "picture": upload(png(40, 20))}, follow=True)
    html = answer.content.decode()
    assert "Click where table T1 stands" in html
    assert "0 of 2 tables stand on this plan." in html
    plan = FloorPlan.objects.get()
    assert f'src="{PUBLIC}{plan.pk}/?v={plan.digest}" width="640" height="320"' in html
    assert "0 of 2 tables on it" in client.get(HOME + "setup/").content.decode()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "The file is empty"),
        (b"%PDF-1.7", "Choose a picture: PNG, JPEG, WebP or SVG"),
        (png() + b"\0" * MOST_BYTES, "larger than 5 MB"),
        (svg("<script>alert(1)</script>"), "holds scripts"),
        (png()[:30], "no whole picture"),
    ],
)
def test_what_is_wrong_with_a_file_stands_beside_it_and_the_name_is_kept(
    event: Event, olga: User, as_user: Visit, content: bytes, told: str
) -> None:
    data = {"name": "The large hall", "picture": upload(content)}
    answer = as_user(olga).post(PLANS, data)
    html = answer.content.decode()
    assert answer.status_code == 400
    assert told in html
    assert 'value="The large hall"' in html
    assert not FloorPlan.objects.exists()


def test_a_plan_without_a_file_is_asked_for_one(event: Event, olga: User, as_user: Visit) -> None:
    answer = as_user(olga).post(PLANS, {"name": "Hall A"})
    assert answer.status_code == 400
    assert "This field is required" in answer.content.decode()


def test_olga_renames_a_plan_shows_another_picture_and_removes_it(
    hall: FloorPlan, olga: User, as_user: Visit
) -> None:
    client = as_user(olga)
    client.post(address(hall), {"name": "Ground floor"})
    hall.refresh_from_db()
    assert (hall.name, hall.width) == ("Ground floor", 40)
    answer = client.post(address(hall), {"name": "Ground floor", "picture": upload(b"no")})
    assert answer.status_code == 400
    assert "Choose a picture" in answer.content.decode()
    client.post(address(hall), {"name": "Ground floor", "picture": upload(png(30, 30))})
    hall.refresh_from_db()
    assert hall.width == 30
    assert "The picture goes" in client.get(address(hall)).content.decode()
    answer = client.post(address(hall, "remove/"), follow=True)
    assert "“Ground floor” removed" in answer.content.decode()
    assert client.get(address(hall)).status_code == 404


def test_the_picture_is_served_as_uploaded_and_runs_nothing(
    event: Event, olga: User, client: Client
) -> None:
    plan = actions.add_floor_plan(event, name="Hall", content=svg(), actor=olga)
    answer = client.get(f"{PUBLIC}{plan.pk}/")
    assert answer.content == svg()
    assert answer["Content-Type"] == "image/svg+xml"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert answer["Cache-Control"].startswith("private")
    again = client.get(f"{PUBLIC}{plan.pk}/", HTTP_IF_NONE_MATCH=answer["ETag"])
    assert again.status_code == 304


def test_pictures_of_a_draft_are_for_its_team(
    hall: FloorPlan, olga: User, ana: User, as_user: Visit, client: Client
) -> None:
    Event.objects.update(status=EventStatus.DRAFT)
    for page in (PUBLIC, f"{PUBLIC}{hall.pk}/"):
        assert client.get(page).status_code == 404
        assert as_user(ana).get(page).status_code == 404
        assert as_user(olga).get(page).status_code == 200


def test_a_picture_is_found_at_its_own_event_only(
    hall: FloorPlan, olga: User, as_user: Visit
) -> None:
    other = EventFactory(slug="elsewhere")
    TeamFactory(event=other, user=olga, role=TeamRole.OWNER)
    assert as_user(olga).get(f"/events/elsewhere/plan/{hall.pk}/").status_code == 404
    assert as_user(olga).get(f"/organise/elsewhere/plans/{hall.pk}/").status_code == 404


# -- tables on it


def test_a_click_on_the_picture_places_a_table_and_goes_on_to_the_next(
    hall: FloorPlan, olga: User, as_user: Visit
) -> None:
    first, second = hall.event.tables.all()
    client = as_user(olga)
    clicked = {"table": first.pk, "at.x": "160", "at.y": "80"}
    html = client.post(address(hall, "place/"), clicked, follow=True).content.decode()
    spot = TableSpot.objects.get()
    assert (spot.table, spot.x, spot.y) == (first, 0.25, 0.25)
    assert "Table T1 stands at 25 % from the left, 25 % from the top. Next: table T2." in html
    assert "Click where table T2 stands" in html
    clicked = {"table": second.pk, "at.x": "640", "at.y": "0"}
    html = client.post(address(hall, "place/"), clicked, follow=True).content.decode()
    assert "2 of 2 tables stand on this plan." in html
    assert "Click where table T2 stands" in html


def test_two_numbers_place_a_table_too(hall: FloorPlan, olga: User, as_user: Visit) -> None:
    table = sure(hall.event.tables.last())
    numbers = {"table": table.pk, "left": "33.3", "top": "100"}
    as_user(olga).post(address(hall, "place/"), numbers)
    spot = TableSpot.objects.get()
    assert (spot.table, spot.x, spot.y) == (table, 0.333, 1)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"left": "101", "top": "50"}, "less than or equal to 100"),
        ({"left": "", "top": "50"}, "This field is required"),
        ({"left": "middle", "top": "50"}, "Enter a number"),
        ({"at.x": "9999", "at.y": "1"}, "outside the picture"),
        ({"at.x": "-1", "at.y": "1"}, "Click on the picture again"),
        ({"at.x": "9" * 400, "at.y": "1"}, "Click on the picture again"),
        ({"at.x": "left", "at.y": "1"}, "Click on the picture again"),
    ],
)
def test_a_place_off_the_picture_is_refused_and_the_table_stays_in_hand(
    hall: FloorPlan, olga: User, as_user: Visit, data: dict[str, str], told: str
) -> None:
    table = sure(hall.event.tables.last())
    answer = as_user(olga).post(address(hall, "place/"), {"table": table.pk, **data})
    html = answer.content.decode()
    assert answer.status_code == 400
    assert told in html
    assert "Click where table T2 stands" in html
    assert not TableSpot.objects.exists()


@pytest.mark.parametrize("which", ["foreign", "gone", "x", "endless"])
def test_only_tables_of_the_event_are_placed(
    hall: FloorPlan, olga: User, as_user: Visit, which: str
) -> None:
    foreign = TableFactory(event=EventFactory()).pk
    keys = {"foreign": foreign, "gone": 0, "x": "x", "endless": "9" * 5_000}
    data = {"table": keys[which], "left": "5", "top": "5"}
    client = as_user(olga)
    assert client.post(address(hall, "place/"), data).status_code == 400
    assert client.post(address(hall, "take-off/"), data).status_code == 404


def test_undo_puts_a_table_back_or_takes_it_off(
    hall: FloorPlan, olga: User, as_user: Visit
) -> None:
    table, client = sure(hall.event.tables.first()), as_user(olga)

    def undo(html: str) -> str:
        form = html[: html.index("Undo")].rpartition("<form")[2]
        where_to = sure(re.search(r'action="([^"]+)"', form)).group(1)
        data = dict(re.findall(r'name="(table|left|top)" value="([^"]*)"', form))
        return client.post(where_to, data, follow=True).content.decode()

    numbers = {"table": table.pk, "left": "20", "top": "40"}
    first = client.post(address(hall, "place/"), numbers, follow=True).content.decode()
    second = client.post(
        address(hall, "place/"), {**numbers, "left": "90"}, follow=True
    ).content.decode()
    back = undo(second)
    assert TableSpot.objects.get().x == 0.2
    assert "20 % from the left" in back
    assert "stands on no plan now" in undo(first)
    assert not TableSpot.objects.exists()


def test_a_plan_without_tables_says_where_to_add_some(
    hall: FloorPlan, olga: User, as_user: Visit
) -> None:
    Table.objects.all().delete()
    html = as_user(olga).get(address(hall)).content.decode()
    assert "No tables yet" in html


def test_tables_on_another_floor_say_so(hall: FloorPlan, olga: User, as_user: Visit) -> None:
    upstairs = actions.add_floor_plan(hall.event, name="Upstairs", content=png(), actor=olga)
    table = sure(hall.event.tables.first())
    actions.place_table(table, plan=upstairs, x=0.5, y=0.5, actor=olga)
    html = as_user(olga).get(f"{address(hall)}?table={table.pk}").content.decode()
    assert "<small>Upstairs</small>" in html
    assert "Take table T1 off" not in html


@pytest.mark.parametrize("role", [TeamRole.FRONT_DESK, TeamRole.VIEWER])
def test_others_of_the_team_look_on(hall: FloorPlan, as_user: Visit, role: TeamRole) -> None:
    user = UserFactory()
    TeamFactory(event=hall.event, user=user, role=role)
    client = as_user(user)
    assert client.get(address(hall)).status_code == 403
    for deed in ("", "remove/", "place/", "take-off/"):
        assert client.post(address(hall, deed)).status_code == 403
    assert client.post(PLANS).status_code == 403
    html = client.get(HOME + "setup/").content.decode()
    assert "Hall A" in html
    assert "Place tables" not in html


# -- for everybody


def test_everybody_sees_the_plan_with_every_place_in_words(
    hall: FloorPlan, olga: User, client: Client
) -> None:
    first = sure(hall.event.tables.first())
    actions.place_table(first, plan=hall, x=0.1, y=0.9, actor=olga)
    html = client.get(f"{PUBLIC}?table=T1").content.decode()
    assert f'<image href="{PUBLIC}{hall.pk}/?v={hall.digest}"' in html
    assert "Hall A, lower left" in html
    assert html.count("is-marked") == 2
    assert "not on a plan" in html
    assert "Not to scale" not in html
    assert "is-marked" not in client.get(f"{PUBLIC}?table=T9").content.decode()


def test_an_event_without_a_picture_has_an_honest_list(event: Event, client: Client) -> None:
    html = client.get(PUBLIC).content.decode()
    assert "Not to scale." in html
    assert "<image" not in html
    assert "floor plan" in client.get("/events/monterrey-2031/").content.decode()
    Table.objects.all().delete()
    assert "No tables here" in client.get(PUBLIC).content.decode()


@pytest.mark.parametrize(
    ("x", "y", "words"),
    [(0, 0, "upper left"), (0.5, 0.5, "middle"), (1, 1, "lower right"), (0.9, 0.4, "right")],
)
def test_places_have_words(x: float, y: float, words: str) -> None:
    assert where(x, y) == words


def test_anas_agenda_shows_her_table_on_the_plan(
    meeting: Meeting, hall: FloorPlan, olga: User, ana: User, as_user: Visit
) -> None:
    bare = as_user(ana).get("/agenda/").content.decode()
    assert "On the floor plan" not in bare
    actions.place_table(sure(meeting.table), plan=hall, x=0.5, y=0.5, actor=olga)
    html = as_user(ana).get("/agenda/").content.decode()
    assert 'aria-label="Table T1, Hall A"' in html
    assert f"{PUBLIC}?table=T1" in html
    assert "<small>Hall A</small>" in html


@pytest.mark.parametrize("count", [1, 12])
def test_pages_take_the_same_queries_however_many_tables_and_plans_there_are(
    hall: FloorPlan, olga: User, as_user: Visit, count: int, django_assert_max_num_queries
) -> None:
    for number in range(count):
        table = TableFactory(event=hall.event, name=f"Booth of a long name {number}")
        actions.place_table(table, plan=hall, x=1 - number / 12, y=0.5, actor=olga)
    if count > 1:
        actions.add_floor_plan(hall.event, name="Upstairs", content=png(), actor=olga)
    client = as_user(olga)
    client.get(PUBLIC)
    with django_assert_max_num_queries(8):
        assert 'text-anchor="end"' in client.get(PUBLIC).content.decode()
    with django_assert_max_num_queries(10):
        client.get(address(hall))
