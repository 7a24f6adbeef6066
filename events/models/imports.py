"""Lists of registrations from other tools, between upload and registration."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clusters.models import User
from events.choices import ImportState
from events.models.events import Event


class RegistrationImport(models.Model):
    """An uploaded list. Its rows hold names of people and go when it is applied, else after a day.

    What stays says which column meant what (for the next list of this kind), and what was done.
    """

    event = models.ForeignKey(
        Event, on_delete=models.CASCADE, related_name="imports", verbose_name=_("event")
    )
    uploaded_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("uploaded by")
    )
    file_name = models.CharField(_("file"), max_length=150)
    encoding = models.CharField(_("encoding"), max_length=12)
    headings = models.JSONField(_("headings"), default=list)
    rows = models.JSONField(
        _("rows"), default=list, help_text=_("Each its number in the file and its cells.")
    )
    columns = models.JSONField(
        _("columns"), default=dict, help_text=_("The number of the column for each field.")
    )
    options = models.JSONField(_("choices for all rows"), default=dict)
    decisions = models.JSONField(
        _("choices by organisation"),
        default=dict,
        help_text=_("A slug, “new” or “skip” for each name as the file has it."),
    )
    near = models.JSONField(
        _("profiles that resemble a name"), default=dict, help_text=_("Slugs for each name.")
    )
    state = models.CharField(
        _("state"), max_length=8, choices=ImportState, default=ImportState.UPLOADED
    )
    report = models.JSONField(_("what was done"), default=dict)
    created_at = models.DateTimeField(_("uploaded"), auto_now_add=True)
    applied_at = models.DateTimeField(_("applied"), null=True, blank=True)
    expires_at = models.DateTimeField(_("rows erased"))

    class Meta:
        verbose_name = _("import of registrations")
        verbose_name_plural = _("imports of registrations")
        ordering: ClassVar[list[str]] = ["-pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(state__in=ImportState.values), name="import_state_known"
            ),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_open(self) -> bool:
        """Its rows are there and it was not applied."""
        return self.state == ImportState.UPLOADED and self.expires_at > timezone.now()
