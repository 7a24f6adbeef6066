"""Relations between organisations: one side proposes, the other confirms."""

import pghistory
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clusters.actions.citing import _cite, _source_of_change
from clusters.actions.messages import _mail_owners
from clusters.choices import RelationKind
from clusters.models import Citation, Country, Organisation, Relation, User
from clusters.policies import require
from clusters.validators import Refused, check_text

NOTE_LENGTH = 2000
SINCE_LENGTH = 40


def add_relation(
    organisation: Organisation,
    *,
    kind: str,
    actor: User,
    other: Organisation | None = None,
    country: Country | None = None,
    since: str = "",
    source: Citation | None = None,
    note: str = "",
) -> Relation:
    """Say how `organisation` relates to `other` or to a country.

    What an organisation says about another one counts once that one confirms it, and its people are
    mailed. What a curator records with a source, and a relation to a country, needs no confirmation.
    """
    require(actor, "clusters.change_organisation", organisation)
    check_text(note, most=NOTE_LENGTH)
    check_text(since, most=SINCE_LENGTH)
    _check(organisation, kind, other, country)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="add_relation"):
        row = Organisation.objects.select_for_update().get(pk=organisation.pk)
        if row.relations.filter(kind=kind, other=other, country=country).exists():
            raise Refused(_("This relation is on the profile already."), code="twice")
        relation = Relation(organisation=row, kind=kind, other=other, country=country, note=note)
        relation.since = since
        relation.is_confirmed = other is None or _needs_nobody(actor, other)
        citation = _source_of_change(row, source, actor)
        relation.stated_on = (citation and citation.cited_on) or timezone.now().date()
        relation.save()
        _cite(relation, citation, is_same=False)
        if other is not None and not relation.is_confirmed:
            told = {"relation": relation}
            _mail_owners(other, f"relation-{relation.pk}", "relation_proposed", actor, **told)
    return relation


def confirm_relation(relation: Relation, *, actor: User) -> Relation:
    """Confirm, for the organisation it names, what another one says. Confirming twice changes nothing."""
    require(actor, "clusters.confirm_relation", relation)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="confirm_relation"):
        row = Relation.objects.select_for_update().filter(pk=relation.pk).first()
        if row is None:
            raise Refused(_("This relation was taken back meanwhile."), code="gone")
        if not row.is_confirmed:
            row.is_confirmed = True
            row.save(update_fields=["is_confirmed"])
    return row


def remove_relation(relation: Relation, *, actor: User) -> None:
    """Take a relation off both profiles. Either side may; removing it twice changes nothing."""
    require(actor, "clusters.delete_relation", relation)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="remove_relation"):
        Relation.objects.select_for_update().filter(pk=relation.pk).first()
        Relation.objects.filter(pk=relation.pk).delete()


def _check(
    organisation: Organisation, kind: str, other: Organisation | None, country: Country | None
) -> None:
    if kind not in RelationKind.values:
        raise ValidationError({"kind": _("Choose one of the kinds of relation.")})
    if (other is None) == (country is None):
        raise ValidationError(_("Choose an organisation or a country, not both."), code="relation")
    if other == organisation:
        raise ValidationError({"other": _("An organisation has no relation to itself.")})


def _needs_nobody(actor: User, other: Organisation) -> bool:
    """Curators and people of both sides confirm by writing it."""
    return actor.is_system or actor.has_perm("clusters.change_organisation", other)
