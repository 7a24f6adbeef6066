"""Who wants to meet whom."""

from typing import ClassVar

import pghistory
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest, Least
from django.utils.translation import gettext_lazy as _

from clusters.models import User
from events.models import Delegate, Event, Registration
from matchmaking.choices import OPEN_REQUESTS, RequestStatus
from matchmaking.querysets import ContactReceiptQuerySet, MeetingRequestQuerySet


@pghistory.track(exclude=["message", "answer_note"])
class MeetingRequest(models.Model):
    """Interest in a meeting at an event. It never holds a slot, and it expires by itself."""

    event = models.ForeignKey(
        Event, on_delete=models.CASCADE, related_name="requests", verbose_name=_("event")
    )
    sender = models.ForeignKey(
        Registration,
        on_delete=models.CASCADE,
        related_name="sent_requests",
        verbose_name=_("asked by"),
    )
    receiver = models.ForeignKey(
        Registration,
        on_delete=models.CASCADE,
        related_name="received_requests",
        verbose_name=_("asked"),
    )
    status = models.CharField(
        _("status"), max_length=9, choices=RequestStatus, default=RequestStatus.SENT
    )
    reason = models.CharField(
        _("reason"), max_length=20, blank=True, help_text=_("The criterion that the sender cites.")
    )
    message = models.TextField(_("in own words"), max_length=1000, blank=True)
    sender_priority = models.PositiveSmallIntegerField(_("priority of the sender"), default=2)
    receiver_priority = models.PositiveSmallIntegerField(_("priority of the receiver"), default=2)
    is_mutual = models.BooleanField(_("both asked"), default=False)
    sender_delegate = models.ForeignKey(
        Delegate,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who comes for the sender"),
    )
    receiver_delegate = models.ForeignKey(
        Delegate,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who comes for the receiver"),
    )
    written_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("written by")
    )
    sent_at = models.DateTimeField(_("sent"), auto_now_add=True)
    answer_by = models.DateTimeField(_("answer by"))
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    answered_by = models.ForeignKey(
        User,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("answered by"),
    )
    answer_note = models.CharField(_("note with the answer"), max_length=500, blank=True)

    objects = MeetingRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("meeting request")
        verbose_name_plural = _("meeting requests")
        ordering: ClassVar[list[str]] = ["-sent_at", "-pk"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["event", "status"], name="request_event_status"),
            models.Index(fields=["status", "answer_by"], name="request_overdue"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                Least("sender", "receiver"),
                Greatest("sender", "receiver"),
                condition=Q(status__in=OPEN_REQUESTS),
                name="request_one_open_per_pair",
            ),
            models.UniqueConstraint(fields=["id", "event"], name="request_with_its_event"),
            models.CheckConstraint(
                condition=~Q(sender=F("receiver")), name="request_not_to_oneself"
            ),
            models.CheckConstraint(
                condition=Q(status__in=RequestStatus.values), name="request_status_known"
            ),
            models.CheckConstraint(
                condition=Q(sender_priority__range=(1, 3), receiver_priority__range=(1, 3)),
                name="request_priority_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sender.organisation} → {self.receiver.organisation}"


class ContactReceipt(models.Model):
    """Who saw the contact details of whom, and when. Both sides may read it.

    The lock of the request makes them one each for a person, however often somebody looks.
    """

    request = models.ForeignKey(
        MeetingRequest,
        on_delete=models.CASCADE,
        related_name="receipts",
        verbose_name=_("meeting request"),
    )
    delegate = models.ForeignKey(
        Delegate, on_delete=models.CASCADE, related_name="receipts", verbose_name=_("details of")
    )
    viewer = models.ForeignKey(
        User,
        on_delete=models.SET_NULL,
        null=True,
        related_name="receipts",
        verbose_name=_("seen by"),
    )
    seen_at = models.DateTimeField(_("seen"), auto_now_add=True)

    objects = ContactReceiptQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact receipt")
        verbose_name_plural = _("contact receipts")
        ordering: ClassVar[list[str]] = ["-seen_at"]

    def __str__(self) -> str:
        return f"{self.viewer} · {self.delegate_id}"

    @property
    def is_of_predecessor(self) -> bool:
        """Seen before the place was handed over to the delegate who has it now."""
        since = self.delegate.person_since
        return since is not None and self.seen_at < since
