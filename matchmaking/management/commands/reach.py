"""`manage.py reach FOLDER`: whom the best lists of all organisations show, and who is shown nowhere.

Works in tiles, each a file in FOLDER, so that it can be stopped and started again, and run several times at once, on
several machines that share the folder. A change of data or policy begins anew.
"""

import fcntl
import hashlib
import json
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from matchmaking import scoring as engine
from matchmaking.reads.exports import csv_lines, safe_cell
from matchmaking.reads.market import Snapshot, current
from matchmaking.reads.scores import DEFAULT_POLICY, UnknownPolicyError, policy
from matchmaking.scoring.reach import Reach, shown_by, tiles_of

WAIT = 0.5
"""Seconds between looks at tiles that other workers are at."""


class Command(BaseCommand):
    help = "Counts whom the best lists of all organisations show, in tiles that several workers may share."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="where tiles and the report are kept")
        parser.add_argument("--policy", default=DEFAULT_POLICY, help="scoring policy")
        parser.add_argument("--places", type=int, default=10, help="length of a list (default 10)")
        parser.add_argument("--tile", type=int, default=1000, help="organisations in a tile")
        parser.add_argument("--json", action="store_true", help="machine-readable")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["places"] < 1 or options["tile"] < 1:
            raise CommandError("Lists and tiles need at least one organisation each.")
        snapshot = current()
        try:
            used = policy(options["policy"], snapshot)
        except UnknownPolicyError as error:
            raise CommandError(str(error)) from error
        folder = self._folder(options, snapshot, used)
        tiles = tiles_of(snapshot.market, options["tile"])
        files = [folder / f"tile-{number:05}.json" for number in range(len(tiles))]
        while open_tiles := [(o, f) for o, f in zip(tiles, files, strict=True) if not f.exists()]:
            for owners, file in open_tiles:
                with claimed(file) as is_ours:
                    if is_ours:
                        counts = shown_by(snapshot.market, used, owners, places=options["places"])
                        write_whole(file, json.dumps(counts))
                        self._tell(sum(done.exists() for done in files), len(files))
            time.sleep(0 if all(file.exists() for file in files) else WAIT)
        found = Reach.of(snapshot.market, (json.loads(file.read_text()) for file in files))
        self._report(found, snapshot, options)

    def _folder(self, options: dict[str, Any], snapshot: Snapshot, used: engine.Policy) -> Path:
        """A folder for exactly this data, policy and size."""
        key = (snapshot.stamp, used, options["places"], options["tile"])
        mark = hashlib.blake2b(repr(key).encode(), digest_size=6).hexdigest()
        folder: Path = options["folder"] / mark
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CommandError(f"{folder} cannot be written: {error.strerror}.") from error
        return folder

    def _tell(self, done: int, of: int) -> None:
        self.stderr.write(f"{done} of {of} tiles ({100 * done // of} %)")

    def _report(self, found: Reach, snapshot: Snapshot, options: dict[str, Any]) -> None:
        file = options["folder"] / "reach.csv"
        profiles = snapshot.market.profiles
        rows = [
            (key, safe_cell(profiles[key].name), profiles[key].side, times)
            for key, times in sorted(found.shown.items(), key=lambda item: item[1])
        ]
        head = ("organisation", "name", "side", "times shown")
        write_whole(file, "".join(csv_lines([head, *rows])))
        figures = {
            "organisations": len(found.shown),
            "places": found.places,
            "distinct_per_place": round(found.distinct, 4),
            "share_of_20_most_shown": round(found.crowded, 4),
            "shown_nowhere": len(found.nowhere),
            "report": str(file),
        }
        if options["json"]:
            self.stdout.write(json.dumps(figures, indent=2))
            return
        self.stdout.write(
            f"{figures['places']} places in the lists of {figures['organisations']} organisations. "
            f"{figures['shown_nowhere']} are shown nowhere. The 20 most shown take "
            f"{100 * found.crowded:.0f} % of the places. Everybody, least shown first: {file}"
        )


@contextmanager
def claimed(tile: Path) -> Iterator[bool]:
    """Whether this worker has the tile for itself. The system lets go of the tile of a killed worker."""
    with tile.with_suffix(".claim").open("w") as mark:
        try:
            fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield not tile.exists()


def write_whole(file: Path, text: str) -> None:
    """Write a file so that nobody ever sees half of it."""
    part = file.with_suffix(".part")
    part.write_text(text, encoding="utf-8")
    part.replace(file)
