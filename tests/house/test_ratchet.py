"""The ratchet turns one way."""

from tests.house.ratchet import Figures, better, incomplete, stored, worse

BEFORE = Figures(90.0, frozenset({"old.html"}), frozenset({"old/"}))


def test_a_lower_total_is_refused_and_a_higher_one_kept() -> None:
    lower = Figures(89.0, BEFORE.templates, BEFORE.routes)
    assert list(worse(lower, BEFORE)) == ["coverage fell from 90.0 to 89.0 percent"]
    assert better(lower, BEFORE) == BEFORE
    assert not list(worse(Figures(89.97, BEFORE.templates, BEFORE.routes), BEFORE))
    assert better(Figures(91.0, BEFORE.templates, BEFORE.routes), BEFORE).percent == 91.0


def test_a_new_page_needs_a_test() -> None:
    now = Figures(90.0, frozenset({"old.html", "new.html"}), frozenset({"new/"}))
    assert list(worse(now, BEFORE)) == ["no test renders new.html", "no test asks for /new/"]
    assert better(now, BEFORE) == Figures(90.0, frozenset({"old.html"}), frozenset())


def test_engines_actions_and_policies_are_covered_wholly() -> None:
    gap = {"missing_lines": [3], "missing_branches": [[4, 6]]}
    whole: dict[str, list[int]] = {"missing_lines": [], "missing_branches": []}
    report = {
        "files": {
            "matchmaking/scoring/profile.py": gap,
            "events/actions.py": gap,
            "clusters/policies.py": {"missing_lines": [], "missing_branches": [[1, 2]]},
            "clusters/views/home.py": gap,
            "matchmaking/actions/requests.py": whole,
        }
    }
    assert [fault.split(":")[0] for fault in incomplete(report)] == [
        "clusters/policies.py",
        "events/actions.py",
        "matchmaking/scoring/profile.py",
    ]


def test_what_is_stored_is_read_back() -> None:
    assert stored(BEFORE.as_json()) == BEFORE
