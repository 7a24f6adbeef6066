"""Events with their sessions, slots and tables."""

from datetime import timedelta
from typing import ClassVar
from zoneinfo import ZoneInfo

import pghistory
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.expressions import Combinable
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clusters.choices import Side
from clusters.models import (
    Citation,
    Contradiction,
    Country,
    Figure,
    Organisation,
    Region,
    Sector,
    User,
)
from clusters.models.reference import CodeManager
from events.choices import Asking, EventStatus, EventStep, Format, TableKind, TeamRole
from events.querysets import EventQuerySet


class EventManager(models.Manager.from_queryset(EventQuerySet)):  # type: ignore[misc]  # built at run time
    def get_by_natural_key(self, slug: str) -> "Event":
        return self.get(slug=slug)


@pghistory.track()
class Event(models.Model):
    """A matchmaking event. The events of the report are archived ones; what the report leaves open stays empty."""

    slug = models.SlugField(_("short name in addresses"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=200)
    description = models.TextField(_("description"), blank=True, max_length=4000)
    purpose = models.TextField(_("purpose"), blank=True)
    outcome = models.TextField(_("outcome"), blank=True)
    status = models.CharField(
        _("status"), max_length=10, choices=EventStatus, default=EventStatus.DRAFT
    )
    time_zone = models.CharField(_("time zone"), max_length=63, default="America/Mexico_City")
    city = models.CharField(_("city"), max_length=100, blank=True)
    venue = models.CharField(_("venue"), max_length=200, blank=True)
    country = models.ForeignKey(
        Country,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="events",
        verbose_name=_("country"),
    )
    region = models.ForeignKey(
        Region,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="events",
        verbose_name=_("region"),
    )
    starts_on = models.DateField(_("first day"), null=True, blank=True)
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    printed_date = models.CharField(_("date, as printed"), max_length=60, blank=True)
    organisers = models.ManyToManyField(
        Organisation, blank=True, related_name="organised_events", verbose_name=_("organised by")
    )
    apply_until = models.DateTimeField(_("apply until"), null=True, blank=True)
    ask_until = models.DateTimeField(_("ask for meetings until"), null=True, blank=True)
    answer_within_hours = models.PositiveIntegerField(
        _("hours to answer a request"),
        default=96,
        validators=[MinValueValidator(1), MaxValueValidator(24 * 60)],
    )
    request_quota = models.PositiveIntegerField(
        _("open requests per organisation"),
        default=10,
        validators=[MinValueValidator(1), MaxValueValidator(200)],
    )
    asking = models.CharField(
        _("who may ask whom"), max_length=10, choices=Asking, default=Asking.OTHER_SIDE
    )
    max_meetings = models.PositiveSmallIntegerField(
        _("most meetings per organisation"), null=True, blank=True
    )
    places_eu = models.PositiveSmallIntegerField(
        _("places for European organisations"), null=True, blank=True
    )
    places_mx = models.PositiveSmallIntegerField(
        _("places for Mexican organisations"), null=True, blank=True
    )
    fills_places = models.BooleanField(_("the reserve list moves up by itself"), default=True)
    keeps_timetable = models.BooleanField(_("moves through its phases by the dates"), default=False)
    decent_from = models.TimeField(_("remote participants: not before"), null=True, blank=True)
    decent_until = models.TimeField(_("remote participants: not after"), null=True, blank=True)
    scoring_policy = models.CharField(_("scoring policy"), max_length=60, default="default")
    score_share = models.PositiveSmallIntegerField(
        _("percent of a wish's weight from the score"),
        default=50,
        validators=[MaxValueValidator(100)],
    )
    unknown_score = models.PositiveSmallIntegerField(
        _("what an unknown score counts as"), default=50, validators=[MaxValueValidator(100)]
    )
    mutual_bonus = models.PositiveSmallIntegerField(
        _("points more where both asked"), default=0, validators=[MaxValueValidator(50)]
    )
    cancelled_because = models.CharField(_("why it was cancelled"), max_length=500, blank=True)
    retention_days = models.PositiveIntegerField(
        _("personal data erased after (days)"), default=365
    )
    is_demo = models.BooleanField(_("invented, demo data"), default=False)
    note = models.TextField(_("note"), blank=True)
    citations = models.ManyToManyField(
        Citation, blank=True, related_name="events", verbose_name=_("citations")
    )
    figures = models.ManyToManyField(
        Figure, blank=True, related_name="events", verbose_name=_("figures")
    )
    contradictions = models.ManyToManyField(
        Contradiction, blank=True, related_name="events", verbose_name=_("contradictions and gaps")
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = EventManager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering: ClassVar[list[str | Combinable]] = [F("starts_on").desc(nulls_last=True), "name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(status__in=EventStatus.values), name="event_status_known"
            ),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True)
                | Q(ends_on__isnull=True)
                | Q(ends_on__gte=F("starts_on")),
                name="event_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(score_share__lte=100, unknown_score__lte=100, mutual_bonus__lte=50),
                name="event_weights_in_range",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str]:
        return (self.slug,)

    def get_absolute_url(self) -> str:
        return reverse("event", args=[self.slug])

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def places(self) -> dict[str, int]:
        """Places by side, where the organisers set a number."""
        given = {Side.EU: self.places_eu, Side.MX: self.places_mx}
        return {side: number for side, number in given.items() if number is not None}

    @property
    def answer_within(self) -> timedelta:
        return timedelta(hours=self.answer_within_hours)


class EventTheme(models.Model):
    """The sectors that one statement gives for an event. Two statements may differ; both stay."""

    code = models.CharField(_("code"), max_length=120, unique=True)
    event = models.ForeignKey(
        Event, on_delete=models.CASCADE, related_name="themes", verbose_name=_("event")
    )
    sectors = models.ManyToManyField(Sector, related_name="event_themes", verbose_name=_("sectors"))
    citations = models.ManyToManyField(
        Citation, blank=True, related_name="event_themes", verbose_name=_("citations")
    )

    objects = CodeManager["EventTheme"]()

    class Meta:
        verbose_name = _("stated theme")
        verbose_name_plural = _("stated themes")
        ordering: ClassVar[list[str]] = ["code"]

    def __str__(self) -> str:
        return self.code

    def natural_key(self) -> tuple[str]:
        return (self.code,)


@pghistory.track()
class Session(models.Model):
    """A stretch of an event in one format, cut into slots."""

    event = models.ForeignKey(
        Event, on_delete=models.CASCADE, related_name="sessions", verbose_name=_("event")
    )
    name = models.CharField(_("name"), max_length=120)
    format = models.CharField(_("format"), max_length=3, choices=Format, blank=True)
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    slot_minutes = models.PositiveSmallIntegerField(
        _("minutes a meeting"),
        default=20,
        validators=[MinValueValidator(5), MaxValueValidator(180)],
    )
    break_minutes = models.PositiveSmallIntegerField(
        _("minutes between meetings"), default=0, validators=[MaxValueValidator(120)]
    )

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering: ClassVar[list[str]] = ["starts_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="session_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(slot_minutes__gte=5), name="session_slot_long_enough"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Slot(models.Model):
    """A place in time for one meeting per table. Slots of an event do not overlap."""

    event = models.ForeignKey(
        Event, on_delete=models.CASCADE, related_name="slots", verbose_name=_("event")
    )
    session = models.ForeignKey(
        Session, on_delete=models.CASCADE, related_name="slots", verbose_name=_("session")
    )
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    is_closed = models.BooleanField(
        _("no meetings any more"), default=False, help_text=_("Its session was shortened.")
    )

    class Meta:
        verbose_name = _("slot")
        verbose_name_plural = _("slots")
        ordering: ClassVar[list[str]] = ["starts_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["event", "starts_at"], name="slot_start_once"),
            models.UniqueConstraint(fields=["id", "event"], name="slot_with_its_event"),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="slot_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M} UTC"


class Table(models.Model):
    """A place to meet. Online rooms are no tables: a video meeting gets one after planning."""

    event = models.ForeignKey(
        Event, on_delete=models.CASCADE, related_name="tables", verbose_name=_("event")
    )
    name = models.CharField(_("name"), max_length=40)
    kind = models.CharField(_("kind"), max_length=5, choices=TableKind, default=TableKind.TABLE)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    closed_slots = models.ManyToManyField(
        Slot, blank=True, related_name="closed_tables", verbose_name=_("not in slots")
    )

    class Meta:
        verbose_name = _("table")
        verbose_name_plural = _("tables")
        ordering: ClassVar[list[str]] = ["position", "name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["event", "name"], name="table_name_once"),
            models.UniqueConstraint(fields=["id", "event"], name="table_with_its_event"),
        ]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class EventTeamMember(models.Model):
    event = models.ForeignKey(
        Event, on_delete=models.CASCADE, related_name="team", verbose_name=_("event")
    )
    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="event_roles", verbose_name=_("user")
    )
    role = models.CharField(_("role"), max_length=10, choices=TeamRole, default=TeamRole.VIEWER)

    class Meta:
        verbose_name = _("team member")
        verbose_name_plural = _("team members")
        ordering: ClassVar[list[str]] = ["event", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["event", "user"], name="team_member_once")
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.get_role_display()})"


class EventFault(models.Model):
    """A step that an event takes by itself and that failed, the last time it did."""

    event = models.ForeignKey(
        Event, on_delete=models.CASCADE, related_name="faults", verbose_name=_("event")
    )
    step = models.CharField(_("step"), max_length=10, choices=EventStep)
    error = models.CharField(_("kind of fault"), max_length=80)
    at = models.DateTimeField(_("when"), auto_now=True)

    class Meta:
        verbose_name = _("failed step")
        verbose_name_plural = _("failed steps")
        ordering: ClassVar[list[str]] = ["-at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["event", "step"], name="event_fault_once_per_step"),
            models.CheckConstraint(
                condition=Q(step__in=EventStep.values), name="event_fault_step_known"
            ),
        ]

    def __str__(self) -> str:
        return self.get_step_display()
