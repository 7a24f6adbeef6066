"""Every change to requests, meetings, plans and what belongs to them: one function each.

All have the same beats: permission, one transaction, history with actor and action, lock and re-check of
state, write, jobs and mail (which run after commit). They raise PermissionDenied without the right,
ValidationError for bad input, and `Refused` where a state or a rule forbids it.
"""

from matchmaking.actions.arrivals import NewProfile, register_walk_in, undo_check_in
from matchmaking.actions.cancellation import announce_cancellation, cancel_event
from matchmaking.actions.contacts import reveal_contacts
from matchmaking.actions.drafts import create_draft, discard_draft
from matchmaking.actions.edits import (
    lock_draft_meeting,
    move_draft_meeting,
    redo_draft_edit,
    schedule_draft_meeting,
    swap_draft_meetings,
    undo_draft_edit,
    unschedule_draft_meeting,
)
from matchmaking.actions.event_files import import_event
from matchmaking.actions.exclusions import exclude_organisation, lift_exclusion
from matchmaking.actions.facts import announce_question, answer_fact, ask_fact, dismiss_fact
from matchmaking.actions.feeds import create_feed, note_feed_read, revoke_feed
from matchmaking.actions.imports import import_solution
from matchmaking.actions.incidents import (
    close_table,
    note_absence,
    reopen_session,
    shorten_session,
    swap_rooms,
)
from matchmaking.actions.introductions import suggest_introductions
from matchmaking.actions.mailings import (
    change_mailing,
    deliver_mailing,
    discard_mailing,
    prepare_mailing,
    send_mailing,
)
from matchmaking.actions.meetings import (
    cancel_meeting,
    check_in,
    mark_held,
    mark_missed,
    say_late,
    take_back_late,
    unmark_meeting,
)
from matchmaking.actions.on_behalf import (
    accept_on_behalf,
    decline_on_behalf,
    set_priority_on_behalf,
)
from matchmaking.actions.outcomes import (
    mark_next_step,
    remind_of_next_steps,
    report_outcome,
)
from matchmaking.actions.printing import (
    begin_printout,
    fail_printout,
    note_printout,
    order_printout,
    store_printout,
    tend_printouts,
)
from matchmaking.actions.reach import (
    begin_tile,
    fail_reach,
    resume_tiles,
    start_reach,
    stop_reach,
    store_tile,
)
from matchmaking.actions.releases import publish_release, restore_release
from matchmaking.actions.requests import (
    accept_request,
    announce_request,
    ask_for_meeting,
    decline_request,
    expire_requests,
    name_delegate,
    remind_of_requests,
    set_priority,
    withdraw_request,
)
from matchmaking.actions.runs import (
    begin_run,
    cancel_run,
    choose_repair,
    fail_run,
    record_progress,
    repeat_run,
    resume_stale_runs,
    start_run,
    stop_run,
    store_curve,
    store_draft,
)
from matchmaking.actions.scoring import choose_policy, save_policy
from matchmaking.actions.searches import (
    change_search,
    mail_search,
    remove_search,
    save_search,
)
from matchmaking.actions.standby import (
    accept_offer,
    advance_standby,
    change_day,
    decline_offer,
    offer_meeting,
    resume_standby,
    start_standby,
    stop_standby,
)
from matchmaking.actions.upkeep import erase_event, erase_old_events, prune_profile_changes
from matchmaking.actions.withdrawal import withdraw_registration

__all__ = [
    "NewProfile",
    "accept_offer",
    "accept_on_behalf",
    "accept_request",
    "advance_standby",
    "announce_cancellation",
    "announce_question",
    "announce_request",
    "answer_fact",
    "ask_fact",
    "ask_for_meeting",
    "begin_printout",
    "begin_run",
    "begin_tile",
    "cancel_event",
    "cancel_meeting",
    "cancel_run",
    "change_day",
    "change_mailing",
    "change_search",
    "check_in",
    "choose_policy",
    "choose_repair",
    "close_table",
    "create_draft",
    "create_feed",
    "decline_offer",
    "decline_on_behalf",
    "decline_request",
    "deliver_mailing",
    "discard_draft",
    "discard_mailing",
    "dismiss_fact",
    "erase_event",
    "erase_old_events",
    "exclude_organisation",
    "expire_requests",
    "fail_printout",
    "fail_reach",
    "fail_run",
    "import_event",
    "import_solution",
    "lift_exclusion",
    "lock_draft_meeting",
    "mail_search",
    "mark_held",
    "mark_missed",
    "mark_next_step",
    "move_draft_meeting",
    "name_delegate",
    "note_absence",
    "note_feed_read",
    "note_printout",
    "offer_meeting",
    "order_printout",
    "prepare_mailing",
    "prune_profile_changes",
    "publish_release",
    "record_progress",
    "redo_draft_edit",
    "register_walk_in",
    "remind_of_next_steps",
    "remind_of_requests",
    "remove_search",
    "reopen_session",
    "repeat_run",
    "report_outcome",
    "restore_release",
    "resume_stale_runs",
    "resume_standby",
    "resume_tiles",
    "reveal_contacts",
    "revoke_feed",
    "save_policy",
    "save_search",
    "say_late",
    "schedule_draft_meeting",
    "send_mailing",
    "set_priority",
    "set_priority_on_behalf",
    "shorten_session",
    "start_reach",
    "start_run",
    "start_standby",
    "stop_reach",
    "stop_run",
    "stop_standby",
    "store_curve",
    "store_draft",
    "store_printout",
    "store_tile",
    "suggest_introductions",
    "swap_draft_meetings",
    "swap_rooms",
    "take_back_late",
    "tend_printouts",
    "undo_check_in",
    "undo_draft_edit",
    "unmark_meeting",
    "unschedule_draft_meeting",
    "withdraw_registration",
    "withdraw_request",
]
