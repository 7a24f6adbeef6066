"""Papers that were ordered: each a job, and for a while its file."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clusters.models import User
from events.models import Event
from matchmaking.choices import Paper, PaperKind, PrintState
from matchmaking.models.schedule import Release
from matchmaking.querysets import PrintoutQuerySet


class Printout(models.Model):
    """A paper of a release, made by a job. Its file holds names of people and goes after a day.

    The file stands in the database, so that any machine may make it and any other hand it out.
    """

    event = models.ForeignKey(
        Event, on_delete=models.CASCADE, related_name="printouts", verbose_name=_("event")
    )
    release = models.ForeignKey(
        Release, on_delete=models.CASCADE, related_name="printouts", verbose_name=_("release")
    )
    kind = models.CharField(_("what"), max_length=6, choices=PaperKind)
    paper = models.CharField(_("paper"), max_length=6, choices=Paper)
    language = models.CharField(_("language"), max_length=2)
    state = models.CharField(
        _("state"), max_length=8, choices=PrintState, default=PrintState.QUEUED
    )
    done = models.PositiveSmallIntegerField(_("percent done"), default=0)
    seconds = models.FloatField(_("seconds used"), null=True, blank=True)
    error = models.CharField(_("error"), max_length=300, blank=True)
    content = models.BinaryField(_("file"), null=True, blank=True)
    size = models.PositiveIntegerField(_("bytes"), default=0)
    ordered_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("ordered by")
    )
    created_at = models.DateTimeField(_("ordered"), auto_now_add=True)
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    expires_at = models.DateTimeField(_("file deleted"))

    objects = PrintoutQuerySet.as_manager()

    class Meta:
        verbose_name = _("printout")
        verbose_name_plural = _("printouts")
        ordering: ClassVar[list[str]] = ["-pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(state__in=PrintState.values), name="printout_state_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.release.number})"

    @property
    def is_active(self) -> bool:
        """Waiting or at work."""
        return self.state in (PrintState.QUEUED, PrintState.PRINTING)

    @property
    def is_ready(self) -> bool:
        """There is a file, and its time is not over."""
        return self.state == PrintState.DONE and self.expires_at > timezone.now()

    @property
    def file_name(self) -> str:
        """A name for the file that says what it is."""
        number = f"release-{self.release.number}"
        return f"{self.event.slug}-{self.kind}-{number}-{self.paper}-{self.language}.pdf"
