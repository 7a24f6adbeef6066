"""What the sources tell beyond single organisations."""

from typing import ClassVar

import pghistory
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clusters.models.facts import Fact
from clusters.models.organisations import Organisation
from clusters.models.reference import CodeManager, CooperationKind, Country, Sector
from clusters.models.sources import Citation


class Recorded(models.Model):
    """A named record with citations that is not a fact of one organisation."""

    code = models.SlugField(_("code"), max_length=80, unique=True)
    note = models.TextField(_("note"), blank=True)
    citations = models.ManyToManyField(
        Citation, blank=True, related_name="%(class)ss", verbose_name=_("citations")
    )

    class Meta:
        abstract = True

    def natural_key(self) -> tuple[str]:
        return (self.code,)


class Programme(Recorded):
    name = models.CharField(_("name"), max_length=250)
    printed_as = models.CharField(_("as printed"), max_length=250, blank=True)
    meaning = models.TextField(_("what it is"), blank=True)

    objects = CodeManager["Programme"]()

    class Meta:
        verbose_name = _("programme or fund")
        verbose_name_plural = _("programmes and funds")
        ordering: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name


class PolicyInstrument(Recorded):
    name = models.CharField(_("name"), max_length=250)
    parties = models.ManyToManyField(
        Organisation, blank=True, related_name="instruments", verbose_name=_("parties")
    )
    printed_parties = models.CharField(
        _("parties that are not organisations"), max_length=250, blank=True
    )
    year = models.PositiveSmallIntegerField(_("year signed"), null=True, blank=True)
    in_force = models.PositiveSmallIntegerField(_("in force since"), null=True, blank=True)
    updated = models.CharField(_("updated"), max_length=100, blank=True)
    purpose = models.TextField(_("purpose"), blank=True)

    objects = CodeManager["PolicyInstrument"]()

    class Meta:
        verbose_name = _("policy instrument")
        verbose_name_plural = _("policy instruments")
        ordering: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class SuccessStory(Recorded):
    title = models.CharField(_("title"), max_length=250)
    partners = models.ManyToManyField(
        Organisation, related_name="stories", verbose_name=_("partners")
    )
    leads = models.ManyToManyField(
        Organisation, blank=True, related_name="led_stories", verbose_name=_("led by")
    )
    sectors = models.ManyToManyField(Sector, related_name="stories", verbose_name=_("sectors"))
    printed_sector = models.CharField(_("sector, as printed"), max_length=120, blank=True)
    kinds = models.ManyToManyField(
        CooperationKind, related_name="stories", blank=True, verbose_name=_("kinds of cooperation")
    )
    printed_kind = models.CharField(
        _("kind of cooperation, as printed"), max_length=200, blank=True
    )
    context = models.JSONField(_("context, one line each"), default=list, blank=True)
    work = models.TextField(_("what was done, and by whom"), blank=True)
    objective = models.TextField(_("objective"), blank=True)
    policy_support = models.TextField(_("policy support"), blank=True)
    programmes = models.ManyToManyField(
        Programme, blank=True, related_name="stories", verbose_name=_("programmes")
    )
    instruments = models.ManyToManyField(
        PolicyInstrument, blank=True, related_name="stories", verbose_name=_("policy instruments")
    )
    results = models.JSONField(_("results, one line each"), default=list, blank=True)
    dates = models.JSONField(_("dates, as stated"), default=dict, blank=True)
    contact_organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("contact at"),
    )
    contact_role = models.CharField(_("role of the contact then"), max_length=250, blank=True)

    objects = CodeManager["SuccessStory"]()

    class Meta:
        verbose_name = _("success story")
        verbose_name_plural = _("success stories")
        ordering: ClassVar[list[str]] = ["code"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("story", args=[self.code])


class Claim(Recorded):
    text = models.TextField(_("what the source claims"))

    objects = CodeManager["Claim"]()

    class Meta:
        verbose_name = _("claim")
        verbose_name_plural = _("claims")
        ordering: ClassVar[list[str]] = ["code"]

    def __str__(self) -> str:
        return self.text


@pghistory.track()
class Figure(Fact):
    """A number with its unit and what qualifies it; of an organisation, a story, or of neither."""

    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="figures",
        verbose_name=_("about"),
    )
    story = models.ForeignKey(
        SuccessStory,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="figures",
        verbose_name=_("story"),
    )
    label = models.CharField(_("what is counted"), max_length=250)
    value = models.DecimalField(_("value"), max_digits=20, decimal_places=4)
    unit = models.CharField(_("unit"), max_length=200)
    qualifier = models.CharField(_("qualifier"), max_length=60, blank=True)
    printed_as = models.CharField(_("as printed"), max_length=120, blank=True)
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    period = models.CharField(_("period"), max_length=40, blank=True)
    value_eur = models.DecimalField(
        _("value in euro"), max_digits=20, decimal_places=2, null=True, blank=True
    )
    exchange_rate = models.CharField(_("exchange rate of"), max_length=60, blank=True)
    reported_by = models.ForeignKey(
        Organisation,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("reported by"),
    )
    names = models.ManyToManyField(
        Organisation, blank=True, related_name="+", verbose_name=_("names")
    )
    compared_with = models.ManyToManyField(
        Country, blank=True, related_name="+", verbose_name=_("compared with")
    )

    objects = CodeManager["Figure"]()

    class Meta:
        verbose_name = _("figure")
        verbose_name_plural = _("figures")
        ordering: ClassVar[list[str]] = ["code"]

    def __str__(self) -> str:
        return f"{self.label}: {self.value.normalize():f} {self.unit}"


class Contradiction(Recorded):
    """Two statements that do not fit together, or something a reader would miss."""

    what = models.TextField(_("what does not fit"))
    fixture_rule = models.TextField(_("how it is stored"), blank=True)
    outside = models.TextField(_("what another public source says"), blank=True)
    organisations = models.ManyToManyField(
        Organisation,
        blank=True,
        related_name="contradictions",
        verbose_name=_("organisations concerned"),
    )
    is_inferred = models.BooleanField(_("our reading"), default=False)

    objects = CodeManager["Contradiction"]()

    class Meta:
        verbose_name = _("contradiction or gap")
        verbose_name_plural = _("contradictions and gaps")
        ordering: ClassVar[list[str]] = ["code"]

    def __str__(self) -> str:
        return f"{self.code}: {self.what}"
