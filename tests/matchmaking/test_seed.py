"""`manage.py seed`: invented organisations to measure with, the same for the same seed."""

from typing import Any

import pytest
from django.core.management import CommandError, call_command

from clusters.models import CooperationKind, InternationalTarget, Organisation, SectorFocus
from matchmaking import scoring as engine
from matchmaking.reads.market import current


def seed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    call_command("seed", *arguments)
    return capsys.readouterr().out


def everything() -> list[Any]:
    rows = Organisation.objects.filter(slug__startswith="seed-").order_by("slug")
    facts = SectorFocus.objects.filter(organisation__in=rows).order_by("organisation__slug", "pk")
    return [
        *rows.values_list("slug", "name", "kind", "side", "region__code", "languages"),
        *facts.values_list("organisation__slug", "sector__code", "is_main"),
    ]


def test_the_same_seed_gives_the_same_data(
    reference: None, db: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "Seeded 60 invented organisations" in seed(capsys, "--organisations", "60")
    once = everything()
    seed(capsys, "--organisations", "60")
    assert everything() == once, "run again, it replaces what it made"
    seed(capsys, "--organisations", "60", "--seed", "2")
    assert everything() != once


def test_what_is_invented_says_so_and_goes_again(
    reference: None, db: None, capsys: pytest.CaptureFixture[str], galician: Organisation
) -> None:
    seed(capsys, "--organisations", "60")
    rows = Organisation.objects.filter(slug__startswith="seed-")
    assert rows.filter(is_demo=True).count() == rows.count() == 60
    assert set(rows.values_list("side", flat=True)) == {"eu", "mx"}
    for target in InternationalTarget.objects.all():
        assert [citation.code for citation in target.citations.all()] == ["demo"]
    assert seed(capsys, "--remove") == "Removed 60 seeded organisations.\n"
    assert list(Organisation.objects.all()) == [galician]
    assert not InternationalTarget.objects.exists()


def test_seeded_organisations_have_matches(
    reference: None, db: None, capsys: pytest.CaptureFixture[str]
) -> None:
    seed(capsys, "--organisations", "60")
    market = current().market
    assert len(market.profiles) == 60
    own = next(key for key, profile in market.profiles.items() if profile.side == "eu")
    found = engine.rank(market, own, engine.DEFAULT, top=5, side="mx")
    assert found
    assert found[0].score
    assert found[0].score > 20


def test_it_needs_reference_data_and_a_number(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(CommandError, match="at least 1"):
        seed(capsys, "--organisations", "0")
    CooperationKind.objects.all().delete()
    with pytest.raises(CommandError, match="Load the reference data first"):
        seed(capsys, "--organisations", "5")
    assert not Organisation.objects.exists()
