"""Loading the fixtures: again, over later edits, and when one is broken."""

import re
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.apps import apps
from django.core.management import CommandError, call_command
from pytest_django import Settings

from clusters.choices import Stance
from clusters.models import (
    Citation,
    InternationalTarget,
    Organisation,
    Region,
    Sector,
    SectorFocus,
    Source,
)
from tests.clusters.report_loaded import FILES, FIXTURES, load_plainly

pytestmark = pytest.mark.usefixtures("report", "db")

Write = Callable[[str], Path]


def snapshot() -> dict[str, set[Any]]:
    """Keys of all rows of two apps, history too. Left out: the log of changes, the system account."""
    rows = {}
    for app in ("clusters", "events"):
        for model in apps.get_app_config(app).get_models(include_auto_created=True):
            if model.__name__ not in {"ProfileChange", "User", "UserEvent"}:
                rows[model.__name__] = set(model._default_manager.values_list("pk", flat=True))
    return rows


def load(*options: str) -> str:
    out = StringIO()
    call_command("load_fixtures", *options, stdout=out)
    return out.getvalue()


@pytest.fixture
def write(tmp_path: Path, settings: Settings) -> Write:
    """Puts a file where the only fixtures are: it comes on top of what is loaded."""
    folder = tmp_path / "later"
    folder.mkdir()
    settings.FIXTURE_DIRS = [folder]

    def write_file(text: str) -> Path:
        path = folder / "more.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return write_file


def test_files_name_rows_by_natural_keys_and_hold_no_times() -> None:
    for path in FILES:
        for record in yaml.safe_load(path.read_text(encoding="utf-8")):
            assert set(record) == {"model", "fields"}
            assert not {"created_at", "updated_at", "pk", "id"} & set(record["fields"])


@pytest.mark.parametrize(
    ("named", "reference"),
    [
        ("04_sectors_named.yaml", ["sectors.yaml"]),
        ("05_regions_named.yaml", ["regions_mexico.yaml", "regions_europe.yaml"]),
    ],
)
def test_rows_that_stand_in_two_files_say_the_same(named: str, reference: list[str]) -> None:
    known = {
        record["fields"]["code"]: record["fields"]
        for name in reference
        for record in yaml.safe_load((FIXTURES / "reference" / name).read_text(encoding="utf-8"))
    }
    for record in yaml.safe_load((FIXTURES / "report" / named).read_text(encoding="utf-8")):
        fields = dict(record["fields"])
        assert fields.pop("citations")
        if named.startswith("05"):
            assert fields.pop("note")
        assert fields == known[fields["code"]]


def test_a_second_load_adds_no_row_and_no_history() -> None:
    before = snapshot()
    said = load()
    assert "reference: 731 records, 0 new, 0 set back, 731 unchanged" in said
    assert re.search(r"report: (\d+) records, 0 new, 0 set back, \1 unchanged", said)
    assert snapshot() == before


def test_plain_loading_and_the_command_write_the_same_rows() -> None:
    before = snapshot()
    created = Organisation.objects.get(slug="ceaga").created_at
    load_plainly(FILES)
    assert snapshot() == before
    assert Organisation.objects.get(slug="ceaga").created_at == created


def test_what_was_deleted_comes_back() -> None:
    wanted = Organisation.objects.get(slug="ceaga").statements.count()
    Organisation.objects.get(slug="ceaga").delete()
    said = load()
    ceaga = Organisation.objects.get(slug="ceaga")
    assert ceaga.statements.count() == wanted
    assert set(ceaga.sectors.values_list("code", flat=True)) == {"automotive"}
    assert ceaga.created_at is not None
    assert ", 0 set back," not in said.splitlines()[1]  # contradictions name it again


def test_what_a_curator_edited_is_set_back_and_named() -> None:
    ceaga = Organisation.objects.get(slug="ceaga")
    ceaga.aim_en, printed = "Something else", ceaga.aim_en
    ceaga.aim_es = "Un líder mundial"
    ceaga.save()
    said = load()
    ceaga.refresh_from_db()
    assert ceaga.aim_en == printed
    assert ceaga.aim_es == "Un líder mundial"  # the fixtures say nothing of it
    assert "  clusters.organisation ceaga: aim_en\n" in said


def test_a_newer_version_may_keep_what_people_edited(write: Write) -> None:
    """What an operator runs after an update: new facts come, the words of people stay."""
    ceaga = Organisation.objects.get(slug="ceaga")
    ceaga.aim_en = "Something else"
    ceaga.save()
    write(
        "- {model: clusters.organisation, fields: {slug: ceaga, aim_en: Printed}}\n"
        "- {model: clusters.region, fields: {code: XX1, name: X, country: [MX], scheme: nuts}}\n"
    )
    said = load("--keep-edits")
    assert "2 records, 1 new, 1 kept as edited, 0 set back, 0 unchanged" in said
    assert "  clusters.organisation ceaga: aim_en\n" in said
    ceaga.refresh_from_db()
    assert ceaga.aim_en == "Something else"
    assert Region.objects.filter(code="XX1").exists()


def test_a_file_may_complete_what_an_earlier_one_wrote(write: Write) -> None:
    more = "- {model: clusters.region, fields: {code: XX1, note: 'Known, too'}}\n"
    write(
        "- {model: clusters.region, fields: {code: XX1, name: X, country: [MX], scheme: nuts}}\n"
        + more
    )
    assert "2 records, 1 new, 1 completed, 0 set back, 0 unchanged" in load()
    assert Region.objects.get(code="XX1").note == "Known, too"


def test_facts_of_others_stay() -> None:
    ceaga = Organisation.objects.get(slug="ceaga")
    logistics = Sector.objects.get(code="logistics")
    own = SectorFocus.objects.create(organisation=ceaga, sector=logistics)
    load()
    assert SectorFocus.objects.filter(pk=own.pk).exists()


def test_a_focus_that_somebody_removed_and_set_again_is_taken_over() -> None:
    ceaga = Organisation.objects.get(slug="ceaga")
    ceaga.sector_foci.all().delete()
    again = SectorFocus.objects.create(
        organisation=ceaga, sector=Sector.objects.get(code="automotive")
    )
    load()
    assert SectorFocus.objects.get(organisation=ceaga).pk == again.pk
    again.refresh_from_db()
    assert again.code == "d35-ceaga-sector-automotive"


def test_a_citation_added_to_an_unchanged_fact_stays() -> None:
    target = InternationalTarget.objects.get(code="link-ceaga-mx")
    own = Citation.objects.create(
        code="own", source=Source.objects.create(code="own", kind="owner", title="CEAGA")
    )
    target.citations.add(own)
    load()
    assert set(target.citations.values_list("code", flat=True)) == {"d35-4.1-fn29", "own"}


def test_a_citation_of_what_is_set_back_goes() -> None:
    target = InternationalTarget.objects.get(code="link-ceaga-mx")
    own = Citation.objects.create(
        code="own", source=Source.objects.create(code="own", kind="owner", title="CEAGA")
    )
    target.stance = Stance.NOT_NOW
    target.save()
    target.citations.set([own])
    load()
    target.refresh_from_db()
    assert target.stance == Stance.ACTIVE
    assert set(target.citations.values_list("code", flat=True)) == {"d35-4.1-fn29"}


def test_a_dry_run_writes_nothing() -> None:
    Organisation.objects.filter(slug="ceaga").update(aim_en="Something else")
    said = load("--dry-run")
    assert "clusters.organisation ceaga: aim_en" in said
    assert "Nothing was written" in said
    assert Organisation.objects.get(slug="ceaga").aim_en == "Something else"


GOOD = "- {model: clusters.country, fields: {code: XX, name_en: A, name_es: B, default_side: eu}}\n"


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        (
            "- {model: clusters.sector, fields: {code: x, name_en: X, name_es: X, parent: [nowhere]}}",
            "record 2 (clusters.sector x): parent names an unknown clusters.sector ['nowhere']",
        ),
        (
            "- {model: clusters.organisation, fields: {slug: x, name: X, kind: club, side: eu}}",
            "record 2 (clusters.organisation x): kind: Value 'club' is not a valid choice.",
        ),
        (
            "- {model: clusters.organisation, fields: {slug: x, surname: X}}",
            "record 2 (clusters.organisation x): there is no field 'surname'",
        ),
        (
            "- {model: clusters.organisation, fields: {slug: x, name: X, countries: [MX]}}",
            "countries must name its row by a natural key in brackets, not 'MX'",
        ),
        ("- {model: clusters.person, fields: {code: x}}", "record 2 (clusters.person x): "),
        (
            "- {model: clusters.country}",
            "record 2 (clusters.country): a record needs model and fields",
        ),
        (
            "- {model: clusters.country, pk: 7, fields: {code: YY}}",
            "a record has only model and fields, not pk",
        ),
        (
            "- {model: clusters.relation, fields: {code: x, organisation: [ceaga], kind: hosts}}",
            'record 2 (clusters.relation x): new row for relation "clusters_relation" violates check',
        ),
        ("- {model: clusters.country, fields: {code: [}", "later/more.yaml: no YAML: "),
    ],
)
def test_a_broken_fixture_is_named_in_one_line_and_nothing_is_kept(
    write: Write, broken: str, says: str
) -> None:
    write(GOOD + broken + "\n")
    before = snapshot()
    with pytest.raises(CommandError) as problem:
        load()
    said = str(problem.value)
    assert said.startswith("Nothing was loaded. later/more.yaml")
    assert says in said
    assert "\n" not in said
    assert problem.value.returncode == 1
    assert snapshot() == before


def test_a_file_that_is_no_list_is_refused(write: Write) -> None:
    write("model: clusters.country\n")
    with pytest.raises(CommandError, match=r"later/more\.yaml: must be a list of records"):
        load()


def test_an_empty_file_is_fine(write: Write) -> None:
    write("# nothing yet\n")
    assert "later: 0 records, 0 new, 0 set back, 0 unchanged" in load()
