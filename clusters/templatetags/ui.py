# ruff: noqa: A002, PLR0913 - arguments are named as in HTML, and there are many, all by keyword
"""Components of every page.

Each tag takes keyword arguments, so a misspelt one fails when the template is compiled; a value
outside its list fails when it is rendered.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, Protocol

from django import template
from django.core.paginator import Page
from django.forms import BaseForm, BoundField
from django.utils import formats
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from clusters.choices import Side
from clusters.templatetags.drawings import DRAWINGS

register = template.Library()

BUTTON_KINDS = frozenset({"plain", "main", "quiet", "danger"})
BUTTON_SIZES = frozenset({"usual", "small", "tall"})
TONES = frozenset({"plain", "good", "warn", "bad"})
TONE_ICONS = {"plain": "info", "good": "check", "warn": "clock", "bad": "warn"}
STANCES = frozenset({"active", "exploring", "not_now", "not_said"})
HIDDEN = SafeString('aria-hidden="true"')
LABEL_STATES = frozenset({"valid", "renewable", "lapsed", "unknown"})
STAGE_STATES = frozenset({"done", "running", "todo", "stopped"})


def one_of(value: str, allowed: Collection[str], *, what: str) -> str:
    """`value`, or a ValueError that lists what is allowed."""
    if value not in allowed:
        raise ValueError(f"{what} is {value!r}; allowed are {', '.join(sorted(allowed))}")
    return value


# Icons and buttons


@register.simple_tag
@lru_cache(maxsize=1000)  # a page draws dozens of them, nearly all the same
def icon(name: str, *, solid: bool = False, label: str = "") -> SafeString:
    """A drawing in the colour of the text; silent for screen readers unless it has a label."""
    one_of(name, DRAWINGS, what="icon")
    spoken = format_html('role="img" aria-label="{}"', label) if label else HIDDEN
    return format_html(
        '<svg class="icon{}" viewBox="0 0 16 16" width="16" height="16" fill="none" stroke="currentColor" {}>{}</svg>',
        " icon-solid" if solid else "",
        spoken,
        SafeString(DRAWINGS[name]),
    )


_icon = icon  # several tags have a parameter of the same name


def _button_look(kind: str, size: str, *, wide: bool) -> str:
    one_of(kind, BUTTON_KINDS, what="kind of button")
    one_of(size, BUTTON_SIZES, what="size of button")
    names = ["button"]
    names += [f"button-{kind}"] if kind != "plain" else []
    names += [f"button-{size}"] if size != "usual" else []
    names += ["button-wide"] if wide else []
    return " ".join(names)


@register.inclusion_tag("components/button.html")
def button(
    *,
    label: str,
    kind: str = "plain",
    size: str = "usual",
    icon: str = "",
    type: str = "submit",
    name: str = "",
    value: str = "",
    form: str = "",
    about: str = "",
    pressed: bool | None = None,
    disabled: bool = False,
    wide: bool = False,
) -> dict[str, Any]:
    """A button of a form. `about` is read after the label ("Accept: CLAUT"), `form` an id."""
    return {
        "look": _button_look(kind, size, wide=wide),
        "label": label,
        "icon": icon,
        "solid": bool(pressed),
        "type": type,
        "name": name,
        "value": value,
        "form": form,
        "about": about,
        "pressed": pressed,
        "disabled": disabled,
    }


@register.inclusion_tag("components/link_button.html")
def link_button(
    *,
    label: str,
    href: str,
    kind: str = "plain",
    size: str = "usual",
    icon: str = "",
    about: str = "",
    wide: bool = False,
    download: bool = False,
) -> dict[str, Any]:
    """A link that looks like a button: it goes somewhere and changes nothing."""
    look = _button_look(kind, size, wide=wide)
    return {
        "look": look,
        "label": label,
        "href": href,
        "icon": icon,
        "about": about,
        "download": download,
    }


@register.inclusion_tag("components/post_button.html")
def post_button(
    *,
    label: str,
    action: str,
    kind: str = "plain",
    size: str = "usual",
    icon: str = "",
    name: str = "",
    value: str = "",
    about: str = "",
    next: str = "",
    pressed: bool | None = None,
    wide: bool = False,
) -> dict[str, Any]:
    """A form of one button that posts to `action`; `next` is where to go afterwards."""
    return {
        "look": _button_look(kind, size, wide=wide),
        "label": label,
        "action": action,
        "icon": icon,
        "solid": bool(pressed),
        "name": name,
        "value": value,
        "about": about,
        "next": next,
        "pressed": pressed,
    }


@register.inclusion_tag("components/star.html")
def star(*, action: str, about: str, pressed: bool, next: str = "") -> dict[str, Any]:
    """Put an organisation on the shortlist, or take it off."""
    return {"action": action, "about": about, "pressed": pressed, "next": next}


# Forms


@register.simple_tag
def field(field: BoundField) -> SafeString:
    """Label, hint, control and error of one form field."""
    return field.as_field_group()


@register.inclusion_tag("components/error_summary.html")
def error_summary(*, form: BaseForm) -> dict[str, Any]:
    """What is wrong with a posted form, each error a link to its field; takes the focus."""
    rows = [
        (bound.label, bound.id_for_label or bound.auto_id, error)
        for bound in form
        for error in bound.errors
    ]
    total = len(rows) + len(form.non_field_errors())
    title = ngettext("%(n)s thing to mend", "%(n)s things to mend", total) % {"n": total}
    return {"rows": rows, "general": form.non_field_errors(), "title": title, "total": total}


# Messages


@register.simple_block_tag
def notice(content: str, *, tone: str = "plain", icon: str = "", role: str = "") -> SafeString:
    """A sentence or two with an optional action as second element: <p>...</p><a>...</a>."""
    one_of(tone, TONES, what="tone of notice")
    return format_html(
        '<div class="notice{}"{}>{}{}</div>',
        "" if tone == "plain" else f" notice-{tone}",
        format_html(' role="{}"', role) if role else "",
        _icon(icon or TONE_ICONS[tone]),
        content,
    )


@register.simple_block_tag
def empty_state(content: str, *, title: str, level: int = 3) -> SafeString:
    """Nothing here: why, and what to do next."""
    return format_html(
        '<div class="empty"><h{level}>{title}</h{level}>{content}</div>',
        level=level,
        title=title,
        content=content,
    )


# Small statements


@register.simple_tag
def side(side: str, *, text: str = "") -> SafeString:
    """Marker of a side: round left (EU), round right (Mexico), diamond (third country)."""
    known = Side(side)
    return format_html('<span class="side side-{}">{}</span>', known.value, text or known.label)


@register.simple_tag
def state_tag(text: str, *, tone: str = "plain", icon: str = "") -> SafeString:
    """A state in a word."""
    one_of(tone, TONES, what="tone of tag")
    look = "tag" if tone == "plain" else f"tag tag-{tone}"
    return format_html('<span class="{}">{}{}</span>', look, _icon(icon) if icon else "", text)


@register.simple_tag
def demo_mark() -> SafeString:
    """Says that what stands before it is invented."""
    return format_html('<span class="stamp">{}</span>', _("demo data"))


@register.simple_tag
def count(n: int, *, label: str) -> SafeString:
    """A number of things waiting; `label` says of what, for screen readers. Nothing for 0."""
    if not n:
        return SafeString("")
    return format_html(
        '<span class="count">{}<span class="hidden-text"> {}</span></span>',
        formats.number_format(n),
        label,
    )


@register.simple_tag
def label_chip(
    *, level: str, scheme: str = "", state: str = "unknown", until: date | None = None
) -> SafeString:
    """A management label: level, and whether it is valid, lapsed but renewable, or lapsed."""
    one_of(level, {"gold", "silver", "bronze"}, what="level of label")
    one_of(state, LABEL_STATES, what="state of label")
    names = {"gold": _("Gold"), "silver": _("Silver"), "bronze": _("Bronze")}
    text = f"{scheme} {names[level]}" if scheme else names[level]
    metal = format_html('<span class="label-{}">{}</span>', level, text)
    if state == "unknown":
        return metal
    day = formats.date_format(until, pgettext("date format", "M Y")) if until else ""
    year = formats.date_format(until, "Y") if until else ""
    words = {
        "valid": _("valid to %(day)s") % {"day": day} if until else _("valid"),
        "renewable": _("lapsed, renewable to %(day)s") % {"day": day}
        if until
        else _("lapsed, renewable"),
        "lapsed": _("lapsed %(year)s") % {"year": year} if until else _("lapsed"),
    }
    looks = {"valid": "tag-good", "renewable": "tag-warn", "lapsed": "tag-lapsed"}
    return format_html('{} <span class="tag {}">{}</span>', metal, looks[state], words[state])


# Sources


class Cited(Protocol):
    """What a tag reads of a citation; footnotes are expected to be loaded with it."""

    code: str
    section: str
    page: str
    footnote: Any

    @property
    def is_inferred(self) -> bool: ...

    @property
    def is_demo(self) -> bool: ...


@register.simple_tag
def cite(
    *,
    section: str,
    footnote: int | None = None,
    page: str = "",
    inferred: bool = False,
    href: str = "#sources",
) -> SafeString:
    """Where a fact comes from. Stated: solid line; inferred: dashed line and the word."""
    parts = {"section": section, "footnote": footnote, "page": page}
    if footnote:
        place = _("section %(section)s, fn %(footnote)s") % parts
    elif section:
        place = _("section %(section)s") % parts
    else:
        place = _("page %(page)s") % parts if page else _("source")
    text = _("%(place)s, inferred") % {"place": place} if inferred else place
    look = "cite cite-inferred" if inferred else "cite"
    return format_html('<a class="{}" href="{}">{}</a>', look, href, text)


def _citation(item: Cited, href: str) -> SafeString:
    if item.is_demo:
        return demo_mark()
    number = item.footnote.number if item.footnote else None
    return cite(
        section=item.section,
        footnote=number,
        page=item.page,
        inferred=item.is_inferred,
        href=href or f"#cite-{item.code}",
    )


@register.simple_tag
def citations(cites: Iterable[Cited], *, href: str = "") -> SafeString:
    """The citations of one fact. They lead to `href`, or to their line in {% sources %}."""
    return format_html_join(" ", "{}", ((_citation(item, href),) for item in cites))


@register.inclusion_tag("components/sources.html")
def sources(cites: Iterable[Cited]) -> dict[str, Any]:
    """The list of sources at the foot of a page, each citation once, in the report's order."""
    unique = {item.code: item for item in cites if not item.is_demo}

    def order(item: Cited) -> tuple[Any, ...]:
        number = item.footnote.number if item.footnote else 0
        # Sections are of different depth: their parts and the footnote are compared apart.
        return tuple(part.zfill(4) for part in item.section.split(".")), number

    return {"cites": sorted(unique.values(), key=order)}


# Stances


@register.inclusion_tag("components/stance.html")
def stance(
    *, place: str, level: str, cites: Iterable[Cited] = (), href: str = "", demo: bool = False
) -> dict[str, Any]:
    """A stance towards a place as a list item: active, exploring, not_now, or not_said."""
    one_of(level, STANCES, what="stance")
    words = {
        "active": _("active"),
        "exploring": _("exploring"),
        "not_now": _("not now"),
        "not_said": _("not said, which is not “no”"),
    }
    return {
        "place": place,
        "level": level,
        "word": words[level],
        "cites": cites,
        "href": href,
        "demo": demo,
    }


@register.inclusion_tag("components/dispute.html")
def dispute(
    *,
    question: str,
    left: str,
    right: str,
    left_cites: Iterable[Cited] = (),
    right_cites: Iterable[Cited] = (),
    href: str = "",
) -> dict[str, Any]:
    """Two sources that disagree, side by side, neither bigger."""
    return {
        "question": question,
        "href": href,
        "statements": ((left, left_cites), (right, right_cites)),
    }


# Lists, filters, pages


@register.inclusion_tag("components/chip.html")
def chip(*, name: str, value: str, href: str) -> dict[str, str]:
    """An active filter; its link is the page without it."""
    return {"name": name, "value": value, "href": href}


@register.inclusion_tag("components/facet.html")
def facet(
    *, title: str, name: str, options: Iterable[Any], note: str = "", open: bool = True
) -> dict[str, Any]:
    """One facet of a search: options carry value, label, count, selected and (trees) depth."""
    rows = format_html_join("", FACET_ROW, (_facet_row(name, option) for option in options))
    return {"title": title, "rows": rows, "note": note, "open": open}


# Put together as text: the find page has well over a hundred of them.
FACET_ROW = (
    '<label class="facet-row{}{}"><input type="checkbox" id="f-{}-{}" name="{}" value="{}"{}>'
    '<span>{}</span><data value="{}">{}</data></label>'
)


def _facet_row(name: str, option: Any) -> tuple[Any, ...]:
    """What fills one FACET_ROW."""
    return (
        "" if option.count or option.selected else " is-zero",
        f" facet-depth-{option.depth}" if option.depth else "",
        name,
        slugify(option.value),
        name,
        option.value,
        " checked" if option.selected else "",
        option.label,
        str(option.count),
        formats.localize(option.count),
    )


@register.inclusion_tag("components/view_switch.html")
def view_switch(*, label: str, views: Iterable[Any]) -> dict[str, Any]:
    """Links to other views of the same thing: rows of label, href, icon, current."""
    return {"label": label, "views": views}


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context: template.Context, *, page: Page, parameter: str = "page") -> dict[str, Any]:
    """Previous, "51 to 100 of 320", next; keeps the filters of the address."""
    query = context["request"].GET.copy()

    def address(number: int) -> str:
        query[parameter] = str(number)
        return f"?{query.urlencode()}"

    return {
        "page": page,
        "previous": address(page.previous_page_number()) if page.has_previous() else "",
        "next": address(page.next_page_number()) if page.has_next() else "",
        "text": _("%(first)s to %(last)s of %(total)s")
        % {
            "first": formats.number_format(page.start_index()),
            "last": formats.number_format(page.end_index()),
            "total": formats.number_format(page.paginator.count),
        },
    }


# Progress


@register.inclusion_tag("components/stage_line.html")
def stage_line(*, stages: Sequence[tuple[str, str]], current: str) -> dict[str, Any]:
    """Where something stands on its way: (code, label) pairs in order, and the code it is at."""
    codes = [code for code, _label in stages]
    here = codes.index(current)
    step = 98 / max(len(codes) - 1, 1)
    dots = [
        {
            "label": label,
            "x": f"{1 + step * at:.1f}%",
            "state": "gone" if at < here else "here" if at == here else "todo",
        }
        for at, (_code, label) in enumerate(stages)
    ]
    spoken = _("Stage %(at)s of %(all)s: %(label)s") % {
        "at": here + 1,
        "all": len(codes),
        "label": stages[here][1],
    }
    return {"dots": dots, "reached": dots[here]["x"], "spoken": spoken}


@register.inclusion_tag("components/meter.html")
def meter(*, label: str, value: float, maximum: float, text: str = "") -> dict[str, Any]:
    """How much of a limit is used; `text` replaces "6 of 10"."""
    share = min(max(value / maximum, 0.0), 1.0) if maximum else 0.0
    plain = _("%(value)s of %(maximum)s") % {
        "value": formats.number_format(value),
        "maximum": formats.number_format(maximum),
    }
    return {"label": label, "text": text or plain, "width": f"{share * 100:.1f}%"}


@register.inclusion_tag("components/progress_stage.html")
def progress_stage(*, label: str, state: str, text: str = "") -> dict[str, str]:
    """One stage of a long step as a list item: done, running, todo or stopped."""
    return {"label": label, "state": one_of(state, STAGE_STATES, what="stage"), "text": text}
