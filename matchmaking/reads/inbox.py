"""Requests: the lists of an organisation, and one request in full."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, Value, When
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from clusters.models import Organisation, User
from events.choices import ANSWER_PHASES, Deed, RegistrationStatus
from events.models import Delegate, Event, OnBehalf, Registration
from events.policies import is_on_team
from matchmaking.adapters.weights import weights_of
from matchmaking.choices import OPEN_REQUESTS, OVER_MEETINGS, RequestStatus
from matchmaking.models import ContactReceipt, Exclusion, Meeting, MeetingRequest
from matchmaking.policies import side_of
from matchmaking.querysets import MeetingRequestQuerySet
from matchmaking.reads.bridge import Bridge
from matchmaking.reads.clocks import Clocks, clocks_of
from matchmaking.reads.pairs import Pairs
from matchmaking.reads.worths import worths
from matchmaking.wording.weights import worth_text

PAGE = 25
TABS: Mapping[str, Promise] = {
    "received": lazy("Received"),
    "sent": lazy("Sent"),
    "aside": lazy("Set aside"),
    "closed": lazy("Closed"),
}


@dataclass(frozen=True)
class Tab:
    """One folder with the number of requests in it."""

    code: str
    label: str
    count: int
    href: str
    is_current: bool


@dataclass(frozen=True)
class Choice:
    """An event one can narrow the list to."""

    event: Event
    href: str
    is_current: bool


@dataclass(frozen=True)
class RequestLine:
    """One request as one side sees it; `is_over` once its meeting was held or missed."""

    request: MeetingRequest
    own: Organisation
    other: Organisation
    is_sent: bool
    can_answer: bool
    bridge: Bridge | None
    block: str
    reason: str
    is_over: bool = False

    @property
    def can_withdraw(self) -> bool:
        """One's own request while it is open, and any agreed one whose meeting is to come."""
        status = self.request.status
        if self.is_over:
            return False
        return status == RequestStatus.ACCEPTED or (self.is_sent and status in OPEN_REQUESTS)

    @property
    def is_waiting(self) -> bool:
        """It is neither answered nor withdrawn."""
        return bool(self.request.status == RequestStatus.SENT)


@dataclass(frozen=True)
class Inbox:
    """A folder of requests; `waiting` counts those that wait for the reader's organisation."""

    own: Organisation
    tabs: tuple[Tab, ...]
    events: tuple[Choice, ...]
    event: Event | None
    tab: str
    pages: "Page[MeetingRequest]"
    lines: tuple[RequestLine, ...]
    waiting: int
    is_demo: bool


@dataclass(frozen=True)
class Step:
    """One state of a request and since when."""

    text: str
    at: dt.datetime


@dataclass(frozen=True)
class Contact:
    """A delegate of the other side, as the reader has seen it."""

    delegate: Delegate
    seen_at: dt.datetime


@dataclass(frozen=True)
class RequestPage:
    """One request. `own` is the reader's side; organisers see it from the sender's and act on nothing."""

    line: RequestLine
    clocks: Clocks
    is_party: bool
    why: str
    exclusion: Exclusion | None
    meeting: Meeting | None
    steps: tuple[Step, ...]
    contacts: tuple[Contact, ...]
    delegates: tuple[Delegate, ...]
    comes: int | None
    priority: int | None
    log: tuple[ContactReceipt, ...]
    worth: str

    @property
    def request(self) -> MeetingRequest:
        """The row itself."""
        return self.line.request

    @property
    def is_agreed(self) -> bool:
        """Both sides want to meet: contact details may be seen."""
        return bool(self.request.status == RequestStatus.ACCEPTED)


def folders(own: Organisation) -> dict[str, MeetingRequestQuerySet]:
    """The requests of an organisation by folder.

    What came from somebody it has set aside lies in a folder of its own as long as it waits. The sender
    sees such a request among the sent ones, like every other.
    """
    rows = MeetingRequest.objects.all()
    waits = Q(status=RequestStatus.SENT)
    received = rows.received_by(own)
    return {
        "received": received.filter(
            Q(status=RequestStatus.ACCEPTED)
            | (waits & Q(pk__in=rows.not_set_aside(own).values("pk")))
        ),
        "sent": rows.sent_by(own).open(),
        "aside": rows.set_aside(own).filter(waits),
        "closed": rows.of(own).exclude(status__in=OPEN_REQUESTS),
    }


def waiting_for(own: Organisation) -> MeetingRequestQuerySet:
    """Requests that an organisation can answer now, the one that ends first in front."""
    rows = MeetingRequest.objects.not_set_aside(own).filter(
        status=RequestStatus.SENT,
        answer_by__gt=timezone.now(),
        event__status__in=ANSWER_PHASES,
        sender__status=RegistrationStatus.ACCEPTED,
        receiver__status=RegistrationStatus.ACCEPTED,
    )
    return rows.order_by("answer_by", "pk")


def inbox(own: Organisation, *, tab: str, event_slug: str, number: str) -> Inbox:
    """A folder of requests, over all events or one; nine queries."""
    tab = tab if tab in TABS else "received"
    events = list(Event.objects.filter(registrations__organisation=own).order_by("-starts_on"))
    event = next((one for one in events if one.slug == event_slug), None)
    found = folders(own)
    if event is not None:
        found = {code: rows.filter(event=event) for code, rows in found.items()}
    met = Exists(Meeting.objects.over().filter(request=OuterRef("pk")))
    rows: Any = _in_order(found[tab].with_parties()).annotate(
        is_over=met
    )  # typed as annotated rows
    pages = Paginator(rows, PAGE).get_page(number)
    pairs = Pairs(own)
    lines = tuple(request_line(row, own, pairs, is_over=row.is_over) for row in pages.object_list)
    waiting = waiting_for(own)
    return Inbox(
        own=own,
        tabs=tuple(
            Tab(code, str(label), found[code].count(), _href(code, event), code == tab)
            for code, label in TABS.items()
        ),
        events=tuple(Choice(one, _href(tab, one), one == event) for one in events),
        event=event,
        tab=tab,
        pages=pages,
        lines=lines,
        waiting=(waiting.filter(event=event) if event else waiting).count(),
        is_demo=any(line.request.event.is_demo for line in lines),
    )


def request_line(
    row: MeetingRequest, own: Organisation, pairs: Pairs, *, is_over: bool = False
) -> RequestLine:
    """A request (read with its parties) as `own` sees it."""
    is_sent = row.sender.organisation_id == own.pk
    other = row.receiver.organisation if is_sent else row.sender.organisation
    pair = pairs.pair(other, row.event)
    return RequestLine(
        request=row,
        own=own,
        other=other,
        is_sent=is_sent,
        can_answer=not is_sent and _can_answer(row),
        bridge=pairs.bridge(pair),
        block=pairs.block(pair),
        reason=pairs.reason(pair, row.reason),
        is_over=is_over,
    )


def request_page(row: MeetingRequest, reader: User, acting: Organisation | None) -> RequestPage:
    """One request (read with its parties) that the reader may see."""
    sides = {one.organisation: one for one in (row.sender, row.receiver)}
    side = sides.get(acting) if acting is not None else None
    side = side or side_of(reader, row)
    own = side.organisation if side else row.sender.organisation
    pairs = Pairs(own, is_private=side is not None)
    meeting = Meeting.objects.filter(request=row).select_related("slot", "table").first()
    is_over = meeting is not None and meeting.status in OVER_MEETINGS
    line = request_line(row, own, pairs, is_over=is_over)
    named = side.delegates.filter(erased_at__isnull=True).order_by("pk") if side else ()
    delegates = tuple(named)
    exclusions = Exclusion.objects.in_force().set_by(own).filter(other=line.other)
    return RequestPage(
        line=line,
        clocks=clocks_of(row.event, reader),
        is_party=side is not None,
        why=pairs.why(pairs.pair(line.other, row.event)),
        exclusion=exclusions.first() if side else None,
        meeting=meeting,
        steps=tuple(_steps(row)),
        contacts=tuple(_contacts(row, reader, line.other)) if side else (),
        delegates=delegates,
        comes=_who_comes(row, side),
        priority=_priority(row, side) if not is_over else None,
        log=tuple(_log(row)) if side else (),
        worth=_worth(row) if is_on_team(reader, row.event) else "",
    )


def _worth(row: MeetingRequest) -> str:
    """What it is worth to the planner, for the event's team: it tells the priorities of both sides."""
    (parts,) = worths([row], weights_of(row.event), row.event).values()
    return worth_text(row, parts)


def _can_answer(row: MeetingRequest) -> bool:
    return (
        row.status == RequestStatus.SENT
        and row.answer_by > timezone.now()
        and row.event.status in ANSWER_PHASES
    )


def _in_order(rows: MeetingRequestQuerySet) -> MeetingRequestQuerySet:
    """Who waits first, by the time that is left; then the newest."""
    waits = Case(
        When(status=RequestStatus.SENT, then=Value(0)), default=1, output_field=IntegerField()
    )
    left = Case(When(status=RequestStatus.SENT, then=F("answer_by")))
    return rows.order_by(waits, left.asc(nulls_last=True), "-sent_at", "-pk")


def _href(tab: str, event: Event | None) -> str:
    chosen = {"tab": tab, **({"event": event.slug} if event else {})}
    return f"{reverse('inbox')}?{urlencode(chosen)}"


def _steps(row: MeetingRequest) -> Iterable[Step]:
    """The states a request went through, oldest first, from the audit trail."""
    before = ""
    for_them = _answered_by_organisers(row)
    kept_rows = row.history.order_by("pgh_id")  # type: ignore[attr-defined]  # pghistory adds it
    for kept in kept_rows:
        if kept.status != before:
            before = kept.status
            yield Step(_step_text(row, kept.status, by_organisers=for_them), kept.pgh_created_at)


def _answered_by_organisers(row: MeetingRequest) -> bool:
    """Somebody of the event's team gave the answer for the asked side; the note names the pair."""
    return OnBehalf.objects.filter(
        registration=row.receiver_id,
        deed__in=(Deed.ACCEPTED, Deed.DECLINED),
        by=row.answered_by_id,
        about=row.sender.organisation.name,
    ).exists()


def _step_text(row: MeetingRequest, status: str, *, by_organisers: bool = False) -> str:
    names = {"one": row.sender.organisation.name, "other": row.receiver.organisation.name}
    if by_organisers and status == RequestStatus.ACCEPTED:
        return _("The organisers accepted for %(other)s, which had asked them to") % names
    if by_organisers and status == RequestStatus.DECLINED:
        return _("The organisers declined for %(other)s, which had asked them to") % names
    if status == RequestStatus.ACCEPTED and row.is_mutual:
        return _("%(other)s asked, too: you agreed to meet") % names
    texts = {
        RequestStatus.SENT: _("%(one)s asked"),
        RequestStatus.ACCEPTED: _("%(other)s accepted"),
        RequestStatus.DECLINED: _("%(other)s declined"),
        RequestStatus.EXPIRED: _("It expired without an answer"),
        RequestStatus.WITHDRAWN: _("It was withdrawn"),
    }
    return texts[RequestStatus(status)] % names


def _who_comes(row: MeetingRequest, side: Registration | None) -> int | None:
    """The delegate whom the reader's side named for this meeting."""
    if side is None:
        return None
    return row.sender_delegate_id if side.pk == row.sender_id else row.receiver_delegate_id


def _priority(row: MeetingRequest, side: Registration | None) -> int | None:
    """How much the reader's side wants an open request's meeting; the other side's is never read here."""
    if side is None or row.status not in OPEN_REQUESTS:
        return None
    return row.sender_priority if side.pk == row.sender_id else row.receiver_priority


def _contacts(row: MeetingRequest, reader: User, other: Organisation) -> Iterable[Contact]:
    """Details that the reader has asked to see, while the two still agree."""
    if row.status != RequestStatus.ACCEPTED:
        return
    seen = ContactReceipt.objects.valid(row, reader).filter(
        delegate__registration__organisation=other, delegate__erased_at__isnull=True
    )
    for receipt in seen.select_related("delegate").order_by("delegate__pk"):
        yield Contact(receipt.delegate, receipt.seen_at)


def _log(row: MeetingRequest) -> Iterable[ContactReceipt]:
    return row.receipts.select_related("viewer", "delegate__registration__organisation")
