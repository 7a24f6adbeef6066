"""Organisations: anything with a profile."""

from typing import ClassVar

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from clusters.choices import OrganisationKind, OrganisationStatus, Side
from clusters.models.reference import Country, Region, Sector
from clusters.models.sources import Citation
from clusters.querysets import OrganisationQuerySet


def short_name(name: str, aliases: list[str]) -> str:
    """The shortest one-word alias ("CEAGA"), else the name: a second long name is no abbreviation."""
    words = [alias for alias in aliases if " " not in alias]
    return min([*words, name], key=len)


class SearchText(models.Func):
    """SQL `search_text(name, aliases, ...)`: the folded text that a search looks through."""

    function = "search_text"
    output_field = models.TextField()


class OrganisationManager(models.Manager.from_queryset(OrganisationQuerySet)):  # type: ignore[misc]  # built at run time
    def get_by_natural_key(self, slug: str) -> "Organisation":
        return self.get(slug=slug)


@pghistory.track(exclude=["folded"])
class Organisation(models.Model):
    """Anything with a profile. `side` is stored with its reason, never computed from membership today."""

    slug = models.SlugField(_("short name in addresses"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=200)
    aliases = ArrayField(
        models.CharField(max_length=150), verbose_name=_("other names"), default=list, blank=True
    )
    kind = models.CharField(_("kind"), max_length=30, choices=OrganisationKind)
    printed_kind = models.CharField(_("kind, as printed"), max_length=150, blank=True)
    side = models.CharField(_("side"), max_length=5, choices=Side)
    side_reason = models.CharField(_("reason for the side"), max_length=300, blank=True)
    countries = models.ManyToManyField(
        Country, related_name="organisations", blank=True, verbose_name=_("countries")
    )
    region = models.ForeignKey(
        Region,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="organisations",
        verbose_name=_("region"),
    )
    sectors = models.ManyToManyField(
        Sector,
        through="clusters.SectorFocus",
        related_name="organisations",
        verbose_name=_("sectors"),
    )
    aim_en = models.TextField(_("aim (English)"), max_length=1500, blank=True)
    aim_es = models.TextField(_("aim (Spanish)"), max_length=1500, blank=True)
    description_en = models.TextField(_("description (English)"), max_length=6000, blank=True)
    description_es = models.TextField(_("description (Spanish)"), max_length=6000, blank=True)
    website = models.CharField(_("website"), max_length=300, blank=True)
    contact_mailbox = models.EmailField(
        _("shared mailbox"),
        blank=True,
        help_text=_("A role address of the organisation, not a person's."),
    )
    languages = ArrayField(
        models.CharField(max_length=5),
        verbose_name=_("working languages"),
        default=list,
        blank=True,
    )
    time_zone = models.CharField(_("time zone"), max_length=63, blank=True)
    is_public_body = models.BooleanField(_("public body"), null=True, blank=True)
    member_count = models.PositiveIntegerField(_("members"), null=True, blank=True)
    employee_count = models.PositiveIntegerField(_("employees"), null=True, blank=True)
    status = models.CharField(
        _("status"), max_length=10, choices=OrganisationStatus, default=OrganisationStatus.DRAFT
    )
    is_demo = models.BooleanField(_("invented, demo data"), default=False)
    note = models.TextField(_("note for readers"), blank=True)
    citations = models.ManyToManyField(
        Citation, blank=True, related_name="organisations", verbose_name=_("citations")
    )
    checked_on = models.DateField(_("facts checked on"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)
    folded = models.GeneratedField(
        expression=SearchText(
            "name", "aliases", "aim_en", "aim_es", "description_en", "description_es"
        ),
        output_field=models.TextField(),
        db_persist=True,
    )

    objects = OrganisationManager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering: ClassVar[list[str]] = ["name"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["status", "side", "name"], name="organisation_listed_by_side"),
            models.Index(fields=["-created_at"], name="organisation_newest"),
            GinIndex(fields=["aliases"], name="organisation_aliases"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(status__in=OrganisationStatus.values), name="organisation_status_known"
            ),
            models.CheckConstraint(
                condition=Q(side__in=Side.values), name="organisation_side_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str]:
        return (self.slug,)

    def get_absolute_url(self) -> str:
        return reverse("profile", args=[self.slug])

    @property
    def short_name(self) -> str:
        """An acronym among the aliases, else the name."""
        return short_name(self.name, self.aliases)

    @property
    def aim(self) -> str:
        return self._in_language("aim")

    @property
    def description(self) -> str:
        return self._in_language("description")

    def _in_language(self, field: str) -> str:
        """The text in the reader's language; where that is missing, the other one."""
        mine, other = ("es", "en") if (get_language() or "en").startswith("es") else ("en", "es")
        return str(getattr(self, f"{field}_{mine}") or getattr(self, f"{field}_{other}"))
