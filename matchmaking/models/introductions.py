"""Meetings that the organisers suggest to both sides."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest, Least
from django.utils.translation import gettext_lazy as _

from clusters.models import User
from events.models import Event, Registration


class Introduction(models.Model):
    """A pair that the organisers suggested to each other, once. What comes of it is a meeting request."""

    event = models.ForeignKey(
        Event, on_delete=models.CASCADE, related_name="introductions", verbose_name=_("event")
    )
    first = models.ForeignKey(
        Registration, on_delete=models.CASCADE, related_name="+", verbose_name=_("one side")
    )
    second = models.ForeignKey(
        Registration, on_delete=models.CASCADE, related_name="+", verbose_name=_("other side")
    )
    made_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("suggested by")
    )
    made_at = models.DateTimeField(_("suggested"), auto_now_add=True)

    class Meta:
        verbose_name = _("suggested introduction")
        verbose_name_plural = _("suggested introductions")
        ordering: ClassVar[list[str]] = ["-pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                Least("first", "second"),
                Greatest("first", "second"),
                name="introduction_once_per_pair",
            ),
            models.CheckConstraint(
                condition=~Q(first=F("second")), name="introduction_not_to_oneself"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first.organisation} – {self.second.organisation}"
