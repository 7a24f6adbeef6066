"""Events for curators; registrations and what they hold for superusers."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from clusters.admin.base import CuratedAdmin, OperatorAdmin, ReadOnly, ReadOnlyInline
from events.models import (
    Delegate,
    Event,
    EventFault,
    EventTeamMember,
    EventTheme,
    FloorPlan,
    Mailing,
    OnBehalf,
    Registration,
    RegistrationImport,
    Session,
    Slot,
    Table,
    TableSpot,
    Unavailability,
)


class SessionInline(ReadOnlyInline):
    model = Session
    fields = ("name", "format", "starts_at", "ends_at", "slot_minutes")
    related = ("event",)


class TeamInline(ReadOnlyInline):
    model = EventTeamMember
    fields = ("user", "role")
    related = ("user",)


@admin.register(Event)
class EventAdmin(CuratedAdmin):
    """The state moves in the organiser's console, which checks what a move needs."""

    curators_delete = False
    list_display = ("name", "status", "starts_on", "city", "registration_count", "table_count")
    list_filter = ("status", "is_demo", "country")
    search_fields = ("name", "slug", "city")
    readonly_fields = ("status", "is_demo", "created_at", "updated_at")
    autocomplete_fields = (
        "country",
        "region",
        "organisers",
        "citations",
        "figures",
        "contradictions",
    )
    inlines = (SessionInline, TeamInline)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        return rows.annotate(registered=_count(Registration), table_total=_count(Table))

    @admin.display(description=_("registrations"), ordering="registered")
    def registration_count(self, event: Any) -> int:
        return int(event.registered)

    @admin.display(description=_("tables"), ordering="table_total")
    def table_count(self, event: Any) -> int:
        return int(event.table_total)


@admin.register(EventTheme)
class EventThemeAdmin(CuratedAdmin):
    list_display = ("code", "event")
    search_fields = ("code", "event__name")
    list_select_related = ("event",)
    autocomplete_fields = ("event", "sectors", "citations")


@admin.register(Session)
class SessionAdmin(ReadOnly, CuratedAdmin):
    """Sessions make their slots, so they are set up in the organiser's console."""

    list_display = ("name", "event", "format", "starts_at", "ends_at", "slot_count")
    list_filter = ("format", "event")
    search_fields = ("name", "event__name")
    list_select_related = ("event",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).annotate(slots_made=Count("slots"))

    @admin.display(description=_("slots"), ordering="slots_made")
    def slot_count(self, session: Any) -> int:
        return int(session.slots_made)


@admin.register(Slot)
class SlotAdmin(ReadOnly, CuratedAdmin):
    list_display = ("starts_at", "ends_at", "session", "event")
    list_filter = ("event",)
    list_select_related = ("session", "event")


@admin.register(Table)
class TableAdmin(CuratedAdmin):
    list_display = ("name", "kind", "position", "event")
    list_filter = ("kind", "event")
    search_fields = ("name", "event__name")
    list_select_related = ("event",)
    autocomplete_fields = ("event",)
    fields = ("event", "name", "kind", "position")


@admin.register(FloorPlan)
class FloorPlanAdmin(ReadOnly, CuratedAdmin):
    """Without the picture itself: it is checked when organisers upload it in the console."""

    list_display = ("name", "event", "media_type", "width", "height", "size", "updated_at")
    list_filter = ("media_type", "event")
    search_fields = ("name", "event__name")
    list_select_related = ("event",)
    exclude = ("picture",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).defer("picture")


@admin.register(TableSpot)
class TableSpotAdmin(ReadOnly, CuratedAdmin):
    list_display = ("table", "plan", "event", "x", "y")
    list_filter = ("plan__event",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request).select_related("table", "plan__event")
        return rows.defer("plan__picture")

    @admin.display(description=_("event"))
    def event(self, spot: TableSpot) -> str:
        return spot.plan.event.name


@admin.register(EventFault)
class EventFaultAdmin(ReadOnly, CuratedAdmin):
    list_display = ("event", "step", "error", "at")
    list_filter = ("step",)
    search_fields = ("event__name",)
    list_select_related = ("event",)


@admin.register(EventTeamMember)
class EventTeamMemberAdmin(OperatorAdmin):
    list_display = ("event", "user", "role")
    list_filter = ("role",)
    search_fields = ("event__name", "user__name", "user__email")
    list_select_related = ("event", "user")
    autocomplete_fields = ("event", "user")


class DelegateInline(ReadOnlyInline):
    model = Delegate
    fields = ("name", "job_title", "user")
    related = ("user",)


@admin.register(Registration)
class RegistrationAdmin(OperatorAdmin):
    list_display = ("organisation", "event", "status", "attendance", "people", "applied_at")
    list_filter = ("status", "attendance", "event")
    search_fields = ("organisation__name", "event__name")
    list_select_related = ("organisation", "event")
    autocomplete_fields = ("organisation", "event")
    readonly_fields = ("status", "applied_at", "decided_at", "is_demo")
    inlines = (DelegateInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).annotate(people_count=Count("delegates"))

    @admin.display(description=_("delegates"), ordering="people_count")
    def people(self, registration: Any) -> int:
        return int(registration.people_count)


@admin.register(Delegate)
class DelegateAdmin(OperatorAdmin):
    list_display = ("name", "organisation", "event", "job_title", "erased_at")
    list_filter = ("registration__event",)
    search_fields = ("name", "email", "registration__organisation__name")
    list_select_related = ("registration__organisation", "registration__event")
    autocomplete_fields = ("registration", "user")
    readonly_fields = ("code", "erased_at")

    @admin.display(description=_("organisation"))
    def organisation(self, delegate: Delegate) -> str:
        return delegate.registration.organisation.name

    @admin.display(description=_("event"))
    def event(self, delegate: Delegate) -> str:
        return delegate.registration.event.name


@admin.register(Unavailability)
class UnavailabilityAdmin(ReadOnly, OperatorAdmin):
    list_display = ("delegate", "slot")
    list_select_related = ("delegate", "slot")


@admin.register(Mailing)
class MailingAdmin(ReadOnly, OperatorAdmin):
    list_display = ("subject", "event", "audience", "state", "author", "created_at", "sent_at")
    list_filter = ("state", "event")
    search_fields = ("subject", "event__name")
    list_select_related = ("event", "author")


@admin.register(OnBehalf)
class OnBehalfAdmin(ReadOnly, OperatorAdmin):
    list_display = ("registration", "deed", "by", "at")
    list_filter = ("deed", "registration__event")
    list_select_related = ("registration__organisation", "registration__event", "by")


@admin.register(RegistrationImport)
class RegistrationImportAdmin(ReadOnly, OperatorAdmin):
    """The rows of an uploaded list are left out: they hold names of people."""

    list_display = ("file_name", "event", "state", "uploaded_by", "created_at", "applied_at")
    list_filter = ("state", "event")
    list_select_related = ("event", "uploaded_by")
    exclude = ("rows", "decisions", "near")


def _count(model: Any) -> Any:
    """How many rows of `model` an event has; a subquery, so that counts do not multiply."""
    rows = model.objects.filter(event=OuterRef("pk")).order_by()
    return Coalesce(Subquery(rows.values("event").annotate(n=Count("pk")).values("n")), 0)
