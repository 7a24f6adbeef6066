"""The map as numbers: projection, land, arcs, names; and the command that makes the land."""

import json
from io import StringIO
from itertools import combinations
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from matchmaking import mapping
from matchmaking.mapping.labels import Box, Wanted, place, text_width

MEMBERS = [
    "AT",
    "BE",
    "BG",
    "HR",
    "CY",
    "CZ",
    "DK",
    "EE",
    "FI",
    "FR",
    "DE",
    "GR",
    "HU",
    "IE",
    "IT",
    "LV",
    "LT",
    "LU",
    "MT",
    "NL",
    "PL",
    "PT",
    "RO",
    "SK",
    "SI",
    "ES",
    "SE",
]
MADRID = mapping.Place("madrid", "Madrid", "eu", 40.4, -3.7)
MONTERREY = mapping.Place("monterrey", "Monterrey", "mx", 25.7, -100.3)
BERN = mapping.Place("bern", "Bern", "third", 46.9, 7.4)
TOKYO = mapping.Place("tokyo", "Tokyo", "third", 35.7, 139.7)


def test_every_member_state_has_land_malta_included() -> None:
    assert set(MEMBERS) <= set(mapping.outline("europe").land["eu"])
    assert mapping.outline("mexico").land["mx"]["MX"]


def test_small_states_beside_big_ones_have_a_dot() -> None:
    third = mapping.outline("europe").land["third"]
    assert {"AD", "LI", "MC", "SM"} <= set(third)


def test_the_centre_of_a_panel_is_its_origin_and_north_is_up() -> None:
    europe = mapping.EUROPE
    assert europe.plane(europe.latitude, europe.longitude) == pytest.approx((0, 0))
    _x, north = europe.plane(60.0, europe.longitude)
    assert north == pytest.approx(-889.6, abs=5)  # 8 degrees of a meridian, up
    east, _y = europe.plane(europe.latitude, 11.0)
    assert east == pytest.approx(68.5, abs=1)  # a degree of longitude at 52 north


@pytest.mark.parametrize("cell", [(0, 0), (-7, 12), (3, -4)])
def test_the_dot_of_a_cell_lies_in_that_cell(cell: tuple[int, int]) -> None:
    assert mapping.EUROPE.cell(*mapping.EUROPE.dot(*cell)) == cell


def test_a_place_off_the_map_has_no_panel() -> None:
    assert mapping.panel_of(TOKYO.latitude, TOKYO.longitude) is None
    assert mapping.panel_of(35.9, 14.4) is mapping.EUROPE  # Malta


ALL_FRAMES = [frame for frames in mapping.ZOOMS.values() for frame in frames]


@pytest.mark.parametrize("frame", ALL_FRAMES)
def test_all_land_lies_inside_the_frame(frame: mapping.Frame) -> None:
    for panel in frame.panels:
        left, top = frame.origin(panel)
        scale = frame.step / panel.step
        for countries in mapping.outline(panel.name).land.values():
            for run in (run for runs in countries.values() for run in runs):
                for column in (run.first, run.last):
                    x, y = panel.dot(run.row, column)
                    assert 0 <= left + x * scale <= frame.width
                    assert 0 <= top + y * scale <= frame.height


def test_a_tie_leads_from_pin_to_pin() -> None:
    drawing = mapping.draw(
        mapping.WIDE, [MADRID, MONTERREY], [mapping.Tie("monterrey", "madrid", is_wish=True)]
    )
    madrid, monterrey = drawing.pins
    (arc,) = drawing.arcs
    assert arc.is_wish
    assert arc.d.startswith(f"M{monterrey.x:g} {monterrey.y:g}Q")
    assert arc.d.endswith(f" {madrid.x:g} {madrid.y:g}")
    (gradient,) = drawing.gradients
    assert arc.gradient == gradient.id
    assert gradient.x1 < gradient.x2
    assert (gradient.start, gradient.end) == ("mx", "eu")


def test_the_upright_map_leads_its_colours_upwards() -> None:
    drawing = mapping.draw(mapping.TALL, [BERN, MONTERREY], [mapping.Tie("monterrey", "bern")])
    (gradient,) = drawing.gradients
    assert gradient.y1 > gradient.y2
    assert (gradient.start, gradient.end) == ("mx", "third")


def test_what_lies_off_the_map_is_left_out_with_its_ties() -> None:
    drawing = mapping.draw(mapping.WIDE, [TOKYO, MONTERREY], [mapping.Tie("monterrey", "tokyo")])
    assert [pin.name for pin in drawing.pins] == ["Monterrey"]
    assert drawing.arcs == ()
    assert drawing.gradients == ()


def test_a_map_of_one_side_leaves_the_other_out_with_its_ties() -> None:
    (europe,) = {frame.panels for frame in mapping.ZOOMS["europe"]}
    assert europe == (mapping.EUROPE,)
    frame = mapping.ZOOMS["europe"][0]
    drawing = mapping.draw(frame, [MADRID, MONTERREY], [mapping.Tie("monterrey", "madrid")])
    assert [pin.name for pin in drawing.pins] == ["Madrid"]
    assert (drawing.arcs, drawing.gradients) == ((), ())
    assert {path.side for path in drawing.land} == {"eu", "third"}


def test_a_pin_that_counts_has_room_for_its_number() -> None:
    many = mapping.Place("mx", "Mexico", "mx", 23.9, -102.5, count=12)
    plain, counting = mapping.draw(mapping.WIDE, [MADRID, many], []).pins
    assert counting.radius > plain.radius
    assert counting.count == 12


@pytest.mark.parametrize("frame", mapping.FRAMES)
def test_names_never_overlap_even_in_a_crowd(frame: mapping.Frame) -> None:
    crowd = [
        mapping.Place(f"p{i}", f"Place number {i}", "eu", 46.0 + i % 5 * 0.9, 2.0 + i // 5 * 1.5)
        for i in range(25)
    ]
    labels = mapping.draw(frame, crowd, []).labels
    assert labels
    assert not [(a.text, b.text) for a, b in combinations(labels, 2) if a.box.meets(b.box)]
    assert all(label.box.left >= 0 and label.box.right <= frame.width for label in labels)


def test_the_heavier_name_chooses_first() -> None:
    window = Box(0, 0, 200, 20)
    wanted = [Wanted("light", 100, 10, 4), Wanted("heavy", 101, 10, 4, weight=1)]
    placed = {label.text: label for label in place(wanted, size=10, window=window)}
    assert placed["heavy"].anchor == "start"
    assert placed["light"].anchor == "end"


def test_a_name_keeps_away_from_lines() -> None:
    window = Box(0, 0, 200, 100)
    line = [(x, 50.0) for x in range(100, 200, 2)]
    (free,) = place([Wanted("name", 100, 50, 4)], size=10, window=window)
    (beside,) = place([Wanted("name", 100, 50, 4)], size=10, window=window, lines=line)
    assert free.anchor == "start"
    assert beside.anchor == "end"


def test_a_name_without_room_is_left_out() -> None:
    assert place([Wanted("long name", 5, 5, 4)], size=10, window=Box(0, 0, 12, 10)) == ()


def test_wide_letters_take_more_room() -> None:
    assert text_width("mm", 10) > text_width("oo", 10) > text_width("ii", 10)


def topology(**change: object) -> dict[str, object]:
    """A square of land in Spain and a speck that is Malta, as TopoJSON."""
    square = [[0, 0], [40, 0], [0, 40], [-40, 0], [0, -40]]
    speck = [[190, -30], [1, 0], [0, 1], [-1, 0], [0, -1]]
    shapes = [
        {"type": "Polygon", "id": "724", "arcs": [[0]], "properties": {"name": "Spain"}},
        {"type": "MultiPolygon", "id": "470", "arcs": [[[1]]], "properties": {"name": "Malta"}},
        {"type": "Polygon", "id": "392", "arcs": [[~0]], "properties": {"name": "Japan"}},
        {"type": "Polygon", "arcs": [[1]], "properties": {"name": "Kosovo"}},
    ]
    return {
        "type": "Topology",
        "transform": {"scale": [0.1, 0.1], "translate": [-5.0, 39.0]},
        "arcs": [square, speck],
        "objects": {"countries": {"geometries": shapes}},
        **change,
    }


def test_the_command_turns_shapes_into_dots(tmp_path: Path) -> None:
    shapes, made = tmp_path / "shapes.json", tmp_path / "outline.json"
    shapes.write_text(json.dumps(topology()))
    call_command("draw_map", str(shapes), to=str(made), stdout=StringIO())
    land = json.loads(made.read_text())["panels"]["europe"]["land"]
    spain = sum(last - first + 1 for _row, first, last in land["eu"]["ES"])
    assert 25 < spain < 45  # 150,000 square km in cells of 3,772
    assert "JP" not in land["eu"]
    assert land["third"]["XK"] or land["eu"]["MT"]


@pytest.mark.parametrize("text", ["not json", "{}"])
def test_a_wrong_file_is_named(tmp_path: Path, text: str) -> None:
    shapes = tmp_path / "shapes.json"
    shapes.write_text(text)
    with pytest.raises(CommandError, match="is not TopoJSON of countries"):
        call_command("draw_map", str(shapes), to=str(tmp_path / "out.json"))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="is not TopoJSON"):
        call_command("draw_map", str(tmp_path / "none.json"))
