"""The ratchet turns one way."""

from dataclasses import replace

from tests.house.ratchet import SLACK, Figures, better, gaps, stored, worse

HALF = "events/actions.py"
BEFORE = Figures(90.0, {HALF: 4}, frozenset({"old.html"}), frozenset({"old/"}))


def test_a_lower_total_is_refused_and_a_higher_one_kept() -> None:
    lower = replace(BEFORE, percent=89.0)
    assert list(worse(lower, BEFORE)) == ["coverage fell from 90.0 to 89.0 percent"]
    assert better(lower, BEFORE) == BEFORE
    assert not list(worse(replace(BEFORE, percent=89.97), BEFORE))
    assert better(replace(BEFORE, percent=91.0), BEFORE).percent == 91.0


def test_a_new_page_needs_a_test() -> None:
    now = replace(BEFORE, templates=frozenset({"old.html", "new.html"}), routes=frozenset({"new/"}))
    assert list(worse(now, BEFORE)) == ["no test renders new.html", "no test asks for /new/"]
    assert better(now, BEFORE) == replace(BEFORE, routes=frozenset())


def test_engines_actions_and_policies_are_covered_wholly() -> None:
    gap = {"missing_lines": [3], "missing_branches": [[4, 6]]}
    report = {
        "files": {
            "matchmaking/scoring/profile.py": gap,
            "events/actions.py": gap,
            "clusters/policies.py": {"missing_lines": [], "missing_branches": [[1, 2]]},
            "clusters/views/home.py": gap,
            "matchmaking/actions/requests.py": {"missing_lines": [], "missing_branches": []},
        }
    }
    found = gaps(report)
    assert found == {
        "matchmaking/scoring/profile.py": 2,
        "events/actions.py": 2,
        "clusters/policies.py": 1,
    }
    assert not list(worse(replace(BEFORE, gaps=found), BEFORE)), "chance decides a line or two"
    more = {name: count + SLACK for name, count in found.items()}
    assert len(list(worse(replace(BEFORE, gaps=more), BEFORE))) == 2


def test_a_gap_may_only_close() -> None:
    assert len(list(worse(replace(BEFORE, gaps={HALF: 5 + SLACK}), BEFORE))) == 1
    assert better(replace(BEFORE, gaps={HALF: 5}), BEFORE).gaps == {HALF: 4}
    assert better(replace(BEFORE, gaps={HALF: 2, "new": 9}), BEFORE).gaps == {HALF: 2}
    assert better(replace(BEFORE, gaps={}), BEFORE).gaps == {}


def test_what_is_stored_is_read_back() -> None:
    assert stored(BEFORE.as_json()) == BEFORE
