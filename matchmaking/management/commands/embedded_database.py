"""`manage.py embedded_database start|stop|status`."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from matchmaking import database


class Command(BaseCommand):
    """Start, stop or describe the PostgreSQL server that runs when DATABASE_URL is unset."""

    help = "Start, stop or describe the embedded PostgreSQL server (used without DATABASE_URL)."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["start", "stop", "status"])

    def handle(self, *args: Any, **options: Any) -> None:
        if not database.is_embedded():
            raise CommandError("DATABASE_URL is set, so the embedded server is not in use.")
        try:
            self._do(options["what"])
        except (database.ServerError, database.NoAccountError) as problem:
            raise CommandError(str(problem)) from problem

    def _do(self, what: str) -> None:
        if what == "start":
            database.ensure_running()
        elif what == "stop":
            stopped = database.stop()
            self.stdout.write("Stopped." if stopped else "It was not running.")
            return
        state = database.status()
        self.stdout.write(
            f"running    {'yes, process ' + str(state.pid) if state.running else 'no'}"
        )
        self.stdout.write(f"folder     {state.home}")
        self.stdout.write(f"socket     {state.socket_folder}")
