"""`manage.py curve PROBLEM.json`: what each readiness to move people would bring, no database."""

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from matchmaking.scheduling import command_line
from matchmaking.scheduling.exchange import read_problem
from matchmaking.scheduling.problem import InvalidProblem
from matchmaking.scheduling.repair import CURVE, CurvePoint, curve
from matchmaking.scheduling.result import Progress

SOLVED, INVALID, STOPPED = 0, 2, 3
COLUMNS = ("keep", "weight", "of best", "zero", "idle", "kept", "moved", "dropped", "added", "orgs")


class Command(BaseCommand):
    """Exit codes: 0 shown, 2 invalid problem or nothing to repair, 3 stopped before a point."""

    help = "Print the repair curve of a problem file with a previous schedule."
    requires_system_checks: list[str] = []  # Django wants a list

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("problem", metavar="PROBLEM", help="problem file, .json or .json.gz")
        parser.add_argument(
            "--points", nargs="+", type=command_line.keep, default=CURVE, metavar="freeze|LAMBDA"
        )
        parser.add_argument("--seconds", type=command_line.seconds, default=5.0, help="a point (5)")
        parser.add_argument("--seed", type=int, default=1, help="seed of the search (1)")
        parser.add_argument("--workers", type=command_line.workers, default=2)
        parser.add_argument("--json", action="store_true", help="print the points as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        sys.exit(self._show(options))

    def _show(self, options: dict[str, Any]) -> int:
        stop = command_line.Interrupt()
        try:
            with stop:
                points = curve(
                    read_problem(options["problem"]),
                    points=options["points"],
                    seconds=options["seconds"],
                    seed=options["seed"],
                    workers=options["workers"],
                    on_progress=self._tell,
                    should_stop=stop,
                )
        except InvalidProblem as invalid:
            for fault in invalid.faults:
                self.stderr.write(f"{options['problem']}: {fault}")
            return INVALID
        if not points:
            self.stderr.write("Stopped before a first point.")
            return STOPPED
        rows = [_row(point) for point in points]
        if options["json"]:
            self.stdout.write(json.dumps(rows))
        else:
            self.stdout.write("".join(f"{name:>9}" for name in COLUMNS))
            for row in rows:
                self.stdout.write("".join(f"{row[name]!s:>9}" for name in COLUMNS))
        return SOLVED

    def _tell(self, progress: Progress) -> None:
        self.stderr.write(command_line.news(progress))


def _row(point: CurvePoint) -> dict[str, Any]:
    stats, change = point.plan.stats, point.plan.changes
    return {
        "keep": point.keep,
        "weight": stats.placed_weight,
        "of best": f"{100 * stats.placed_weight / stats.bound:.1f} %" if stats.bound else "",
        "zero": stats.zero_orgs,
        "idle": stats.idle_total,
        "kept": 0 if change is None else change.kept + change.retabled,
        "moved": 0 if change is None else change.moved,
        "dropped": 0 if change is None else change.dropped,
        "added": 0 if change is None else change.added,
        "orgs": len(point.affected),
    }
