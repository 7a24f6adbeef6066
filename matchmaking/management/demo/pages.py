"""Every page worth looking at, with the account that sees it."""

from dataclasses import dataclass

from django.urls import reverse

from events.models import Event
from matchmaking.management.demo.plan import CLUSTER_DAYS, MOBILITY_DAY
from matchmaking.models import MeetingRequest, Release, ScheduleRun

ANA = "ana@ceaga.example"
MATEO = "mateo@claut.example"
OLGA = "olga@puente.example"
CLARA = "clara@puente.example"


@dataclass(frozen=True)
class DemoPage:
    """A name for the picture, a path, and an e-mail of the demo accounts or None."""

    name: str
    path: str
    account: str | None = None


def demo_pages() -> list[DemoPage]:
    """The list, as far as the demo data is there."""
    return [*_public(), *_manager(), *_event_pages(), *_organiser(), *_curator()]


def _public() -> list[DemoPage]:
    return [
        DemoPage("start", reverse("start")),
        DemoPage("how-it-works", reverse("how_it_works")),
        DemoPage("organisations", reverse("find")),
        DemoPage("profile-public", reverse("profile", args=["basque-energy-cluster"])),
        DemoPage("stories", reverse("stories")),
        DemoPage("story", reverse("story", args=["ss2-gemex"])),
        DemoPage("about-the-data", reverse("about_data")),
        DemoPage("privacy", reverse("privacy")),
        DemoPage("events", reverse("event_list")),
        DemoPage("event-of-the-report", reverse("event", args=["eu-mx-seminar-2016"])),
        DemoPage("sign-in", reverse("account_login")),
        DemoPage("sign-up", reverse("account_signup")),
    ]


def _manager() -> list[DemoPage]:
    find = reverse("find")
    return [
        DemoPage("home", reverse("home"), ANA),
        DemoPage("find", find, ANA),
        DemoPage("find-map", f"{find}?f=1&view=map&side=mx", ANA),
        DemoPage("find-table", f"{find}?f=1&view=table&side=mx", ANA),
        DemoPage("find-nothing", f"{find}?f=1&q=galizian+automotiv", ANA),
        DemoPage("match", reverse("match", args=["claut"]), ANA),
        DemoPage("match-from-mexico", reverse("match", args=["ceaga"]), MATEO),
        DemoPage("match-unknown-fields", reverse("match", args=["sct-mx"]), ANA),
        DemoPage("profile", reverse("profile", args=["claut"]), ANA),
        DemoPage("inbox", reverse("inbox"), ANA),
        DemoPage("my-profile", reverse("my_profile"), ANA),
        DemoPage("my-profile-fields", reverse("my_who"), ANA),
        DemoPage("my-sectors", reverse("my_sectors"), ANA),
        DemoPage("my-targets", reverse("my_targets"), MATEO),
        DemoPage("my-interests", reverse("my_interests"), ANA),
        DemoPage("my-relations", reverse("my_relations"), ANA),
        DemoPage("colleagues", reverse("people"), ANA),
        DemoPage("shortlists", reverse("shortlists"), ANA),
        DemoPage("settings", reverse("settings"), ANA),
        DemoPage("mail-settings", reverse("mail_wishes"), ANA),
        DemoPage("tokens", reverse("tokens"), ANA),
        DemoPage("agenda", reverse("agenda"), ANA),
    ]


def _event_pages() -> list[DemoPage]:
    pages = []
    if Event.objects.filter(slug=CLUSTER_DAYS.slug).exists():
        slug = CLUSTER_DAYS.slug
        pages = [
            DemoPage("event", reverse("event", args=[slug])),
            DemoPage("event-as-member", reverse("event", args=[slug]), ANA),
            DemoPage("registration", reverse("registration", args=[slug]), ANA),
            DemoPage("availability", reverse("registration_availability", args=[slug]), ANA),
            DemoPage("ask", reverse("ask", args=[slug, "claut"]), ANA),
        ]
    request = MeetingRequest.objects.filter(
        event__slug=MOBILITY_DAY.slug, sender__organisation__slug="ceaga"
    ).first()
    if request is not None:
        pages.append(DemoPage("request", reverse("request", args=[request.pk]), ANA))
    return pages


def _organiser() -> list[DemoPage]:
    if not Event.objects.filter(slug=CLUSTER_DAYS.slug).exists():
        return []
    slug = CLUSTER_DAYS.slug
    pages = [
        DemoPage("organiser", reverse("organiser", args=[slug]), OLGA),
        DemoPage("organiser-new", reverse("organiser_new"), OLGA),
        DemoPage("organiser-setup", reverse("organiser_setup", args=[slug]), OLGA),
        DemoPage("organiser-call", reverse("organiser_call", args=[slug]), OLGA),
        DemoPage("organiser-worklist", reverse("organiser_worklist", args=[slug]), OLGA),
        DemoPage("organiser-schedule", reverse("organiser_schedule", args=[slug]), OLGA),
    ]
    run = ScheduleRun.objects.filter(event__slug=MOBILITY_DAY.slug).first()
    if run is not None:
        pages.append(
            DemoPage("grid", reverse("organiser_grid", args=[MOBILITY_DAY.slug, run.pk]), OLGA)
        )
        pages.append(
            DemoPage("run", reverse("organiser_run", args=[MOBILITY_DAY.slug, run.pk]), OLGA)
        )
    release = Release.objects.filter(event__slug=MOBILITY_DAY.slug).first()
    if release is not None:
        path = reverse("organiser_release", args=[MOBILITY_DAY.slug, release.number])
        pages.append(DemoPage("release", path, OLGA))
    return pages


def _curator() -> list[DemoPage]:
    return [
        DemoPage("curation", reverse("admin:index"), CLARA),
        DemoPage("curation-list", reverse("admin:clusters_organisation_changelist"), CLARA),
        DemoPage("style-guide", reverse("styleguide"), CLARA),
    ]
