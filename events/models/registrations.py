"""Organisations in an event, and the people they send."""

import secrets
from typing import ClassVar

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clusters.models import Organisation, User
from events.choices import Attendance, Deed, Format, MailingState, RegistrationStatus
from events.models.events import Event, Slot
from events.querysets import RegistrationQuerySet


def new_badge_code() -> str:
    """A code short enough to type at the front desk, without letters that look alike."""
    return "".join(secrets.choice("23456789ABCDEFGHJKMNPQRSTVWXYZ") for _i in range(6))


@pghistory.track()
class Registration(models.Model):
    event = models.ForeignKey(
        Event, on_delete=models.CASCADE, related_name="registrations", verbose_name=_("event")
    )
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.CASCADE,
        related_name="registrations",
        verbose_name=_("organisation"),
    )
    status = models.CharField(
        _("status"), max_length=9, choices=RegistrationStatus, default=RegistrationStatus.APPLIED
    )
    attendance = models.CharField(
        _("takes part"), max_length=7, choices=Attendance, default=Attendance.ON_SITE
    )
    formats = ArrayField(
        models.CharField(max_length=3, choices=Format),
        verbose_name=_("formats"),
        default=list,
        blank=True,
        help_text=_("None chosen means every format of the event."),
    )
    parallel = models.PositiveSmallIntegerField(
        _("meetings at the same time"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(20)],
    )
    max_meetings = models.PositiveSmallIntegerField(
        _("most meetings"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    max_per_day = models.PositiveSmallIntegerField(
        _("most meetings a day"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    motivation = models.TextField(_("what you want from the event"), max_length=1500, blank=True)
    applied_at = models.DateTimeField(_("applied"), auto_now_add=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    is_demo = models.BooleanField(_("invented, demo data"), default=False)

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        verbose_name = _("registration")
        verbose_name_plural = _("registrations")
        ordering: ClassVar[list[str]] = ["event", "organisation__name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["event", "organisation"], name="registration_once"),
            models.UniqueConstraint(fields=["id", "event"], name="registration_with_its_event"),
            models.CheckConstraint(
                condition=Q(status__in=RegistrationStatus.values), name="registration_status_known"
            ),
            models.CheckConstraint(
                condition=Q(parallel__gte=1), name="registration_parallel_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} · {self.event}"


class Delegate(models.Model):
    """A person sent to an event. Personal data: blanked after the event's retention time."""

    registration = models.ForeignKey(
        Registration,
        on_delete=models.CASCADE,
        related_name="delegates",
        verbose_name=_("registration"),
    )
    user = models.ForeignKey(
        User,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="delegations",
        verbose_name=_("account"),
    )
    name = models.CharField(_("name"), max_length=150)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    job_title = models.CharField(_("job title"), max_length=150, blank=True)
    languages = ArrayField(
        models.CharField(max_length=5), verbose_name=_("languages"), default=list, blank=True
    )
    code = models.CharField(_("badge code"), max_length=6, default=new_badge_code, editable=False)
    person_since = models.DateTimeField(
        _("handed over to this person"), null=True, blank=True, editable=False
    )
    erased_at = models.DateTimeField(_("erased"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("delegate")
        verbose_name_plural = _("delegates")
        ordering: ClassVar[list[str]] = ["registration", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["registration", "user"],
                condition=Q(user__isnull=False),
                name="delegate_user_once",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def badge_code(self) -> str:
        """What the badge shows and its QR code's address ends with; see the route `badge`."""
        return self.code


class Unavailability(models.Model):
    """A slot in which a delegate cannot meet. No row means available."""

    delegate = models.ForeignKey(
        Delegate,
        on_delete=models.CASCADE,
        related_name="unavailabilities",
        verbose_name=_("delegate"),
    )
    slot = models.ForeignKey(
        Slot, on_delete=models.CASCADE, related_name="unavailabilities", verbose_name=_("slot")
    )

    class Meta:
        verbose_name = _("unavailability")
        verbose_name_plural = _("unavailabilities")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["delegate", "slot"], name="unavailability_once")
        ]

    def __str__(self) -> str:
        return f"{self.delegate} · {self.slot}"


class OnBehalf(models.Model):
    """Something that organisers did for an organisation, for both to read.

    `about` and `asked_by` may name people: blanked after the event's retention time.
    """

    registration = models.ForeignKey(
        Registration,
        on_delete=models.CASCADE,
        related_name="on_behalf",
        verbose_name=_("registration"),
    )
    deed = models.CharField(_("what"), max_length=16, choices=Deed)
    about = models.CharField(_("whom or what it concerns"), max_length=200, blank=True)
    asked_by = models.CharField(_("who asked for it"), max_length=200, blank=True)
    by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("when"), auto_now_add=True)

    class Meta:
        verbose_name = _("act of the organisers")
        verbose_name_plural = _("acts of the organisers")
        ordering: ClassVar[list[str]] = ["-pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(deed__in=Deed.values), name="on_behalf_deed_known"),
        ]

    def __str__(self) -> str:
        return self.get_deed_display()


class Mailing(models.Model):
    """A mail that organisers prepare for many. One message per recipient comes of it."""

    event = models.ForeignKey(
        Event, on_delete=models.CASCADE, related_name="mailings", verbose_name=_("event")
    )
    audience = models.CharField(_("audience"), max_length=40)
    registrations = models.ManyToManyField(
        Registration, related_name="mailings", verbose_name=_("registrations")
    )
    subject = models.CharField(_("subject"), max_length=200)
    body = models.TextField(_("text"), max_length=6000)
    subject_es = models.CharField(_("subject in Spanish"), max_length=200, blank=True)
    body_es = models.TextField(_("text in Spanish"), max_length=6000, blank=True)
    state = models.CharField(
        _("state"), max_length=8, choices=MailingState, default=MailingState.PREPARED
    )
    author = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("author")
    )
    created_at = models.DateTimeField(_("prepared"), auto_now_add=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)

    class Meta:
        verbose_name = _("mailing")
        verbose_name_plural = _("mailings")
        ordering: ClassVar[list[str]] = ["-created_at"]

    def __str__(self) -> str:
        return self.subject
