"""Before and after: lists under two policies, who moves, and by which criterion."""

import pytest

from matchmaking.scoring import DEFAULT, EQUAL, SECTORS_ONLY, Policy, rank
from matchmaking.scoring.comparison import PLACES, compare, shift
from tests.engines.scoring.builders import aims_at, market, mexico, spain, works_in


def crowd():
    """Ana looks for energy; half of Mexico works there, the other half wants Spain."""
    energy = [mexico(f"energy{n}", foci=works_in("energy")) for n in range(8)]
    wanting = [
        mexico(f"wants{n}", foci=works_in("health"), targets=(aims_at("ES"),)) for n in range(8)
    ]
    return market(spain(foci=works_in("energy")), *energy, *wanting)


SECTOR = Policy("sector", {"sector": 1.0})
TARGET = Policy("target", {"target": 1.0})


def test_a_list_is_told_in_the_order_after():
    found = shift(crowd(), "ana", SECTOR, TARGET)
    top = [pair.other_key for pair in rank(crowd(), "ana", TARGET, side="mx")]
    assert [move.other for move in found.moves if move.after <= PLACES] == top
    assert found.kept < found.size == PLACES
    assert found.is_changed
    assert found.has_other_first
    riser = found.moves[0]
    assert riser.other.startswith("wants")
    assert riser.places > 0
    assert riser.reason in ("target", "sector")
    assert riser.points > 0


def test_the_same_policy_moves_nobody():
    same = compare(crowd(), DEFAULT, DEFAULT)
    assert (same.changed, same.other_first, same.kept, same.replaced) == (0, 0, 1.0, 0.0)
    assert (same.risers, same.fallers) == ((), ())
    assert same.lists == same.of == 17


def test_all_lists_and_the_farthest_moves():
    found = compare(crowd(), SECTOR, TARGET)
    assert found.changed == 1, "the Mexican lists hold only Ana"
    assert found.risers[0].places == max(move.places for move in found.risers)
    assert found.fallers[0].places == min(move.places for move in found.fallers)
    assert len({move.other for move in found.risers}) == len(found.risers)


def test_only_those_of_an_event_are_compared():
    names = {"ana", "energy1", "wants1", "nobody"}
    found = compare(crowd(), EQUAL, SECTORS_ONLY, among=names)
    assert (found.lists, found.of) == (3, 3)
    moves = shift(crowd(), "ana", EQUAL, SECTORS_ONLY, among=names).moves
    assert {move.other for move in moves} == {"energy1", "wants1"}
    alone = compare(crowd(), EQUAL, SECTORS_ONLY, among={"ana"})
    assert (alone.lists, alone.kept, alone.replaced) == (0, None, None)
    with pytest.raises(KeyError):
        shift(crowd(), "nobody", EQUAL, SECTORS_ONLY)
