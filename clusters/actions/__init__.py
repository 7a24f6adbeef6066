"""Every change to organisations and what belongs to them: one function each.

All have the same beats: permission, one transaction, history with actor and action, lock and re-check,
write, mail. They raise PermissionDenied without the right, ValidationError for bad input, and `Refused`
where a state or a rule forbids it.
"""

from clusters.actions.facts import (
    remove_interest,
    remove_label,
    remove_sector,
    remove_target,
    set_interest,
    set_label,
    set_sector,
    set_target,
)
from clusters.actions.history import undo_change
from clusters.actions.logos import remove_logo, set_logo
from clusters.actions.messages import deliver_message, queue_message, send_again
from clusters.actions.organisations import (
    archive_organisation,
    change_organisation,
    create_organisation,
    list_organisation,
    send_back_organisation,
    submit_organisation,
)
from clusters.actions.people import (
    accept_invitation,
    add_representative,
    change_role,
    invite,
    remove_representative,
    revoke_invitation,
)
from clusters.actions.relations import add_relation, confirm_relation, remove_relation
from clusters.actions.sections import (
    InterestChoice,
    StanceChoice,
    set_interests,
    set_sectors,
    set_targets,
    start_profile,
)
from clusters.actions.shortlists import (
    add_to_shortlist,
    change_shortlist,
    create_shortlist,
    remove_from_shortlist,
    remove_shortlist,
)
from clusters.actions.suggestions import claim_organisation, decide_suggestion, suggest_change
from clusters.actions.tokens import create_token, note_token_use, revoke_token
from clusters.actions.users import change_account

__all__ = [
    "InterestChoice",
    "StanceChoice",
    "accept_invitation",
    "add_relation",
    "add_representative",
    "add_to_shortlist",
    "archive_organisation",
    "change_account",
    "change_organisation",
    "change_role",
    "change_shortlist",
    "claim_organisation",
    "confirm_relation",
    "create_organisation",
    "create_shortlist",
    "create_token",
    "decide_suggestion",
    "deliver_message",
    "invite",
    "list_organisation",
    "note_token_use",
    "queue_message",
    "remove_from_shortlist",
    "remove_interest",
    "remove_label",
    "remove_logo",
    "remove_relation",
    "remove_representative",
    "remove_sector",
    "remove_shortlist",
    "remove_target",
    "revoke_invitation",
    "revoke_token",
    "send_again",
    "send_back_organisation",
    "set_interest",
    "set_interests",
    "set_label",
    "set_logo",
    "set_sector",
    "set_sectors",
    "set_target",
    "set_targets",
    "start_profile",
    "submit_organisation",
    "suggest_change",
    "undo_change",
]
