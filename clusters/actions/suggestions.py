"""Corrections that somebody proposes and a curator or the organisation decides on."""

import pghistory
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clusters.actions.citing import PLAIN_FIELDS, _record_statements, _set_fields
from clusters.actions.messages import _mail_owners, queue_message
from clusters.choices import CLAIM, Role, SuggestionStatus
from clusters.models import ChangeSuggestion, Organisation, User
from clusters.policies import require
from clusters.validators import TEXT_LIMITS, Refused, check_text

VALUE_LENGTH = 3000
CLAIM_LENGTH = 300
REASON_LENGTH = 2000
# A proposed value of these is text as it stands; a curator applies others by hand.
APPLICABLE = frozenset(TEXT_LIMITS) | {"website", "time_zone", "contact_mailbox"}


def suggest_change(
    organisation: Organisation, *, field: str, value: str, actor: User, reason: str = ""
) -> ChangeSuggestion:
    """Propose a value for a field of a profile that one can see."""
    require(actor, "clusters.suggest_change", organisation)
    if field not in PLAIN_FIELDS | {"countries", "other"}:
        raise ValidationError({"field": _("Choose a field of the profile, or “other”.")})
    if not value.strip():
        raise ValidationError({"value": _("Say what it should be.")})
    check_text(value, most=VALUE_LENGTH)
    check_text(reason, most=REASON_LENGTH)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="suggest_change"):
        told = {"organisation": organisation, "field": field, "value": value.strip()}
        suggestion, is_new = ChangeSuggestion.objects.get_or_create(
            **told, author=actor, status=SuggestionStatus.OPEN, defaults={"reason": reason}
        )
        if is_new:
            cause = f"suggestion-{suggestion.pk}"
            _mail_owners(organisation, cause, "suggestion_made", actor, suggestion=suggestion)
    return suggestion


def claim_organisation(
    organisation: Organisation, *, value: str, actor: User, reason: str = ""
) -> ChangeSuggestion:
    """Ask to act for a listed organisation. `value` says in which function, `reason` how to check it.

    Its owners decide, or a curator where it has none; asking twice changes nothing.
    """
    require(actor, "clusters.claim_organisation", organisation)
    if not value.strip():
        raise ValidationError({"value": _("Say what you do for the organisation.")})
    check_text(value, most=CLAIM_LENGTH)
    check_text(reason, most=REASON_LENGTH)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="claim_organisation"):
        if organisation.representatives.filter(user=actor).exists():
            raise Refused(_("You already act for this organisation."), code="already")
        claim, is_new = ChangeSuggestion.objects.get_or_create(
            organisation=organisation,
            field=CLAIM,
            author=actor,
            status=SuggestionStatus.OPEN,
            defaults={"value": value.strip(), "reason": reason},
        )
        if is_new:
            cause = f"suggestion-{claim.pk}"
            _mail_owners(organisation, cause, "suggestion_made", actor, suggestion=claim)
    return claim


def decide_suggestion(
    suggestion: ChangeSuggestion, *, accept: bool, actor: User
) -> ChangeSuggestion:
    """Accept a suggestion, which changes the profile where its value is plain text, or reject it.

    An accepted claim lets its author act: as owner where there is none yet, else as member. Deciding on
    one takes whoever manages people. The author is mailed either way.
    """
    require(actor, "clusters.decide_suggestion", suggestion)
    if suggestion.field == CLAIM:
        require(actor, "clusters.manage_people", suggestion.organisation)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="decide_suggestion"):
        organisation = Organisation.objects.select_for_update().get(pk=suggestion.organisation_id)
        row = ChangeSuggestion.objects.select_for_update().get(pk=suggestion.pk)
        if row.status != SuggestionStatus.OPEN:
            raise Refused(_("Somebody decided on this suggestion already."), code="decided")
        if accept and row.field in APPLICABLE:
            _apply(organisation, row, actor)
        if accept and row.field == CLAIM and row.author is not None:
            _let_in(organisation, row.author)
        row.status = SuggestionStatus.ACCEPTED if accept else SuggestionStatus.REJECTED
        row.decided_at = timezone.now()
        row.decided_by = actor
        row.save(update_fields=["status", "decided_at", "decided_by"])
        if row.author is not None and row.author != actor:
            queue_message(
                f"suggestion-{row.pk}-decided",
                recipient=row.author,
                template="suggestion_decided",
                context={"organisation": organisation, "suggestion": row},
                actor=actor,
            )
    return row


def _apply(organisation: Organisation, suggestion: ChangeSuggestion, actor: User) -> None:
    changed = _set_fields(organisation, {suggestion.field: suggestion.value})
    organisation.save(update_fields=[*changed, "updated_at"])
    _record_statements(organisation, changed, None, actor)


def _let_in(organisation: Organisation, person: User) -> None:
    if organisation.representatives.filter(user=person).exists():
        return
    has_owner = organisation.representatives.filter(role=Role.OWNER).exists()
    role = Role.MEMBER if has_owner else Role.OWNER
    organisation.representatives.create(user=person, role=role)
