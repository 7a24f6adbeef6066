"""Lists of organisations that somebody keeps, alone or with colleagues."""

import pghistory
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from clusters.models import Organisation, Shortlist, ShortlistEntry, User
from clusters.policies import require
from clusters.validators import Refused, check_text

NAME_LENGTH = 100
NOTE_LENGTH = 500


def create_shortlist(
    organisation: Organisation, *, name: str, actor: User, is_shared: bool = False
) -> Shortlist:
    """Start a list for the organisation one acts for. `is_shared` lets colleagues read and change it."""
    require(actor, "clusters.act_for_organisation", organisation)
    name = _checked_name(name)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="create_shortlist"):
        shortlist, is_new = Shortlist.objects.get_or_create(
            organisation=organisation, owner=actor, name=name, defaults={"is_shared": is_shared}
        )
        if not is_new:
            raise Refused(_("You already keep a list of this name."), code="twice")
    return shortlist


def change_shortlist(shortlist: Shortlist, *, name: str, is_shared: bool, actor: User) -> Shortlist:
    """Rename a list, or share it with colleagues. Only its keeper does."""
    require(actor, "clusters.manage_shortlist", shortlist)
    name = _checked_name(name)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="change_shortlist"):
        row = Shortlist.objects.select_for_update().get(pk=shortlist.pk)
        same = Shortlist.objects.filter(organisation=row.organisation, owner=row.owner, name=name)
        if same.exclude(pk=row.pk).exists():
            raise Refused(_("You already keep a list of this name."), code="twice")
        row.name, row.is_shared = name, is_shared
        row.save(update_fields=["name", "is_shared"])
    return row


def remove_shortlist(shortlist: Shortlist, *, actor: User) -> None:
    """Throw a list away with its notes. Removing it twice changes nothing."""
    require(actor, "clusters.manage_shortlist", shortlist)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="remove_shortlist"):
        Shortlist.objects.filter(pk=shortlist.pk).delete()


def add_to_shortlist(
    shortlist: Shortlist, *, organisation: Organisation, actor: User, note: str = ""
) -> ShortlistEntry:
    """Put an organisation on a list. Adding it again changes only the note."""
    require(actor, "clusters.change_shortlist", shortlist)
    require(actor, "clusters.view_organisation", organisation)
    check_text(note, most=NOTE_LENGTH)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="add_to_shortlist"):
        entry, _is_new = ShortlistEntry.objects.update_or_create(
            shortlist=shortlist, organisation=organisation, defaults={"note": note}
        )
    return entry


def remove_from_shortlist(shortlist: Shortlist, *, organisation: Organisation, actor: User) -> None:
    """Take an organisation off a list. One that is not on it changes nothing."""
    require(actor, "clusters.change_shortlist", shortlist)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="remove_from_shortlist"):
        shortlist.entries.filter(organisation=organisation).delete()


def _checked_name(name: str) -> str:
    name = name.strip()
    if not name:
        raise ValidationError({"name": _("Give the list a name.")})
    check_text(name, most=NAME_LENGTH)
    return name
