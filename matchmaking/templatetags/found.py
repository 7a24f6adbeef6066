"""Words that were searched for, marked where they stand."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from clusters.reads.spelling import pieces

register = template.Library()


@register.filter
def hits(text: str, wanted: str) -> SafeString:
    """The text with `<mark>` around each word of `wanted`; accents and case do not matter."""
    parts = [
        (format_html("<mark>{}</mark>", part) if is_hit else part,)
        for part, is_hit in pieces(text, wanted)
    ]
    return format_html_join("", "{}", parts)
