"""`manage.py solve PROBLEM.json --output SOLUTION.json`: plan or repair a schedule, no database."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from matchmaking.scheduling import command_line
from matchmaking.scheduling.exchange import read_problem, write_solution
from matchmaking.scheduling.planner import NoScheduleYet, plan
from matchmaking.scheduling.problem import InvalidProblem, Problem
from matchmaking.scheduling.repair import repair
from matchmaking.scheduling.result import Plan, Progress

SOLVED, INVALID, STOPPED = 0, 2, 3


class Command(BaseCommand):
    """Exit codes: 0 solved, 2 invalid problem (every fault by its path), 3 stopped too early."""

    help = "Plan the meetings of a problem file (schedule exchange format) without a database."
    requires_system_checks: list[str] = []  # Django wants a list

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("problem", metavar="PROBLEM", help="problem file, .json or .json.gz")
        parser.add_argument("--output", required=True, metavar="FILE", help="solution file")
        parser.add_argument(
            "--seconds", type=command_line.seconds, default=10.0, help="time limit (10)"
        )
        parser.add_argument("--seed", type=int, default=1, help="seed of the search (1)")
        parser.add_argument(
            "--workers", type=command_line.workers, default=2, help="processor cores (2)"
        )
        parser.add_argument(
            "--repair",
            type=command_line.keep,
            metavar="freeze|LAMBDA",
            help="start from the previous schedule: move nothing that can stay, or give each "
            "meeting that stays this many points",
        )
        parser.add_argument("--fair", action="store_true", help="first meetings before weight")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        sys.exit(self._solve(options))

    def _solve(self, options: dict[str, Any]) -> int:
        output = Path(options["output"])
        try:
            if not output.absolute().parent.is_dir():
                self.stderr.write(f"--output: the folder {output.parent} does not exist")
                return INVALID
            result = self._run(read_problem(options["problem"]), options)
            write_solution(output, result)
        except InvalidProblem as invalid:
            for fault in invalid.faults:
                self.stderr.write(f"{options['problem']}: {fault}")
            return INVALID
        except OSError as error:
            self.stderr.write(f"--output: {output} cannot be written ({error.strerror})")
            return INVALID
        except (NoScheduleYet, KeyboardInterrupt):
            self.stderr.write("Stopped before a first schedule; nothing was written.")
            return STOPPED
        if options["json"]:
            self.stdout.write(json.dumps(command_line.summary(result)))
        else:
            self.stdout.write(command_line.sentence(result))
        return SOLVED

    def _run(self, problem: Problem, options: dict[str, Any]) -> Plan:
        stop = command_line.Interrupt()
        common = {key: options[key] for key in ("seconds", "seed", "workers")}
        with stop:
            if options["repair"] is None:
                return plan(
                    problem,
                    fair=options["fair"],
                    on_progress=self._tell,
                    should_stop=stop,
                    **common,
                )
            return repair(
                problem,
                keep=options["repair"],
                on_progress=self._tell,
                should_stop=stop,
                **common,
            )

    def _tell(self, progress: Progress) -> None:
        self.stderr.write(command_line.news(progress))
