"""Mail: one row for each cause and recipient, sent after commit, never twice."""

import re
from collections.abc import Mapping
from typing import Any

import pghistory
from django.core.exceptions import ObjectDoesNotExist
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.utils import timezone

from clusters import jobs
from clusters.choices import MessageState
from clusters.models import Invitation, Message, Organisation, User
from clusters.policies import require
from clusters.reads.mail import compose, references

# A mail server repeats whom it refuses; whose mail it was stands in the row already.
ADDRESS = re.compile(r"[^\s<>'\"(]+@[^\s<>'\")]+")
# Trying such a mail again cannot help.
GONE = "what it speaks of is gone"


def queue_message(
    cause: str,
    *,
    recipient: User | Invitation,
    template: str,
    context: Mapping[str, Any],
    actor: User,
    about: str = "you",
) -> Message | None:
    """Have `recipient` mailed after commit, once for each `cause`; a second call changes nothing.

    `cause` names what happened ("request-accepted-12"). `context` holds model instances, stored as their
    identifiers and read again when the mail is written, and plain numbers or codes; never personal data.
    `about` is "you" for what somebody must know, "reminders" or "news" for what a person may
    have switched off. Returns None when nobody is to be mailed.
    """
    require(actor, "clusters.send_message")
    if isinstance(recipient, User) and not _wants(recipient, about):
        return None
    to = {"recipient": recipient} if isinstance(recipient, User) else {"invitation": recipient}
    rest = {"template": template, "context": references(context)}
    with transaction.atomic(), pghistory.context(user=actor.pk):
        message, is_new = Message.objects.get_or_create(cause=cause, **to, defaults=rest)
        if is_new:
            jobs.deliver_message(message.pk)
    return message


def deliver_message(message: Message, *, actor: User) -> Message:
    """Write and send a mail that was not sent yet, in the recipient's language; record what came of it.

    The state tells whether it went out. A crash between sending and commit sends it again with the same
    Message-ID, which mail programs show once.
    """
    require(actor, "clusters.send_message")
    with transaction.atomic(), pghistory.context(user=actor.pk, action="deliver_message"):
        row = Message.objects.select_for_update().get(pk=message.pk)
        if row.state == MessageState.SENT:
            return row
        row.error = _send(row)
        row.state = MessageState.FAILED if row.error else MessageState.SENT
        row.sent_at = None if row.error else timezone.now()
        row.save(update_fields=["state", "error", "sent_at"])
    return row


def send_again(message: Message, *, actor: User) -> Message:
    """Queue a mail again that failed. One that was sent stays sent."""
    require(actor, "clusters.curate")
    with transaction.atomic(), pghistory.context(user=actor.pk, action="send_again"):
        row = Message.objects.select_for_update().get(pk=message.pk)
        if row.state == MessageState.FAILED:
            row.state = MessageState.QUEUED
            row.save(update_fields=["state"])
            jobs.deliver_message(row.pk)
    return row


def _wants(user: User, about: str) -> bool:
    """Whether a person can and wants to be mailed about this."""
    wishes = {"you": True, "reminders": user.mail_reminders, "news": user.mail_news}
    return user.is_active and wishes[about]


def _send(message: Message) -> str:
    """Send it; the reason why not, or "" when it went out."""
    try:
        mail = compose(message)
    except ObjectDoesNotExist:
        return GONE
    try:
        _hand_over(mail)
    except OSError as error:  # SMTP errors are OSErrors, too
        return ADDRESS.sub("(address)", f"{type(error).__name__}: {error}")[:300]
    return ""


def _hand_over(mail: EmailMultiAlternatives) -> None:
    mail.send(fail_silently=False)


def _mail_owners(
    organisation: Organisation, cause: str, template: str, actor: User, **context: Any
) -> None:
    """Mail everybody who may change the organisation's profile, but not the one who acts."""
    editors = User.objects.filter(
        representations__organisation=organisation, representations__role__in=["owner", "editor"]
    ).exclude(pk=actor.pk)
    for recipient in editors.order_by("pk"):
        queue_message(
            cause,
            recipient=recipient,
            template=template,
            context={"organisation": organisation, **context},
            actor=actor,
        )
