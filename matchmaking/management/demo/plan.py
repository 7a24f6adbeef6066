"""What the demo's events are: who takes part, when, and who asks whom."""

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from events.choices import EventStatus, Format

MEXICO_CITY = ZoneInfo("America/Mexico_City")
STAGES = ("call", "booking", "planning", "published", "live", "closed")
# Days from today to the event, so that the demo is current whenever it is run.
DAYS_AHEAD = {"call": 120, "booking": 105, "planning": 21, "published": 7, "live": 0, "closed": -14}

EU = (
    "ceaga", "basque-energy-cluster", "aerospace-valley", "pole-safe", "safran",
    "airbus-helicopters", "aernnova", "pirelli", "gfz", "isciii", "pirbright", "bayer", "merck-de",
)  # fmt: skip
MX = (
    "claut", "cluster-auto-queretaro", "cluster-auto-guanajuato", "aerospace-alliance-bc",
    "biocluster-nl", "unam", "umsnh", "unaq", "conalep-qro", "cemie-geo", "ina",
)  # fmt: skip

# What came of the meetings of a closed event, in turn.
STEPS = ("held", "follow_up", "follow_up", "letter", "held", "project")
NEXT_STEP = "Send the list of members who want to join. (Demo data.)"

# The pair whose story the README tells: nobody has asked yet.
STORY = frozenset({"ceaga", "claut"})


@dataclass(frozen=True)
class SessionPlan:
    """A half-day: day of the event (0 first), hours on the event's clock."""

    name: str
    format: str
    day: int
    start: dt.time
    end: dt.time


@dataclass(frozen=True)
class EventPlan:
    """One demo event."""

    slug: str
    name: str
    city: str
    venue: str
    description: str
    days: int
    sessions: tuple[SessionPlan, ...]
    tables: int
    quota: int = 10


CLUSTER_DAYS = EventPlan(
    slug="cluster-days",
    name="EU-Mexico Cluster Days (demo)",
    city="Mexico City",
    venue="Centro Puente (invented)",
    description=(
        "Two days of meetings between European and Mexican clusters, companies and research bodies. "
        "The event, its people and its times are invented."
    ),
    days=2,
    sessions=(
        SessionPlan("Clusters meet clusters", Format.C2C, 0, dt.time(9), dt.time(12)),
        SessionPlan("Afternoon meetings", "", 0, dt.time(14), dt.time(17)),
        SessionPlan("Morning meetings", "", 1, dt.time(9), dt.time(12)),
    ),
    tables=12,
)
MOBILITY_DAY = EventPlan(
    slug="mobility-day",
    name="Mobility and Aerospace Day (demo)",
    city="Monterrey",
    venue="Sala Puente (invented)",
    description="One short day for automotive and aerospace. The event, its people and its times are invented.",
    days=1,
    sessions=(SessionPlan("Meetings", "", 0, dt.time(9), dt.time(12, 20)),),
    tables=5,
)
MOBILITY = (
    "ceaga", "aerospace-valley", "safran", "airbus-helicopters", "pirelli",
    "claut", "cluster-auto-queretaro", "cluster-auto-guanajuato", "aerospace-alliance-bc", "unaq",
)  # fmt: skip

# How far the states of an event are from its creation, in the order an organiser takes them.
PATHS = {
    "call": (EventStatus.CALL,),
    "booking": (EventStatus.CALL, EventStatus.BOOKING),
    "planning": (EventStatus.CALL, EventStatus.BOOKING, EventStatus.PLANNING),
}


def first_day(stage: str, today: dt.date) -> dt.date:
    """The first day of an event at `stage`; a weekday, except that "live" is today."""
    day = today + dt.timedelta(days=DAYS_AHEAD[stage])
    if stage != "live":
        while day.weekday() > 3:
            day += dt.timedelta(days=1)
    return day


def moment(day: dt.date, time: dt.time) -> dt.datetime:
    """A time on the event's clock."""
    return dt.datetime.combine(day, time, MEXICO_CITY)
