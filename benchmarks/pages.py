"""Server time and queries of pages with a large data set, as ratios to an empty page, in one run.

    python -m benchmarks.pages --organisations 20000

Adds invented organisations to the database of this installation (the embedded one, or DATABASE_URL), measures as
the demo manager, and takes them out again. Run `manage.py demo --no-server` first. Times are the median of
several requests through Django's test client, so they hold the whole request but no network.
"""

import argparse
import logging
import os
import statistics
import time
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "matchmaking.settings")
django.setup()

from django.core.management import call_command  # noqa: E402 - after django.setup
from django.db import connection  # noqa: E402 - after django.setup
from django.test import Client  # noqa: E402 - after django.setup

from clusters.models import User  # noqa: E402 - after django.setup

EMPTY = "/health/live/"
PAGES = (
    "/",
    "/find/",
    "/find/?f=1",
    "/find/?f=1&q=alba",
    "/find/?f=1&sector=automotive&side=mx",
    "/find/?f=1&view=map",
    "/find/?f=1&view=table",
    "/match/claut/",
    "/organisations/ceaga/",
    "/home/",
    "/api/v1/organisations/",
    "/api/v1/organisations/ceaga/matches/",
)
ROUNDS = 7


def measure(client: Client, path: str) -> tuple[int, int, float]:
    """Status, queries and median milliseconds of a page, after one request to warm up."""
    queries: list[str] = []

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        queries.append(sql)
        return execute(sql, params, many, context)

    client.get(path)
    with connection.execute_wrapper(count):
        status = client.get(path).status_code
    times = []
    for _round in range(ROUNDS):
        started = time.perf_counter()
        client.get(path)
        times.append(1000 * (time.perf_counter() - started))
    return status, len(queries), statistics.median(times)


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
    client = Client()
    client.force_login(
        User.objects.get(email="ana@ceaga.example"), "django.contrib.auth.backends.ModelBackend"
    )
    try:
        _, _, empty = measure(client, EMPTY)
        print(f"{'page':44} {'status':>6} {'queries':>7} {'ms':>8} {'x empty':>8}")
        print(f"{EMPTY:44} {'':>6} {'':>7} {empty:8.1f} {1:8.1f}")
        for path in PAGES:
            status, queries, took = measure(client, path)
            print(f"{path:44} {status:6} {queries:7} {took:8.1f} {took / empty:8.1f}")
    finally:
        if not (options.keep or options.no_seed):
            call_command("seed", remove=True)


if __name__ == "__main__":
    main()
