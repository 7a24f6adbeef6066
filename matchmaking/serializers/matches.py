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
    weight = serializers.FloatField(
        help_text="Share of the direction, 0 to 1; at most 100 times it."
    )
    value = serializers.FloatField(allow_null=True, help_text="0 to 1; null while unknown.")
    points = serializers.FloatField()
    low = serializers.FloatField()
    high = serializers.FloatField()
    known = serializers.FloatField(help_text="Share of the criterion that is known, 0 to 1.")
    evidence = EvidenceSerializer(many=True)


class DirectionSerializer(serializers.Serializer[Any]):
    """What one side gains, 0 to 100."""

    points = serializers.FloatField()
    low = serializers.FloatField()
    high = serializers.FloatField()
    coverage = serializers.FloatField(help_text="Known share of the weight, 0 to 1.")
    criteria = CriterionSerializer(many=True)


class GainsSerializer(serializers.Serializer[Any]):
    """Both directions."""

    own = DirectionSerializer()
    theirs = DirectionSerializer()


class AnswerSerializer(serializers.Serializer[Any]):
    """What an answer would make of the pair; null where it sets the pair aside."""

    code = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field of the answer, not the widget's label
    score = serializers.FloatField(allow_null=True)
    own = serializers.FloatField(allow_null=True)
    theirs = serializers.FloatField(allow_null=True)


class PivotalSerializer(serializers.Serializer[Any]):
    """The unknown fact that would move the score most, and whom to ask."""

    question = serializers.CharField()
    asked = serializers.CharField()
    criterion = serializers.CharField()
    answers = AnswerSerializer(many=True)


class BlockSerializer(serializers.Serializer[Any]):
    """Why the pair has no score."""

    code = serializers.CharField()
    text = serializers.CharField()
    by = serializers.CharField()
    known_to = serializers.CharField(
        help_text="“everybody”, or the only organisation that sees it."
    )
    citations = serializers.ListField(child=serializers.CharField())


class ShiftSerializer(serializers.Serializer[Any]):
    """A criterion that moved: what one side gains more or less by it."""

    criterion = serializers.CharField()
    gainer = serializers.CharField()
    points = serializers.FloatField()
    now = serializers.ListField(child=serializers.CharField())
    before = serializers.ListField(child=serializers.CharField())


class ChangeSerializer(serializers.Serializer[Any]):
    """A change of one of the two profiles, and by which side; never by which person."""

    at = serializers.DateTimeField()
    organisation = serializers.CharField()
    what = serializers.CharField()
    done = serializers.CharField()
    by = serializers.CharField()


class WeekSerializer(serializers.Serializer[Any]):
    """What the two said or took back in seven days, scored with the statistics of today."""

    since = serializers.DateTimeField()
    is_new = serializers.BooleanField(help_text="One of the two was not listed then.")
    then = serializers.FloatField(allow_null=True)
    now = serializers.FloatField(allow_null=True)
    rank_then = serializers.IntegerField(allow_null=True)
    rank_now = serializers.IntegerField(allow_null=True)
    shifts = ShiftSerializer(many=True)
    changes = ChangeSerializer(many=True)


class MatchSerializer(serializers.Serializer[Any]):
    """One partner. `low` and `high` bound the score over everything that is unknown."""

    slug = serializers.CharField()
    name = serializers.CharField()
    score = serializers.FloatField(allow_null=True)
    low = serializers.FloatField()
    high = serializers.FloatField()
    coverage = serializers.FloatField(help_text="Known share of the weight, 0 to 1.")
    gains = GainsSerializer()
    pivotal = PivotalSerializer(allow_null=True)
    block = BlockSerializer(allow_null=True)


class FullMatchSerializer(MatchSerializer):
    """One pair with what moved it since last week."""

    week = WeekSerializer()


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
