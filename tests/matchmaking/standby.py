"""Steps of stories in which a place becomes free on the day."""

import datetime as dt

from django.utils import timezone

from clusters.models import User
from events.models import Registration, Slot
from matchmaking import actions, tasks
from matchmaking.choices import OfferStatus
from matchmaking.models import (
    StandbyChain,
    StandbyOffer,
)
from tests.cast import (
    RepresentativeFactory,
    UserFactory,
)


def tended() -> StandbyChain:
    """The newest chain after the job has run."""
    tasks.tend_standby(timestamp=0)
    return StandbyChain.objects.latest("pk")


def offered() -> StandbyOffer:
    """What is offered after the job has run."""
    return tended().offers.get(status=OfferStatus.OPEN)


def owner(registration: Registration) -> User:
    """Somebody who owns the registered organisation, and is told of what happens."""
    there = registration.organisation.representatives.first()
    if there is not None:
        return there.user
    user = UserFactory(name=registration.organisation.name)
    RepresentativeFactory(organisation=registration.organisation, user=user)
    return user


def both_agree(offer: StandbyOffer) -> StandbyOffer:
    actions.accept_offer(offer, actor=owner(offer.request.sender))
    return actions.accept_offer(offer, actor=owner(offer.request.receiver))


def begin(slot: Slot, *, minutes_ago: int) -> None:
    start = timezone.now() - dt.timedelta(minutes=minutes_ago)
    Slot.objects.filter(pk=slot.pk).update(
        starts_at=start, ends_at=start + dt.timedelta(minutes=20)
    )
