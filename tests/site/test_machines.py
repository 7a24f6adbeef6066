"""What programs ask of every site."""

import datetime as dt
import os
import re
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.test import Client, RequestFactory
from django.utils import timezone

from clusters import jobs
from clusters.choices import OrganisationStatus
from clusters.models import Organisation, User
from matchmaking.middleware import RequestLogMiddleware
from tests.cast import OrganisationFactory, StoryFactory


def test_robots_are_led_to_the_list_of_pages(db: None, client: Client) -> None:
    answer = client.get("/robots.txt")
    assert answer["Content-Type"].startswith("text/plain")
    assert "Disallow: /admin/" in answer.content.decode()
    assert "Sitemap: http://testserver/sitemap.xml" in answer.content.decode()


def test_the_list_holds_public_pages_only(galician: Organisation, client: Client) -> None:
    OrganisationFactory(slug="draft", status=OrganisationStatus.DRAFT)
    OrganisationFactory(slug="invented", is_demo=True)
    StoryFactory(code="campus")
    text = client.get("/sitemap.xml").content.decode()
    for path in ("/", "/privacy/", "/organisations/galician-cluster/", "/stories/campus/"):
        assert f"<loc>http://testserver{path}</loc>" in text
    assert "draft" not in text
    assert "invented" not in text


@pytest.mark.parametrize("path", ["/", "/how-it-works/", "/stories/", "/about-the-data/"])
def test_listed_pages_exist_for_visitors(db: None, client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert '<meta name="description"' in answer.content.decode()


def test_who_finds_a_hole_learns_whom_to_tell(db: None, client: Client, settings) -> None:
    settings.CONTACT_EMAIL = "keeper@puente.example"
    lines = dict(
        line.split(": ", 1)
        for line in client.get("/.well-known/security.txt").content.decode().splitlines()
    )
    assert lines["Contact"] == "mailto:keeper@puente.example"
    expires = dt.datetime.fromisoformat(lines["Expires"])
    assert dt.timedelta(0) < expires - timezone.now() < dt.timedelta(days=365)


def test_the_old_name_of_the_icon_leads_to_the_mark(db: None, client: Client) -> None:
    answer = client.get("/favicon.ico")
    assert answer.status_code == 302
    assert answer["Location"] == "/static/icons/mark.svg"


def test_the_process_lives_without_a_database(client: Client) -> None:
    answer = client.get("/health/live/")
    assert answer.json() == {"live": True}
    assert "no-store" in answer["Cache-Control"]


def test_pages_can_be_served(db: None, client: Client) -> None:
    assert client.get("/health/ready/").json() == {"ready": True, "database": True}


def test_a_silent_database_is_told_to_monitors(
    db: None, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent() -> None:
        raise OperationalError

    with monkeypatch.context() as patch:
        patch.setattr(connection, "cursor", silent)
        answer = client.get("/health/ready/")
    assert answer.status_code == 503
    assert answer.json() == {"ready": False, "database": False}


# -- what the log and the settings keep safe


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/calendar/a-secret.ics", "GET /calendar/<str:secret>.ics"),
        ("/invitation/a-secret/", "GET /invitation/<str:secret>/"),
        ("/mail/a-secret/", "GET /mail/<str:signed>/"),
        ("/find/?q=a-secret", "GET /find/"),
        ("/requests/12/", "GET /requests/12/"),
        ("/no/such/page/", "GET /no/such/page/"),
    ],
)
def test_the_log_holds_no_secret_of_an_address(path: str, told: str) -> None:
    assert RequestLogMiddleware.format_request(RequestFactory().get(path)) == told


@pytest.mark.parametrize(("secret", "starts"), [("", False), ("long-and-random" * 4, True)])
def test_nobody_serves_https_with_the_published_secret(secret: str, starts: bool) -> None:
    environment = {**os.environ, "PUENTE_HTTPS": "true"}
    environment |= {"PUENTE_SECRET_KEY": secret} if secret else {}
    run = subprocess.run(
        [sys.executable, "-c", "import matchmaking.settings"],
        env=environment,
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode == 0) is starts
    assert ("Set PUENTE_SECRET_KEY to a long random text." in run.stderr) is not starts


def test_metrics_open_for_whoever_knows_the_token(
    db: None, client: Client, ana: User, system: User, settings
) -> None:
    settings.METRICS_TOKEN = ""
    assert client.get("/metrics/", headers={"Authorization": "Bearer "}).status_code == 404
    settings.METRICS_TOKEN = "for-the-monitor"
    assert client.get("/metrics/").status_code == 404
    assert client.get("/metrics/", headers={"Authorization": "Bearer guess"}).status_code == 404
    answer = client.get("/metrics/", headers={"Authorization": "Bearer for-the-monitor"})
    assert answer["Content-Type"].startswith("text/plain")
    figures = answer.content.decode()
    assert "django_http_requests_total" in figures
    assert "puente_workers 0.0" in figures
    assert "puente_oldest_job_seconds 0.0" in figures


def test_metrics_tell_what_waits_and_for_how_long(
    client: Client, galician: Organisation, ana: User, system: User, settings
) -> None:
    settings.METRICS_TOKEN = "for-the-monitor"
    jobs.deliver_message(1)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_events SET at = now() - interval '5 minutes'")
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now())")
    figures = client.get("/metrics/", headers={"Authorization": "Bearer for-the-monitor"})
    text = figures.content.decode()
    assert 'puente_jobs{queue="mail",state="todo"} 1.0' in text
    assert "puente_workers 1.0" in text
    waits = re.search(r"^puente_oldest_job_seconds (\S+)", text, re.MULTILINE)
    assert waits
    assert 300 <= float(waits[1]) < 330
