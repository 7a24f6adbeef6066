"""A worker process is killed in the middle of a run. Another one takes the run up from the beginning."""

import datetime as dt
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connection, connections
from django.utils import timezone

from clusters.models import User
from events.choices import EventStatus
from events.models import Event
from matchmaking import actions
from matchmaking.choices import RunState
from matchmaking.management.commands.run_jobs import Ran, run_waiting_jobs
from matchmaking.models import DraftMeeting, ScheduleRun
from tests.matchmaking.stories import agree, participant

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 90
# A planner that never ends by itself, in a worker of its own over the test's database.
WORKER = """
import time
import django
django.setup()
from django.db import connection
connection.settings_dict["NAME"] = {name!r}
from matchmaking import tasks
from matchmaking.scheduling.result import Progress

def slow(problem, *, on_progress, should_stop, **_kwargs):
    while not should_stop():
        on_progress(Progress("weight", 0.0, placed=1, placed_weight=7, bound=9))
        time.sleep(0.1)

tasks.plan = slow
from matchmaking.management.commands.run_jobs import run_waiting_jobs
run_waiting_jobs()
"""
pytestmark = pytest.mark.django_db(transaction=True)


def wait_for(run: ScheduleRun, state: str) -> None:
    """Until the run is there, or too long."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        run.refresh_from_db()
        if run.state == state and run.value == 7:
            return
        time.sleep(0.2)
    raise AssertionError(f"the run is still {run.state}")


def killed_in(run: ScheduleRun) -> None:
    """Have a worker begin the run, and kill it without a warning."""
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER.format(name=connection.settings_dict["NAME"])],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"},
        start_new_session=True,
    )
    try:
        wait_for(run, RunState.RUNNING)
    finally:
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()


def by_another(work: Callable[[], Ran]) -> Ran:
    """Done by a thread and a connection of its own, as by another worker."""

    def run() -> Ran:
        try:
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result()


def test_a_run_whose_worker_is_killed_is_taken_up_by_the_next(
    event: Event, olga: User, system: User
) -> None:
    event.status = EventStatus.PLANNING
    event.save()
    agree(participant(event, "Uno EU", "eu"), participant(event, "Uno MX", "mx"))
    run = actions.start_run(event, seconds=2, actor=olga)
    killed_in(run)
    run.refresh_from_db()
    assert (run.state, run.attempts) == (RunState.RUNNING, 1)
    assert not DraftMeeting.objects.filter(run=run).exists()
    assert actions.resume_stale_runs(actor=system) == 0, "it may only be slow"
    silent = timezone.now() - dt.timedelta(minutes=3)
    ScheduleRun.objects.filter(pk=run.pk).update(heartbeat_at=silent)
    assert actions.resume_stale_runs(actor=system) == 1
    assert by_another(run_waiting_jobs).done >= 1
    run.refresh_from_db()
    assert (run.state, run.attempts) == (RunState.DONE, 2)
    assert run.meetings.count() == 1
