"""Sixty invented organisations with a manager each, and the mails that their event brings about."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from django.core import mail
from django.db import connections
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from clusters.choices import Side
from clusters.models import Organisation, User
from events.actions import apply_to_event
from events.choices import RegistrationStatus
from events.models import Delegate, Event, Registration, Session, Slot
from matchmaking import actions
from matchmaking.choices import MeetingStatus, OfferStatus, RequestStatus
from matchmaking.management.commands.run_jobs import run_waiting_jobs
from matchmaking.management.commands.seed import Seeder
from matchmaking.models import Meeting, MeetingRequest, StandbyOffer
from matchmaking.querysets import MeetingQuerySet, MeetingRequestQuerySet
from tests.cast import RepresentativeFactory, UserFactory
from tests.clusters.report_loaded import REFERENCE, load_plainly
from tests.sure import sure

SIZE = 60
MARKS = "sixty-"
Places = dict[int, tuple[int, int | None]]


@pytest.fixture
def sixty(transactional_db: None) -> list[Organisation]:
    """As `manage.py demo --size 60` invents them: half of each side, the same in every run."""
    load_plainly(REFERENCE)
    Seeder(SIZE, 7, prefix=MARKS, mexican=0.5).run()
    rows = list(Organisation.objects.filter(slug__startswith=MARKS).order_by("pk"))
    for row in rows:
        user = UserFactory(name=f"Manager of {row.slug}", email=f"{row.slug}@people.example")
        RepresentativeFactory(organisation=row, user=user)
    return rows


def manager(organisation: Organisation) -> User:
    """Who owns it."""
    return User.objects.get(email=f"{organisation.slug}@people.example")


@contextmanager
def at_work() -> Iterator[Future[Counter[str]]]:
    """A worker does the jobs that wait, while somebody looks on; its result is whom it mailed."""
    with ThreadPoolExecutor(1) as pool:
        job = pool.submit(_work)
        yield job
        job.result()


def posted() -> Counter[str]:
    """The jobs that wait are done; the addresses mailed by them, each with how often."""
    with at_work() as job:
        return job.result()


def _work() -> Counter[str]:
    del mail.outbox[:]
    try:
        ran = run_waiting_jobs()
    finally:
        connections.close_all()
    assert not ran.failed
    assert not ran.later
    return Counter(address for one in mail.outbox for address in one.to)


def once_each(organisations: set[Organisation]) -> Counter[str]:
    """One mail to each of their managers."""
    return Counter(f"{one.slug}@people.example" for one in organisations)


def all_apply(event: Event, organisations: list[Organisation]) -> None:
    """Each by its manager, who comes too."""
    for row in organisations:
        user = manager(row)
        person = {"user": user, "name": user.name, "email": user.email}
        apply_to_event(event, organisation=row, delegates=[person], actor=user)


def all_ask(event: Event, wishes: int) -> None:
    """Every European asks so many Mexicans; all say yes but for each tenth who says no."""
    here = list(Registration.objects.accepted().filter(event=event).order_by("pk"))
    eu = [one for one in here if one.organisation.side == Side.EU]
    mx = [one for one in here if one.organisation.side == Side.MX]
    for at, sender in enumerate(eu):
        for step in range(wishes):
            to = mx[(at * 3 + step * 5) % len(mx)]
            request = actions.ask_for_meeting(
                sender, to=to, actor=manager(sender.organisation), reason="sector"
            )
            answer = actions.decline_request if (at + step) % 10 == 9 else actions.accept_request
            answer(request, actor=manager(to.organisation))


def places(event: Event) -> Places:
    """Where each meeting stands by now: slot and table by its request."""
    rows = Meeting.objects.filter(event=event, status=MeetingStatus.CONFIRMED)
    return {one: (slot, table) for one, slot, table in rows.values_list("request", "slot", "table")}


def who_notices(event: Event, before: Places, after: Places) -> set[Organisation]:
    """Organisations one of whose meetings came, went, or stands elsewhere."""
    keys = {key for key in before | after if before.get(key) != after.get(key)}
    rows = Meeting.objects.filter(event=event, request__in=keys).with_parties()
    return {
        side.organisation for one in rows for side in (one.request.sender, one.request.receiver)
    }


def parties(requests: MeetingRequestQuerySet) -> set[Registration]:
    """The registrations on either side."""
    rows = requests.with_parties()
    return {side for one in rows for side in (one.sender, one.receiver)}


def one_of_each_side(event: Event) -> tuple[Organisation, Organisation]:
    """The last European participant and the last Mexican one."""
    here = Registration.objects.accepted().filter(event=event).order_by("-pk")
    eu, mx = (here.filter(organisation__side=side).first() for side in (Side.EU, Side.MX))
    return sure(eu).organisation, sure(mx).organisation


def busiest(event: Event) -> Registration:
    """Who has the most meetings."""
    counts = Counter(
        side
        for one in event.meetings.active().with_parties()
        for side in (one.request.sender, one.request.receiver)
    )
    return counts.most_common(1)[0][0]


def meetings_of(registration: Registration) -> MeetingQuerySet:
    """What stands in its agenda."""
    mine = Q(request__sender=registration) | Q(request__receiver=registration)
    return registration.event.meetings.active().filter(mine)


def agreed_partners(registration: Registration) -> Counter[str]:
    """Whom it agreed to meet, by address."""
    mine = Q(sender=registration) | Q(receiver=registration)
    agreed = MeetingRequest.objects.filter(mine, status=RequestStatus.ACCEPTED)
    return once_each({one.organisation for one in parties(agreed) - {registration}})


def people_besides(absent: set[Registration]) -> QuerySet[Delegate]:
    """Delegates of the accepted, without those of some."""
    rows = Delegate.objects.filter(registration__status=RegistrationStatus.ACCEPTED)
    return rows.exclude(registration__in=absent).order_by("pk")


def it_is_time_for(slot: Slot) -> None:
    """The days of the event move so that this slot has just begun."""
    gap = timezone.now() - dt.timedelta(minutes=1) - slot.starts_at
    later = {name: F(name) + gap for name in ("starts_at", "ends_at")}
    Slot.objects.filter(event=slot.event).update(**later)
    Session.objects.filter(event=slot.event).update(**later)
    day = timezone.now().astimezone(slot.event.zone).date()
    Event.objects.filter(pk=slot.event_id).update(starts_on=day, ends_on=day)


def open_offers() -> QuerySet[StandbyOffer]:
    """Places offered right now."""
    return StandbyOffer.objects.filter(status=OfferStatus.OPEN).order_by("pk")


def sides(offer: StandbyOffer) -> tuple[Organisation, Organisation]:
    """Whom a place is offered to."""
    return offer.request.sender.organisation, offer.request.receiver.organisation
