"""Backtest folders written by a test: a tiny one to break, a larger one with a planted truth."""

import csv
import gzip
from pathlib import Path

import numpy as np

HEADERS = {
    "organisations": ["org_id", "side", "country", "region", "type", "first_seen", "records"],
    "sectors": ["org_id", "sector", "weight", "joint_weight", "source"],
    "targets": ["org_id", "target", "weight", "source"],
    "links": ["link_id", "org_id", "date", "role", "sectors"],
    "needs": ["query_id", "org_id", "sectors"],
    "truth": ["query_id", "org_id", "kind"],
}

Tables = dict[str, list[list[object]]]


def write(folder: Path, tables: Tables, *, zipped: bool = False) -> Path:
    """Write tables as CSV files under their usual headers."""
    for name, rows in tables.items():
        path = folder / f"{name}.csv{'.gz' if zipped else ''}"
        with gzip.open(path, "wt", newline="") if zipped else path.open("w", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(HEADERS[name])
            writer.writerows(rows)
    return folder


def tiny() -> Tables:
    """Two candidates, one query, one link: everything a folder needs."""
    return {
        "organisations": [
            ["c1", "candidate", "ES", "europe", "HES", "2015", 2],
            ["c2", "candidate", "FR", "europe", "PRC", "2015", 2],
            ["q", "query", "MX", "latam", "HES", "", 0],
        ],
        "sectors": [["c1", "A", 2, 2, "observed"], ["c2", "B", 2, 2, "observed"]],
        "targets": [["c1", "latam", 2, "observed"], ["c2", "BR", 1, "observed"]],
        "links": [
            ["l1", "c1", "2015-01-01", "participant", "A"],
            ["l1", "c2", "2015-01-01", "participant", "A"],
        ],
        "needs": [["q1", "q", "A"]],
        "truth": [["q1", "c1", "positive"]],
    }


def market(
    *, bias: float, fit: float, pull: float = 0.0, queries: int = 40, candidates: int = 300
) -> Tables:
    """A folder whose truth is drawn from a known rule.

    Each candidate has one main sector and a number of records, and a third of them have looked to the
    queries' side; a query links with a candidate in proportion to records ** bias, times exp(fit) if the
    candidate's main sector is needed, times exp(pull) if it looked there.
    """
    random = np.random.default_rng(7)
    sectors = [f"S{i}" for i in range(8)]
    records = np.ceil(random.pareto(1.0, candidates)).astype(int).clip(1, 200)
    main = random.integers(0, len(sectors), candidates)
    looks = random.permutation(candidates) % 3 == 0
    tables: Tables = {name: [] for name in HEADERS}
    for i in range(candidates):
        tables["organisations"].append(
            [f"c{i}", "candidate", "ES", "europe", "HES", "", records[i]]
        )
        tables["sectors"].append([f"c{i}", sectors[main[i]], records[i], records[i], "observed"])
        place = "latam" if looks[i] else "asia"
        tables["targets"].append([f"c{i}", place, 1, "stated"])
    for q in range(queries):
        need = int(random.integers(0, len(sectors)))
        tables["organisations"].append([f"q{q}", "query", "MX", "latam", "HES", "", 0])
        tables["needs"].append([f"n{q}", f"q{q}", sectors[need]])
        chance = records**bias * np.exp(fit * (main == need) + pull * looks)
        for c in random.choice(candidates, 6, replace=False, p=chance / chance.sum()):
            tables["truth"].append([f"n{q}", f"c{c}", "positive"])
    return tables


def twins(*, single: int, pairs: int) -> Tables:
    """A folder in which `pairs` pairs of candidates are alike, and `single` candidates like nobody else.

    Candidate i has i records in the needed sector and 100 in another one, a twin the same as its like.
    """
    tables: Tables = {name: [] for name in HEADERS}
    sizes = [
        *range(1, single + 1),
        *(i for i in range(single + 1, single + pairs + 1) for _ in "ab"),
    ]
    for place, size in enumerate(sizes):
        key = f"c{place}"
        tables["organisations"].append([key, "candidate", "ES", "europe", "HES", "", 10])
        tables["sectors"] += [[key, "A", size, 0, "observed"], [key, "B", 100, 0, "observed"]]
    tables["organisations"].append(["q", "query", "MX", "latam", "HES", "", 0])
    tables["needs"].append(["q1", "q", "A"])
    tables["truth"].append(["q1", "c0", "positive"])
    return tables
