"""Clara looks whom the lists show: progress, figures, filters, the file."""

import csv
import io

import pytest
from django.test import Client

from clusters.choices import Side
from clusters.models import Organisation, User
from matchmaking import actions
from matchmaking.management.commands.run_jobs import run_waiting_jobs
from matchmaking.models import ReachRun
from matchmaking.reads.reach import reach_page
from tests.cast import OrganisationFactory, SectorFactory, SectorFocusFactory
from tests.participants import Visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def market(galician: Organisation, nuevo_leon: Organisation, system: User) -> None:
    cars = SectorFactory(code="automotive")
    for row in (galician, nuevo_leon):
        SectorFocusFactory(organisation=row, sector=cars)
    OrganisationFactory(name="=Silent", slug="silent", side=Side.MX)


@pytest.fixture
def curator(as_user: Visit, clara: User, market: None) -> Client:
    return as_user(clara)


def test_before_the_first_count_the_page_says_how_to_begin(curator: Client) -> None:
    assert "Not counted yet" in curator.get("/reach/").content.decode()
    assert curator.get("/reach.csv").status_code == 200


def test_a_count_is_started_watched_and_read(curator: Client) -> None:
    assert curator.post("/reach/", {"policy": "default"}).status_code == 302
    html = curator.get("/reach/").content.decode()
    assert "Waiting for a free worker" in html
    assert 'hx-trigger="every 1s"' in html
    again = curator.post("/reach/", {"policy": "default"})
    assert again.status_code == 409
    assert "at work already" in again.content.decode()
    run_waiting_jobs()
    part = curator.get("/reach/", headers={"HX-Request": "true"}).content.decode()
    assert "The count is done." in part
    assert "<html" not in part
    html = curator.get("/reach/").content.decode()
    assert "1 of 1" in html
    assert "no target country" in html
    assert "2 of 2" in html


def test_a_count_can_be_stopped(curator: Client) -> None:
    assert curator.post("/reach/stop/").status_code == 302
    curator.post("/reach/", {"policy": "default"})
    curator.post("/reach/stop/")
    assert "was stopped" in curator.get("/reach/").content.decode()


def test_a_failed_count_says_why_and_the_last_figures_stay(curator: Client, clara: User) -> None:
    curator.post("/reach/", {"policy": "default"})
    run_waiting_jobs()
    run = actions.start_reach(policy="default", actor=clara)
    system = User.objects.system()
    actions.fail_reach(run, error="The disk is full.", actor=system)
    html = curator.get("/reach/").content.decode()
    assert "The disk is full." in html
    assert "Least shown first" in html


def test_filters_by_side_and_by_what_is_not_said(curator: Client, clara: User) -> None:
    actions.start_reach(policy="default", actor=clara)
    run_waiting_jobs()

    def names(**chosen: str) -> list[str]:
        page = reach_page(**{"side": "", "why": "", "number": "1", **chosen})
        return [line.organisation.name for line in page.lines]

    assert names(side="mx") == ["=Silent", "Nuevo León cluster"]
    assert names(why="sectors") == ["=Silent"]
    assert names(why="none") == []
    assert len(names(side="moon", why="sun")) == 3
    assert "Nobody, with these filters." in curator.get("/reach/?why=none").content.decode()
    text = b"".join(curator.get("/reach.csv?side=mx")).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["Organisation"] for row in rows] == ["'=Silent", "Nuevo León cluster"]
    assert rows[0]["Not said"].startswith("no sectors")


def test_old_and_mixed_data_are_told(curator: Client, galician: Organisation) -> None:
    curator.post("/reach/", {"policy": "default"})
    run_waiting_jobs()
    assert "have changed since" not in curator.get("/reach/").content.decode()
    Organisation.objects.filter(pk=galician.pk).update(languages=["gl"])
    ReachRun.objects.update(is_mixed=True)
    html = curator.get("/reach/").content.decode()
    assert "Profiles have changed since." in html
    assert "Profiles changed while it ran." in html


def test_the_page_reads_a_fixed_number_of_rows(
    curator: Client, clara: User, django_assert_max_num_queries: object
) -> None:
    def used() -> int:
        actions.start_reach(policy="default", actor=clara)
        run_waiting_jobs()
        reach_page(side="", why="", number="1")
        with django_assert_max_num_queries(12) as seen:  # type: ignore[operator]  # pytest-django has no types
            reach_page(side="", why="", number="1")
        return len(seen)

    few = used()
    for number in range(20):
        OrganisationFactory(name=f"More {number}", side=Side.MX)
    assert used() == few
