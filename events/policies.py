"""Who may do what with events and registrations.

A team's owner may do everything with the event, planners set it up, decide on applications and plan it,
the front desk receives people on the day, viewers look on. `visible_to` of each query set gives the same
answers as the `view_...` permissions here.
"""

import rules

from clusters.choices import OrganisationStatus, Role
from clusters.models import Organisation, Representative
from clusters.policies import Viewer, acts_for, edits, is_curator
from clusters.policies import require as require  # noqa: PLC0414 - one door for actions, too
from events.choices import HIDDEN_PHASES, RegistrationStatus, TeamRole
from events.models import Delegate, Event, EventTeamMember, Registration


def team_role(user: Viewer, event: Event | None) -> str | None:
    """The role in which `user` works for `event`, or None."""
    if event is None or not user.is_authenticated:
        return None
    roles = EventTeamMember.objects.filter(event=event, user=user)
    return roles.values_list("role", flat=True).first()


@rules.predicate
def is_public(user: Viewer, event: Event | None) -> bool:
    """Past its draft."""
    return event is not None and event.status not in HIDDEN_PHASES


@rules.predicate
def is_on_team(user: Viewer, event: Event | None) -> bool:
    """In any role."""
    return team_role(user, event) is not None


@rules.predicate
def owns_event(user: Viewer, event: Event | None) -> bool:
    """As owner; an event may have several."""
    return team_role(user, event) == TeamRole.OWNER


@rules.predicate
def plans_event(user: Viewer, event: Event | None) -> bool:
    """As owner or planner."""
    return team_role(user, event) in {TeamRole.OWNER, TeamRole.PLANNER}


@rules.predicate
def receives_people(user: Viewer, event: Event | None) -> bool:
    """As owner, planner or at the front desk."""
    return team_role(user, event) in {TeamRole.OWNER, TeamRole.PLANNER, TeamRole.FRONT_DESK}


@rules.predicate
def organises_somewhere(user: Viewer) -> bool:
    """Owns the team of an event already."""
    return EventTeamMember.objects.filter(user=user.pk, role=TeamRole.OWNER).exists()


@rules.predicate
def edits_somewhere(user: Viewer) -> bool:
    """Owner or editor of a listed organisation."""
    return Representative.objects.filter(
        user=user.pk,
        role__in=[Role.OWNER, Role.EDITOR],
        organisation__status=OrganisationStatus.LISTED,
    ).exists()


@rules.predicate
def acts_in(user: Viewer, registration: Registration | None) -> bool:
    """Acts for the registered organisation, in any role."""
    return registration is not None and acts_for(user, registration.organisation)


@rules.predicate
def edits_in(user: Viewer, registration: Registration | None) -> bool:
    """Owner or editor of the registered organisation."""
    return registration is not None and edits(user, registration.organisation)


@rules.predicate
def is_on_its_team(user: Viewer, registration: Registration | None) -> bool:
    """Works for the event of a registration."""
    return registration is not None and is_on_team(user, registration.event)


@rules.predicate
def plans_its_event(user: Viewer, registration: Registration | None) -> bool:
    """Owner or planner of the event of a registration."""
    return registration is not None and plans_event(user, registration.event)


@rules.predicate
def is_fellow(user: Viewer, registration: Registration | None) -> bool:
    """Acts for another accepted participant, and the registration is accepted."""
    if registration is None or registration.status != RegistrationStatus.ACCEPTED:
        return False
    fellows = Registration.objects.accepted().filter(event=registration.event_id)
    return fellows.filter(organisation__representatives__user=user.pk).exists()


@rules.predicate
def is_delegate(user: Viewer, delegate: Delegate | None) -> bool:
    """Is the person named."""
    return delegate is not None and user.pk is not None and delegate.user_id == user.pk


@rules.predicate
def acts_for_delegate(user: Viewer, delegate: Delegate | None) -> bool:
    """Acts for the organisation that sends the person, or plans the event."""
    return delegate is not None and (
        acts_in(user, delegate.registration) or plans_its_event(user, delegate.registration)
    )


@rules.predicate
def may_apply(user: Viewer, organisation: Organisation | None) -> bool:
    """Owner or editor: taking part is a promise of the organisation."""
    return edits(user, organisation)


rules.add_perm(
    "events.add_event",
    rules.is_authenticated & (is_curator | organises_somewhere | edits_somewhere),
)
rules.add_perm("events.run_jobs", rules.always_deny)
rules.add_perm("events.view_event", is_public | is_on_team | is_curator)
rules.add_perm("events.view_console", is_on_team)
rules.add_perm("events.change_event", owns_event)
rules.add_perm("events.cancel_event", owns_event)
rules.add_perm("events.manage_team", owns_event)
rules.add_perm("events.change_setup", plans_event)
rules.add_perm("events.move_event", plans_event)
rules.add_perm("events.decide_registrations", plans_event)
rules.add_perm("events.plan_event", plans_event)
rules.add_perm("events.receive_people", receives_people)
rules.add_perm("events.apply", may_apply)
rules.add_perm("events.view_registration", acts_in | is_on_its_team | is_fellow)
rules.add_perm("events.change_registration", edits_in | plans_its_event)
rules.add_perm("events.change_delegates", acts_in | plans_its_event)
rules.add_perm("events.view_delegates", acts_in | is_on_its_team)
rules.add_perm("events.change_availability", is_delegate | acts_for_delegate)
