"""What every page of the admin has: who may, history, refusals as messages, no query per row."""

from collections.abc import Callable, Iterable
from typing import Any, ClassVar

import pghistory
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clusters.models import User

HISTORY_ROWS = 200


class CuratedAdmin(admin.ModelAdmin):
    """For curators (staff). Deleting whole records is for superusers unless `curators_delete`.

    States are read-only; they move by actions of the list, which call the project's actions.
    """

    curators_delete: ClassVar[bool] = True
    list_per_page = 50
    show_full_result_count = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._may(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request) and (self.curators_delete or request.user.is_superuser)

    def _may(self, request: HttpRequest) -> bool:
        return bool(request.user.is_active and request.user.is_staff)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with self._history(request, "change"):
            return super().changeform_view(request, *args, **kwargs)

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with self._history(request, "delete"):
            return super().delete_view(request, *args, **kwargs)

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with self._history(request, "list"):
            return super().changelist_view(request, *args, **kwargs)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Who changed what, from the rows that the database's triggers keep."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        obj = get_object_or_404(self.model, pk=object_id)
        context = {
            **self.admin_site.each_context(request),
            "title": _("History: %s") % obj,
            "opts": self.opts,
            "object": obj,
            "changes": history_of(obj),
            "is_tracked": hasattr(obj, "history"),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/tracked_history.html", context)

    def _history(self, request: HttpRequest, verb: str) -> Any:
        return pghistory.context(user=request.user.pk, action=f"admin_{verb}")


class OperatorAdmin(CuratedAdmin):
    """For superusers: people's own things, and what only the parties of a request may see."""

    def _may(self, request: HttpRequest) -> bool:
        return bool(request.user.is_active and request.user.is_superuser)


class ReadOnly:
    """Rows that a program writes, or that nobody may change: to be looked at."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody adds one by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody changes one by hand."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody deletes one by hand."""
        return False


class FactInline(admin.TabularInline):
    """Facts in their organisation. Choices are read once, not once a row."""

    extra = 0
    show_change_link = True
    # What the line above each row names, and what its columns show.
    related: ClassVar[tuple[str, ...]] = ("organisation",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related(*self.related)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_staff)

    has_add_permission = has_change_permission = has_delete_permission = has_view_permission

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field: Any = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field is not None:
            field.choices = list(field.choices)  # a list survives the copies that forms make
        return field


class ReadOnlyInline(ReadOnly, FactInline):
    """Rows beside their record; each has a link to its own page."""

    can_delete = False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """All of them."""
        return self.fields or ()


def run_each(
    request: HttpRequest, rows: Iterable[Any], act: Callable[[Any], Any], done: Callable[[int], str]
) -> None:
    """Call an action for each selected row; say how many it was done for, and why not for others."""
    count = 0
    for row in rows:
        try:
            act(row)
        except ValidationError as error:
            messages.warning(request, f"{row}: {' '.join(error.messages)}")
        except PermissionDenied:
            messages.error(request, _("You may not do this to %s.") % row)
        else:
            count += 1
    if count:
        messages.success(request, done(count))


def rows_done(count: int) -> str:
    """The usual message after a bulk action."""
    return ngettext("Done for %(count)d row.", "Done for %(count)d rows.", count) % {"count": count}


def history_of(obj: Model) -> list[dict[str, Any]]:
    """The changes of a tracked row, newest first: when, who, action, and fields before and after."""
    tracked: Any = getattr(obj, "history", None)
    if tracked is None:
        return []
    newest = tracked.select_related("pgh_context").order_by("-pgh_id")[: HISTORY_ROWS + 1]
    rows = list(newest)
    names = _people(rows)
    changes = []
    for row, before in zip(rows, [*rows[1:], None], strict=True):
        told = row.pgh_context.metadata if row.pgh_context else {}
        changes.append(
            {
                "at": row.pgh_created_at,
                "who": names.get(told.get("user") or 0, ""),
                "action": told.get("action", ""),
                "fields": _differences(row, before) if before is not None else [],
                "is_first": before is None,
            }
        )
    return changes[:HISTORY_ROWS]


def _people(rows: Iterable[Any]) -> dict[int, str]:
    pks = {row.pgh_context.metadata.get("user") for row in rows if row.pgh_context}
    users: QuerySet[User] = User.objects.filter(pk__in=pks - {None})
    return {user.pk: str(user) for user in users}


def _differences(row: Any, before: Any) -> list[tuple[str, Any, Any]]:
    fields = [f for f in row._meta.fields if not f.name.startswith("pgh_")]
    return [
        (str(field.verbose_name), getattr(before, field.attname), getattr(row, field.attname))
        for field in fields
        if getattr(before, field.attname) != getattr(row, field.attname)
    ]
