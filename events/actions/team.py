"""Who works for an event, and as what."""

import pghistory
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from clusters.models import User
from clusters.validators import Refused
from events.actions._rows import _lock_event
from events.choices import TeamRole
from events.models import Event, EventTeamMember
from events.policies import require


def set_team_member(event: Event, *, user: User, role: str, actor: User) -> EventTeamMember:
    """Take somebody into the team, or give another role. The last owner stays owner."""
    require(actor, "events.manage_team", event)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="set_team_member"):
        row = _lock_event(event)
        if role not in TeamRole.values:
            raise ValidationError(
                {"role": ValidationError(_("Choose one of the roles."), code="role")}
            )
        if role != TeamRole.OWNER:
            _refuse_last_owner(row, user)
        member, _new = EventTeamMember.objects.update_or_create(
            event=row, user=user, defaults={"role": role}
        )
    return member


def remove_team_member(event: Event, *, user: User, actor: User) -> None:
    """Take somebody off the team; nothing happens when they are not on it. The last owner stays."""
    require(actor, "events.manage_team", event)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="remove_team_member"):
        row = _lock_event(event)
        _refuse_last_owner(row, user)
        EventTeamMember.objects.filter(event=row, user=user).delete()


def _refuse_last_owner(event: Event, user: User) -> None:
    owners = EventTeamMember.objects.filter(event=event, role=TeamRole.OWNER)
    if owners.filter(user=user).exists() and owners.count() == 1:
        raise Refused(
            _("%(name)s is the only owner of this event. Make somebody else owner first."),
            code="last_owner",
            params={"name": str(user)},
        )
