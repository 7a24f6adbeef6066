"""Partners side by side: up to four, both directions, what differs."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clusters.models import Organisation, User
from matchmaking.actions import exclude_organisation
from matchmaking.reads.compare import compare
from tests.cast import OrganisationFactory, SectorFactory, SectorFocusFactory, ShortlistFactory
from tests.participants import Visit

PAGE = "/compare/"


@pytest.fixture
def partners(galician: Organisation, nuevo_leon: Organisation) -> list[Organisation]:
    """Three Mexican organisations; the second shares Ana's field."""
    others = [OrganisationFactory(name=f"Cluster {letter}", side="mx") for letter in "AB"]
    field = SectorFactory(code="moulds")
    for one in (galician, others[1]):
        SectorFocusFactory(organisation=one, sector=field)
    return [nuevo_leon, *others]


def address(*organisations: Organisation, rest: str = "") -> str:
    return f"{PAGE}?{'&'.join(f'o={one.slug}' for one in organisations)}{rest}"


def names(html: str) -> list[str]:
    return re.findall(r'class="row-name" href="[^"]*">([^<]+)<', html)


def test_partners_stand_in_the_order_they_were_ticked(
    partners: list[Organisation], ana: User, as_user: Visit
) -> None:
    html = as_user(ana).get(address(*reversed(partners))).content.decode()
    assert names(html) == ["Cluster B", "Cluster A", "Nuevo León cluster"]
    assert "What Galician" in html


def test_each_criterion_says_who_gives_most(
    partners: list[Organisation], galician: Organisation, ana: User
) -> None:
    page = compare(galician, [one.slug for one in partners], user=ana)
    sector = next(line for line in page.lines if line.cells[0].own.maximum and line.differs)
    best = [cell.organisation.name for cell in sector.cells if cell.own_most]
    assert best == ["Cluster B"]
    assert page.columns[1].coverage.endswith("%")
    for line in page.lines:
        if not line.differs:
            assert not any(cell.own_most or cell.theirs_most for cell in line.cells)


def test_criteria_that_are_alike_can_be_hidden(
    partners: list[Organisation], galician: Organisation, ana: User, as_user: Visit
) -> None:
    whole = compare(galician, [one.slug for one in partners], user=ana)
    html = as_user(ana).get(address(*partners, rest="&diff=1")).content.decode()
    assert whole.alike
    assert html.count('scope="row"') == 2 + len(whole.lines) - whole.alike
    assert "Show every criterion" in html


def test_four_fit_and_the_rest_is_named(
    partners: list[Organisation], ana: User, as_user: Visit
) -> None:
    more = [OrganisationFactory(name=f"More {n}", side="mx") for n in range(2)]
    html = as_user(ana).get(address(*partners, *more)).content.decode()
    assert len(names(html)) == 4
    assert "1 organisation is left out" in html


def test_strangers_doubles_and_oneself_are_left_out(
    partners: list[Organisation], galician: Organisation, ana: User, as_user: Visit
) -> None:
    draft = OrganisationFactory(name="Hidden draft", status="draft")
    one = partners[0]
    html = as_user(ana).get(address(one, one, galician, draft)).content.decode()
    assert names(html) == ["Nuevo León cluster"]
    assert "Hidden draft" not in html
    assert as_user(ana).get(f"{PAGE}?o=%00&o=x'").status_code == 200


def test_a_partner_is_taken_out_and_one_added_by_links(
    partners: list[Organisation], galician: Organisation, ana: User, as_user: Visit
) -> None:
    shortlist = ShortlistFactory(organisation=galician, owner=ana)
    shortlist.entries.create(organisation=partners[2])
    html = as_user(ana).get(address(*partners[:2])).content.decode()
    assert f'href="{PAGE}?o=cluster-a"' in html
    assert '<option value="cluster-b">' in html


def test_a_pair_that_was_set_aside_says_so_to_its_side_only(
    partners: list[Organisation], galician: Organisation, ana: User, carla: User, as_user: Visit
) -> None:
    exclude_organisation(galician, other=partners[0], reason="competitor", actor=ana)
    mine = as_user(ana).get(address(*partners)).content.decode()
    assert "bridge-none" in mine
    theirs = as_user(carla).get(address(galician)).content.decode()
    assert "bridge-none" not in theirs


def test_nobody_to_compare_says_what_to_do(
    galician: Organisation, ana: User, as_user: Visit
) -> None:
    html = as_user(ana).get(PAGE).content.decode()
    assert "Nobody to compare yet" in html
    Organisation.objects.filter(pk=galician.pk).update(status="draft")
    other = OrganisationFactory(name="Cluster A", side="mx")
    assert as_user(ana).get(address(other)).status_code == 200


def test_ticks_on_find_and_on_shortlists_lead_here(
    partners: list[Organisation], galician: Organisation, ana: User, as_user: Visit
) -> None:
    ShortlistFactory(organisation=galician, owner=ana).entries.create(organisation=partners[0])
    for path in ("/find/", "/shortlists/"):
        html = as_user(ana).get(path).content.decode()
        assert 'name="o" value="nuevo-leon-cluster" form="compare"' in html
        assert 'id="compare"' in html


def test_four_ask_as_often_as_one(
    partners: list[Organisation], galician: Organisation, ana: User
) -> None:
    slugs = [one.slug for one in partners]
    counts = []
    compare(galician, slugs, user=ana)  # what is kept between requests is read here
    for some in (slugs[:1], slugs):
        with CaptureQueriesContext(connection) as queries:
            compare(galician, some, user=ana)
        counts.append(len(queries))
    assert counts[0] == counts[1]
