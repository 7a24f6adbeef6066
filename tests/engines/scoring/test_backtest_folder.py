"""Reading a backtest folder: what is accepted, and how each fault is named."""

import datetime as dt

import numpy as np
import pytest

from matchmaking.scoring import DEFAULT
from matchmaking.scoring.backtest import FolderError, read_folder, score_folder
from tests.engines.scoring.planted import HEADERS, tiny, write


@pytest.mark.parametrize("zipped", [False, True])
def test_a_folder_is_read_plain_or_zipped(tmp_path, zipped):
    folder = read_folder(write(tmp_path, tiny(), zipped=zipped))
    assert folder.candidates == ["c1", "c2"]
    assert folder.truth == {("q1", "c1"): "positive"}
    assert folder.links["l1"].members == ["c1", "c2"]
    assert set(folder.parents) == {"A", "B"}


def test_the_truth_may_be_absent(tmp_path):
    tables = tiny()
    del tables["truth"]
    assert read_folder(write(tmp_path, tables)).truth is None


def change(table, row, column, value):
    def apply(tables):
        tables[table][row][HEADERS[table].index(column)] = value

    return apply


def again(table, row=0):
    return lambda tables: tables[table].append(list(tables[table][row]))


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (change("organisations", 0, "side", "left"), r"organisations\.csv, row 2, column 'side'"),
        (change("organisations", 1, "records", "many"), r"row 3, column 'records': 'many' is not a number"),
        (change("organisations", 1, "records", "-1"), r"row 3, column 'records'.*at least 0"),
        (change("organisations", 0, "org_id", ""), r"row 2, column 'org_id': is empty"),
        (again("organisations"), r"row 5, column 'org_id': c1 appears twice"),
        (change("organisations", 2, "side", "other"), r"no organisation of side 'query'"),
        (change("sectors", 1, "org_id", "zz"), r"sectors\.csv, row 3, column 'org_id': 'zz' is unknown"),
        (change("sectors", 0, "weight", "nan"), r"sectors\.csv, row 2, column 'weight'.*finite"),
        (change("sectors", 0, "weight", "inf"), r"sectors\.csv, row 2, column 'weight'.*finite"),
        (change("sectors", 0, "weight", "1e308"), r"sectors\.csv, row 2, column 'weight': '1e308' is more than 1e\+12"),
        (change("sectors", 0, "source", "guess"), r"sectors\.csv, row 2, column 'source'"),
        (again("sectors"), r"sectors\.csv, row 4, column 'sector': c1 / A / observed appears twice"),
        (again("targets"), r"targets\.csv, row 4, column 'target'.*twice"),
        (change("targets", 0, "weight", "x"), r"targets\.csv, row 2, column 'weight'"),
        (change("links", 0, "date", "2015-13-01"), r"links\.csv, row 2, column 'date'.*YYYY-MM-DD"),
        (change("links", 1, "date", "2017-01-01"), r"links\.csv, row 3, column 'date'.*after the cut"),
        (again("links"), r"links\.csv, row 4, column 'org_id': l1 / c1 appears twice"),
        (change("needs", 0, "org_id", "zz"), r"needs\.csv, row 2, column 'org_id'"),
        (change("needs", 0, "org_id", "c1"), r"needs\.csv, row 2, column 'org_id': c1 is not of side 'query'"),
        (change("organisations", 0, "first_seen", "soon"), r"row 2, column 'first_seen': 'soon' is not a year"),
        (again("needs"), r"needs\.csv, row 3, column 'query_id': q1 appears twice"),
        (lambda tables: tables["needs"].clear(), r"needs\.csv: there is no query"),
        (change("truth", 0, "query_id", "zz"), r"truth\.csv, row 2, column 'query_id'"),
        (change("truth", 0, "org_id", "q"), r"truth\.csv, row 2, column 'org_id': q is not a candidate"),
        (change("truth", 0, "kind", "maybe"), r"truth\.csv, row 2, column 'kind'"),
        (again("truth"), r"truth\.csv, row 3, column 'org_id'.*twice"),
        (change("sectors", 0, "joint_weight", "nan"), r"sectors\.csv, row 2, column 'joint_weight'.*finite"),
        (lambda tables: tables["sectors"][0].pop(), r"sectors\.csv, row 2: wrong number of columns"),
        (lambda tables: tables["sectors"][0].append("x"), r"row 2: wrong number of columns"),
    ],
)  # fmt: skip
def test_a_fault_is_named_by_file_row_and_column(tmp_path, fault, message):
    tables = tiny()
    fault(tables)
    with pytest.raises(FolderError, match=message):
        read_folder(write(tmp_path, tables), cut=dt.date(2016, 12, 31))


@pytest.mark.parametrize(
    ("name", "column"), [(name, column) for name, columns in HEADERS.items() for column in columns]
)
def test_a_missing_column_is_named(tmp_path, name, column):
    write(tmp_path, tiny())
    path = tmp_path / f"{name}.csv"
    path.write_text(path.read_text().replace(column, "nothing", 1))
    with pytest.raises(FolderError, match=rf"{name}\.csv, row 1: column '{column}' is missing"):
        read_folder(tmp_path)


@pytest.mark.parametrize("name", ["organisations", "sectors", "targets", "links", "needs"])
def test_a_missing_or_empty_file_is_named(tmp_path, name):
    write(tmp_path, tiny())
    path = tmp_path / f"{name}.csv"
    path.write_text("")
    with pytest.raises(FolderError, match=rf"{name}\.csv, row 1: column '.*' is missing"):
        read_folder(tmp_path)
    path.unlink()
    with pytest.raises(FolderError, match=rf"{name}\.csv is missing"):
        read_folder(tmp_path)


def test_a_folder_that_is_none_is_named(tmp_path):
    with pytest.raises(FolderError, match="There is no folder"):
        read_folder(tmp_path / "nowhere")


def test_a_broken_file_is_named(tmp_path):
    write(tmp_path, tiny(), zipped=True)
    path = tmp_path / "links.csv.gz"
    whole = path.read_bytes()
    for broken in (b"not gzip", whole[:-20], whole[:12] + b"\xff" * 8 + whole[20:]):
        path.write_bytes(broken)
        with pytest.raises(FolderError, match=r"links\.csv\.gz, row \d"):
            read_folder(tmp_path)


def tree(tmp_path, rows):
    write(tmp_path, tiny())
    lines = ["org_id,sector,weight,joint_weight,source,sector_parent", *rows]
    (tmp_path / "sectors.csv").write_text("\n".join(lines))
    return tmp_path


def test_a_circle_of_sectors_is_named_with_its_row(tmp_path):
    rows = ["c1,A,1,1,observed,B", "c2,B,1,1,observed,C", "c2,C,1,1,observed,A"]
    with pytest.raises(FolderError, match=r"sectors\.csv, row 4, column 'sector_parent'.*circle"):
        read_folder(tree(tmp_path, rows))


def test_a_sector_has_one_parent(tmp_path):
    rows = ["c1,A,1,1,observed,B", "c2,A,1,1,observed,C"]
    with pytest.raises(FolderError, match=r"row 3, column 'sector_parent': A has two parents"):
        read_folder(tree(tmp_path, rows))


def test_parents_are_kept_and_a_weight_of_zero_says_nothing(tmp_path):
    folder = read_folder(tree(tmp_path, ["c1,A,1,1,observed,B", "c2,A,0,0,observed,"]))
    assert folder.parents == {"A": "B", "B": None}
    assert [row.org for row in folder.sectors] == ["c1"]


def test_a_hundred_thousand_sectors_are_read_and_scored(tmp_path):
    rows = [f"c{i % 2 + 1},T{i},1,1,observed,R{i % 5000}" for i in range(100_000)]
    folder = read_folder(tree(tmp_path, rows))
    assert len(folder.parents) == 105_000 + 1
    scores = score_folder(folder, DEFAULT).scores
    assert scores.shape == (1, 2)
    assert np.isfinite(scores).all()


def test_more_sectors_below_one_root_than_can_be_compared_are_refused(tmp_path):
    rows = [f"c1,T{i},1,1,observed,R" for i in range(5000)]
    with pytest.raises(
        FolderError, match=r"row 4474, column 'sector': 4473 .* below 'R', too many"
    ):
        read_folder(tree(tmp_path, rows))


@pytest.mark.parametrize("turn", [1, -1])
def test_a_tree_may_be_deep_but_not_endless(tmp_path, turn):
    rows = [f"c1,T{i},1,1,observed,T{i + 1}" for i in range(100_000)][::turn]
    with pytest.raises(
        FolderError, match=r"column 'sector_parent': T\d+ lies more than 100 levels"
    ):
        read_folder(tree(tmp_path, rows))


def test_an_organisation_without_any_fact_has_a_finite_score(tmp_path):
    tables = tiny()
    tables["organisations"].append(["bare", "candidate", "", "", "", "", 0])
    tables["needs"] = [["q1", "q", ""]]
    scores = score_folder(read_folder(write(tmp_path, tables)), DEFAULT).scores
    assert np.isfinite(scores).all()
    assert (scores > 0).all()


# -- when the cut was


def grown(years, link):
    """Organisations first seen in the given years, linked on a day."""
    tables = tiny()
    for place, year in enumerate(years):
        tables["organisations"].append([f"x{place}", "candidate", "", "", "", year, 1])
    for row in tables["links"]:
        row[2] = link
    return tables


LATE = r"links\.csv, row 2, column 'date': 2017-01-01 is after the cut: no .* after 2016"


def test_the_organisations_tell_the_cut(tmp_path):
    years = ["2014"] * 15 + ["2016"] * 10
    read_folder(write(tmp_path, grown(years, "2016-12-31")))
    write(tmp_path, grown(years, "2017-01-01"))
    with pytest.raises(FolderError, match=LATE):
        read_folder(tmp_path)
    assert read_folder(tmp_path, cut=dt.date(2017, 6, 30)).links


@pytest.mark.parametrize(
    "years",
    [
        ["2014"] * 10 + ["2016"] * 7,  # hardly anybody in the last year
        ["2016"] * 40,  # one year only
        ["2015"] * 400 + ["2016"] * 40,  # a market that is nearly complete gains few
    ],
)
def test_what_grows_no_more_tells_no_cut(tmp_path, years):
    tables = grown(years, "2017-01-01")
    for row in tables["organisations"][:2]:
        row[5] = "2016"
    assert read_folder(write(tmp_path, tables)).links


def test_first_seen_after_the_first_link_tells_no_cut(tmp_path):
    tables = grown(["2014"] * 15 + ["2016"] * 10, "2017-01-01")
    tables["links"].append(["l0", "c1", "2014-01-01", "participant", "A"])
    assert read_folder(write(tmp_path, tables)).links


def test_no_known_link_lies_in_the_future(tmp_path):
    with pytest.raises(FolderError, match=r"row 2, column 'date': 2999-01-01 is after today"):
        read_folder(write(tmp_path, grown([], "2999-01-01")))
