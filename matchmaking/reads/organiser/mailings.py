"""Mails to participants: all of an event, and one with who gets it, how it reads and what came of it."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count
from django.utils import translation
from django.utils.functional import Promise

from clusters.models import Message, User
from events.choices import TOLD_OF_THE_END, MailingState, RegistrationStatus
from events.models import Event, Mailing, Registration
from events.reads.people import managers_of
from matchmaking.reads.organiser.console import Console, console
from matchmaking.reads.organiser.worklist import worklist_groups
from matchmaking.wording.mailings import AUDIENCES, Letter, first_texts, letter

BY_STATUS = {
    "accepted": RegistrationStatus.ACCEPTED,
    "applied": RegistrationStatus.APPLIED,
    "reserve": RegistrationStatus.RESERVE,
}


@dataclass(frozen=True)
class MailingLine:
    """A mailing, to how many organisations, and how many messages came of it."""

    mailing: Mailing
    audience: Promise
    organisations: int
    messages: int


@dataclass(frozen=True)
class MailingsPage:
    """All mailings of an event, newest first, and whom one can write to."""

    console: Console
    lines: tuple[MailingLine, ...]
    audiences: tuple[tuple[str, Promise], ...]


@dataclass(frozen=True)
class WritingPage:
    """Who a mail can go to; `mailing` is None for a new one."""

    console: Console
    audience: str
    label: Promise
    mailing: Mailing | None
    candidates: tuple[Registration, ...]


@dataclass(frozen=True)
class Recipient:
    """A person, for which organisation, and what became of the message ("" before it is sent)."""

    person: User
    registration: Registration
    state: str = ""
    label: str = ""
    error: str = ""


@dataclass(frozen=True)
class MailingPage:
    """A mailing with its recipients; `shown` is the one whose letter is shown."""

    console: Console
    mailing: Mailing
    audience: Promise
    recipients: tuple[Recipient, ...]
    unreachable: tuple[Registration, ...]
    shown: Recipient | None
    letter: Letter | None

    @property
    def is_prepared(self) -> bool:
        """It can still be changed."""
        return bool(self.mailing.state == MailingState.PREPARED)

    @property
    def is_under_way(self) -> bool:
        """Some message waits still."""
        waits = any(one.state == "queued" for one in self.recipients)
        return waits or bool(self.mailing.state == MailingState.SENDING)

    @property
    def is_half_rewritten(self) -> bool:
        """The English text was rewritten while the Spanish one is still the one it started from."""
        first = first_texts(self.mailing.audience)
        english = (self.mailing.subject, self.mailing.body)
        spanish = (self.mailing.subject_es, self.mailing.body_es)
        return english != (first["subject"], first["body"]) and spanish == (
            first["subject_es"],
            first["body_es"],
        )

    @property
    def counts(self) -> Counter[str]:
        """Recipients by state of their message."""
        return Counter(one.state for one in self.recipients)


def candidates(event: Event, audience: str) -> tuple[Registration, ...]:
    """The registrations an audience means at this moment, by name."""
    if audience in BY_STATUS:
        rows = Registration.objects.filter(event=event, status=BY_STATUS[audience])
        return tuple(rows.select_related("organisation").order_by("organisation__name"))
    groups = {group.code: group for group in worklist_groups(event)}
    return tuple(line.registration for line in groups[audience].lines)


def mailings_page(event: Event, user: User) -> MailingsPage:
    """The mailings of an event; a fixed number of queries."""
    rows = Mailing.objects.filter(event=event).select_related("author")
    rows = rows.annotate(chosen=Count("registrations")).order_by("-created_at", "-pk")
    causes = Message.objects.filter(template="mailing", cause__in=[_cause(row) for row in rows])
    sent = Counter(causes.values_list("cause", flat=True))
    return MailingsPage(
        console=console(event, user, "organiser_mailings"),
        lines=tuple(
            MailingLine(row, AUDIENCES[row.audience].label, row.chosen, sent[_cause(row)])
            for row in rows
        ),
        audiences=tuple((code, one.label) for code, one in AUDIENCES.items()),
    )


def writing_page(
    event: Event, user: User, audience: str, mailing: Mailing | None = None
) -> WritingPage:
    """The frame of the form that writes a mail."""
    found = candidates(event, audience)
    if mailing is not None:  # whoever was chosen stays choosable, although the trouble may be gone
        chosen = mailing.registrations.select_related("organisation")
        found = tuple({one.pk: one for one in (*found, *chosen)}.values())
    return WritingPage(
        console=console(event, user, "organiser_mailings"),
        audience=audience,
        label=AUDIENCES[audience].label,
        mailing=mailing,
        candidates=found,
    )


def mailing_page(mailing: Mailing, user: User, person: str = "") -> MailingPage:
    """A mailing; `person` is the key of the recipient whose letter is shown, else the first."""
    chosen = mailing.registrations.all()
    if mailing.state == MailingState.PREPARED:
        chosen = chosen.filter(status__in=TOLD_OF_THE_END)
    pairs = managers_of(chosen)
    messages = {
        one.recipient_id: one
        for one in Message.objects.filter(template="mailing", cause=_cause(mailing))
    }
    found: dict[int, Recipient] = {}
    for registration, people in pairs:
        for one in people:
            found.setdefault(one.pk, _recipient(one, registration, messages.get(one.pk)))
    recipients = tuple(found.values())
    shown = next((one for one in recipients if str(one.person.pk) == person), None)
    shown = shown or (recipients[0] if recipients else None)
    return MailingPage(
        console=console(mailing.event, user, "organiser_mailings"),
        mailing=mailing,
        audience=AUDIENCES[mailing.audience].label,
        recipients=recipients,
        unreachable=tuple(registration for registration, people in pairs if not people),
        shown=shown,
        letter=_letter(mailing, shown) if shown else None,
    )


def _letter(mailing: Mailing, shown: Recipient) -> Letter:
    with translation.override(shown.person.language):
        return letter(mailing, shown.registration, shown.person)


def _recipient(person: User, registration: Registration, message: Message | None) -> Recipient:
    if message is None:
        return Recipient(person, registration)
    return Recipient(
        person, registration, message.state, str(message.get_state_display()), message.error
    )


def _cause(mailing: Mailing) -> str:
    return f"mailing-{mailing.pk}"
