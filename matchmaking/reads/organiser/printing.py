"""The page from which an event's team prints, and how far a paper is."""

from dataclasses import dataclass

from clusters.models import User
from events.models import Event
from matchmaking.models import Printout, Release
from matchmaking.reads.organiser.console import Console, console

SHOWN = 20


@dataclass(frozen=True)
class PrintPage:
    """What was ordered lately, newest first."""

    console: Console
    release: Release | None
    printouts: tuple[Printout, ...]


@dataclass(frozen=True)
class PrintoutPage:
    """One paper. `spoken` changes when there is news."""

    console: Console
    printout: Printout
    newer: Release | None


def print_page(event: Event, user: User) -> PrintPage:
    """The print page; a fixed number of queries."""
    newest = Release.objects.filter(event=event).order_by("-number").first()
    rows = Printout.objects.visible_to(user).filter(event=event).without_file()[:SHOWN]
    return PrintPage(console(event, user, "organiser_print"), newest, tuple(rows))


def printout_page(printout: Printout, user: User) -> PrintoutPage:
    """How far a paper is, and whether its release was replaced meanwhile."""
    event = printout.event
    newest = Release.objects.filter(event=event).order_by("-number").first()
    newer = newest if newest and newest.number > printout.release.number else None
    return PrintoutPage(console(event, user, "organiser_print"), printout, newer)
