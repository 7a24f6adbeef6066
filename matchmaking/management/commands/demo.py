"""`manage.py demo`: a filled installation to look at, and the server that shows it."""

import os
import signal
import socket
import subprocess
import sys
import time
from argparse import ArgumentParser
from typing import Any
from urllib.request import urlopen

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, transaction

from clusters.models import Organisation
from matchmaking.management.commands.run_jobs import run_waiting_jobs
from matchmaking.management.commands.seed import Seeder
from matchmaking.management.demo import plan
from matchmaking.management.demo.events import EventBuilder
from matchmaking.management.demo.people import ACCOUNTS, PASSWORD, ensure_accounts

HOST = "127.0.0.1"
CROWD = "crowd-"
LARGEST = 2000
STARTING_TRIES = 120
WORKERS = 2
# Browsers open connections ahead and say nothing; without threads two of them keep everybody waiting.
THREADS = 4


class Command(BaseCommand):
    help = "Prepares a demonstration: database, the report's data, invented people and events; then serves it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="where to serve (default 8000)")
        parser.add_argument("--no-server", action="store_true", help="prepare only")
        parser.add_argument(
            "--stage", choices=plan.STAGES, default="booking", help="where the main event stands"
        )
        parser.add_argument(
            "--size",
            type=int,
            default=0,
            help="organisations at the main event, invented ones added",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["no_server"]:
            self.refuse_busy_port(options["port"])
        self.prepare(options["stage"], options["size"])
        if options["no_server"]:
            self.say("Ready. Serve it with: make demo")
            return
        self.serve(options["port"])

    def say(self, text: str) -> None:
        self.stdout.write(f"== {text}")
        self.stdout.flush()

    def refuse_busy_port(self, port: int) -> None:
        if not 0 < port < 65536:
            raise CommandError(f"{port} is no port. Choose one from 1 to 65535.")
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError as error:
                raise CommandError(
                    f"Port {port} is taken ({error.strerror}). Choose another: make demo PORT=8001"
                ) from error

    def prepare(self, stage: str, size: int) -> None:
        """Everything but the server; may be run again and adds only what is missing."""
        self.say("database: bring the tables up to date")
        try:
            call_command("migrate", verbosity=0)
            call_command("createcachetable", verbosity=0)
        except OperationalError as error:
            raise CommandError(f"The database does not answer: {error}") from error
        self.say("data: the report and reference lists")
        call_command("load_fixtures", "--demo", stdout=self.stdout)
        self.say("people: demo log-ins")
        with transaction.atomic():
            list(ensure_accounts())
        self.build(plan.MOBILITY_DAY, "published", plan.MOBILITY)
        everybody = (*plan.EU, *plan.MX)
        self.build(plan.CLUSTER_DAYS, stage, (*everybody, *self.crowd(size - len(everybody))))
        run_waiting_jobs()
        self.say("static files")
        call_command("collectstatic", interactive=False, verbosity=0)

    def build(self, event: plan.EventPlan, stage: str, participants: tuple[str, ...]) -> None:
        built = EventBuilder(event, stage, participants).build()
        if built is None:
            self.say(f"event: {event.name} is there already")
        else:
            self.say(f"event: {event.name}, stage {stage}")

    def crowd(self, size: int) -> tuple[str, ...]:
        """Invented organisations for a larger event, both sides in equal number."""
        if size <= 0:
            return ()
        if size > LARGEST:
            raise CommandError(f"--size goes up to {LARGEST}.")
        found = Organisation.objects.filter(slug__startswith=CROWD).order_by("pk")
        if found.count() < size:
            self.say(f"organisations: {size} invented ones")
            with transaction.atomic():
                Seeder(size, 7, prefix=CROWD, mexican=0.5, skip=found.count()).run()
        return tuple(found.values_list("slug", flat=True)[:size])

    def serve(self, port: int) -> None:
        """The web server and a job worker; both end together."""
        environment = {
            **os.environ,
            "PUENTE_DEMO": "1",
            "PUENTE_SITE_URL": f"http://localhost:{port}",
        }
        web = [
            sys.executable, "-m", "gunicorn", "matchmaking.wsgi", "--bind", f"{HOST}:{port}",
            "--workers", str(WORKERS), "--threads", str(THREADS), "--log-level", "warning",
        ]  # fmt: skip
        jobs = [
            "nice",
            "-n",
            "10",
            sys.executable,
            "manage.py",
            "procrastinate",
            "worker",
            "--concurrency",
            "4",
        ]
        started = [
            subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment)  # noqa: S603  # our own commands
            for command in (web, jobs)
        ]
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        try:
            self.wait_until_up(port, started[0])
            self.print_addresses(port)
            started[0].wait()
        except KeyboardInterrupt:
            self.say("stopped")
        finally:
            for process in started:
                process.terminate()
            for process in started:
                process.wait(timeout=10)

    def wait_until_up(self, port: int, web: "subprocess.Popen[bytes]") -> None:
        """Whoever clicks an address at once gets a page, not a wait."""
        self.say("server: starting")
        for _try in range(STARTING_TRIES):
            if web.poll() is not None:
                raise CommandError("The server ended while it started; its message stands above.")
            try:
                with urlopen(f"http://{HOST}:{port}/health/live/", timeout=10):
                    return
            except OSError:
                time.sleep(0.5)
        raise CommandError("The server does not answer. Is the machine very busy? Try again.")

    def print_addresses(self, port: int) -> None:
        base = f"http://localhost:{port}"
        self.stdout.write(
            f"\nPuente runs at {base}   (Ctrl+C stops it)\n\nLog in at {base}/accounts/login/ as:\n"
        )
        for account in ACCOUNTS:
            where = f" for {account.organisation}" if account.organisation else ""
            self.stdout.write(f"  {account.email:26} {PASSWORD:12} {account.role}{where}\n")
        self.stdout.write(
            f"\nBegin as ana@ceaga.example: {base}/find/ then {base}/match/claut/\n"
            f"Organise as olga@puente.example: {base}/organise/{plan.CLUSTER_DAYS.slug}/\n"
            f"Curate as clara@puente.example: {base}/admin/\n\n"
        )
        self.stdout.flush()
