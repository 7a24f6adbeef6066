"""Mails that organisers write to participants: prepared, looked at, sent once."""

from collections.abc import Iterable, Mapping

import pghistory
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clusters.actions import queue_message
from clusters.models import User
from clusters.validators import Refused, check_text
from events.choices import TOLD_OF_THE_END, MailingState
from events.models import Event, Mailing, Registration
from events.reads.people import managers_of
from matchmaking import jobs
from matchmaking.actions._rows import _lock
from matchmaking.policies import require
from matchmaking.wording.mailings import AUDIENCES, FIELDS, unknown_fields

TEXTS: Mapping[str, int] = {"subject": 200, "body": 6000, "subject_es": 200, "body_es": 6000}
NEEDED = ("subject", "body")


def prepare_mailing(
    event: Event,
    *,
    audience: str,
    texts: Mapping[str, str],
    registrations: Iterable[Registration],
    actor: User,
) -> Mailing:
    """Keep a mail to these registrations, unsent. `texts` maps the names of TEXTS to what they say.

    Raises ValidationError by field: empty texts, unknown merge fields, nobody chosen, strangers.
    """
    require(actor, "events.decide_registrations", event)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="prepare_mailing"):
        if audience not in AUDIENCES:
            raise ValidationError(
                {"audience": ValidationError(_("Choose one of the groups."), code="audience")}
            )
        mailing = Mailing(event=event, audience=audience, author=actor)
        _write(mailing, texts)
        chosen = _chosen(event, registrations)
        mailing.save()
        mailing.registrations.set(chosen)
    return mailing


def change_mailing(
    mailing: Mailing,
    *,
    texts: Mapping[str, str],
    registrations: Iterable[Registration],
    actor: User,
) -> Mailing:
    """Change a mail that was not sent."""
    require(actor, "events.decide_registrations", mailing.event)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="change_mailing"):
        row = _lock(mailing)
        _refuse_sent(row)
        _write(row, texts)
        chosen = _chosen(row.event, registrations)
        row.save()
        row.registrations.set(chosen)
    return row


def discard_mailing(mailing: Mailing, *, actor: User) -> None:
    """Throw away a mail that was not sent."""
    require(actor, "events.decide_registrations", mailing.event)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="discard_mailing"):
        row = _lock(mailing)
        _refuse_sent(row)
        row.delete()


def send_mailing(mailing: Mailing, *, actor: User) -> Mailing:
    """Have a prepared mail sent by a job. A second time is refused."""
    require(actor, "events.decide_registrations", mailing.event)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="send_mailing"):
        row = _lock(mailing)
        _refuse_sent(row)
        row.state, row.sent_at = MailingState.SENDING, timezone.now()
        row.save(update_fields=["state", "sent_at"])
        jobs.send_mailing(row.pk)
    return row


def deliver_mailing(mailing: Mailing, *, actor: User) -> int:
    """Queue one message for each person, however many organisations they act for. Returns how many.

    Called again after a crash it queues only those that are missing. Who left since it was prepared gets
    none.
    """
    require(actor, "matchmaking.run_jobs")
    queued = 0
    with transaction.atomic(), pghistory.context(user=actor.pk, action="deliver_mailing"):
        row = _lock(mailing)
        if row.state != MailingState.SENDING:
            return 0
        still = row.registrations.filter(status__in=TOLD_OF_THE_END)
        for registration, people in managers_of(still):
            for person in people:
                queued += _queue(row, registration, person, actor)
        row.state = MailingState.SENT
        row.save(update_fields=["state"])
    return queued


def _queue(mailing: Mailing, registration: Registration, person: User, actor: User) -> bool:
    message = queue_message(
        f"mailing-{mailing.pk}",
        recipient=person,
        template="mailing",
        context={"mailing": mailing, "registration": registration},
        actor=actor,
    )
    return message is not None


def _write(mailing: Mailing, texts: Mapping[str, str]) -> None:
    errors: dict[str, ValidationError] = {}
    for name, most in TEXTS.items():
        text = texts.get(name, "").strip()
        setattr(mailing, name, text)
        try:
            check_text(text, most=most)
            _check_written(name, text)
        except ValidationError as error:
            errors[name] = error
    if errors:
        raise ValidationError(errors)


def _check_written(name: str, text: str) -> None:
    if name in NEEDED and not text:
        raise ValidationError(_("Write something here."), code="required")
    unknown = unknown_fields(text)
    if unknown:
        raise ValidationError(
            _("{%(unknown)s} cannot be filled in. There are %(known)s."),
            code="merge_field",
            params={
                "unknown": unknown[0],
                "known": ", ".join(f"{{{one}}}" for one in FIELDS),
            },
        )


def _chosen(event: Event, registrations: Iterable[Registration]) -> list[Registration]:
    chosen = list(registrations)
    if not chosen:
        raise ValidationError(
            {"registrations": ValidationError(_("Tick at least one organisation."), code="nobody")}
        )
    if any(one.event_id != event.pk or one.status not in TOLD_OF_THE_END for one in chosen):
        raise ValidationError(
            {
                "registrations": ValidationError(
                    _("Choose organisations that take part, wait or applied here."), code="stranger"
                )
            }
        )
    return chosen


def _refuse_sent(mailing: Mailing) -> None:
    if mailing.state != MailingState.PREPARED:
        raise Refused(
            _("This mail went out already. Write another one if there is more to say."),
            code="sent",
        )
