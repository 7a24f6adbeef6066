"""Reads of the matchmaking app: chainable, on the models."""

from typing import TYPE_CHECKING, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from clusters.models import Organisation, Representative
from events.models import Event
from matchmaking.choices import OPEN_REQUESTS, OVER_MEETINGS, MeetingStatus, RequestStatus

if TYPE_CHECKING:
    from clusters.models import User
    from matchmaking.models import (  # noqa: F401 - the bases below name them as text
        ContactReceipt,
        Exclusion,
        Meeting,
        MeetingRequest,
        Printout,
        ScheduleRun,
    )


def _organised(user: "User") -> "models.QuerySet[Event]":
    return Event.objects.filter(team__user=user)


class ExclusionQuerySet(models.QuerySet["Exclusion"]):
    def in_force(self) -> Self:
        return self.filter(Q(until__isnull=True) | Q(until__gt=timezone.now()))

    def set_by(self, organisation: Organisation) -> Self:
        return self.filter(organisation=organisation)

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Only those who act for the organisation that set it: an exclusion is private."""
        if not user.is_authenticated:
            return self.none()
        mine = Representative.objects.filter(user=user).values("organisation")
        return self.filter(organisation__in=mine)


class MeetingRequestQuerySet(models.QuerySet["MeetingRequest"]):
    def open(self) -> Self:
        return self.filter(status__in=OPEN_REQUESTS)

    def accepted(self) -> Self:
        return self.filter(status=RequestStatus.ACCEPTED)

    def overdue(self) -> Self:
        return self.filter(status=RequestStatus.SENT, answer_by__lte=timezone.now())

    def of(self, organisation: Organisation) -> Self:
        """Requests that an organisation wrote or received."""
        return self.filter(
            Q(sender__organisation=organisation) | Q(receiver__organisation=organisation)
        )

    def sent_by(self, organisation: Organisation) -> Self:
        return self.filter(sender__organisation=organisation)

    def received_by(self, organisation: Organisation) -> Self:
        return self.filter(receiver__organisation=organisation)

    def set_aside(self, organisation: Organisation) -> Self:
        """Received from organisations that the receiver has excluded: they wait out their time here."""
        return self.received_by(organisation).filter(Exists(self._exclusions(organisation)))

    def not_set_aside(self, organisation: Organisation) -> Self:
        return self.received_by(organisation).exclude(Exists(self._exclusions(organisation)))

    def _exclusions(self, organisation: Organisation) -> ExclusionQuerySet:
        from matchmaking.models import Exclusion  # app-ready

        return Exclusion.objects.in_force().filter(
            organisation=organisation, other=OuterRef("sender__organisation")
        )

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Those who act for one of the two organisations, and the event's team."""
        if not user.is_authenticated:
            return self.none()
        if user.is_superuser:
            return self
        mine = Representative.objects.filter(user=user).values("organisation")
        side = Q(sender__organisation__in=mine) | Q(receiver__organisation__in=mine)
        return self.filter(side | Q(event__in=_organised(user)))

    def with_parties(self) -> Self:
        return self.select_related(
            "event", "sender__organisation__region", "receiver__organisation__region"
        ).prefetch_related("sender__organisation__countries", "receiver__organisation__countries")


class ContactReceiptQuerySet(models.QuerySet["ContactReceipt"]):
    def valid(self, request: "MeetingRequest", viewer: "User") -> Self:
        """What a person may see by having asked: not of whoever took a place over since."""
        still = Q(delegate__person_since__isnull=True) | Q(seen_at__gte=F("delegate__person_since"))
        return self.filter(still, request=request, viewer=viewer)


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def active(self) -> Self:
        return self.exclude(status=MeetingStatus.CANCELLED)

    def over(self) -> Self:
        """Held or missed: what happened stays."""
        return self.filter(status__in=OVER_MEETINGS)

    def of_any(self, organisations: "models.QuerySet[Organisation]") -> Self:
        """Meetings of one or more organisations, each once."""
        return self.filter(
            Q(request__sender__organisation__in=organisations)
            | Q(request__receiver__organisation__in=organisations)
        )

    def of(self, organisation: Organisation) -> Self:
        return self.filter(
            Q(request__sender__organisation=organisation)
            | Q(request__receiver__organisation=organisation)
        )

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Those who act for one of the two organisations or sit in it, and the event's team."""
        if not user.is_authenticated:
            return self.none()
        if user.is_superuser:
            return self
        mine = Representative.objects.filter(user=user).values("organisation")
        side = Q(request__sender__organisation__in=mine) | Q(
            request__receiver__organisation__in=mine
        )
        seated = Q(pk__in=self.model.objects.filter(seats__delegate__user=user).values("pk"))
        return self.filter(side | seated | Q(event__in=_organised(user)))

    def with_parties(self) -> Self:
        return self.select_related(
            "event",
            "slot__session",
            "table",
            "request__sender__organisation",
            "request__receiver__organisation",
        )


class ScheduleRunQuerySet(models.QuerySet["ScheduleRun"]):
    def of_event(self, event: "Event") -> Self:
        return self.filter(event=event)

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """The event's team. Participants see releases, never drafts."""
        if not user.is_authenticated:
            return self.none()
        if user.is_superuser:
            return self
        return self.filter(event__team__user=user)


class PrintoutQuerySet(models.QuerySet["Printout"]):
    def without_file(self) -> Self:
        """As pages need them: the file stays where it is."""
        return self.defer("content").select_related("event", "release", "ordered_by")

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """The event's team: papers name people."""
        if not user.is_authenticated:
            return self.none()
        if user.is_superuser:
            return self
        return self.filter(event__team__user=user)
