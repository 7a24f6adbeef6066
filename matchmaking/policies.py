"""Who may do what with requests, meetings, exclusions, questions and plans.

Whoever acts for an organisation in any role may ask, answer and record for it; what the event's team may
do follows its roles (`events.policies`). `visible_to` of each query set gives the same answers as the
`view_...` permissions here.
"""

import rules

from clusters.models import Organisation, User
from clusters.policies import Viewer, acts_for, edits, is_curator
from events.choices import TeamRole
from events.models import Registration
from events.policies import (
    acts_in,
    edits_in,
    is_on_team,
    plans_event,
    plans_its_event,
    receives_people,
    team_role,
)
from events.policies import require as require  # noqa: PLC0414 - one door for actions, too
from matchmaking.choices import RequestStatus
from matchmaking.models import (
    CalendarFeed,
    Exclusion,
    FactRequest,
    Meeting,
    MeetingRequest,
    MeetingSeat,
    SavedSearch,
    ScheduleRun,
    StandbyOffer,
)


def side_of(user: Viewer, request: MeetingRequest) -> Registration | None:
    """The registration of the request that `user` acts for; the sender's when both; None for others."""
    for registration in (request.sender, request.receiver):
        if acts_for(user, registration.organisation):
            return registration
    return None


def sits_in(user: Viewer, meeting: Meeting) -> Organisation | None:
    """The organisation for which `user` sits in the meeting as a delegate, or None."""
    if not user.is_authenticated:
        return None
    seats = MeetingSeat.objects.filter(meeting=meeting, delegate__user=user)
    seat = seats.select_related("delegate__registration__organisation").first()
    return seat.delegate.registration.organisation if seat else None


@rules.predicate
def is_party(user: Viewer, request: MeetingRequest | None) -> bool:
    """Acts for one of the two organisations."""
    return request is not None and side_of(user, request) is not None


@rules.predicate
def is_asked(user: Viewer, request: MeetingRequest | None) -> bool:
    """Acts for the organisation that was asked."""
    return request is not None and acts_for(user, request.receiver.organisation)


@rules.predicate
def may_withdraw(user: Viewer, request: MeetingRequest | None) -> bool:
    """The sender at any time; once it is accepted, either side."""
    if request is None:
        return False
    if acts_for(user, request.sender.organisation):
        return True
    return request.status == RequestStatus.ACCEPTED and is_asked(user, request)


@rules.predicate
def organises_request(user: Viewer, request: MeetingRequest | None) -> bool:
    """On the team of the request's event."""
    return request is not None and is_on_team(user, request.event)


@rules.predicate
def plans_request(user: Viewer, request: MeetingRequest | None) -> bool:
    """Owner or planner of the request's event."""
    return request is not None and plans_event(user, request.event)


@rules.predicate
def is_in_meeting(user: Viewer, meeting: Meeting | None) -> bool:
    """Acts for one of the two organisations, or sits in the meeting."""
    return meeting is not None and (
        side_of(user, meeting.request) is not None or sits_in(user, meeting) is not None
    )


@rules.predicate
def acts_in_meeting(user: Viewer, meeting: Meeting | None) -> bool:
    """Acts for one of the two organisations."""
    return meeting is not None and side_of(user, meeting.request) is not None


@rules.predicate
def organises_meeting(user: Viewer, meeting: Meeting | None) -> bool:
    """On the team of the meeting's event."""
    return meeting is not None and is_on_team(user, meeting.event)


@rules.predicate
def plans_meeting(user: Viewer, meeting: Meeting | None) -> bool:
    """Owner or planner of the meeting's event."""
    return meeting is not None and plans_event(user, meeting.event)


@rules.predicate
def receives_meeting(user: Viewer, meeting: Meeting | None) -> bool:
    """Works at the event on the day."""
    return meeting is not None and team_role(user, meeting.event) in {
        TeamRole.OWNER,
        TeamRole.PLANNER,
        TeamRole.FRONT_DESK,
    }


@rules.predicate
def is_offered(user: Viewer, offer: StandbyOffer | None) -> bool:
    """Acts for one of the two organisations, or is to come; the front desk answers for who stands there."""
    if offer is None or not user.is_authenticated:
        return False
    people = (offer.sender_delegate.user_id, offer.receiver_delegate.user_id)
    return (
        side_of(user, offer.request) is not None
        or user.pk in people
        or receives_people(user, offer.request.event)
    )


@rules.predicate
def set_it(user: Viewer, exclusion: Exclusion | None) -> bool:
    """Acts for the organisation that set the exclusion. Nobody else may know of it."""
    return exclusion is not None and acts_for(user, exclusion.organisation)


@rules.predicate
def is_questioned(user: Viewer, question: FactRequest | None) -> bool:
    """Owner or editor of the organisation that a question is about."""
    return question is not None and edits(user, question.about)


@rules.predicate
def is_on_runs_team(user: Viewer, run: ScheduleRun | None) -> bool:
    """On the team of the run's event."""
    return run is not None and is_on_team(user, run.event)


@rules.predicate
def keeps_feed(user: Viewer, feed: CalendarFeed | None) -> bool:
    """The calendar address is the user's own."""
    return feed is not None and user.pk == feed.user_id


@rules.predicate
def keeps_search(user: Viewer, search: SavedSearch | None) -> bool:
    """The saved search is the user's own."""
    return search is not None and user.pk == search.user_id


@rules.predicate
def is_oneself(user: Viewer, other: User | None) -> bool:
    """Acts for nobody else."""
    return other is not None and user.pk == other.pk


rules.add_perm("matchmaking.ask", acts_in)
rules.add_perm("matchmaking.withdraw_registration", edits_in | plans_its_event)
rules.add_perm("matchmaking.view_request", is_party | organises_request)
rules.add_perm("matchmaking.answer_request", is_asked)
rules.add_perm("matchmaking.answer_on_behalf", plans_request)
rules.add_perm("matchmaking.withdraw_request", may_withdraw)
rules.add_perm("matchmaking.prioritise_request", is_party)
rules.add_perm("matchmaking.reveal_contacts", is_party)
rules.add_perm("matchmaking.exclude", acts_for)
rules.add_perm("matchmaking.view_exclusion", set_it)
rules.add_perm("matchmaking.delete_exclusion", set_it)
rules.add_perm("matchmaking.ask_fact", acts_for)
rules.add_perm("matchmaking.answer_fact", is_questioned)
rules.add_perm("matchmaking.view_run", is_on_runs_team)
rules.add_perm("matchmaking.view_meeting", is_in_meeting | organises_meeting)
rules.add_perm("matchmaking.mark_meeting", is_in_meeting | receives_meeting)
rules.add_perm("matchmaking.cancel_meeting", acts_in_meeting | plans_meeting)
rules.add_perm("matchmaking.record_outcome", is_in_meeting)
rules.add_perm("matchmaking.answer_offer", is_offered)
rules.add_perm("matchmaking.add_feed", is_oneself)
rules.add_perm("matchmaking.delete_feed", keeps_feed)
rules.add_perm("matchmaking.add_search", acts_for)
rules.add_perm("matchmaking.change_search", keeps_search)
rules.add_perm("matchmaking.save_policy", is_curator)
rules.add_perm("matchmaking.count_reach", is_curator)
# What happens by itself: only the system, which `require` lets through, and superusers.
rules.add_perm("matchmaking.run_jobs", rules.always_deny)
