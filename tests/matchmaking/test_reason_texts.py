"""Reasons in words: the forms that depend on a number or on what is missing."""

from collections.abc import Mapping
from typing import Any

import pytest
from django.utils.translation import override

from matchmaking.reads.names import Names
from matchmaking.scoring import Evidence
from matchmaking.wording.scoring import reason_text

NAMES = Names(
    {},
    {"MX": ("Mexico", "México"), "NL": ("Netherlands", "Países Bajos")},
    {},
    {},
    {"a": "Anna", "b": "Berta"},
)


@pytest.mark.parametrize(
    ("code", "params", "text"),
    [
        ("practice.hours", {"hours": 0.0}, "No office hours in common."),
        ("practice.hours", {"hours": 1.0}, "One office hour in common each day."),
        ("practice.hours", {"hours": 2.5}, "2.5 office hours in common each day."),
        (
            "kind.unusual",
            {"kind": "company", "other": "company", "count": 1, "among": 0},
            "In these fields 0 of 1 partner on record of “company” is of the kind “company”.",
        ),
        (
            "kind.usual",
            {"kind": "company", "other": "agency", "count": 3, "among": 2},
            "In these fields 2 of 3 partners on record of “company” are of the kind “agency”.",
        ),
        (
            "need.gets.met",
            {"who": "a", "whom": "b", "kinds": ("R&D",), "asked": ("R&D", "Trade fairs and fun")},
            "Anna seeks: R&D; trade fairs and fun. Of that, Berta offers: R&D.",
        ),
        ("record.no_side", {"who": "a", "side": "north"}, "Anna has no record with organisations of that side."),
        ("record.no_side", {"who": "a", "side": "third"}, "Anna has no record with organisations of third countries."),
        ("record.side", {"who": "a", "side": "eu", "count": 1}, "Anna has 1 record with organisations of the EU side."),
        ("target.active", {"who": "a", "place": "NL", "scope": "country"}, "Anna targets the Netherlands."),
        ("target.active", {"who": "a", "place": "", "scope": "eu"}, "Anna targets the EU member states."),
        (
            "target.exploring",
            {"who": "a", "place": "MX", "sector": "Automotive"},
            "Anna is exploring Mexico as a target (field: Automotive).",
        ),
        ("sector.shared", {"sectors": ("Automotive",)}, "Field in common: Automotive."),
        ("sector.shared", {"sectors": ("Automotive", "ICT")}, "Fields in common: Automotive and ICT."),
        (
            "practice.label_valid",
            {"who": "a", "scheme": "ecei", "level": "gold"},
            "Anna holds the ESCA cluster management label (ECEI), gold.",
        ),
        ("target.unknown", {"who": "a", "whom": "b", "country": "MX"}, "Whether Anna targets Mexico is not said."),
        (
            "target.unknown",
            {"who": "a", "whom": "b", "country": ""},
            "Neither the country of Berta nor whether Anna targets it is said.",
        ),
    ],
)  # fmt: skip
def test_a_reason_reads_as_a_sentence(code: str, params: Mapping[str, Any], text: str) -> None:
    with override("en"):
        assert reason_text(Evidence(code, params), NAMES) == text


def test_and_in_spanish() -> None:
    with override("es"):
        assert reason_text(Evidence("practice.hours", {"hours": 1.0}), NAMES) == (
            "Una hora de oficina en común al día."
        )
        unusual: dict[str, str | int] = {"kind": "company", "other": "agency", "count": 3}
        assert "1 de los 3 socios registrados de “empresa”" in reason_text(
            Evidence("kind.unusual", {**unusual, "among": 1}), NAMES
        )
        assert (
            reason_text(Evidence("target.active", {"who": "a", "place": "NL"}), NAMES)
            == "Anna tiene Países Bajos como destino."
        )
        no_side = {"who": "a", "side": "third"}
        assert reason_text(Evidence("record.no_side", no_side), NAMES) == (
            "Anna no tiene ningún registro con organizaciones de terceros países."
        )
        label = {"who": "a", "scheme": "ecei", "level": "gold"}
        assert reason_text(Evidence("practice.label_valid", label), NAMES) == (
            "Anna tiene el distintivo ESCA de gestión de clústeres (ECEI), oro."
        )
