"""People, what they propose, and what they are mailed."""

from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.auth import admin as _registers_groups  # noqa: F401 - so that they can be taken off
from django.contrib.auth.models import Group
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from clusters import actions
from clusters.admin.base import (
    CuratedAdmin,
    OperatorAdmin,
    ReadOnly,
    ReadOnlyInline,
    rows_done,
    run_each,
)
from clusters.models import (
    ChangeSuggestion,
    Invitation,
    Message,
    ProfileChange,
    Representative,
    Shortlist,
    ShortlistEntry,
    Token,
    User,
)

admin.site.unregister(Group)  # rights follow roles and staff, not groups


class RoleInline(ReadOnlyInline):
    model = Representative
    fields = ("organisation", "role", "since")
    related = ("organisation", "user")


@admin.register(User)
class UserAdmin(CuratedAdmin):
    """Passwords are set by people themselves; privileges by superusers."""

    curators_delete: ClassVar[bool] = False
    list_display = ("email", "name", "language", "is_active", "is_staff", "roles", "date_joined")
    list_filter = ("is_active", "is_staff", "is_demo", "language")
    search_fields = ("email", "name")
    ordering = ("email",)
    fields = (
        "email",
        "name",
        "language",
        "time_zone",
        "mail_reminders",
        "mail_news",
        "is_active",
        "is_staff",
        "is_superuser",
        "last_login",
        "date_joined",
    )
    inlines = (RoleInline,)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        always = ("last_login", "date_joined")
        if request.user.is_superuser:
            return always
        return (*always, "email", "is_active", "is_staff", "is_superuser")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).annotate(role_count=Count("representations"))

    @admin.display(description=_("acts for"), ordering="role_count")
    def roles(self, user: Any) -> int:
        return int(user.role_count)


@admin.register(Representative)
class RepresentativeAdmin(OperatorAdmin):
    """Who acts for whom. Curators let somebody act by deciding on a claim, never for themselves."""

    list_display = ("user", "organisation", "role", "since")
    list_filter = ("role",)
    search_fields = ("user__name", "user__email", "organisation__name")
    list_select_related = ("user", "organisation")
    autocomplete_fields = ("user", "organisation")


@admin.register(Invitation)
class InvitationAdmin(ReadOnly, CuratedAdmin):
    list_display = (
        "organisation",
        "role",
        "invited_by",
        "created_at",
        "expires_at",
        "accepted_at",
        "revoked_at",
    )
    list_filter = ("role",)
    search_fields = ("organisation__name", "email")
    list_select_related = ("organisation", "invited_by")
    actions = ("revoke",)

    @admin.action(description=_("Take the selected invitations back"), permissions=["view"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[Invitation]) -> None:
        run_each(
            request,
            queryset,
            lambda row: actions.revoke_invitation(row, actor=request.user),  # type: ignore[arg-type]  # staff are users
            rows_done,
        )


@admin.register(ChangeSuggestion)
class ChangeSuggestionAdmin(ReadOnly, CuratedAdmin):
    list_display = ("organisation", "field", "value", "reason", "author", "status", "created_at")
    list_filter = ("status", "field")
    search_fields = ("organisation__name", "value", "reason")
    list_select_related = ("organisation", "author")
    actions = ("accept", "reject")

    @admin.action(description=_("Accept the selected suggestions"), permissions=["view"])
    def accept(self, request: HttpRequest, queryset: QuerySet[ChangeSuggestion]) -> None:
        self._decide(request, queryset, accept=True)

    @admin.action(description=_("Reject the selected suggestions"), permissions=["view"])
    def reject(self, request: HttpRequest, queryset: QuerySet[ChangeSuggestion]) -> None:
        self._decide(request, queryset, accept=False)

    def _decide(
        self, request: HttpRequest, rows: QuerySet[ChangeSuggestion], *, accept: bool
    ) -> None:
        run_each(
            request,
            rows,
            lambda row: actions.decide_suggestion(row, accept=accept, actor=request.user),  # type: ignore[arg-type]  # staff are users
            rows_done,
        )


@admin.register(Message)
class MessageAdmin(ReadOnly, OperatorAdmin):
    """Which mails went out tells who was asked: for operators."""

    list_display = ("cause", "recipient", "template", "state", "created_at", "sent_at", "error")
    list_filter = ("state", "template")
    search_fields = ("cause", "recipient__email")
    list_select_related = ("recipient",)
    actions = ("send_again",)

    @admin.action(description=_("Send again what failed"), permissions=["view"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[Message]) -> None:
        run_each(
            request,
            queryset,
            lambda row: actions.send_again(row, actor=request.user),  # type: ignore[arg-type]  # staff are users
            rows_done,
        )


@admin.register(ProfileChange)
class ProfileChangeAdmin(ReadOnly, CuratedAdmin):
    list_display = ("at", "organisation_id")
    ordering = ("-pk",)


class ShortlistEntryInline(ReadOnlyInline):
    model = ShortlistEntry
    fields = ("organisation", "added_at")
    readonly_fields = ("added_at",)
    related = ("organisation",)


@admin.register(Shortlist)
class ShortlistAdmin(ReadOnly, OperatorAdmin):
    list_display = ("name", "organisation", "owner", "is_shared", "created_at")
    list_select_related = ("organisation", "owner")
    search_fields = ("name", "organisation__name")
    inlines = (ShortlistEntryInline,)


@admin.register(ShortlistEntry)
class ShortlistEntryAdmin(ReadOnly, OperatorAdmin):
    list_display = ("shortlist", "organisation", "added_at")
    list_select_related = ("shortlist", "organisation")


@admin.register(Token)
class TokenAdmin(ReadOnly, OperatorAdmin):
    """A lost token is deleted here; secrets are nowhere."""

    list_display = ("name", "user", "scopes", "created_at", "expires_at", "last_used_at")
    list_select_related = ("user",)
    search_fields = ("name", "user__email")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request)
