"""The plain fields of a profile as lines of a page: what is said, by whom, and what is not said."""

from collections import defaultdict
from dataclasses import dataclass

from babel import Locale
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from clusters.models import Citation, Organisation
from clusters.validators import website_link


@dataclass(frozen=True)
class Line:
    """One plain fact. `text` is empty when nobody said it; `link` is set for an address."""

    field: str
    title: Promise
    text: str
    citations: tuple[Citation, ...] = ()
    link: str = ""

    @property
    def is_said(self) -> bool:
        """False means "not said", which is never "no"."""
        return bool(self.text)

    @property
    def is_inferred(self) -> bool:
        """No citation states it."""
        return bool(self.citations) and all(cite.is_inferred for cite in self.citations)


def plain_lines(organisation: Organisation) -> tuple[Line, ...]:
    """The plain facts of a profile, in reading order. Reads prefetched statements and countries."""
    cited = _citations(organisation)

    def line(field: str, title: Promise, text: str, *also: str, link: str = "") -> Line:
        found = [citation for name in (field, *also) for citation in cited.get(name, ())]
        unique = {citation.pk: citation for citation in found}
        return Line(field, title, text, tuple(unique.values()) if text else (), link)

    o = organisation
    return (
        line("aliases", gettext_lazy("Also called"), ", ".join(o.aliases)),
        line("kind", gettext_lazy("Kind"), o.get_kind_display(), "printed_kind"),
        line("region", pgettext_lazy("address", "Home"), home(o), "countries", "home"),
        line("side", gettext_lazy("Side"), _side(o), "side_reason"),
        line("website", gettext_lazy("Website"), o.website, link=website_link(o.website)),
        line("languages", gettext_lazy("Working languages"), language_names(o.languages)),
        line("member_count", gettext_lazy("Members"), _number(o.member_count)),
        line("employee_count", gettext_lazy("Employees"), _number(o.employee_count)),
        line("is_public_body", gettext_lazy("Public body"), _yes_or_no(o.is_public_body)),
    )


def home(organisation: Organisation) -> str:
    """Region and countries: "Basque Country (ES21), Spain"."""
    names = [country.name for country in organisation.countries.all()]
    region = organisation.region
    if region is not None:
        names.insert(0, f"{region.name} ({region.code})")
        if region.country.name not in names:
            names.append(region.country.name)
    return ", ".join(names)


def language_names(codes: list[str]) -> str:
    """Languages by name, in the reader's language; a code without a name stays."""
    reader = (get_language() or "en").replace("-", "_")
    known = Locale.parse(reader).languages
    return ", ".join(str(known.get(code, code)) for code in codes)


def _citations(organisation: Organisation) -> dict[str, list[Citation]]:
    """Citations by field, only of statements that say what the profile shows or are the only ones."""
    found: dict[str, list[Citation]] = defaultdict(list)
    for statement in organisation.statements.all():
        found[statement.field].extend(statement.citations.all())
    return found


def _side(organisation: Organisation) -> str:
    label = organisation.get_side_display()
    if not organisation.side_reason:
        return label
    return _("%(side)s: %(reason)s") % {"side": label, "reason": organisation.side_reason}


def _number(value: int | None) -> str:
    return "" if value is None else f"{value:,}".replace(",", "\u202f")


def _yes_or_no(value: bool | None) -> str:
    if value is None:
        return ""
    return _("yes") if value else _("no")
