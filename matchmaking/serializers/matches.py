"""Matches with reasons: the shape of `matchmaking.reads.records`."""

from typing import Any

from rest_framework import serializers


class EvidenceSerializer(serializers.Serializer[Any]):
    """One reason: a sentence in the language of the request, its code, and its citations."""

    text = serializers.CharField()
    code = serializers.CharField()
    citations = serializers.ListField(child=serializers.CharField())
    stated = serializers.BooleanField(
        help_text="False as soon as one of the facts used is inferred."
    )


class CriterionSerializer(serializers.Serializer[Any]):
    """One criterion of a direction; points add up to the direction's."""

    code = serializers.CharField()
    points = serializers.FloatField()
    known = serializers.FloatField(help_text="Share of the criterion that is known, 0 to 1.")
    evidence = EvidenceSerializer(many=True)


class DirectionSerializer(serializers.Serializer[Any]):
    """What one side gains, 0 to 100."""

    points = serializers.FloatField()
    criteria = CriterionSerializer(many=True)


class GainsSerializer(serializers.Serializer[Any]):
    """Both directions."""

    own = DirectionSerializer()
    theirs = DirectionSerializer()


class MatchSerializer(serializers.Serializer[Any]):
    """One partner. `low` and `high` bound the score over everything that is unknown."""

    slug = serializers.CharField()
    name = serializers.CharField()
    score = serializers.FloatField(allow_null=True)
    low = serializers.FloatField()
    high = serializers.FloatField()
    coverage = serializers.FloatField(help_text="Known share of the weight, 0 to 1.")
    gains = GainsSerializer()


class MatchesSerializer(serializers.Serializer[Any]):
    """The best partners of an organisation, best first."""

    organisation = serializers.CharField()
    policy = serializers.CharField()
    matches = MatchSerializer(many=True)


class MatchesQuerySerializer(serializers.Serializer[Any]):
    """What a list of matches can be narrowed by."""

    side = serializers.ChoiceField(choices=["eu", "mx", "third"], required=False)
    top = serializers.IntegerField(min_value=1, max_value=200, default=10)
    policy = serializers.SlugField(default="default")
