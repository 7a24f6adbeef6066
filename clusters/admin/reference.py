"""Places, sectors, kinds of cooperation, and where facts come from."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from clusters.admin.base import CuratedAdmin
from clusters.admin.importing import Exchange, SectorResource
from clusters.models import Citation, CooperationKind, Country, Footnote, Region, Sector, Source


class Reference(CuratedAdmin):
    """Facts point at these rows: superusers delete them, if nothing does."""

    curators_delete: ClassVar[bool] = False


@admin.register(Country)
class CountryAdmin(Reference):
    list_display = ("code", "name_en", "name_es", "default_side", "is_eu_member", "time_zone")
    list_filter = ("default_side", "is_eu_member")
    search_fields = ("code", "name_en", "name_es")


@admin.register(Region)
class RegionAdmin(Reference):
    list_display = ("code", "name", "country", "parent", "scheme", "level")
    list_filter = ("scheme", "level", "country")
    search_fields = ("code", "name")
    list_select_related = ("country", "parent")
    autocomplete_fields = ("country", "parent")


@admin.register(Sector)
class SectorAdmin(Exchange, Reference):
    resource_classes = (SectorResource,)
    list_display = ("code", "name_en", "name_es", "parent", "is_ecosystem", "organisations")
    list_filter = ("is_ecosystem", "is_report_focus", "crosswalk_inferred")
    search_fields = ("code", "name_en", "name_es")
    list_select_related = ("parent",)
    autocomplete_fields = ("parent", "citations")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).annotate(focus_count=Count("foci"))

    @admin.display(description=_("organisations"), ordering="focus_count")
    def organisations(self, sector: Any) -> int:
        return int(sector.focus_count)


@admin.register(CooperationKind)
class CooperationKindAdmin(Reference):
    list_display = ("code", "name_en", "name_es", "position")
    search_fields = ("code", "name_en", "name_es")


@admin.register(Source)
class SourceAdmin(Reference):
    list_display = ("code", "kind", "title", "publisher", "dated", "citation_count")
    list_filter = ("kind",)
    search_fields = ("code", "title", "publisher")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).annotate(cited=Count("citations"))

    @admin.display(description=_("citations"), ordering="cited")
    def citation_count(self, source: Any) -> int:
        return int(source.cited)


@admin.register(Footnote)
class FootnoteAdmin(Reference):
    list_display = ("source", "number", "section", "url", "warning")
    search_fields = ("=number", "url", "note")
    list_select_related = ("source",)
    list_filter = ("source",)
    autocomplete_fields = ("source", "same_as")


@admin.register(Citation)
class CitationAdmin(Reference):
    list_display = ("code", "source", "section", "footnote", "page", "cited_on", "basis")
    list_filter = ("basis", "source__kind")
    search_fields = ("code", "section", "source__title")
    list_select_related = ("source", "footnote__source")
    autocomplete_fields = ("source", "footnote")
