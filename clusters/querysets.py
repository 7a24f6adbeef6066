"""Reads of the organisations app: chainable, on the models."""

import datetime as dt
from typing import TYPE_CHECKING, Any, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, F, Max, OuterRef, Q, Subquery, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Greatest, Lower
from django.utils import timezone

from clusters.choices import OrganisationStatus, Role, SuggestionStatus

if TYPE_CHECKING:
    from clusters.models import (  # noqa: F401 - the bases below name them as text
        ChangeSuggestion,
        Invitation,
        Logo,
        Organisation,
        Shortlist,
        User,
    )

Viewer = "User | AnonymousUser"
MOST_WORDS = 10
# Reverse relations of an organisation to its facts.
FACTS = ("sector_foci", "targets", "interests", "labels", "relations", "statements", "figures")
SAME_NAME = """
    WITH names AS (
        SELECT DISTINCT id, fold(unnest(array_append(aliases, name))) AS folded FROM clusters_organisation
    )
    SELECT id FROM names WHERE folded IN (
        SELECT folded FROM names GROUP BY folded HAVING count(*) > 1
    )
"""


class Fold(models.Func):
    """SQL `fold()`: lower case without accents, so that "Querétaro" and "queretaro" meet."""

    function = "fold"
    arity = 1
    output_field = models.TextField()


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def listed(self) -> Self:
        return self.filter(status=OrganisationStatus.LISTED)

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Listed profiles for everybody; drafts for those who act for them; all for curators."""
        if user.is_staff or user.is_superuser:
            return self
        if not user.is_authenticated:
            return self.listed()
        return self.filter(Q(status=OrganisationStatus.LISTED) | Exists(self._mine(user)))

    def acted_for_by(self, user: "User | AnonymousUser", *roles: Role) -> Self:
        """Organisations for which `user` acts, optionally only in one of `roles`."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(Exists(self._mine(user, *roles)))

    def matching(self, text: str) -> Self:
        """Organisations whose names, aliases, aims or sectors hold every word of `text`.

        Accents and case do not matter; the last word may be the beginning of one. Only the first
        MOST_WORDS count: each is a condition of its own, and a page of them would hold up the database.
        """
        found = self
        for word in list(dict.fromkeys(text.split()))[:MOST_WORDS]:
            folded = Fold(Value(word))
            sector = self.model.sectors.through.objects.filter(
                organisation=OuterRef("pk")
            ).annotate(en=Fold("sector__name_en"), es=Fold("sector__name_es"), needle=folded)
            found = found.annotate(needle=folded).filter(
                Q(folded__contains=F("needle"))
                | Exists(sector.filter(Q(en__contains=F("needle")) | Q(es__contains=F("needle"))))
            )
        return found

    def with_profile(self) -> Self:
        """Everything a row or a profile heading shows, in a fixed number of queries."""
        return self.select_related("region__country").prefetch_related(
            "countries", "sectors", "labels"
        )

    def with_newest_fact(self) -> Self:
        """Annotate `newest_fact`: the latest date that a fact, a source or a curator's check carries."""
        dates = [Subquery(self._newest(related)) for related in FACTS]
        return self.annotate(newest_fact=Greatest(F("checked_on"), *dates))

    def stale(self, before: dt.date) -> Self:
        """Those whose newest fact is older than `before`. Without any date nothing is known."""
        return self.with_newest_fact().filter(newest_fact__lt=before)

    def possible_duplicates(self) -> Self:
        """Those that share a name or another name with a different one; accents and case do not matter."""
        return self.filter(pk__in=RawSQL(SAME_NAME, []))  # noqa: S611 - a constant

    def _newest(self, related: str) -> models.QuerySet[Any]:
        facts: Any = self.model._meta.get_field(related).related_model
        rows = facts.objects.filter(organisation=OuterRef("pk")).order_by()
        rows = rows.values("organisation").annotate(
            newest=Greatest(Max("stated_on"), Max("citations__cited_on"))
        )
        newest: models.QuerySet[Any] = rows.values("newest")
        return newest

    def _mine(self, user: "User | AnonymousUser", *roles: Role) -> models.QuerySet[models.Model]:
        representative: Any = self.model._meta.get_field("representatives").related_model
        mine = representative.objects.filter(organisation=OuterRef("pk"), user=user.pk)
        return mine.filter(role__in=roles) if roles else mine


class UserQuerySet(models.QuerySet["User"]):
    def with_email(self, email: str) -> Self:
        return self.annotate(low=Lower("email")).filter(low=email.lower())


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def pending(self) -> Self:
        """Neither accepted nor revoked, and not too old."""
        return self.filter(
            accepted_at__isnull=True, revoked_at__isnull=True, expires_at__gt=timezone.now()
        )


class ChangeSuggestionQuerySet(models.QuerySet["ChangeSuggestion"]):
    def open(self) -> Self:
        return self.filter(status=SuggestionStatus.OPEN)

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """One's own, those about a profile one may change, and all for curators."""
        if not user.is_authenticated:
            return self.none()
        if user.is_staff or user.is_superuser:
            return self
        may_change = Q(
            organisation__representatives__user=user,
            organisation__representatives__role__in=[Role.OWNER, Role.EDITOR],
        )
        ours = self.model._default_manager.filter(may_change).values("pk")
        return self.filter(Q(author=user) | Q(pk__in=ours))


class ShortlistQuerySet(models.QuerySet["Shortlist"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """One's own and those that colleagues share, as long as one acts for the organisation."""
        if not user.is_authenticated:
            return self.none()
        if user.is_superuser:
            return self
        mine = self.model._default_manager.filter(organisation__representatives__user=user)
        return self.filter(Q(owner=user) | Q(is_shared=True), pk__in=mine.values("pk"))


class LogoQuerySet(models.QuerySet["Logo"]):
    def without_picture(self) -> Self:
        """As pages need them: the bytes stay where they are."""
        return self.defer("picture").select_related("organisation")

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """The logo of every organisation whose profile the user may see."""
        from clusters.models import Organisation  # app-ready

        return self.filter(organisation__in=Organisation.objects.visible_to(user))
