"""Reasons in words: the forms that depend on a number or on what is missing."""

from collections.abc import Mapping
from typing import Any

import pytest
from django.utils.translation import override

from matchmaking.reads.names import Names
from matchmaking.scoring import Evidence
from matchmaking.wording.scoring import reason_text

NAMES = Names({}, {"MX": ("Mexico", "México")}, {}, {}, {"a": "Anna", "b": "Berta"})


@pytest.mark.parametrize(
    ("code", "params", "text"),
    [
        ("practice.hours", {"hours": 0.0}, "No office hours in common."),
        ("practice.hours", {"hours": 1.0}, "One office hour in common each day."),
        ("practice.hours", {"hours": 2.5}, "2.5 office hours in common each day."),
        (
            "kind.unusual",
            {"kind": "company", "other": "company", "count": 1},
            "“company” with “company” is an unusual pairing in this field, going by 1 case on record.",
        ),
        (
            "kind.usual",
            {"kind": "company", "other": "agency", "count": 2},
            "“company” with “agency” is a usual pairing in this field, going by 2 cases on record.",
        ),
        (
            "need.gets.met",
            {"who": "a", "whom": "b", "kinds": ("R&D",), "asked": ("R&D", "trade")},
            "Anna seeks: R&D and trade. Of that, Berta offers: R&D.",
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
        unusual: dict[str, str | int] = {"kind": "company", "other": "agency", "count": 1}
        assert "poco habitual en este ámbito" in reason_text(
            Evidence("kind.unusual", unusual), NAMES
        )
