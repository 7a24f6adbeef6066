"""The frame of the console: which event, in which role, and the way to its other pages."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clusters.models import User
from events.choices import EventStatus, TeamRole
from events.models import Event
from events.policies import team_role

STAGES = (
    EventStatus.DRAFT,
    EventStatus.CALL,
    EventStatus.BOOKING,
    EventStatus.PLANNING,
    EventStatus.PUBLISHED,
    EventStatus.LIVE,
    EventStatus.CLOSED,
)
TABS = (
    ("organiser", _("Overview")),
    ("organiser_setup", _("Set-up")),
    ("organiser_call", _("Call")),
    ("organiser_worklist", _("Work list")),
    ("organiser_reach", _("Reach")),
    ("organiser_mailings", _("Mails")),
    ("organiser_diary", _("Diary")),
    ("organiser_schedule", _("Schedule")),
    ("organiser_releases", _("Releases")),
    ("organiser_day", _("Day")),
    ("organiser_scores", _("Scores")),
    ("organiser_print", _("Print")),
    ("organiser_report", _("Report")),
)


@dataclass(frozen=True)
class Tab:
    """A page of the console."""

    label: Promise
    href: str
    is_current: bool


@dataclass(frozen=True)
class Console:
    """The event as its team sees it."""

    event: Event
    role: str
    may_plan: bool
    may_own: bool
    tabs: tuple[Tab, ...]

    @property
    def stages(self) -> list[tuple[str, Promise | str]]:
        """The way of an event, for the line of stages."""
        return [(one.value, one.label) for one in STAGES]

    @property
    def is_on_its_way(self) -> bool:
        """Neither cancelled nor archived."""
        return self.event.status in STAGES

    @property
    def may_move(self) -> bool:
        """Whether the reader may bring it into another phase."""
        return self.may_plan


def console(event: Event, user: User, page: str) -> Console:
    """The frame for one page of the console, named by its route."""
    role = team_role(user, event) or ""
    return Console(
        event=event,
        role=str(dict(TeamRole.choices).get(role, "")),
        may_plan=user.is_superuser or role in (TeamRole.OWNER, TeamRole.PLANNER),
        may_own=user.is_superuser or role == TeamRole.OWNER,
        tabs=tuple(
            Tab(label, reverse(name, args=[event.slug]), name == page) for name, label in TABS
        ),
    )
