"""Organisations with their facts: the curators' main page."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from clusters import actions
from clusters.admin.base import (
    CuratedAdmin,
    FactInline,
    ReadOnly,
    ReadOnlyInline,
    rows_done,
    run_each,
)
from clusters.admin.filters import QueueFilter
from clusters.admin.importing import Exchange, OrganisationResource
from clusters.choices import SuggestionStatus
from clusters.models import (
    ChangeSuggestion,
    CooperationInterest,
    FieldStatement,
    InternationalTarget,
    Label,
    Logo,
    Organisation,
    Relation,
    Representative,
    SectorFocus,
)
from clusters.querysets import FACTS
from clusters.validators import FIELD_CHECKS, TEXT_LIMITS, check_fields


class SectorInline(FactInline):
    model = SectorFocus
    fields = ("sector", "is_main", "stated_on", "note")
    related = ("organisation", "sector")


class InterestInline(FactInline):
    model = CooperationInterest
    fields = ("kind", "direction", "sector", "description", "stated_on")
    related = ("organisation", "kind", "sector")


class LabelInline(FactInline):
    model = Label
    fields = ("scheme", "level", "awarded_on", "valid_until", "stated_on")


class TargetInline(ReadOnlyInline):
    model = InternationalTarget
    fields = ("place", "stance", "is_own_statement", "stated_on")
    readonly_fields = ("place",)
    related = ("organisation", "country", "region")

    @admin.display(description=_("place"))
    def place(self, target: InternationalTarget) -> str:
        return target.place


class RelationInline(ReadOnlyInline):
    model = Relation
    fk_name = "organisation"
    fields = ("kind", "other", "country", "since", "is_confirmed", "stated_on")
    related = ("organisation", "other", "country")


class StatementInline(ReadOnlyInline):
    model = FieldStatement
    fields = ("field", "value", "stated_on")
    related = ("organisation",)


class RepresentativeInline(ReadOnlyInline):
    model = Representative
    fields = ("user", "role", "since")
    related = ("organisation", "user")


class OrganisationForm(ModelForm):
    """The same checks as on the pages."""

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        names = {*TEXT_LIMITS, *FIELD_CHECKS, "aliases"} & values.keys()
        check_fields({name: values[name] for name in names if values[name]})
        return values


@admin.register(Organisation)
class OrganisationAdmin(Exchange, CuratedAdmin):
    form = OrganisationForm
    resource_classes = (OrganisationResource,)
    curators_delete: ClassVar[bool] = False
    list_display = (
        "name",
        "kind",
        "side",
        "status",
        "country_names",
        "facts",
        "newest",
        "suggestions_open",
        "people",
    )
    list_filter = (QueueFilter, "status", "side", "kind", "is_demo")
    search_fields = ("name", "slug")
    autocomplete_fields = ("countries", "region", "citations")
    readonly_fields = ("status", "is_demo", "created_at", "updated_at")
    prepopulated_fields: ClassVar[dict[str, Sequence[str]]] = {"slug": ("name",)}
    inlines = (
        SectorInline,
        InterestInline,
        LabelInline,
        TargetInline,
        RelationInline,
        StatementInline,
        RepresentativeInline,
    )
    actions = ("list_them", "send_back", "archive")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Organisation]:
        rows: Any = super().get_queryset(request)
        match = request.resolver_match
        if match is None or not (match.url_name or "").endswith("_changelist"):
            return rows
        counts = [_count(Organisation._meta.get_field(name).related_model) for name in FACTS]
        return (
            rows.with_newest_fact()
            .annotate(
                fact_count=sum(counts[1:], counts[0]),
                open_count=_count(ChangeSuggestion, status=SuggestionStatus.OPEN),
                people_count=_count(Representative),
            )
            .prefetch_related("countries")
        )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Organisation], search_term: str
    ) -> tuple[QuerySet[Organisation], bool]:
        """As on the public pages: every word in names, aims or sectors, accents ignored."""
        rows: Any = queryset
        return (rows.matching(search_term) if search_term else rows), False

    @admin.display(description=_("countries"))
    def country_names(self, organisation: Organisation) -> str:
        return ", ".join(country.code for country in organisation.countries.all())

    @admin.display(description=_("facts"), ordering="fact_count")
    def facts(self, organisation: Any) -> int:
        return int(organisation.fact_count)

    @admin.display(description=_("newest fact"), ordering="newest_fact")
    def newest(self, organisation: Any) -> Any:
        return organisation.newest_fact

    @admin.display(description=_("open suggestions"), ordering="open_count")
    def suggestions_open(self, organisation: Any) -> int:
        return int(organisation.open_count)

    @admin.display(description=_("people"), ordering="people_count")
    def people(self, organisation: Any) -> int:
        return int(organisation.people_count)

    @admin.action(description=_("List the selected profiles"))
    def list_them(self, request: HttpRequest, queryset: QuerySet[Organisation]) -> None:
        self._run(request, queryset, actions.list_organisation)

    @admin.action(description=_("Send the selected profiles back to their owners"))
    def send_back(self, request: HttpRequest, queryset: QuerySet[Organisation]) -> None:
        self._run(request, queryset, actions.send_back_organisation)

    @admin.action(description=_("Archive the selected profiles"))
    def archive(self, request: HttpRequest, queryset: QuerySet[Organisation]) -> None:
        self._run(request, queryset, actions.archive_organisation)

    def _run(self, request: HttpRequest, rows: QuerySet[Organisation], act: Any) -> None:
        run_each(request, rows, lambda row: act(row, actor=request.user), rows_done)


def _count(model: Any, **only: Any) -> Any:
    """How many rows of `model` an organisation has; a subquery, so that counts do not multiply."""
    rows = model.objects.filter(organisation=OuterRef("pk"), **only).order_by()
    counted = rows.values("organisation").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), 0)


@admin.register(Logo)
class LogoAdmin(ReadOnly, CuratedAdmin):
    """Without the picture itself: it is checked when somebody of the organisation uploads it."""

    list_display = ("organisation", "media_type", "width", "height", "size", "updated_at")
    list_filter = ("media_type",)
    search_fields = ("organisation__name",)
    list_select_related = ("organisation",)
    exclude = ("picture",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).defer("picture")
