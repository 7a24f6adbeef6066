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
    assert "Sector: Both work in Automotive." in text
    assert "Galician cluster targets Mexico." in text


def test_the_record_is_the_one_the_issue_asks_for(
    galician: Organisation, nuevo_leon: Organisation, capsys: pytest.CaptureFixture[str]
) -> None:
    record = json.loads(printed(capsys, "galician-cluster", "--json"))
    assert list(record) == ["organisation", "policy", "matches"]
    (match,) = record["matches"]
    assert list(match) == ["slug", "name", "score", "low", "high", "coverage", "gains"]
    assert match["low"] <= match["score"] <= match["high"]
    for side in ("own", "theirs"):
        rows = match["gains"][side]["criteria"]
        assert [row["code"] for row in rows] == [
            "sector", "target", "need", "kind", "record", "circle", "practice",
        ]  # fmt: skip
        assert sum(row["points"] for row in rows) == pytest.approx(match["gains"][side]["points"])


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
