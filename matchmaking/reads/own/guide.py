"""The way through a first profile: which section comes next, for as long as it is a draft."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise

from clusters.choices import OrganisationStatus
from clusters.models import Organisation
from clusters.reads.completeness import Section, completeness

PAGES = {
    "who": "my_who",
    "sectors": "my_sectors",
    "targets": "my_targets",
    "interests": "my_interests",
    "relations": "my_relations",
}


@dataclass(frozen=True)
class Guide:
    """One step of a first profile. `href` leads to the next section with a gap, at last to the profile."""

    title: Promise
    step: int
    steps: int
    href: str
    is_last: bool


def guide(own: Organisation, code: str) -> Guide | None:
    """The step at section `code` of a draft; None once it has been handed in."""
    if own.status != OrganisationStatus.DRAFT:
        return None
    sections = completeness(own)
    codes = [section.code for section in sections]
    at = codes.index(code)
    href = next_step(own, sections[at + 1 :])
    is_last = href == reverse("my_profile")
    return Guide(sections[at].title, at + 1, len(codes), href, is_last)


def next_step(own: Organisation, sections: tuple[Section, ...] | None = None) -> str:
    """The page of the first section with a gap, of `sections` or of all; the profile where there is none."""
    looked_at = completeness(own) if sections is None else sections
    page = next((PAGES[one.code] for one in looked_at if not one.is_complete), "my_profile")
    return reverse(page)
