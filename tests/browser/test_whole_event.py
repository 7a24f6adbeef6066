"""A whole event as Olga plays it in her browser: from a template to the report, sixty organisations.

One story in chapters; each begins where the one before ended. What sixty organisations do at their own
desks is done by the same actions as their pages use, once by hand to see it, else at once. After each
step the mails are counted: they go to those it concerns, and to nobody else.
"""

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.db.models import Count
from django.utils import timezone
from playwright.sync_api import Locator, Page

from clusters.models import Organisation, User
from events.actions import add_tables, remove_table
from events.choices import EventStatus, RegistrationStatus, TeamRole
from events.models import Event, Registration
from matchmaking import actions
from matchmaking.choices import ChainStatus, MeetingStatus, RequestStatus, RunState
from matchmaking.models import (
    CheckIn,
    DraftMeeting,
    Meeting,
    MeetingRequest,
    StandbyChain,
    StandbyOffer,
)
from tests.browser import sixty as guests
from tests.browser.conftest import Visitor
from tests.browser.sixty import SIZE, at_work, posted, sixty
from tests.cast import TeamFactory
from tests.sure import sure

__all__ = ["sixty"]

WISHES = 5


@dataclass
class Story:
    """Olga at her desk, her event, and whoever else opens a window."""

    user: User
    olga: Visitor
    event: Event
    visit: Callable[..., Visitor]

    @property
    def page(self) -> Page:
        """What Olga sees."""
        return self.olga.page

    def open(self, path: str = "", *, title: str = "Spring bridge") -> Page:
        """A page of the console."""
        return self.olga.go(f"/organise/{self.event.slug}/{path}", title=title)

    def press(self, name: str, *, about: str = "") -> None:
        """Press the one button of that name; of several alike, the one about something."""
        named(self.page, "button", name, about).click()

    def at_the_desk_of(self, organisation: Organisation, *, width: int = 1440) -> Visitor:
        """A window in which its manager is signed in."""
        one = self.visit(width=width)
        one.sign_in(guests.manager(organisation))
        return one

    def taps(self, offer: StandbyOffer, answer: str, side: Organisation) -> None:
        """Whoever comes for a side answers an offer on a phone."""
        (other,) = set(guests.sides(offer)) - {side}
        phone = self.at_the_desk_of(side, width=390)
        page = phone.go(f"/agenda/?event={self.event.slug}", title="Agenda")
        phone.assert_fits()
        named(page, "button", answer, other.name).click()
        page.locator("#messages").get_by_text(re.compile("Noted|yours")).first.wait_for()
        phone.context.close()

    def takes(self, meeting: DraftMeeting) -> None:
        """Take a meeting of a draft in hand by keyboard."""
        self.page.locator(f"#m-{meeting.pk}").focus()
        self.page.keyboard.press("Enter")
        self.page.locator(f"#m-{meeting.pk}[aria-current]").wait_for()

    def sees(self, text: str | re.Pattern[str]) -> None:
        """The page says so, now or in a moment."""
        self.page.get_by_text(text).first.wait_for()

    def go_on(self, name: str, status: str) -> None:
        """Begin the next phase from the overview."""
        self.open()
        self.press(name)
        self.page.locator("#messages", has_text="The event is at").wait_for()
        self.event.refresh_from_db()
        assert self.event.status == status


def named(page: Page, role: str, name: str, about: str = "") -> Locator:
    """A button or a link by its name; what it is about is said to screen readers."""
    pattern = f"^{re.escape(name)}" + (f" ?: {re.escape(about)}" if about else "") + "$"
    return page.get_by_role(role, name=re.compile(pattern))  # type: ignore[arg-type]  # a role


def test_olga_runs_a_whole_event(
    sixty: list[Organisation],
    olga: User,
    visitor: Callable[..., Visitor],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desk = visitor()
    desk.sign_in(olga)
    story = Story(olga, desk, she_begins_with_a_template(desk, olga), visitor)
    they_apply_and_she_answers(story, sixty)
    they_ask_each_other(story)
    she_plans(story)
    she_moves_a_meeting_and_locks_another(story)
    she_publishes(story)
    monkeypatch.setattr("matchmaking.views.organiser.repair.curve_seconds", lambda _event: 6)
    one_cancels_and_she_repairs(story)
    absent = the_day_begins(story)
    three_do_not_come(story, absent)
    she_reads_the_report(story, absent)


# -- the template


def she_begins_with_a_template(olga: Visitor, user: User) -> Event:
    """A day of business meetings; the hall is hers until lunch only, and holds seven tables."""
    # She has organised before: whoever organises somewhere may begin an event.
    TeamFactory(user=user, role=TeamRole.OWNER)
    page = olga.go("/organise/new/", title="New event")
    page.get_by_role("radio", name="One day, business to business").check()
    page.get_by_label("Name").fill("Spring bridge")
    page.get_by_label("First day").fill((timezone.localdate() + dt.timedelta(days=60)).isoformat())
    page.get_by_role("button", name="Create the draft").click()
    page.get_by_text("10 slots").wait_for()
    named(page, "button", "Remove", "Afternoon").click()
    page.get_by_text("Afternoon").wait_for(state="detached")
    page.get_by_role("link", name="T12", exact=True).click()
    page.get_by_role("button", name="Remove this table").click()
    page.get_by_role("link", name="T12", exact=True).wait_for(state="detached")
    event = Event.objects.get(name="Spring bridge")
    for table in event.tables.filter(position__gt=7):
        remove_table(table, actor=user)
    assert (event.slots.count(), event.tables.count()) == (10, 7)
    return event


# -- the call


def they_apply_and_she_answers(story: Story, organisations: list[Organisation]) -> None:
    """Sixty apply. Fifty-six come, three wait, one is told no: each reads it once."""
    story.go_on("Open the call", EventStatus.CALL)
    guests.all_apply(story.event, organisations)
    assert not posted(), "an application is answered by people"
    answers = {"Reject": organisations[:1], "Put on reserve": organisations[1:4]}
    answers["Accept"] = organisations[4:]
    for word, rows in answers.items():
        page = story.open("call/", title="Call of Spring bridge")
        for row in rows if word != "Accept" else ():
            page.get_by_role("checkbox", name=row.name, exact=True).check()
        if word == "Accept":
            page.get_by_role("link", name="Tick all", exact=True).click()
            page.get_by_role("link", name="Untick all").wait_for()
        story.press(f"{word} …")
        story.sees(re.compile(rf"^{len(rows)} (person is|people are) mailed"))
        story.press(f"{word} and send")
        page.get_by_role("heading", name="Call", exact=True).wait_for()
        assert posted() == guests.once_each(set(rows))
    counts = dict(
        Registration.objects.filter(event=story.event).values_list("status").annotate(Count("pk"))
    )
    assert counts == {
        RegistrationStatus.ACCEPTED: SIZE - 4,
        RegistrationStatus.RESERVE: 3,
        RegistrationStatus.REJECTED: 1,
    }


# -- requests


def they_ask_each_other(story: Story) -> None:
    """One pair at their own desks, each told of the other's step; the others at once."""
    story.go_on("Open requests", EventStatus.BOOKING)
    asker, asked = guests.one_of_each_side(story.event)
    asking = story.at_the_desk_of(asker)
    page = asking.go(f"/events/{story.event.slug}/ask/{asked.slug}/", title=f"Ask {asked.name}")
    page.get_by_role("button", name="Send the request").click()
    page.get_by_text("Asked. They have been told.").wait_for()
    assert posted() == guests.once_each({asked})
    answering = story.at_the_desk_of(asked)
    page = answering.go("/requests/", title="Requests")
    named(page, "button", "Accept", asker.name).click()
    page.get_by_text("Agreed.").first.wait_for()
    assert posted() == guests.once_each({asker})
    guests.all_ask(story.event, WISHES)
    posted()


# -- the plan


def she_plans(story: Story) -> None:
    """She watches the planner at work. Not all that was agreed finds a table."""
    story.go_on("Close requests and plan", EventStatus.PLANNING)
    page = story.open("schedule/", title="Schedule of")
    page.get_by_label("Seconds at most").fill("4")
    story.press("Run the planner")
    story.sees("Waiting for a free worker.")
    with at_work():
        story.sees("You can close this page; the run goes on.")
        story.sees("The draft is ready.")
    run = story.event.runs.get()
    assert run.state == RunState.DONE
    assert run.value == sum(run.meetings.values_list("weight", flat=True)) <= sure(run.bound)
    page.get_by_role("link", name="Open the draft").click()
    agreed = MeetingRequest.objects.filter(event=story.event, status=RequestStatus.ACCEPTED)
    left = agreed.count() - run.meetings.count()
    assert left > 20, "there are fewer tables than wishes"
    story.sees(f"{left} of {agreed.count()}")


def she_moves_a_meeting_and_locks_another(story: Story) -> None:
    """The house lends a table. She puts a meeting there and fixes another, all by keyboard."""
    add_tables(story.event, count=1, actor=story.user)
    run = story.event.runs.get()
    page = story.open(f"runs/{run.pk}/grid/")
    first, second = run.meetings.order_by("slot__starts_at", "table__position")[:2]
    story.takes(first)
    page.keyboard.press("m")
    page.locator("#grid .is-target").first.focus()
    page.keyboard.press("Enter")
    page.locator("[data-confirm]:focus", has_text="T8").wait_for()
    page.keyboard.press("Enter")
    story.sees("Moved.")
    story.takes(second)
    page.keyboard.press("l")
    story.sees("Locked: the planner leaves it there.")
    first.refresh_from_db()
    second.refresh_from_db()
    assert sure(first.table).name == "T8"
    assert (first.is_locked, second.is_locked) == (False, True)


# -- the releases


def she_publishes(story: Story) -> None:
    """Whoever has a meeting is mailed, once."""
    run = story.event.runs.get()
    page = story.open(f"runs/{run.pk}/publish/", title="as release 1")
    page.get_by_label("A word to those it concerns").fill("See you at half past nine.")
    story.press("Publish release 1")
    story.sees("in force")
    invited = guests.who_notices(story.event, {}, guests.places(story.event))
    assert len(invited) > 50
    assert posted() == guests.once_each(invited)
    story.event.refresh_from_db()
    assert story.event.status == EventStatus.PUBLISHED


def one_cancels_and_she_repairs(story: Story) -> None:
    """The busiest organisation calls it off. Its partners are told; then only whom the repair touches."""
    event = story.event
    leaving = guests.busiest(event)
    partners = guests.agreed_partners(leaving)
    page = story.open("repair/cancel/", title="An organisation cancels")
    page.get_by_label("Organisation").select_option(label=leaving.organisation.name)
    story.press("Show whom it hits")
    story.sees(f"{guests.meetings_of(leaving).count()} meetings are hit")
    story.press("Cancel its participation and work out repairs")
    story.sees("Waiting for a free worker.")
    before = guests.places(event)
    with at_work() as job:
        story.sees("The repairs are worked out.")
    assert job.result() == partners
    page.get_by_role("link", name="Choose a repair").click()
    story.press("Make it a draft")
    story.sees("Only these people are written to.")
    foretold = int(page.locator(".console-figures dd").last.inner_text())
    story.press("Publish release 2")
    story.sees("What changed since release 1")
    concerned = guests.who_notices(event, before, guests.places(event))
    assert 0 < len(concerned) == foretold < event.registrations.accepted().count()
    assert posted() == guests.once_each(concerned)


# -- the day


def the_day_begins(story: Story) -> list[Meeting]:
    """Time passes until the third slot has begun. People come through the door, but for three."""
    event, slot = story.event, sure(story.event.slots.all()[2])
    guests.it_is_time_for(slot)
    story.go_on("Start the event", EventStatus.LIVE)
    assert not posted()
    absent = list(event.meetings.filter(slot=slot).with_parties().order_by("table__position")[:3])
    people = list(guests.people_besides({one.request.receiver for one in absent}))
    page = story.open("day/", title="Spring bridge")
    for person, query in zip(people, (people[0].name, people[1].badge_code), strict=False):
        page.get_by_role("searchbox").fill(query)
        page.get_by_role("searchbox").press("Enter")
        named(page, "button", "Check in", person.name).first.click()
        story.sees("here")
    assert CheckIn.objects.filter(delegate__in=people[:2]).count() == 2
    for person in people[2:]:
        actions.check_in(person, actor=story.user)
    return absent


def three_do_not_come(story: Story, absent: list[Meeting]) -> None:
    """Their tables go to pairs that found none before; one pair would rather not, and the next is asked."""
    page = story.open("day/", title="Spring bridge")
    for number, meeting in enumerate(absent):
        named(page, "button", "Missing", meeting.request.receiver.organisation.name).first.click()
        page.get_by_text("did not come", exact=True).nth(number).wait_for()
    told = posted()
    offers = list(guests.open_offers())
    assert len(offers) == 3
    assert told == guests.once_each({side for one in offers for side in guests.sides(one)})
    story.taps(offers[0], "No, thank you", guests.sides(offers[0])[0])
    posted()
    for offer in guests.open_offers():
        first, second = guests.sides(offer)
        story.taps(offer, "Yes, we come", first)
        assert not posted()
        story.taps(offer, "Yes, we come", second)
        assert posted() == guests.once_each({first}), "the second sees it at once"
    chains = StandbyChain.objects.filter(event=story.event).order_by("pk")
    assert [one.status for one in chains] == [ChainStatus.FILLED] * 3
    assert StandbyOffer.objects.count() == 4
    for meeting in absent:
        new = Meeting.objects.get(slot=meeting.slot, table=meeting.table, is_given_away=False)
        assert (new.status, new.request.status) == (MeetingStatus.CONFIRMED, RequestStatus.ACCEPTED)
        assert new.pk != meeting.pk
    story.open("day/")
    assert page.get_by_text("filled").count() == 3


# -- the report


def she_reads_the_report(story: Story, absent: list[Meeting]) -> None:
    """She marks one meeting as held, the tables mark theirs, and the report says what the database knows."""
    event = story.event
    page = story.open("day/", title="Spring bridge")
    page.get_by_role("button", name=re.compile("^Held")).first.click()
    story.sees("held")
    begun = event.meetings.filter(
        status=MeetingStatus.CONFIRMED, slot__starts_at__lte=timezone.now()
    )
    for meeting in begun:
        actions.mark_held(meeting, actor=story.user)
    story.go_on("Close the event", EventStatus.CLOSED)
    page = story.open("report/", title="Report of Spring bridge")
    accepted = event.registrations.accepted()
    met = event.meetings.exclude(status=MeetingStatus.CANCELLED)
    held = event.meetings.filter(status=MeetingStatus.HELD)
    asked = event.requests.all()
    assert figures(page, "organisations") == {
        "applied": SIZE,
        "accepted": accepted.count(),
        "asked or were asked": len(guests.parties(asked) & set(accepted)),
        "got a meeting": len(guests.parties(asked.filter(meeting__in=met)) & set(accepted)),
        "held a meeting": len(guests.parties(asked.filter(meeting__in=held)) & set(accepted)),
    }
    found = figures(page, "meetings")
    assert (found["asked"], found["accepted"], found["placed"], found["held"]) == (
        asked.count(),
        asked.filter(status=RequestStatus.ACCEPTED).count(),
        met.count(),
        held.count(),
    )
    assert figures(page, "no_shows") == {
        one.request.receiver.organisation.name: 1 for one in absent
    }
    assert held.count() > 20


def figures(page: Page, part: str) -> dict[str, int]:
    """The first column of figures of a part of the report."""
    rows = page.locator(f"table.report-table:below(#{part})").first.locator("tbody tr").all()
    return {
        row.locator("th").inner_text(): int(row.locator("td.n").first.inner_text()) for row in rows
    }
