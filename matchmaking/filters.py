"""One definition of what partners can be filtered by: find page, saved searches, exports and the API."""

from collections.abc import Sequence
from typing import Any

import django_filters as filters
from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field

from clusters.choices import Direction, OrganisationKind, Side, Stance, TargetScope
from clusters.models import InternationalTarget, Organisation, Sector
from events.choices import HIDDEN_PHASES
from events.models import Registration

NOT_SAID = "none"
EU_SCOPE = "EU"
WANTS = (Stance.ACTIVE, Stance.EXPLORING)


class CodesField(forms.MultipleChoiceField):
    """Any number of codes. An unknown code is no error: it finds nothing, and its chip can be removed."""

    def valid_value(self, value: str) -> bool:
        # PostgreSQL holds no NUL in texts and would fail on a search for one.
        return len(value) <= 60 and "\x00" not in value


@extend_schema_field({"type": "array", "items": {"type": "string"}})
class CodesFilter(filters.MultipleChoiceFilter):
    """Organisations that have one of the codes at `path`; `none` means that nothing is said."""

    field_class = CodesField

    def __init__(self, *, path: str, **kwargs: Any) -> None:
        super().__init__(choices=kwargs.pop("choices", ()), **kwargs)
        self.path = path

    def filter(self, qs: QuerySet[Organisation], value: Sequence[str]) -> QuerySet[Organisation]:
        if not value:
            return qs
        return qs.filter(pk__in=self.having(value).values("pk"))

    def having(self, value: Sequence[str]) -> QuerySet[Organisation]:
        """All organisations with one of the codes, as a sub-select without duplicates of its own."""
        wanted = Q(**{f"{self.path}__in": [code for code in value if code != NOT_SAID]})
        if NOT_SAID in value:
            wanted |= Q(**{f"{self.path}__isnull": True}) | self.blank()
        return Organisation.objects.filter(wanted)

    def blank(self) -> Q:
        """How a plain text column says nothing."""
        return Q(**{self.path: ""}) if "__" not in self.path else Q(pk__in=[])


class SectorFilter(CodesFilter):
    """A sector includes everything below it."""

    def having(self, value: Sequence[str]) -> QuerySet[Organisation]:
        return super().having([*value, *_below(value)])


def _below(codes: Sequence[str]) -> list[str]:
    """Codes of all sectors below `codes`."""
    children: dict[str, list[str]] = {}
    for code, parent in Sector.objects.exclude(parent=None).values_list("code", "parent__code"):
        children.setdefault(parent, []).append(code)
    found: list[str] = []
    queue = list(codes)
    while queue:
        for child in children.get(queue.pop(), []):
            found.append(child)
            queue.append(child)
    return found


class TargetFilter(CodesFilter):
    """Organisations that actively target or explore a country, a region, or the EU."""

    def having(self, value: Sequence[str]) -> QuerySet[Organisation]:
        wanted = Q(country__code__in=value) | Q(region__code__in=value)
        if EU_SCOPE in value:
            wanted |= Q(scope=TargetScope.EU)
        targets = InternationalTarget.objects.filter(organisation=OuterRef("pk"), stance__in=WANTS)
        found = Q(Exists(targets.filter(wanted)))
        if NOT_SAID in value:
            found |= ~Q(Exists(InternationalTarget.objects.filter(organisation=OuterRef("pk"))))
        return Organisation.objects.filter(found)


class InterestFilter(CodesFilter):
    """Organisations that seek (or offer) one of the kinds of cooperation."""

    def __init__(self, *, directions: Sequence[str], **kwargs: Any) -> None:
        super().__init__(path="interests__kind__code", **kwargs)
        self.directions = directions

    def having(self, value: Sequence[str]) -> QuerySet[Organisation]:
        return Organisation.objects.filter(
            interests__kind__code__in=value, interests__direction__in=self.directions
        )


class EventFilter(CodesFilter):
    """Organisations accepted at one of the events. Who comes to one that is still a draft is not told."""

    def having(self, value: Sequence[str]) -> QuerySet[Organisation]:
        accepted = Registration.objects.accepted().filter(event__slug__in=value)
        public = accepted.exclude(event__status__in=HIDDEN_PHASES)
        return Organisation.objects.filter(pk__in=public.values("organisation"))


class PartnerFilter(filters.FilterSet):
    """Filters of listed organisations. `own` is the organisation that looks, for "open to my country"."""

    q = filters.CharFilter(label=_("Search"), method="search")
    side = CodesFilter(path="side", label=_("Side"), choices=Side.choices)
    sector = SectorFilter(path="sectors__code", label=_("Sector"))
    country = CodesFilter(path="countries__code", label=_("Country"))
    region = CodesFilter(path="region__code", label=_("Region"))
    kind = CodesFilter(path="kind", label=_("Kind"), choices=OrganisationKind.choices)
    target = TargetFilter(path="targets__country__code", label=_("Targets"))
    seeks = InterestFilter(directions=(Direction.SEEKS, Direction.BOTH), label=_("Seeks"))
    offers = InterestFilter(directions=(Direction.OFFERS, Direction.BOTH), label=_("Offers"))
    label = CodesFilter(path="labels__level", label=_("Label"))
    event = EventFilter(path="registrations__event__slug", label=_("At the event"))
    more = CodesFilter(path="pk", label=_("More"), method="narrow")

    class Meta:
        model = Organisation
        fields: list[str] = []

    def __init__(self, *args: Any, own: Organisation | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.own = own

    def search(
        self, queryset: QuerySet[Organisation], name: str, value: str
    ) -> QuerySet[Organisation]:
        """Every word must be found in names, aliases, aims or sectors."""
        return queryset.matching(value)  # type: ignore[attr-defined]  # Organisation's query set

    def narrow(
        self, queryset: QuerySet[Organisation], name: str, value: Sequence[str]
    ) -> QuerySet[Organisation]:
        """Each choice narrows further, unlike the others, which widen."""
        if "story" in value:
            queryset = queryset.filter(stories__isnull=False).distinct()
        if "open" in value and self.own is not None:
            queryset = queryset.filter(Exists(self._open_to(self.own)))
        return queryset

    def _open_to(self, own: Organisation) -> QuerySet[InternationalTarget]:
        place = Q(country__in=own.countries.all()) | Q(region=own.region_id)
        if own.side == Side.EU:
            place |= Q(scope=TargetScope.EU)
        return InternationalTarget.objects.filter(
            place, organisation=OuterRef("pk"), stance__in=WANTS
        )

    def without(self, name: str) -> QuerySet[Organisation]:
        """The result as if the filter `name` were not set: what its facet counts."""
        queryset = self.queryset.all()
        for other, value in self.form.cleaned_data.items():
            if other != name:
                queryset = self.filters[other].filter(queryset, value)
        return queryset
