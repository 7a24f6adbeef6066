"""What the platform's other parts do for an organisation at the organisers' hands."""

import pghistory
from django.db import transaction

from clusters.models import User
from events.actions._rows import _note
from events.models import Registration
from events.policies import require


def note_on_behalf(
    registration: Registration, *, deed: str, actor: User, about: str = "", asked_by: str = ""
) -> None:
    """Write down what an organiser did for an organisation; its own people and the platform leave no note.

    `about` names whom or what it concerns, `asked_by` who of the organisation asked for it.
    """
    require(actor, "events.view_registration", registration)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="note_on_behalf"):
        _note(registration, deed, actor, about=about, asked_by=asked_by)
