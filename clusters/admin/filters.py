"""Queues of the curators as filters of the lists."""

import datetime as dt
from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clusters.choices import Basis, OrganisationStatus
from clusters.reads import curation
from clusters.reads.curation import LAPSES_SOON
from clusters.reads.lapse import RENEWABLE_DAYS
from clusters.reads.profile import STALE_AFTER


def _today() -> dt.date:
    return timezone.now().date()


class FactAgeFilter(admin.SimpleListFilter):
    """Facts by the date of their statement, or of the source that states them."""

    title = _("age")
    parameter_name = "age"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("year", _("up to one year")),
            ("two", _("one to two years")),
            ("stale", _("older than two years")),
            ("undated", _("without a date")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        year, two = _today() - dt.timedelta(days=365), _today() - STALE_AFTER
        ranges = {
            "year": Q(stated_on__gte=year),
            "two": Q(stated_on__lt=year, stated_on__gte=two),
            "stale": Q(stated_on__lt=two),
            "undated": Q(stated_on__isnull=True),
        }
        return queryset.filter(ranges.get(self.value() or "", Q()))


class CitedFilter(admin.SimpleListFilter):
    """Whether a fact is stated, only inferred, or has no source."""

    title = _("source")
    parameter_name = "cited"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("stated", _("stated")),
            ("inferred", _("only inferred")),
            ("none", _("without a source")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        through = queryset.model.citations.through
        (link,) = (f.name for f in through._meta.fields if f.related_model is queryset.model)
        mine = through.objects.filter(**{link: OuterRef("pk")})
        stated = Exists(mine.filter(citation__basis=Basis.STATED))
        wanted = {
            "stated": Q(stated),
            "inferred": Q(Exists(mine)) & ~Q(stated),
            "none": ~Q(Exists(mine)),
        }
        return queryset.filter(wanted.get(self.value() or "", Q()))


class LapseFilter(admin.SimpleListFilter):
    """Labels by how soon, or how long ago, they lapse."""

    title = _("validity")
    parameter_name = "lapse"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("valid", _("valid for longer")),
            ("soon", _("lapses within 90 days")),
            ("renewable", _("lapsed, can be renewed")),
            ("lapsed", _("lapsed")),
            ("undated", _("date not said")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        today = _today()
        renewable = today - dt.timedelta(days=RENEWABLE_DAYS)
        ranges = {
            "valid": Q(valid_until__gt=today + LAPSES_SOON),
            "soon": Q(valid_until__range=(today, today + LAPSES_SOON)),
            "renewable": Q(valid_until__lt=today, valid_until__gte=renewable),
            "lapsed": Q(valid_until__lt=renewable),
            "undated": Q(valid_until__isnull=True),
        }
        return queryset.filter(ranges.get(self.value() or "", Q()))


class QueueFilter(admin.SimpleListFilter):
    """Organisations that need a curator."""

    title = _("needs a look")
    parameter_name = "queue"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("submitted", _("waits for review")),
            ("suggestions", _("has suggested changes")),
            ("stale", _("facts older than two years")),
            ("contradictions", _("has contradictions or gaps")),
            ("duplicates", _("shares a name with another")),
            ("nobody", _("nobody acts for it")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        queues = {
            "submitted": lambda: queryset.filter(status=OrganisationStatus.SUBMITTED),
            "suggestions": lambda: curation.suggested(queryset),
            "stale": lambda: curation.stale(queryset),
            "contradictions": lambda: curation.contradicted(queryset),
            "duplicates": lambda: curation.duplicates(queryset),
            "nobody": lambda: queryset.filter(representatives__isnull=True),
        }
        queue = queues.get(self.value() or "")
        return queue() if queue else queryset
