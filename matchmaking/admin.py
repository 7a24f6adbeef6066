"""Scoring policies for curators; requests, schedules and private things, read-only, for superusers."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from clusters.admin.base import CuratedAdmin, OperatorAdmin, ReadOnly, ReadOnlyInline, rows_done
from matchmaking.actions import expire_requests, save_policy
from matchmaking.forms.policies import PolicyForm
from matchmaking.models import (
    AskedScore,
    CalendarFeed,
    CheckIn,
    ContactReceipt,
    DaySettings,
    DraftEdit,
    DraftMeeting,
    Exclusion,
    FactRequest,
    Introduction,
    Lateness,
    Meeting,
    MeetingRequest,
    MeetingSeat,
    Outcome,
    Printout,
    ReachCount,
    ReachRun,
    ReachTile,
    Release,
    ReleaseEntry,
    SavedSearch,
    ScheduleRun,
    ScoringPolicy,
    StandbyChain,
    StandbyOffer,
    TableUse,
)


@admin.register(ScoringPolicy)
class ScoringPolicyAdmin(CuratedAdmin):
    """A version is never edited: scores name the version that made them. Add the next one."""

    curators_delete = False
    list_display = ("title", "name", "version", "created_at")
    list_filter = ("name",)
    search_fields = ("name", "title")
    readonly_fields = ("version", "created_at")
    form = PolicyForm

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """The action gives the number of the version."""
        made = save_policy(actor=request.user, **form.cleaned_data)  # type: ignore[arg-type]  # staff are users
        obj.pk, obj.version, obj.created_at = made.pk, made.version, made.created_at


class ReceiptInline(ReadOnlyInline):
    model = ContactReceipt
    fields = ("delegate", "viewer", "seen_at")
    related = ("delegate", "viewer")


@admin.register(MeetingRequest)
class MeetingRequestAdmin(ReadOnly, OperatorAdmin):
    list_display = ("__str__", "event", "status", "reason", "is_mutual", "sent_at", "answer_by")
    list_filter = ("status", "is_mutual", "event")
    search_fields = ("sender__organisation__name", "receiver__organisation__name")
    list_select_related = ("event", "sender__organisation", "receiver__organisation")
    inlines = (ReceiptInline,)
    actions = ("expire_overdue",)

    @admin.action(description=_("End all requests whose time is over"), permissions=["view"])
    def expire_overdue(self, request: HttpRequest, queryset: QuerySet[MeetingRequest]) -> None:
        ended = expire_requests(actor=request.user)  # type: ignore[arg-type]  # staff are users
        messages.success(request, rows_done(ended))


@admin.register(ContactReceipt)
class ContactReceiptAdmin(ReadOnly, OperatorAdmin):
    list_display = ("delegate", "viewer", "seen_at", "request")
    list_select_related = (
        "delegate",
        "viewer",
        "request__sender__organisation",
        "request__receiver__organisation",
    )


@admin.register(Exclusion)
class ExclusionAdmin(ReadOnly, OperatorAdmin):
    list_display = ("organisation", "other", "reason", "until", "created_at")
    list_filter = ("reason",)
    list_select_related = ("organisation", "other")


@admin.register(FactRequest)
class FactRequestAdmin(ReadOnly, OperatorAdmin):
    list_display = ("asker", "about", "criterion", "subject", "status", "asked_at", "answer")
    list_filter = ("status", "criterion")
    list_select_related = ("asker", "about")
    search_fields = ("asker__name", "about__name")


@admin.register(SavedSearch)
class SavedSearchAdmin(ReadOnly, OperatorAdmin):
    list_display = ("name", "user", "organisation", "is_mailed", "last_mailed_at")
    list_filter = ("is_mailed",)
    list_select_related = ("user", "organisation")


@admin.register(ScheduleRun)
class ScheduleRunAdmin(ReadOnly, OperatorAdmin):
    list_display = ("__str__", "state", "stage", "value", "bound", "elapsed", "placed")
    list_filter = ("state", "event")
    list_select_related = ("event",)
    exclude = ("points", "track")  # thousands of numbers

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).annotate(meeting_count=Count("meetings"))

    @admin.display(description=_("draft meetings"), ordering="meeting_count")
    def placed(self, run: Any) -> int:
        return int(run.meeting_count)


WITH_PARTIES = ("request__sender__organisation", "request__receiver__organisation")


@admin.register(DraftMeeting)
class DraftMeetingAdmin(ReadOnly, OperatorAdmin):
    list_display = ("request", "run", "slot", "table", "weight", "is_locked")
    list_filter = ("is_locked",)
    list_select_related = (*WITH_PARTIES, "run__event", "slot", "table")


@admin.register(Release)
class ReleaseAdmin(ReadOnly, OperatorAdmin):
    list_display = ("event", "number", "code", "published_at", "published_by", "entry_count")
    list_filter = ("event",)
    list_select_related = ("event", "published_by")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).annotate(entries_held=Count("entries"))

    @admin.display(description=_("meetings"), ordering="entries_held")
    def entry_count(self, release: Any) -> int:
        return int(release.entries_held)


@admin.register(ReleaseEntry)
class ReleaseEntryAdmin(ReadOnly, OperatorAdmin):
    list_display = ("request", "release", "slot", "table")
    list_filter = ("release__event",)
    list_select_related = (*WITH_PARTIES, "release__event", "slot", "table")


class SeatInline(ReadOnlyInline):
    model = MeetingSeat
    fields = ("delegate",)
    related = ("delegate", "slot")


class OutcomeInline(ReadOnlyInline):
    model = Outcome
    fields = ("organisation", "step", "recorded_at")
    readonly_fields = ("recorded_at",)
    related = ("organisation", "meeting__slot", *(f"meeting__{path}" for path in WITH_PARTIES))


@admin.register(Meeting)
class MeetingAdmin(ReadOnly, OperatorAdmin):
    list_display = ("request", "event", "slot", "table", "status", "is_locked")
    list_filter = ("status", "event")
    list_select_related = (*WITH_PARTIES, "event", "slot", "table")
    inlines = (SeatInline, OutcomeInline)


@admin.register(MeetingSeat)
class MeetingSeatAdmin(ReadOnly, OperatorAdmin):
    list_display = ("delegate", "slot", "meeting_id")
    list_select_related = ("delegate", "slot")


@admin.register(TableUse)
class TableUseAdmin(ReadOnly, OperatorAdmin):
    list_display = ("table", "slot", "meeting_id")
    list_select_related = ("table", "slot")


@admin.register(CheckIn)
class CheckInAdmin(ReadOnly, OperatorAdmin):
    list_display = ("delegate", "at", "by")
    list_select_related = ("delegate", "by")


@admin.register(Outcome)
class OutcomeAdmin(ReadOnly, OperatorAdmin):
    list_display = ("meeting_id", "organisation", "step", "next_on", "recorded_at")
    list_filter = ("step",)
    list_select_related = ("organisation",)


@admin.register(CalendarFeed)
class CalendarFeedAdmin(ReadOnly, OperatorAdmin):
    list_display = ("event", "user", "created_at", "last_read_at")
    list_select_related = ("event", "user")


@admin.register(AskedScore)
class AskedScoreAdmin(ReadOnly, OperatorAdmin):
    list_display = ("request_id", "policy", "score")
    list_filter = ("policy",)


@admin.register(Introduction)
class IntroductionAdmin(ReadOnly, OperatorAdmin):
    list_display = ("first", "second", "event", "made_by", "made_at")
    list_filter = ("event",)
    list_select_related = (
        "first__organisation",
        "first__event",
        "second__organisation",
        "second__event",
        "event",
        "made_by",
    )


@admin.register(DraftEdit)
class DraftEditAdmin(ReadOnly, OperatorAdmin):
    list_display = ("run", "number", "kind", "made_by", "made_at", "undone_at")
    list_filter = ("kind",)
    list_select_related = ("run__event", "made_by")


@admin.register(Printout)
class PrintoutAdmin(ReadOnly, OperatorAdmin):
    """Without the file itself: papers name people."""

    list_display = ("kind", "event", "release", "state", "size", "ordered_by", "created_at")
    list_filter = ("kind", "state")
    list_select_related = ("event", "release__event", "ordered_by")
    exclude = ("content",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).defer("content")


@admin.register(DaySettings)
class DaySettingsAdmin(ReadOnly, OperatorAdmin):
    list_display = ("event", "fills_freed_places", "offer_minutes", "screen")
    list_select_related = ("event",)


@admin.register(Lateness)
class LatenessAdmin(ReadOnly, OperatorAdmin):
    list_display = ("meeting_id", "organisation", "minutes", "said_by", "said_at")
    list_select_related = ("organisation", "said_by")


@admin.register(StandbyChain)
class StandbyChainAdmin(ReadOnly, OperatorAdmin):
    list_display = ("event", "slot", "table", "status", "created_at")
    list_filter = ("status", "event")
    list_select_related = ("event", "slot", "table")


@admin.register(StandbyOffer)
class StandbyOfferAdmin(ReadOnly, OperatorAdmin):
    list_display = ("chain_id", "request", "status", "offered_at", "until")
    list_filter = ("status",)
    list_select_related = WITH_PARTIES


@admin.register(ReachRun)
class ReachRunAdmin(ReadOnly, OperatorAdmin):
    list_display = ("policy", "version", "state", "organisations", "started_by", "finished_at")
    list_filter = ("state",)
    list_select_related = ("started_by",)


@admin.register(ReachTile)
class ReachTileAdmin(ReadOnly, OperatorAdmin):
    list_display = ("run_id", "version", "attempts", "begun_at")
    exclude = ("owners", "shown")  # thousands of numbers


@admin.register(ReachCount)
class ReachCountAdmin(ReadOnly, OperatorAdmin):
    list_display = ("organisation", "run_id", "times", "lists")
    list_select_related = ("organisation",)
