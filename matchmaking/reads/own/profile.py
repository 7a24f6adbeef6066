"""My profile: its sections with what is missing and what that is worth."""

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser

from clusters.models import ChangeSuggestion, Organisation, Relation, User
from clusters.reads.completeness import Section
from events.choices import EventStatus, RegistrationStatus
from events.models import Delegate
from matchmaking.models import ReachCount
from matchmaking.reads.own.worth import Worth, worth
from matchmaking.reads.profiles import FullProfile, full_profile
from matchmaking.reads.reach import own_count

PARTNER = "partner"
# An event at which somebody may agree to meet, or has and may still look details up.
RUNNING_PHASES = (
    EventStatus.BOOKING,
    EventStatus.PLANNING,
    EventStatus.PUBLISHED,
    EventStatus.LIVE,
    EventStatus.CLOSED,
)


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


@dataclass(frozen=True)
class Preview:
    """The profile as somebody else sees it. `people` are those whose details a partner gets to see."""

    full: FullProfile
    viewer: str
    people: tuple[Delegate, ...]


def as_others_see_it(own: Organisation, viewer: str) -> Preview:
    """The profile as a `viewer` sees it: the public, a member, or a partner who agreed to meet.

    All three see the same facts. A member sees their own match beside it, a partner the contact details
    of the delegates of an event at which both agreed to meet.
    """
    people = Delegate.objects.none()
    if viewer == PARTNER:
        people = Delegate.objects.filter(
            registration__organisation=own,
            registration__status=RegistrationStatus.ACCEPTED,
            registration__event__status__in=RUNNING_PHASES,
            erased_at__isnull=True,
        ).select_related("registration__event")
    return Preview(full_profile(own, AnonymousUser()), viewer, tuple(people))


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
