"""Planner runs, their drafts, and published releases."""

from typing import ClassVar

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clusters.models import User
from events.models import Event, Slot, Table
from matchmaking.choices import DraftEditKind, RunState
from matchmaking.models.requests import MeetingRequest
from matchmaking.querysets import ScheduleRunQuerySet


class ScheduleRun(models.Model):
    """One run of the planner, or a draft made by hand. Its progress is this row."""

    event = models.ForeignKey(
        Event, on_delete=models.CASCADE, related_name="runs", verbose_name=_("event")
    )
    number = models.PositiveIntegerField(
        _("number within the event"), default=1, help_text=_("Names a run without a name.")
    )
    name = models.CharField(_("name"), max_length=80, blank=True)
    state = models.CharField(_("state"), max_length=9, choices=RunState, default=RunState.QUEUED)
    stage = models.CharField(_("stage"), max_length=30, blank=True)
    seed = models.PositiveIntegerField(_("seed"), default=1)
    seconds = models.PositiveIntegerField(_("time limit in seconds"), default=30)
    is_fair = models.BooleanField(_("first a meeting for everybody"), default=True)
    repair_of = models.ForeignKey(
        "matchmaking.Release",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="repairs",
        verbose_name=_("repairs release"),
    )
    keep_weight = models.PositiveSmallIntegerField(
        _("points for keeping a meeting in its slot"), default=0
    )
    is_curve = models.BooleanField(_("works out repairs to choose from"), default=False)
    points = models.JSONField(_("repairs to choose from"), default=list, blank=True)
    track = models.JSONField(_("progress: seconds, value, bound"), default=list, blank=True)
    attempts = models.PositiveSmallIntegerField(_("times taken up"), default=0)
    value = models.PositiveIntegerField(_("weight placed"), null=True, blank=True)
    bound = models.PositiveIntegerField(_("proven bound"), null=True, blank=True)
    elapsed = models.FloatField(_("seconds used"), null=True, blank=True)
    stats = models.JSONField(_("figures"), default=dict, blank=True)
    unplaced = models.JSONField(_("unplaced requests with reasons"), default=list, blank=True)
    cancel_requested = models.BooleanField(_("asked to stop"), default=False)
    error = models.CharField(_("error"), max_length=300, blank=True)
    revision = models.PositiveIntegerField(_("changes by hand so far"), default=0)
    started_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("started by")
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    heartbeat_at = models.DateTimeField(_("last sign of life"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    objects = ScheduleRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("planner run")
        verbose_name_plural = _("planner runs")
        ordering: ClassVar[list[str]] = ["-created_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["event"],
                condition=Q(state__in=[RunState.QUEUED, RunState.RUNNING]),
                name="run_one_at_a_time",
            ),
            models.CheckConstraint(condition=Q(state__in=RunState.values), name="run_state_known"),
            models.UniqueConstraint(fields=["id", "event"], name="run_with_its_event"),
        ]

    def __str__(self) -> str:
        if self.name:
            return self.name
        if self.is_curve:
            return _("Repairs %(number)d") % {"number": self.number}
        return _("Draft %(number)d") % {"number": self.number}

    @property
    def is_active(self) -> bool:
        return self.state in (RunState.QUEUED, RunState.RUNNING)

    @property
    def gap(self) -> float | None:
        """Share of the proven bound that is not placed, 0 to 1; None before both are known."""
        if self.value is None or not self.bound:
            return None
        return max(0.0, 1 - self.value / self.bound)


class DraftMeeting(models.Model):
    """A meeting of a draft.

    `event` is the run's, filled in by the database; composite foreign keys (migration 0007) hold run,
    request, slot and table to it, so that no draft reaches into another event whatever code writes.
    """

    run = models.ForeignKey(
        ScheduleRun, on_delete=models.CASCADE, related_name="meetings", verbose_name=_("run")
    )
    event = models.ForeignKey(
        Event,
        on_delete=models.CASCADE,
        related_name="+",
        editable=False,
        verbose_name=_("event"),
    )
    request = models.ForeignKey(
        MeetingRequest,
        on_delete=models.CASCADE,
        related_name="drafts",
        verbose_name=_("meeting request"),
    )
    slot = models.ForeignKey(
        Slot, on_delete=models.CASCADE, related_name="drafts", verbose_name=_("slot")
    )
    table = models.ForeignKey(
        Table,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="drafts",
        verbose_name=_("table"),
    )
    weight = models.PositiveSmallIntegerField(_("weight"), default=0)
    is_locked = models.BooleanField(_("locked"), default=False)

    class Meta:
        verbose_name = _("draft meeting")
        verbose_name_plural = _("draft meetings")
        ordering: ClassVar[list[str]] = ["slot__starts_at", "table__position"]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.Trigger(
                name="draft_meeting_in_its_event",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=(
                    "SELECT event_id INTO NEW.event_id FROM matchmaking_schedulerun "
                    "WHERE id = NEW.run_id; RETURN NEW;"
                ),
            )
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["run", "request"], name="draft_request_once"),
            models.UniqueConstraint(
                fields=["run", "slot", "table"],
                name="draft_table_once",
                deferrable=models.Deferrable.DEFERRED,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request_id} · {self.slot}"


class DraftEdit(models.Model):
    """One change of a draft by hand, so that it can be undone and everybody sees whose it was.

    `before` and `after` are the places of the meetings it touched, by request: `[slot, table, locked,
    weight]`, keys of rows; a request that is left out has no place. `revision` is the draft's when it was
    made, undone or redone last. Undone changes stay until the next one takes their turn.
    """

    run = models.ForeignKey(
        ScheduleRun, on_delete=models.CASCADE, related_name="edits", verbose_name=_("run")
    )
    number = models.PositiveIntegerField(_("number"))
    revision = models.PositiveIntegerField(_("revision of the draft with it"), default=0)
    kind = models.CharField(_("kind"), max_length=8, choices=DraftEditKind)
    before = models.JSONField(_("places before"), default=dict)
    after = models.JSONField(_("places after"), default=dict)
    made_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("made by")
    )
    made_at = models.DateTimeField(_("made"), auto_now_add=True)
    undone_by = models.ForeignKey(
        User,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("undone by"),
    )
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)

    class Meta:
        verbose_name = _("change of a draft")
        verbose_name_plural = _("changes of drafts")
        ordering: ClassVar[list[str]] = ["run", "number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["run", "number"], name="draft_edit_once"),
            models.CheckConstraint(
                condition=Q(kind__in=DraftEditKind.values), name="draft_edit_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.run_id} · {self.number} · {self.get_kind_display()}"


class Release(models.Model):
    """A published version of an event's schedule. The database refuses to change or delete it."""

    event = models.ForeignKey(
        Event, on_delete=models.PROTECT, related_name="releases", verbose_name=_("event")
    )
    number = models.PositiveIntegerField(_("number"))
    run = models.ForeignKey(
        ScheduleRun,
        on_delete=models.PROTECT,
        null=True,
        related_name="releases",
        verbose_name=_("from run"),
    )
    restores = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="restored_by",
        verbose_name=_("restores"),
    )
    published_at = models.DateTimeField(_("published"), auto_now_add=True)
    published_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("published by")
    )
    note = models.CharField(_("note"), max_length=300, blank=True)
    code = models.CharField(_("code for paper"), max_length=12, unique=True)

    class Meta:
        verbose_name = _("release")
        verbose_name_plural = _("releases")
        ordering: ClassVar[list[str]] = ["event", "-number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["event", "number"], name="release_number_once")
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.Protect(
                name="release_is_immutable", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.event} · {self.number}"


class ReleaseEntry(models.Model):
    """One meeting of a release: identifiers only, so that it can be immutable and still hold no personal data.

    What it names stays, too: a request, slot or table of a release cannot be deleted.
    """

    release = models.ForeignKey(
        Release, on_delete=models.PROTECT, related_name="entries", verbose_name=_("release")
    )
    request = models.ForeignKey(
        MeetingRequest,
        on_delete=models.PROTECT,
        related_name="release_entries",
        verbose_name=_("meeting request"),
    )
    slot = models.ForeignKey(
        Slot, on_delete=models.PROTECT, related_name="release_entries", verbose_name=_("slot")
    )
    table = models.ForeignKey(
        Table,
        on_delete=models.PROTECT,
        null=True,
        related_name="release_entries",
        verbose_name=_("table"),
    )
    delegate_ids = ArrayField(models.BigIntegerField(), verbose_name=_("delegates"), default=list)

    class Meta:
        verbose_name = _("release entry")
        verbose_name_plural = _("release entries")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["release", "request"], name="release_entry_once")
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.Protect(
                name="release_entry_is_immutable", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.release} · {self.request_id}"
