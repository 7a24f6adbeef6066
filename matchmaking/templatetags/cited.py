"""Citations that lead to the page about the data, where every source and footnote has its line."""

from collections.abc import Iterable
from decimal import Decimal

from django import template
from django.urls import reverse
from django.utils import formats
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from clusters.choices import SourceKind
from clusters.models import Citation, Footnote, Source
from clusters.templatetags.ui import cite, demo_mark

register = template.Library()


@register.simple_tag
def footnote_anchor(footnote: Footnote) -> str:
    """Name of a footnote's line on that page."""
    return _anchor(footnote.source, footnote)


@register.filter
def amount(value: Decimal) -> str:
    """A number as people write it in the reader's language, without idle zeros: "4,600", "0.5"."""
    return formats.number_format(value.normalize(), use_l10n=True, force_grouping=True)


@register.simple_tag
def cited(cites: Iterable[Citation]) -> SafeString:
    """The citations of one fact, each leading to its footnote or source."""
    return format_html_join(" ", "{}", ((_one(item),) for item in cites))


def _one(item: Citation) -> SafeString:
    if item.is_demo:
        return demo_mark()
    number = item.footnote.number if item.footnote else None
    return cite(
        section=item.section,
        footnote=number,
        page=item.page,
        inferred=item.is_inferred,
        href=f"{reverse('about_data')}#{_anchor(item.source, item.footnote)}",
    )


def _anchor(source: Source, footnote: Footnote | None) -> str:
    """Name of a line: "fn-29" for the report, with the source in front for others."""
    if footnote is None:
        return f"source-{source.code}"
    is_report = source.kind == SourceKind.REPORT
    return f"fn-{footnote.number}" if is_report else f"{source.code}-fn-{footnote.number}"
