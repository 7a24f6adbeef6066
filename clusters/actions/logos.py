"""An organisation's logo: put on its profile, taken off again."""

import pghistory
from django.db import transaction

from clusters.adapters import stored
from clusters.models import Logo, Organisation, User
from clusters.policies import require


def set_logo(organisation: Organisation, *, content: bytes, actor: User) -> Logo:
    """Put a picture on the profile, in place of an earlier one. Raises ValidationError for `picture`."""
    require(actor, "clusters.change_organisation", organisation)
    fields = stored(content)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="set_logo"):
        row = Organisation.objects.select_for_update().get(pk=organisation.pk)
        logo, _is_new = Logo.objects.update_or_create(organisation=row, defaults=fields)
    return logo


def remove_logo(organisation: Organisation, *, actor: User) -> None:
    """Take the logo off the profile. Nothing happens where there is none."""
    require(actor, "clusters.change_organisation", organisation)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="remove_logo"):
        row = Organisation.objects.select_for_update().get(pk=organisation.pk)
        Logo.objects.filter(organisation=row).delete()
