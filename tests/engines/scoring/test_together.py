"""Lists of a group: by score, and spread so that nobody is left out where that is cheap."""

import numpy as np

from matchmaking.scoring import DEFAULT, against
from matchmaking.scoring.together import lists_together
from tests.engines.scoring.builders import market, mexico, spain, works_in


def crowd():
    """Four on one side, one of them in the right field more than the others; three on the other."""
    energy = works_in("energy")
    return market(
        *(spain(key, foci=energy) for key in ("ana", "beto", "bea")),
        mexico("star", foci=energy, languages=("es",)),
        *(mexico(key, foci=energy) for key in ("carla", "cesar", "celia")),
    )


def test_lists_hold_the_best_of_the_other_side_in_the_group():
    group = ["ana", "beto", "star", "carla"]
    found = lists_together(crowd(), DEFAULT, group, places=2)
    assert found.keys == tuple(group)
    assert {found.keys[at] for at in found.plain[0]} == {"star", "carla"}
    assert {found.keys[at] for at in found.plain[2]} == {"ana", "beto"}
    view = against(crowd(), "ana", DEFAULT)
    assert found.scores[0, 3] == view.score[view.keys.index("carla")] / 100
    assert found.scores[0, 1] == -np.inf


def test_spread_lists_show_more_and_say_what_it_costs():
    group = ["ana", "beto", "bea", "star", "carla", "cesar", "celia"]
    found = lists_together(crowd(), DEFAULT, group, places=1)
    assert found.after.nowhere <= found.before.nowhere
    assert 0 <= found.even.chances <= 0.1
    assert found.after.places == found.before.places == 7


def test_a_group_of_nobody_has_no_lists():
    found = lists_together(crowd(), DEFAULT, [])
    assert (found.before.places, found.after.places, found.even.swaps) == (0, 0, 0)
