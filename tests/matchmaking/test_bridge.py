"""The bridge draws what its sentence says, the same in every language."""

from dataclasses import replace

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.utils import translation

from matchmaking.reads.bridge import Bridge, BridgePart, BridgeSpan

CEAGA = BridgeSpan(
    "CEAGA",
    "eu",
    points=67.2,
    low=56.2,
    high=81.2,
    parts=(
        BridgePart("sector", "sector", 27.9),
        BridgePart("need", "need", 13.3),
        BridgePart("kind", "kind", 8.0),
        BridgePart("record", "record", 3.0),
        BridgePart("practice", "practice", 4.0),
    ),
)
CLAUT = BridgeSpan("CLAUT", "mx", points=77.7, low=75.7, high=80.7)
PAIR = Bridge(CEAGA, CLAUT, score=72.26, low=65.2, high=80.9, coverage=0.75)


def draw(bridge: Bridge = PAIR, size: str = "row") -> str:
    return Template("{% load bridge %}{% bridge pair size=size %}").render(
        Context({"pair": bridge, "size": size})
    )


def test_the_sentence_says_everything_the_drawing_shows() -> None:
    assert (
        'aria-label="CEAGA gains 67 of 100, CLAUT gains 78 of 100; '
        'together 72, could be 65 to 81; 75 % is known"'
    ) in draw()


def test_the_left_span_grows_leftward_from_the_gap() -> None:
    html = draw()
    assert '<rect class="deck-eu" x="43.8%" y="19" width="56.2%" height="8"/>' in html
    assert (
        '<rect class="edge-eu" x="18.8%" y="19" width="25%" height="8" fill="url(#h-eu)"/>' in html
    )
    assert '<line class="notch" x1="32.8%" x2="32.8%" y1="16" y2="30"/>' in html


def test_the_right_span_grows_rightward() -> None:
    html = draw()
    assert '<rect class="deck-mx" x="0%" y="19" width="75.7%" height="8"/>' in html
    assert (
        '<rect class="edge-mx" x="75.7%" y="19" width="5%" height="8" fill="url(#h-mx)"/>' in html
    )


def test_what_is_known_in_full_has_no_hatch() -> None:
    known = replace(PAIR, left=replace(CEAGA, low=67.2, high=67.2))
    assert "edge-eu" not in draw(known)
    assert "edge-mx" in draw(known)


def test_the_figure_is_rounded_half_up_like_on_paper() -> None:
    assert '<text class="fig" x="50%" y="30">67</text>' in draw(replace(PAIR, score=66.5))


def test_the_card_names_both_ends_and_the_range() -> None:
    html = draw(size="card")
    assert "CEAGA gains</span>" in html
    assert "CLAUT gains</span>" in html
    assert "65\N{EN DASH}81</span>" in html


def test_the_page_shows_one_block_a_criterion_that_add_up_to_what_is_known() -> None:
    html = draw(size="page")
    assert html.count('<rect class="deck-eu"') == len(CEAGA.parts)
    assert html.count('<line class="joint"') == len(CEAGA.parts) - 1
    assert '<rect class="deck-eu" x="72.1%" y="44" width="27.9%" height="26"/>' in html
    assert sum(part.points for part in CEAGA.parts) == pytest.approx(CEAGA.low)


def test_labels_of_criteria_never_touch() -> None:
    slivers = tuple(BridgePart(f"c{at}", "practice", 4.0) for at in range(14))
    html = draw(replace(PAIR, left=replace(CEAGA, parts=slivers)), size="page")
    assert html.count('<rect class="deck-eu"') == 14
    assert 2 <= html.count(">practice<") <= 5


def test_lengths_keep_the_point_and_points_get_the_comma_in_spanish() -> None:
    with translation.override("es"):
        html = draw(size="page")
    assert 'width="27.9%"' in html
    assert ">27,9<" in html


def test_names_are_escaped_in_the_sentence_and_below_the_card() -> None:
    html = draw(replace(PAIR, left=replace(CEAGA, name='A"><i>')), size="card")
    assert "<i>" not in html
    assert "A&quot;&gt;&lt;i&gt; gains" in html


def test_an_unknown_size_or_side_is_refused() -> None:
    with pytest.raises(ValueError, match="size of bridge is 'poster'"):
        draw(size="poster")
    with pytest.raises(ValueError, match="side is 'us'"):
        draw(replace(PAIR, left=replace(CEAGA, side="us")))


def test_a_misspelt_argument_fails_when_the_template_is_compiled() -> None:
    with pytest.raises(TemplateSyntaxError, match="unexpected keyword argument 'sise'"):
        Template('{% load bridge %}{% bridge pair sise="row" %}')


def bar(text: str) -> str:
    return Template("{% load bridge %}" + text).render(Context())


def test_a_known_criterion_is_solid_on_the_scale_of_the_largest() -> None:
    html = bar('{% criterion_bar side="mx" points=10 maximum=20 scale=30 %}')
    assert '<rect class="deck-mx" x="0%" width="33.33%"' in html
    assert 'x2="66.67%"' in html
    assert "10.0 <small>/ 20</small>" in html


def test_an_unknown_criterion_is_hatched_with_todays_value_marked() -> None:
    html = bar(
        '{% criterion_bar side="eu" points=9 maximum=20 scale=30 low=0 high=20 mirrored=True %}'
    )
    assert '<rect class="edge-eu" x="33.33%" width="66.67%"' in html
    assert '<line class="notch" x1="70%" x2="70%"' in html


def test_a_partly_known_criterion_is_solid_as_far_as_it_is_known() -> None:
    html = bar('{% criterion_bar side="mx" points=12 maximum=20 scale=20 low=8 high=16 %}')
    assert '<rect class="deck-mx" x="0%" width="40%"' in html
    assert '<rect class="edge-mx" x="40%" width="40%"' in html
    mirrored = bar(
        '{% criterion_bar side="eu" points=12 maximum=20 scale=20 low=8 high=16 mirrored=True %}'
    )
    assert '<rect class="deck-eu" x="60%" width="40%"' in mirrored
    assert '<rect class="edge-eu" x="20%" width="40%"' in mirrored


def test_a_blocked_pair_has_a_reason_instead_of_a_score() -> None:
    html = bar("{% bridge_blocked 'Set aside by you' %}")
    assert "bridge-none" in html
    assert "Set aside by you" in html
