"""Import and export of organisations, sectors and facts: dry run first, errors by row, codes for keys."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from import_export import fields, resources, widgets
from import_export.admin import ImportExportMixin
from import_export.formats.base_formats import CSV, JSON, XLSX
from tablib import Dataset  # type: ignore[import-untyped]  # has no types

from clusters.models import (
    Citation,
    CooperationInterest,
    CooperationKind,
    Country,
    InternationalTarget,
    Label,
    Organisation,
    Region,
    Sector,
    SectorFocus,
)
from clusters.validators import FIELD_CHECKS, TEXT_LIMITS, check_fields

FORMULA_STARTS = {"=", "+", "-", "@", "\t", "\r"}


class Coded(widgets.ForeignKeyWidget):
    """A row named by its code or slug; an unknown one is an error of its row, in words."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        try:
            return super().clean(value, row, **kwargs)
        except ObjectDoesNotExist as error:
            raise ValueError(_unknown(self.model, value)) from error


class ManyCoded(widgets.ManyToManyWidget):
    """Rows named by their codes, separated by semicolons."""

    def __init__(self, model: type[Model], field: str = "code") -> None:
        super().__init__(model, separator=";", field=field)

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        names = {name.strip() for name in str(value or "").split(";")} - {""}
        found = list(self.model._default_manager.filter(**{f"{self.field}__in": names}))
        missing = names - {getattr(one, self.field) for one in found}
        if missing:
            raise ValueError(_unknown(self.model, ", ".join(sorted(missing))))
        return found


class List(widgets.SimpleArrayWidget):
    """Texts separated by semicolons."""

    def __init__(self) -> None:
        super().__init__(separator=";")

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> list[str]:
        return [text.strip() for text in str(value or "").split(";") if text.strip()]


def _unknown(model: type[Model], names: Any) -> str:
    return _("There is no %(model)s “%(names)s”.") % {
        "model": model._meta.verbose_name,
        "names": names,
    }


def _key(column: str, model: type[Model], field: str = "code") -> fields.Field:
    return fields.Field(column_name=column, attribute=column, widget=Coded(model, field=field))


class Checked(resources.ModelResource):
    """Nothing is written when a row is wrong; unchanged rows are skipped."""

    class Meta:
        clean_model_instances = True
        skip_unchanged = True
        report_skipped = True
        use_transactions = True


class OrganisationResource(Checked):
    """By slug. New ones start as drafts; the status is never imported."""

    countries = fields.Field(
        column_name="countries", attribute="countries", widget=ManyCoded(Country)
    )
    region = _key("region", Region)
    aliases = fields.Field(column_name="aliases", attribute="aliases", widget=List())
    languages = fields.Field(column_name="languages", attribute="languages", widget=List())

    class Meta(Checked.Meta):
        model = Organisation
        import_id_fields = ("slug",)
        fields = (
            "slug",
            "name",
            "aliases",
            "kind",
            "side",
            "side_reason",
            "countries",
            "region",
            "aim_en",
            "aim_es",
            "description_en",
            "description_es",
            "website",
            "contact_mailbox",
            "languages",
            "time_zone",
            "member_count",
            "employee_count",
        )

    def validate_instance(
        self,
        instance: Organisation,
        import_validation_errors: dict[str, Any] | None = None,
        validate_unique: bool = True,
    ) -> None:
        """The same checks as in forms, API and actions."""
        errors = dict(import_validation_errors or {})
        names = [*TEXT_LIMITS, *FIELD_CHECKS, "aliases"]
        try:
            check_fields({name: getattr(instance, name) or _empty(name) for name in names})
        except ValidationError as error:
            errors = {**error.error_dict, **errors}
        super().validate_instance(instance, errors, validate_unique)


def _empty(name: str) -> Any:
    return [] if name in {"aliases", "languages"} else ""


class SectorResource(Checked):
    """By code."""

    parent = _key("parent", Sector)
    aliases = fields.Field(column_name="aliases", attribute="aliases", widget=List())
    nace = fields.Field(column_name="nace", attribute="nace", widget=List())
    scian = fields.Field(column_name="scian", attribute="scian", widget=List())

    class Meta(Checked.Meta):
        model = Sector
        import_id_fields = ("code",)
        fields = (
            "code",
            "name_en",
            "name_es",
            "parent",
            "is_ecosystem",
            "aliases",
            "nace",
            "scian",
            "position",
            "note",
        )


class FactResource(Checked):
    """By code; a row without a code is a new fact."""

    organisation = _key("organisation", Organisation, "slug")
    sector = _key("sector", Sector)
    citations = fields.Field(
        column_name="citations", attribute="citations", widget=ManyCoded(Citation)
    )

    class Meta(Checked.Meta):
        import_id_fields = ("code",)

    COMMON: ClassVar[tuple[str, ...]] = (
        "code",
        "organisation",
        "sector",
        "stated_on",
        "note",
        "citations",
    )


class SectorFocusResource(FactResource):
    """Sectors of organisations."""

    class Meta(FactResource.Meta):
        model = SectorFocus
        fields = (*FactResource.COMMON, "is_main")


class TargetResource(FactResource):
    """Stances of organisations towards places."""

    country = _key("country", Country)
    region = _key("region", Region)

    class Meta(FactResource.Meta):
        model = InternationalTarget
        fields = (*FactResource.COMMON, "stance", "scope", "country", "region")


class InterestResource(FactResource):
    """What organisations seek and offer."""

    kind = _key("kind", CooperationKind)

    class Meta(FactResource.Meta):
        model = CooperationInterest
        fields = (*FactResource.COMMON, "kind", "direction", "description")


class LabelResource(FactResource):
    """Management labels."""

    sector = None

    class Meta(FactResource.Meta):
        model = Label
        fields = (
            *(name for name in FactResource.COMMON if name != "sector"),
            "scheme",
            "level",
            "awarded_on",
            "valid_until",
        )


class NoFormulas:
    """A cell that begins like a formula gets an apostrophe, so that no spreadsheet runs it."""

    def export_data(self, dataset: Any, **kwargs: Any) -> Any:
        rows = [[_harmless(cell) for cell in row] for row in dataset]
        return super().export_data(Dataset(*rows, headers=dataset.headers), **kwargs)  # type: ignore[misc]  # of the format it is mixed into


class SafeCSV(NoFormulas, CSV):
    """CSV for spreadsheets."""


class SafeXLSX(NoFormulas, XLSX):
    """XLSX for spreadsheets."""


def _harmless(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in FORMULA_STARTS else cell


class Exchange(ImportExportMixin):
    """Import and export in the admin, written down in the history like any change."""

    import_formats: ClassVar[list[type]] = [CSV, XLSX, JSON]
    export_formats: ClassVar[list[type]] = [SafeCSV, SafeXLSX, JSON]
    import_error_display = ("message", "row")
    skip_admin_log = True
    _history: Callable[..., Any]

    def process_import(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Write the confirmed rows."""
        with self._history(request, "import"):
            return super().process_import(request, **kwargs)

    def has_import_permission(self, request: HttpRequest) -> bool:
        """Curators, like every other change."""
        return bool(request.user.is_staff)

    has_export_permission = has_import_permission
