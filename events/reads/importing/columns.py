"""Which column of a list means what: by its heading, by the tool it comes from, or as last time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clusters.models import User
from clusters.reads.spelling import folded
from events.models import Event, RegistrationImport

FIELDS: Mapping[str, Promise] = {
    "organisation": _("Organisation"),
    "website": _("Website"),
    "country": _("Country"),
    "person": _("Delegate, whole name"),
    "first_name": _("Delegate, first name"),
    "last_name": _("Delegate, last name"),
    "email": _("E-mail"),
    "phone": _("Phone"),
    "job_title": _("Job title"),
    "attendance": _("On site or by video"),
    "formats": _("Formats (C2C, C2B, B2B)"),
    "motivation": _("What it wants from the event"),
    "state": _("State in the other tool"),
}
# Headings as people and tools write them, folded; the earlier word wins.
WORDS: Mapping[str, tuple[str, ...]] = {
    "organisation": (
        *("organisation", "organization", "organisation name", "organization name", "company"),
        *("company name", "cluster", "cluster name", "institution", "affiliation", "employer"),
        *("organizacion", "nombre de la organizacion", "empresa", "entidad", "institucion"),
        *("nombre del cluster", "razon social"),
    ),
    "website": (
        *("website", "web site", "company website", "organization website", "web", "url"),
        *("homepage", "sitio web", "pagina web"),
    ),
    "country": ("country", "country code", "pais", "codigo de pais"),
    "person": (
        *("full name", "name", "participant", "participant name", "delegate", "speaker"),
        *("speaker name", "speaker names", "contact", "contact person", "nombre completo"),
        *("participante", "delegado", "persona de contacto", "ponente"),
    ),
    "first_name": ("first name", "firstname", "given name", "forename", "nombre", "nombres"),
    "last_name": ("last name", "lastname", "surname", "family name", "apellidos", "apellido"),
    "email": (
        *("email", "e-mail", "email address", "e-mail address", "mail", "speaker email"),
        *("correo", "correo electronico", "direccion de correo"),
    ),
    "phone": (
        *("phone", "phone number", "telephone", "mobile", "mobile phone"),
        *("telefono", "movil", "celular"),
    ),
    "job_title": (
        *("job title", "job description", "position", "job", "role", "function"),
        *("cargo", "puesto", "funcion"),
    ),
    "attendance": (
        *("attendance", "attendance type", "participation", "participation type", "attends"),
        *("asistencia", "modalidad", "participacion"),
    ),
    "formats": ("formats", "format", "session type", "proposal type", "formatos", "formato"),
    "motivation": (
        *("motivation", "abstract", "what you want from the event", "reason", "motivacion"),
        *("expectations", "objetivos"),
    ),
    "state": (
        *("state", "status", "proposal state", "registration status", "registration", "confirmed"),
        *("estado", "estatus"),
    ),
}
FIRST_NAME_ALONE = "nombre"
"""Alone it is the whole name; beside surnames it is the first one."""


@dataclass(frozen=True)
class Preset:
    """A list that a tool exports: how it is told, and what its headings mean."""

    code: str
    label: Promise
    signs: frozenset[str]
    columns: Mapping[str, str]


PRESETS = (
    Preset(
        "pretalx-submissions",
        _("pretalx, submissions"),
        frozenset({"proposal title", "proposal state", "speaker names"}),
        {
            "person": "speaker names",
            "email": "speaker emails",
            "state": "proposal state",
            "motivation": "abstract",
        },
    ),
    Preset(
        "pretalx-speakers",
        _("pretalx, speakers"),
        frozenset({"name", "email", "confirmed"}),
        {"person": "name", "email": "email", "state": "confirmed"},
    ),
    Preset(
        "b2match",
        _("b2match, participants"),
        frozenset({"first name", "last name", "organization name"}),
        {
            "organisation": "organization name",
            "website": "company website",
            "first_name": "first name",
            "last_name": "last name",
            "email": "email address",
            "phone": "phone number",
            "job_title": "job description",
            "country": "country",
            "attendance": "attendance",
            "state": "registration status",
        },
    ),
)


def recognised(headings: Sequence[str]) -> Preset | None:
    """The tool whose export has all these headings, if it is one we know."""
    there = {folded(one).strip() for one in headings}
    return next((one for one in PRESETS if one.signs <= there), None)


def guessed(headings: Sequence[str], preset: Preset | None = None) -> dict[str, int]:
    """The column of each field that a heading tells, the preset's headings first; each column once."""
    places: dict[str, int] = {}
    for at, heading in enumerate(headings):
        places.setdefault(folded(heading).strip(" :*?.").replace("_", " "), at)
    found: dict[str, int] = {}
    for field in FIELDS:
        own = preset.columns.get(field) if preset else None
        words = [own, *WORDS[field]] if own else WORDS[field]
        place = next((places[word] for word in words if word in places), None)
        if place is not None and place not in found.values():
            found[field] = place
    if found.get("first_name") == places.get(FIRST_NAME_ALONE, -1) and "last_name" not in found:
        found.setdefault("person", found.pop("first_name"))
    return {field: found[field] for field in FIELDS if field in found}


def remembered(
    event: Event, user: User, headings: Sequence[str], *, besides: int = 0
) -> RegistrationImport | None:
    """The last list with these headings whose columns somebody chose: of this event, else of this person."""
    rows = RegistrationImport.objects.filter(headings=list(headings)).exclude(options={})
    rows = rows.exclude(pk=besides).defer("rows").order_by("-pk")
    return rows.filter(event=event).first() or rows.filter(uploaded_by=user).first()
