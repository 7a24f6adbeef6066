"""Organisations, their matches, sectors and stories."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.generics import get_object_or_404
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from clusters.choices import Side
from clusters.models import Organisation, Sector, SuccessStory
from matchmaking import scoring as engine
from matchmaking.filters import PartnerFilter
from matchmaking.reads import scores
from matchmaking.reads.market import Snapshot, current
from matchmaking.reads.records import full_record, match_record
from matchmaking.serializers.matches import (
    FullMatchSerializer,
    MatchesQuerySerializer,
    MatchesSerializer,
)
from matchmaking.serializers.organisations import (
    OrganisationSerializer,
    ProfileSerializer,
    SectorSerializer,
    StorySerializer,
)

OTHER_SIDE = {Side.EU: Side.MX, Side.MX: Side.EU}
FACTS = (
    "sector_foci__sector", "targets__country", "targets__region", "targets__sector",
    "interests__kind", "interests__sector", "labels", "relations__other", "relations__country",
    "relations__sector", "figures", "stories",
)  # fmt: skip
CITED = ("", "sector_foci__", "targets__", "interests__", "labels__", "relations__", "figures__")


class OrganisationViewSet(viewsets.ReadOnlyModelViewSet[Organisation]):
    """Listed organisations, and drafts of those one acts for. Filters are those of the find page."""

    lookup_field = "slug"
    permission_classes = (AllowAny,)
    filterset_class = PartnerFilter
    queryset = Organisation.objects.none()

    def get_queryset(self) -> QuerySet[Organisation]:
        rows = Organisation.objects.visible_to(self.request.user).order_by("slug")
        rows = rows.select_related("region").prefetch_related("countries", "sectors")
        if self.action == "retrieve":
            sources = [
                f"{path}citations__{end}" for path in CITED for end in ("source", "footnote")
            ]
            rows = rows.prefetch_related(*FACTS, *sources)
        return rows

    def get_serializer_class(self) -> type[OrganisationSerializer]:
        return ProfileSerializer if self.action == "retrieve" else OrganisationSerializer

    @extend_schema(parameters=[MatchesQuerySerializer], responses=MatchesSerializer, filters=False)
    @action(detail=True, permission_classes=[IsAuthenticated], filterset_class=None)
    def matches(self, request: Request, slug: str) -> Response:
        """The best partners of an organisation that the caller acts for, with reasons."""
        own = self._own(request, slug)
        query = MatchesQuerySerializer(data=request.query_params)
        query.is_valid(raise_exception=True)
        snapshot = current()
        used = _policy(query.validated_data["policy"], snapshot)
        if own.slug not in snapshot.market.profiles:
            raise NotFound("The organisation is not listed, so it has no matches.")
        pairs = engine.rank(
            snapshot.market,
            own.slug,
            used,
            top=query.validated_data["top"],
            side=query.validated_data.get("side") or OTHER_SIDE.get(Side(own.side), Side.MX),
            excluded=scores.excluded_by(own),
        )
        return Response(match_record(own, used, pairs, snapshot))

    @extend_schema(
        operation_id="organisations_match_retrieve", responses=FullMatchSerializer, filters=False
    )
    @action(
        detail=True,
        url_path=r"matches/(?P<other>[-\w]+)",
        permission_classes=[IsAuthenticated],
        filterset_class=None,
    )
    def match(self, request: Request, slug: str, other: str) -> Response:
        """One pair in full."""
        own = self._own(request, slug)
        partner = get_object_or_404(Organisation.objects.listed(), slug=other)
        snapshot = current()
        if own.slug not in snapshot.market.profiles:
            raise NotFound("One of the two organisations is not listed.")
        return Response(full_record(scores.ranking(own, snapshot), partner))

    def _own(self, request: Request, slug: str) -> Organisation:
        own = Organisation.objects.acted_for_by(request.user).filter(slug=slug).first()
        if own is None:
            raise NotFound("You do not act for an organisation of that name.")
        return own


def _policy(name: str, snapshot: Snapshot) -> engine.Policy:
    try:
        return scores.policy(name, snapshot)
    except (scores.UnknownPolicyError, engine.PolicyError) as error:
        raise ValidationError({"policy": [str(error)]}) from error


class SectorViewSet(viewsets.ReadOnlyModelViewSet[Sector]):
    """The sector tree with its cross-walk to NACE Rev. 2.1 and SCIAN."""

    lookup_field = "code"
    permission_classes = (AllowAny,)
    serializer_class = SectorSerializer
    queryset = Sector.objects.select_related("parent").order_by("position", "code")


class StoryViewSet(viewsets.ReadOnlyModelViewSet[SuccessStory]):
    """Success stories with partners, results and citations."""

    lookup_field = "code"
    permission_classes = (AllowAny,)
    serializer_class = StorySerializer

    def get_queryset(self) -> QuerySet[SuccessStory]:
        related: tuple[Any, ...] = (
            "partners", "leads", "sectors", "kinds", "citations__source", "citations__footnote",
        )  # fmt: skip
        return SuccessStory.objects.prefetch_related(*related).order_by("code")
