"""`manage.py suggest`: lists for all participants of an event, with the price of spreading them."""

import csv
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from clusters.models import Organisation
from events.choices import RegistrationStatus
from events.models import Event
from tests.cast import OrganisationFactory, RegistrationFactory, SectorFactory, SectorFocusFactory


@pytest.fixture
def event(galician: Organisation, nuevo_leon: Organisation) -> Event:
    """Two accepted organisations in one field, and one that only applied."""
    Organisation.objects.filter(pk=galician.pk).update(name="=Galician")
    sector = SectorFactory()
    for one in (galician, nuevo_leon):
        SectorFocusFactory(organisation=one, sector=sector)
    booked: Event = RegistrationFactory(organisation=galician).event
    RegistrationFactory(organisation=nuevo_leon, event=booked)
    RegistrationFactory(
        organisation=OrganisationFactory(name="Waits"),
        event=booked,
        status=RegistrationStatus.APPLIED,
    )
    return booked


def read(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.parametrize("more", [[], ["--by-score"]])
def test_each_accepted_organisation_has_its_list(
    event: Event, tmp_path: Path, capsys: pytest.CaptureFixture[str], more: list[str]
) -> None:
    file = tmp_path / "lists.csv"
    call_command("suggest", event.slug, str(file), *more)
    rows = read(file)
    assert [row["partner name"] for row in rows] in (
        ["'=Galician", "Nuevo León cluster"],
        ["Nuevo León cluster", "'=Galician"],
    )
    assert {(row["place"], row["by score"]) for row in rows} == {("1", "yes")}
    told = capsys.readouterr().out
    assert "2 lists with 2 places" in told
    assert ("0.0 % of the chances" in told) is (not more)


def test_what_cannot_be_is_said(event: Event, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no event “nowhere”"):
        call_command("suggest", "nowhere", str(tmp_path / "lists.csv"))
    with pytest.raises(CommandError, match="at least one place"):
        call_command("suggest", event.slug, str(tmp_path / "lists.csv"), places=0)
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("suggest", event.slug, str(tmp_path / "no" / "lists.csv"))
