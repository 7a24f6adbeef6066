"""Who acts for an organisation: roles and invitations."""

import datetime as dt

import pghistory
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clusters import jobs
from clusters.choices import Role
from clusters.models import Invitation, Message, Organisation, Representative, User
from clusters.policies import require
from clusters.reads.invitations import hashed, invitation_secret
from clusters.validators import Refused

INVITATION_DAYS = 14


def add_representative(
    organisation: Organisation, *, user: User, role: str, actor: User
) -> Representative:
    """Let `user` act for the organisation, for instance when a curator approves a claim."""
    require(actor, "clusters.manage_people", organisation)
    _check_role(role)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="add_representative"):
        row = _locked(organisation)
        if row.representatives.filter(user=user).exists():
            raise Refused(_("This person already acts for the organisation."), code="already")
        representative: Representative = row.representatives.create(user=user, role=role)
    return representative


def change_role(representative: Representative, *, role: str, actor: User) -> Representative:
    """Give somebody another role. An organisation keeps at least one owner."""
    require(actor, "clusters.change_representative", representative)
    _check_role(role)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="change_role"):
        row = _fresh(representative)
        if role != Role.OWNER:
            _keep_an_owner(row)
        row.role = role
        row.save(update_fields=["role"])
    return row


def remove_representative(representative: Representative, *, actor: User) -> None:
    """Let somebody no longer act for the organisation. An organisation keeps at least one owner."""
    require(actor, "clusters.delete_representative", representative)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="remove_representative"):
        row = _fresh(representative)
        _keep_an_owner(row)
        row.delete()


def invite(
    organisation: Organisation, *, email: str, role: str, actor: User, days: int = INVITATION_DAYS
) -> tuple[Invitation, str]:
    """Invite one person by mail; the invitation and the secret of its link.

    The link works once, for `days` days, for that address only. Inviting an address again replaces its
    open invitation.
    """
    require(actor, "clusters.manage_people", organisation)
    _check_role(role)
    email = email.strip().lower()
    validate_email(email)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="invite"):
        row = _locked(organisation)
        if row.representatives.filter(user__email__iexact=email).exists():
            raise Refused(_("This person already acts for the organisation."), code="already")
        now = timezone.now()
        row.invitations.pending().filter(email=email).update(revoked_at=now)
        invitation = Invitation(
            organisation=row,
            email=email,
            role=role,
            invited_by=actor,
            expires_at=now + dt.timedelta(days=days),
        )
        secret = invitation_secret(invitation)
        invitation.token_hash = hashed(secret)
        invitation.save()
        _mail(invitation)
    return invitation, secret


def accept_invitation(invitation: Invitation, *, actor: User) -> Representative:
    """Join the organisation. The page found the invitation by the secret of its link."""
    require(actor, "clusters.accept_invitation")
    with transaction.atomic(), pghistory.context(user=actor.pk, action="accept_invitation"):
        _locked(invitation.organisation)
        row = Invitation.objects.select_for_update().get(pk=invitation.pk)
        _check_open(row, actor)
        if row.organisation.representatives.filter(user=actor).exists():
            raise Refused(_("You already act for this organisation."), code="already")
        row.accepted_at = timezone.now()
        row.save(update_fields=["accepted_at"])
        representative: Representative = row.organisation.representatives.create(
            user=actor, role=row.role
        )
    return representative


def revoke_invitation(invitation: Invitation, *, actor: User) -> Invitation:
    """Make an invitation's link useless. Revoking twice changes nothing."""
    require(actor, "clusters.change_invitation", invitation)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="revoke_invitation"):
        row = Invitation.objects.select_for_update().get(pk=invitation.pk)
        if row.accepted_at is not None:
            raise Refused(
                _("This invitation was accepted. Change the person's role instead."), code="used"
            )
        if row.revoked_at is None:
            row.revoked_at = timezone.now()
            row.save(update_fields=["revoked_at"])
    return row


def _locked(organisation: Organisation) -> Organisation:
    """The organisation's row: changes of its people come one after the other."""
    row: Organisation = Organisation.objects.select_for_update().get(pk=organisation.pk)
    return row


def _fresh(representative: Representative) -> Representative:
    """The row as it is now, its organisation locked."""
    _locked(representative.organisation)
    row = Representative.objects.filter(pk=representative.pk).first()
    if row is None:
        raise Refused(_("This person no longer acts for the organisation."), code="gone")
    return row


def _keep_an_owner(leaving: Representative) -> None:
    if leaving.role != Role.OWNER:
        return
    others = Representative.objects.filter(
        organisation=leaving.organisation_id, role=Role.OWNER
    ).exclude(pk=leaving.pk)
    if not others.exists():
        raise Refused(
            _("An organisation needs an owner. Make somebody else owner first."), code="last_owner"
        )


def _check_role(role: str) -> None:
    if role not in Role.values:
        raise ValidationError({"role": _("Choose owner, editor or member.")})


def _check_open(invitation: Invitation, actor: User) -> None:
    if invitation.accepted_at is not None:
        raise Refused(_("This invitation was used already. Ask for a new one."), code="used")
    if invitation.revoked_at is not None:
        raise Refused(_("This invitation was taken back. Ask for a new one."), code="revoked")
    if invitation.expires_at <= timezone.now():
        raise Refused(_("This invitation is too old. Ask for a new one."), code="expired")
    if invitation.email.lower() != actor.email.lower():
        raise Refused(
            _("This invitation was sent to another address. Sign in with that one."),
            code="other_address",
        )


def _mail(invitation: Invitation) -> None:
    """The one mail that goes to somebody who may have no account yet."""
    message = Message.objects.create(
        cause=f"invitation-{invitation.pk}",
        invitation=invitation,
        template="invitation",
        context={},
    )
    jobs.deliver_message(message.pk)
