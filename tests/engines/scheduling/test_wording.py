"""Reasons in words: organisers read names, participants nothing about anybody else."""

from typing import Any

import pytest
from django.utils.translation import override

from matchmaking.wording.scheduling import for_organiser, for_participant, left_out

NAMES = {
    "organisations": {"a": "Basque Energy", "b": "Clúster Automotriz"},
    "slots": {"s1": "Tue 10:00"},
    "wishes": {"a-c": "Basque Energy with Agro Sonora"},
}
REASONS: list[tuple[dict[str, Any], str, list[str], list[str]]] = [
    (
        {"code": "no_common_slot", "cut_by": ["format", "decent_hours"]},
        "because of the kind of session this meeting needs, the hours at which it is day for both.",
        ["There is no time that suits both of you at this event."],
        ["There is no time that suits both of you at this event."],
    ),
    (
        {"code": "cap_full", "org": "b", "meetings": ["x", "y"]},
        "Clúster Automotriz has as many meetings as it accepts (2).",
        ["Your partner has no room for a further meeting."],
        ["You have as many meetings as you accept."],
    ),
    (
        {"code": "blocked_slot", "slot": "s1", "blockers": [{"org": "a", "wishes": ["a-c"]}]},
        "Tue 10:00: Basque Energy is in another meeting (Basque Energy with Agro Sonora).",
        ["Tue 10:00: you have another meeting."],
        ["Tue 10:00: your partner has another meeting."],
    ),
    (
        {"code": "blocked_slot", "slot": "s1", "blockers": [{"org": "b", "wishes": []}]},
        "Tue 10:00: Clúster Automotriz takes no meetings then.",
        ["Tue 10:00: your partner has no room."],
        ["Tue 10:00: you take no meetings then."],
    ),
    (
        {"code": "blocked_slot", "slot": "s9", "blockers": [{"tables": True}]},
        "s9: all tables are taken.",
        ["s9: all tables are taken."],
        ["s9: all tables are taken."],
    ),
    (
        {"code": "blocked_slot", "slot": "s1", "blockers": [{"day_cap": "a"}]},
        "Tue 10:00: Basque Energy has as many meetings that day as it accepts.",
        ["Tue 10:00: you have as many meetings that day as you accept."],
        ["Tue 10:00: your partner has no room that day."],
    ),
    (
        {"code": "proof", "rule": "price", "left": 74.0, "right": 60},
        "is worth 74 points to other meetings, its own weight is 60: no best schedule contains it.",
        [],
        [],
    ),
    (
        {"code": "single_change", "change": {"free": "a", "slot": "s1"}},
        "It could take place if Basque Energy were free at Tue 10:00.",
        ["It could take place if you were free at Tue 10:00."],
        [],
    ),
    (
        {"code": "single_change", "change": {"raise_cap": "b"}},
        "It could take place if Clúster Automotriz accepted one more meeting.",
        [],
        ["It could take place if you accepted one more meeting."],
    ),
    (
        {"code": "single_change", "change": {"add_table": "s1"}},
        "It could take place with one more table at Tue 10:00.",
        [],
        [],
    ),
    (
        {"code": "single_change", "change": {"swap": {"wish": "a-c", "slot": "s1"}}},
        "It could take place if the meeting Basque Energy with Agro Sonora moved to Tue 10:00.",
        [],
        [],
    ),
]


@pytest.mark.parametrize(("reason", "organiser", "ana", "beto"), REASONS)
def test_each_reason_for_organiser_and_both_sides(
    reason: dict[str, Any], organiser: str, ana: list[str], beto: list[str]
) -> None:
    with override("en"):
        assert for_organiser(reason, **NAMES)[0].endswith(organiser)
        assert for_participant(reason, own="a", slots=NAMES["slots"]) == ana
        assert for_participant(reason, own="b", slots=NAMES["slots"]) == beto


def test_how_many_were_left_out() -> None:
    with override("en"):
        assert left_out(1) == "1 wish has no place."
        assert left_out(3) == "3 wishes have no place."
