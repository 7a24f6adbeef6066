"""The judge itself: exact counts by hand, and planted truths it must find."""

import json
from typing import Any

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from matchmaking.scoring import DEFAULT, EQUAL, SECTORS_ONLY
from matchmaking.scoring.backtest import judge, read_folder, score_folder
from matchmaking.scoring.backtest.judge import (
    Truth,
    activity_bins,
    auc_sums,
    interval,
    joint_bins,
    theme_share,
    tie_shares,
    truth_of,
)
from matchmaking.scoring.backtest.scores import market_of
from matchmaking.scoring.fairness import DEAREST
from tests.engines.scoring.planted import Tables, market, tiny, twins, write


def scored(tmp_path, tables, policy=DEFAULT):
    folder = read_folder(write(tmp_path, tables))
    return folder, score_folder(folder, policy)


def judged(tmp_path, tables, policy=DEFAULT) -> dict[str, Any]:
    return judge(*scored(tmp_path, tables, policy))


def test_auc_counts_every_matched_negative_and_half_a_tie():
    scores = np.array([[0.5, 0.5, 0.1, 0.9, 0.7]], np.float32)
    truth = Truth(
        np.array([[True, False, False, False, False]]),
        np.array([[False, False, False, True, False]]),
    )
    every = np.ones(5, bool)
    assert auc_sums(scores, truth, np.zeros(5, int), every).tolist() == [[(0.5 + 1 + 0) / 3, 1]]
    assert auc_sums(scores, truth, np.array([0, 0, 0, 0, 1]), every).tolist() == [[0.75, 1]]
    assert auc_sums(scores, truth, np.arange(5), every).tolist() == [[0, 0]]
    assert auc_sums(scores, truth, np.zeros(5, int), ~every).tolist() == [[0, 0]]


def test_candidates_are_matched_on_half_octaves_of_their_records(tmp_path):
    tables = tiny()
    for records in (0, 1, 3):
        key = f"x{records}"
        tables["organisations"].append([key, "candidate", "", "", "", "", records])
    tables["truth"].append(["q1", "x3", "positive"])
    folder, result = scored(tmp_path, tables)
    alone = auc_sums(
        result.scores, truth_of(folder, result), activity_bins(folder, result), np.ones(5, bool)
    )
    assert alone[0, 1] == 1  # nobody has as many records as x3, so it is not judged
    assert activity_bins(folder, result).tolist() == [2, 2, -99, 0, 3]
    assert joint_bins(folder, result).tolist() == [2000, 2000, -99_099, -99, 2901]


def test_ties_are_shares_of_neighbours():
    scores = np.array([[0.3, 0.3, 0.2, 0.1]], np.float32)
    assert tie_shares(scores, np.array([[0, 1, 2, 3]])).tolist() == [[0.5]]
    assert tie_shares(scores, np.array([[-1, -1]])).tolist() == [[0.0]]


def test_theme_share_is_the_weight_in_needed_sectors(tmp_path):
    tables = tiny()
    tables["sectors"].append(["q", "A", 5, 5, "observed"])  # no candidate: plays no part
    folder, result = scored(tmp_path, tables)
    assert theme_share(folder, result).tolist() == [[1.0, 0.0]]


def test_the_truth_is_read_into_masks(tmp_path):
    tables = tiny()
    tables["truth"].append(["q1", "c2", "ignore"])
    folder, result = scored(tmp_path, tables)
    truth = truth_of(folder, result)
    assert truth.positive.tolist() == [[True, False]]
    assert truth.ignore.tolist() == [[False, True]]


def test_an_interval_holds_its_value_and_knows_nothing_of_nothing():
    sums = np.column_stack([np.linspace(0, 1, 50), np.ones(50)])
    found: dict[str, Any] = interval(sums, lambda rows: float(rows[:, 0].mean()))
    assert found["interval"][0] < found["value"] == 0.5 < found["interval"][1]
    assert interval(sums[:0], np.sum)["value"] is None
    assert interval(sums * np.nan, np.sum) == {"value": None, "interval": [None, None]}


def test_planted_fit_is_found_and_planted_fame_does_not_help(tmp_path):
    fitted = judged(tmp_path, market(bias=0.5, fit=3.0))
    assert fitted["matched_auc"]["interval"][0] > 0.75
    (tmp_path / "fame").mkdir()
    famous = judged(tmp_path / "fame", market(bias=1.5, fit=0.0))
    low, high = famous["matched_auc"]["interval"]
    assert low < 0.5 < high


def test_a_criterion_that_carries_the_truth_has_lift_and_the_rest_has_none(tmp_path):
    report = judged(tmp_path, market(bias=0.0, fit=4.0))
    assert report["lift"]["sector"] > 0.1
    assert report["lift"]["need"] == report["lift"]["practice"] == 0.0


def test_the_lifts_follow_the_planted_weights(tmp_path):
    for name, fit, pull in (("sector", 3.0, 0.7), ("target", 0.7, 3.0)):
        (tmp_path / name).mkdir()
        report = judged(tmp_path / name, market(bias=0.5, fit=fit, pull=pull))
        heavy, light = (
            report["lift"][name],
            report["lift"][{"sector": "target", "target": "sector"}[name]],
        )
        assert heavy > light + 0.05
        assert report["lift"]["practice"] == 0.0


def count_pairs(tables: Tables, scored) -> float:
    """The matched AUC from its definition: every positive against every negative of its bin."""
    records = {row[0]: int(str(row[-1])) for row in tables["organisations"]}
    bins = {key: int(np.floor(2 * np.log2(n))) for key, n in records.items() if n}
    shares = []
    for row, query in enumerate(scored.query_ids):
        score = dict(zip(scored.candidate_ids, scored.scores[row].tolist(), strict=True))
        mine = {org for asked, org, _ in tables["truth"] if asked == query}
        for org in mine:
            rivals = [k for k in score if k not in mine and bins[k] == bins[org]]
            wins = [(score[org] > score[k]) + (score[org] == score[k]) / 2 for k in rivals]
            shares += [sum(wins) / len(wins)] if wins else []
    return sum(shares) / len(shares)


@pytest.mark.parametrize("policy", [DEFAULT, SECTORS_ONLY])
def test_the_matched_auc_is_the_one_of_its_definition(tmp_path, policy):
    tables = market(bias=0.5, fit=2.0, pull=1.0, queries=12, candidates=120)
    folder, result = scored(tmp_path, tables, policy)
    report: dict[str, Any] = judge(folder, result)
    assert report["matched_auc"]["value"] == pytest.approx(count_pairs(tables, result), abs=1e-4)


def test_planted_ties_are_counted(tmp_path):
    report = judged(tmp_path, twins(single=40, pairs=10), SECTORS_ONLY)
    assert report["ties_in_top_200"]["value"] == pytest.approx(20 / 60, abs=1e-4)


def test_equal_candidates_are_ties_and_the_judge_says_so(tmp_path):
    tables = market(bias=0.0, fit=4.0)
    for row in (*tables["organisations"], *tables["sectors"]):
        row[-1 if row in tables["organisations"] else 2] = 1
    report = judged(tmp_path, tables, SECTORS_ONLY)
    assert report["ties_in_top_200"]["value"] == 1.0
    assert report["lift"] == {}


def test_exposure_aware_lists_show_more_organisations_for_a_stated_price(tmp_path):
    report = judged(tmp_path, market(bias=1.0, fit=1.0))
    plain, aware = report["exposure"], report["exposure_aware"]
    assert aware["distinct_per_place"]["value"] > plain["distinct_per_place"]["value"]
    assert aware["shown_nowhere"] < plain["shown_nowhere"]
    assert aware["price_in_score"] > 0
    assert 0 < aware["price_in_chances"] <= DEAREST
    kept = aware["precision_at_10"]["value"] / report["precision_at_10"]["value"]
    assert aware["cost_in_precision_at_10"]["value"] == pytest.approx(1 - kept, abs=2e-3)


def test_without_a_partner_of_later_nothing_is_claimed(tmp_path):
    tables = market(bias=1.0, fit=1.0, queries=2, candidates=20)
    for row in tables["truth"]:
        row[2] = "ignore"
    report = judged(tmp_path, tables)
    assert report["matched_auc"]["value"] is None
    assert report["exposure_aware"]["cost_in_precision_at_10"]["value"] is None


def test_contributions_of_the_best_add_up_to_their_scores(tmp_path):
    for policy in (DEFAULT, EQUAL):
        _, result = scored(tmp_path, market(bias=1.0, fit=1.0), policy)
        shown = np.take_along_axis(result.scores, result.best, axis=1)
        np.testing.assert_allclose(result.parts.sum(axis=2), shown, atol=1e-6)
        assert (np.diff(shown, axis=1) <= 0).all()
        assert np.isfinite(result.scores).all()


def test_scores_do_not_depend_on_codes(tmp_path):
    tables = tiny()
    _, before = scored(tmp_path, tables)
    renamed = json.loads(json.dumps(tables).replace('"A"', '"zz"').replace('"latam"', '"l"'))
    _, after = scored(tmp_path, renamed)
    assert before.scores.tolist() == after.scores.tolist()


def test_a_second_query_of_one_organisation_has_its_own_needs(tmp_path):
    tables = tiny()
    tables["needs"].append(["q2", "q", "B"])
    folder, result = scored(tmp_path, tables)
    assert market_of(folder)[1] == ["q", "q/q2"]
    assert result.scores[0, 0] > result.scores[0, 1]
    assert result.scores[1, 1] > result.scores[1, 0]


# -- the command


def test_the_command_writes_scores_and_rows_and_prints_json(tmp_path, capsys):
    folder = write(tmp_path, tiny())
    out, rows = tmp_path / "out.npz", tmp_path / "rows.csv"
    call_command("backtest", folder, "--json", scores=out, contributions=rows)
    report = json.loads(capsys.readouterr().out)
    assert report["queries"] == 1
    assert report["policy"] == "default v1"
    with np.load(out) as saved:
        assert saved["query_ids"].tolist() == ["q1"]
        assert saved["candidate_ids"].tolist() == ["c1", "c2"]
        scores = saved["scores"]
    assert scores.dtype == np.float32
    lines = [line.split(",") for line in rows.read_text().splitlines()[1:]]
    total = sum(float(points) for _, org, _, points in lines if org == "c1")
    assert total == pytest.approx(float(scores[0, 0]), abs=1e-4)


def test_without_truth_nothing_is_judged_and_it_says_so(tmp_path, capsys):
    tables = tiny()
    del tables["truth"]
    call_command("backtest", write(tmp_path, tables))
    captured = capsys.readouterr()
    assert "matched_auc" not in json.loads(captured.out)
    assert "nothing is judged" in captured.err


def test_a_file_that_cannot_be_written_is_a_command_error(tmp_path):
    folder = write(tmp_path, tiny())
    for option in ("scores", "contributions"):
        with pytest.raises(CommandError, match=r"nowhere.out cannot be written: No such file"):
            call_command("backtest", folder, **{option: tmp_path / "nowhere" / "out"})


def test_a_broken_folder_and_a_wrong_date_are_command_errors(tmp_path):
    with pytest.raises(CommandError, match="There is no folder"):
        call_command("backtest", tmp_path / "nowhere")
    with pytest.raises(CommandError, match="not a date"):
        call_command("backtest", str(tmp_path), "--cut", "soon")


def test_the_command_takes_weights_of_its_own_and_names_bad_ones(tmp_path, capsys):
    folder = write(tmp_path, tiny())
    call_command("backtest", str(folder), "--json", "--weights", "sector=3,target=1")
    report = json.loads(capsys.readouterr().out)
    assert report["policy"] == "by hand v1"
    assert report["weights"] == {
        "sector": 0.75, "target": 0.25, "need": 0, "kind": 0, "record": 0, "circle": 0, "practice": 0,
    }  # fmt: skip
    for text, fault in [
        ("sector=-1,target=1", "weight of 'sector' must not be negative"),
        ("sector=0", "at least one weight must be above zero"),
        ("sector=nan", "weight of 'sector' is not a finite number"),
        ("height=1", "there is no weight for 'height'"),
        ("sector=much", "'sector=much' is no weight"),
        ("sector=1,sector=2", "'sector=2' is a second weight"),
        ("", "'' is no weight"),
    ]:
        with pytest.raises(CommandError, match=fault):
            call_command("backtest", str(folder), "--weights", text)
