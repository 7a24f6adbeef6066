"""Each criterion: what it says with nothing known, without effect, and with an exact effect."""

import datetime as dt
import math

import pytest

from matchmaking.scoring import KindWish, Label, LabelState, SectorFocus
from matchmaking.scoring.context import context_of
from matchmaking.scoring.criteria import PART_FUNCTIONS
from matchmaking.scoring.criteria.fields import strengths
from matchmaking.scoring.criteria.practice import common_hours
from matchmaking.scoring.findings import Finding
from tests.engines.scoring.builders import (
    aims_at,
    look,
    market,
    mexico,
    offers,
    seeks,
    spain,
    tied_to,
    together,
    works_in,
)


def value_of(finding: Finding) -> float:
    """A value that is known."""
    assert finding.value is not None
    return finding.value


def said(finding) -> str:
    return finding.evidence[0].code


# -- sector


def test_the_same_single_sector_is_worth_everything_and_cites_both():
    found = look("sector", market(spain(foci=works_in("energy")), mexico(foci=works_in("energy"))))
    assert math.isclose(value_of(found), 1.0)
    assert said(found) == "sector.shared"
    assert found.evidence[0].params["sectors"] == ("energy",)
    assert found.evidence[0].citations == ("cites energy",)


def test_unrelated_sectors_are_worth_nothing_which_is_not_unknown():
    found = look("sector", market(spain(foci=works_in("energy")), mexico(foci=works_in("health"))))
    assert (found.value, said(found)) == (0.0, "sector.none")


@pytest.mark.parametrize(
    ("who", "ours", "theirs"), [("ana", (), ("energy",)), ("carla", ("energy",), ())]
)
def test_without_a_field_the_sector_is_unknown_and_it_says_of_whom(who, ours, theirs):
    found = look("sector", market(spain(foci=works_in(*ours)), mexico(foci=works_in(*theirs))))
    assert (found.value, said(found)) == (None, "sector.unknown")
    assert found.evidence[0].params["who"] == who


def test_a_near_field_counts_by_lin_similarity_and_cosine():
    found = market(spain(foci=works_in("automotive")), mexico(foci=works_in("auto-parts")))
    context = context_of(found)
    auto, parts, both = (context.information(s) for s in ("automotive", "auto-parts", "mobility"))
    assert math.isclose(auto, -math.log(2.5 / 3))
    assert math.isclose(parts, -math.log(1.5 / 3))
    lin = 2 * auto / (auto + parts)
    cosine = (auto * auto + both * both) / (
        math.hypot(auto, both) * math.sqrt(auto**2 + both**2 + parts**2)
    )
    near = look("sector", found)
    assert math.isclose(value_of(near), 0.5 * lin + 0.5 * cosine)
    assert said(near) == "sector.near"
    assert near.evidence[0].params["own"] == "automotive"
    assert near.evidence[0].citations == ("cites automotive", "cites auto-parts")


def test_siblings_are_as_alike_as_what_they_share_says():
    found = market(
        spain(foci=works_in("logistics")),
        mexico(foci=works_in("automotive")),
        spain("beto", foci=works_in("health")),
    )
    context = context_of(found)
    expected = context.information("mobility") / (
        (context.information("logistics") + context.information("automotive")) / 2
    )
    assert math.isclose(context.likeness("logistics", "automotive"), expected)
    assert context.likeness("automotive", "logistics") == context.likeness(
        "logistics", "automotive"
    )
    assert context.likeness("health", "logistics") == 0.0


def test_a_rare_shared_field_counts_more_than_a_common_one():
    crowd = [spain(f"crowd{i}", foci=works_in("energy")) for i in range(20)]
    found = market(
        spain(foci=works_in("energy", "health")),
        mexico("broad", foci=works_in("energy", "mobility")),
        mexico("special", foci=works_in("health", "mobility")),
        *crowd,
    )
    assert value_of(look("sector", found, b="special")) > value_of(look("sector", found, b="broad"))


def test_few_records_make_a_weak_focus_and_a_stated_one_is_sure():
    once = spain(foci=(SectorFocus(sector="energy", weight=1.0, observed=True),))
    often = spain(foci=(SectorFocus(sector="energy", weight=18.0, observed=True),))
    assert strengths(once) == {"energy": 1 / 3}
    assert strengths(often) == {"energy": 0.9}
    assert strengths(spain(foci=works_in("energy"))) == {"energy": 1.0}
    assert strengths(spain()) == {}


# -- target


def test_wants_and_wanted_are_two_views_of_one_stance():
    found = market(spain(targets=(aims_at("MX"),)), mexico())
    assert look("target.wants", found).value == 1.0
    assert look("target.wanted", found, a="carla", b="ana").value == 1.0
    assert look("target.wanted", found).value is None
    reason = look("target.wants", found).evidence[0]
    assert reason.code == "target.active"
    assert reason.params["who"] == "ana"
    assert reason.citations == ("cites MX",)


def test_silence_about_a_place_is_unknown_whatever_else_was_said():
    found = market(spain(targets=(aims_at("BR"),)), mexico())
    unknown = look("target.wants", found)
    assert unknown.value is None
    assert unknown.evidence[0].params == {"who": "ana", "whom": "carla", "country": "MX"}


def test_a_place_without_a_country_is_asked_without_one():
    found = market(spain(), mexico(countries=()))
    assert look("target.wants", found).evidence[0].params["country"] == ""


@pytest.mark.parametrize(
    ("targets", "value"),
    [
        ((aims_at("MX", "exploring"),), 0.6),
        ((aims_at("MX", "not_now"),), 0.0),
        ((aims_at("MX-NLE", "exploring"), aims_at("MX", "active")), 0.6),
        ((aims_at("latam", "active"), aims_at("MX", "exploring")), 0.6),
        ((aims_at("MX", "exploring"), aims_at("MX", "active")), 1.0),
        ((aims_at("MX", "exploring", sector="health"), aims_at("MX", "active")), 1.0),
        ((aims_at("MX", "exploring", sector="mobility"), aims_at("MX", "active")), 0.6),
        ((aims_at("latam", "active"),), 1.0),
    ],
)
def test_the_narrowest_target_that_reaches_the_other_speaks(targets, value):
    other = mexico(regions=("MX-NLE",), blocs=("latam",), foci=works_in("auto-parts"))
    assert look("target.wants", market(spain(targets=targets), other)).value == value


def test_a_target_for_one_sector_says_nothing_to_another():
    found = market(
        spain(targets=(aims_at("MX", sector="health"),)), mexico(foci=works_in("energy"))
    )
    assert look("target.wants", found).value is None


@pytest.mark.parametrize(
    ("other", "value"),
    [
        ({"side": "eu", "countries": ("GB",)}, 1.0),
        ({"side": "third", "countries": ("FR",)}, 1.0),
        ({"side": "third", "countries": ("CH",)}, None),
    ],
)
def test_an_eu_wide_target_reaches_members_and_what_is_recorded_as_eu(other, value):
    found = market(mexico(targets=(aims_at(),)), spain("beto", **other))
    assert look("target.wants", found, a="carla", b="beto").value == value


# -- need


def test_need_is_the_share_of_sought_kinds_that_are_offered():
    found = market(
        spain(interests=(seeks("joint_rd"), seeks("supply"), seeks("training"))),
        mexico(interests=(offers("joint_rd"), offers("supply"), offers("policy"))),
    )
    gets = look("need.gets", found)
    assert math.isclose(value_of(gets), 2 / 3)
    assert gets.evidence[0].params["kinds"] == ("joint_rd", "supply")
    gives = look("need.gives", found, a="carla", b="ana")
    assert math.isclose(value_of(gives), 2 / 3)


def test_an_offer_in_another_sector_meets_a_need_only_by_likeness():
    found = market(
        spain(interests=(seeks("supply", "automotive"),)),
        mexico("same", interests=(offers("supply", "automotive"),)),
        mexico("any", interests=(offers("supply"),)),
        mexico("other", interests=(offers("supply", "health"),)),
    )
    assert look("need.gets", found, b="same").value == 1.0
    assert look("need.gets", found, b="any").value == 1.0
    assert look("need.gets", found, b="other").value == 0.0
    assert said(look("need.gets", found, b="other")) == "need.gets.none"


def test_need_stays_unknown_when_one_of_the_two_said_nothing():
    found = market(spain(interests=(seeks("supply"),)), mexico(interests=(seeks("supply"),)))
    unknown = look("need.gets", found)
    assert (unknown.value, unknown.evidence[0].params["who"]) == (None, "carla")
    assert look("need.gives", found).evidence[0].params["who"] == "ana"


def test_a_kind_that_nobody_offers_is_a_known_zero():
    found = market(spain(interests=(seeks("supply"),)), mexico(interests=(offers("training"),)))
    assert (look("need.gets", found).value, said(look("need.gets", found))) == (
        0.0,
        "need.gets.none",
    )


# -- kind


def test_a_stated_wish_decides_the_kind():
    found = market(
        spain(wishes=(KindWish(kind="cluster"),)),
        mexico("cluster", kind="cluster"),
        mexico("firm", kind="company"),
        mexico("blank"),
    )
    assert look("kind", found, b="cluster").value == 1.0
    assert (look("kind", found, b="firm").value, said(look("kind", found, b="firm"))) == (
        0.0,
        "kind.not_wished",
    )
    assert look("kind", found, b="blank").value is None


def test_without_a_wish_the_kinds_that_worked_together_count():
    profiles = [
        spain(kind="university", foci=works_in("energy")),
        mexico(kind="university"),
        mexico("firm", kind="company"),
    ]
    found = market(*profiles, activities=(together("ana", "carla", sectors=("energy",)),))
    base, other = 2 / 3, 1 / 3
    share = (2 + 3 * base) / (2 + 3)  # each of the two universities has the other
    usual = look("kind", found)
    assert math.isclose(value_of(usual), share / (share + base))
    assert (usual.evidence[0].params["among"], usual.evidence[0].params["count"]) == (2, 2)
    rare = (0 + 3 * other) / (2 + 3)
    assert math.isclose(value_of(look("kind", found, b="firm")), rare / (rare + other))
    assert said(look("kind", found, b="firm")) == "kind.unusual"
    assert look("kind", found, b="firm").evidence[0].params["among"] == 0


def test_kinds_are_unknown_without_a_record_or_a_kind():
    found = market(spain(kind="cluster"), mexico(kind="cluster"), spain("beto"))
    assert said(look("kind", found)) == "kind.no_record"
    assert look("kind", found, a="beto").evidence[0].params["who"] == "beto"


def test_relations_count_for_kinds_when_both_kinds_are_known():
    found = market(
        spain(kind="cluster", relations=(tied_to("carla", sectors=("energy",)), tied_to("blank"))),
        mexico(kind="company"),
        mexico("blank"),
    )
    assert context_of(found).kind_count("energy", "cluster") == 1
    assert said(look("kind", found)) == "kind.usual"


# -- record


def test_nothing_on_record_is_unknown_in_all_three_parts():
    found = market(spain(), mexico())
    for part in ("record.repeat", "record.side", "record.track"):
        assert (look(part, found).value, said(look(part, found))) == (None, "record.unknown")


def test_relations_without_activities_leave_only_the_activities_open():
    found = market(spain(), mexico(relations=(tied_to("beto"),)), spain("beto"))
    assert said(look("record.repeat", found)) == "record.no_repeat"
    track = look("record.track", found)
    assert (track.value, said(track)) == (None, "record.track_unknown")


def test_a_common_story_is_a_repeat_and_counts_for_side_country_and_track():
    story = together("ana", "carla", sectors=("energy",), citations=("story 1",))
    found = market(spain(foci=works_in("energy")), mexico(), activities=(story,))
    assert look("record.repeat", found).value == 1.0
    assert look("record.repeat", found).evidence[0].citations == ("story 1",)
    assert math.isclose(value_of(look("record.side", found)), 1 / 3)
    assert said(look("record.side", found)) == "record.country"
    assert math.isclose(value_of(look("record.track", found)), math.log(2) / math.log(6))


def test_what_two_did_in_confidence_counts_between_them_and_nowhere_else():
    secret = together("ana", "carla", sectors=("energy",), is_confidential=True)
    energy = works_in("energy")
    people = (spain(kind="cluster", foci=energy), mexico(kind="company", foci=energy))
    found = market(*people, spain("beto", kind="cluster", foci=energy), activities=(secret,))
    silent = market(*people, spain("beto", kind="cluster", foci=energy))
    assert (
        look("record.repeat", found).value
        == look("record.repeat", found, "carla", "ana").value
        == 1
    )
    assert look("record.repeat", found, a="beto").value is None
    for a, b in (("beto", "carla"), ("carla", "beto"), ("beto", "ana"), ("ana", "beto")):
        for part in PART_FUNCTIONS:
            assert look(part, found, a, b) == look(part, silent, a, b), part
    for part in ("record.side", "record.track", "circle", "kind"):
        assert look(part, found) == look(part, silent)


def test_one_record_does_not_beat_ten():
    stories = tuple(together("ten", f"x{i}", sectors=("energy",)) for i in range(10))
    found = market(
        spain(foci=works_in("energy")),
        mexico("ten"),
        mexico("one"),
        spain("x0"),
        activities=(*stories, together("one", "x0", sectors=("energy",))),
    )
    assert look("record.track", found, b="ten").value == 1.0
    assert look("record.track", found, b="one").value == math.log(2) / math.log(11)


def test_a_record_with_others_only_is_a_known_zero_for_this_side():
    found = market(
        spain(foci=works_in("energy")),
        mexico(),
        mexico("beto"),
        activities=(together("carla", "beto", sectors=("health",)),),
    )
    assert (look("record.side", found).value, said(look("record.side", found))) == (
        0.0,
        "record.no_side",
    )
    assert said(look("record.track", found)) == "record.no_track"
    assert (look("record.repeat", found).value, said(look("record.repeat", found))) == (
        0.0,
        "record.no_repeat",
    )


def test_without_fields_of_its_own_everything_counts():
    found = market(spain(), mexico(), spain("beto"), activities=(together("carla", "beto"),))
    assert math.isclose(value_of(look("record.track", found)), math.log(2) / math.log(6))
    assert math.isclose(value_of(look("record.side", found)), 1 / 3)


def test_a_tie_to_a_country_without_a_name_counts_for_that_country_and_side():
    found = market(
        mexico(relations=(tied_to(country="DE", citations=("fn 7",), stated=False),)),
        spain("german", countries=("DE",)),
        spain("french", countries=("FR",)),
    )
    german = look("record.side", found, a="german")
    assert math.isclose(value_of(german), 1 / 3)
    assert german.evidence[0].citations == ("fn 7",)
    assert not german.evidence[0].stated
    french = look("record.side", found, a="french")
    assert math.isclose(value_of(french), 0.7 / 3)
    assert said(french) == "record.side"


def test_a_member_state_nobody_is_from_still_counts_for_the_eu_side():
    found = market(mexico(relations=(tied_to(country="DE"), tied_to(country="JP"))), spain())
    assert context_of(found).side_of("DE") == "eu"
    assert context_of(found).side_of("JP") == ""
    assert math.isclose(value_of(look("record.side", found)), 0.7 / 3)


def test_a_relation_that_both_list_counts_once_and_an_unlisted_one_needs_a_country():
    found = market(
        spain(relations=(tied_to("carla"), tied_to("nobody"), tied_to("ana"))),
        mexico(relations=(tied_to("ana"),)),
    )
    assert context_of(found).ledger("carla").links == 1
    assert context_of(found).ledger("ana").links == 1


def test_unnamed_partners_of_a_story_count_by_country():
    story = together("carla", sectors=("energy",), countries=("ES",))
    found = market(spain(foci=works_in("energy")), mexico(), activities=(story,))
    assert math.isclose(value_of(look("record.side", found)), 1 / 3)


# -- circle


def test_partners_who_work_where_a_needs_lift_the_circle_over_one_half():
    found = market(
        spain(foci=works_in("energy")),
        mexico(relations=(tied_to("beto"),)),
        mexico("beto", foci=works_in("energy")),
        mexico("other", foci=works_in("health")),
    )
    base = 2 / 3
    mean = (1 + 3 * base) / (1 + 3)
    circle = look("circle", found)
    assert math.isclose(value_of(circle), mean / (mean + base))
    assert circle.evidence[0].params["names"] == ("beto",)


def test_partners_in_other_fields_count_less_than_usual():
    found = market(
        spain(foci=works_in("energy")),
        mexico(relations=(tied_to("beto"),)),
        mexico("beto", foci=works_in("health")),
    )
    circle = look("circle", found)
    assert math.isclose(value_of(circle), (3 / 4) / (3 / 4 + 1))
    assert said(circle) == "circle.elsewhere"


def test_a_itself_does_not_count_in_the_circle_of_b():
    found = market(spain(foci=works_in("energy"), relations=(tied_to("carla"),)), mexico())
    assert (look("circle", found).value, said(look("circle", found))) == (None, "circle.unknown")


def test_without_fields_there_is_nothing_a_circle_could_meet():
    assert said(look("circle", market(spain(), mexico()))) == "circle.unknown_fields"


# -- practice


def test_a_common_language_is_found_or_missing_or_unknown():
    found = market(
        spain(languages=("es", "en")),
        mexico(languages=("es",)),
        mexico("french", languages=("fr",)),
        mexico("silent"),
    )
    assert look("practice.language", found).evidence[0].params["languages"] == ("es",)
    assert look("practice.language", found, b="french").value == 0.0
    assert look("practice.language", found, b="silent").evidence[0].params["who"] == "silent"
    assert look("practice.language", found, a="silent", b="ana").value is None


def test_office_hours_in_common_follow_the_date():
    winter, gap = dt.date(2026, 1, 15), dt.date(2026, 3, 15)
    assert common_hours("Europe/Madrid", "America/Monterrey", winter) == 2.0
    assert common_hours("Europe/Madrid", "America/Los_Angeles", winter) == 0.0
    assert common_hours("Europe/Madrid", "America/Los_Angeles", gap) == 1.0
    assert common_hours("Asia/Tokyo", "Pacific/Honolulu", winter) == 4.0
    found = market(
        spain(time_zone="Europe/Madrid"), mexico(time_zone="America/Monterrey"), mexico("silent")
    )
    assert look("practice.hours", found).value == 0.5
    assert look("practice.hours", found, b="silent").evidence[0].params["who"] == "silent"
    assert look("practice.hours", found, a="silent", b="ana").value is None


@pytest.mark.parametrize(
    ("states", "value"),
    [((LabelState.VALID,), 1.0), ((LabelState.RENEWABLE,), 0.5), ((LabelState.LAPSED,), 0.0),
     ((LabelState.LAPSED, LabelState.VALID), 1.0), ((), None)],
)  # fmt: skip
def test_the_best_label_counts(states, value):
    labels = tuple(Label(scheme="ESCA", level="gold", state=state) for state in states)
    assert look("practice.label", market(spain(), mexico(labels=labels))).value == value
