"""The page about the data: where every citation of the site leads."""

import re
from decimal import Decimal

import pytest
from django.test import Client

from clusters.choices import OrganisationStatus, SourceKind
from clusters.models import Claim, Contradiction, Figure, Footnote, Organisation
from tests.cast import CitationFactory, OrganisationFactory, SourceFactory

PATH = "/about-the-data/"


def test_the_report_stands_there_whole(report: None, client: Client) -> None:
    html = client.get(PATH).content.decode()
    anchors = set(re.findall(r'id="([^"]+)"', html))
    assert {f"fn-{number}" for number in range(1, 56)} <= anchors
    assert {f"K{number:02}" for number in range(1, 36)} <= anchors
    assert {"d35-event-eu-clusters", "global-agreement", "h2020", "source-d35"} <= anchors
    assert "same as fn 29" in html


def test_every_link_inside_the_page_finds_its_line(report: None, client: Client) -> None:
    html = client.get(PATH).content.decode()
    anchors = re.findall(r'id="([^"]+)"', html)
    wanted = set(re.findall(rf'href="(?:{PATH})?#([^"]+)"', html))
    assert wanted <= set(anchors)
    assert len(anchors) == len(set(anchors))


def test_a_citation_leads_to_its_footnote_or_else_to_its_source(db: None, client: Client) -> None:
    paper = SourceFactory(code="paper")
    other = SourceFactory(code="site", kind=SourceKind.WEBSITE)
    claim = Claim.objects.create(code="claim", text="Cooperation grows.")
    claim.citations.add(
        CitationFactory(source=paper, footnote=Footnote.objects.create(source=paper, number=7)),
        CitationFactory(source=other, footnote=Footnote.objects.create(source=other, number=7)),
        CitationFactory(source=other, section="1"),
    )
    html = client.get(PATH).content.decode()
    for anchor in ("fn-7", "site-fn-7", "source-site"):
        assert f'href="{PATH}#{anchor}"' in html
        assert f'id="{anchor}"' in html


def test_addresses_of_sources_are_text(db: None, client: Client) -> None:
    Footnote.objects.create(source=SourceFactory(), number=1, url="http://old.example/page")
    html = client.get(PATH).content.decode()
    assert "http://old.example/page" in html
    assert 'href="http://old.example' not in html


def test_drafts_and_invented_sources_are_left_out(galician: Organisation, client: Client) -> None:
    draft = OrganisationFactory(name="Secret draft", status=OrganisationStatus.DRAFT)
    SourceFactory(code="demo", kind=SourceKind.DEMO, title="Invented by us")
    gap = Contradiction.objects.create(code="K99", what="Two dates.")
    gap.organisations.add(draft, galician)
    Figure.objects.create(organisation=draft, label="Jobs there", value=4, unit="people")
    html = client.get(PATH).content.decode()
    assert "Galician cluster" in html
    for hidden in ("Secret draft", "Invented by us", "Jobs there"):
        assert hidden not in html


def test_a_figure_reads_as_a_person_would_say_it(db: None, client: Client) -> None:
    Figure.objects.create(code="rank", label="Rank", value=5, unit="place")
    Figure.objects.create(code="one", label="Gold", value=1, unit="clusters")
    Figure.objects.create(
        code="staff", label="Staff", value=70000, unit="employees", qualifier="over", year=2015
    )
    Figure.objects.create(
        code="half", label="Share", value=Decimal("0.5"), unit="share", period="1999-2014"
    )
    html = client.get(PATH).content.decode()
    text = re.sub(r"<[^>]+>", "", html)
    assert "place 5" in text
    assert "1 clusters" not in text
    assert "over 70,000 employees (2015)" in text
    assert "0.5 share (1999-2014)" in text


@pytest.mark.parametrize("times", [1, 3])
def test_the_page_takes_the_same_queries_whatever_it_holds(
    galician: Organisation, times: int, client: Client, django_assert_num_queries
) -> None:
    for number in range(times):
        citation = CitationFactory()
        gap = Contradiction.objects.create(code=f"K{number}", what="Two dates.")
        gap.organisations.add(galician)
        claim = Claim.objects.create(code=f"claim-{number}", text="Cooperation grows.")
        figure = Figure.objects.create(code=f"f{number}", label="x", value=1, unit="y")
        for row in (gap, claim, figure):
            row.citations.add(citation)
        Footnote.objects.create(source=citation.source, number=number + 1)
    with django_assert_num_queries(9):
        client.get(PATH)
