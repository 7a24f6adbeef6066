"""What was changed in a draft by hand, by whom, and what can be undone."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from events.models import Slot, Table
from matchmaking.models import DraftEdit, MeetingRequest, ScheduleRun
from matchmaking.reads.organiser.places import Places
from matchmaking.wording.drafts import edit_text

SHOWN = 20
"""Changes that the page lists, the newest first."""


@dataclass(frozen=True)
class EditLine:
    """One change in words. `undone_by` names who took it back; empty while it stands."""

    text: str
    who: str
    at: dt.datetime
    undone_by: str = ""
    is_undone: bool = False


@dataclass(frozen=True)
class History:
    """The newest changes of a draft, the one that Undo takes back, the one that Redo does again."""

    lines: tuple[EditLine, ...]
    total: int
    undo: EditLine | None
    redo: EditLine | None


def history(
    edits: Iterable[DraftEdit], requests: Mapping[int, MeetingRequest], places: Places
) -> History:
    """The history of a draft from its changes with `made_by` and `undone_by`."""
    lines = [_line(edit, requests, places) for edit in edits]
    return History(
        lines=tuple(reversed(lines[-SHOWN:])),
        total=len(lines),
        undo=next((one for one in reversed(lines) if not one.is_undone), None),
        redo=next((one for one in lines if one.is_undone), None),
    )


def changes_since(run: ScheduleRun, revision: int) -> list[str]:
    """What people did to the draft after that revision, in words, the newest first."""
    edits = edits_of(run).filter(revision__gt=revision).order_by("-revision")
    return [_said(line) for line in _lines(run, edits)]


def edit_words(edit: DraftEdit) -> str:
    """One change in words, whoever made it."""
    return _lines(edit.run, [edit])[0].text


def _lines(run: ScheduleRun, edits: Iterable[DraftEdit]) -> list[EditLine]:
    keys = {key for edit in edits for key in requests_of(edit)}
    requests = MeetingRequest.objects.with_parties().in_bulk(keys)
    event = run.event
    places = Places(event, Slot.objects.filter(event=event), Table.objects.filter(event=event))
    return [_line(edit, requests, places) for edit in edits]


def edits_of(run: ScheduleRun) -> QuerySet[DraftEdit]:
    """All changes of a draft with the people who made them."""
    return DraftEdit.objects.filter(run=run).select_related("made_by", "undone_by")


def requests_of(edit: DraftEdit) -> set[int]:
    """Keys of the requests whose meetings it changed."""
    return {int(key) for key in {**edit.before, **edit.after}}


def _said(line: EditLine) -> str:
    if line.is_undone:
        return _("%(who)s undid: %(change)s") % {"who": line.undone_by, "change": line.text}
    return _("%(who)s: %(change)s") % {"who": line.who, "change": line.text}


def _line(edit: DraftEdit, requests: Mapping[int, MeetingRequest], places: Places) -> EditLine:
    keys = sorted(requests_of(edit))
    names = [_pair(requests.get(key)) for key in keys]
    before, after = edit.before.get(str(keys[0])), edit.after.get(str(keys[0]))
    return EditLine(
        text=edit_text(
            edit.kind,
            names,
            places.text(*before[:2]) if before else "",
            places.text(*after[:2]) if after else "",
        ),
        who=_person(edit.made_by),
        at=edit.made_at,
        undone_by=_person(edit.undone_by) if edit.undone_at else "",
        is_undone=edit.undone_at is not None,
    )


def _person(user: object | None) -> str:
    return _("somebody") if user is None else str(user)


def _pair(request: MeetingRequest | None) -> str:
    if request is None:
        return _("a meeting that is gone")
    return f"{request.sender.organisation.short_name} × {request.receiver.organisation.short_name}"
