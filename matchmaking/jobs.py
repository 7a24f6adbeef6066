"""Defers the jobs of this app, by name. A job becomes visible with the commit of its transaction."""

from procrastinate.contrib.django import app

MAIL_QUEUE, PLAN_QUEUE = "mail", "plan"
PRINT_QUEUE = "print"
ANNOUNCE_REQUEST = "announce_request"
ANNOUNCE_QUESTION = "announce_question"
SEND_MAILING = "send_mailing"
ANNOUNCE_CANCELLATION = "announce_cancellation"
PLAN_EVENT = "plan_event"
TEND_STANDBY = "tend_standby"
MAKE_PRINTOUT = "make_printout"
COUNT_REACH = "count_reach"


def announce_request(request_id: int) -> None:
    """Have the asked side mailed. The job, not the sender's page, knows whether they want to hear of it."""
    app.configure_task(ANNOUNCE_REQUEST, queue=MAIL_QUEUE).defer(request_id=request_id)


def announce_question(question_id: int) -> None:
    """Have the organisation mailed that was asked for a fact."""
    app.configure_task(ANNOUNCE_QUESTION, queue=MAIL_QUEUE).defer(question_id=question_id)


def tend_standby() -> None:
    """Have freed places offered on at once; the timetable does so every minute anyway."""
    app.configure_task(TEND_STANDBY, queue=MAIL_QUEUE).defer(timestamp=0)


def announce_cancellation(event_id: int) -> None:
    """Have everybody mailed who would have come."""
    app.configure_task(ANNOUNCE_CANCELLATION, queue=MAIL_QUEUE).defer(event_id=event_id)


def make_printout(printout_id: int) -> None:
    """Have a paper made."""
    app.configure_task(MAKE_PRINTOUT, queue=PRINT_QUEUE).defer(printout_id=printout_id)


def count_reach(tile_id: int) -> None:
    """Have the lists of one tile counted. Tiles need nothing of each other: any worker takes any of them."""
    app.configure_task(COUNT_REACH, queue=PLAN_QUEUE).defer(tile_id=tile_id)


def send_mailing(mailing_id: int) -> None:
    """Have a prepared mail sent to its recipients."""
    app.configure_task(SEND_MAILING, queue=MAIL_QUEUE).defer(mailing_id=mailing_id)


def plan_event(run_id: int, attempt: int = 0) -> None:
    """Have the planner run. One job at a time for each attempt of a run, on a worker's queue of its own.

    The job of a killed worker holds its lock until it is given to another; the next attempt has its own.
    """
    lock = f"plan-{run_id}-{attempt}"
    app.configure_task(PLAN_EVENT, queue=PLAN_QUEUE, lock=lock).defer(run_id=run_id)
