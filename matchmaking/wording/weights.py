"""What a wish is worth, in words."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from matchmaking.adapters.weights import WeightParts
from matchmaking.models import MeetingRequest


def worth_text(request: MeetingRequest, parts: WeightParts) -> str:
    """What a wish is worth and where the points come from."""
    return _("%(total)s: %(parts)s.") % {
        "total": points(parts.total),
        "parts": parts_text(request, parts),
    }


def parts_text(request: MeetingRequest, parts: WeightParts) -> str:
    """Where the points of a wish come from; the parts add up to them."""
    score = (
        _("%(points)d for a score that is not known")
        if parts.known_score is None
        else _("%(points)d from the score of %(score)d")
    ) % {"points": parts.score, "score": round(parts.known_score or 0)}
    priorities = _("%(points)d from the priorities %(one)d and %(other)d") % {
        "points": parts.priorities,
        "one": request.sender_priority,
        "other": request.receiver_priority,
    }
    texts = [_("1 to begin with"), score, priorities]
    if parts.bonus:
        texts.append(_("%(points)d because both asked") % {"points": parts.bonus})
    return _(", ").join(texts)


def points(n: int) -> str:
    """A number of points."""
    return ngettext("%(n)d point", "%(n)d points", n) % {"n": n}
