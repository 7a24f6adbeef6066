"""Forms of floor plans: a picture, and where on it a table stands."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from clusters.validators import whole_number
from events.models import FloorPlan, Table
from matchmaking.forms.pictures import PictureField
from matchmaking.reads.organiser.plans import STAGE_WIDTH, stage_height

CLICKED = ("at.x", "at.y")
"""What a browser sends when a picture is clicked that is a button: pixels from its corner."""


class PlanForm(forms.Form):
    """A floor or hall and its picture; of a plan that is there already, the picture may stay."""

    name = forms.CharField(
        label=_("Floor or hall"),
        max_length=60,
        help_text=_("Stands beside the table in every agenda, such as “Hall A”."),
    )
    picture = PictureField(
        label=_("Picture"),
        help_text=_(
            "PNG, JPEG, WebP or plain SVG, at most 5 MB. Everybody who sees the event sees it."
        ),
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        files: "MultiValueDict[str, UploadedFile[Any]] | None" = None,
        *,
        plan: FloorPlan | None = None,
    ) -> None:
        super().__init__(data, files, initial={"name": plan.name} if plan else None)
        if plan is not None:
            self.fields["picture"].required = False
            self.fields["picture"].label = _("Another picture")

    @property
    def content(self) -> bytes | None:
        """The bytes of the picture; None where it stays."""
        content: bytes | None = self.cleaned_data.get("picture")
        return content


class PlaceForm(forms.Form):
    """Where a table stands: a click on the picture, or two numbers."""

    table = forms.ModelChoiceField(Table.objects.none(), widget=forms.HiddenInput)
    left = forms.FloatField(
        label=_("From the left, in %"), min_value=0, max_value=100, step_size=None
    )
    top = forms.FloatField(
        label=_("From the top, in %"), min_value=0, max_value=100, step_size=None
    )

    def __init__(
        self,
        plan: FloorPlan,
        data: Mapping[str, Any] | None = None,
        *,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        self.plan = plan
        super().__init__(data, initial=dict(initial or {}))
        self.fields["table"].queryset = Table.objects.filter(event=plan.event_id)  # type: ignore[attr-defined]  # a ModelChoiceField
        for name in ("left", "top"):
            self.fields[name].widget.attrs |= {"step": "0.1", "inputmode": "decimal"}
            self.fields[name].required = not self._is_click

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self._is_click:
            cleaned["left"], cleaned["top"] = self._clicked()
        return cleaned

    @property
    def _is_click(self) -> bool:
        return all(name in self.data for name in CLICKED)

    def _clicked(self) -> tuple[float, float]:
        """Percent from the left and the top. Raises ValidationError for what no browser sends."""
        left, top = (whole_number(self.data[name]) for name in CLICKED)
        if left is None or top is None:
            raise ValidationError(_("Click on the picture again."), code="click")
        return 100 * left / STAGE_WIDTH, 100 * top / stage_height(self.plan)

    @property
    def share(self) -> tuple[float, float]:
        """The checked place as shares of the picture."""
        return self.cleaned_data["left"] / 100, self.cleaned_data["top"] / 100
