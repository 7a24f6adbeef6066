"""Builds a demo event up to a stage, by the same actions that people use."""

import datetime as dt
from collections.abc import Iterator, Sequence

import numpy as np
from django.db.models import F
from django.utils import timezone

from clusters.models import Country, Organisation, User
from events import actions as event_actions
from events.choices import Attendance, EventStatus, RegistrationStatus, TeamRole
from events.models import Delegate, Event, Registration, Session, Slot
from matchmaking import actions
from matchmaking.choices import MeetingStatus, RequestStatus, ScreenAccess
from matchmaking.management.commands.run_jobs import run_waiting_jobs
from matchmaking.management.demo import plan
from matchmaking.management.demo.hall import add_hall
from matchmaking.management.demo.people import ACCOUNTS
from matchmaking.models import Meeting, MeetingRequest, ScheduleRun
from matchmaking.reads.market import current
from matchmaking.reads.scores import ranking

# Each organisation asks this many of its best partners; about two in five are answered at "booking".
ASKS = 3
RUN_SECONDS = 20
# Every eighth organisation has time for so many meetings only, so that some wishes find no place.
MOST = 2
MESSAGE = "We think a first talk is worth twenty minutes. (Demo data.)"


class EventBuilder:
    """One demo event; `build` may be called again and adds only what is missing."""

    def __init__(self, event: plan.EventPlan, stage: str, participants: Sequence[str]) -> None:
        self.plan = event
        self.stage = stage
        self.participants = participants
        self.olga = User.objects.get(email="olga@puente.example")
        today = timezone.localdate(timezone=plan.MEXICO_CITY)
        self.final_day = plan.first_day(stage, today)
        # Nothing is planned into slots that have begun: what is over was planned ahead, and moved.
        is_over = self.final_day <= today
        self.day = plan.first_day("published", today) if is_over else self.final_day

    def build(self) -> Event | None:
        """The event at its stage; None when it was there already."""
        if Event.objects.filter(slug=self.plan.slug).exists():
            return None
        event = self.set_up()
        event = event_actions.move_event(event, to=EventStatus.CALL, actor=self.olga)
        self.register(event)
        if self.stage != "call":
            event = event_actions.move_event(event, to=EventStatus.BOOKING, actor=self.olga)
            self.ask(event)
            self.answer(event)
        if self.stage not in ("call", "booking"):
            event = event_actions.move_event(event, to=EventStatus.PLANNING, actor=self.olga)
            run = self.plan_schedule(event)
            if self.stage != "planning":
                self.publish(event, run)
        return event

    def set_up(self) -> Event:
        """Event, sessions, tables, team: the platform opens it and hands it to Olga."""
        system = User.objects.system()
        last = self.day + dt.timedelta(days=self.plan.days - 1)
        event = event_actions.create_event(
            values={
                "slug": self.plan.slug,
                "name": self.plan.name,
                "description": self.plan.description,
                "city": self.plan.city,
                "venue": self.plan.venue,
                "country": Country.objects.get(code="MX"),
                "time_zone": "America/Mexico_City",
                "starts_on": self.day,
                "ends_on": last,
                "request_quota": self.plan.quota,
                "decent_from": dt.time(7),
                "decent_until": dt.time(21),
            },
            actor=system,
            is_demo=True,
        )
        event_actions.set_team_member(event, user=self.olga, role=TeamRole.OWNER, actor=system)
        for session in self.plan.sessions:
            day = self.day + dt.timedelta(days=session.day)
            event_actions.add_session(
                event,
                name=session.name,
                format=session.format,
                starts_at=plan.moment(day, session.start),
                ends_at=plan.moment(day, session.end),
                actor=self.olga,
            )
        event_actions.add_tables(event, count=self.tables(), actor=self.olga)
        add_hall(event, actor=self.olga)
        clara = User.objects.get(email="clara@puente.example")
        event_actions.set_team_member(event, user=clara, role=TeamRole.VIEWER, actor=self.olga)
        return event

    def tables(self) -> int:
        """As many as planned, more for a crowd: enough for four in five of its wishes."""
        slots = sum((session.end.hour - session.start.hour) * 3 for session in self.plan.sessions)
        return max(self.plan.tables, round(ASKS * len(self.participants) / max(slots, 1)))

    def register(self, event: Event) -> None:
        """Everybody applies; at "call" every third application still waits for an answer."""
        system = User.objects.system()
        for number, slug in enumerate(self.participants):
            organisation = Organisation.objects.get(slug=slug)
            registration = event_actions.apply_to_event(
                event,
                organisation=organisation,
                attendance=Attendance.REMOTE if number % 9 == 8 else Attendance.ON_SITE,
                max_meetings=MOST if number % 8 == 3 else None,
                motivation="Meet partners of the other side. (Demo data.)",
                delegates=list(self.delegates(organisation)),
                actor=self.people(slug)[0] if self.people(slug) else system,
            )
            if self.stage != "call" or number % 3:
                event_actions.decide_registration(
                    registration, status=RegistrationStatus.ACCEPTED, actor=self.olga
                )

    def delegates(self, organisation: Organisation) -> Iterator[dict[str, object]]:
        """The demo people of an organisation, else an invented delegate with a role and no name."""
        people = self.people(organisation.slug)
        for user in people:
            yield {"user": user, "name": user.name, "email": user.email, "job_title": "Demo"}
        if not people:
            mailbox = f"delegate@{organisation.slug}.example"
            yield {
                "name": f"Delegate of {organisation.short_name} (demo)"[:150],
                "email": mailbox,
                "job_title": "Demo",
            }

    def people(self, slug: str) -> list[User]:
        """Demo users who act for an organisation, owners first."""
        emails = [account.email for account in ACCOUNTS if account.organisation == slug]
        found = {user.email: user for user in User.objects.filter(email__in=emails)}
        return [found[email] for email in emails if email in found]

    def ask(self, event: Event) -> None:
        """Each organisation asks its best partners there; the story of the README stays open."""
        system = User.objects.system()
        registrations = list(
            Registration.objects.accepted().filter(event=event).select_related("organisation")
        )
        for sender in registrations:
            for receiver in self.best(sender, registrations)[:ASKS]:
                pair = {sender.organisation.slug, receiver.organisation.slug}
                if self.stage == "booking" and pair == plan.STORY:
                    continue
                taken = MeetingRequest.objects.open().filter(event=event)
                if taken.filter(sender=receiver, receiver=sender).exists():
                    continue
                actions.ask_for_meeting(
                    sender, to=receiver, reason="sector", message=MESSAGE, actor=system
                )

    def best(self, own: Registration, others: Sequence[Registration]) -> list[Registration]:
        """Partners of the other side by reciprocal score."""
        snapshot = current()
        score = ranking(own.organisation, snapshot).against.score
        position = snapshot.position
        across = [
            (score[position[other.organisation.slug]], other)
            for other in others
            if other.organisation.side != own.organisation.side
        ]
        ranked = sorted(across, key=lambda pair: -np.nan_to_num(pair[0], nan=-1.0))
        return [other for points, other in ranked if not np.isnan(points)]

    def answer(self, event: Event) -> None:
        """Two in five accept at "booking", four in five later; the demo people still have to answer."""
        system = User.objects.system()
        waiting = MeetingRequest.objects.filter(event=event, status=RequestStatus.SENT)
        for number, request in enumerate(waiting.order_by("pk")):
            if self.stage == "booking":
                mine = self.people(request.receiver.organisation.slug)
                if not mine and number % 5 < 2:
                    actions.accept_request(request, actor=system)
            elif number % 5 < 4:
                actions.accept_request(request, actor=system)
            else:
                actions.decline_request(request, actor=system)

    def plan_schedule(self, event: Event) -> ScheduleRun:
        """A planner run, done in this process."""
        run = actions.start_run(event, seconds=RUN_SECONDS, actor=self.olga)
        run_waiting_jobs()
        run.refresh_from_db()
        return run

    def publish(self, event: Event, run: ScheduleRun) -> None:
        """Release 1, and what happened since."""
        actions.publish_release(run, note="First schedule (demo)", actor=self.olga)
        event.refresh_from_db()
        if self.stage in ("live", "closed"):
            self.let_time_pass(event)
            event = event_actions.move_event(event, to=EventStatus.LIVE, actor=self.olga)
            self.open_doors(event)
            self.hold(event, everything=self.stage == "closed")
        if self.stage == "closed":
            self.report(event)
            event_actions.move_event(event, to=EventStatus.CLOSED, actor=self.olga)

    def let_time_pass(self, event: Event) -> None:
        """Move the days of the event to where its stage has them."""
        gap = self.final_day - self.day
        later = {name: F(name) + gap for name in ("starts_at", "ends_at")}
        Slot.objects.filter(session__event=event).update(**later)
        Session.objects.filter(event=event).update(**later)
        Event.objects.filter(pk=event.pk).update(
            starts_on=self.final_day, ends_on=self.final_day + dt.timedelta(days=self.plan.days - 1)
        )
        event.refresh_from_db()

    def report(self, event: Event) -> None:
        """Demo people say what came of two in three of their meetings."""
        held = Meeting.objects.filter(event=event, status=MeetingStatus.HELD).with_parties()
        for number, meeting in enumerate(held.order_by("pk")):
            parties = (meeting.request.sender.organisation, meeting.request.receiver.organisation)
            for at, organisation in enumerate(parties):
                people = self.people(organisation.slug)
                if not people or (number + at) % 3 == 0:
                    continue
                first = at == 0
                actions.report_outcome(
                    meeting,
                    organisation=organisation,
                    step=plan.STEPS[(number + at) % len(plan.STEPS)],
                    note="A first talk about common work. (Demo data.)",
                    next_step=plan.NEXT_STEP if first else "",
                    next_on=self.final_day + dt.timedelta(days=20 + number % 5) if first else None,
                    actor=people[0],
                )

    def open_doors(self, event: Event) -> None:
        """Four in five have arrived; everybody may look at the big screen."""
        screen = {"screen": ScreenAccess.PUBLIC, "screen_shows_names": True}
        actions.change_day(event, values=screen, actor=self.olga)
        people = Delegate.objects.filter(
            registration__event=event, registration__status=RegistrationStatus.ACCEPTED
        )
        for number, person in enumerate(people.order_by("pk")):
            if number % 5 != 4:
                actions.check_in(person, actor=self.olga)

    def hold(self, event: Event, *, everything: bool) -> None:
        """Meetings before now were held, but for one in ten."""
        meetings = Meeting.objects.filter(event=event, status=MeetingStatus.CONFIRMED)
        if not everything:
            meetings = meetings.filter(slot__ends_at__lte=timezone.now())
        for number, meeting in enumerate(meetings.order_by("pk")):
            if number % 10 == 9:
                absent = meeting.request.receiver.organisation
                actions.mark_missed(meeting, by=absent, actor=self.olga)
            else:
                actions.mark_held(meeting, actor=self.olga)
