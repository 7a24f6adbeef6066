"""The form that takes a solution computed elsewhere."""

from typing import Any, BinaryIO, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from matchmaking.scheduling.exchange import MOST_BYTES, document_in
from matchmaking.scheduling.problem import InvalidProblem


class SolutionForm(forms.Form):
    """A file of the schedule exchange format and a name for the draft it becomes."""

    file = forms.FileField(
        label=_("Solution file"),
        help_text=_("JSON of the schedule exchange format, plain or packed with gzip."),
        widget=forms.ClearableFileInput(attrs={"accept": ".json,.gz"}),
    )
    name = forms.CharField(label=_("Name of the draft"), max_length=80, required=False)

    def clean_file(self) -> object:
        """The parsed document."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if file.size and file.size > MOST_BYTES:
            raise forms.ValidationError(
                _("The file is larger than %(most)d MB, the most that is read."),
                code="too_large",
                params={"most": MOST_BYTES // 1024**2},
            )
        try:
            return document_in(cast(BinaryIO, file.file), packed=str(file.name).endswith(".gz"))
        except InvalidProblem as error:
            raise forms.ValidationError(
                _("The file cannot be read: %(fault)s"),
                code="unreadable",
                params={"fault": str(error.faults[0])},
            ) from error
