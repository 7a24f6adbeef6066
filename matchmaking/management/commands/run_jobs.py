"""Runs the jobs that are due, once, in this process. A server runs `procrastinate worker` instead."""

import json
import logging
from dataclasses import dataclass
from typing import Any

from asgiref.sync import async_to_sync
from django.core.management.base import BaseCommand, CommandError
from procrastinate.contrib.django import app
from procrastinate.exceptions import JobRetry
from procrastinate.jobs import Job, Status

LOG = logging.getLogger("procrastinate")


@dataclass(frozen=True)
class Ran:
    """How many jobs were done, will be tried again later, and failed for good."""

    done: int = 0
    later: int = 0
    failed: int = 0


class Command(BaseCommand):
    help = "Run all jobs that are due, in this process, and stop."

    def handle(self, *args: Any, **options: Any) -> None:
        ran = run_waiting_jobs()
        self.stdout.write(
            f"Jobs: {ran.done} done, {ran.later} to be tried again later, {ran.failed} failed."
        )
        if ran.failed:
            raise CommandError("Some jobs failed. The log and the admin's list of jobs say why.")


def run_waiting_jobs() -> Ran:
    """Run all due jobs, those they defer too, on this thread's own connection, and return.

    Works inside a transaction, so that tests and `demo --no-server` see what the jobs wrote. Several
    processes may call it at once: each job is taken by one of them.
    """
    counts = {"done": 0, "later": 0, "failed": 0}
    worker = async_to_sync(app.job_manager.register_worker)()
    try:
        while job := async_to_sync(app.job_manager.fetch_job)(None, worker):
            counts[_run(job)] += 1
    finally:
        async_to_sync(app.job_manager.unregister_worker)(worker)
    return Ran(**counts)


def _run(job: Job) -> str:
    """Run one job and record its end: "done", "later" or "failed"."""
    task = app.tasks[job.task_name]
    try:
        task.func(**_arguments(job))
    except Exception as error:  # noqa: BLE001 - a job may fail in any way, and is recorded as failed
        return _record_failure(job, task.get_retry_exception(error, job), error)
    _finish(job, Status.SUCCEEDED)
    return "done"


def _arguments(job: Job) -> dict[str, Any]:
    """Arguments of a job; Django's own connection hands JSON over as text."""
    given: Any = job.task_kwargs
    arguments: dict[str, Any] = json.loads(given) if isinstance(given, str) else given
    return arguments


def _record_failure(job: Job, retry: JobRetry | None, error: Exception) -> str:
    app_log = f"{job.task_name}({job.id}): {type(error).__name__}: {error}"
    if retry is None:
        _finish(job, Status.FAILED)
        LOG.error("Job failed: %s", app_log)
        return "failed"
    LOG.warning("Job will be tried again: %s", app_log)
    async_to_sync(app.job_manager.retry_job)(job, retry.retry_decision.retry_at)
    return "later"


def _finish(job: Job, status: Status) -> None:
    async_to_sync(app.job_manager.finish_job)(job, status, delete_job=False)
