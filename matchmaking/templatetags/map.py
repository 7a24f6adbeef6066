"""The map of both sides."""

from typing import Any

from django import template

from matchmaking.mapping import Drawing

register = template.Library()


@register.inclusion_tag("components/map.html")
def map_of(*, drawing: Drawing, label: str, look: str = "") -> dict[str, Any]:
    """One format of the map as inline SVG. `label` says what it shows and where the text is."""
    return {"drawing": drawing, "label": label, "look": look}
