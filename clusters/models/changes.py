"""A log that the database keeps of which profiles changed, so that caches know what to read again."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class ProfileChange(models.Model):
    """Written by triggers (migration 0002) in the transaction of the change itself.

    `organisation_id` is null when a change concerns everybody (sectors, countries, stories). It is no foreign
    key: a deleted organisation is a change too.
    """

    organisation_id = models.BigIntegerField(_("organisation"), null=True)
    at = models.DateTimeField(_("at"), db_default=Now())

    class Meta:
        verbose_name = _("profile change")
        verbose_name_plural = _("profile changes")

    def __str__(self) -> str:
        return f"{self.organisation_id} · {self.at}"
