"""Finding partners: search, facets that count right, orders, views and the file."""

import csv
import io
import re
from html import unescape

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext

from clusters.models import Organisation, User
from clusters.reads.spelling import pieces, where_found
from events.models import Event
from matchmaking.actions import exclude_organisation
from matchmaking.filters import PartnerFilter
from matchmaking.reads.exports import safe_cell
from matchmaking.reads.find import FindPage, find_page
from tests.cast import (
    CitationFactory,
    OrganisationFactory,
    RegionFactory,
    RegistrationFactory,
    RepresentativeFactory,
    SectorFactory,
    SectorFocusFactory,
    TargetFactory,
    UserFactory,
)
from tests.site.api_callers import signed_in

PATH = "/find/"


def page_of(client: Client, query: str = "") -> str:
    answer = client.get(f"{PATH}?{query}")
    assert answer.status_code == 200
    return unescape(re.sub(r"\s+", " ", answer.content.decode()))


def names(html: str) -> list[str]:
    """Names of the rows, without the marks of what was searched for."""
    linked = re.findall(r'class="row-name"><a [^>]*>(.+?)</a>', html)
    return [name.replace("<mark>", "").replace("</mark>", "") for name in linked]


def found(query: str, own: Organisation | None = None) -> FindPage:
    return find_page(QueryDict(query), own=own, per_page=500)


def slugs(page: FindPage) -> list[str]:
    return [row.organisation.slug for row in page.rows]


# -- search


@pytest.mark.parametrize("words", ["nuevo leon", "NUEVO LEÓN", "león clus", "  leon  nuevo "])
def test_accents_case_and_order_do_not_matter(words: str, nuevo_leon: Organisation) -> None:
    assert slugs(found(f"q={words}")) == ["nuevo-leon-cluster"]


def test_a_page_of_words_is_no_page_of_conditions(nuevo_leon: Organisation) -> None:
    assert slugs(found("q=leon leon leon")) == ["nuevo-leon-cluster"]
    sizes = []
    for count in (10, 400):
        with CaptureQueriesContext(connection) as queries:
            slugs(found("q=" + "+".join(f"word{n}" for n in range(count))))
        sizes.append(max(len(query["sql"]) for query in queries.captured_queries))
    assert sizes[0] == sizes[1]


def test_a_sector_finds_its_organisations_in_both_languages(galician: Organisation) -> None:
    SectorFocusFactory(
        organisation=galician, sector=SectorFactory(code="energy", name_es="Energía")
    )
    assert slugs(found("q=energia")) == slugs(found("q=energy")) == ["galician-cluster"]


def test_a_typo_meets_a_suggestion_that_finds(
    galician: Organisation, nuevo_leon: Organisation, client: Client
) -> None:
    html = page_of(client, "f=1&q=Galizian+clustr")
    assert names(html) == []
    assert "Did you mean “Galician cluster”?" in html
    (href,) = re.findall(r'href="/find/\?([^"]+)">Search for that instead', html)
    assert names(page_of(client, href)) == ["Galician cluster"]
    assert "Did you mean" not in page_of(client, "f=1&q=zzzzqqqq"), "no guess without likeness"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("automotve", "Automotive"),
        ("galizian automotriz", "Galician automotriz"),
        ("energia", None),
    ],
)
def test_a_misspelt_word_is_mended_alone(
    typed: str, meant: str | None, galician: Organisation
) -> None:
    automotive = SectorFactory(code="automotive", name_en="Automotive", name_es="Automotriz")
    SectorFocusFactory(organisation=galician, sector=automotive)
    suggestion = found(f"q={typed}").suggestion
    assert (suggestion.text if suggestion else None) == meant
    if suggestion is not None:
        assert slugs(found(suggestion.href.partition("?")[2])) == ["galician-cluster"]


# -- facets


FACETS = ("side", "sector", "country", "region", "kind", "target", "seeks", "offers", "label", "more")  # fmt: skip


@pytest.mark.parametrize("also", ["", "side=mx", "kind=cluster&side=eu", "q=cluster"])
@pytest.mark.parametrize("own", ["", "ceaga", "claut"])
def test_a_facet_counts_what_its_filter_then_finds(report: None, also: str, own: str) -> None:
    """Each box of each facet, ticked alone: the number beside it is the number found.

    The own organisation is in neither. The page asks its index, the API and saved searches the database:
    they find the same.
    """
    reader = Organisation.objects.filter(slug=own).first()
    set_already = {part.partition("=")[0] for part in also.split("&")}
    seen = 0
    for facet in found(f"f=1&{also}", reader).facets:
        if facet.name in set_already:
            continue
        for option in facet.options:
            query = f"f=1&{also}&{facet.name}={option.value}"
            page = found(query, reader)
            found_at = set(slugs(page))
            assert len(found_at) == page.total
            listed = Organisation.objects.listed()
            asked = PartnerFilter(QueryDict(query), queryset=listed, own=reader).qs
            assert found_at == set(asked.values_list("slug", flat=True)) - {own}, option
            assert option.count == page.total, option
            seen += 1
    assert seen > 15


def test_a_ticked_facet_still_counts_its_other_boxes(report: None) -> None:
    def side(query: str) -> dict[str, int]:
        (facet,) = (f for f in found(query).facets if f.name == "side")
        return {option.value: option.count for option in facet.options}

    assert side("f=1") == side("side=mx") == side("side=mx&side=eu")


def test_a_sector_holds_everything_below_it(galician: Organisation) -> None:
    mobility = SectorFactory(code="mobility")
    below = SectorFactory(code="automotive", parent=mobility)
    SectorFocusFactory(organisation=galician, sector=below)
    assert slugs(found("sector=mobility")) == ["galician-cluster"]
    (facet,) = (f for f in found("f=1").facets if f.name == "sector")
    assert [(o.value, o.count, o.depth) for o in facet.options] == [
        ("mobility", 1, 0), ("automotive", 1, 1),
    ]  # fmt: skip


@pytest.mark.parametrize("name", [*FACETS[:-1], "event"])
def test_an_unknown_code_finds_nothing_and_can_be_removed(
    name: str, galician: Organisation, client: Client
) -> None:
    html = page_of(client, f"{name}=unheard-of")
    assert "No organisation fits all of this" in html
    assert "unheard-of" in html
    (chip,) = found(f"{name}=unheard-of").chips
    assert names(page_of(client, chip.href.partition("?")[2])) == ["Galician cluster"]


@pytest.mark.parametrize(
    "query",
    ["sector=%00", "q=%00", "side=" + "x" * 61, "page=many", "page=-1", "sort=%3Cb%3E", "view=moon",
     "q=" + "word+" * 40, "more=%00", "q=%25_%27%22%5C"],
)  # fmt: skip
def test_nonsense_in_the_address_is_no_error(query: str, galician: Organisation, ana: User) -> None:
    for client in (Client(), signed_in(ana)):
        page_of(client, query)


def test_chips_name_each_filter_and_leave_one_by_one(report: None) -> None:
    page = found("side=mx&kind=cluster&q=auto")
    assert [(chip.name, chip.value) for chip in page.chips] == [
        ("Search", "auto"), ("Side", "Mexican side"), ("Kind", "Cluster organisation"),
    ]  # fmt: skip
    for chip, gone in zip(page.chips, ("q=", "side=", "kind="), strict=True):
        assert gone not in chip.href
        assert chip.href.count("=") == 3, "the two others and the mark of a chosen filter"
    assert [c.value for c in found("kind=cluster&kind=company&kind=university").chips] == [
        "3 chosen"
    ]


def test_who_was_accepted_is_found_by_event(
    event: Event, galician: Organisation, nuevo_leon: Organisation
) -> None:
    RegistrationFactory(event=event, organisation=galician)
    RegistrationFactory(event=event, organisation=nuevo_leon, status="applied")
    assert slugs(found(f"event={event.slug}")) == ["galician-cluster"]
    (facet,) = (f for f in found("f=1").facets if f.name == "event")
    assert [(o.value, o.count) for o in facet.options] == [(event.slug, 1)]


def test_who_comes_to_an_event_that_is_a_draft_is_not_found(
    event: Event, galician: Organisation, client: Client
) -> None:
    RegistrationFactory(event=event, organisation=galician)
    Event.objects.filter(pk=event.pk).update(status="draft")
    assert names(page_of(client, f"event={event.slug}")) == []
    answer = client.get(f"/api/v1/organisations/?event={event.slug}")
    assert answer.json()["results"] == []


def test_open_to_my_country(galician: Organisation, nuevo_leon: Organisation) -> None:
    assert slugs(found("more=open", galician)) == []
    TargetFactory(organisation=nuevo_leon, country__code="ES")
    assert slugs(found("more=open", galician)) == ["nuevo-leon-cluster"]
    assert "open" not in {
        o.value for f in found("f=1").facets if f.name == "more" for o in f.options
    }


# -- orders and views


def test_a_first_visit_shows_the_other_side(ana: User, carla: User) -> None:
    assert names(page_of(signed_in(ana))) == ["Nuevo León cluster"]
    assert names(page_of(signed_in(carla))) == ["Galician cluster"]
    assert names(page_of(signed_in(ana), "f=1")) == ["Nuevo León cluster"], "never oneself"
    assert len(names(page_of(Client()))) == 2


@pytest.fixture
def three(galician: Organisation) -> list[Organisation]:
    """Three Mexican partners; each gives or gains something else."""
    rows = [OrganisationFactory(name=name, side="mx") for name in ("Óscar", "Nora", "Zoe")]
    SectorFocusFactory(organisation=galician)
    SectorFocusFactory(organisation=rows[0])
    TargetFactory(organisation=rows[1], country__code="ES")
    return rows


def test_orders(three: list[Organisation], galician: Organisation) -> None:
    def order(sort: str) -> list[str]:
        return [row.organisation.name for row in found(f"side=mx&sort={sort}", galician).rows]

    assert order("name") == ["Nora", "Óscar", "Zoe"], "Ó stands with O"
    assert order("new") == ["Zoe", "Nora", "Óscar"]
    assert order("nonsense") == order("score")
    for sort in ("score", "own", "theirs"):
        rows = found(f"side=mx&sort={sort}", galician).rows
        attribute = {"score": "score", "own": "own_points", "theirs": "their_points"}[sort]
        values = [int(getattr(row, attribute)) for row in rows]
        assert values == sorted(values, reverse=True)
    assert [c.value for c in found("f=1").sorts] == ["name", "new"], "visitors have no score"


def test_the_order_is_that_of_the_scores_on_the_report(report: None) -> None:
    ceaga = Organisation.objects.get(slug="ceaga")
    rows = [row for row in found("side=mx", ceaga).rows if row.bridge]
    # Equals of the arrays may differ in the sixteenth digit when each is scored by itself.
    scores = [round(row.bridge.score, 6) for row in rows if row.bridge]
    assert len(scores) > 15
    assert scores == sorted(scores, reverse=True)


def test_a_row_says_what_tells_its_partner_from_the_others(
    three: list[Organisation], galician: Organisation
) -> None:
    """What Ana's own cluster did or left out would be the same in every row: it comes last."""
    oscar, nora, zoe = three
    shared = galician.sector_foci.get().sector
    mexico = TargetFactory(organisation=galician, country__code="MX").country
    for partner in three:
        partner.countries.add(mexico)
    rows = {row.organisation: row for row in found("side=mx", galician).rows}
    before, _own, _after = rows[oscar].why.partition("Galician cluster targets")
    assert shared.name_en in before
    assert rows[nora].why.startswith("Nora targets Spain.")
    assert rows[zoe].why.endswith("each day. Galician cluster targets Mexico.")
    for partner, row in rows.items():
        assert partner.name in row.unknown, "what the partner has not said, never what one has not"


def test_set_aside_pairs_come_last_with_a_way_back(
    three: list[Organisation], galician: Organisation, ana: User
) -> None:
    first = found("side=mx", galician).rows[0].organisation
    exclude_organisation(galician, other=first, reason="partner", until=None, actor=ana)
    last = found("side=mx", galician).rows[-1]
    assert (last.organisation, last.score, last.can_lift) == (first, "", True)
    assert last.blocked == "Set aside by you: already a partner."


@pytest.mark.parametrize("view", ["list", "map", "table"])
def test_each_view_shows_everybody_found(view: str, report: None, client: Client) -> None:
    html = page_of(client, f"view={view}&side=mx")
    page = found("side=mx")
    assert page.total_text in html
    if view == "map":
        assert html.count('<svg class="map ') == 3, "a format for each window"
        counts = re.findall(r'<td class="n">(\d+)</td>', html)
        map_ = find_page(QueryDict("view=map&side=mx"), own=None).map
        assert map_ is not None
        assert sum(map(int, counts)) + map_.unplaced == page.total
    else:
        shown = names(html) if view == "list" else re.findall(r'scope="row"><a [^>]+>([^<]+)', html)
        assert len(shown) == min(page.total, 25)


@pytest.mark.parametrize(
    ("zoom", "drawn"),
    [("", {"eu", "mx"}), ("europe", {"eu"}), ("mexico", {"mx"}), ("moon", {"eu", "mx"})],
)
def test_the_map_goes_near_and_its_table_stays_whole(
    zoom: str, drawn: set[str], report: None
) -> None:
    page = found(f"f=1&view=map&zoom={zoom}")
    assert page.map is not None
    assert {pin.side for pin in page.map.drawings[0].pins} - {"third"} == drawn
    assert {line.side for line in page.map.lines} >= {"eu", "mx"}
    (current,) = (one for one in page.map.zooms if one.current)
    assert current.value == (zoom if zoom != "moon" else "")
    assert len({one.href for one in page.map.zooms}) == 3


@pytest.mark.parametrize("view", ["list", "map", "table"])
def test_more_rows_need_no_more_queries(view: str, galician: Organisation, ana: User) -> None:
    client = signed_in(ana)

    def queries() -> int:
        page_of(client, f"f=1&view={view}")  # the market is read once for each change of the data
        with CaptureQueriesContext(connection) as seen:
            page_of(client, f"f=1&view={view}")
        return len(seen)

    counts = []
    for number in range(25):
        partner = OrganisationFactory(name=f"Partner {number:02}", side="mx")
        SectorFocusFactory(organisation=partner)
        TargetFactory(organisation=partner, country__code="ES")
        if number in (0, 2, 24):
            counts.append(queries())
    assert len(set(counts)) == 1, counts
    assert counts[0] <= 12


# -- the file


def lines(client: Client, query: str = "") -> list[dict[str, str]]:
    answer = client.get(f"/find/partners.csv?{query}")
    assert answer.status_code == 200
    assert answer["Content-Disposition"] == 'attachment; filename="puente-partners.csv"'
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]  # it streams
    return list(csv.DictReader(io.StringIO(text)))


def test_the_file_holds_what_the_page_shows_in_its_order(
    three: list[Organisation], galician: Organisation, ana: User
) -> None:
    page = found("side=mx&sort=own", galician)
    rows = lines(signed_in(ana), "side=mx&sort=own")
    assert [row["Short name in addresses"] for row in rows] == slugs(page)
    assert [row["You gain"] for row in rows] == [row.own_points for row in page.rows]
    assert [row["Both"] for row in rows] == [row.score for row in page.rows]


def test_the_file_names_its_sources(galician: Organisation, carla: User) -> None:
    galician.citations.add(CitationFactory(code="4.1:29"))
    SectorFocusFactory(organisation=galician).citations.add(CitationFactory(code="4.2:30"))
    (row,) = lines(signed_in(carla), "side=eu")
    assert row["Sources"] == "4.1:29 4.2:30"


@pytest.mark.parametrize("evil", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_is_a_formula(evil: str, galician: Organisation, carla: User) -> None:
    assert safe_cell(evil) == f"'{evil}"
    Organisation.objects.filter(pk=galician.pk).update(name=evil)
    (row,) = lines(signed_in(carla), "side=eu")
    assert row["Organisation"].startswith("'")


def test_the_file_is_for_people_who_have_signed_in(galician: Organisation) -> None:
    answer = Client().get("/find/partners.csv")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")


def test_somebody_who_acts_for_nobody_sees_the_list_without_scores(
    galician: Organisation, clara: User
) -> None:
    html = page_of(signed_in(clara))
    assert names(html) == ["Galician cluster"]
    assert "row-score" not in html
    (row,) = lines(signed_in(clara))
    assert row["Both"] == ""


def test_a_draft_sees_others_without_scores_and_is_not_found(
    galician: Organisation, nuevo_leon: Organisation
) -> None:
    user = UserFactory(name="Dina")
    draft = OrganisationFactory(name="Draft", status="draft")
    RepresentativeFactory(organisation=draft, user=user)
    html = page_of(signed_in(user), "f=1")
    assert sorted(names(html)) == ["Galician cluster", "Nuevo León cluster"]
    assert "Draft is not listed yet" in html
    assert "row-score" not in html
    assert "Draft" not in names(page_of(Client()))


# -- hits


def test_hits_are_marked_and_a_hit_outside_the_name_is_shown(
    galician: Organisation, ana: User
) -> None:
    OrganisationFactory(
        name="Clúster Querétaro <b>", slug="queretaro", side="mx", aim_en=f"{'Many words before it. ' * 5}We test Moulds.",
    )  # fmt: skip
    client = signed_in(ana)
    html = client.get("/find/?q=queretaro&f=1").content.decode()
    assert "Clúster <mark>Querétaro</mark> &lt;b&gt;" in html
    html = client.get("/find/?q=cluster+moulds&f=1").content.decode()
    assert "<mark>Clúster</mark> Querétaro" in html
    assert "We test <mark>Moulds</mark>." in html
    table = client.get("/find/?q=cluster+moulds&f=1&view=table").content.decode()
    assert "<mark>Clúster</mark> Querétaro" in table
    assert "We test <mark>Moulds</mark>." in table


def test_a_place_that_was_searched_for_is_marked_on_the_map_s_table(
    galician: Organisation, client: Client
) -> None:
    galician.region = RegionFactory(code="ES11", name="Galicia", latitude=42.8, longitude=-7.9)
    galician.aim_en = "We work in Galicia."
    galician.save()
    html = client.get("/find/?q=galicia&f=1&view=map").content.decode()
    assert "<mark>Galicia</mark>" in html


def test_pieces_of_a_text() -> None:
    assert pieces("Straße und Stra", "strasse") == (("Straße", True), (" und Stra", False))
    assert pieces("aa", "") == (("aa", False),)
    assert pieces("", "a") == ()
    assert where_found("food moulds", "Food cluster", ["Cars", "Moulds"]) == "Moulds"
    assert where_found("food", "Food cluster", ["Food"]) == ""
