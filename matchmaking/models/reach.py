"""Whom the best lists of all organisations show: counted by a job, in tiles."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clusters.models import Organisation, User
from matchmaking.choices import RunState


class ReachRun(models.Model):
    """A count of everybody's best lists. Of those that are done only the newest is kept.

    `version`: the data it began with. `figures`: by side, and "all" for everybody, what
    `scoring.evenness.Evenness` and `scoring.reach.Reach` measure.
    """

    policy = models.CharField(_("scoring policy"), max_length=60)
    places = models.PositiveSmallIntegerField(_("length of a list"), default=20)
    version = models.CharField(_("version of the data"), max_length=200)
    state = models.CharField(_("state"), max_length=9, choices=RunState, default=RunState.QUEUED)
    organisations = models.PositiveIntegerField(_("organisations"))
    is_mixed = models.BooleanField(_("profiles changed while it ran"), default=False)
    figures = models.JSONField(_("figures"), default=dict)
    error = models.CharField(_("error"), max_length=300, blank=True)
    started_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("started by")
    )
    created_at = models.DateTimeField(_("ordered"), auto_now_add=True)
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        verbose_name = _("count of reach")
        verbose_name_plural = _("counts of reach")
        ordering: ClassVar[list[str]] = ["-pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(state__in=RunState.values), name="reach_run_state_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.policy} {self.created_at:%Y-%m-%d}"

    @property
    def is_active(self) -> bool:
        """Waiting or at work."""
        return self.state in (RunState.QUEUED, RunState.RUNNING)


class ReachTile(models.Model):
    """Some organisations of one side whose lists one job counts. Gone once the run has added them up."""

    run = models.ForeignKey(
        ReachRun, on_delete=models.CASCADE, related_name="tiles", verbose_name=_("run")
    )
    owners = ArrayField(models.BigIntegerField(), verbose_name=_("whose lists"))
    shown = models.JSONField(_("how often, by organisation"), null=True, blank=True)
    version = models.CharField(_("version of the data"), max_length=200, blank=True)
    attempts = models.PositiveSmallIntegerField(_("times begun"), default=0)
    begun_at = models.DateTimeField(_("begun"), null=True, blank=True)

    class Meta:
        verbose_name = _("tile of a count")
        verbose_name_plural = _("tiles of counts")
        ordering: ClassVar[list[str]] = ["pk"]

    def __str__(self) -> str:
        return f"{self.run_id}: {self.pk}"


class ReachCount(models.Model):
    """How many lists show an organisation."""

    run = models.ForeignKey(
        ReachRun, on_delete=models.CASCADE, related_name="counts", verbose_name=_("run")
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="+", verbose_name=_("organisation")
    )
    times = models.PositiveIntegerField(_("lists that show it"))
    lists = models.PositiveIntegerField(_("lists that could"))

    class Meta:
        verbose_name = _("how often an organisation is shown")
        verbose_name_plural = _("how often organisations are shown")
        ordering: ClassVar[list[str]] = ["times", "organisation"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["run", "times"], name="reach_least_shown_first"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["run", "organisation"], name="reach_counted_once"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.times}"
