"""The live schedule: meetings, who sits in them, where, and what came of them."""

import uuid
from typing import ClassVar

import pghistory
from django.db import models
from django.db.models import F, Q
from django.db.models.expressions import Combinable
from django.utils.translation import gettext_lazy as _

from clusters.models import Organisation, User
from events.models import Delegate, Event, Slot, Table
from matchmaking.choices import MeetingStatus, OutcomeStep
from matchmaking.models.requests import MeetingRequest
from matchmaking.querysets import MeetingQuerySet


@pghistory.track()
class Meeting(models.Model):
    """Delegates at one slot and place; written by publishing and by what happens on the day."""

    event = models.ForeignKey(
        Event, on_delete=models.CASCADE, related_name="meetings", verbose_name=_("event")
    )
    request = models.OneToOneField(
        MeetingRequest,
        on_delete=models.CASCADE,
        related_name="meeting",
        verbose_name=_("meeting request"),
    )
    slot = models.ForeignKey(
        Slot, on_delete=models.PROTECT, related_name="meetings", verbose_name=_("slot")
    )
    table = models.ForeignKey(
        Table,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="meetings",
        verbose_name=_("table"),
    )
    status = models.CharField(
        _("status"), max_length=9, choices=MeetingStatus, default=MeetingStatus.CONFIRMED
    )
    missed_by = models.ForeignKey(
        Organisation,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("missed by"),
    )
    is_locked = models.BooleanField(_("locked"), default=False)
    is_given_away = models.BooleanField(
        _("place given to others"),
        default=False,
        editable=False,
        help_text=_("It was missed, and another pair met there instead."),
    )
    uid = models.UUIDField(
        _("calendar identifier"), default=uuid.uuid4, unique=True, editable=False
    )
    sequence = models.PositiveIntegerField(_("calendar sequence"), default=0, editable=False)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering: ClassVar[list[str]] = ["slot__starts_at", "table__position", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["id", "slot"], name="meeting_with_its_slot"),
            models.UniqueConstraint(fields=["id", "slot", "table"], name="meeting_with_its_place"),
            models.CheckConstraint(
                condition=Q(status__in=MeetingStatus.values), name="meeting_status_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request} · {self.slot}"


class MeetingSeat(models.Model):
    """A delegate's place in an active meeting. The row goes when the meeting is cancelled.

    (meeting, slot) is a composite foreign key to the meeting, ON UPDATE CASCADE (migration 0002), so the
    unique pair (delegate, slot) holds whatever code writes.
    """

    meeting = models.ForeignKey(
        Meeting, on_delete=models.CASCADE, related_name="seats", verbose_name=_("meeting")
    )
    slot = models.ForeignKey(
        Slot, on_delete=models.CASCADE, related_name="seats", verbose_name=_("slot")
    )
    delegate = models.ForeignKey(
        Delegate, on_delete=models.CASCADE, related_name="seats", verbose_name=_("delegate")
    )

    class Meta:
        verbose_name = _("seat")
        verbose_name_plural = _("seats")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["delegate", "slot"],
                name="seat_delegate_slot_once",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.UniqueConstraint(fields=["meeting", "delegate"], name="seat_once"),
        ]

    def __str__(self) -> str:
        return f"{self.delegate_id} · {self.slot}"


class TableUse(models.Model):
    """The table of an active meeting. The row goes when the meeting is cancelled.

    (meeting, slot, table) is a composite foreign key to the meeting, ON UPDATE CASCADE (migration 0002).
    """

    meeting = models.OneToOneField(
        Meeting, on_delete=models.CASCADE, related_name="table_use", verbose_name=_("meeting")
    )
    slot = models.ForeignKey(
        Slot, on_delete=models.CASCADE, related_name="table_uses", verbose_name=_("slot")
    )
    table = models.ForeignKey(
        Table, on_delete=models.CASCADE, related_name="uses", verbose_name=_("table")
    )

    class Meta:
        verbose_name = _("table in use")
        verbose_name_plural = _("tables in use")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["table", "slot"],
                name="table_slot_once",
                deferrable=models.Deferrable.DEFERRED,
            )
        ]

    def __str__(self) -> str:
        return f"{self.table} · {self.slot}"


class CheckIn(models.Model):
    """A delegate has arrived."""

    delegate = models.OneToOneField(
        Delegate, on_delete=models.CASCADE, related_name="check_in", verbose_name=_("delegate")
    )
    at = models.DateTimeField(_("at"), auto_now_add=True)
    by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("by")
    )

    class Meta:
        verbose_name = _("check-in")
        verbose_name_plural = _("check-ins")

    def __str__(self) -> str:
        return f"{self.delegate_id} · {self.at:%H:%M}"


@pghistory.track(exclude=["note", "next_step"])
class Outcome(models.Model):
    """What came of a meeting as one side says it. It is confirmed when both sides say so."""

    meeting = models.ForeignKey(
        Meeting, on_delete=models.CASCADE, related_name="outcomes", verbose_name=_("meeting")
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="outcomes", verbose_name=_("said by")
    )
    step = models.CharField(_("step"), max_length=10, choices=OutcomeStep, default=OutcomeStep.HELD)
    note = models.TextField(_("note"), max_length=2000, blank=True)
    next_step = models.CharField(_("next step"), max_length=300, blank=True)
    next_on = models.DateField(_("on"), null=True, blank=True)
    next_done_at = models.DateTimeField(_("done"), null=True, blank=True)
    recorded_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded"), auto_now=True)

    class Meta:
        verbose_name = _("outcome")
        verbose_name_plural = _("outcomes")
        ordering: ClassVar[list[str | Combinable]] = [F("recorded_at").desc()]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["meeting", "organisation"], name="outcome_once_per_side"
            ),
            models.CheckConstraint(
                condition=Q(step__in=OutcomeStep.values), name="outcome_step_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.meeting} · {self.get_step_display()}"


class CalendarFeed(models.Model):
    """A secret, revocable calendar address of one user for one event. Only its hash is stored."""

    event = models.ForeignKey(
        Event, on_delete=models.CASCADE, related_name="feeds", verbose_name=_("event")
    )
    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="feeds", verbose_name=_("user")
    )
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    last_read_at = models.DateTimeField(_("last read"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("calendar address")
        verbose_name_plural = _("calendar addresses")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["event", "user"], name="feed_once")
        ]

    def __str__(self) -> str:
        return f"{self.event} · {self.user}"
