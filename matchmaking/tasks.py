"""Jobs of this app. Arguments are identifiers; each job calls actions as the system."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from clusters.models import User
from clusters.validators import Refused
from events import actions as event_actions
from events.choices import EventStatus, EventStep
from events.models import Event, Mailing
from matchmaking import actions, jobs
from matchmaking.adapters.schedule import (
    draft_rows,
    plan_figures,
    repair_point,
    schedule_problem,
    unplaced_reasons,
)
from matchmaking.choices import ChainStatus
from matchmaking.models import (
    FactRequest,
    MeetingRequest,
    Printout,
    ReachTile,
    ScheduleRun,
    StandbyChain,
)
from matchmaking.printing import PaperError, typeset
from matchmaking.reads.papers import paper
from matchmaking.reads.reach import tile_shown
from matchmaking.reads.scores import scores_at
from matchmaking.reads.searches import due_searches
from matchmaking.scheduling.planner import NoScheduleYet, plan
from matchmaking.scheduling.problem import InvalidProblem, Problem
from matchmaking.scheduling.repair import curve, curve_for, repair
from matchmaking.scheduling.result import Plan, Progress

LOG = logging.getLogger(__name__)
NEWS_EVERY = 0.5
"""Seconds between two rows of progress: often enough to watch, too seldom to slow the planner."""
WORKERS = 2


class News:
    """Carries progress from the planner to its row, and the wish to stop the other way."""

    def __init__(self, run: ScheduleRun, actor: User) -> None:
        self.run, self.actor = run, actor
        self.started = self.last = time.monotonic()
        self.stage = ""
        self.stopping = False
        self.track: list[list[float | None]] = []

    def tell(self, progress: Progress) -> None:
        """The planner's call-back for progress."""
        self._write(progress.stage, progress)

    def should_stop(self) -> bool:
        """The planner's call-back for cancelling; a sign of life, too."""
        self._write(self.stage, None)
        return self.stopping

    def _write(self, stage: str, progress: Progress | None) -> None:
        now = time.monotonic()
        if stage == self.stage and now - self.last < NEWS_EVERY:
            return
        self.stage, self.last = stage, now
        elapsed = round(now - self.started, 1)
        if progress and progress.placed:
            self._note(elapsed, progress.placed_weight, progress.bound)
        self.stopping = actions.record_progress(
            self.run,
            stage=stage,
            elapsed=elapsed,
            track=self.track,
            value=progress.placed_weight if progress and progress.placed else None,
            bound=progress.bound if progress else None,
            actor=self.actor,
        )

    def _note(self, elapsed: float, value: int, bound: int | None) -> None:
        """A point of the curve of value and bound, where it has moved."""
        if not self.track or self.track[-1][1:] != [value, bound]:
            self.track.append([elapsed, value, bound])


class _PointNews(News):
    """Progress of one repair after another: the stage is the number of the repair."""

    def begin(self, number: int) -> None:
        """The next repair is worked out."""
        self._write(f"point {number}", None)

    def tell(self, progress: Progress) -> None:
        self._write(self.stage, None)


@app.task(name=jobs.PLAN_EVENT, queue=jobs.PLAN_QUEUE)
def plan_event(run_id: int) -> None:
    """Plan an event into the draft of a run. Whatever goes wrong, the run says so and keeps no half draft."""
    system = User.objects.system()
    run = ScheduleRun.objects.select_related("event").filter(pk=run_id).first()
    if run is None:
        return
    try:
        run = actions.begin_run(run, actor=system)
    except Refused:  # stopped or given up before a worker was free
        return
    try:
        (_curve_into if run.is_curve else _plan_into)(run, system)
    except InvalidProblem as error:
        actions.fail_run(run, error=str(error.faults[0]), actor=system)
    except NoScheduleYet:
        actions.stop_run(run, actor=system)
    except Exception as error:  # the run must not look as if it were still at work
        actions.fail_run(run, error=_problem_text(error), actor=system)
        raise


def _plan_into(run: ScheduleRun, system: User) -> None:
    problem = schedule_problem(run.event, run=run, scores=scores_at(run.event))
    news = News(run, system)
    result = plan_problem(run, problem, news)
    try:
        actions.store_draft(
            run,
            meetings=draft_rows(run, problem, result),
            stats=plan_figures(result),
            unplaced=unplaced_reasons(result),
            value=result.stats.placed_weight,
            bound=result.stats.bound,
            elapsed=round(time.monotonic() - news.started, 1),
            actor=system,
        )
    except Refused:  # the run was given up as silent; somebody may have started another
        return


def _curve_into(run: ScheduleRun, system: User) -> None:
    """Work out a repair for each readiness to move people, and keep them to choose from."""
    problem = schedule_problem(run.event, run=run, scores=scores_at(run.event))
    news = _PointNews(run, system)
    points = list(_repairs(run, problem, news))
    if not points:
        raise NoScheduleYet("stopped before a first repair")
    elapsed = round(time.monotonic() - news.started, 1)
    try:
        actions.store_curve(run, points=points, elapsed=elapsed, actor=system)
    except Refused:  # the run was given up as silent; somebody may have started another
        return


def _repairs(run: ScheduleRun, problem: Problem, news: _PointNews) -> Iterator[dict[str, Any]]:
    """The repairs that there was time for, from moving nobody to a plan without memory."""
    keeps = curve_for(problem)
    for number, keep in enumerate(keeps):
        news.begin(number)
        try:
            found = curve(
                problem,
                points=(keep,),
                seconds=max(1.0, run.seconds / len(keeps)),
                seed=run.seed,
                workers=WORKERS,
                on_progress=news.tell,
                should_stop=news.should_stop,
            )
        except NoScheduleYet:
            return
        yield from (repair_point(problem, point) for point in found)


def plan_problem(run: ScheduleRun, problem: Problem, news: News) -> Plan:
    """Call the planner with the run's settings: anew, or repairing a release."""
    if run.repair_of_id is not None:
        return repair(
            problem,
            keep=run.keep_weight or "freeze",
            seconds=run.seconds,
            seed=run.seed,
            workers=WORKERS,
            on_progress=news.tell,
            should_stop=news.should_stop,
        )
    return plan(
        problem,
        seconds=run.seconds,
        seed=run.seed,
        workers=WORKERS,
        fair=run.is_fair,
        on_progress=news.tell,
        should_stop=news.should_stop,
    )


def _problem_text(error: Exception) -> str:
    return _("The planner failed (%(kind)s). Try again; if it stays so, tell the operator.") % {
        "kind": type(error).__name__
    }


@app.task(name=jobs.ANNOUNCE_REQUEST, queue=jobs.MAIL_QUEUE)
def announce_request(request_id: int) -> None:
    """Tell the asked side of a request. One that is gone needs nobody told."""
    request = MeetingRequest.objects.filter(pk=request_id).first()
    if request is not None:
        actions.announce_request(request, actor=User.objects.system())


@app.task(name=jobs.ANNOUNCE_QUESTION, queue=jobs.MAIL_QUEUE)
def announce_question(question_id: int) -> None:
    """Tell an organisation of a question. One that is gone needs nobody told."""
    question = FactRequest.objects.filter(pk=question_id).first()
    if question is not None:
        actions.announce_question(question, actor=User.objects.system())


@app.task(name=jobs.SEND_MAILING, queue=jobs.MAIL_QUEUE)
def send_mailing(mailing_id: int) -> None:
    """Send a mailing. One that was thrown away needs nothing."""
    mailing = Mailing.objects.filter(pk=mailing_id).first()
    if mailing is not None:
        actions.deliver_mailing(mailing, actor=User.objects.system())


@app.task(name=jobs.ANNOUNCE_CANCELLATION, queue=jobs.MAIL_QUEUE)
def announce_cancellation(event_id: int) -> None:
    """Tell everybody who would have come that an event is called off."""
    event = Event.objects.filter(pk=event_id, status=EventStatus.CANCELLED).first()
    if event is not None:
        actions.announce_cancellation(event, actor=User.objects.system())


@app.task(name=jobs.MAKE_PRINTOUT, queue=jobs.PRINT_QUEUE)
def make_printout(printout_id: int) -> None:
    """Make a paper. Whatever goes wrong, it says so and can be ordered again."""
    system = User.objects.system()
    row = Printout.objects.without_file().filter(pk=printout_id).first()
    if row is None:
        return
    try:
        actions.begin_printout(row, actor=system)
    except Refused:  # given up before a worker was free
        return
    try:
        content = _paper_of(row, system)
    except Exception as error:  # it must not look as if it were still at work
        actions.fail_printout(row, error=_paper_problem(error, row.language), actor=system)
        raise
    try:
        actions.store_printout(row, content=content, actor=system)
    except Refused:  # given up as silent meanwhile
        return


def _paper_of(row: Printout, system: User) -> bytes:
    with translation.override(row.language):
        row.release.event = row.event
        actions.note_printout(row, done=5, actor=system)
        template, data = paper(row.release, row.kind)
        actions.note_printout(row, done=30, actor=system)
        return typeset(template, data, paper=row.paper)


def _paper_problem(error: Exception, language: str) -> str:
    with translation.override(language):
        if isinstance(error, PaperError):
            return _("The pages could not be set: %(why)s") % {"why": str(error)[:200]}
        return _("The paper could not be made (%(kind)s). Order it again.") % {
            "kind": type(error).__name__
        }


@app.task(name=jobs.COUNT_REACH, queue=jobs.PLAN_QUEUE)
def count_reach(tile_id: int) -> None:
    """Count whom the lists of one tile show. Whatever goes wrong, the run says so and can be started again."""
    system = User.objects.system()
    tile = ReachTile.objects.select_related("run").filter(pk=tile_id).first()
    if tile is None:  # stopped meanwhile
        return
    try:
        tile = actions.begin_tile(tile, actor=system)
        shown, version = tile_shown(tile)
        actions.store_tile(tile, shown=shown, version=version, actor=system)
    except Refused:  # stopped, or counted by another worker meanwhile
        return
    except Exception as error:  # the run must not look as if it were still at work
        text = _("The count failed (%(kind)s). Start it again.") % {"kind": type(error).__name__}
        actions.fail_reach(tile.run, error=text, actor=system)
        raise


@app.periodic(cron="* * * * *")
@app.task(name="tend_reach", queue=jobs.MAIL_QUEUE, queueing_lock="tend_reach")
def tend_reach(timestamp: int) -> None:
    """Every minute: give tiles whose worker went silent to another one."""
    actions.resume_tiles(actor=User.objects.system())


@app.periodic(cron="*/10 * * * *")
@app.task(name="tend_printouts", queue=jobs.MAIL_QUEUE, queueing_lock="tend_printouts")
def tend_printouts(timestamp: int) -> None:
    """Every ten minutes: delete papers whose day is over, give up those whose worker went silent."""
    actions.tend_printouts(actor=User.objects.system())


@app.periodic(cron="*/5 * * * *")
@app.task(name="tend_requests", queue=jobs.MAIL_QUEUE, queueing_lock="tend_requests")
def tend_requests(timestamp: int) -> None:
    """Every five minutes: end what is overdue, remind of what nearly is."""
    system = User.objects.system()
    while actions.expire_requests(actor=system):
        pass
    actions.remind_of_requests(actor=system)


@app.periodic(cron="10 * * * *")
@app.task(name="remind_of_next_steps", queue=jobs.MAIL_QUEUE, queueing_lock="remind_of_next_steps")
def remind_of_next_steps(timestamp: int) -> None:
    """Every hour: remind whoever's morning it is of the next steps they wrote down for this day."""
    actions.remind_of_next_steps(actor=User.objects.system())


@app.periodic(cron="*/5 * * * *")
@app.task(name="tend_events", queue=jobs.MAIL_QUEUE, queueing_lock="tend_events")
def tend_events(timestamp: int) -> None:
    """Every five minutes: begin phases, let reserve lists move up, erase old lists of imports."""
    system = User.objects.system()
    steps = {
        EventStep.TIMETABLE: event_actions.keep_timetable,
        EventStep.PLACES: event_actions.fill_places,
    }
    for event in Event.objects.tended():
        for name, step in steps.items():
            _take_step(event, name, partial(step, event, actor=system), system)
    event_actions.erase_imports(actor=system)


def _take_step(event: Event, name: EventStep, step: Callable[[], object], system: User) -> None:
    """One event's fault stops no other: its diary says so, the log says which, the next run tries again."""
    try:
        step()
    except Refused:  # somebody holds it at the moment; the next run comes
        return
    except Exception as error:  # whatever it is, the others must go on
        LOG.exception("Event %s: %s failed", event.pk, name)
        event_actions.note_fault(event, step=name, error=type(error).__name__, actor=system)


@app.periodic(cron="* * * * *")
@app.task(name="tend_runs", queue=jobs.MAIL_QUEUE, queueing_lock="tend_runs")
def tend_runs(timestamp: int) -> None:
    """Every minute: take up again, or give up, runs whose worker went silent."""
    actions.resume_stale_runs(actor=User.objects.system())


@app.periodic(cron="* * * * *")
@app.task(name=jobs.TEND_STANDBY, queue=jobs.MAIL_QUEUE, lock=jobs.TEND_STANDBY)
def tend_standby(timestamp: int) -> None:
    """Every minute, and whenever a place becomes free or an offer is answered: ask the next pair."""
    system = User.objects.system()
    for chain in StandbyChain.objects.filter(status=ChainStatus.RUNNING).select_related("slot"):
        with suppress(Refused):  # somebody holds it at the moment; the next minute comes
            actions.advance_standby(chain, actor=system)


@app.periodic(cron="20 5 * * *")
@app.task(name="mail_searches", queue=jobs.MAIL_QUEUE, queueing_lock="mail_searches")
def mail_searches(timestamp: int) -> None:
    """Every morning: mail what is new for saved searches, each at most once a week."""
    system = User.objects.system()
    for search in due_searches(timezone.now()):
        actions.mail_search(search, actor=system)


@app.periodic(cron="30 3 * * *")
@app.task(name="keep_house", queue=jobs.MAIL_QUEUE, queueing_lock="keep_house")
def keep_house(timestamp: int) -> None:
    """Every night: erase personal data whose time is over, and shorten the log of profile changes."""
    system = User.objects.system()
    actions.erase_old_events(actor=system)
    actions.prune_profile_changes(actor=system)
