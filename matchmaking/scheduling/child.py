"""The solver beside the plan: in a child process that can be ended at any moment.

The child is this module run with `-m`; task and news cross the pipe as pickles of our own types.
"""

import os
import pickle
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, cast

from matchmaking.scheduling.highs import Found, solve
from matchmaking.scheduling.program import Program

SMALL, TINY = 4_000, 400
"""Columns up to which a program is relaxed, and searched, in this process: a child starts slower."""


class Here:
    """The solver in this process: everything is known when the constructor returns."""

    def __init__(self, found: list[Found]) -> None:
        self.found = found

    def news(self) -> list[Found]:
        """What came since the last call."""
        found, self.found = self.found, []
        return found

    def is_running(self) -> bool:
        """Whether more may come."""
        return False

    def close(self) -> None:
        """Nothing to end."""


class Beside:
    """The solver in a child process, which `close` ends; `found` is what is known already."""

    def __init__(
        self, program: Program, seconds: float, seed: int, found: Sequence[Found] = ()
    ) -> None:
        root = str(Path(__file__).resolve().parents[2])
        path = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
        self.process = subprocess.Popen(  # noqa: S603 # our own module, no shell
            [sys.executable, "-m", __name__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": path},
            start_new_session=True,  # Ctrl-C is for the plan, which ends its child itself
        )
        self.into = cast("IO[bytes]", self.process.stdin)
        self.out = cast("IO[bytes]", self.process.stdout)
        self.queue: queue.SimpleQueue[Found | None] = queue.SimpleQueue()
        for one in found:
            self.queue.put(one)
        self.running = True
        self.task = pickle.dumps((program, seconds, seed))
        self.reader = threading.Thread(target=self._talk, daemon=True)
        self.reader.start()

    def _talk(self) -> None:
        try:
            with self.into as pipe:
                pipe.write(self.task)
            while True:
                self.queue.put(pickle.load(self.out))  # noqa: S301 # written by our own child
        except (EOFError, OSError, ValueError, pickle.UnpicklingError):
            self.queue.put(None)  # the child ended, by itself or by close()

    def news(self) -> list[Found]:
        """What came since the last call."""
        found: list[Found] = []
        while not self.queue.empty():
            item = self.queue.get()
            if item is None:
                self.running = False
            else:
                found.append(item)
        return found

    def is_running(self) -> bool:
        """Whether more may come."""
        return self.running

    def close(self) -> None:
        """End the child, whatever it is doing."""
        self.process.kill()
        self.process.wait()
        self.reader.join()
        self.out.close()


def start(
    program: Program, seconds: float, seed: int, should_stop: Callable[[], bool]
) -> Here | Beside:
    """Start the solver where the size of the program says."""
    count = len(program.gain)
    if count <= SMALL:
        found: list[Found] = []
        solve(program, seconds, seed, found.append, should_stop, branch=count <= TINY)
        if count <= TINY or (found and found[-1].done):
            return Here(found)
        return Beside(program, seconds, seed, found)
    return Beside(program, seconds, seed)


def main() -> None:
    """Read a task, solve it, write each piece of news at once."""
    task, out = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever the solver prints must not mix with the pickles
    program, seconds, seed = pickle.load(task)  # noqa: S301 # written by our own parent

    def emit(found: Found) -> None:
        pickle.dump(found, out)
        out.flush()

    parent = os.getppid()
    solve(program, seconds, seed, emit, lambda: os.getppid() != parent)


if __name__ == "__main__":
    main()
