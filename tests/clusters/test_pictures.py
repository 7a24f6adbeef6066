"""What people may upload as a picture, and what they are told otherwise."""

import pytest
from django.core.exceptions import ValidationError

from clusters.adapters import MOST_BYTES, Picture, read_picture
from tests.pictures import jpeg, png, svg, webp


def refusal(content: bytes) -> str:
    """The code with which a file is refused."""
    with pytest.raises(ValidationError) as error:
        read_picture(content)
    assert str(error.value.messages[0]).endswith((".", "…"))
    return str(error.value.code)


@pytest.mark.parametrize(
    ("content", "picture"),
    [
        (png(), Picture("image/png", 4, 3)),
        (jpeg(), Picture("image/jpeg", 4, 3)),
        (jpeg(turned=1), Picture("image/jpeg", 4, 3)),
        (jpeg(turned=6), Picture("image/jpeg", 3, 4)),
        (jpeg(turned=8, order="<"), Picture("image/jpeg", 3, 4)),
        (webp(b"VP8X"), Picture("image/webp", 4, 3)),
        (webp(b"VP8L"), Picture("image/webp", 4, 3)),
        (webp(b"VP8 "), Picture("image/webp", 4, 3)),
        (svg(), Picture("image/svg+xml", 1000, 750)),
        (svg(size='width="200mm" height="100mm"'), Picture("image/svg+xml", 1000, 500)),
    ],
)
def test_pictures_are_known_by_what_is_in_them(content: bytes, picture: Picture) -> None:
    assert read_picture(content) == picture


def test_a_camera_that_writes_nonsense_about_itself_is_taken_as_upright() -> None:
    content = jpeg(turned=6)
    at = content.index(b"MM")
    broken = content[: at + 4] + b"\xff\xff\xff\xff" + content[at + 8 :]
    assert read_picture(broken) == Picture("image/jpeg", 4, 3)
    other = content.replace(b"\x01\x12\x00\x03", b"\x01\x13\x00\x03")
    assert read_picture(other) == Picture("image/jpeg", 4, 3)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (png() + b"\0" * MOST_BYTES, "too_large"),
        (b"%PDF-1.7", "type"),
        (b"GIF89a", "type"),
        (b"<html><p>plan</p></html>", "type"),
        (png()[:-16], "broken"),
        (png()[:20], "broken"),
        (jpeg()[:-2], "broken"),
        (b"\xff\xd8\xff\xe0\x00\x04ab\xff\xd9", "broken"),
        (webp(b"ANIM"), "broken"),
        (webp()[:-4], "broken"),
        (svg()[:-3], "broken"),
        (svg(size=""), "broken"),
        (b"<x:svg xmlns:x='urn:else' viewBox='0 0 1 1'/>", "broken"),
        (svg().decode().encode("utf-16-le"), "type"),
        (b"<svg " + b"\xff\xfe" * 10, "broken"),
        (png(0, 3), "sides"),
        (png(20, 3), "sides"),
        (jpeg(12_000, 12_000), "sides"),
        (jpeg(9_000, 6_000), "sides"),
        (svg(size='viewBox="0 0 0 10"'), "sides"),
        (svg(size='viewBox="0 0 nan nan"'), "broken"),
        (svg(size='viewBox="0 0 inf inf"'), "broken"),
        (svg(size=f'width="{"9" * 400}" height="{"9" * 400}"'), "broken"),
    ],
)
def test_what_is_no_picture_is_refused_with_its_reason(content: bytes, code: str) -> None:
    assert refusal(content) == code


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        '<rect onload="alert(1)" width="1" height="1"/>',
        "<foreignObject><p>x</p></foreignObject>",
        '<p xmlns="http://www.w3.org/1999/xhtml">x</p>',
        '<a href="javascript:alert(1)"><rect/></a>',
        '<image xlink:href="https://elsewhere.example/a.png"/>',
        '<use href="other.svg#a"/>',
        "<style>@import 'https://elsewhere.example/a.css';</style>",
        '<rect style="fill: url(https://elsewhere.example/a)"/>',
        '<animate attributeName="href" to="x"/>',
        '<set attributeName="onload"/>',
        '<image href="data:image/svg+xml;base64,AAAA"/>',
    ],
)
def test_a_drawing_that_runs_or_loads_something_is_refused(inside: str) -> None:
    assert refusal(svg(inside)) == "unsafe"


def test_entities_and_style_sheets_of_others_are_refused() -> None:
    bomb = b'<!DOCTYPE svg [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]>' + svg("<text>&b;</text>")[21:]
    assert refusal(bomb) == "unsafe"
    assert refusal(b'<?xml-stylesheet href="a.css"?>' + svg()[21:]) == "unsafe"


def test_what_drawing_programs_write_is_taken() -> None:
    inside = (
        '<metadata/><defs><linearGradient id="a"><stop offset="0"/></linearGradient></defs>'
        '<style>.a { fill: url(#a) }</style><use href="#b"/><g id="b"><rect fill="url(#a)"/></g>'
        '<image xlink:href="data:image/png;base64,AAAA"/>'
    )
    plain = b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/g.dtd">'
    assert read_picture(plain + svg(inside)[21:]).width == 1000
