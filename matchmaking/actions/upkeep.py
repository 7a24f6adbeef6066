"""What the house does by itself, once a day."""

import datetime as dt
from typing import Any

import pghistory
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from clusters.models import Invitation, ProfileChange, User
from clusters.policies import require
from events.models import Delegate, Event, OnBehalf, Registration
from matchmaking.models import MeetingRequest, Outcome, Printout

# Every process has looked at the log of profile changes long before; an emptied log costs one full read.
LOG_KEPT = dt.timedelta(days=2)
ERASED = "(erased)"


def erase_event(event: Event, *, actor: User) -> int:
    """Blank the personal data of an event: delegates, and what people wrote to each other or of a meeting.

    Rows and counts stay, so that reports do. History keeps identifiers only; the one free text that it
    tracks, a registration's motivation, is blanked there too. Returns the number of delegates erased.
    """
    require(actor, "matchmaking.run_jobs")
    with transaction.atomic(), pghistory.context(user=actor.pk, action="erase_event"):
        registrations = Registration.objects.filter(event=event)
        # pghistory makes the model of tracked rows at run time.
        tracked: Any = Registration.history.rel.related_model  # type: ignore[attr-defined]  # see above
        _forget_invitations(event)
        erased = Delegate.objects.filter(
            registration__in=registrations, erased_at__isnull=True
        ).update(
            name=ERASED, email="", phone="", job_title="", languages=[], user=None,
            erased_at=timezone.now(),
        )  # fmt: skip
        registrations.exclude(motivation="").update(motivation="")
        tracked.objects.filter(pgh_obj__in=registrations).exclude(motivation="").update(
            motivation=""
        )
        MeetingRequest.objects.filter(event=event).update(message="", answer_note="")
        OnBehalf.objects.filter(registration__in=registrations).update(about="", asked_by="")
        Outcome.objects.filter(meeting__event=event).update(note="", next_step="")
        Printout.objects.filter(event=event).delete()
    return erased


def _forget_invitations(event: Event) -> None:
    """Who was written down at the door was invited too; an invitation that ran out names them for nothing."""
    people = Delegate.objects.filter(registration__event=event).exclude(email="")
    emails = {email.lower() for email in people.values_list("email", flat=True)}
    over = Invitation.objects.filter(
        organisation__registrations__event=event,
        accepted_at__isnull=True,
        expires_at__lt=timezone.now(),
    )
    keys = {key for key, email in over.values_list("pk", "email") if email.lower() in emails}
    Invitation.objects.filter(pk__in=keys).delete()


def erase_old_events(*, actor: User, today: dt.date | None = None) -> int:
    """Erase every event whose retention time is over. Returns how many had something to erase."""
    require(actor, "matchmaking.run_jobs")
    day = today or timezone.now().date()
    over = [
        event
        for event in Event.objects.filter(_holds_personal_data(), ends_on__isnull=False)
        if event.ends_on and event.ends_on + dt.timedelta(days=event.retention_days) < day
    ]
    with transaction.atomic(), pghistory.context(user=actor.pk, action="erase_old_events"):
        for event in over:
            erase_event(event, actor=actor)
    return len(over)


def _holds_personal_data() -> Q:
    """There are people or words left, some perhaps written after the event was erased."""
    here = {"event": OuterRef("pk")}
    people = Delegate.objects.filter(registration__event=OuterRef("pk"), erased_at__isnull=True)
    told = Outcome.objects.filter(meeting__event=OuterRef("pk")).exclude(note="", next_step="")
    return (
        Q(Exists(people))
        | Q(Exists(Registration.objects.filter(**here).exclude(motivation="")))
        | Q(Exists(MeetingRequest.objects.filter(**here).exclude(message="", answer_note="")))
        | Q(Exists(told))
    )


def prune_profile_changes(*, actor: User) -> int:
    """Take old lines out of the log of profile changes; the newest stays, so that numbers go on."""
    require(actor, "matchmaking.run_jobs")
    with transaction.atomic(), pghistory.context(user=actor.pk, action="prune_profile_changes"):
        newest = ProfileChange.objects.order_by("-pk").values("pk")[:1]
        old = ProfileChange.objects.filter(at__lt=timezone.now() - LOG_KEPT).exclude(pk__in=newest)
        removed, _ = old.delete()
    return removed
