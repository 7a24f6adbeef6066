"""Pictures of the venue, and where on them the tables stand."""

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clusters.choices import PictureType
from clusters.models import StoredPicture
from events.models.events import Event, Table
from events.querysets import FloorPlanQuerySet


class FloorPlan(StoredPicture):
    """A picture of one floor or hall."""

    event = models.ForeignKey(
        Event, on_delete=models.CASCADE, related_name="floor_plans", verbose_name=_("event")
    )
    name = models.CharField(_("floor or hall"), max_length=60)

    objects = FloorPlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("floor plan")
        verbose_name_plural = _("floor plans")
        ordering: ClassVar[list[str]] = ["event", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["event", "name"], name="floor_plan_name_once"),
            models.CheckConstraint(
                condition=Q(media_type__in=PictureType.values), name="floor_plan_type_known"
            ),
            models.CheckConstraint(
                condition=Q(width__gte=1, height__gte=1), name="floor_plan_has_an_area"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class TableSpot(models.Model):
    """Where a table stands: shares of the picture's width from the left and of its height from the top."""

    table = models.OneToOneField(
        Table, on_delete=models.CASCADE, related_name="spot", verbose_name=_("table")
    )
    plan = models.ForeignKey(
        FloorPlan, on_delete=models.CASCADE, related_name="spots", verbose_name=_("floor plan")
    )
    x = models.FloatField(
        _("from the left"), validators=[MinValueValidator(0), MaxValueValidator(1)]
    )
    y = models.FloatField(
        _("from the top"), validators=[MinValueValidator(0), MaxValueValidator(1)]
    )

    class Meta:
        verbose_name = _("place of a table")
        verbose_name_plural = _("places of tables")
        ordering: ClassVar[list[str]] = ["plan", "table"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(x__gte=0, x__lte=1, y__gte=0, y__lte=1), name="table_spot_on_the_plan"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.table}, {self.plan}"
