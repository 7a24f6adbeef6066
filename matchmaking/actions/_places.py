"""Places that become free on the day, and what becomes of their chains of offers.

Used by whatever frees or takes a place. The meeting is locked; chains and their offers are locked after it.
"""

from django.utils import timezone

from events.choices import EventStatus
from events.models import Event
from events.querysets import locked
from matchmaking import jobs
from matchmaking.choices import ChainStatus, OfferStatus
from matchmaking.models import Meeting, MeetingRequest, StandbyChain, StandbyOffer
from matchmaking.reads.day_settings import day_settings
from matchmaking.reads.standby import latest_start


def _free_place(meeting: Meeting) -> None:
    """Begin to offer the place of a meeting, on the day, where the event does so and there is time."""
    event, slot = meeting.event, meeting.slot
    if event.status != EventStatus.LIVE or timezone.now() >= latest_start(slot):
        return
    if not day_settings(event).fills_freed_places:
        return
    place = StandbyChain.objects.filter(slot=slot, table=meeting.table, status=ChainStatus.RUNNING)
    if meeting.table is None or not place.exists():
        StandbyChain.objects.create(event=event, slot=slot, table=meeting.table, after=meeting)
        jobs.tend_standby()


def _keep_place(meeting: Meeting) -> None:
    """Stop offering the place of a meeting that was not missed after all."""
    for chain in locked(StandbyChain.objects.filter(after=meeting, status=ChainStatus.RUNNING)):
        _stop(chain)


def _stop_all(event: Event) -> None:
    """Stop offering places of an event that is called off."""
    for chain in locked(StandbyChain.objects.filter(event=event, status=ChainStatus.RUNNING)):
        _stop(chain)


def _call_back(request: MeetingRequest) -> None:
    """Call back the place offered to a locked request that ended; its chain asks the next pair at once."""
    offers = StandbyOffer.objects.filter(request=request, status=OfferStatus.OPEN)
    chains = locked(
        StandbyChain.objects.filter(pk__in=list(offers.values_list("chain", flat=True)))
    )
    if chains:
        offers.update(status=OfferStatus.VOID)
        jobs.tend_standby()


def _stop(chain: StandbyChain) -> None:
    """Stop a locked chain; what it offers right now is called back."""
    chain.status = ChainStatus.STOPPED
    chain.save(update_fields=["status"])
    chain.offers.filter(status=OfferStatus.OPEN).update(status=OfferStatus.VOID)
