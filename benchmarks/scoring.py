"""Speed and memory of the scoring engine, as ratios measured in this run on one core.

    python -m benchmarks.scoring [--quick]

Prints: all pairs 20,000 x 2,000 with both sides' best 20 explained, against one float32 matrix product of
the same size with inner dimension 100; one organisation against 20,000; memory; cost by market size.
"""

import argparse
import gc
import os
import resource
import statistics
import time
from collections.abc import Callable
from dataclasses import replace

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # one core, before NumPy is imported

import numpy as np

from matchmaking.scoring import (
    DEFAULT,
    Activity,
    Interest,
    Label,
    LabelState,
    Market,
    Profile,
    Relation,
    Scope,
    SectorFocus,
    Stance,
    Target,
    Way,
    against,
)
from matchmaking.scoring.compiled.arrays import compile_context
from matchmaking.scoring.context import Context
from matchmaking.scoring.everyone import best_for_everyone
from matchmaking.scoring.ranking import compiled

MEMBERS = ("AT", "BE", "BG", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT")
KINDS = ("cluster", "company", "university", "institute", "agency", "association", "college")
COOPERATION = ("knowledge", "joint_rd", "transfer", "market", "supply", "investment", "mission")
ZONES = {"eu": "Europe/Madrid", "mx": "America/Mexico_City"}


def sector_tree() -> dict[str, str | None]:
    """14 ecosystems with three sectors each, the size of the project's tree."""
    tree: dict[str, str | None] = {f"e{i}": None for i in range(14)}
    tree.update({f"e{i}.{j}": f"e{i}" for i in range(14) for j in range(3)})
    return tree


def make_market(eu: int, mx: int) -> Market:
    """A seeded market with every kind of fact; a third of what could be said is not said."""
    random = np.random.default_rng(20)
    sectors = [code for code, parent in sector_tree().items() if parent]
    profiles = [make_profile(random, i, "eu" if i < eu else "mx", sectors) for i in range(eu + mx)]
    activities = [
        Activity(
            key=f"a{i}",
            members=tuple(f"o{k}" for k in random.integers(0, eu + mx, random.integers(2, 6))),
            sectors=(str(random.choice(sectors)),),
        )
        for i in range((eu + mx) // 10)
    ]
    return Market.of(profiles, sector_tree(), activities=activities, eu_members=MEMBERS)


def make_profile(random: np.random.Generator, i: int, side: str, sectors: list[str]) -> Profile:
    """One organisation."""
    country = str(random.choice(MEMBERS)) if side == "eu" else "MX"
    region = f"{country}-{random.integers(0, 20)}"
    foci = random.choice(sectors, random.integers(1, 4), replace=False)
    wanted = ["MX"] if side == "eu" else [*random.choice(MEMBERS, 2, replace=False)]
    targets = [
        Target(
            stance=Stance.ACTIVE if random.random() < 0.6 else Stance.EXPLORING,
            scope=Scope.COUNTRY,
            place=str(place),
        )
        for place in wanted
        if random.random() < 0.6
    ]
    interests = [
        Interest(
            kind=str(random.choice(COOPERATION)),
            way=Way(str(random.choice(["seeks", "offers", "both"]))),
            sector=str(foci[0]) if random.random() < 0.2 else None,
        )
        for _ in range(random.integers(0, 4))
    ]
    label = (Label(scheme="ESCA", level="bronze", state=LabelState.VALID),)
    relation = (Relation(kind="partner_of", other=f"o{random.integers(0, i + 1)}"),)
    return Profile(
        key=f"o{i}",
        side=side,
        kind=str(random.choice(KINDS)),
        countries=(country,),
        regions=(region,),
        languages=("en", "es") if random.random() < 0.5 else ("en",),
        time_zone=ZONES[side],
        foci=tuple(SectorFocus(sector=str(sector)) for sector in foci),
        targets=tuple(targets),
        interests=tuple(interests),
        labels=label if random.random() < 0.2 else (),
        relations=relation if random.random() < 0.3 else (),
    )


def timed(run: Callable[[], object], times: int) -> float:
    """The median processor time of a few runs, in seconds: everything here runs on one core.

    Processor time leaves out what other programs on the machine take in between.
    """
    spans = []
    for _ in range(times):
        gc.collect()
        start = time.process_time()
        run()
        spans.append(time.process_time() - start)
    return statistics.median(spans)


def peak_megabytes() -> float:
    """Most memory the process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def all_pairs(eu: int, mx: int, times: int) -> None:
    """The whole market against one matrix product of its size."""
    market = make_market(eu, mx)
    start = time.perf_counter()
    arrays = compiled(market)
    print(f"compile {eu + mx:,} organisations: {time.perf_counter() - start:.2f} s")
    left, right = arrays.keys[:eu], arrays.keys[eu:]
    profile_arrays, before = arrays.nbytes / 1e6, peak_megabytes()
    best_for_everyone(market, DEFAULT, left, right)
    print(f"profile arrays {profile_arrays:.0f} MB, market and arrays {before:.0f} MB,")
    print(f"  with all pairs scored the process has held {peak_megabytes():.0f} MB at most")
    print(f"  (goal {3 * profile_arrays + 200:.0f}: three times the arrays and 200 MB)")
    random = np.random.default_rng(1)
    one = random.random((eu, 100), dtype=np.float32)
    two = random.random((100, mx), dtype=np.float32)
    out = np.empty((eu, mx), np.float32)
    spans, products = [], []
    for _ in range(times):
        products.append(timed(lambda: np.matmul(one, two, out=out), 3))
        spans.append(timed(lambda: best_for_everyone(market, DEFAULT, left, right), 1))
    ours, product = statistics.median(spans), statistics.median(products)
    print(f"all pairs {eu:,} x {mx:,}, both sides' best 20 explained: {ours:.3f} s")
    print(f"  matrix product of that size, inner dimension 100: {product:.3f} s")
    print(f"  ratio {product / ours:.3f} (goal 0.12, better 0.18)")
    span = timed(lambda: against(market, "o0", DEFAULT), 25)
    print(f"one against {eu + mx:,}: {1000 * span:.2f} ms (goal 5)")
    renewals(market)


def renewals(market: Market) -> None:
    """One organisation changes: its arrays in place against all of them anew."""
    old = market.profile("o5")
    other = market.profile("o6")
    for name in ("targets", "foci", "relations", "kind"):
        changed = replace(old, **{name: getattr(other, name) if name != "relations" else ()})
        span = timed(lambda new=changed: compiled(market.with_profile(new)), 3)
        print(f"one organisation changes its {name}: {1000 * span:.0f} ms")
    span = timed(lambda: compile_context(Context(market)), 1)
    print(f"everything anew: {1000 * span:.0f} ms")


def by_size(sizes: tuple[int, ...]) -> None:
    """Cost as the market grows: so much for each organisation, so much for each pair."""
    spans, parts = [], []
    for size in sizes:
        mx = size // 10
        market = make_market(size - mx, mx)
        keys = compiled(market).keys
        span = timed(
            lambda m=market, k=keys, n=size - mx: best_for_everyone(m, DEFAULT, k[:n], k[n:]), 2
        )
        pairs = (size - mx) * mx
        spans.append(span)
        parts.append((size, pairs))
        print(f"{size:>7,} organisations, {pairs:>11,} pairs: {1000 * span:7.1f} ms")
    relative = np.array(parts) / np.array(spans)[:, None]  # every size weighs the same
    one, pair = np.linalg.lstsq(relative, np.ones(len(sizes)), rcond=None)[0]
    off = np.abs(relative @ (one, pair) - 1).max()
    print(f"that is {1e6 * one:.1f} us per organisation and {1e9 * pair:.1f} ns per pair,")
    print(f"  which misses none of them by more than {100 * off:.0f} %")


def main() -> None:
    """Run everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="smaller sizes, a smoke test")
    quick = parser.parse_args().quick
    all_pairs(*((2000, 200, 1) if quick else (20_000, 2_000, 5)))
    by_size((1000, 3000) if quick else (1000, 3500, 10_000, 35_000))


if __name__ == "__main__":
    main()
