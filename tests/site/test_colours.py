"""Both colour schemes are readable: contrast is computed from the tokens, not guessed."""

import re
from pathlib import Path

CSS = Path(__file__).resolve().parents[2] / "matchmaking" / "static" / "css"
TOKENS = CSS / "tokens"


def test_only_the_meaning_floor_knows_two_schemes() -> None:
    knowing = {path.name for path in CSS.rglob("*.css") if "light-dark(" in path.read_text()}
    assert knowing == {"meaning.css"}


def test_components_use_no_raw_value() -> None:
    floors = {path.name for path in CSS.rglob("*.css") if "var(--raw-" in path.read_text()}
    assert floors == {"meaning.css"}


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def scheme(at: int) -> dict[str, str]:
    raw = dict(re.findall(r"(--raw-[\w-]+):\s*(#[0-9a-f]{6})", (TOKENS / "raw.css").read_text()))
    pairs = re.findall(
        r"(--[\w-]+):\s*light-dark\(var\((--raw-[\w-]+)\), var\((--raw-[\w-]+)\)\)",
        (TOKENS / "meaning.css").read_text(),
    )
    return {name: raw[both[at]] for name, *both in pairs if both[at] in raw}


def test_text_reads_at_four_and_a_half_to_one_in_both_schemes() -> None:
    grounds = ["--page", "--surface", "--sunk"]
    inks = ["--text", "--text-soft", "--eu", "--mx", "--third", "--good", "--warn", "--bad"]
    pairs = [(ink, ground) for ink in inks for ground in grounds]
    pairs += [(f"--{tone}", f"--{tone}-wash") for tone in ("good", "warn", "bad")]
    pairs += [("--text", f"--{tone}-wash") for tone in ("good", "warn", "bad", "eu", "mx", "third")]
    for at in (0, 1):
        colours = scheme(at)
        poor = {pair: contrast(*(colours[name] for name in pair)) for pair in pairs}
        assert {pair: ratio for pair, ratio in poor.items() if ratio < 4.5} == {}


def test_edges_of_controls_and_focus_stand_out_three_to_one() -> None:
    for at in (0, 1):
        colours = scheme(at)
        for part in ("--edge", "--focus"):
            for ground in ("--page", "--surface", "--sunk"):
                assert contrast(colours[part], colours[ground]) >= 3, (part, ground, at)
