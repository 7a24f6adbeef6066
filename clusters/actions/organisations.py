"""An organisation's plain fields, and its way from draft to archive."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

import pghistory
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from clusters.actions.citing import PLAIN_FIELDS, _record_statements, _set_fields
from clusters.actions.messages import _mail_owners
from clusters.choices import ORGANISATION_MOVES, OrganisationStatus, Role
from clusters.models import Citation, Country, Organisation, Representative, User
from clusters.policies import require
from clusters.reads.completeness import missing_for_listing
from clusters.validators import RESERVED_SLUGS, SLUG_LENGTH, Refused, check_slug

# Only curators choose what an organisation's page is called and which side it counts for.
CURATED_FIELDS = frozenset({"slug", "side", "side_reason", "printed_kind", "note"})


def create_organisation(
    *,
    name: str,
    kind: str,
    side: str,
    actor: User,
    slug: str = "",
    countries: Iterable[Country] = (),
    values: Mapping[str, Any] | None = None,
) -> Organisation:
    """Start a profile as a draft. Whoever is no curator becomes its owner.

    `values` are further plain fields. Without `slug`, one is made from the name.
    """
    require(actor, "clusters.add_organisation")
    with transaction.atomic(), pghistory.context(user=actor.pk, action="create_organisation"):
        organisation = Organisation(slug=slug or _free_slug(name))
        check_slug(organisation.slug)
        chosen = {"name": name, "kind": kind, "side": side, **(values or {})}
        _set_fields(organisation, chosen)
        _save_new(organisation)
        organisation.countries.set(countries)
        if not (actor.is_staff or actor.is_system):
            Representative.objects.create(organisation=organisation, user=actor, role=Role.OWNER)
    return organisation


def change_organisation(
    organisation: Organisation,
    *,
    values: Mapping[str, Any],
    actor: User,
    source: Citation | None = None,
    seen_at: dt.datetime | None = None,
) -> Organisation:
    """Change plain fields; `values` maps field names to values (`countries` to a list of countries).

    Each change is recorded as a statement with its source: `source` if given, else the organisation's
    own word when one of its people makes it. `seen_at` is the `updated_at` that the editor saw; a later
    change by somebody else is refused. Raises ValidationError by field.
    """
    require(actor, "clusters.change_organisation", organisation)
    if CURATED_FIELDS & values.keys() and not (actor.is_staff or actor.is_system):
        raise PermissionDenied("clusters.curate")
    with transaction.atomic(), pghistory.context(user=actor.pk, action="change_organisation"):
        row = _locked(organisation)
        if seen_at is not None and row.updated_at > seen_at:
            raise Refused(
                _("Somebody changed this profile while you did. Look at it again, then save."),
                code="stale",
            )
        changed = _set_fields(row, values)
        row.save(update_fields=[*(changed & PLAIN_FIELDS), "updated_at"])
        if "countries" in changed:
            row.countries.set(values["countries"])
        _record_statements(row, changed, source, actor)
    return row


def submit_organisation(organisation: Organisation, *, actor: User) -> Organisation:
    """Hand a draft to the curators. Refused while something is missing that a listing needs."""
    require(actor, "clusters.change_organisation", organisation)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="submit_organisation"):
        row = _ready_to_move(organisation, OrganisationStatus.SUBMITTED)
        missing = missing_for_listing(row)
        if missing:
            raise Refused(
                _("Before a curator can look at it, add: %(missing)s."),
                code="incomplete",
                params={"missing": ", ".join(str(name) for name in missing)},
            )
        _move(row, OrganisationStatus.SUBMITTED)
    return row


def send_back_organisation(
    organisation: Organisation, *, actor: User, reason: str = ""
) -> Organisation:
    """Give a submitted profile back to its owners, with a reason that they are mailed."""
    require(actor, "clusters.curate")
    with transaction.atomic(), pghistory.context(user=actor.pk, action="send_back_organisation"):
        row = _ready_to_move(organisation, OrganisationStatus.DRAFT)
        _move(row, OrganisationStatus.DRAFT)
        cause = f"sent-back-{row.pk}-{row.updated_at:%Y%m%d%H%M%S%f}"
        _mail_owners(row, cause, "organisation_sent_back", actor, reason=reason[:1000])
    return row


def list_organisation(organisation: Organisation, *, actor: User) -> Organisation:
    """Make a submitted profile public, and tell its owners."""
    require(actor, "clusters.curate")
    with transaction.atomic(), pghistory.context(user=actor.pk, action="list_organisation"):
        row = _ready_to_move(organisation, OrganisationStatus.LISTED)
        _move(row, OrganisationStatus.LISTED)
        _mail_owners(row, f"listed-{row.pk}", "organisation_listed", actor)
    return row


def archive_organisation(organisation: Organisation, *, actor: User) -> Organisation:
    """Take a listed profile off the public pages. Its events and meetings keep their history."""
    require(actor, "clusters.curate")
    with transaction.atomic(), pghistory.context(user=actor.pk, action="archive_organisation"):
        row = _ready_to_move(organisation, OrganisationStatus.ARCHIVED)
        _move(row, OrganisationStatus.ARCHIVED)
    return row


def _locked(organisation: Organisation) -> Organisation:
    row: Organisation = Organisation.objects.select_for_update().get(pk=organisation.pk)
    return row


def _ready_to_move(organisation: Organisation, to: OrganisationStatus) -> Organisation:
    """The locked row, if its state may become `to`."""
    row = _locked(organisation)
    if to not in ORGANISATION_MOVES[row.status]:
        raise Refused(
            _("This profile is %(now)s and cannot become %(to)s. Load the page again."),
            code="state",
            params={"now": row.get_status_display(), "to": to.label},
        )
    return row


def _move(row: Organisation, to: OrganisationStatus) -> None:
    row.status = to
    row.save(update_fields=["status", "updated_at"])


def _save_new(organisation: Organisation) -> None:
    try:
        with transaction.atomic():  # a savepoint, so that the caller's transaction survives
            organisation.save(force_insert=True)
    except IntegrityError as error:
        raise ValidationError(
            {"slug": _("Another profile has this address. Choose another one.")}
        ) from error


def _free_slug(name: str) -> str:
    """A slug from the name, with a number where it is taken."""
    stem = slugify(name.replace("ß", "ss"))[: SLUG_LENGTH - 4].strip("-") or "organisation"
    stem = stem.replace("_", "-")
    taken = set(Organisation.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    taken |= RESERVED_SLUGS
    if stem not in taken:
        return stem
    return next(
        free for number in range(2, len(taken) + 3) if (free := f"{stem}-{number}") not in taken
    )
