"""Print the table of the scheduling goals for every problem of a folder, in one run.

    python -m benchmarks.schedule [FOLDER] [--seconds 10] [--only s200,s700] [--known known.json]

Without a folder: the ten invented events beside this file. For each problem: the proven bound, this code (weight, gap, idle slots and table changes per 100
meetings, seconds to the first schedule and to the best weight, memory), self-booking and greedy.
A problem with a previous schedule is repaired instead, frozen and with lambda 20. With a file of
known optima (`{id: {"placed_weight": ...}}`) the last line says how many were reached.
"""

import argparse
import json
import resource
import sys
import time
from pathlib import Path

from benchmarks.schedule.baselines import greedy, self_booking
from matchmaking.scheduling.exchange import PROBLEM, problem_from, read_json
from matchmaking.scheduling.model import model_of
from matchmaking.scheduling.planner import FREEZE, plan
from matchmaking.scheduling.problem import Problem
from matchmaking.scheduling.repair import repair
from matchmaking.scheduling.result import Measures, Plan, Progress, Stats

INSTANCES = Path(__file__).with_name("instances")
HEAD = (
    f"{'problem':<22}{'what':<14}{'weight':>9}{'gap %':>8}{'zero':>6}{'idle/100':>10}"
    f"{'changes/100':>13}{'first s':>9}{'best s':>8}{'all s':>8}"
)


class Listener:
    """When the first schedule and the final weight were there."""

    def __init__(self) -> None:
        self.first: float | None = None
        self.best: tuple[int, float] = (-1, 0.0)

    def __call__(self, progress: Progress) -> None:
        """Note a piece of progress."""
        if progress.placed and self.first is None:
            self.first = progress.elapsed
        if progress.placed_weight > self.best[0]:
            self.best = (progress.placed_weight, progress.elapsed)


def main() -> None:
    """Run every problem of the folder."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.schedule")
    parser.add_argument(
        "folder",
        type=Path,
        nargs="?",
        default=INSTANCES,
        help="folder with problem files, searched deeply (the ten invented events)",
    )
    parser.add_argument("--seconds", type=float, default=10.0, help="limit for each plan (10)")
    parser.add_argument("--only", default="", help="parts of file names, separated by commas")
    parser.add_argument("--known", type=Path, help="optima known by construction")
    args = parser.parse_args()
    known = json.loads(args.known.read_text()) if args.known else {}
    parts = args.only.split(",")
    print(HEAD)
    reached: list[bool] = []
    for path in sorted((*args.folder.rglob("*.json"), *args.folder.rglob("*.json.gz"))):
        if not any(part in path.name for part in parts):
            continue
        document = read_json(path)
        if not isinstance(document, dict) or document.get("format") != PROBLEM:
            continue
        problem = problem_from(document)
        result = compare(problem, args.seconds)
        if problem.id in known:
            want = known[problem.id]
            reached.append(all(getattr(result.stats, k, v) == v for k, v in want.items()))
    if reached:
        print(f"known optima reached: {sum(reached)} of {len(reached)}")
    own, child = (resource.getrusage(who).ru_maxrss // 1024 for who in WHO)
    print(f"peak memory: {own} MB, solver beside it {child} MB")


WHO = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)


def compare(problem: Problem, seconds: float) -> Plan:
    """One problem with everything there is to compare, a line each."""
    listener = Listener()
    begin = time.perf_counter()
    result = plan(problem, seconds=seconds, on_progress=listener)
    spent = time.perf_counter() - begin
    line(problem.id, "bound", result.stats.bound or 0)
    line(problem.id, "this code", result.stats.placed_weight, result.stats, listener, spent)
    if problem.previous:
        for keep in (FREEZE, 20):
            mend(problem, keep, seconds, result)
        return result
    begin = time.perf_counter()
    fair = plan(problem, seconds=seconds, fair=True)
    line(
        problem.id, "fair", fair.stats.placed_weight, fair.stats, None, time.perf_counter() - begin
    )
    model = model_of(problem)
    for name, count in (("self-booking", self_booking(model, 1)), ("greedy", greedy(model))):
        line(problem.id, name, count.placed_weight, count, bound=result.stats.bound)
    return result


def mend(problem: Problem, keep: str | float, seconds: float, anew: Plan) -> None:
    """A repair: its line, and how it compares with a plan without memory."""
    begin = time.perf_counter()
    result = repair(problem, keep=keep, seconds=seconds)
    spent = time.perf_counter() - begin
    line(problem.id, f"repair {keep}", result.stats.placed_weight, result.stats, None, spent)
    change = result.changes
    if change is not None:
        could = len(problem.previous) - change.forced
        gone = change.unforced_moved + change.unforced_dropped
        best = 100 * result.stats.placed_weight / max(1, anew.stats.placed_weight)
        print(
            f"{'':<22}{best:.1f} % of the weight of a plan without memory, "
            f"{gone} of {could} meetings that could stay did not ({100 * gone / max(1, could):.1f} %)"
        )


def line(
    problem: str,
    what: str,
    weight: int,
    count: Measures | Stats | None = None,
    listener: Listener | None = None,
    spent: float | None = None,
    bound: int | None = None,
) -> None:
    """One line of the table."""
    text = f"{problem[:21]:<22}{what:<14}{weight:>9}"
    if count is not None:
        bound = count.bound if isinstance(count, Stats) else bound
        gap = 100 * (bound - weight) / bound if bound else 0.0
        per = 100 / max(1, count.placed)
        text += f"{gap:>8.2f}{count.zero_orgs:>6}{count.idle_total * per:>10.1f}"
        text += f"{count.table_changes * per:>13.0f}"
    if listener is not None:
        text += f"{listener.first or 0:>9.2f}{listener.best[1]:>8.1f}"
    elif spent is not None:
        text += f"{'':>17}"
    if spent is not None:
        text += f"{spent:>8.1f}"
    print(text)
    sys.stdout.flush()


if __name__ == "__main__":
    main()
