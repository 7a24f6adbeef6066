"""Server time and queries of pages with a large data set, as ratios to an empty page, in one run.

    python -m benchmarks.pages --organisations 20000

Adds invented organisations to the database of this installation (the embedded one, or DATABASE_URL), measures as
the demo's people, and takes them out again. Run `manage.py demo --no-server` first. Times are medians of several
requests through Django's test client, so they hold the whole request but no network: processor time of the server
process, which others on the machine do not disturb, and the time on the clock, which holds the database too.
"""

import argparse
import logging
import os
import statistics
import time
from dataclasses import dataclass
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "matchmaking.settings")
django.setup()

from django.core.management import call_command  # noqa: E402 - after django.setup
from django.db import connection  # noqa: E402 - after django.setup
from django.test import Client  # noqa: E402 - after django.setup

from clusters.models import User  # noqa: E402 - after django.setup

EMPTY = "/health/live/"
MANAGER, ORGANISER, CURATOR = "ana@ceaga.example", "olga@puente.example", "clara@puente.example"
EVENT = "cluster-days"
PAGES: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        MANAGER,
        (
            "/",
            "/find/",
            "/find/?f=1",
            "/find/?f=1&q=alba",
            "/find/?f=1&sector=automotive&side=mx",
            "/find/?f=1&view=map",
            "/find/?f=1&view=table",
            "/compare/?o=claut&o=clusmin",
            "/match/claut/",
            "/organisations/ceaga/",
            "/home/",
            "/requests/",
            "/after/",
            "/api/v1/organisations/",
            "/api/v1/organisations/ceaga/matches/",
        ),
    ),
    (
        ORGANISER,
        (
            f"/organise/{EVENT}/",
            f"/organise/{EVENT}/scores/",
            f"/organise/{EVENT}/policy/",
            f"/organise/{EVENT}/report/",
        ),
    ),
    (CURATOR, ("/policies/", "/policies/default/", "/policies/default/change/", "/hindsight/")),
)
ROUNDS = 7


@dataclass(frozen=True)
class Measured:
    """One page: its answer, and medians in milliseconds."""

    status: int
    queries: int
    processor: float
    clock: float


def measure(client: Client, path: str) -> Measured:
    """A page, after one request to warm up."""
    queries: list[str] = []

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        queries.append(sql)
        return execute(sql, params, many, context)

    client.get(path)
    with connection.execute_wrapper(count):
        status = client.get(path).status_code
    clock, processor = [], []
    for _round in range(ROUNDS):
        started, busy = time.perf_counter(), time.process_time()
        client.get(path)
        clock.append(1000 * (time.perf_counter() - started))
        processor.append(1000 * (time.process_time() - busy))
    return Measured(status, len(queries), statistics.median(processor), statistics.median(clock))


def signed_in(email: str) -> Client:
    """A browser of one of the demo's people."""
    client = Client()
    client.force_login(User.objects.get(email=email), "django.contrib.auth.backends.ModelBackend")
    return client


def show(path: str, found: Measured, empty: Measured) -> None:
    """One row."""
    ratio = found.processor / empty.processor
    print(
        f"{path:44} {found.status:6} {found.queries:7} {found.processor:8.1f} {ratio:8.1f}"
        f" {found.clock:8.1f}"
    )


def main() -> None:
    """Print one row a page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--organisations", type=int, default=20_000)
    parser.add_argument("--no-seed", action="store_true", help="measure what is there")
    parser.add_argument("--keep", action="store_true", help="leave the invented ones in")
    options = parser.parse_args()
    logging.disable(logging.CRITICAL)
    if not options.no_seed:
        call_command("seed", organisations=options.organisations)
    try:
        empty = measure(Client(), EMPTY)
        print(f"{'page':44} status queries  cpu ms  x empty clock ms")
        show(EMPTY, empty, empty)
        for email, paths in PAGES:
            client = signed_in(email)
            for path in paths:
                show(path, measure(client, path), empty)
    finally:
        if not (options.keep or options.no_seed):
            call_command("seed", remove=True)


if __name__ == "__main__":
    main()
