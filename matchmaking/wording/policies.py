"""Scoring policies in words: what each criterion asks, and what is usual where nothing is said."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as lazy

EXPLAINED: Mapping[str, Promise] = {
    "sector": lazy(
        "Is the other active in the same or close fields? A rare common field counts more than a broad one."
    ),
    "target": lazy("Does each of the two look for partners in the other’s country or region?"),
    "need": lazy("Does the other offer the kinds of cooperation that one seeks, and the reverse?"),
    "kind": lazy(
        "Is the other the kind of organisation one looks for, or that usually works in this field?"
    ),
    "record": lazy(
        "Have the two worked together, has the other worked with one’s side, and how much has it done in the field?"
    ),
    "circle": lazy("Do the other’s known partners work in the fields that one needs?"),
    "practice": lazy("A common language, office hours in common, and a management label."),
}

PARTS: Mapping[str, Promise] = {
    "sector": lazy("common fields"),
    "target.wants": lazy("wants the other’s place"),
    "target.wanted": lazy("its own place is wanted"),
    "need.gets": lazy("is offered what it seeks"),
    "need.gives": lazy("offers what is sought"),
    "kind": lazy("usual kind of partner"),
    "record.repeat": lazy("worked together before"),
    "record.side": lazy("worked with this side before"),
    "record.track": lazy("joint activities in the field"),
    "circle": lazy("partners in the field"),
    "practice.language": lazy("a common language"),
    "practice.hours": lazy("office hours in common"),
    "practice.label": lazy("a management label"),
}

SHIPPED: Mapping[str, tuple[Promise, Promise]] = {
    "default": (
        lazy("Puente’s default"),
        lazy("Rounded by hand from public research links. Equal weights do almost as well there."),
    ),
    "equal": (
        lazy("Equal weights"),
        lazy("Every criterion counts the same: shows what the choice of weights changes."),
    ),
    "sectors-only": (
        lazy("Sectors only"),
        lazy("What a search by sector would give: shows what the other criteria add."),
    ),
}
"""Title and note of the policies that come with the program."""
