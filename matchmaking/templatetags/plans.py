"""Floor plans: a picture with the tables on it."""

from typing import Any

from django import template

from matchmaking.reads.plans import WIDTH, Drawing

register = template.Library()


@register.inclusion_tag("components/floor_plan.html")
def floor_plan(*, drawing: Drawing, label: str, look: str = "") -> dict[str, Any]:
    """A plan as inline SVG. `label` says what it shows; `look` adds a class ("plan-peek")."""
    return {"drawing": drawing, "label": label, "look": look, "width": WIDTH}


@register.inclusion_tag("components/plan_marks.html")
def plan_marks(*, drawing: Drawing) -> dict[str, Any]:
    """The marks alone, to lie over a picture that is there already."""
    return {"drawing": drawing, "width": WIDTH}
