"""Reads of the events app: chainable, on the models."""

from typing import TYPE_CHECKING, Self, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db import OperationalError, connection, models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from psycopg import errors

from clusters.validators import Refused
from events.choices import HIDDEN_PHASES, EventStatus, RegistrationStatus, TeamRole

if TYPE_CHECKING:
    from clusters.models import Organisation, User
    from events.models import Event, FloorPlan, Registration  # noqa: F401 - the bases below name them as text

Row = TypeVar("Row", bound=models.Model)
# Long enough for any other change to finish, short enough for somebody who waits for a page.
LOCK_TIMEOUT = "5s"


def locked(rows: "models.QuerySet[Row]") -> list[Row]:
    """The rows as they are now, locked until the transaction ends, always in the order of their keys.

    Nobody waits long: when another change holds one of them, Refused (code `busy`) says so.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")
    try:
        return list(rows.order_by("pk").select_for_update(of=("self",), no_key=True))
    except OperationalError as error:
        if isinstance(error.__cause__, errors.LockNotAvailable | errors.DeadlockDetected):
            raise Refused(
                _("Somebody else is changing this at the moment. Try again."), code="busy"
            ) from error
        raise


def lock(row: Row) -> Row:
    """The row as it is now, locked. Refused when somebody deleted it meanwhile."""
    rows = locked(type(row)._default_manager.filter(pk=row.pk))
    if not rows:
        raise Refused(_("Somebody removed this meanwhile. Load the page again."), code="gone")
    return rows[0]


class EventQuerySet(models.QuerySet["Event"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Every event that left its draft; drafts for their team and for staff."""
        public = ~Q(status__in=HIDDEN_PHASES)
        if user.is_staff or user.is_superuser:
            return self
        if not user.is_authenticated:
            return self.filter(public)
        return self.filter(public | Exists(self._team(user)))

    def tended(self) -> Self:
        """Events that take steps by themselves, until they are over."""
        wish = Q(keeps_timetable=True) | Q(fills_places=True)
        over = (EventStatus.CLOSED, EventStatus.ARCHIVED, EventStatus.CANCELLED)
        return self.filter(wish).exclude(status__in=over).order_by("pk")

    def organised_by(self, user: "User | AnonymousUser", *roles: TeamRole) -> Self:
        """Events whose team `user` is on, optionally only in one of `roles`; all for superusers."""
        if not user.is_authenticated:
            return self.none()
        if user.is_superuser:
            return self
        return self.filter(Exists(self._team(user, *roles)))

    def _team(self, user: "User", *roles: TeamRole) -> models.QuerySet[models.Model]:
        from events.models import EventTeamMember  # app-ready

        rows = EventTeamMember.objects.filter(event=OuterRef("pk"), user=user)
        return rows.filter(role__in=roles) if roles else rows


class RegistrationQuerySet(models.QuerySet["Registration"]):
    def accepted(self) -> Self:
        return self.filter(status=RegistrationStatus.ACCEPTED)

    def active(self) -> Self:
        """Neither rejected nor withdrawn."""
        return self.exclude(status__in=[RegistrationStatus.REJECTED, RegistrationStatus.WITHDRAWN])

    def of(self, organisation: "Organisation") -> Self:
        return self.filter(organisation=organisation)

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """One's own, those of events one organises, and accepted ones of events one is accepted at."""
        if not user.is_authenticated:
            return self.none()
        if user.is_superuser:
            return self
        mine = Q(organisation__representatives__user=user)
        team = Q(event__team__user=user)
        fellow = Q(
            status=RegistrationStatus.ACCEPTED,
            event__in=self.model.objects.filter(
                status=RegistrationStatus.ACCEPTED, organisation__representatives__user=user
            ).values("event"),
        )
        return self.filter(pk__in=self.model.objects.filter(mine | team | fellow).values("pk"))


class FloorPlanQuerySet(models.QuerySet["FloorPlan"]):
    def without_picture(self) -> Self:
        """As pages need them: the bytes stay where they are."""
        return self.defer("picture")

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """The plans of every event that the user may see."""
        from events.models import Event  # app-ready

        return self.filter(event__in=Event.objects.visible_to(user))
