"""Scoring policies for pages: who made them, who uses them, and what another one would change."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from clusters.models import User
from events.models import Event
from matchmaking import scoring as engine
from matchmaking.adapters.scores import policy_from_row
from matchmaking.models import ScoringPolicy
from matchmaking.reads.market import Snapshot, current
from matchmaking.reads.names import Names
from matchmaking.reads.scores import DEFAULT_POLICY
from matchmaking.scoring.comparison import Comparison, Move, compare, shift
from matchmaking.wording.policies import EXPLAINED, PARTS, SHIPPED
from matchmaking.wording.scoring import criterion_name


@dataclass(frozen=True)
class Version:
    """One version; `row` is None for what comes with the program."""

    number: int
    title: str
    note: str
    points: Mapping[str, float]
    row: ScoringPolicy | None = None

    @property
    def named_points(self) -> list[tuple[str, float]]:
        """Names of the criteria with their points."""
        return [(criterion_name(code), points) for code, points in self.points.items()]


@dataclass(frozen=True)
class Line:
    """A policy with its versions, newest first, and the events that use it."""

    name: str
    versions: tuple[Version, ...]
    events: tuple[Event, ...]

    @property
    def newest(self) -> Version:
        """The version that scores."""
        return self.versions[0]

    @property
    def is_default(self) -> bool:
        """Whether it scores where no other is chosen."""
        return self.name == DEFAULT_POLICY

    @property
    def is_shipped(self) -> bool:
        """Whether the program brings it."""
        return self.name in engine.SHIPPED


@dataclass(frozen=True)
class PoliciesPage:
    """All policies, the default first; `criteria` names the columns."""

    lines: tuple[Line, ...]
    criteria: tuple[tuple[str, str], ...]
    may_save: bool

    @property
    def table(self) -> list[tuple[Line, list[float]]]:
        """Points of the newest versions, in the order of the columns."""
        return [
            (line, [line.newest.points[code] for code, _name in self.criteria])
            for line in self.lines
        ]


@dataclass(frozen=True)
class Weight:
    """A criterion of a policy: points of 100, how it is explained, what is usual in its parts."""

    code: str
    name: str
    text: Promise
    points: float
    usual: tuple["UsualLine", ...]


@dataclass(frozen=True)
class UsualLine:
    """What a part counts where it is unknown, in percent; by side what is known."""

    text: Promise
    percent: float
    is_set: bool
    sides: tuple[tuple[str, engine.Known], ...]


@dataclass(frozen=True)
class PolicyPage:
    """One policy in full."""

    line: Line
    weights: tuple[Weight, ...]
    may_save: bool
    listed: int


def policies_page(user: User) -> PoliciesPage:
    """Every policy; three queries."""
    return PoliciesPage(lines=tuple(_lines(user)), criteria=_criteria(), may_save=may_save(user))


def policy_page(name: str, user: User) -> PolicyPage | None:
    """One policy with its versions and what is usual; None when there is none of that name."""
    line = next((one for one in _lines(user) if one.name == name), None)
    if line is None:
        return None
    snapshot = current()
    stated = line.newest.row.priors if line.newest.row else {}
    return PolicyPage(
        line=line,
        weights=tuple(_weight(code, line, stated, snapshot) for code in engine.CRITERIA),
        may_save=may_save(user),
        listed=len(snapshot.market.profiles),
    )


def may_save(user: User) -> bool:
    """Whether somebody may save policies."""
    return user.has_perm("matchmaking.save_policy")


def policy_titles() -> dict[str, str]:
    """Titles by name, the default first: what an organiser chooses from."""
    rows = ScoringPolicy.objects.order_by("name", "version").values_list("name", "title")
    saved = dict(rows)
    shipped = {name: str(SHIPPED[name][0]) for name in engine.SHIPPED}
    return {**shipped, **saved}


def newest_version(name: str) -> Version | None:
    """The version that scores, or None where there is no such policy."""
    row = ScoringPolicy.objects.filter(name=name).order_by("-version").first()
    if row is not None:
        return _version(row)
    return _shipped(name) if name in engine.SHIPPED else None


def _lines(user: User) -> list[Line]:
    rows: dict[str, list[Version]] = defaultdict(list)
    saved = ScoringPolicy.objects.select_related("created_by").order_by("name", "-version")
    for row in saved:
        rows[row.name].append(_version(row))
    for name in engine.SHIPPED:
        rows[name].append(_shipped(name))
    events: dict[str, list[Event]] = defaultdict(list)
    for event in Event.objects.visible_to(user).order_by("-starts_on", "-pk"):
        events[event.scoring_policy].append(event)
    order = [*engine.SHIPPED, *sorted(set(rows) - set(engine.SHIPPED))]
    return [Line(name, tuple(rows[name]), tuple(events[name])) for name in order]


def _version(row: ScoringPolicy) -> Version:
    points = _points(policy_from_row(row, {}))
    return Version(row.version, row.title, row.note, points, row)


def _shipped(name: str) -> Version:
    title, note = SHIPPED[name]
    return Version(1, str(title), str(note), _points(engine.SHIPPED[name]))


def _points(policy: engine.Policy) -> dict[str, float]:
    # Without the noise of binary fractions: 14, not 14.000000000000002.
    return {code: round(100 * weight, 6) for code, weight in policy.weights.items()}


def _criteria() -> tuple[tuple[str, str], ...]:
    return tuple((code, criterion_name(code)) for code in engine.CRITERIA)


def _weight(code: str, line: Line, stated: Mapping[str, float], snapshot: Snapshot) -> Weight:
    usual = engine.usual_values(snapshot.market)
    parts = [
        UsualLine(
            text=PARTS[part],
            percent=100 * stated.get(part, usual[part].value),
            is_set=part in stated,
            sides=tuple((snapshot.names.side(side), n) for side, n in usual[part].sides.items()),
        )
        for part, _share in engine.PARTS[code]
    ]
    return Weight(
        code, criterion_name(code), EXPLAINED[code], line.newest.points[code], tuple(parts)
    )


# -- before and after


@dataclass(frozen=True)
class MoveLine:
    """A move in words: who, in whose list, from which place to which, by which criterion."""

    owner: str
    other: str
    slug: str
    side: str
    move: Move
    reason: str

    @property
    def is_in(self) -> bool:
        """New in the list."""
        return self.move.before > PLACES_SHOWN >= self.move.after

    @property
    def is_out(self) -> bool:
        """No longer in the list."""
        return self.move.after > PLACES_SHOWN


PLACES_SHOWN = 10


@dataclass(frozen=True)
class PointsLine:
    """A criterion's points before and after."""

    name: str
    before: float
    after: float


@dataclass(frozen=True)
class Preview:
    """What a policy would change: for all, and for one organisation's list (None without candidates)."""

    points: tuple[PointsLine, ...]
    whole: Comparison
    risers: tuple[MoveLine, ...]
    fallers: tuple[MoveLine, ...]
    owner: str
    moves: tuple[MoveLine, ...]

    @property
    def kept_percent(self) -> float | None:
        """How much of a list of ten stays, on average."""
        return None if self.whole.kept is None else 100 * self.whole.kept

    @property
    def is_same(self) -> bool:
        """Whether no list changes at all."""
        return not self.whole.changed and not self.risers and not self.fallers


def preview(
    before: str,
    weights: Mapping[str, float],
    *,
    owner: str = "",
    among: Collection[str] | None = None,
) -> Preview:
    """Lists under the policy `before` and under other weights, both with what is usual as measured.

    `owner` is the organisation whose list is shown, else the first of those compared. `among` keeps to
    some organisations (an event's). Nobody's private exclusions play a part.
    """
    snapshot = current()
    priors = engine.measured_priors(snapshot.market)
    last = newest_version(before) or _shipped(DEFAULT_POLICY)
    old = engine.Policy(before, last.points, version=last.number, priors=priors)
    if last.row is not None:
        old = policy_from_row(last.row, priors)
    return _preview(snapshot, old, replace(old, name="after", weights=dict(weights)), owner, among)


def _preview(
    snapshot: Snapshot,
    old: engine.Policy,
    new: engine.Policy,
    owner: str,
    among: Collection[str] | None,
) -> Preview:
    market, names = snapshot.market, snapshot.names
    whole = compare(market, old, new, among=among)
    first = next((key for key in (among or market.profiles) if key in market.profiles), "")
    shown = owner if owner in market.profiles else first
    moves = shift(market, shown, old, new, among=among).moves if shown else ()
    return Preview(
        points=tuple(
            PointsLine(criterion_name(code), 100 * old.weights[code], 100 * new.weights[code])
            for code in engine.CRITERIA
        ),
        whole=whole,
        risers=_named(whole.risers, names, market),
        fallers=_named(whole.fallers, names, market),
        owner=names.organisation(shown) if shown else "",
        moves=_named(moves, names, market),
    )


def _named(moves: Sequence[Move], names: Names, market: engine.Market) -> tuple[MoveLine, ...]:
    return tuple(
        MoveLine(
            owner=names.organisation(move.owner),
            other=names.organisation(move.other),
            slug=move.other,
            side=market.profiles[move.other].side,
            move=move,
            reason=_reason(move),
        )
        for move in moves
    )


def _reason(move: Move) -> str:
    """The criterion that moved it, where it moved."""
    if not move.places:
        return ""
    return _("%(criterion)s %(points)s") % {
        "criterion": criterion_name(move.reason),
        "points": f"{move.points:+.1f}".replace("-", "−"),
    }
