"""`manage.py demo_instances FOLDER`: the demo's events as problems without names, for benchmarks."""

import datetime as dt
from argparse import ArgumentParser
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from clusters.models import Organisation, User
from events.choices import Format
from events.models import Event, Registration
from matchmaking import actions
from matchmaking.management.commands.demo import CROWD
from matchmaking.management.demo import plan
from matchmaking.management.demo.events import EventBuilder
from matchmaking.reads.organiser.exchange import problem_file


@dataclass(frozen=True)
class Instance:
    """One problem: how many take part, in which kind of event; `cancelled` withdraw after release 1."""

    name: str
    event: plan.EventPlan
    size: int
    tables: int = 0
    cancelled: int = 0


def _formats(*formats: str) -> plan.EventPlan:
    """The two days with these formats for their three sessions."""
    sessions = zip(plan.CLUSTER_DAYS.sessions, formats, strict=True)
    return replace(
        plan.CLUSTER_DAYS,
        sessions=tuple(replace(session, format=one) for session, one in sessions),
    )


MORNING, TWO_DAYS = plan.MOBILITY_DAY, plan.CLUSTER_DAYS
SHORT = replace(
    MORNING, sessions=(plan.SessionPlan("Meetings", "", 0, dt.time(9), dt.time(10, 20)),)
)
INSTANCES = (
    Instance("morning-10", MORNING, 10),
    Instance("morning-24", MORNING, 24),
    Instance("short-40-few-tables", SHORT, 40, tables=8),
    Instance("days-40-formats", _formats(Format.C2C, Format.B2B, Format.B2B), 40),
    Instance("days-60", TWO_DAYS, 60),
    Instance("days-60-cancelled", TWO_DAYS, 60, cancelled=4),
    Instance("morning-80-few-tables", MORNING, 80, tables=12),
    Instance("days-100", _formats("", "", ""), 100),
    Instance("days-100-cancelled", _formats("", "", ""), 100, cancelled=8),
    Instance("days-150", TWO_DAYS, 150, tables=16),
)


class Command(BaseCommand):
    help = (
        "Writes ten invented events as anonymous problems of the schedule exchange format. Needs the "
        "demo's data (`demo --no-server --size 150`) and changes nothing in the database."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="where NAME.json.gz go")
        parser.add_argument("--only", default="", help="names, separated by commas")

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        if not folder.is_dir():
            raise CommandError(f"There is no folder {folder}.")
        only = {name for name in options["only"].split(",") if name}
        for instance in INSTANCES:
            if only and instance.name not in only:
                continue
            content = self.content(instance)
            (folder / f"{instance.name}.json.gz").write_bytes(content)
            self.stdout.write(f"{instance.name}: {len(content)} bytes")

    def content(self, instance: Instance) -> bytes:
        """The problem of an event that is built and taken back."""
        with transaction.atomic():
            content = problem_file(build(instance), with_names=False).content
            transaction.set_rollback(True)
        return content


def build(instance: Instance) -> Event:
    """The event at "planning", or published and then left by some of its participants."""
    everybody = _both_sides((*plan.EU, *plan.MX))
    crowd = Organisation.objects.filter(slug__startswith=CROWD).order_by("pk")
    slugs = (*everybody, *crowd.values_list("slug", flat=True))[: instance.size]
    if len(slugs) < instance.size:
        raise CommandError(f"Run `manage.py demo --no-server --size {instance.size}` first.")
    event = replace(
        instance.event, slug="instance", tables=instance.tables or instance.event.tables
    )
    stage = "published" if instance.cancelled else "planning"
    builder = EventBuilder(event, stage, _both_sides(slugs))
    if instance.tables:
        builder.tables = lambda: instance.tables  # type: ignore[method-assign]  # as few as asked for
    built = builder.build()
    if built is None:
        raise CommandError("There is an event “instance” already.")
    system = User.objects.system()
    rows = Registration.objects.accepted().filter(event=built).order_by("pk")
    for registration in list(rows)[5 :: max(1, instance.size // max(1, instance.cancelled))]:
        if instance.cancelled:
            actions.withdraw_registration(registration, actor=system)
    built.refresh_from_db()
    return built


def _both_sides(slugs: tuple[str, ...]) -> tuple[str, ...]:
    """In an order in which any beginning has both sides."""
    sides = dict(Organisation.objects.filter(slug__in=slugs).values_list("slug", "side"))
    eu = [slug for slug in slugs if sides[slug] == "eu"]
    other = [slug for slug in slugs if sides[slug] != "eu"]
    return tuple(slug for pair in zip(eu, other, strict=False) for slug in pair) + tuple(
        (eu if len(eu) > len(other) else other)[min(len(eu), len(other)) :]
    )
