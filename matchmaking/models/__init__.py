"""Who meets whom, why and when."""

from matchmaking.models.day import DaySettings, Lateness, StandbyChain, StandbyOffer
from matchmaking.models.introductions import Introduction
from matchmaking.models.meetings import (
    CalendarFeed,
    CheckIn,
    Meeting,
    MeetingSeat,
    Outcome,
    TableUse,
)
from matchmaking.models.printing import Printout
from matchmaking.models.reach import ReachCount, ReachRun, ReachTile
from matchmaking.models.requests import ContactReceipt, MeetingRequest
from matchmaking.models.schedule import DraftEdit, DraftMeeting, Release, ReleaseEntry, ScheduleRun
from matchmaking.models.scores import (
    AskedScore,
    Exclusion,
    FactRequest,
    SavedSearch,
    ScoringPolicy,
)

__all__ = [
    "AskedScore",
    "CalendarFeed",
    "CheckIn",
    "ContactReceipt",
    "DaySettings",
    "DraftEdit",
    "DraftMeeting",
    "Exclusion",
    "FactRequest",
    "Introduction",
    "Lateness",
    "Meeting",
    "MeetingRequest",
    "MeetingSeat",
    "Outcome",
    "Printout",
    "ReachCount",
    "ReachRun",
    "ReachTile",
    "Release",
    "ReleaseEntry",
    "SavedSearch",
    "ScheduleRun",
    "ScoringPolicy",
    "StandbyChain",
    "StandbyOffer",
    "TableUse",
]
