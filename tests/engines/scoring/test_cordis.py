"""CORDIS files to a backtest folder: an invented programme, small enough to count by hand."""

import csv
import datetime as dt

import pytest
from django.core.management import CommandError, call_command

from matchmaking.scoring.backtest import FolderError, judge, read_folder, score_folder
from matchmaking.scoring.backtest.cordis import Slice, convert, read_cordis, write_folder
from matchmaking.scoring.policy import DEFAULT

CUT = dt.date(2016, 12, 31)
PROJECTS = [
    # id, start, topics, legal basis
    ["101", "2015-03-01", "SC5-06-2015", "H2020-EU.3.5."],
    ["102", "2016-05-01", "SC5-07-2016", "H2020-EU.3.5."],
    ["103", "2016-06-01", "ICT-29-2016", "H2020-EU.2.1.1."],
    ["104", "2018-01-01", "SC5-08-2018", "H2020-EU.3.5.;H2020-EU.2.1.1."],
    ["105", "2019-01-01", "ICT-30-2019", "H2020-EU.2.1.1."],
    ["106", "", "ICT-30-2019", "H2020-EU.2.1.1."],
]
PARTIES = [
    # project, organisation, country, type, role
    ["101", "9001", "ES", "HES", "coordinator"],
    ["101", "9002", "MX", "REC", "participant"],
    ["102", "9001", "ES", "HES", "participant"],
    ["102", "9003", "EL", "PRC", "coordinator"],
    ["102", "9003", "EL", "PRC", "thirdParty"],
    ["102", "9004", "US", "HES", "partner"],
    ["103", "9005", "FR", "PRC", "coordinator"],  # alone: nobody is linked
    ["104", "9002", "MX", "REC", "participant"],
    ["104", "9001", "ES", "HES", "participant"],  # the two know each other
    ["104", "9003", "EL", "PRC", "coordinator"],
    ["104", "9006", "DE", "PRC", "participant"],  # nobody knew it at the cut
    ["105", "9007", "BR", "HES", "participant"],
    ["105", "9003", "EL", "PRC", "coordinator"],
    ["105", "9005", "FR", "PRC", "coordinator"],  # had no link at the cut
    ["106", "9008", "CL", "HES", "participant"],
]


@pytest.fixture
def files(tmp_path):
    """organization.csv, project.csv and legalBasis.csv as CORDIS publishes them."""

    def write(name, header, rows):
        with (tmp_path / name).open("w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.writer(stream, delimiter=";", quoting=csv.QUOTE_ALL)
            writer.writerows([header, *rows])
        return tmp_path / name

    projects = [[key, "ACRO", start, topics, basis] for key, start, topics, basis in PROJECTS]
    parties = [[p, "ACRO", o, f"Name {o}", c, kind, role] for p, o, c, kind, role in PARTIES]
    legal = [[p[0], code, "", ""] for p in PROJECTS for code in p[3].split(";")]
    return (
        write(
            "organization.csv",
            ["projectID", "projectAcronym", "organisationID", "name", "country", "activityType", "role"],
            parties,
        ),
        write("project.csv", ["id", "acronym", "startDate", "topics", "legalBasis"], projects),
        write("legalBasis.csv", ["projectID", "legalBasis", "title", "uniqueProgrammePart"], legal),
    )  # fmt: skip


def cut_out(files, *, themes=True, queries=("latam",)):
    organisations, projects, legal = files
    source = read_cordis(organisations, projects, legal if themes else None)
    return convert(source, Slice.of(CUT, queries, ["europe"]))


def test_organisations_have_numbers_and_only_what_the_cut_knew(files):
    tables, summary = cut_out(files)
    assert tables["organisations"] == [
        ["o1", "candidate", "ES", "europe", "HES", 2015, 2],
        ["o2", "query", "MX", "latam", "REC", 2015, 1],
        ["o3", "candidate", "EL", "europe", "PRC", 2016, 1],
        ["o4", "other", "US", "namerica", "HES", 2016, 1],
        ["o5", "other", "FR", "europe", "PRC", 2016, 1],
        ["o6", "query", "BR", "latam", "HES", "", 0],
    ]
    assert (summary.queries, summary.candidates, summary.undated) == (2, 2, 1)
    assert not any("9001" in str(row) for rows in tables.values() for row in rows)


def test_links_lie_before_the_cut_and_truth_after_it(files):
    tables, summary = cut_out(files)
    assert tables["links"] == [
        ["p1", "o1", dt.date(2015, 3, 1), "coordinator", "H2020-EU.3.5"],
        ["p1", "o2", dt.date(2015, 3, 1), "participant", "H2020-EU.3.5"],
        ["p2", "o1", dt.date(2016, 5, 1), "participant", "H2020-EU.3.5"],
        ["p2", "o3", dt.date(2016, 5, 1), "coordinator", "H2020-EU.3.5"],
        ["p2", "o4", dt.date(2016, 5, 1), "partner", "H2020-EU.3.5"],
    ]
    assert tables["needs"] == [
        ["q1", "o2", "H2020-EU.3.5;H2020-EU.2.1.1"],
        ["q2", "o6", "H2020-EU.2.1.1"],
    ]
    assert tables["truth"] == [
        ["q1", "o3", "positive"],
        ["q1", "o1", "ignore"],
        ["q2", "o3", "positive"],
    ]
    assert (summary.links, summary.positives) == (2, 2)


def test_targets_are_read_from_partners_outside_the_own_part_of_the_world(files):
    tables, _ = cut_out(files)
    assert tables["targets"] == [
        ["o1", "latam", 1, "observed"],
        ["o1", "MX", 1, "observed"],
        ["o1", "namerica", 1, "observed"],
        ["o1", "US", 1, "observed"],
        ["o3", "namerica", 1, "observed"],
        ["o3", "US", 1, "observed"],
    ]


def test_themes_make_a_tree_from_whichever_file_is_given(files, tmp_path):
    tables, _ = cut_out(files)
    assert ["o1", "H2020-EU.3.5", 2, 2, "observed", "H2020-EU.3"] in tables["sectors"]
    assert ["o5", "H2020-EU.2.1.1", 1, 0, "observed", "H2020-EU.2.1"] in tables["sectors"]
    assert ["o1", "H2020-EU", 0, 0, "observed", ""] in tables["sectors"]
    topics, _ = cut_out(files, themes=False)
    assert ["o3", "SC5-07-2016", 1, 1, "observed", "SC5-07"] in topics["sectors"]
    science = tmp_path / "euroSciVoc.csv"
    science.write_text(
        "projectID;euroSciVocCode;euroSciVocPath;euroSciVocTitle\n101;/23/47;/natural/physics;physics\n"
    )
    fields, summary = cut_out((*files[:2], science))
    assert [row[1:] for row in fields["sectors"]] == [
        ["23/47", 1, 1, "observed", "23"],
        ["23/47", 1, 1, "observed", "23"],
        ["23", 0, 0, "observed", ""],
    ]
    assert summary.themeless == 4


def test_the_folder_is_accepted_scored_and_judged(files, tmp_path, capsys):
    organisations, projects, legal = files
    call_command("cordis", organisations, projects, tmp_path / "out", cut=CUT, themes=legal)
    assert "2 queries, 2 candidates, 2 links" in capsys.readouterr().out
    folder = read_folder(tmp_path / "out", cut=CUT)
    assert folder.parents["H2020-EU.2.1.1"] == "H2020-EU.2.1"
    assert folder.truth == {
        ("q1", "o3"): "positive",
        ("q1", "o1"): "ignore",
        ("q2", "o3"): "positive",
    }
    report = judge(folder, score_folder(folder, DEFAULT))
    assert report["positives"] == 2
    with pytest.raises(CommandError, match=r"holds organisations\.csv already"):
        call_command("cordis", organisations, projects, tmp_path / "out", cut=CUT)


def test_the_earlier_column_names_are_read_too(files, tmp_path):
    old = [tmp_path / "old-organisations.csv", tmp_path / "old-projects.csv"]
    for new, to in zip(files[:2], old, strict=True):
        text = new.read_text("utf-8-sig")
        text = text.replace('"organisationID"', '"id"').replace('"legalBasis"', '"programme"')
        to.write_text(text.replace('"topics"', '"call"'))
    tables, _ = cut_out((*old, None))
    assert ["o1", "H2020-EU.3.5", 2, 2, "observed", "H2020-EU.3"] in tables["sectors"]


@pytest.mark.parametrize(
    ("which", "old", "new", "message"),
    [
        (0, '"country"', '"land"', r"organization\.csv, row 1: column 'country' is missing"),
        (0, '"102";"ACRO";"9004"', '"999";"ACRO";"9004"', r"row 7, column 'projectID': '999' is unknown"),
        (0, '"9005"', '""', r"organization\.csv, row 8, column 'organisationID': is empty"),
        (1, "2016-06-01", "June 2016", r"project\.csv, row 4, column 'startDate'.*not a date"),
        (1, '"102"', '"101"', r"project\.csv, row 3, column 'id': 101 appears twice"),
        (2, '"legalBasis"', '"basis"', r"legalBasis\.csv, row 1: column 'euroSciVocCode' is missing"),
    ],
)  # fmt: skip
def test_a_fault_is_named_by_file_row_and_column(files, which, old, new, message):
    path = files[which]
    path.write_text(path.read_text("utf-8-sig").replace(old, new, 1))
    with pytest.raises(FolderError, match=message):
        cut_out(files)


def test_files_that_are_none_are_named(files, tmp_path):
    with pytest.raises(FolderError, match="There is no file"):
        read_cordis(tmp_path / "nowhere.csv", files[1])
    (tmp_path / "broken.csv").write_bytes(b"\xff\xfe;;;")
    with pytest.raises(FolderError, match=r"broken\.csv, row 1"):
        read_cordis(files[0], tmp_path / "broken.csv")


@pytest.mark.parametrize(
    ("queries", "candidates", "message"),
    [
        (["atlantis"], ["europe"], "'atlantis' is neither a country code nor one of europe"),
        ([], ["europe"], "at least one country"),
        (["MX", "ES"], ["europe"], "ES: a country can be on one side only"),
    ],
)
def test_a_slice_needs_two_sides(queries, candidates, message):
    with pytest.raises(FolderError, match=message):
        Slice.of(CUT, queries, candidates)


def test_a_slice_with_nothing_to_judge_says_what_to_change(files):
    with pytest.raises(FolderError, match="take an earlier cut or other countries"):
        cut_out(files, queries=("NZ",))


def test_tables_are_never_written_over(tmp_path):
    write_folder(tmp_path / "new", {"truth": [["q1", "o1", "positive"]]})
    assert (tmp_path / "new" / "truth.csv").read_text().splitlines()[1] == "q1,o1,positive"
    with pytest.raises(FolderError, match="name an empty folder"):
        write_folder(tmp_path / "new", {"truth": []})
