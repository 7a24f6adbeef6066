"""Forms of planning: a run of the planner, a release."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from events.models import Event
from matchmaking.choices import RunState
from matchmaking.models import Release, ScheduleRun

NOTE_LENGTH = 300


class RunForm(forms.Form):
    """What the planner is told."""

    seconds = forms.IntegerField(
        label=_("Seconds at most"),
        min_value=1,
        max_value=600,
        initial=30,
        help_text=_("Up to 200 organisations 30 are plenty; 700 take 60."),
    )
    seed = forms.IntegerField(
        label=_("Seed"),
        min_value=0,
        max_value=2_147_483_647,
        initial=1,
        help_text=_("Another number gives another draft of the same worth."),
    )
    is_fair = forms.BooleanField(
        label=_("First a meeting for everybody who can have one"), required=False, initial=True
    )
    base = forms.ModelChoiceField(
        ScheduleRun.objects.none(),
        label=_("Keep the locked meetings of"),
        required=False,
        empty_label=_("no draft"),
    )

    def __init__(self, event: Event, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        drafts = ScheduleRun.objects.filter(event=event, state=RunState.DONE, is_curve=False)
        drafts = drafts.select_related("event")
        base = self.fields["base"]
        base.queryset = drafts.order_by("-pk")  # type: ignore[attr-defined]  # a ModelChoiceField


class NoteForm(forms.Form):
    """A word to everybody whom a release concerns."""

    note = forms.CharField(
        label=_("A word to those it concerns"),
        max_length=NOTE_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Stands in the mail and in the list of releases."),
    )


class CopyForm(forms.Form):
    """What a draft by hand starts from: another draft, a release, or nothing."""

    run = forms.ModelChoiceField(ScheduleRun.objects.none(), required=False)
    release = forms.ModelChoiceField(Release.objects.none(), required=False)

    def __init__(self, event: Event, data: Mapping[str, Any]) -> None:
        super().__init__(data)
        done = ScheduleRun.objects.filter(event=event, state=RunState.DONE, is_curve=False)
        releases = Release.objects.filter(event=event)
        self.fields["run"].queryset = done  # type: ignore[attr-defined]  # a ModelChoiceField
        self.fields["release"].queryset = releases  # type: ignore[attr-defined]  # as above

    @property
    def base(self) -> ScheduleRun | Release | None:
        """The one chosen."""
        chosen: ScheduleRun | Release | None = (
            self.cleaned_data["run"] or self.cleaned_data["release"]
        )
        return chosen


class WeightsForm(forms.Form):
    """How an event weighs wishes."""

    score_share = forms.IntegerField(
        label=_("Percent from the score"),
        min_value=0,
        max_value=100,
        help_text=_("The rest comes from the two priorities. 50: both count the same."),
    )
    unknown_score = forms.IntegerField(
        label=_("What an unknown score counts as"),
        min_value=0,
        max_value=100,
        help_text=_("50 is neither for nor against the meeting."),
    )
    mutual_bonus = forms.IntegerField(
        label=_("Points more where both asked"),
        min_value=0,
        max_value=50,
        help_text=_("For wishes that both sides sent by themselves. No wish gets more than 100."),
    )

    def __init__(self, event: Event, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial={name: getattr(event, name) for name in self.base_fields})


class CompareForm(forms.Form):
    """Two drafts of an event side by side."""

    one = forms.ModelChoiceField(
        ScheduleRun.objects.none(), label=_("One draft"), empty_label=_("choose")
    )
    other = forms.ModelChoiceField(
        ScheduleRun.objects.none(), label=_("The other draft"), empty_label=_("choose")
    )

    def __init__(self, event: Event, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        drafts = ScheduleRun.objects.filter(event=event, state=RunState.DONE, is_curve=False)
        for name in ("one", "other"):
            self.fields[name].queryset = drafts.select_related("event").order_by("-pk")  # type: ignore[attr-defined]  # a ModelChoiceField
