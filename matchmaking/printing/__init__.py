"""Sets paper: data in, a tagged PDF (PDF/UA-1) out. Plain Python over typst, no Django.

The templates lie in `templates/print/`. Text reaches them as JSON, never as markup, so nothing that
people wrote can be read as a command. Only typst's own fonts are used: Libertinus covers the alphabets of
all EU languages, and a paper looks the same on every machine.
"""

import base64
import functools
import io
import json
from collections.abc import Iterable, Mapping
from html import escape
from pathlib import Path
from typing import Any, Literal

import segno
import typst

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "print"
ACCESSIBLE: Literal["ua-1"] = "ua-1"
PAPERS: Mapping[str, tuple[str, float]] = {"a4": ("a4", 210.0), "letter": ("us-letter", 215.9)}
"""Typst's name of each paper, and its width in millimetres."""


class PaperError(ValueError):
    """Typst could not set a paper; the text is typst's own."""


@functools.cache
def _fonts() -> typst.Fonts:
    """Typst's own fonts, read once a process."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)


def typeset(template: str, data: Mapping[str, Any], *, paper: str) -> bytes:
    """A PDF of a template ("agendas", "tables", "hosts", "badges", "report") filled with `data`.

    `paper`: a key of PAPERS. `data` holds what the template names, at least `title`, `language`, `words`
    and `foot`. Raises PaperError when typst refuses, for example where a picture has no text.
    """
    name, width = PAPERS[paper]
    inputs = {"data": json.dumps({**data, "paper": name, "width": width}, ensure_ascii=False)}
    try:
        pdf = typst.compile(
            TEMPLATES / f"{template}.typ",
            root=TEMPLATES,
            font_paths=_fonts(),
            sys_inputs=inputs,
            pdf_standards=[ACCESSIBLE],
        )
    except typst.TypstError as error:
        raise PaperError(str(error)) from error
    return bytes(pdf)


def code_svg(text: str) -> str:
    """A QR code as SVG (never a micro one, which telephones cannot read)."""
    out = io.BytesIO()
    segno.make_qr(text, error="m").save(out, kind="svg", border=1, xmldecl=False, svgns=True)
    return out.getvalue().decode()


def plan_svg(
    picture: bytes, media_type: str, *, height: int, marks: Iterable[tuple[str, float, float]]
) -> str:
    """A floor plan as one SVG, 1000 units wide: the picture inside it, names of tables on it.

    A picture that cannot be read leaves its place empty; the names stand there all the same, and the rest of
    the paper can be set.
    """
    data = base64.b64encode(picture).decode()
    image = f'<image width="1000" height="{height}" xlink:href="data:{media_type};base64,{data}"/>'
    if not _can_be_set(_svg(height, image)):
        image = ""
    drawn = "".join(
        f'<g transform="translate({x:.1f} {y:.1f})"><circle r="11" fill="#fff" stroke="#000" '
        f'stroke-width="2"/><text y="-16" text-anchor="middle" font-family="Libertinus Serif" '
        f'font-size="24" font-weight="bold" stroke="#fff" stroke-width="5" '
        f'paint-order="stroke">{escape(name)}</text></g>'
        for name, x, y in marks
    )
    return _svg(height, image + drawn)


def _svg(height: int, inside: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'viewBox="0 0 1000 {height}">{inside}</svg>'
    )


def _can_be_set(svg: str) -> bool:
    """Whether typst takes a drawing: one damaged picture would stop a whole paper."""
    source = b'#image(bytes(sys.inputs.svg), format: "svg")'
    try:
        typst.compile(source, font_paths=_fonts(), sys_inputs={"svg": svg})
    except typst.TypstError:
        return False
    return True
