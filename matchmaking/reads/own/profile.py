"""My profile: its sections with what is missing and what that is worth."""

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser

from clusters.models import ChangeSuggestion, Organisation, Relation, User
from clusters.reads.completeness import Section
from matchmaking.models import ReachCount
from matchmaking.reads.own.worth import Worth, worth
from matchmaking.reads.profiles import FullProfile, full_profile
from matchmaking.reads.reach import own_count


@dataclass(frozen=True)
class SectionBlock:
    """A section of the profile and what answering its gap is worth; None where that is not measured."""

    section: Section
    worth: tuple[Worth, ...]


@dataclass(frozen=True)
class MyProfile:
    """The page on which an organisation keeps its own profile."""

    full: FullProfile
    blocks: dict[str, SectionBlock]
    waiting: tuple[Relation, ...]
    suggestions: int
    reach: ReachCount | None
    may_change: bool

    @property
    def organisation(self) -> Organisation:
        """Whose profile it is, with everything loaded."""
        return self.full.profile.organisation

    @property
    def answered(self) -> int:
        """Questions answered, of all sections."""
        return sum(block.section.answered for block in self.blocks.values())

    @property
    def asked(self) -> int:
        """Questions of all sections."""
        return sum(block.section.asked for block in self.blocks.values())


def my_profile(own: Organisation, reader: User) -> MyProfile:
    """Everything the page shows to somebody who acts for `own`."""
    full = full_profile(own, reader)
    page = full.profile
    measured = {one.section: one for one in worth(page.organisation, _lacks(full))}
    parts = {"who": ("languages",), "sectors": ("sectors",), "targets": ("targets",)}
    parts["interests"] = ("interests",)
    blocks = {
        section.code: SectionBlock(
            section,
            tuple(measured[code] for code in parts.get(section.code, ()) if code in measured),
        )
        for section in page.sections
    }
    return MyProfile(
        full=full,
        blocks=blocks,
        waiting=tuple(row for row in page.unconfirmed if row.other_id == own.pk),
        suggestions=ChangeSuggestion.objects.open().filter(organisation=own).count(),
        reach=own_count(own),
        may_change=page.may_change,
    )


def as_others_see_it(own: Organisation) -> FullProfile:
    """The profile as visitors see it; other members see the same and their match."""
    return full_profile(own, AnonymousUser())


def _lacks(full: FullProfile) -> set[str]:
    """Sections without an answer, as far as their worth is measured."""
    page = full.profile
    lacks = {
        "sectors": not page.sectors,
        "targets": bool(full.silent_towards) or not page.targets,
        "interests": not (page.seeks and page.offers),
        "languages": not page.organisation.languages,
    }
    return {code for code, is_missing in lacks.items() if is_missing}
