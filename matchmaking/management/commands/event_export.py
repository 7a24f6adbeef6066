"""`manage.py event_export SLUG FILE`: writes an event as one open file."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from events.models import Event
from matchmaking.reads.event_file import export_event


class Command(BaseCommand):
    help = "Writes everything of an event as one JSON file that `event_import` reads."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="short name in addresses, such as cluster-days")
        parser.add_argument("file", help="where to write, or - for the screen")
        parser.add_argument("--without-people", action="store_true", help="no personal data")
        parser.add_argument(
            "--without-outcomes", action="store_true", help="not how far each side says it went"
        )
        parser.add_argument("--without-pictures", action="store_true", help="no floor plans")

    def handle(self, *args: Any, **options: Any) -> None:
        rows = Event.objects.select_related("country", "region")
        event = rows.filter(slug=options["slug"]).first()
        if event is None:
            raise CommandError(f"There is no event “{options['slug']}”.")
        data = export_event(
            event,
            with_people=not options["without_people"],
            with_outcomes=not options["without_outcomes"],
            with_pictures=not options["without_pictures"],
        )
        text = json.dumps(data, ensure_ascii=False, indent=1)
        if options["file"] == "-":
            self.stdout.write(text)
            return
        Path(options["file"]).write_text(text + "\n", encoding="utf-8")
        warning = "" if options["without_people"] else " It holds personal data: keep it safe."
        self.stdout.write(f"{event}: written to {options['file']}.{warning}")
