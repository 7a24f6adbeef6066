"""Olga exports the event for other planners and imports what they found."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from clusters.models import User
from events.choices import EventStatus
from events.models import Event
from matchmaking import actions
from matchmaking.forms import exchange as exchange_form
from matchmaking.models import MeetingRequest, ScheduleRun
from matchmaking.scheduling.exchange import problem_from, solution_document
from matchmaking.scheduling.planner import plan
from tests.matchmaking.stories import agree, draft, participant
from tests.participants import Visit
from tests.refusals import refused
from tests.sure import sure

HOME = "/organise/monterrey-2031/"
FILES = HOME + "exchange/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def wishes(event: Event) -> list[MeetingRequest]:
    """One European meets two Mexicans; requests are closed."""
    event.status = EventStatus.PLANNING
    event.save()
    eu = participant(event, "Uno EU", "eu")
    return [agree(eu, participant(event, f"{name} MX", "mx")) for name in ("Uno", "Dos")]


def unpacked(answer: Any) -> dict[str, Any]:
    """The document in a download."""
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith("attachment")
    document: dict[str, Any] = json.loads(gzip.decompress(answer.content))
    return document


def solved(document: dict[str, Any]) -> dict[str, Any]:
    """What another tool would make of a problem: here, our own planner."""
    return solution_document(plan(problem_from(document), seconds=2))


def sent(content: bytes | dict[str, Any], name: str = "solution.json") -> dict[str, Any]:
    """A filled form."""
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    return {"file": SimpleUploadedFile(name, raw), "name": "From outside"}


@pytest.mark.parametrize("names", ["", "?names=1"])
def test_a_problem_goes_out_and_its_solution_comes_back(
    wishes: list[MeetingRequest], olga: User, as_user: Visit, names: str
) -> None:
    client = as_user(olga)
    document = unpacked(client.get(f"{FILES}problem/{names}"))
    assert ("Uno EU" in str(document)) is bool(names)
    assert ("monterrey" in str(document)) is bool(names)
    answer = client.post(FILES, sent(solved(document)))
    run = ScheduleRun.objects.get(name="From outside")
    assert answer["Location"] == f"{HOME}runs/{run.pk}/grid/"
    assert set(run.meetings.values_list("request", flat=True)) == {one.pk for one in wishes}
    assert run.value == sum(run.meetings.values_list("weight", flat=True)) > 0
    again = unpacked(client.get(f"{HOME}runs/{run.pk}/solution/{names}"))
    assert len(again["meetings"]) == 2
    assert ("Uno EU" in str(again)) is bool(names)
    client.post(FILES, sent(gzip.compress(json.dumps(again).encode()), "again.json.gz"))
    copy = sure(ScheduleRun.objects.order_by("-pk").first())
    places = ("request", "slot", "table", "weight")
    assert set(copy.meetings.values_list(*places)) == set(run.meetings.values_list(*places))


def test_locked_meetings_stay_locked(
    wishes: list[MeetingRequest], event: Event, olga: User, as_user: Visit
) -> None:
    actions.publish_release(draft(event, (wishes[0], 0, 0)), actor=olga)
    event.meetings.update(is_locked=True)
    document = unpacked(as_user(olga).get(f"{FILES}problem/"))
    run = actions.import_solution(event, document=solved(document), actor=olga)
    assert run.meetings.get(request=wishes[0]).is_locked
    assert not run.meetings.get(request=wishes[1]).is_locked


# Without a time in it, so that every process gives the case the same name.
CUT_SHORT = gzip.compress(b'{"format": "b2b-schedule-solution"}' * 99, mtime=0)[:40]


@pytest.mark.parametrize(
    ("content", "name", "line"),
    [
        (b"", "x.json", "empty"),
        (b"{", "x.json", "is not JSON"),
        (b"\xff", "x.json", "is not UTF-8"),
        (CUT_SHORT, "x.json.gz", "cut short"),
        (b"{}", "x.gz", "damaged"),
        (b"[]", "x.json", "must be an object"),
        (b'{"format": "b2b-schedule-problem", "version": 1}', "x.json", "must be &#x27;b2b-sch"),
        (
            b'{"format": "b2b-schedule-solution", "version": 2}',
            "x.json",
            "version: must be 1, is 2",
        ),
        (
            b'{"format": "b2b-schedule-solution", "version": 1, "problem": "x", "meetings": [{}]}',
            "x.json",
            "meetings[0].wish",
        ),
        (
            b'{"format": "b2b-schedule-solution", "version": 1, "problem": "x", "meetings": []}',
            "x.json",
            "is a solution of “x”",
        ),
    ],
)
def test_bad_files_get_a_line_and_write_nothing(
    wishes: list[MeetingRequest], olga: User, as_user: Visit, content: bytes, name: str, line: str
) -> None:
    answer = as_user(olga).post(FILES, sent(content, name))
    assert answer.status_code in (400, 409)
    html = answer.content.decode()
    assert line in html
    assert "From outside" in html, "what was typed is still there"
    assert not ScheduleRun.objects.exists()


def test_a_file_that_is_too_large_is_not_read(
    wishes: list[MeetingRequest], olga: User, as_user: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchange_form, "MOST_BYTES", 10)
    answer = as_user(olga).post(FILES, sent(b" " * 11))
    assert "The file is larger than" in answer.content.decode()
    assert not ScheduleRun.objects.exists()


def test_meetings_that_break_rules_are_named_and_nothing_is_kept(
    wishes: list[MeetingRequest], event: Event, olga: User, as_user: Visit
) -> None:
    slot, table = sure(event.slots.first()), sure(event.tables.first())
    rows = [{"wish": str(one.pk), "slot": str(slot.pk), "table": str(table.pk)} for one in wishes]
    document = {
        "format": "b2b-schedule-solution",
        "version": 1,
        "problem": event.slug,
        "meetings": rows,
    }
    answer = as_user(olga).post(FILES, sent(document))
    assert answer.status_code == 409
    html = answer.content.decode()
    assert "Uno EU has more meetings at one time than people." in html
    assert "the table is taken at this time" in html
    assert not ScheduleRun.objects.exists()
    document["meetings"] = [{"wish": str(n), "slot": "1", "table": None} for n in range(900, 915)]
    with refused("solution") as refusal:
        actions.import_solution(event, document=document, actor=olga)
    assert "more." in refusal.text or refusal.text.count(".") < 12


def test_after_a_change_of_the_event_a_nameless_solution_is_refused(
    wishes: list[MeetingRequest], event: Event, olga: User, as_user: Visit
) -> None:
    document = unpacked(as_user(olga).get(f"{FILES}problem/"))
    solution = solved(document)
    wishes[0].status = "withdrawn"
    wishes[0].save()
    with refused("solution") as refusal:
        actions.import_solution(event, document=solution, actor=olga)
    assert "Export the problem again" in refusal.text


def test_the_page_offers_every_draft(
    wishes: list[MeetingRequest], event: Event, olga: User, as_user: Visit
) -> None:
    html = as_user(olga).get(FILES).content.decode()
    assert "No draft yet" in html
    run = draft(event, (wishes[0], 0, 0))
    assert f"runs/{run.pk}/solution/" in as_user(olga).get(FILES).content.decode()


def test_the_same_by_command(
    wishes: list[MeetingRequest], event: Event, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    problem, solution = tmp_path / "problem.json.gz", tmp_path / "solution.json"
    call_command("plan", event.slug, "--problem-only", str(problem))
    document = json.loads(gzip.decompress(problem.read_bytes()))
    assert "Uno EU" not in str(document)
    assert not ScheduleRun.objects.exists()
    solution.write_text(json.dumps(solved(document)))
    call_command("plan", event.slug, "--solution", str(solution))
    assert "2 meetings placed" in capsys.readouterr().out
    call_command("plan", event.slug, "--problem-only", str(problem), "--names")
    assert "Uno EU" in gzip.decompress(problem.read_bytes()).decode()


def test_commands_say_what_is_wrong(
    wishes: list[MeetingRequest], event: Event, tmp_path: Path
) -> None:
    nowhere = tmp_path / "no" / "file.json"
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("plan", event.slug, "--problem-only", str(nowhere))
    with pytest.raises(CommandError, match="does not exist"):
        call_command("plan", event.slug, "--solution", str(nowhere))
    other = tmp_path / "other.json"
    other.write_text(
        '{"format": "b2b-schedule-solution", "version": 1, "problem": "x", "meetings": []}'
    )
    with pytest.raises(CommandError, match="Nothing was imported"):
        call_command("plan", event.slug, "--solution", str(other))


def test_two_files_of_one_name_become_two_names(
    wishes: list[MeetingRequest], event: Event, olga: User
) -> None:
    document = {"format": "b2b-schedule-solution", "version": 1, "problem": event.slug}
    document |= {"meetings": []}
    for _time in range(3):
        actions.import_solution(event, document=document, name="By hand", actor=olga)
        actions.import_solution(event, document=document, actor=olga)
    names = [str(run) for run in event.runs.order_by("pk")]
    assert names[::2] == ["By hand", "By hand (2)", "By hand (3)"]
    assert len(set(names)) == 6
