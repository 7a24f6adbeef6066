"""Sectors and regions are trees: the admin and the import refuse a row that would be part of itself."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from clusters.admin.importing import SectorResource
from clusters.models import Region, Sector, User
from tests.cast import RegionFactory, SectorFactory


@pytest.mark.parametrize(
    ("parent", "told"), [("below", "top &gt; below &gt; top"), ("top", "top &gt; top")]
)
def test_the_admin_says_which_circle_it_would_be(dora: User, parent: str, told: str) -> None:
    top = SectorFactory(code="top")
    below = SectorFactory(code="below", parent=top)
    client = Client()
    client.force_login(dora)
    answer = client.post(
        reverse("admin:clusters_sector_change", args=[top.pk]),
        {"code": "top", "name_en": "Top", "name_es": "Top", "position": 0}
        | {"parent": {"top": top, "below": below}[parent].pk},
    )
    assert answer.status_code == 200
    assert told in answer.content.decode()
    assert Sector.objects.get(code="top").parent is None


def test_what_lies_below_may_move_to_another_place(db: None) -> None:
    top, other = SectorFactory(code="top"), SectorFactory(code="other")
    below = SectorFactory(code="below", parent=top)
    below.parent = other
    below.full_clean()
    Sector(code="new", name_en="New", name_es="Nuevo", parent=below).full_clean()


def test_an_import_of_a_circle_is_refused(db: None) -> None:
    SectorFactory(code="top")
    SectorFactory(code="below", parent=Sector.objects.get(code="top"))
    resource = SectorResource()
    data = resource.export(Sector.objects.filter(code="top"))
    row = dict(zip(data.headers, data[0], strict=True)) | {"parent": "below"}
    data.wipe()
    data.headers = list(row)
    data.append(list(row.values()))
    found = resource.import_data(data, dry_run=True)
    assert found.has_validation_errors()
    assert "part of itself" in str(found.invalid_rows[0].error)


def test_a_region_is_no_part_of_itself(db: None) -> None:
    region: Region = RegionFactory()
    region.parent = region
    with pytest.raises(ValidationError, match="part of itself"):
        region.full_clean()
