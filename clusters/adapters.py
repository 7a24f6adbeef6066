"""Pictures that people upload: the bytes of a file in; what it is and how large it is seen, out.

Nothing is decoded: headings say enough, and what is no whole picture is refused. An SVG is a program of its
own, so only plain drawings are taken; one with scripts or with links to elsewhere is refused, never mended.
"""

import hashlib
import math
import re
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree as ET

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clusters.choices import PictureType

MOST_BYTES = 5 * 1024**2
MOST_SIDE, MOST_PIXELS = 10_000, 50 * 10**6
"""A larger picture takes the memory of browsers and of the printer for nothing, however small its file."""
MOST_RATIO = 5
"""A side is at most this many times the other one."""

PNG, JPEG_START, JPEG_END = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"\xff\xd9"
FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
"""Segments of a JPEG that hold its size."""
ORIENTATION, ON_ITS_SIDE = 0x0112, range(5, 9)
SVG, XHTML = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xhtml}"
DRAWN = frozenset(
    {
        *("svg", "g", "defs", "symbol", "use", "title", "desc", "metadata", "style", "switch", "a"),
        *("path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "image", "marker"),
        *("text", "tspan", "textPath", "linearGradient", "radialGradient", "stop", "pattern"),
        *("clipPath", "mask", "filter", "feGaussianBlur", "feOffset", "feBlend", "feFlood"),
        *("feColorMatrix", "feComposite", "feMerge", "feMergeNode"),
    }
)
"""Elements of SVG that draw; others run, load or move something."""
INSIDE = re.compile(r"#|data:image/(?:png|jpeg|webp);base64,")
LOADS = re.compile(r"@import|url\(\s*[\"']?(?!#|[\"'])|javascript:|expression\(", re.IGNORECASE)
LENGTH = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(?:px|mm|cm|in|pt|pc)?\s*")


@dataclass(frozen=True)
class Picture:
    """What a file holds, and its size as it is seen: in pixels, of an SVG in its own units."""

    media_type: str
    width: int
    height: int


def read_picture(content: bytes) -> Picture:
    """A PNG, JPEG, WebP or plain SVG picture of at most MOST_BYTES.

    Raises ValidationError that says what is wrong and how to mend it (codes empty, too_large, type, broken,
    unsafe, sides).
    """
    if not content:
        raise _error(_("The file is empty. Choose another one."), "empty")
    if len(content) > MOST_BYTES:
        text = _("The picture is larger than %(most)d MB. Save it smaller, then try again.")
        raise _error(text, "too_large", most=MOST_BYTES // 1024**2)
    media_type, measure = _kind(content)
    try:
        width, height = measure(content)
    except (ValueError, IndexError, struct.error) as error:
        text = _("This file is no whole picture. Save it again in your program, then upload it.")
        raise _error(text, "broken") from error
    return Picture(media_type, *_bounded(media_type, width, height))


def stored(content: bytes) -> dict[str, Any]:
    """The fields of a `StoredPicture`. Raises as `read_picture`, for the field `picture`."""
    try:
        found = read_picture(content)
    except ValidationError as error:
        raise ValidationError({"picture": error}) from error
    return {
        "media_type": found.media_type,
        "width": found.width,
        "height": found.height,
        "size": len(content),
        "digest": hashlib.sha256(content).hexdigest()[:16],
        "picture": content,
    }


def _kind(content: bytes) -> tuple[str, Callable[[bytes], tuple[float, float]]]:
    """The type by what the file begins with (its name proves nothing), and what measures it."""
    if content.startswith(PNG):
        return PictureType.PNG, _png
    if content.startswith(JPEG_START):
        return PictureType.JPEG, _jpeg
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return PictureType.WEBP, _webp
    if b"<svg" in content[:4096] or b":svg" in content[:4096]:
        return PictureType.SVG, _svg
    raise _error(_("Choose a picture: PNG, JPEG, WebP or SVG. Export a PDF as PNG first."), "type")


def _bounded(media_type: str, width: float, height: float) -> tuple[int, int]:
    if min(width, height) <= 0:
        raise _error(_("This picture has no area. Save it again in your program."), "sides")
    if max(width, height) > MOST_RATIO * min(width, height):
        text = _("This picture is a strip: one side is more than %(most)d times the other. Cut it.")
        raise _error(text, "sides", most=MOST_RATIO)
    if media_type == PictureType.SVG:  # it has no pixels: what counts is its form
        return 1000, max(1, round(1000 * height / width))
    if max(width, height) > MOST_SIDE:
        text = _("The picture has more than %(most)d pixels on a side. Save it smaller.")
        raise _error(text, "sides", most=MOST_SIDE)
    if width * height > MOST_PIXELS:
        text = _("The picture has more than %(most)d million pixels. Save it smaller.")
        raise _error(text, "sides", most=MOST_PIXELS // 10**6)
    return int(width), int(height)


def _png(content: bytes) -> tuple[float, float]:
    if content[12:16] != b"IHDR" or b"IEND" not in content[-32:]:
        raise ValueError("no first or no last part")
    width, height = struct.unpack(">II", content[16:24])
    return width, height


def _jpeg(content: bytes) -> tuple[float, float]:
    if JPEG_END not in content[-4096:]:
        raise ValueError("no end")
    is_turned = False
    for marker, body in _segments(content):
        if marker == 0xE1 and body.startswith(b"Exif\0\0"):
            is_turned = _orientation(body[6:]) in ON_ITS_SIDE
        elif marker in FRAMES:
            height, width = struct.unpack(">HH", body[1:5])
            return (height, width) if is_turned else (width, height)
    raise ValueError("no size")


def _segments(content: bytes) -> Iterator[tuple[int, bytes]]:
    at = 2
    while at + 4 <= len(content) and content[at] == 0xFF:
        if content[at + 1] == 0xFF:  # a filling byte
            at += 1
            continue
        (length,) = struct.unpack(">H", content[at + 2 : at + 4])
        yield content[at + 1], content[at + 4 : at + 2 + length]
        at += 2 + length


def _orientation(exif: bytes) -> int:
    """How a camera was held: 1 to 8, upright where it does not say."""
    order = "<" if exif[:2] == b"II" else ">"
    try:
        (start,) = struct.unpack(f"{order}I", exif[4:8])
        (count,) = struct.unpack(f"{order}H", exif[start : start + 2])
        for number in range(count):
            at = start + 2 + 12 * number
            tag, _type, _n, value = struct.unpack(f"{order}HHIH", exif[at : at + 10])
            if tag == ORIENTATION:
                return int(value)
    except struct.error:
        return 1
    return 1


def _webp(content: bytes) -> tuple[float, float]:
    (length,) = struct.unpack("<I", content[4:8])
    if length + 8 > len(content):
        raise ValueError("cut off")
    part, body = content[12:16], content[20:]
    if part == b"VP8X":
        return 1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little")
    if part == b"VP8L":
        bits = int.from_bytes(body[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if part == b"VP8 ":
        width, height = struct.unpack("<HH", body[6:10])
        return width & 0x3FFF, height & 0x3FFF
    raise ValueError("no size")


def _svg(content: bytes) -> tuple[float, float]:
    text = content.decode("utf-8-sig")
    if "<!DOCTYPE" in text and "[" in text.partition("<!DOCTYPE")[2].partition(">")[0]:
        raise _unsafe()
    if "<!ENTITY" in text or "<?xml-stylesheet" in text:
        raise _unsafe()
    try:
        root = ET.fromstring(text)  # noqa: S314 - without entities, see above
    except ET.ParseError as error:
        raise ValueError(str(error)) from error
    if root.tag != f"{SVG}svg":
        raise ValueError("no svg")
    for element in root.iter():
        _check_element(element)
    return _svg_size(root)


def _check_element(element: ET.Element) -> None:
    tag = str(element.tag)
    if tag.startswith(XHTML) or (tag.startswith(SVG) and tag.removeprefix(SVG) not in DRAWN):
        raise _unsafe()
    if tag == f"{SVG}style" and LOADS.search("".join(element.itertext())):
        raise _unsafe()
    for name, value in element.attrib.items():
        plain = name.rpartition("}")[2].lower()
        leads_out = plain == "href" and not INSIDE.match(value.strip())
        if plain.startswith("on") or leads_out or LOADS.search(value):
            raise _unsafe()


def _svg_size(root: ET.Element) -> tuple[float, float]:
    box = root.get("viewBox", "").replace(",", " ").split()
    sides = [LENGTH.fullmatch(root.get(name, "")) for name in ("width", "height")]
    given = box[2:] if len(box) == 4 else [side.group(1) for side in sides if side]
    if len(given) != 2 or not all(math.isfinite(float(one)) for one in given):
        raise ValueError("no size")
    return float(given[0]), float(given[1])


def _unsafe() -> ValidationError:
    text = _(
        "This SVG holds scripts, animations or links to elsewhere, which is not taken. Save it as a plain "
        "SVG or as PNG."
    )
    return _error(text, "unsafe")


def _error(text: Promise | str, code: str, **params: Any) -> ValidationError:
    return ValidationError(text, code=code, params=params)  # type: ignore[arg-type]  # a lazy text
