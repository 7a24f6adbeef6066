"""Forms of meeting requests."""

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from events.models import Delegate
from matchmaking.models import MeetingRequest
from matchmaking.reads.asking import AskPage, sent_before
from matchmaking.validators import MESSAGE_LENGTH, NOTE_LENGTH

# How much a side wants a meeting; the planner weighs it.
PRIORITY_NAMES = {3: _("we must meet"), 2: _("we want to meet"), 1: _("it would be nice")}
PRIVATE = _("For the schedule alone: where not all fits, it goes first. They are never told.")

# From so many on, the same words look like a circular.
MANY = 2


class AskForm(forms.Form):
    """Why to meet: one of the reasons that match, and own words."""

    reason = forms.ChoiceField(
        label=_("The reason that matters most"), required=False, widget=forms.RadioSelect
    )
    message = forms.CharField(
        label=_("In your own words"),
        required=False,
        max_length=MESSAGE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What would you talk about? They see this beside the reason."),
    )
    priority = forms.TypedChoiceField(
        label=_("How much you want it"),
        coerce=int,
        empty_value=2,  # type: ignore[arg-type]  # given out as it is, like a coerced one
        required=False,
        initial=2,
        choices=PRIORITY_NAMES.items,
        widget=forms.RadioSelect,
        help_text=PRIVATE,
    )
    same_words = forms.BooleanField(label=_("Send the same words all the same"), required=False)

    def __init__(self, *args: Any, page: AskPage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.page = page
        self.repeated = 0
        reasons = [(line.code, line.name) for line in page.reasons]
        cast(forms.ChoiceField, self.fields["reason"]).choices = [
            *reasons,
            ("", _("Another reason")),
        ]
        self.fields["reason"].initial = reasons[0][0] if reasons else ""

    def clean(self) -> dict[str, Any]:
        """The same words to many are pointed out once; whoever means them ticks the box."""
        cleaned = super().clean() or self.cleaned_data
        agreed = cleaned.pop("same_words", False)
        before = sent_before(self.page, cleaned.get("message", ""))
        if before >= MANY:
            self.repeated = before
        if before >= MANY and not agreed:
            self.add_error("message", _repeated(before))
        return cleaned


def _repeated(before: int) -> ValidationError:
    return ValidationError(
        ngettext_lazy(
            "You sent these words to %(n)s other already. Say what you want from this one in "
            "particular, or tick the box below.",
            "You sent these words to %(n)s others already. Say what you want from this one in "
            "particular, or tick the box below.",
            before,
        ),
        code="same_words",
        params={"n": before},
    )


class AnswerForm(forms.Form):
    """A word with the answer, if one likes."""

    note = forms.CharField(
        label=_("A word to them"),
        required=False,
        max_length=NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class PriorityForm(AnswerForm):
    """How much one's side wants the meeting."""

    priority = forms.TypedChoiceField(
        label=_("How much you want it"), coerce=int, choices=PRIORITY_NAMES.items, help_text=PRIVATE
    )


class DelegateForm(AnswerForm):
    """Which delegate of one of the two sides takes a meeting; the action says whose."""

    delegate = forms.ModelChoiceField(label=_("Delegate"), queryset=Delegate.objects.none())

    def __init__(self, *args: Any, request_row: MeetingRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sides = (request_row.sender_id, request_row.receiver_id)
        field = cast(forms.ModelChoiceField, self.fields["delegate"])
        field.queryset = Delegate.objects.filter(registration__in=sides)
