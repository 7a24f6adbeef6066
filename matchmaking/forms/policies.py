"""A version of a scoring policy, as curators write it."""

from typing import Any, ClassVar

from django import forms

from clusters.validators import check_slug
from matchmaking.models import ScoringPolicy
from matchmaking.validators import check_policy


class PolicyForm(forms.ModelForm):
    """Weights and priors as JSON. One unusable policy would stop every page that shows a score."""

    class Meta:
        model = ScoringPolicy
        fields = ("name", "title", "weights", "priors", "note")

    priors = forms.JSONField(
        label=ScoringPolicy._meta.get_field("priors").verbose_name, required=False
    )
    usable: ClassVar[frozenset[str]] = frozenset({"name", "weights", "priors"})

    def clean(self) -> dict[str, Any]:
        """Fields that are readable each must make a policy together."""
        cleaned = super().clean() or self.cleaned_data
        cleaned["priors"] = cleaned.get("priors") or {}
        if self.usable <= cleaned.keys():
            check_slug(cleaned["name"])
            check_policy(cleaned["name"], cleaned["weights"], cleaned["priors"])
        return cleaned
