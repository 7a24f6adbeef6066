"""What the sources tell beyond single organisations."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from clusters.admin.base import CuratedAdmin
from clusters.models import Claim, Contradiction, PolicyInstrument, Programme, SuccessStory


class RecordedAdmin(CuratedAdmin):
    """Named records with citations."""

    autocomplete_fields: ClassVar[tuple[str, ...]] = ("citations",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).annotate(source_count=Count("citations"))

    @admin.display(description=_("sources"), ordering="source_count")
    def sources(self, record: Any) -> int:
        return int(record.source_count)


@admin.register(Programme)
class ProgrammeAdmin(RecordedAdmin):
    list_display = ("code", "name", "printed_as", "sources")
    search_fields = ("code", "name", "meaning")


@admin.register(PolicyInstrument)
class PolicyInstrumentAdmin(RecordedAdmin):
    list_display = ("code", "name", "year", "in_force", "sources")
    search_fields = ("code", "name", "purpose")
    autocomplete_fields = ("citations", "parties")


@admin.register(SuccessStory)
class SuccessStoryAdmin(RecordedAdmin):
    list_display = ("code", "title", "sources")
    search_fields = ("code", "title", "objective")
    autocomplete_fields = (
        "citations",
        "partners",
        "leads",
        "sectors",
        "kinds",
        "programmes",
        "instruments",
        "contact_organisation",
    )


@admin.register(Claim)
class ClaimAdmin(RecordedAdmin):
    list_display = ("code", "text", "sources")
    search_fields = ("code", "text")


@admin.register(Contradiction)
class ContradictionAdmin(RecordedAdmin):
    list_display = ("code", "what", "is_inferred", "organisation_names", "sources")
    list_filter = ("is_inferred",)
    search_fields = ("code", "what", "outside")
    autocomplete_fields = ("citations", "organisations")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("organisations")

    @admin.display(description=_("organisations"))
    def organisation_names(self, contradiction: Contradiction) -> str:
        return ", ".join(one.name for one in contradiction.organisations.all())
