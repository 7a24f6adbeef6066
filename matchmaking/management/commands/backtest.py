"""`manage.py backtest FOLDER`: rank a folder's queries and, if it holds the truth, judge the ranking."""

import csv
import datetime as dt
import json
from argparse import ArgumentParser, ArgumentTypeError
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from django.core.management.base import BaseCommand, CommandError

from matchmaking.scoring import DEFAULT, SHIPPED, MarketError, Policy, PolicyError
from matchmaking.scoring.backtest import FolderError, Scored, judge, read_folder, score_folder
from matchmaking.scoring.policy import PART_CODES


def iso_date(text: str) -> dt.date:
    """A date argument."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is not a date (YYYY-MM-DD)") from None


def policy_by_hand(text: str) -> Policy:
    """A policy from "sector=30,target=20": points by criterion, usual values as in the default."""
    weights: dict[str, float] = {}
    for part in text.split(","):
        code, _, points = (piece.strip() for piece in part.partition("="))
        if code in weights:
            raise ArgumentTypeError(f"{part!r} is a second weight of {code!r}")
        try:
            weights[code] = float(points)
        except ValueError:
            raise ArgumentTypeError(f"{part!r} is no weight (criterion=number)") from None
    try:
        return replace(DEFAULT, name="by hand", weights=weights)
    except PolicyError as error:
        raise ArgumentTypeError(str(error)) from None


class Command(BaseCommand):
    help = (
        "Scores a backtest folder and prints how well later links were ranked. No database needed."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--scores", type=Path, help="write all scores (.npz)")
        parser.add_argument(
            "--contributions", type=Path, help="write the rows of the best 50 (.csv)"
        )
        policy = parser.add_mutually_exclusive_group()
        policy.add_argument("--policy", choices=sorted(SHIPPED), default="default")
        policy.add_argument(
            "--weights",
            type=policy_by_hand,
            help="points by criterion instead of a policy, such as sector=30,target=20",
        )
        parser.add_argument(
            "--cut",
            type=iso_date,
            help="refuse links dated after this day; default: read from first_seen",
        )
        parser.add_argument("--json", action="store_true", help="print JSON only")

    def handle(self, *args: Any, **options: Any) -> None:
        policy = options["weights"] or SHIPPED[options["policy"]]
        try:
            folder = read_folder(options["folder"], cut=options["cut"])
            scored = score_folder(folder, policy)
        except (FolderError, MarketError) as error:
            raise CommandError(str(error)) from error
        try:
            if options["scores"]:
                write_scores(options["scores"], scored)
            if options["contributions"]:
                write_contributions(options["contributions"], scored)
        except OSError as error:
            raise CommandError(f"{error.filename} cannot be written: {error.strerror}.") from error
        report = {**describe(policy), **(judge(folder, scored) if folder.truth is not None else {})}
        if folder.truth is None and not options["json"]:
            self.stderr.write("There is no truth.csv, so nothing is judged.")
        self.stdout.write(json.dumps(report, indent=2, allow_nan=False))


def describe(policy: Policy) -> dict[str, Any]:
    """What the scores are."""
    return {
        "policy": policy.stamp,
        "score": "what the query gains from the candidate, 0 to 1; the other direction is not mixed in",
        "weights": {code: round(weight, 4) for code, weight in policy.weights.items()},
    }


def write_scores(path: Path, scored: Scored) -> None:
    """All scores with the ids of rows and columns."""
    with path.open("wb") as stream:
        np.savez_compressed(
            stream,
            query_ids=np.array(scored.query_ids),
            candidate_ids=np.array(scored.candidate_ids),
            scores=scored.scores,
        )


def write_contributions(path: Path, scored: Scored) -> None:
    """One line per query, candidate and row of the score."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["query_id", "org_id", "criterion", "contribution"])
        for row, query in enumerate(scored.query_ids):
            for place, column in enumerate(scored.best[row]):
                key = scored.candidate_ids[column]
                for code, points in zip(PART_CODES, scored.parts[row, place], strict=True):
                    writer.writerow([query, key, code, f"{points:.7f}"])
