"""The state of one section of a profile in a short text, to tell whether it changed since a form was shown."""

import hashlib
from collections.abc import Iterable

from clusters.models import Organisation


def sectors_state(organisation: Organisation) -> str:
    """Changes when a sector is added, removed or becomes the main one."""
    return _digest(organisation.sector_foci.values_list("sector__code", "is_main"))


def targets_state(organisation: Organisation) -> str:
    """Changes with any stance that the organisation states itself."""
    rows = organisation.targets.filter(is_own_statement=True)
    return _digest(
        rows.values_list("scope", "country__code", "region__code", "sector__code", "stance")
    )


def interests_state(organisation: Organisation) -> str:
    """Changes with any cooperation interest."""
    rows = organisation.interests
    return _digest(rows.values_list("kind__code", "sector__code", "direction", "description"))


def _digest(rows: Iterable[tuple[object, ...]]) -> str:
    return hashlib.sha256(repr(sorted(map(repr, rows))).encode()).hexdigest()[:16]
