"""The picture an organisation is recognised by."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clusters.choices import PictureType
from clusters.models.organisations import Organisation
from clusters.models.pictures import StoredPicture
from clusters.querysets import LogoQuerySet


class Logo(StoredPicture):
    """The logo of an organisation; at most one."""

    organisation = models.OneToOneField(
        Organisation,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="logo",
        verbose_name=_("organisation"),
    )
    objects = LogoQuerySet.as_manager()

    class Meta:
        verbose_name = _("logo")
        verbose_name_plural = _("logos")
        ordering: ClassVar[list[str]] = ["organisation"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(media_type__in=PictureType.values), name="logo_type_known"
            ),
            models.CheckConstraint(
                condition=Q(width__gte=1, height__gte=1), name="logo_has_an_area"
            ),
        ]

    def __str__(self) -> str:
        return str(self.organisation)

    def get_absolute_url(self) -> str:
        """Where the picture is; another address as soon as it is another picture."""
        return f"{reverse('logo', args=[self.organisation.slug])}?v={self.digest}"
