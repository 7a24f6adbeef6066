"""`manage.py embedded_database start|stop|status|remove`."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from matchmaking import database


class Command(BaseCommand):
    """The PostgreSQL server that runs when DATABASE_URL is unset."""

    help = "Start, stop, describe or delete the embedded PostgreSQL (used without DATABASE_URL)."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["start", "stop", "status", "remove"])

    def handle(self, *args: Any, **options: Any) -> None:
        if not database.is_embedded():
            raise CommandError("DATABASE_URL is set, so the embedded server is not in use.")
        try:
            self.stdout.write(ANSWERS[options["what"]]())
        except (database.ServerError, database.NoAccountError) as problem:
            raise CommandError(str(problem)) from problem


def _start() -> str:
    database.ensure_running()
    return _status()


def _stop() -> str:
    return "Stopped." if database.stop() else "It was not running."


def _remove() -> str:
    database.remove()
    return "Stopped, and its data deleted."


def _status() -> str:
    state = database.status()
    running = f"yes, process {state.pid}" if state.running else "no"
    return f"running    {running}\nfolder     {state.home}\nsocket     {state.socket_folder}"


ANSWERS = {"start": _start, "stop": _stop, "status": _status, "remove": _remove}
