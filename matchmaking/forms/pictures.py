"""A picture that somebody uploads. What is wrong with it says the action that takes it."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from clusters.adapters import MOST_BYTES

ACCEPTED = ".png,.jpg,.jpeg,.webp,.svg,image/png,image/jpeg,image/webp,image/svg+xml"


class PictureField(forms.FileField):
    """The bytes of a picture, one more than allowed at most; None where none was chosen."""

    def __init__(self, **options: Any) -> None:
        widget = forms.FileInput(attrs={"accept": ACCEPTED})
        super().__init__(allow_empty_file=True, widget=widget, **options)

    def clean(self, data: "UploadedFile[Any] | None", initial: Any = None) -> bytes | None:
        """Read the file once it is known to be one."""
        file = super().clean(data, initial)
        content: bytes | None = file.read(MOST_BYTES + 1) if file else None
        return content


class LogoForm(forms.Form):
    """The picture an organisation is recognised by."""

    picture = PictureField(
        label=_("Logo"),
        help_text=_(
            "PNG, JPEG, WebP or plain SVG, at most 5 MB. Everybody who sees the profile sees it."
        ),
    )
