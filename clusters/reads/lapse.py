"""Whether a management label still counts, and until when it can be renewed."""

import datetime as dt

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy

# A lapsed ECEI label can be renewed within a year (practice of the label's owner, ESCA).
RENEWABLE_DAYS = 365


class LabelState(TextChoices):
    """How a label reads on a day. No date is "not said", which is never "lapsed"."""

    VALID = "valid", pgettext_lazy("label", "valid")
    RENEWABLE = "renewable", pgettext_lazy("label", "lapsed, can be renewed")
    LAPSED = "lapsed", pgettext_lazy("label", "lapsed")
    UNDATED = "unknown", pgettext_lazy("label", "date not said")


def label_state(valid_until: dt.date | None, today: dt.date) -> LabelState:
    """The state of a label that is valid until the end of `valid_until`."""
    if valid_until is None:
        return LabelState.UNDATED
    if valid_until >= today:
        return LabelState.VALID
    return LabelState.RENEWABLE if today <= renewable_until(valid_until) else LabelState.LAPSED


def renewable_until(valid_until: dt.date) -> dt.date:
    """The last day on which a label that ended on `valid_until` can be renewed."""
    return valid_until + dt.timedelta(days=RENEWABLE_DAYS)
