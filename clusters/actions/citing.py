"""How plain fields are checked and cited. Used by the actions only."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clusters.choices import Basis, Role, SourceKind
from clusters.models import Citation, Fact, FieldStatement, Organisation, Source, User
from clusters.policies import role_of
from clusters.validators import FIELD_CHECKS, TEXT_LIMITS, check_fields

PLAIN_FIELDS = frozenset(
    {
        *TEXT_LIMITS,
        *FIELD_CHECKS,
        "aliases",
        "contact_mailbox",
        "employee_count",
        "is_public_body",
        "kind",
        "member_count",
        "region",
        "side",
        "checked_on",
    }
)


def _set_fields(organisation: Organisation, values: Mapping[str, Any]) -> set[str]:
    """Put checked values on the row, unsaved; the names of those that differ. ValidationError by field."""
    unknown = values.keys() - PLAIN_FIELDS - {"countries"}
    if unknown:
        raise ValidationError(
            _("An organisation has no field %(names)s."),
            code="field",
            params={"names": ", ".join(sorted(unknown))},
        )
    plain = {name: _tidy(value) for name, value in values.items() if name != "countries"}
    check_fields(plain)
    changed = {name for name, value in plain.items() if getattr(organisation, name) != value}
    for name in changed:
        setattr(organisation, name, plain[name])
    _check_row(organisation, set(plain))
    if "countries" in values and _countries_differ(organisation, values["countries"]):
        changed.add("countries")
    return changed


def _tidy(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


def _check_row(organisation: Organisation, names: set[str]) -> None:
    """What the model knows: choices, formats, an address that is free."""
    others = {field.name for field in organisation._meta.fields} - names
    organisation.clean_fields(exclude=others)
    if "slug" in names:
        organisation.validate_unique(exclude=others)


def _countries_differ(organisation: Organisation, countries: Iterable[Any]) -> bool:
    now = set(organisation.countries.values_list("pk", flat=True))
    return now != {country.pk for country in countries}


def _own_citation(organisation: Organisation) -> Citation:
    """Today's word of the organisation itself, as a citation."""
    today = timezone.now().date()
    source, _new = Source.objects.get_or_create(
        code=f"own-{organisation.pk}",
        defaults={"kind": SourceKind.OWNER, "title": organisation.name},
    )
    citation, _new = Citation.objects.get_or_create(
        code=f"own-{organisation.pk}-{today}",
        defaults={"source": source, "cited_on": today, "basis": Basis.STATED},
    )
    return citation


def _speaks_for(user: User, organisation: Organisation) -> bool:
    """Whether a change is the organisation's own word. A curator's never is."""
    return role_of(user, organisation) in {Role.OWNER, Role.EDITOR}


def _source_of_change(
    organisation: Organisation, source: Citation | None, actor: User
) -> Citation | None:
    """The citation given, else the organisation's own word, else none is known."""
    if source is not None:
        return source
    return _own_citation(organisation) if _speaks_for(actor, organisation) else None


def _cite(fact: Fact, citation: Citation | None, *, is_same: bool) -> None:
    """Add a citation to a fact that still says the same; let it replace those of what it said before."""
    if is_same:
        if citation is not None:
            fact.citations.add(citation)
        return
    fact.citations.set([citation] if citation is not None else [])


def _record_statements(
    organisation: Organisation, names: set[str], source: Citation | None, actor: User
) -> None:
    """Keep the cited value of each changed field. What other sources say stays beside it."""
    citation = _source_of_change(organisation, source, actor)
    if citation is None:
        return
    today = timezone.now().date()
    for name in sorted(names - {"checked_on"}):
        rows = FieldStatement.objects.filter(
            organisation=organisation, field=name, citations__source=citation.source
        )
        statement = rows.first() or FieldStatement(organisation=organisation, field=name)
        statement.value = _as_text(organisation, name)
        statement.stated_on = citation.cited_on or today
        statement.save()
        statement.citations.set([citation])


def _as_text(organisation: Organisation, name: str) -> str:
    if name == "countries":
        return ", ".join(organisation.countries.order_by("code").values_list("code", flat=True))
    value = getattr(organisation, name)
    if isinstance(value, list):
        return ", ".join(value)
    if name == "region":
        return value.code if value else ""
    return "" if value is None else str(value)
