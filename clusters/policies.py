"""Who may do what with organisations and what belongs to them.

Curators are the platform's staff. Owners, editors and members act for an organisation; editors may
also change its profile, owners may also manage people. `visible_to` of each query set gives the same
answers as the `view_...` permissions here.
"""

from typing import Any

import rules
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied

from clusters.choices import OrganisationStatus, Role
from clusters.models import (
    ChangeSuggestion,
    Invitation,
    Organisation,
    Relation,
    Representative,
    Shortlist,
    Token,
    User,
)

Viewer = User | AnonymousUser


def require(user: Viewer, permission: str, target: Any = None) -> None:
    """Raise PermissionDenied unless `user` has `permission` on `target`. The system may do anything."""
    if getattr(user, "is_system", False):
        return
    if not user.has_perm(permission, target):
        raise PermissionDenied(permission)


def role_of(user: Viewer, organisation: Organisation | None) -> str | None:
    """The role in which `user` acts for `organisation`, or None."""
    if organisation is None or not user.is_authenticated:
        return None
    roles = Representative.objects.filter(organisation=organisation, user=user)
    return roles.values_list("role", flat=True).first()


@rules.predicate
def is_curator(user: Viewer) -> bool:
    """Staff keep profiles true; running the platform (superuser) is more than that."""
    return bool(user.is_staff)


@rules.predicate
def is_listed(user: Viewer, organisation: Organisation | None) -> bool:
    """Everybody may read the profile."""
    return organisation is not None and organisation.status == OrganisationStatus.LISTED


@rules.predicate
def acts_for(user: Viewer, organisation: Organisation | None) -> bool:
    """In any role."""
    return role_of(user, organisation) is not None


@rules.predicate
def edits(user: Viewer, organisation: Organisation | None) -> bool:
    """As owner or editor."""
    return role_of(user, organisation) in {Role.OWNER, Role.EDITOR}


@rules.predicate
def owns(user: Viewer, organisation: Organisation | None) -> bool:
    """As owner; an organisation may have several."""
    return role_of(user, organisation) == Role.OWNER


@rules.predicate
def is_this_user(user: Viewer, other: User | None) -> bool:
    """What belongs to a person is theirs to make."""
    return other is not None and user.pk == other.pk


@rules.predicate
def is_oneself(user: Viewer, representative: Representative | None) -> bool:
    """Everybody may leave."""
    return representative is not None and representative.user_id == user.pk


@rules.predicate
def owns_its_organisation(user: Viewer, part: Representative | Invitation | None) -> bool:
    """Owner of the organisation that a role or an invitation belongs to."""
    return part is not None and owns(user, part.organisation)


@rules.predicate
def edits_its_organisation(user: Viewer, part: ChangeSuggestion | None) -> bool:
    """Owner or editor of the organisation that a suggestion is about."""
    return part is not None and edits(user, part.organisation)


@rules.predicate
def is_author(user: Viewer, suggestion: ChangeSuggestion | None) -> bool:
    """Proposed the change."""
    return suggestion is not None and user.pk is not None and suggestion.author_id == user.pk


@rules.predicate
def edits_other_side(user: Viewer, relation: Relation | None) -> bool:
    """Owner or editor of the organisation that a relation names."""
    return relation is not None and edits(user, relation.other)


@rules.predicate
def edits_one_side(user: Viewer, relation: Relation | None) -> bool:
    """Owner or editor of either organisation of a relation."""
    return relation is not None and (
        edits(user, relation.organisation) or edits(user, relation.other)
    )


@rules.predicate
def keeps(user: Viewer, kept: Shortlist | Token | None) -> bool:
    """The shortlist or token is the user's own. A shortlist needs its organisation, too."""
    if isinstance(kept, Shortlist):
        return kept.owner_id == user.pk and acts_for(user, kept.organisation)
    return kept is not None and kept.user_id == user.pk


@rules.predicate
def is_shared_with(user: Viewer, shortlist: Shortlist | None) -> bool:
    """The shortlist's keeper shares it with colleagues, of whom the user is one."""
    return shortlist is not None and shortlist.is_shared and acts_for(user, shortlist.organisation)


rules.add_perm("clusters.curate", is_curator)
rules.add_perm("clusters.add_organisation", rules.is_authenticated)
rules.add_perm("clusters.view_organisation", is_curator | is_listed | acts_for)
rules.add_perm("clusters.change_organisation", is_curator | edits)
rules.add_perm("clusters.act_for_organisation", acts_for)
rules.add_perm("clusters.manage_people", is_curator | owns)
rules.add_perm("clusters.view_people", is_curator | acts_for)
rules.add_perm("clusters.change_representative", is_curator | owns_its_organisation)
rules.add_perm("clusters.delete_representative", is_curator | owns_its_organisation | is_oneself)
rules.add_perm("clusters.change_invitation", is_curator | owns_its_organisation)
rules.add_perm("clusters.view_suggestion", is_curator | edits_its_organisation | is_author)
rules.add_perm("clusters.decide_suggestion", is_curator | edits_its_organisation)
rules.add_perm("clusters.confirm_relation", is_curator | edits_other_side)
rules.add_perm("clusters.delete_relation", is_curator | edits_one_side)
rules.add_perm(
    "clusters.suggest_change", rules.is_authenticated & (is_curator | is_listed | acts_for)
)
rules.add_perm("clusters.accept_invitation", rules.is_authenticated)
rules.add_perm("clusters.send_message", rules.is_authenticated)
rules.add_perm("clusters.add_token", is_this_user)
rules.add_perm("clusters.change_account", is_this_user)
rules.add_perm("clusters.claim_organisation", rules.is_authenticated & is_listed)
rules.add_perm("clusters.view_shortlist", keeps | is_shared_with)
rules.add_perm("clusters.change_shortlist", keeps | is_shared_with)
rules.add_perm("clusters.manage_shortlist", keeps)
rules.add_perm("clusters.view_token", keeps)
rules.add_perm("clusters.delete_token", keeps)
