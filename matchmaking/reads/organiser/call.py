"""The call: applications ranked by fit, and how balanced the event is."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from django.conf import settings
from django.db.models import Count
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from clusters.choices import Side
from clusters.models import User
from events.choices import REGISTRATION_MOVES, RegistrationStatus
from events.models import Event, Registration
from events.reads.people import people_to_mail
from events.reads.places import free_places
from matchmaking.reads.market import Snapshot, current
from matchmaking.reads.organiser.console import Console, console
from matchmaking.reads.scores import policy_or_default
from matchmaking.scoring import Policy
from matchmaking.scoring.ranking import against

BEST = 5
"""The fit is the mean of so many best scores."""
SECTORS_SHOWN = 8
GROUPS = (
    (RegistrationStatus.APPLIED, pgettext_lazy("registrations", "Applied")),
    (RegistrationStatus.RESERVE, pgettext_lazy("registrations", "Reserve")),
    (RegistrationStatus.ACCEPTED, pgettext_lazy("registrations", "Accepted")),
    (RegistrationStatus.REJECTED, pgettext_lazy("registrations", "Rejected")),
    (RegistrationStatus.WITHDRAWN, pgettext_lazy("registrations", "Withdrawn")),
)


@dataclass(frozen=True)
class Group:
    """A status with how many registrations have it."""

    value: str
    label: Promise
    count: int
    is_current: bool


@dataclass(frozen=True)
class Applicant:
    """A registration with its fit (0 to 100, None while it cannot be told) and what that rests on."""

    registration: Registration
    fit: float | None
    partners: int
    sectors: tuple[str, ...]
    delegates: int
    in_line: int
    """The number on the reserve list of its side, from 1; 0 for who is not on it."""


@dataclass(frozen=True)
class BalanceRow:
    """How many applied and were accepted, of one side or one sector."""

    label: str
    side: str
    applied: int
    accepted: int


@dataclass(frozen=True)
class PlacesRow:
    """The places of one side: how many there are and how many are free."""

    side: str
    places: int
    free: int


@dataclass(frozen=True)
class CallPage:
    """The applications of one status, best fit first, beside the balance of the whole event."""

    console: Console
    groups: tuple[Group, ...]
    status: str
    applicants: tuple[Applicant, ...]
    basis: str
    sides: tuple[BalanceRow, ...]
    sectors: tuple[BalanceRow, ...]
    places: tuple[PlacesRow, ...]

    @property
    def decisions(self) -> list[str]:
        """The statuses that registrations of this group can be given here."""
        moves = REGISTRATION_MOVES[self.status] - {RegistrationStatus.WITHDRAWN}
        order = [
            RegistrationStatus.ACCEPTED,
            RegistrationStatus.RESERVE,
            RegistrationStatus.REJECTED,
        ]
        return [one.value for one in order if one in moves]


def call_page(event: Event, user: User, status: str) -> CallPage:
    """The call of an event; a fixed number of queries."""
    rows = list(
        Registration.objects.filter(event=event)
        .select_related("organisation__region")
        .annotate(people=Count("delegates"))
    )
    for row in rows:
        row.event = event
    counts = Counter(row.status for row in rows)
    if status not in RegistrationStatus.values:
        applied = counts[RegistrationStatus.APPLIED]
        status = RegistrationStatus.APPLIED if applied else RegistrationStatus.ACCEPTED
    snapshot = current()
    shown = [row for row in rows if row.status == status]
    fits, basis = _fits(shown, rows, snapshot, policy_or_default(event.scoring_policy, snapshot))
    lines = _lines(shown)
    applicants = [
        _applicant(row, fits.get(row.pk), snapshot, lines.get(row.pk, 0)) for row in shown
    ]
    applicants.sort(
        key=lambda one: (one.in_line, -(one.fit or -1), one.registration.organisation.name)
    )
    return CallPage(
        console=console(event, user, "organiser_call"),
        groups=tuple(
            Group(value, label, counts[value], value == status) for value, label in GROUPS
        ),
        status=status,
        applicants=tuple(applicants),
        basis=basis,
        sides=_sides(rows),
        sectors=_sectors(rows, snapshot),
        places=tuple(
            PlacesRow(side, event.places[side], free) for side, free in free_places(event).items()
        ),
    )


def _lines(shown: Sequence[Registration]) -> Mapping[int, int]:
    """The number on the reserve list of its side, by registration; whoever waits longest is 1."""
    found: dict[int, int] = {}
    length: Counter[str] = Counter()
    waiting = [row for row in shown if row.status == RegistrationStatus.RESERVE]
    for row in sorted(waiting, key=lambda row: (row.decided_at or row.applied_at, row.pk)):
        length[row.organisation.side] += 1
        found[row.pk] = length[row.organisation.side]
    return found


def _fits(
    shown: Sequence[Registration],
    rows: Sequence[Registration],
    snapshot: Snapshot,
    used: Policy,
) -> tuple[Mapping[int, tuple[float, int]], str]:
    """Fit and number of partners it rests on, by registration; and what it rests on in words.

    The mean of the best scores against the accepted of the other sides; against all who applied while
    nobody is accepted.
    """
    accepted = [row for row in rows if row.status == RegistrationStatus.ACCEPTED]
    open_ones = (RegistrationStatus.APPLIED, RegistrationStatus.RESERVE)
    partners = accepted or [row for row in rows if row.status in open_ones]
    basis = (
        _("mean of the best 5 scores against those accepted of the other side")
        if accepted
        else _("mean of the best 5 scores against those who applied of the other side")
    )
    here = [one.organisation for one in partners if one.organisation.slug in snapshot.position]
    across = {
        side: np.array([snapshot.position[one.slug] for one in here if one.side != side], np.intp)
        for side in Side.values
    }
    found = {}
    for row in shown:
        own = row.organisation
        if own.slug in snapshot.position and len(across[own.side]):
            scores = against(snapshot.market, own.slug, used).score[across[own.side]]
            best = np.sort(scores[~np.isnan(scores)])[::-1][:BEST]
            if len(best):
                found[row.pk] = (float(best.mean()), len(best))
    return found, basis


def _applicant(
    row: Registration, fit: tuple[float, int] | None, snapshot: Snapshot, in_line: int
) -> Applicant:
    profile = snapshot.market.profiles.get(row.organisation.slug)
    sectors = [snapshot.names.sector(code) for code in list(profile.shares)[:2]] if profile else []
    mean, partners = fit or (None, 0)
    return Applicant(row, mean, partners, tuple(sectors), row.people, in_line)  # type: ignore[attr-defined]  # annotated by call_page


def _sides(rows: Sequence[Registration]) -> tuple[BalanceRow, ...]:
    applied, accepted = _counts((row.status, row.organisation.side) for row in rows)
    return tuple(
        BalanceRow(str(side.label), side.value, applied[side.value], accepted[side.value])
        for side in Side
        if applied[side.value]
    )


def _sectors(rows: Sequence[Registration], snapshot: Snapshot) -> tuple[BalanceRow, ...]:
    """The widest sectors; an organisation counts once in each of its own."""
    tree = snapshot.market.sectors
    pairs = []
    for row in rows:
        profile = snapshot.market.profiles.get(row.organisation.slug)
        roots = {tree.path(code)[-1] for code in profile.shares} if profile else set()
        pairs += [(row.status, root) for root in sorted(roots)]
    applied, accepted = _counts(pairs)
    return tuple(
        BalanceRow(snapshot.names.sector(code), "", n, accepted[code])
        for code, n in applied.most_common(SECTORS_SHOWN)
    )


def _counts(pairs: Iterable[tuple[str, str]]) -> tuple[Counter[str], Counter[str]]:
    """How many came forward (whatever became of them, but not withdrawn), and how many are in."""
    applied: Counter[str] = Counter()
    accepted: Counter[str] = Counter()
    for status, key in pairs:
        if status != RegistrationStatus.WITHDRAWN:
            applied[key] += 1
        if status == RegistrationStatus.ACCEPTED:
            accepted[key] += 1
    return applied, accepted


# -- deciding


@dataclass(frozen=True)
class DecisionPage:
    """Before it is done: whose application gets which answer, and who is mailed."""

    console: Console
    status: str
    rows: tuple[Registration, ...]
    recipients: tuple[str, ...]
    without_mail: tuple[Registration, ...]
    subject: str
    mail: str


def decision_page(
    event: Event, user: User, status: str, rows: Sequence[Registration]
) -> DecisionPage:
    """What answering these registrations would do; `rows` is not empty."""
    mailed = {row.pk: people_to_mail(row.organisation, besides=user) for row in rows}
    names = {str(person) for people in mailed.values() for person in people}
    return DecisionPage(
        console=console(event, user, "organiser_call"),
        status=status,
        rows=tuple(rows),
        recipients=tuple(sorted(names)),
        without_mail=tuple(row for row in rows if not mailed[row.pk]),
        subject=_mail("subject.txt", rows[0], status),
        mail=_mail("txt", rows[0], status),
    )


def _mail(kind: str, row: Registration, status: str) -> str:
    """What is sent about the first of them, in the organiser's language."""
    context = {"registration": row, "status": status, "site": settings.SITE_URL}
    return render_to_string(f"emails/registration_decided.{kind}", context).strip()
