"""Where facts come from: sources, their footnotes, and citations of them."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from clusters.choices import Basis, SourceKind
from clusters.models.reference import CodeManager


class Source(models.Model):
    code = models.SlugField(_("code"), max_length=60, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=SourceKind)
    title = models.CharField(_("title"), max_length=300)
    publisher = models.CharField(_("publisher"), max_length=200, blank=True)
    dated = models.CharField(
        _("dated"), max_length=120, blank=True, help_text=_("As the source says it.")
    )
    url = models.CharField(_("address, as text"), max_length=500, blank=True)
    note = models.TextField(_("note"), blank=True)

    objects = CodeManager["Source"]()

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering: ClassVar[list[str]] = ["code"]

    def __str__(self) -> str:
        return self.title

    def natural_key(self) -> tuple[str]:
        return (self.code,)


class FootnoteManager(models.Manager["Footnote"]):
    def get_by_natural_key(self, source: str, number: int) -> "Footnote":
        return self.get(source__code=source, number=number)


class Footnote(models.Model):
    """A numbered footnote of a source. Its address is text as printed, and is never fetched."""

    source = models.ForeignKey(
        Source, on_delete=models.CASCADE, related_name="footnotes", verbose_name=_("source")
    )
    number = models.PositiveSmallIntegerField(_("number"))
    section = models.CharField(_("section"), max_length=20)
    url = models.CharField(_("address, as printed"), max_length=500, blank=True)
    note = models.TextField(_("note"), blank=True)
    same_as = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="repeated_by",
        verbose_name=_("same as"),
    )
    warning = models.TextField(_("warning"), blank=True)

    objects = FootnoteManager()

    class Meta:
        verbose_name = _("footnote")
        verbose_name_plural = _("footnotes")
        ordering: ClassVar[list[str]] = ["source", "number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["source", "number"], name="footnote_number_unique")
        ]

    def __str__(self) -> str:
        return f"{self.source.code} fn {self.number}"

    def natural_key(self) -> tuple[str, int]:
        return (self.source.code, self.number)

    natural_key.dependencies = ["clusters.source"]  # type: ignore[attr-defined]  # Django's own protocol


class Citation(models.Model):
    """A place in a source, and whether it states the fact or we inferred the fact from it."""

    code = models.CharField(_("code"), max_length=80, unique=True)
    source = models.ForeignKey(
        Source, on_delete=models.PROTECT, related_name="citations", verbose_name=_("source")
    )
    section = models.CharField(_("section"), max_length=20, blank=True)
    footnote = models.ForeignKey(
        Footnote,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="citations",
        verbose_name=_("footnote"),
    )
    page = models.CharField(_("page"), max_length=20, blank=True)
    cited_on = models.DateField(_("cited on"), null=True, blank=True)
    basis = models.CharField(_("basis"), max_length=8, choices=Basis, default=Basis.STATED)
    note = models.TextField(_("note"), blank=True)

    objects = CodeManager["Citation"]()

    class Meta:
        verbose_name = _("citation")
        verbose_name_plural = _("citations")
        ordering: ClassVar[list[str]] = ["source", "section", "footnote__number", "basis"]

    def __str__(self) -> str:
        return self.code

    def natural_key(self) -> tuple[str]:
        return (self.code,)

    @property
    def is_inferred(self) -> bool:
        return self.basis == Basis.INFERRED

    @property
    def is_demo(self) -> bool:
        return self.source.kind == SourceKind.DEMO
