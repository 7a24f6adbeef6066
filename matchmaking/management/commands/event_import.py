"""`manage.py event_import FILE`: makes an event of an open file, whole or not at all."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from clusters.models import User
from matchmaking.actions import import_event
from matchmaking.adapters.event_file import EventFileError

SHOWN = 50


class Command(BaseCommand):
    help = "Makes an event of a file of `event_export`. Writes nothing if anything in it is wrong."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file")
        parser.add_argument("--dry-run", action="store_true", help="check all, write nothing")
        parser.add_argument("--owner", default="", help="e-mail of who will own the event")
        parser.add_argument("--slug", default="", help="another short name for the event")

    def handle(self, *args: Any, **options: Any) -> None:
        owner = User.objects.filter(email__iexact=options["owner"]).first()
        if options["owner"] and owner is None:
            raise CommandError(f"Nobody here has the e-mail {options['owner']}.")
        try:
            done = import_event(
                _read(options["file"]),
                owner=owner,
                slug=options["slug"],
                dry_run=options["dry_run"],
                actor=User.objects.system(),
            )
        except EventFileError as error:
            raise CommandError(_told(error)) from error
        counts = ", ".join(f"{count} {part}" for part, count in done.counts.items())
        self.stdout.write(f"{done.event}: {counts}.")
        if done.new_organisations:
            self.stdout.write(f"New organisations: {', '.join(done.new_organisations)}.")
        if options["dry_run"]:
            self.stdout.write("Dry run: nothing was written.")


def _read(path: str) -> Any:
    try:
        return json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise CommandError(f"{path} is no JSON: {error}.") from error


def _told(error: EventFileError) -> str:
    lines = [str(fault) for fault in error.faults[:SHOWN]]
    rest = len(error.faults) - SHOWN
    if rest > 0:
        lines.append(f"and {rest} more")
    return "Nothing was written.\n" + "\n".join(lines)
