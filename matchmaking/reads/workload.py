"""What is waiting to be done, for whoever watches over an installation: numbers only, no names."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, Min, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from procrastinate.contrib.django.models import (
    ProcrastinateEvent,
    ProcrastinateJob,
    ProcrastinateWorker,
)

from clusters.models import Message
from matchmaking.models import ScheduleRun

# A worker tells every ten seconds that it lives.
SILENT = dt.timedelta(seconds=60)
# Jobs that are over are history, and many.
WAITING = ("todo", "doing")


@dataclass(frozen=True)
class Workload:
    """Jobs by (queue, state), seconds that the oldest due job waits, living workers, mails and runs by state."""

    jobs: Mapping[tuple[str, str], int]
    oldest_seconds: float
    workers: int
    mails: Mapping[str, int]
    runs: Mapping[str, int]


def workload() -> Workload:
    """What is waiting right now, in five queries."""
    now = timezone.now()
    rows = (
        ProcrastinateJob.objects.filter(status__in=WAITING)
        .order_by()
        .values_list("queue_name", "status")
        .annotate(Count("pk"))
    )
    return Workload(
        {(queue, status): count for queue, status, count in rows},
        _oldest_seconds(now),
        ProcrastinateWorker.objects.filter(last_heartbeat__gt=now - SILENT).count(),
        dict(Message.objects.order_by().values_list("state").annotate(Count("pk"))),
        dict(ScheduleRun.objects.order_by().values_list("state").annotate(Count("pk"))),
    )


def waiting_keys(task: str, name: str) -> set[int]:
    """What the jobs of a task that wait or are at work are about: their argument `name`."""
    rows = ProcrastinateJob.objects.filter(task_name=task, status__in=WAITING)
    return {int(one[name]) for one in rows.values_list("args", flat=True)}


def _oldest_seconds(now: dt.datetime) -> float:
    """How long the job waits that was due first: since its time, or since it was given without one."""
    given = ProcrastinateEvent.objects.filter(type="deferred", job=OuterRef("pk")).values("at")[:1]
    due = ProcrastinateJob.objects.filter(status="todo").annotate(
        due=Coalesce("scheduled_at", Subquery(given))
    )
    first = due.filter(due__lte=now).aggregate(Min("due"))["due__min"]
    return (now - first).total_seconds() if first else 0.0
