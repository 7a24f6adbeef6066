"""Facts, each with its sources."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from clusters.admin.base import CuratedAdmin
from clusters.admin.filters import CitedFilter, FactAgeFilter, LapseFilter
from clusters.admin.importing import (
    Exchange,
    InterestResource,
    LabelResource,
    SectorFocusResource,
    TargetResource,
)
from clusters.models import (
    CooperationInterest,
    FieldStatement,
    Figure,
    InternationalTarget,
    Label,
    Organisation,
    Relation,
    SectorFocus,
)


class FactAdmin(CuratedAdmin):
    """What lists of facts share: by organisation, with age and sources."""

    list_filter: ClassVar[tuple[Any, ...]] = (FactAgeFilter, CitedFilter)
    search_fields: ClassVar[tuple[str, ...]] = ("organisation__name", "organisation__slug", "note")
    autocomplete_fields: ClassVar[tuple[str, ...]] = ("organisation", "citations")
    list_select_related: ClassVar[tuple[str, ...]] = ("organisation",)
    readonly_fields = ("code", "created_at")
    date_hierarchy = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        return rows.annotate(source_count=Count("citations"))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """By the organisation, accents ignored, or by the fact's note."""
        if not search_term:
            return queryset, False
        about = Organisation.objects.matching(search_term).values("pk")
        found, has_duplicates = super().get_search_results(request, queryset, search_term)
        by_name = queryset.filter(organisation__in=about)
        return queryset.filter(pk__in=found.values("pk")) | by_name, has_duplicates

    @admin.display(description=_("sources"), ordering="source_count")
    def sources(self, fact: Any) -> int:
        return int(fact.source_count)


@admin.register(SectorFocus)
class SectorFocusAdmin(Exchange, FactAdmin):
    resource_classes = (SectorFocusResource,)
    list_display = ("organisation", "sector", "is_main", "stated_on", "sources")
    list_filter = (*FactAdmin.list_filter, "is_main", "sector")
    list_select_related = ("organisation", "sector")
    autocomplete_fields = (*FactAdmin.autocomplete_fields, "sector")


@admin.register(InternationalTarget)
class InternationalTargetAdmin(Exchange, FactAdmin):
    resource_classes = (TargetResource,)
    list_display = ("organisation", "place", "stance", "is_own_statement", "stated_on", "sources")
    list_filter = (*FactAdmin.list_filter, "stance", "scope", "is_own_statement")
    list_select_related = ("organisation", "country", "region")
    autocomplete_fields = (*FactAdmin.autocomplete_fields, "country", "region", "sector")

    @admin.display(description=_("place"))
    def place(self, target: InternationalTarget) -> str:
        return target.place


@admin.register(CooperationInterest)
class CooperationInterestAdmin(Exchange, FactAdmin):
    resource_classes = (InterestResource,)
    list_display = ("organisation", "direction", "kind", "sector", "stated_on", "sources")
    list_filter = (*FactAdmin.list_filter, "direction", "kind")
    list_select_related = ("organisation", "kind", "sector")
    autocomplete_fields = (*FactAdmin.autocomplete_fields, "kind", "sector")


@admin.register(Label)
class LabelAdmin(Exchange, FactAdmin):
    resource_classes = (LabelResource,)
    list_display = ("organisation", "scheme", "level", "awarded_on", "valid_until", "sources")
    list_filter = (LapseFilter, *FactAdmin.list_filter, "level")
    ordering = ("valid_until", "pk")


@admin.register(Relation)
class RelationAdmin(FactAdmin):
    list_display = (
        "organisation",
        "kind",
        "other",
        "country",
        "is_confirmed",
        "stated_on",
        "sources",
    )
    list_filter = (*FactAdmin.list_filter, "kind", "is_confirmed")
    list_select_related = ("organisation", "other", "country")
    autocomplete_fields = (
        *FactAdmin.autocomplete_fields,
        "other",
        "country",
        "sector",
        "cooperation",
    )


@admin.register(FieldStatement)
class FieldStatementAdmin(FactAdmin):
    list_display = ("organisation", "field", "value", "stated_on", "sources")
    list_filter = (*FactAdmin.list_filter, "field")


@admin.register(Figure)
class FigureAdmin(FactAdmin):
    list_display = ("label", "value", "unit", "organisation", "year", "sources")
    search_fields = ("label", "unit", "organisation__name", "note")
    list_select_related = ("organisation", "reported_by")
    autocomplete_fields = (
        *FactAdmin.autocomplete_fields,
        "story",
        "reported_by",
        "names",
        "compared_with",
    )
