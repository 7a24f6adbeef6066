"""HiGHS on a program: first the relaxation, then, where that is not integral, branch and bound.

Runs in this process for small programs and in a child process for the rest (`child`): a large
linear program has phases that no call-back reaches, and only a process can be ended at any time.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matchmaking.scheduling.program import Program

GAP = 1e-6
"""Relative gap at which branch and bound may stop: the solver's default of 1e-4 loses points."""
FRACTION = 1e-6
MET = 1e-5
"""A solution so close to the relaxation's value is the best: values differ by more or not at all."""


@dataclass(frozen=True, slots=True)
class Found:
    """News from the solver: an integral solution, the relaxation's prices, a bound, the end.

    `row_price` are the prices of the relaxation's rows, `bound` is the best proven upper bound so
    far, `root` that branch and bound leaves the root, `done` that x is optimal (x None: infeasible).
    """

    x: NDArray[np.float64] | None = None
    row_price: NDArray[np.float64] | None = None
    bound: float | None = None
    root: bool = False
    done: bool = False


def solve(
    program: Program,
    seconds: float,
    seed: int,
    emit: Callable[[Found], None],
    should_stop: Callable[[], bool],
    *,
    branch: bool = True,
) -> None:
    """Solve, handing each piece of news to `emit`; the last one has `done` unless stopped.

    Without `branch` a fractional relaxation is the end of it.
    """
    import highspy  # slow

    class Quiet(highspy.Highs):
        """Standard output belongs to the caller; enabling call-backs prints a banner otherwise."""

        def enableCallbacks(self) -> None:  # noqa: N802 # the solver's own name
            self.silent()
            super().enableCallbacks()  # type: ignore[no-untyped-call] # highspy ships no types

    highs = Quiet()  # type: ignore[no-untyped-call] # highspy ships no types
    for name, value in (
        ("threads", 1),
        ("random_seed", seed),
        ("mip_rel_gap", GAP),
        ("time_limit", float(seconds)),
    ):
        highs.setOptionValue(name, value)
    highs.passModel(_matrix(highspy, program))

    def stop(news: Any) -> None:
        if should_stop():
            news.interrupt()

    highs.cbSimplexInterrupt += stop
    highs.cbMipInterrupt += stop
    highs.run()
    if highs.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
        emit(Found(done=True))
    if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return
    answer = highs.getSolution()
    x = np.array(answer.col_value)
    whole = bool(np.all(np.abs(x - np.round(x)) < FRACTION))
    emit(
        Found(
            x=np.round(x) if whole else None,
            row_price=np.array(answer.row_dual),
            bound=-highs.getInfo().objective_function_value,
            done=whole,
        )
    )
    if branch and not whole and not should_stop():
        _branch(highspy, highs, program, emit)


def _branch(highspy: Any, highs: Any, program: Program, emit: Callable[[Found], None]) -> None:
    """Branch and bound on the program that `highs` just relaxed, with its remaining time."""
    count = len(program.gain)
    columns = np.arange(count, dtype=np.int32)
    relaxed = -float(highs.getInfo().objective_function_value)
    integer = np.full(count, int(highspy.HighsVarType.kInteger), dtype=np.uint8)
    highs.changeColsIntegrality(count, columns, integer)

    def improved(news: Any) -> None:
        # its bound may belong to a smaller problem of some heuristic: it proves nothing here
        x = np.round(np.array(news.data_out.mip_solution))
        met = float(program.gain @ x) > relaxed - MET
        emit(Found(x=x, done=met))
        if met:
            news.interrupt()

    rooted: list[bool] = []

    def left_root(news: Any) -> None:
        if not rooted and news.data_out.mip_node_count > 1:
            rooted.append(True)
            emit(Found(root=True))

    highs.cbMipImprovingSolution += improved
    highs.cbMipInterrupt += left_root
    highs.run()
    info = highs.getInfo()
    done = highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
    x = np.round(np.array(highs.getSolution().col_value)) if done else None
    bound = -float(info.mip_dual_bound)
    emit(Found(x=x, bound=bound if np.isfinite(bound) else None, done=done))


def _matrix(highspy: Any, program: Program) -> Any:
    matrix = highspy.HighsLp()
    matrix.num_col_, matrix.num_row_ = len(program.gain), len(program.row_high)
    matrix.col_cost_ = -program.gain
    matrix.col_lower_, matrix.col_upper_ = program.low, program.high
    matrix.row_lower_, matrix.row_upper_ = program.row_low, program.row_high
    matrix.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    matrix.a_matrix_.start_ = program.start
    matrix.a_matrix_.index_ = program.index
    matrix.a_matrix_.value_ = program.value
    return matrix
