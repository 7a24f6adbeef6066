"""Answers for programs that visit every site: robots, monitors, people who found a hole."""

import datetime as dt

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django_prometheus.exports import ExportToDjangoView
from prometheus_client import CollectorRegistry, Gauge, generate_latest

from matchmaking.reads.workload import Workload, workload

VALID_FOR = dt.timedelta(days=300)  # RFC 9116 asks for less than a year


@login_not_required
def robots(request: HttpRequest) -> HttpResponse:
    """Say which pages search engines may read, and where the list of them is."""
    context = {"sitemap": request.build_absolute_uri(reverse("sitemap"))}
    return render(request, "robots.txt", context, content_type="text/plain")


@login_not_required
def security_txt(request: HttpRequest) -> HttpResponse:
    """Say how to report a security hole (RFC 9116)."""
    midnight = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    lines = {
        "Contact": f"mailto:{settings.CONTACT_EMAIL}",
        "Expires": (midnight + VALID_FOR).isoformat(),
        "Preferred-Languages": ", ".join(code for code, _name in settings.LANGUAGES),
        "Canonical": request.build_absolute_uri(reverse("security_txt")),
    }
    text = "".join(f"{name}: {value}\n" for name, value in lines.items())
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@login_not_required
def favicon(request: HttpRequest) -> HttpResponse:
    """Lead browsers that ask for the old name to the mark."""
    return HttpResponseRedirect(static("icons/mark.svg"))


@never_cache
@login_not_required
def metrics(request: HttpRequest) -> HttpResponse:
    """Figures for Prometheus, for whoever knows the token: requests, and what waits to be done."""
    told = request.headers.get("Authorization", "").removeprefix("Bearer ")
    token = settings.METRICS_TOKEN
    if not token or not constant_time_compare(told, token):
        raise Http404
    answer = ExportToDjangoView(request)
    answer.content += generate_latest(_waiting(workload()))
    return answer


def _waiting(work: Workload) -> CollectorRegistry:
    """The workload as gauges, in a registry of this one answer: they are true for all processes alike."""
    registry = CollectorRegistry()
    jobs = Gauge("puente_jobs", "Jobs waiting or at work", ["queue", "state"], registry=registry)
    for (queue, state), count in work.jobs.items():
        jobs.labels(queue, state).set(count)
    for name, text, counts in (
        ("puente_mails", "Mails by state", work.mails),
        ("puente_schedule_runs", "Runs of the planner by state", work.runs),
    ):
        gauge = Gauge(name, text, ["state"], registry=registry)
        for state, count in counts.items():
            gauge.labels(state).set(count)
    oldest = "Seconds that the oldest due job waits"
    Gauge("puente_oldest_job_seconds", oldest, registry=registry).set(work.oldest_seconds)
    Gauge("puente_workers", "Workers that told lately that they live", registry=registry).set(
        work.workers
    )
    return registry


@never_cache
@login_not_required
def live(request: HttpRequest) -> HttpResponse:
    """Say that the process answers; touches nothing else."""
    return JsonResponse({"live": True})


@never_cache
@login_not_required
def ready(request: HttpRequest) -> HttpResponse:
    """Say whether pages can be served: 200, or 503 while the database does not answer."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"ready": False, "database": False}, status=503)
    return JsonResponse({"ready": True, "database": True})
