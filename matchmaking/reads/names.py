"""Names of codes in the reader's language: sectors, places, kinds of cooperation, organisations.

And where the places lie.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import get_language

from clusters.choices import LabelLevel, LabelScheme, OrganisationKind, RelationKind, Side
from clusters.models import CooperationKind, Country, Region, Sector

Pair = tuple[str, str]
Point = tuple[float, float]


@dataclass(frozen=True)
class Names:
    """Look-ups from code to name. A code without a name stands for itself.

    `points`: latitude and longitude of the countries and regions that the map knows.
    """

    sectors: Mapping[str, Pair]
    countries: Mapping[str, Pair]
    regions: Mapping[str, str]
    cooperation: Mapping[str, Pair]
    organisations: Mapping[str, str]
    points: Mapping[str, Point] = field(default_factory=dict)

    def sector(self, code: str) -> str:
        return _in_language(self.sectors, code)

    def country(self, code: str) -> str:
        return _in_language(self.countries, code)

    def place(self, code: str) -> str:
        """A country or a region; the empty code is the EU as a whole."""
        return self.regions.get(code) or self.country(code)

    def kind_of_cooperation(self, code: str) -> str:
        return _in_language(self.cooperation, code)

    def organisation(self, key: str) -> str:
        return self.organisations.get(key, key)

    def kind(self, code: str) -> str:
        """The kind of an organisation, in words."""
        return _choice(OrganisationKind, code)

    def side(self, code: str) -> str:
        return _choice(Side, code)

    def relation(self, code: str) -> str:
        return _choice(RelationKind, code)

    def label(self, scheme: str, level: str) -> str:
        return f"{_choice(LabelScheme, scheme)}, {_choice(LabelLevel, level)}"


def _in_language(names: Mapping[str, Pair], code: str) -> str:
    english, spanish = names.get(code, (code, code))
    return spanish if (get_language() or "en").startswith("es") else english


def _choice(
    choices: type[OrganisationKind | Side | RelationKind | LabelScheme | LabelLevel], code: str
) -> str:
    return str(choices(code).label) if code in choices.values else code


def read_names(organisations: Mapping[str, str]) -> Names:
    """All names, four queries. `organisations` maps slugs to short names."""

    def pairs(model: type[Sector | CooperationKind]) -> dict[str, Pair]:
        rows = model.objects.values_list("code", "name_en", "name_es")
        return {code: (english, spanish) for code, english, spanish in rows}

    where = ("latitude", "longitude")
    countries = list(Country.objects.values_list("code", "name_en", "name_es", *where))
    regions = list(Region.objects.values_list("code", "name", *where))
    return Names(
        sectors=pairs(Sector),
        countries={code: (english, spanish) for code, english, spanish, *_ in countries},
        regions={code: name for code, name, *_ in regions},
        cooperation=pairs(CooperationKind),
        organisations=organisations,
        points=dict(_points(countries)) | dict(_points(regions)),
    )


def _points(rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[str, Point]]:
    """The places that have one; rows begin with the code and end with latitude and longitude."""
    for code, *_, latitude, longitude in rows:
        if latitude is not None and longitude is not None:
            yield code, (latitude, longitude)
