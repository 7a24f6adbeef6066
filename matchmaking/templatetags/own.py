"""Words for one's own pages."""

from django import template

from matchmaking.forms.own.profile import suggestable_label

register = template.Library()


@register.filter
def field_label(name: str) -> str:
    """What a field of a suggestion is called."""
    return suggestable_label(name)
