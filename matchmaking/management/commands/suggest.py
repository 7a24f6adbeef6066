"""`manage.py suggest EVENT FILE`: the best partners of each participant, so that lists do not all name the same."""

from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from events.models import Event, Registration
from matchmaking.reads.exports import csv_lines, safe_cell
from matchmaking.reads.market import Snapshot, current
from matchmaking.reads.scores import policy_or_default
from matchmaking.scoring.together import Together, lists_together


class Command(BaseCommand):
    help = (
        "Writes the best partners of each accepted organisation of an event as CSV. Some last places of the lists go "
        "to organisations that no list would show, within a stated price. Private exclusions play no part."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("event", help="the event's short name")
        parser.add_argument("file", type=Path, help="the CSV file to write")
        parser.add_argument("--places", type=int, default=10, help="length of a list (default 10)")
        parser.add_argument("--by-score", action="store_true", help="by score alone")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["places"] < 1:
            raise CommandError("A list needs at least one place.")
        event = Event.objects.filter(slug=options["event"]).first()
        if event is None:
            raise CommandError(f"There is no event “{options['event']}”.")
        snapshot = current()
        found = lists_together(
            snapshot.market,
            policy_or_default(event.scoring_policy, snapshot),
            participants(event, snapshot),
            places=options["places"],
        )
        try:
            text = "".join(csv_lines([HEAD, *rows(found, snapshot, by_score=options["by_score"])]))
            options["file"].write_text(text, encoding="utf-8")
        except OSError as error:
            raise CommandError(f"{error.filename} cannot be written: {error.strerror}.") from error
        self._report(found, options)

    def _report(self, found: Together, options: dict[str, Any]) -> None:
        before, after = found.before, found.after
        self.stdout.write(
            f"{len(found.keys)} lists with {before.places} places in {options['file']}. By score they show "
            f"{len(found.keys) - before.nowhere} different organisations, {before.nowhere} are shown nowhere."
        )
        if not options["by_score"]:
            self.stdout.write(
                f"Spread evenly: {len(found.keys) - after.nowhere} different, {after.nowhere} nowhere. That costs "
                f"{100 * found.even.chances:.1f} % of the chances and {100 * found.even.price:.1f} % of the score."
            )


HEAD = ("organisation", "name", "side", "place", "partner", "partner name", "score", "by score")


def participants(event: Event, snapshot: Snapshot) -> list[str]:
    """Listed organisations that were accepted, by key."""
    accepted = Registration.objects.accepted().filter(event=event)
    slugs = set(accepted.values_list("organisation__slug", flat=True))
    return [key for key in snapshot.market.profiles if key in slugs]


def rows(found: Together, snapshot: Snapshot, *, by_score: bool) -> Iterator[tuple[Any, ...]]:
    """One row per place; the last cell says whether the place would be the same by score alone."""
    profiles = snapshot.market.profiles
    lists = found.plain if by_score else found.even.lists
    for row, key in enumerate(found.keys):
        best = set(found.plain[row].tolist())
        for place, at in enumerate(lists[row].tolist(), start=1):
            if at >= 0:
                partner = found.keys[at]
                yield (
                    key, safe_cell(profiles[key].name), profiles[key].side, place, partner,
                    safe_cell(profiles[partner].name), f"{100 * found.scores[row, at]:.1f}",
                    "yes" if at in best else "no",
                )  # fmt: skip
