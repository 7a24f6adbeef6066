"""The day itself: its settings, who is late, and freed places offered to the next pair."""

import secrets
from typing import ClassVar

import pghistory
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clusters.models import Organisation, User
from events.models import Delegate, Event, Slot, Table
from matchmaking.choices import ChainStatus, OfferStatus, ScreenAccess
from matchmaking.models.meetings import Meeting
from matchmaking.models.requests import MeetingRequest


def new_screen_key() -> str:
    """The secret part of the big screen's address."""
    return secrets.token_urlsafe(12)


@pghistory.track(exclude=["screen_key"])
class DaySettings(models.Model):
    """How an event's day is run. An event without a row has the defaults."""

    event = models.OneToOneField(
        Event, on_delete=models.CASCADE, related_name="day_settings", verbose_name=_("event")
    )
    fills_freed_places = models.BooleanField(_("offer freed places"), default=True)
    offer_minutes = models.PositiveSmallIntegerField(
        _("minutes to answer an offer"),
        default=5,
        validators=[MinValueValidator(1), MaxValueValidator(120)],
    )
    screen = models.CharField(
        _("big screen"), max_length=6, choices=ScreenAccess, default=ScreenAccess.OFF
    )
    screen_shows_names = models.BooleanField(_("the big screen names organisations"), default=False)
    screen_key = models.CharField(max_length=40, default=new_screen_key, editable=False)

    class Meta:
        verbose_name = _("settings of the day")
        verbose_name_plural = _("settings of the day")

    def __str__(self) -> str:
        return str(self.event)


class Lateness(models.Model):
    """One side of a meeting says, or is said, to come some minutes late."""

    meeting = models.ForeignKey(
        Meeting, on_delete=models.CASCADE, related_name="lateness", verbose_name=_("meeting")
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="+", verbose_name=_("late")
    )
    minutes = models.PositiveSmallIntegerField(_("minutes"))
    said_at = models.DateTimeField(_("said"), auto_now=True)
    said_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("said by")
    )

    class Meta:
        verbose_name = _("late arrival")
        verbose_name_plural = _("late arrivals")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["meeting", "organisation"], name="lateness_once_per_side"
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation} +{self.minutes}"


@pghistory.track()
class StandbyChain(models.Model):
    """A free place, offered to one pair after the other until one takes it.

    `after` is the meeting whose place it was; `table` is empty where a video meeting was.
    """

    event = models.ForeignKey(
        Event, on_delete=models.CASCADE, related_name="standby_chains", verbose_name=_("event")
    )
    slot = models.ForeignKey(
        Slot, on_delete=models.CASCADE, related_name="standby_chains", verbose_name=_("slot")
    )
    table = models.ForeignKey(
        Table,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="standby_chains",
        verbose_name=_("table"),
    )
    after = models.ForeignKey(
        Meeting,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="standby_chains",
        verbose_name=_("place of"),
    )
    status = models.CharField(
        _("status"), max_length=7, choices=ChainStatus, default=ChainStatus.RUNNING
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("standby chain")
        verbose_name_plural = _("standby chains")
        ordering: ClassVar[list[str]] = ["slot__starts_at", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["slot", "table"],
                condition=Q(status=ChainStatus.RUNNING),
                name="chain_one_running_per_place",
            ),
            models.CheckConstraint(
                condition=Q(status__in=ChainStatus.values), name="chain_status_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.slot} · {self.table or '–'}"


@pghistory.track()
class StandbyOffer(models.Model):
    """A free place offered to one pair. Who of the two did not want it is written nowhere."""

    chain = models.ForeignKey(
        StandbyChain, on_delete=models.CASCADE, related_name="offers", verbose_name=_("chain")
    )
    request = models.ForeignKey(
        MeetingRequest,
        on_delete=models.CASCADE,
        related_name="standby_offers",
        verbose_name=_("meeting request"),
    )
    sender_delegate = models.ForeignKey(
        Delegate, on_delete=models.CASCADE, related_name="+", verbose_name=_("who would come")
    )
    receiver_delegate = models.ForeignKey(
        Delegate, on_delete=models.CASCADE, related_name="+", verbose_name=_("who would come")
    )
    status = models.CharField(
        _("status"), max_length=9, choices=OfferStatus, default=OfferStatus.OPEN
    )
    offered_at = models.DateTimeField(_("offered"))
    until = models.DateTimeField(_("open until"))
    sender_agreed_at = models.DateTimeField(_("sender agreed"), null=True, blank=True)
    receiver_agreed_at = models.DateTimeField(_("receiver agreed"), null=True, blank=True)

    class Meta:
        verbose_name = _("standby offer")
        verbose_name_plural = _("standby offers")
        ordering: ClassVar[list[str]] = ["offered_at", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["chain"],
                condition=Q(status=OfferStatus.OPEN),
                name="offer_one_open_per_chain",
            ),
            models.CheckConstraint(
                condition=Q(status__in=OfferStatus.values), name="offer_status_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.chain} · {self.request}"
