"""A version of a scoring policy, as curators write it."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from clusters.models import Organisation
from clusters.validators import check_slug
from matchmaking.models import ScoringPolicy
from matchmaking.reads.scores import policy_names
from matchmaking.scoring import CRITERIA
from matchmaking.validators import check_policy
from matchmaking.wording.policies import EXPLAINED
from matchmaking.wording.scoring import criterion_name

COMPARE, SAVE = "compare", "save"


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


class WeightsForm(forms.Form):
    """Points by criterion.

    Saving is the second step: `is_compared` says that these weights were seen at work first.
    """

    name = forms.CharField(
        label=_("Short name in addresses"),
        max_length=60,
        help_text=_("Small letters, digits and hyphens, such as “research-first”."),
    )
    title = forms.CharField(label=_("Title"), max_length=120)
    note = forms.CharField(
        label=_("Why it is so"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    organisation = forms.CharField(
        label=_("Compare the list of"),
        max_length=200,
        required=False,
        help_text=_("Name or short name of a listed organisation; empty takes one of them."),
    )
    seen_version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    compared = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        name: str = "",
        weights: Mapping[str, float] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data, **kwargs)
        if name:
            self.fields["name"].disabled = True
            self.initial["name"] = name
        for code in CRITERIA:
            self.fields[f"weight_{code}"] = forms.FloatField(
                label=criterion_name(code),
                help_text=str(EXPLAINED[code]),
                initial=f"{round(100 * (weights or {}).get(code, 0.0), 1):g}",
                max_value=1000,
                widget=forms.NumberInput(
                    attrs={"step": "any", "inputmode": "decimal", "data-summed": "weights"}
                ),
            )

    def clean_name(self) -> str:
        """A new policy needs a name of its own."""
        name = str(self.cleaned_data["name"])
        check_slug(name)
        if not self.fields["name"].disabled and name in policy_names():
            raise forms.ValidationError(
                _("There is a policy of this name. Choose another, or make a new version of it."),
                code="taken",
            )
        return name

    def clean_organisation(self) -> str:
        """The slug of a listed organisation of that name; empty where none was asked for."""
        wanted = self.cleaned_data["organisation"].strip()
        if not wanted:
            return ""
        listed = Organisation.objects.listed()
        found = listed.filter(slug=wanted).first() or listed.filter(name__iexact=wanted).first()
        found = found or listed.filter(name__icontains=wanted).order_by("name").first()
        found = found or listed.filter(aliases__icontains=wanted).order_by("name").first()
        if found is None:
            raise forms.ValidationError(
                _("No listed organisation is called so. Try a part of its name."), code="unknown"
            )
        return found.slug

    def clean(self) -> dict[str, Any]:
        """Weights that are numbers each must make a policy together."""
        cleaned = super().clean() or self.cleaned_data
        if all(f"weight_{code}" in cleaned for code in CRITERIA) and "name" in cleaned:
            self._check_together(cleaned["name"])
        return cleaned

    def _check_together(self, name: str) -> None:
        """A weight below zero is told at its field, what concerns all of them above the form."""
        try:
            check_policy(name, self.weights, {})
        except forms.ValidationError as error:
            low: list[str | None] = [
                f"weight_{c}" for c, points in self.weights.items() if points < 0
            ]
            for field in low or [None]:
                self.add_error(field, forms.ValidationError(error.messages))

    @property
    def weights(self) -> dict[str, float]:
        """Points by criterion as they were typed."""
        return {code: self.cleaned_data[f"weight_{code}"] for code in CRITERIA}

    @property
    def mark(self) -> str:
        """The weights as one text, to tell whether they changed since they were compared."""
        return " ".join(f"{code}={value:g}" for code, value in self.weights.items())

    @property
    def is_compared(self) -> bool:
        """Whether these very weights were compared before."""
        return str(self.cleaned_data.get("compared", "")) == self.mark

    @cached_property
    def weight_fields(self) -> list[forms.BoundField]:
        """The weights, in the order of the criteria."""
        return [self[f"weight_{code}"] for code in CRITERIA]

    @property
    def sum(self) -> float:
        """The points in the fields now; what is no number counts nothing."""
        total = 0.0
        for field in self.weight_fields:
            try:
                total += float(field.value() or 0)
            except ValueError:
                continue
        return total

    @property
    def values(self) -> dict[str, Any]:
        """What `save_policy` takes."""
        kept = ("name", "title", "note", "seen_version")
        return {**{name: self.cleaned_data[name] for name in kept}, "weights": self.weights}


def proposed_weights(query: Mapping[str, str]) -> dict[str, float] | None:
    """Weights in an address, as a proposal to adopt hands them over; None where there are none."""
    found = {}
    for code in CRITERIA:
        try:
            found[code] = min(1000.0, max(0.0, float(query.get(code, "")))) / 100
        except ValueError:
            continue
    return found if found and any(found.values()) else None


class ChoiceForm(forms.Form):
    """The policy of an event."""

    policy = forms.ChoiceField(label=_("Policy of this event"), choices=[])
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, names: Mapping[str, str], now: str
    ) -> None:
        super().__init__(data, initial={"policy": now, "seen": now})
        self.fields["policy"].choices = list(names.items())  # type: ignore[attr-defined]  # a ChoiceField
