"""`manage.py reach`: tiles that survive a killed worker, and a file that a person can open."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from clusters.models import Organisation
from matchmaking.management.commands import reach
from matchmaking.management.commands.reach import claimed
from matchmaking.scoring.reach import shown_by
from tests.cast import SectorFocusFactory

REACH = "matchmaking.management.commands.reach"


@pytest.fixture
def market(galician: Organisation, nuevo_leon: Organisation) -> None:
    Organisation.objects.filter(pk=galician.pk).update(name="=Galician")
    SectorFocusFactory(organisation=galician)
    SectorFocusFactory(organisation=nuevo_leon)


def figures(capsys: pytest.CaptureFixture[str], folder: Path, *more: str) -> dict[str, Any]:
    call_command("reach", str(folder), "--json", *more)
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


@pytest.mark.usefixtures("market")
def test_everybody_is_counted_least_shown_first_and_no_name_is_a_formula(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = figures(capsys, tmp_path)
    assert (found["organisations"], found["places"], found["shown_nowhere"]) == (2, 2, 0)
    with Path(found["report"]).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["times shown"] for row in rows] == ["1", "1"]
    assert {row["name"] for row in rows} == {"'=Galician", "Nuevo León cluster"}


@pytest.mark.usefixtures("market")
def test_it_tells_its_progress_and_sums_up_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("reach", str(tmp_path), "--tile", "1")
    told = capsys.readouterr()
    assert told.err.splitlines() == ["1 of 2 tiles (50 %)", "2 of 2 tiles (100 %)"]
    assert told.out.startswith("2 places in the lists of 2 organisations. 0 are shown nowhere.")


@pytest.mark.usefixtures("market")
def test_what_a_killed_worker_had_finished_is_not_done_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[tuple[str, ...]] = []

    def dies_at_the_second(market: Any, policy: Any, owners: Any, *, places: int) -> dict[str, int]:
        if done:
            raise KeyboardInterrupt
        done.append(owners)
        return shown_by(market, policy, owners, places=places)

    monkeypatch.setattr(f"{REACH}.shown_by", dies_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        figures(capsys, tmp_path, "--tile", "1")
    monkeypatch.setattr(f"{REACH}.shown_by", shown_by)
    capsys.readouterr()
    call_command("reach", str(tmp_path), "--tile", "1")
    assert capsys.readouterr().err.splitlines() == ["2 of 2 tiles (100 %)"]
    assert figures(capsys, tmp_path, "--tile", "1")["places"] == 2


@pytest.mark.usefixtures("market")
def test_a_tile_that_another_worker_has_is_waited_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    tile = tmp_path / "tile-0.json"
    with claimed(tile) as first, claimed(tile) as second:
        assert (first, second) == (True, False)
    with claimed(tile) as again:
        assert again

    waits: list[float] = []
    monkeypatch.setattr(f"{REACH}.time.sleep", waits.append)
    theirs = iter([False])
    real = reach.claimed

    def held_once(file: Path) -> Any:
        return real(file) if next(theirs, True) else Held()

    monkeypatch.setattr(reach, "claimed", held_once)
    assert figures(capsys, tmp_path)["places"] == 2
    assert waits == [reach.WAIT, 0]


class Held:
    def __enter__(self) -> bool:
        return False

    def __exit__(self, *_error: object) -> None:
        return None


@pytest.mark.usefixtures("market")
def test_changed_data_are_counted_anew(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    figures(capsys, tmp_path)
    Organisation.objects.filter(slug="galician-cluster").update(languages=["gl"])
    call_command("reach", str(tmp_path))
    assert "100 %" in capsys.readouterr().err


def test_wrong_words_are_refused_in_sentences(db: None, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="at least one organisation"):
        call_command("reach", str(tmp_path), "--places", "0")
    with pytest.raises(CommandError, match="no scoring policy “odd”"):
        call_command("reach", str(tmp_path), "--policy", "odd")
    file = tmp_path / "file"
    file.write_text("")
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("reach", str(file))
