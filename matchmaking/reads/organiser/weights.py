"""What an event's wishes are worth now, and what they would be worth with other weights."""

from dataclasses import dataclass

from clusters.models import User
from events.choices import RegistrationStatus
from events.models import Event
from matchmaking.adapters.weights import WeightParts, Weights, weight_parts, weights_of
from matchmaking.choices import RequestStatus
from matchmaking.models import MeetingRequest
from matchmaking.reads.organiser.console import Console, console
from matchmaking.reads.worths import worths
from matchmaking.wording.weights import parts_text

SHOWN = 12


@dataclass(frozen=True)
class WishLine:
    """A wish of the event with its points before and after."""

    name: str
    request: int
    before: WeightParts
    after: WeightParts
    worth: str

    @property
    def difference(self) -> int:
        """Points won (lost, below nothing)."""
        return self.after.total - self.before.total


@dataclass(frozen=True)
class WeightsPage:
    """The weights of an event, and the event's wishes that show best what others would do."""

    console: Console
    weights: Weights
    tried: Weights
    lines: tuple[WishLine, ...]
    wishes: int
    more: int
    less: int

    @property
    def is_trial(self) -> bool:
        """Whether other weights are being looked at."""
        return self.tried != self.weights


def weights_page(event: Event, user: User, tried: Weights | None = None) -> WeightsPage:
    """The page of an event's weights; a fixed number of queries."""
    now = weights_of(event)
    then = tried or now
    rows = MeetingRequest.objects.filter(
        event=event,
        status=RequestStatus.ACCEPTED,
        sender__status=RegistrationStatus.ACCEPTED,
        receiver__status=RegistrationStatus.ACCEPTED,
    ).select_related("sender__organisation", "receiver__organisation")
    requests = list(rows.order_by("pk"))
    before = worths(requests, now, event)
    lines = [_line(one, before[one.pk], then) for one in requests]
    lines.sort(key=lambda line: (-abs(line.difference), -line.after.total, line.request))
    return WeightsPage(
        console=console(event, user, "organiser_schedule"),
        weights=now,
        tried=then,
        lines=tuple(lines[:SHOWN]),
        wishes=len(lines),
        more=sum(line.difference > 0 for line in lines),
        less=sum(line.difference < 0 for line in lines),
    )


def _line(request: MeetingRequest, before: WeightParts, then: Weights) -> WishLine:
    after = weight_parts(request, before.known_score, then)
    one, other = request.sender.organisation, request.receiver.organisation
    return WishLine(
        name=f"{one.short_name} × {other.short_name}",
        request=request.pk,
        before=before,
        after=after,
        worth=parts_text(request, after),
    )
