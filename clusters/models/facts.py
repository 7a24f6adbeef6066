"""Facts about organisations. Every fact carries citations; two facts may contradict each other."""

import uuid
from typing import ClassVar

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clusters.choices import (
    Basis,
    Direction,
    LabelLevel,
    LabelScheme,
    RelationKind,
    SourceKind,
    Stance,
    TargetScope,
)
from clusters.models.organisations import Organisation
from clusters.models.reference import CodeManager, CooperationKind, Country, Region, Sector
from clusters.models.sources import Citation


def _kept() -> tuple[pghistory.RowEvent, ...]:
    """Removals are kept too, so that a profile can be read as it was on an earlier day.

    One set for each model: pghistory binds what it is given.
    """
    return pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent()


def new_code() -> str:
    """A name for a fact that nobody named: unique, stable, usable in exchange files."""
    return uuid.uuid4().hex


class Fact(models.Model):
    """What somebody says about an organisation, when, and where it stands."""

    code = models.CharField(
        _("code"), max_length=120, unique=True, default=new_code, editable=False
    )
    stated_on = models.DateField(_("date of the statement"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)
    citations = models.ManyToManyField(
        Citation, blank=True, related_name="%(class)s_facts", verbose_name=_("citations")
    )
    created_at = models.DateTimeField(_("recorded"), auto_now_add=True)

    class Meta:
        abstract = True

    def natural_key(self) -> tuple[str]:
        return (self.code,)

    @property
    def is_inferred(self) -> bool:
        """True when no citation states it: shown apart, never like a stated fact."""
        cited = list(self.citations.all())
        return bool(cited) and all(c.basis == Basis.INFERRED for c in cited)

    @property
    def is_demo(self) -> bool:
        return any(c.source.kind == SourceKind.DEMO for c in self.citations.all())


@pghistory.track(*_kept())
class SectorFocus(Fact):
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.CASCADE,
        related_name="sector_foci",
        verbose_name=_("organisation"),
    )
    sector = models.ForeignKey(
        Sector, on_delete=models.PROTECT, related_name="foci", verbose_name=_("sector")
    )
    is_main = models.BooleanField(_("main sector"), default=False)

    objects = CodeManager["SectorFocus"]()

    class Meta:
        verbose_name = _("sector focus")
        verbose_name_plural = _("sector foci")
        ordering: ClassVar[list[str]] = ["-is_main", "sector__position", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["organisation", "sector"], name="sector_focus_once")
        ]

    def __str__(self) -> str:
        return f"{self.organisation} · {self.sector}"


@pghistory.track(*_kept())
class InternationalTarget(Fact):
    """A public stance towards a country, a region or the EU member states. No record means "not said"."""

    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.CASCADE,
        related_name="targets",
        verbose_name=_("organisation"),
    )
    stance = models.CharField(_("stance"), max_length=10, choices=Stance)
    scope = models.CharField(_("scope"), max_length=8, choices=TargetScope)
    country = models.ForeignKey(
        Country,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="targeted_by",
        verbose_name=_("country"),
    )
    region = models.ForeignKey(
        Region,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="targeted_by",
        verbose_name=_("region"),
    )
    sector = models.ForeignKey(
        Sector,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("only in the sector"),
    )
    is_own_statement = models.BooleanField(
        _("stated by the organisation itself"),
        default=False,
        help_text=_("Only such a “not now” sets a pair aside."),
    )

    objects = CodeManager["InternationalTarget"]()

    class Meta:
        verbose_name = _("internationalisation target")
        verbose_name_plural = _("internationalisation targets")
        ordering: ClassVar[list[str]] = ["scope", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=(
                    Q(scope=TargetScope.COUNTRY, country__isnull=False, region__isnull=True)
                    | Q(scope=TargetScope.REGION, country__isnull=True, region__isnull=False)
                    | Q(scope=TargetScope.EU, country__isnull=True, region__isnull=True)
                ),
                name="target_place_fits_scope",
            ),
            models.CheckConstraint(
                condition=Q(stance__in=Stance.values), name="target_stance_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} → {self.place} ({self.get_stance_display()})"

    @property
    def place(self) -> str:
        """The name of what is targeted, in the reader's language."""
        return str(self.country or self.region or _("EU member states"))


@pghistory.track(*_kept())
class CooperationInterest(Fact):
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.CASCADE,
        related_name="interests",
        verbose_name=_("organisation"),
    )
    kind = models.ForeignKey(
        CooperationKind,
        on_delete=models.PROTECT,
        related_name="interests",
        verbose_name=_("kind of cooperation"),
    )
    direction = models.CharField(_("direction"), max_length=6, choices=Direction)
    sector = models.ForeignKey(
        Sector,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("only in the sector"),
    )
    description = models.CharField(_("in own words"), max_length=300, blank=True)

    objects = CodeManager["CooperationInterest"]()

    class Meta:
        verbose_name = _("cooperation interest")
        verbose_name_plural = _("cooperation interests")
        ordering: ClassVar[list[str]] = ["kind__position", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["organisation", "kind", "sector"],
                nulls_distinct=False,
                name="interest_once",
            ),
            models.CheckConstraint(
                condition=Q(direction__in=Direction.values), name="interest_direction_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.get_direction_display()} {self.kind}"


@pghistory.track(*_kept())
class Label(Fact):
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.CASCADE,
        related_name="labels",
        verbose_name=_("organisation"),
    )
    scheme = models.CharField(
        _("scheme"), max_length=10, choices=LabelScheme, default=LabelScheme.ECEI
    )
    level = models.CharField(_("level"), max_length=6, choices=LabelLevel)
    awarded_on = models.DateField(_("awarded"), null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)

    objects = CodeManager["Label"]()

    class Meta:
        verbose_name = _("label")
        verbose_name_plural = _("labels")
        ordering: ClassVar[list[str]] = ["-valid_until", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(awarded_on__isnull=True)
                | Q(valid_until__isnull=True)
                | Q(valid_until__gte=models.F("awarded_on")),
                name="label_ends_after_award",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_level_display()} ({self.organisation})"


@pghistory.track(*_kept())
class Relation(Fact):
    """Organisation to organisation, or to a country where the source names only that. Never blocks a pair."""

    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.CASCADE,
        related_name="relations",
        verbose_name=_("organisation"),
    )
    kind = models.CharField(_("kind"), max_length=20, choices=RelationKind)
    other = models.ForeignKey(
        Organisation,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="relations_to",
        verbose_name=_("other organisation"),
    )
    country = models.ForeignKey(
        Country,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("country"),
    )
    sector = models.ForeignKey(
        Sector,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("sector"),
    )
    cooperation = models.ForeignKey(
        CooperationKind,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("kind of cooperation"),
    )
    since = models.CharField(_("since"), max_length=40, blank=True)
    is_confirmed = models.BooleanField(_("confirmed by the other side"), default=True)

    objects = CodeManager["Relation"]()

    class Meta:
        verbose_name = _("relation")
        verbose_name_plural = _("relations")
        ordering: ClassVar[list[str]] = ["kind", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(other__isnull=False, country__isnull=True)
                | Q(other__isnull=True, country__isnull=False),
                name="relation_to_organisation_or_country",
            ),
            models.CheckConstraint(
                condition=~Q(organisation=models.F("other")), name="relation_not_to_itself"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.get_kind_display()} {self.other or self.country}"


@pghistory.track()
class FieldStatement(Fact):
    """The cited value of a plain field. The column on the organisation is the chosen one."""

    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.CASCADE,
        related_name="statements",
        verbose_name=_("organisation"),
    )
    field = models.CharField(_("field"), max_length=40)
    value = models.TextField(_("value"))

    objects = CodeManager["FieldStatement"]()

    class Meta:
        verbose_name = _("cited field")
        verbose_name_plural = _("cited fields")
        ordering: ClassVar[list[str]] = ["field", "pk"]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.field} = {self.value}"
