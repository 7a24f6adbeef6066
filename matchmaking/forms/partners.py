"""Forms beside a match."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone

from matchmaking.choices import ExclusionReason

# "Not now" comes back by itself, as the menu says.
NOT_NOW_DAYS = 183


class ExclusionForm(forms.Form):
    """Why a pair is set aside; "not now" ends by itself after half a year."""

    reason = forms.ChoiceField(choices=ExclusionReason.choices)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        not_now = cleaned.get("reason") == ExclusionReason.NOT_NOW
        cleaned["until"] = timezone.now() + timedelta(days=NOT_NOW_DAYS) if not_now else None
        return cleaned
