"""Setting organisations aside, in private."""

import datetime as dt

import pghistory
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clusters.models import Organisation, User
from clusters.validators import Refused
from matchmaking.actions._rows import _lock
from matchmaking.choices import ExclusionReason, RequestStatus
from matchmaking.models import Exclusion, MeetingRequest
from matchmaking.policies import require


def exclude_organisation(
    organisation: Organisation,
    *,
    other: Organisation,
    reason: str,
    actor: User,
    until: dt.datetime | None = None,
) -> Exclusion:
    """Set another organisation aside, for good or until a moment. It never learns of it.

    What it asks from now on waits out its time in the folder "set aside". Refused while one's own
    request to it waits, which would tell.
    """
    require(actor, "matchmaking.exclude", organisation)
    if reason not in ExclusionReason.values:
        raise ValidationError(
            {"reason": ValidationError(_("Choose one of the reasons."), code="reason")}
        )
    if until is not None and until <= timezone.now():
        raise ValidationError(
            {"until": ValidationError(_("Choose a day that is still to come."), code="past")}
        )
    with transaction.atomic(), pghistory.context(user=actor.pk, action="exclude_organisation"):
        if organisation == other:
            raise Refused(_("An organisation cannot set itself aside."), code="oneself")
        waiting = MeetingRequest.objects.sent_by(organisation).received_by(other)
        if waiting.filter(status=RequestStatus.SENT).exists():
            raise Refused(
                _("Your request to %(organisation)s waits for an answer. Withdraw it first."),
                code="own_request_waits",
                params={"organisation": other.name},
            )
        exclusion, _new = Exclusion.objects.update_or_create(
            organisation=organisation, other=other, defaults={"reason": reason, "until": until}
        )
    return exclusion


def lift_exclusion(exclusion: Exclusion, *, actor: User) -> None:
    """Take an exclusion back. Requests that wait in the folder "set aside" return to the inbox."""
    require(actor, "matchmaking.delete_exclusion", exclusion)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="lift_exclusion"):
        _lock(exclusion).delete()
