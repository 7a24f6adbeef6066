"""`manage.py plan EVENT`: has the planner make a draft of an event, in this process."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from clusters.models import User
from events.models import Event
from matchmaking.actions import start_run
from matchmaking.choices import RunState
from matchmaking.management.commands.run_jobs import run_waiting_jobs


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

    def handle(self, *args: Any, **options: Any) -> None:
        event = Event.objects.filter(slug=options["event"]).first()
        if event is None:
            raise CommandError(f"There is no event “{options['event']}”.")
        try:
            run = start_run(
                event,
                seconds=options["seconds"],
                seed=options["seed"],
                is_fair=not options["unfair"],
                actor=User.objects.system(),
            )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        run_waiting_jobs()
        run.refresh_from_db()
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
