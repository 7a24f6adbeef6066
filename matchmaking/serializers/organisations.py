"""Organisations with facts and citations, sectors, stories."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from clusters.models import (
    Citation,
    CooperationInterest,
    Figure,
    InternationalTarget,
    Label,
    Organisation,
    Relation,
    Sector,
    SectorFocus,
    SuccessStory,
)


class CitationSerializer(serializers.ModelSerializer[Citation]):
    """Where a fact comes from, and whether it is stated there or inferred by us."""

    source = serializers.CharField(source="source.code")  # type: ignore[assignment]  # DRF names it so
    footnote = serializers.IntegerField(source="footnote.number", default=None, allow_null=True)
    url = serializers.CharField(
        source="footnote.url", default="", help_text="As printed; text only."
    )

    class Meta:
        model = Citation
        fields = ["code", "source", "section", "footnote", "page", "url", "basis"]


class FactSerializer(serializers.ModelSerializer[Any]):
    """What every fact carries."""

    citations = CitationSerializer(many=True, read_only=True)

    class Meta:
        fields = ["code", "stated_on", "note", "citations"]


def many(slug_field: str) -> Any:
    """Related rows by their code or name in addresses."""
    return serializers.SlugRelatedField[Any](many=True, read_only=True, slug_field=slug_field)


def codes(path: str) -> Any:
    """A related row by its code; null where nothing is said."""
    return serializers.CharField(source=path, default=None, allow_null=True, read_only=True)


class SectorFocusSerializer(FactSerializer):
    sector = codes("sector.code")

    class Meta(FactSerializer.Meta):
        model = SectorFocus
        fields = ["sector", "is_main", *FactSerializer.Meta.fields]


class TargetSerializer(FactSerializer):
    country = codes("country.code")
    region = codes("region.code")
    sector = codes("sector.code")

    class Meta(FactSerializer.Meta):
        model = InternationalTarget
        fields = [
            "stance", "scope", "country", "region", "sector", "is_own_statement",
            *FactSerializer.Meta.fields,
        ]  # fmt: skip


class InterestSerializer(FactSerializer):
    kind = codes("kind.code")
    sector = codes("sector.code")

    class Meta(FactSerializer.Meta):
        model = CooperationInterest
        fields = ["kind", "direction", "sector", "description", *FactSerializer.Meta.fields]


class LabelSerializer(FactSerializer):
    class Meta(FactSerializer.Meta):
        model = Label
        fields = ["scheme", "level", "awarded_on", "valid_until", *FactSerializer.Meta.fields]


class RelationSerializer(FactSerializer):
    other = codes("other.slug")
    country = codes("country.code")
    sector = codes("sector.code")

    class Meta(FactSerializer.Meta):
        model = Relation
        fields = ["kind", "other", "country", "sector", "since", *FactSerializer.Meta.fields]


class FigureSerializer(FactSerializer):
    class Meta(FactSerializer.Meta):
        model = Figure
        fields = [
            "label", "value", "unit", "qualifier", "year", "period", *FactSerializer.Meta.fields,
        ]  # fmt: skip


class OrganisationSerializer(serializers.ModelSerializer[Organisation]):
    """The heading of a profile."""

    countries = many("code")
    region = codes("region.code")
    sectors = many("code")
    url = serializers.SerializerMethodField()

    class Meta:
        model = Organisation
        fields = [
            "slug", "name", "aliases", "kind", "side", "countries", "region", "sectors", "website",
            "is_demo", "updated_at", "url",
        ]  # fmt: skip

    @extend_schema_field(serializers.URLField)
    def get_url(self, organisation: Organisation) -> str:
        """The profile's page."""
        request = self.context["request"]
        return str(request.build_absolute_uri(organisation.get_absolute_url()))


class ProfileSerializer(OrganisationSerializer):
    """A profile in full: every fact with its citations. What is absent is not said."""

    sector_foci = SectorFocusSerializer(many=True, read_only=True)
    targets = TargetSerializer(many=True, read_only=True)
    interests = InterestSerializer(many=True, read_only=True)
    labels = LabelSerializer(many=True, read_only=True)
    relations = serializers.SerializerMethodField()
    figures = FigureSerializer(many=True, read_only=True)
    stories = many("code")
    citations = CitationSerializer(many=True, read_only=True)

    class Meta(OrganisationSerializer.Meta):
        fields = [
            *OrganisationSerializer.Meta.fields, "printed_kind", "side_reason", "aim_en", "aim_es",
            "description_en", "description_es", "languages", "time_zone", "is_public_body",
            "member_count", "employee_count", "note", "sector_foci", "targets", "interests", "labels",
            "relations", "figures", "stories", "citations",
        ]  # fmt: skip

    @extend_schema_field(RelationSerializer(many=True))
    def get_relations(self, organisation: Organisation) -> Any:
        """Relations that the other side has confirmed."""
        confirmed = [row for row in organisation.relations.all() if row.is_confirmed]
        return RelationSerializer(confirmed, many=True, context=self.context).data


class SectorSerializer(serializers.ModelSerializer[Sector]):
    parent = codes("parent.code")

    class Meta:
        model = Sector
        fields = [
            "code", "name_en", "name_es", "parent", "is_ecosystem", "aliases", "nace", "scian",
            "crosswalk_inferred",
        ]  # fmt: skip


class StorySerializer(serializers.ModelSerializer[SuccessStory]):
    partners = many("slug")
    leads = many("slug")
    sectors = many("code")
    kinds = many("code")
    context = serializers.ListField(  # type: ignore[assignment]  # the model's own field
        child=serializers.CharField(), read_only=True
    )
    results = serializers.ListField(child=serializers.CharField(), read_only=True)
    dates = serializers.DictField(read_only=True)
    citations = CitationSerializer(many=True, read_only=True)

    class Meta:
        model = SuccessStory
        fields = [
            "code", "title", "partners", "leads", "sectors", "printed_sector", "kinds", "context",
            "work", "objective", "policy_support", "results", "dates", "citations",
        ]  # fmt: skip
