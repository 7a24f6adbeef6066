"""What is kept of every picture that somebody uploads."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from clusters.choices import PictureType


class StoredPicture(models.Model):
    """A picture in the database, so that every machine can serve it.

    `width` and `height` are those of the picture as it is seen; an address ends with `digest`, so that
    a browser may keep the picture as long as it is the same.
    """

    media_type = models.CharField(_("type of file"), max_length=20, choices=PictureType)
    width = models.PositiveIntegerField(_("width"))
    height = models.PositiveIntegerField(_("height"))
    size = models.PositiveIntegerField(_("bytes"))
    digest = models.CharField(_("digest"), max_length=16)
    picture = models.BinaryField(_("picture"))
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        abstract = True
