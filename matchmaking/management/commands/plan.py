"""`manage.py plan EVENT`: has the planner make a draft of an event, in this process."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from clusters.models import User
from events.models import Event
from matchmaking.actions import import_solution, start_run
from matchmaking.choices import RunState
from matchmaking.management.commands.run_jobs import run_waiting_jobs
from matchmaking.models import ScheduleRun
from matchmaking.reads.organiser.exchange import problem_file
from matchmaking.scheduling.exchange import read_json
from matchmaking.scheduling.problem import InvalidProblem


class Command(BaseCommand):
    help = "Plans the agreed meetings of an event into a new draft. Publishing stays with the organiser."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("event", help="short name in addresses, such as cluster-days")
        parser.add_argument("--seconds", type=int, default=30, help="time limit (default 30)")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument(
            "--unfair", action="store_true", help="weight only, no first meetings first"
        )
        parser.add_argument("--json", action="store_true", help="machine-readable")
        files = parser.add_argument_group(
            "files of the schedule exchange format"
        ).add_mutually_exclusive_group()
        files.add_argument(
            "--problem-only", type=Path, metavar="FILE", help="write the problem, and do not plan"
        )
        files.add_argument(
            "--solution", type=Path, metavar="FILE", help="take a solution over as the draft"
        )
        parser.add_argument(
            "--names", action="store_true", help="with names in the file of --problem-only"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        event = Event.objects.filter(slug=options["event"]).first()
        if event is None:
            raise CommandError(f"There is no event “{options['event']}”.")
        if options["problem_only"]:
            self.write_problem(event, options["problem_only"], with_names=options["names"])
            return
        try:
            run = self.imported(event, options) if options["solution"] else self.ran(event, options)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        if run.state != RunState.DONE:
            raise CommandError(run.error or f"The run ended as “{run.get_state_display()}”.")
        record = {
            "event": event.slug,
            "run": run.pk,
            "value": run.value,
            "bound": run.bound,
            **run.stats,
        }
        if options["json"]:
            self.stdout.write(json.dumps(record, indent=2))
            return
        self.stdout.write(
            f"{run}: {run.meetings.count()} meetings placed, {len(run.unplaced)} left out; "
            f"weight {run.value} of at most {run.bound}."
        )

    def write_problem(self, event: Event, path: Path, *, with_names: bool) -> None:
        """The problem as a packed file, with names or without."""
        try:
            path.write_bytes(problem_file(event, with_names=with_names).content)
        except OSError as error:
            raise CommandError(f"{path} cannot be written ({error.strerror}).") from error
        self.stdout.write(f"The problem is in {path}.")

    def imported(self, event: Event, options: dict[str, Any]) -> ScheduleRun:
        """A draft with the meetings of a solution file."""
        try:
            document = read_json(options["solution"])
        except InvalidProblem as error:
            raise CommandError(f"{options['solution']}: {error.faults[0]}") from error
        return import_solution(event, document=document, actor=User.objects.system())

    def ran(self, event: Event, options: dict[str, Any]) -> ScheduleRun:
        """A draft by the planner, made in this process."""
        run = start_run(
            event,
            seconds=options["seconds"],
            seed=options["seed"],
            is_fair=not options["unfair"],
            actor=User.objects.system(),
        )
        run_waiting_jobs()
        run.refresh_from_db()
        return run
