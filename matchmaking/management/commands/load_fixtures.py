"""`manage.py load_fixtures`: reference data, the report, and with --demo the invented data."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import pghistory
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from clusters.models import User
from matchmaking.management.fixture_files import FixtureError, FixtureReader, Tally

SHOWN = 20


class Command(BaseCommand):
    """All fixtures in one transaction: whole or not at all."""

    help = (
        "Loads reference data and the facts of the report, whole or not at all. A second load changes only "
        "what somebody edited in the meantime: what the fixtures say wins, unless --keep-edits is given."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--demo", action="store_true", help="load the invented demo data too")
        parser.add_argument(
            "--keep-edits",
            action="store_true",
            help="only add what is new; rows that say something else stay as they are and are named",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would change, write nothing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        folders = [Path(folder) for folder in settings.FIXTURE_DIRS]
        if not options["demo"]:
            folders = [folder for folder in folders if folder.name != "demo"]
        reader = FixtureReader(keep_edits=options["keep_edits"])
        with transaction.atomic():
            system = User.objects.system()
            with pghistory.context(user=system.pk, action="load_fixtures"):
                for folder in folders:
                    self._say(folder, self._load(folder, reader))
            transaction.set_rollback(options["dry_run"])
        if options["dry_run"]:
            self.stdout.write("Nothing was written (--dry-run).")

    def _load(self, folder: Path, reader: FixtureReader) -> Tally:
        whole = Tally()
        for path in sorted(folder.glob("*.yaml")):
            try:
                tally = reader.load(path)
            except FixtureError as problem:
                raise CommandError(f"Nothing was loaded. {problem}") from problem
            whole.new += tally.new
            whole.completed += tally.completed
            whole.same += tally.same
            whole.changed += tally.changed
            whole.kept += tally.kept
        return whole

    def _say(self, folder: Path, tally: Tally) -> None:
        parts = [f"{tally.total} records", f"{tally.new} new"]
        if tally.completed:
            parts.append(f"{tally.completed} completed")
        if tally.kept:
            parts.append(f"{len(tally.kept)} kept as edited")
        parts += [f"{len(tally.changed)} set back", f"{tally.same} unchanged"]
        self.stdout.write(f"{folder.name}: {', '.join(parts)}")
        lines = tally.changed or tally.kept
        for line in lines[:SHOWN]:
            self.stdout.write(f"  {line}")
        if len(lines) > SHOWN:
            self.stdout.write(f"  and {len(lines) - SHOWN} more")
