"""The people of an organisation, and invitations to join it."""

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from clusters.choices import CLAIM, Role
from clusters.models import Invitation, Organisation, Representative, User
from clusters.reads import find_invitation


@dataclass(frozen=True)
class Colleague:
    """Somebody who acts for the organisation. `is_last_owner`: without them nobody owns it."""

    row: Representative
    is_me: bool
    is_last_owner: bool


@dataclass(frozen=True)
class PeoplePage:
    """Colleagues, owners first, and open invitations (for owners only)."""

    organisation: Organisation
    colleagues: tuple[Colleague, ...]
    invitations: tuple[Invitation, ...]
    may_manage: bool

    @property
    def owners(self) -> tuple[Colleague, ...]:
        """Who can change this page."""
        return tuple(one for one in self.colleagues if one.row.role == Role.OWNER)


@dataclass(frozen=True)
class InvitationPage:
    """What the link of an invitation opens.

    `state`: open, used, revoked, expired. `is_for_me` is None for visitors who are not signed in.
    """

    invitation: Invitation
    state: str
    is_for_me: bool | None
    is_member: bool
    sign_up: str
    sign_in: str


@dataclass(frozen=True)
class ClaimPage:
    """What somebody sees who asks to act for an organisation."""

    organisation: Organisation
    has_owner: bool
    is_member: bool
    is_asked: bool


def claim_page(organisation: Organisation, reader: User) -> ClaimPage:
    """Who decides, and what the reader asked before; two queries."""
    roles = dict(organisation.representatives.values_list("user", "role"))
    asked = organisation.suggestions.open().filter(field=CLAIM, author=reader)
    return ClaimPage(organisation, Role.OWNER in roles.values(), reader.pk in roles, asked.exists())


def people_page(organisation: Organisation, reader: User) -> PeoplePage:
    """The page as `reader`, who acts for the organisation, may see it; three queries."""
    ranks = list(Role.values)
    rows = list(organisation.representatives.select_related("user").order_by("user__name", "pk"))
    rows.sort(key=lambda row: ranks.index(row.role))
    owners = sum(row.role == Role.OWNER for row in rows)
    mine = [row.role for row in rows if row.user_id == reader.pk]
    may_manage = reader.is_staff or Role.OWNER in mine
    pending = organisation.invitations.pending().select_related("invited_by")
    return PeoplePage(
        organisation,
        tuple(
            Colleague(row, row.user_id == reader.pk, row.role == Role.OWNER and owners == 1)
            for row in rows
        ),
        tuple(pending) if may_manage else (),
        may_manage,
    )


def invitation_page(secret: str, reader: User | AnonymousUser) -> InvitationPage | None:
    """What a link shows to whoever opens it; None when no invitation has it."""
    invitation = find_invitation(secret)
    if invitation is None:
        return None
    me = reader if isinstance(reader, User) else None
    roles = invitation.organisation.representatives
    here = {"next": reverse("invitation", args=[secret])}
    return InvitationPage(
        invitation=invitation,
        state=_state(invitation),
        is_for_me=invitation.email.lower() == me.email.lower() if me else None,
        is_member=me is not None and roles.filter(user=me).exists(),
        sign_up=f"{reverse('account_signup')}?{urlencode({**here, 'email': invitation.email})}",
        sign_in=f"{reverse('account_login')}?{urlencode(here)}",
    )


def _state(invitation: Invitation) -> str:
    if invitation.accepted_at is not None:
        return "used"
    if invitation.revoked_at is not None:
        return "revoked"
    return "expired" if invitation.expires_at <= timezone.now() else "open"
