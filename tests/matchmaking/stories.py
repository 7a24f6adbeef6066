"""Steps that many stories share. Nothing here is random."""

from clusters.models import Message, Organisation, User
from clusters.reads.mail import compose
from events.models import Event, Registration
from matchmaking import actions
from matchmaking.adapters.weights import wish_weight
from matchmaking.choices import RequestStatus, RunState
from matchmaking.models import DraftMeeting, MeetingRequest, ScheduleRun
from tests.cast import DelegateFactory, OrganisationFactory, RegistrationFactory, RequestFactory


def mails(template: str) -> list[str]:
    """Who was mailed with a template. Each of the mails can be written, in both its forms."""
    rows = Message.objects.filter(template=template).select_related("recipient", "invitation")
    for row in rows:
        mail = compose(row)
        for text in (mail.subject, str(mail.body), str(mail.alternatives[0][0])):
            assert text.strip(), template
            assert "None" not in text, text
    return sorted(rows.values_list("recipient__name", flat=True))


def participant(event: Event, name: str, side: str, *, people: int = 1, **fields) -> Registration:
    """An accepted organisation with so many delegates."""
    organisation = OrganisationFactory(name=name, side=side)
    registration = RegistrationFactory(event=event, organisation=organisation, **fields)
    for number in range(1, people + 1):
        DelegateFactory(registration=registration, name=f"{name} {number}")
    return registration


def agree(one: Registration, other: Registration) -> MeetingRequest:
    """An accepted request."""
    return RequestFactory(sender=one, receiver=other, status=RequestStatus.ACCEPTED)


def draft(event: Event, *places: tuple[MeetingRequest, int, int | None]) -> ScheduleRun:
    """A finished draft: (request, number of the slot, number of the table or None) from 0."""
    slots = list(event.slots.all())
    tables = list(event.tables.all())
    run = ScheduleRun.objects.create(event=event, state=RunState.DONE)
    for request, slot, table in places:
        DraftMeeting.objects.create(
            run=run,
            request=request,
            slot=slots[slot],
            table=None if table is None else tables[table],
            weight=wish_weight(None, 2, 2),
        )
    return run


def publish(event: Event, actor: User, *places: tuple[MeetingRequest, int, int | None]):
    """Publish a draft of these places."""
    return actions.publish_release(draft(event, *places), actor=actor)


def owner_of(organisation: Organisation) -> User:
    """Who owns it."""
    return User.objects.get(
        representations__organisation=organisation, representations__role="owner"
    )
