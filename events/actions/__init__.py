"""Every change to events and registrations: one function each.

All have the same beats: permission, one transaction, history with actor and action, lock and re-check,
write, mail. They raise PermissionDenied without the right, ValidationError for bad input, and `Refused`
where a state or a rule forbids it.
"""

from events.actions.delegates import (
    add_delegate,
    change_delegate,
    remove_delegate,
    set_availability,
)
from events.actions.imports import (
    apply_import,
    decide_rows,
    discard_import,
    erase_imports,
    map_columns,
    upload_registrations,
)
from events.actions.on_behalf import note_on_behalf
from events.actions.plans import (
    add_floor_plan,
    change_floor_plan,
    place_table,
    remove_floor_plan,
    take_table_off_plan,
)
from events.actions.registrations import (
    apply_to_event,
    change_registration,
    decide_registration,
    fill_places,
)
from events.actions.setup import (
    add_session,
    add_tables,
    change_event,
    change_session,
    change_table,
    create_event,
    move_event,
    remove_session,
    remove_table,
)
from events.actions.team import remove_team_member, set_team_member
from events.actions.templates import TEMPLATES, create_event_from_template
from events.actions.timetable import keep_timetable, note_fault
from events.actions.weights import change_weights

__all__ = [
    "TEMPLATES",
    "add_delegate",
    "add_floor_plan",
    "add_session",
    "add_tables",
    "apply_import",
    "apply_to_event",
    "change_delegate",
    "change_event",
    "change_floor_plan",
    "change_registration",
    "change_session",
    "change_table",
    "change_weights",
    "create_event",
    "create_event_from_template",
    "decide_registration",
    "decide_rows",
    "discard_import",
    "erase_imports",
    "fill_places",
    "keep_timetable",
    "map_columns",
    "move_event",
    "note_fault",
    "note_on_behalf",
    "place_table",
    "remove_delegate",
    "remove_floor_plan",
    "remove_session",
    "remove_table",
    "remove_team_member",
    "set_availability",
    "set_team_member",
    "take_table_off_plan",
    "upload_registrations",
]
