"""`manage.py match`, and the report's fifteen links: who belongs together ranks where a reader would put it."""

import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from clusters.models import Organisation
from tests.cast import OrganisationFactory, SectorFocusFactory, TargetFactory


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    call_command("match", *arguments)
    return capsys.readouterr().out


def matches(capsys: pytest.CaptureFixture[str], slug: str, *more: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(printed(capsys, slug, "--json", *more))["matches"]
    return found


def test_it_prints_partners_of_the_other_side_with_reasons(
    galician: Organisation, nuevo_leon: Organisation, capsys: pytest.CaptureFixture[str]
) -> None:
    SectorFocusFactory(organisation=galician)
    SectorFocusFactory(organisation=nuevo_leon)
    TargetFactory(organisation=galician)
    text = printed(capsys, "galician-cluster")
    assert text.startswith("Galician cluster: best partners, policy default")
    assert " 1. Nuevo León cluster" in text
    assert "it gains" in text
    assert "it gives" in text
    assert "Sector: Field in common: Automotive." in text
    assert "Galician cluster targets Mexico." in text


def test_the_record_is_the_one_the_issue_asks_for(
    galician: Organisation, nuevo_leon: Organisation, capsys: pytest.CaptureFixture[str]
) -> None:
    record = json.loads(printed(capsys, "galician-cluster", "--json"))
    assert list(record) == ["organisation", "policy", "matches"]
    (match,) = record["matches"]
    assert list(match) == [
        "slug", "name", "score", "low", "high", "coverage", "gains", "pivotal", "block",
    ]  # fmt: skip
    assert match["block"] is None
    assert [answer["code"] for answer in match["pivotal"]["answers"]] == ["yes", "no"]
    assert match["low"] <= match["score"] <= match["high"]
    for side in ("own", "theirs"):
        rows = match["gains"][side]["criteria"]
        assert [row["code"] for row in rows] == [
            "sector", "target", "need", "kind", "record", "circle", "practice",
        ]  # fmt: skip
        for figure in ("points", "low", "high"):
            assert sum(row[figure] for row in rows) == pytest.approx(match["gains"][side][figure])


def test_best_first_as_many_as_asked_on_the_side_asked(
    galician: Organisation, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(3):
        OrganisationFactory(name=f"Mexican {number}", side="mx")
    OrganisationFactory(name="European", side="eu")
    SectorFocusFactory(organisation=galician)
    SectorFocusFactory(organisation=Organisation.objects.get(slug="mexican-2"))
    found = matches(capsys, "galician-cluster", "--top", "2")
    assert len(found) == 2
    assert found[0]["slug"] == "mexican-2"
    assert found[0]["score"] > found[1]["score"]
    assert [m["slug"] for m in matches(capsys, "galician-cluster", "--side", "eu")] == ["european"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("galicia",), "There is no organisation “galicia”. Did you mean galician-cluster?"),
        (("xyz",), "There is no organisation “xyz”."),
        (("galician-cluster", "--top", "0"), "--top must be at least 1."),
        (
            ("galician-cluster", "--policy", "mine"),
            "There is no scoring policy “mine”. There are: ",
        ),
        (("hidden",), "“hidden” is not listed, so it has no matches."),
    ],
)
def test_it_says_what_is_wrong(arguments: tuple[str, ...], words: str, galician: object) -> None:
    OrganisationFactory(name="Hidden", status="draft")
    with pytest.raises(CommandError) as error:
        call_command("match", *arguments)
    assert str(error.value).startswith(words)


# -- the report's fifteen links, on the report as it is shipped

AEROSPACE_MX = {"unaq", "conalep-qro", "aerospace-alliance-bc"}
# The national consortium of geothermal energy counts as a partner beside its members.
ENERGY_MX = {"umsnh", "gemex-mx", "sener", "cemie-geo"}
AUTOMOTIVE_MX = {"claut", "cluster-auto-queretaro", "cluster-auto-guanajuato", "ina"}
LINKS = [
    # Success story 1 (section 3.1, fn 12): before all others, both ways.
    ("unam", {"pirbright", "isciii"}, 2),
    ("pirbright", {"unam"}, 1),
    ("isciii", {"unam"}, 1),
    # Success story 2 (3.2, fn 16): beside the consortium of the same project.
    ("umsnh", {"gfz"}, 2),
    ("gfz", {"umsnh"}, 2),
    # Success story 3 (3.3, fn 21): four links between two schools and two companies.
    ("unaq", {"safran", "airbus-helicopters"}, 2),
    ("conalep-qro", {"safran", "airbus-helicopters"}, 2),
    ("safran", {"unaq", "conalep-qro"}, 2),
    ("airbus-helicopters", {"unaq", "conalep-qro"}, 2),
    # The memorandum (2.1, fn 4): the only tie of either, so first although no field is known.
    ("promexico", {"eccp"}, 1),
    ("eccp", {"promexico"}, 1),
    # Targets (4.1 to 4.3) name a country only; in it the reader expects one's own field first.
    ("ceaga", AUTOMOTIVE_MX, 4),
    ("basque-energy-cluster", ENERGY_MX, 4),
    ("reina-plus", ENERGY_MX, 4),
    ("eacp", AEROSPACE_MX, 3),
    ("abroad", AEROSPACE_MX, 3),
    # Guanajuato (2.2, fn 7) works with companies of seven countries: the Italian maker of tyres, which
    # is in its field and in one of them, stands before the Spanish cluster, which is only in its field.
    ("cluster-auto-guanajuato", {"pirelli"}, 1),
    # The biocluster (4.4, fn 55) targets the EU: biotechnology and health research come first.
    ("biocluster-nl", {"isciii", "gsk", "merck-de", "bayer", "astrazeneca", "pirbright"}, 6),
]


@pytest.mark.parametrize(("asker", "wanted", "within"), LINKS)
def test_the_report_s_links_rank_where_a_reader_puts_them(
    report: None, capsys: pytest.CaptureFixture[str], asker: str, wanted: set[str], within: int
) -> None:
    found = [match["slug"] for match in matches(capsys, asker, "--top", str(within))]
    assert wanted <= set(found), found


def test_no_stated_link_is_left_out() -> None:
    """Fifteen links: eight between two organisations, seven between one and a place."""
    ends = {frozenset((asker, one)) for asker, wanted, _ in LINKS for one in wanted}
    between = [
        ("unam", "pirbright"), ("unam", "isciii"), ("umsnh", "gfz"), ("unaq", "safran"),
        ("unaq", "airbus-helicopters"), ("conalep-qro", "safran"),
        ("conalep-qro", "airbus-helicopters"), ("promexico", "eccp"),
    ]  # fmt: skip
    toward = {"ceaga", "basque-energy-cluster", "eacp", "abroad", "reina-plus",
              "cluster-auto-guanajuato", "biocluster-nl"}  # fmt: skip
    assert {frozenset(pair) for pair in between} <= ends
    assert toward <= {asker for asker, _, _ in LINKS}
    assert len(between) + len(toward) == 15
