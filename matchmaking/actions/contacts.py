"""Contact details, shown only to those who agreed to meet, and noted for both sides."""

import pghistory
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from clusters.models import Organisation, User
from clusters.validators import Refused
from events.models import Delegate
from matchmaking.actions._rows import _lock_request, _own_side
from matchmaking.choices import RequestStatus
from matchmaking.models import ContactReceipt, MeetingRequest
from matchmaking.policies import require


def reveal_contacts(
    request: MeetingRequest, *, actor: User, organisation: Organisation | None = None
) -> list[Delegate]:
    """The other side's delegates, with a receipt for each the first time this person sees them.

    A place that was handed over to somebody else needs a new receipt.

    `organisation` names one's own side for somebody who acts for both. Refused until both agreed.
    """
    require(actor, "matchmaking.reveal_contacts", request)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="reveal_contacts"):
        row = _lock_request(request)
        own = _own_side(row, organisation, actor)
        if row.status != RequestStatus.ACCEPTED:
            raise Refused(
                _("Contact details are shown once both sides have agreed to meet."),
                code="not_agreed",
            )
        other = row.receiver if own == row.sender else row.sender
        delegates = list(other.delegates.filter(erased_at__isnull=True).order_by("pk"))
        seen = set(ContactReceipt.objects.valid(row, actor).values_list("delegate", flat=True))
        ContactReceipt.objects.bulk_create(
            ContactReceipt(request=row, delegate=one, viewer=actor)
            for one in delegates
            if one.pk not in seen
        )
    return delegates
