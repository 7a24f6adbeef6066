"""Success stories: the list, and each in full."""

import pytest
from django.test import Client

from clusters.choices import OrganisationStatus
from clusters.models import Figure, Organisation
from tests.cast import CitationFactory, OrganisationFactory, StoryFactory


def test_the_report_s_three_stories_are_told(report: None, client: Client) -> None:
    html = client.get("/stories/").content.decode()
    for code in ("ss1-cysticercosis", "ss2-gemex", "ss3-aero-campus"):
        assert f'href="/stories/{code}/"' in html
    assert html.count("<h2") == 3


def test_a_story_tells_who_what_when_and_from_where(report: None, client: Client) -> None:
    html = client.get("/stories/ss3-aero-campus/").content.decode()
    assert 'href="/organisations/safran/"' in html
    assert "works began" in html
    assert "2012-12" in html
    assert "5,000 m2" in html
    assert 'href="/about-the-data/#campus-agreement"' in html
    assert 'id="sources"' in html


def test_what_a_story_does_not_say_is_said(report: None, client: Client) -> None:
    html = client.get("/stories/ss2-gemex/").content.decode()
    assert "Not said." in html
    assert "led it" not in html, "the leads are members of the consortia, which are the partners"


def test_an_unknown_story_is_not_found(db: None, client: Client) -> None:
    assert client.get("/stories/nothing/").status_code == 404


def test_no_story_yet(db: None, client: Client) -> None:
    html = client.get("/stories/").content.decode()
    assert "No story yet" in html


def test_a_partner_that_is_not_listed_has_no_link(galician: Organisation, client: Client) -> None:
    draft = OrganisationFactory(name="Draft", slug="draft", status=OrganisationStatus.DRAFT)
    story = StoryFactory(code="one")
    story.partners.add(galician, draft)
    story.leads.add(galician)
    html = client.get("/stories/one/").content.decode()
    assert 'href="/organisations/galician-cluster/"' in html
    assert 'href="/organisations/draft/"' not in html
    assert "led it" in html


@pytest.mark.parametrize("times", [1, 3])
def test_pages_take_the_same_queries_whatever_they_hold(
    galician: Organisation, times: int, client: Client, django_assert_num_queries
) -> None:
    for number in range(times):
        story = StoryFactory(code=f"story-{number}")
        story.partners.add(galician, OrganisationFactory())
        story.citations.add(CitationFactory())
        figure = Figure.objects.create(story_id=story.pk, label="x", value=1, unit="y")
        figure.citations.add(CitationFactory())
    with django_assert_num_queries(4):
        client.get("/stories/")
    with django_assert_num_queries(9):
        client.get("/stories/story-0/")
