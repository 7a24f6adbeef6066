"""How value and bound of a run came together, as a small drawing."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, TOP, BOTTOM = 300.0, 8.0, 70.0
Point = tuple[float, float]


@dataclass(frozen=True)
class Converging:
    """Paths of a drawing 300 wide and 88 high, and the figures at its end."""

    value: str
    bound: str
    gap: str
    value_at: float
    bound_at: float
    seconds: float
    last_value: int
    last_bound: int | None


def converging(track: Sequence[Sequence[float | None]]) -> Converging | None:
    """Draw the points (seconds, value, bound) of a run; None where nothing moved."""
    points = [(float(at), float(value), bound) for at, value, bound in track if at is not None and value is not None]  # fmt: skip
    if len({point[1:] for point in points}) < 2:
        return None
    heights = [value for _at, value, _b in points] + [b for *_rest, b in points if b is not None]
    low, high = min(heights), max(heights)
    end = max(points[-1][0], 0.1)

    def place(at: float, height: float) -> Point:
        share = (height - low) / (high - low) if high > low else 1.0
        return WIDTH * min(1.0, at / end), BOTTOM - (BOTTOM - TOP) * share

    values = _steps([place(at, value) for at, value, _b in points])
    bounds = _steps([place(at, b) for at, _value, b in points if b is not None])
    return Converging(
        value=_path(values),
        bound=_path(bounds),
        gap=f"{_path(values)} {_path(bounds[::-1]).replace('M', 'L', 1)} Z" if bounds else "",
        value_at=values[-1][1],
        bound_at=bounds[-1][1] if bounds else 0.0,
        seconds=points[-1][0],
        last_value=int(points[-1][1]),
        last_bound=None if points[-1][2] is None else int(points[-1][2]),
    )


def _steps(points: Sequence[Point]) -> list[Point]:
    """Corners of a line that holds its height until the next point, to the right edge."""
    corners: list[Point] = []
    for x, y in points:
        if corners:
            corners.append((x, corners[-1][1]))
        corners.append((x, y))
    if corners:
        corners.append((WIDTH, corners[-1][1]))
    return corners


def _path(points: Sequence[Point]) -> str:
    return "M" + " L".join(f"{x:.1f} {y:.1f}" for x, y in points) if points else ""
