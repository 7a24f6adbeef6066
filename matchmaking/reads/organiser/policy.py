"""By which policy an event scores, and what another would change among its participants."""

from dataclasses import dataclass

from clusters.models import User
from events.models import Event, Registration
from matchmaking.reads.organiser.console import Console, console
from matchmaking.reads.policies import Preview, Version, newest_version, preview
from matchmaking.reads.scores import DEFAULT_POLICY


@dataclass(frozen=True)
class PolicyChoice:
    """The policy in force, and the one looked at with what it would change; None before one is."""

    console: Console
    now: Version | None
    wanted: Version | None
    name: str
    preview: Preview | None
    participants: int


def policy_choice(event: Event, user: User, wanted: str) -> PolicyChoice:
    """The page of an event's policy. `wanted` is the policy to compare with, or empty."""
    slugs = _participants(event)
    other = newest_version(wanted) if wanted and wanted != event.scoring_policy else None
    points = {code: value / 100 for code, value in other.points.items()} if other else {}
    return PolicyChoice(
        console=console(event, user, "organiser_scores"),
        now=newest_version(event.scoring_policy) or newest_version(DEFAULT_POLICY),
        wanted=other,
        name=wanted,
        preview=preview(event.scoring_policy, points, among=slugs) if other else None,
        participants=len(slugs),
    )


def _participants(event: Event) -> list[str]:
    rows = Registration.objects.accepted().filter(event=event)
    return list(rows.order_by("organisation__name").values_list("organisation__slug", flat=True))
