"""Two people edit the same event: the second sees what changed and loses nothing."""

from dataclasses import dataclass

from django import forms
from django.http import QueryDict

from events.models import Event
from matchmaking.forms.setup import EventForm


@dataclass(frozen=True)
class FieldChange:
    """What somebody else changed meanwhile; `is_disputed` where the editor changed it, too."""

    label: str
    before: str
    after: str
    is_disputed: bool


def merged(event: Event, form: EventForm, data: QueryDict) -> tuple[EventForm, list[FieldChange]]:
    """The editor's form over the event as it is now, and what is different since it was opened.

    Fields that only the other person changed take the new value; where both changed one, the editor's
    text stays in the field and the other's is in the list. Saving the result is saving knowingly.
    """
    fresh = EventForm(event)
    mended, changes = data.copy(), []
    for name, field in fresh.fields.items():
        if name == "seen_at":
            continue
        now = field.hidden_widget().format_value(fresh[name].value()) or ""
        seen = data.get(f"initial-{name}", "")
        if now != seen:
            mine = name in form.changed_data
            changes.append(
                FieldChange(str(field.label), _shown(field, seen), _shown(field, now), mine)
            )
            if not mine:
                mended[name] = field.widget.format_value(fresh[name].value()) or ""
        mended[f"initial-{name}"] = now
    mended["seen_at"] = event.updated_at.isoformat()
    return EventForm(event, mended), changes


def _shown(field: forms.Field, text: str) -> str:
    """A value as people read it."""
    if isinstance(field, forms.ModelChoiceField) and field.queryset is not None:
        return str(field.queryset.filter(pk=text or 0).first() or "")
    if isinstance(field, forms.ChoiceField):
        names = {str(value): str(label) for value, label in field.choices}  # type: ignore[misc, union-attr]  # none is grouped
        return names.get(text, text)
    return text
