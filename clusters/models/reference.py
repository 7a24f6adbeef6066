"""Reference data that ships with the project: places, sectors, kinds of cooperation."""

from typing import Any, ClassVar, TypeVar

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from clusters.choices import Side

M = TypeVar("M", bound=models.Model)


class CodeManager(models.Manager[M]):
    """Rows named by their `code`, also in fixtures."""

    def get_by_natural_key(self, code: str) -> M:
        return self.get(code=code)


class Named(models.Model):
    """A code with an English and a Spanish name."""

    name_en = models.CharField(_("English name"), max_length=200)
    name_es = models.CharField(_("Spanish name"), max_length=200)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the language of the reader."""
        return self.name_es if (get_language() or "en").startswith("es") else self.name_en


class Country(Named):
    code = models.CharField(_("ISO 3166-1 code"), max_length=2, unique=True)
    default_side = models.CharField(_("default side"), max_length=5, choices=Side)
    is_eu_member = models.BooleanField(_("EU member state today"), default=False)
    languages = ArrayField(
        models.CharField(max_length=5), verbose_name=_("languages"), default=list, blank=True
    )
    time_zone = models.CharField(_("usual time zone"), max_length=63, blank=True)
    latitude = models.FloatField(_("latitude of the label point"), null=True, blank=True)
    longitude = models.FloatField(_("longitude of the label point"), null=True, blank=True)

    objects = CodeManager["Country"]()

    class Meta:
        verbose_name = _("country")
        verbose_name_plural = _("countries")
        ordering: ClassVar[list[str]] = ["name_en"]

    def natural_key(self) -> tuple[str]:
        return (self.code,)


class Region(models.Model):
    """A Mexican state (ISO 3166-2) or a European region (NUTS 2024, levels 1 and 2)."""

    code = models.CharField(_("code"), max_length=8, unique=True)
    name = models.CharField(_("name"), max_length=200)
    country = models.ForeignKey(
        Country, on_delete=models.PROTECT, related_name="regions", verbose_name=_("country")
    )
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("part of"),
    )
    scheme = models.CharField(
        _("scheme"), max_length=10, choices=[("iso3166-2", "ISO 3166-2"), ("nuts", "NUTS 2024")]
    )
    level = models.PositiveSmallIntegerField(_("level"), default=1)
    time_zone = models.CharField(_("time zone"), max_length=63, blank=True)
    latitude = models.FloatField(_("latitude of the label point"), null=True, blank=True)
    longitude = models.FloatField(_("longitude of the label point"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)
    citations = models.ManyToManyField(
        "clusters.Citation", blank=True, related_name="+", verbose_name=_("citations")
    )

    objects = CodeManager["Region"]()

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        ordering: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        refuse_circle(self)

    def natural_key(self) -> tuple[str]:
        return (self.code,)


class Sector(Named):
    """A node of the sector tree: EU industrial ecosystems on top, the report's sectors below."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("part of"),
    )
    is_ecosystem = models.BooleanField(_("EU industrial ecosystem"), default=False)
    is_report_focus = models.BooleanField(_("focus sector of the report"), default=False)
    aliases = ArrayField(
        models.CharField(max_length=100), verbose_name=_("also called"), default=list, blank=True
    )
    nace = ArrayField(
        models.CharField(max_length=8), verbose_name=_("NACE Rev. 2.1"), default=list, blank=True
    )
    scian = ArrayField(
        models.CharField(max_length=8), verbose_name=_("SCIAN"), default=list, blank=True
    )
    crosswalk_inferred = models.BooleanField(_("codes inferred by us"), default=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    note = models.TextField(_("note"), blank=True)
    citations = models.ManyToManyField(
        "clusters.Citation", blank=True, related_name="+", verbose_name=_("citations")
    )

    objects = CodeManager["Sector"]()

    class Meta:
        verbose_name = _("sector")
        verbose_name_plural = _("sectors")
        ordering: ClassVar[list[str]] = ["position", "code"]

    def clean(self) -> None:
        super().clean()
        refuse_circle(self)

    def natural_key(self) -> tuple[str]:
        return (self.code,)


def refuse_circle(row: Region | Sector) -> None:
    """ValidationError on `parent` if a row would be part of itself, over any number of steps.

    Everything that sums over the tree would run for ever.
    """
    rows: models.QuerySet[Any] = type(row).objects.all()
    above: dict[int | None, int | None] = dict(rows.values_list("pk", "parent_id"))
    codes: dict[int | None, str] = dict(rows.values_list("pk", "code"))
    above[row.pk], codes[row.pk] = row.parent_id, row.code
    trail: list[int | None] = [row.pk]
    while (node := above.get(trail[-1])) is not None:
        trail.append(node)
        if node in trail[:-1]:
            told = " > ".join(codes[pk] for pk in trail)
            text = _("This would be part of itself: %(loop)s. Choose another one.")
            raise ValidationError({"parent": text % {"loop": told}})


class CooperationKind(Named):
    code = models.SlugField(_("code"), max_length=40, unique=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects = CodeManager["CooperationKind"]()

    class Meta:
        verbose_name = _("kind of cooperation")
        verbose_name_plural = _("kinds of cooperation")
        ordering: ClassVar[list[str]] = ["position"]

    def natural_key(self) -> tuple[str]:
        return (self.code,)
