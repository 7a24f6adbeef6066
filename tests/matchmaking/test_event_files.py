"""An event goes out as one open file and comes back the same."""

import copy
import json
from pathlib import Path
from typing import Any

import pgtrigger
import pytest
from django.core.management import CommandError, call_command

from clusters.models import Organisation, User
from events.choices import EventStatus
from events.models import Delegate, Event, Registration, Unavailability
from matchmaking import actions
from matchmaking.adapters.event_file import EventFileError
from matchmaking.choices import MeetingStatus
from matchmaking.models import (
    AskedScore,
    CheckIn,
    Meeting,
    MeetingRequest,
    MeetingSeat,
    Outcome,
    Release,
    ReleaseEntry,
    TableUse,
)
from matchmaking.reads.event_file import export_event
from tests.cast import CountryFactory, SectorFactory, SectorFocusFactory, TeamFactory, UserFactory
from tests.matchmaking.stories import agree, draft, participant, publish
from tests.participants import Visit
from tests.sure import sure

pytestmark = pytest.mark.django_db


@pytest.fixture
def full(event: Event, agreed: MeetingRequest, olga: User, system: User) -> Event:
    """Two releases, a meeting held and reported on, one cancelled, one who cannot come at first."""
    Event.objects.filter(pk=event.pk).update(status=EventStatus.PLANNING, country=CountryFactory())
    event.refresh_from_db()
    event.organisers.add(agreed.sender.organisation)
    uno = participant(event, "Uno EU", "eu", attendance="remote")
    dos = participant(event, "Dos", "mx")
    SectorFocusFactory(organisation=uno.organisation, sector=SectorFactory())
    other = agree(uno, dos)
    AskedScore.objects.update_or_create(
        request=other,
        defaults={
            "policy": "default",
            "score": 61.5,
            "own": {"sector": 1.0},
            "theirs": {"need": 0.5},
        },
    )
    publish(event, olga, (agreed, 0, 0), (other, 1, None))
    actions.publish_release(draft(event, (agreed, 2, 1), (other, 1, None)), actor=olga)
    meeting = Meeting.objects.get(request=agreed)
    Meeting.objects.filter(pk=meeting.pk).update(
        status=MeetingStatus.MISSED, missed_by=agreed.sender.organisation
    )
    Outcome.objects.create(
        meeting=Meeting.objects.get(request=other), organisation=uno.organisation, step="letter",
        note="between us",
    )  # fmt: skip
    person = sure(Delegate.objects.filter(registration=uno).first())
    Unavailability.objects.create(delegate=person, slot=sure(event.slots.first()))
    CheckIn.objects.create(delegate=person)
    sure(event.tables.first()).closed_slots.add(sure(event.slots.last()))
    return Event.objects.get(pk=event.pk)


def out(event: Event, **choices: bool) -> dict[str, Any]:
    """The file, as JSON carries it."""
    chosen = {"with_people": True, "with_outcomes": True, **choices}
    data: dict[str, Any] = json.loads(json.dumps(export_event(event, **chosen)))
    return data


def emptied(event: Event) -> None:
    """Another installation: the event and its organisations were never here."""
    immutable = ("Release:release_is_immutable", "ReleaseEntry:release_entry_is_immutable")
    with pgtrigger.ignore(*(f"matchmaking.{name}" for name in immutable)):
        ReleaseEntry.objects.all().delete()
        Release.objects.all().delete()
    Meeting.objects.all().delete()
    MeetingRequest.objects.all().delete()
    Event.objects.filter(pk=event.pk).delete()
    Organisation.objects.all().delete()


def faults(data: Any, system: User) -> dict[str, str]:
    with pytest.raises(EventFileError) as error:
        actions.import_event(data, actor=system)
    return {fault.path: fault.text for fault in error.value.faults}


def test_an_event_comes_back_the_same_in_an_empty_installation(full: Event, system: User) -> None:
    before = out(full)
    emptied(full)
    assert not Registration.objects.exists()
    done = actions.import_event(copy.deepcopy(before), actor=system)
    after = out(done.event)
    assert {**after, "exported_at": ""} == {**before, "exported_at": ""}
    assert len(done.new_organisations) == 4
    assert done.counts["meetings"] == 2
    assert MeetingSeat.objects.count() == 4
    assert TableUse.objects.count() == 1
    assert Organisation.objects.get(slug="uno-eu").sectors.get().code == "automotive"


def test_a_missed_meeting_whose_place_others_took_comes_back(full: Event, system: User) -> None:
    """Both stand at one table in one slot; only those who met there hold it."""
    missed = Meeting.objects.get(status=MeetingStatus.MISSED)
    MeetingSeat.objects.filter(meeting=missed).delete()
    TableUse.objects.filter(meeting=missed).delete()
    Meeting.objects.filter(pk=missed.pk).update(is_given_away=True)
    pair = agree(participant(full, "Lugo", "eu"), participant(full, "Puebla", "mx"))
    filled = Meeting.objects.create(
        event=full, request=pair, slot=missed.slot, table=missed.table, status="held"
    )
    TableUse.objects.create(meeting=filled, slot=filled.slot, table=sure(filled.table))
    before = out(full)
    emptied(full)
    done = actions.import_event(copy.deepcopy(before), actor=system)
    assert {**out(done.event), "exported_at": ""} == {**before, "exported_at": ""}
    assert TableUse.objects.get().meeting.request.sender.organisation.name == "Lugo"


def test_the_places_of_an_event_come_back(full: Event, system: User) -> None:
    chosen = {"places_eu": 40, "places_mx": 60, "fills_places": False, "keeps_timetable": True}
    Event.objects.filter(pk=full.pk).update(**chosen)
    full.refresh_from_db()
    before = out(full)
    emptied(full)
    event = actions.import_event(before, actor=system).event
    assert {name: getattr(event, name) for name in chosen} == chosen


def test_a_copy_beside_the_original_gets_codes_of_its_own(
    full: Event, system: User, olga: User
) -> None:
    data = out(full)
    done = actions.import_event(data, slug="copy", owner=olga, actor=system)
    assert done.new_organisations == ()
    assert done.event.team.get().user == olga
    codes = list(Release.objects.values_list("code", flat=True))
    assert len(set(codes)) == 4
    assert Meeting.objects.values("uid").distinct().count() == 4


def test_a_dry_run_writes_nothing(full: Event, system: User) -> None:
    done = actions.import_event(out(full), slug="copy", dry_run=True, actor=system)
    assert done.counts["requests"] == 2
    assert not Event.objects.filter(slug="copy").exists()


def test_personal_data_and_outcomes_are_marked_and_can_be_left_out(
    full: Event, system: User
) -> None:
    bare = out(full, with_people=False, with_outcomes=False)
    text = json.dumps(bare)
    assert (bare["contains_personal_data"], bare["contains_outcomes"]) == (False, False)
    assert "personal" not in json.dumps(bare["delegates"])
    assert "Carla" not in text
    assert "letter" not in text
    assert "between us" not in json.dumps(out(full))
    done = actions.import_event(bare, slug="copy", actor=system)
    names = Delegate.objects.filter(registration__event=done.event).values_list("name", flat=True)
    assert set(names) == {"(not in the file)"}


def test_faults_are_named_by_their_path_and_nothing_is_written(full: Event, system: User) -> None:
    good = out(full)
    events = Event.objects.count()

    def broken(change: Any) -> dict[str, str]:
        data = copy.deepcopy(good)
        data["event"]["slug"] = "copy"
        change(data)
        found = faults(data, system)
        assert Event.objects.count() == events
        return found

    def status(data: Any) -> None:
        data["registrations"][1]["status"] = "maybe"
        data["registrations"][0]["sttatus"] = "accepted"
        data["registrations"][2] = "no object"

    found = broken(status)
    assert "maybe" in found["registrations[1].status"]
    assert found["registrations[0].sttatus"] == "Nobody knows this field."
    assert found["registrations[2]"] == "This must be an object."
    found = broken(lambda data: data["requests"][0].update(sender=99, reason="luck"))
    assert found["requests[0].sender"].startswith("“99” stands for nothing")
    assert found["requests[0].reason"] == "This is no criterion."
    found = broken(lambda data: data["delegates"][0].update(arrived_at="soon", personal=[]))
    assert {"delegates[0].arrived_at", "delegates[0].personal"} <= found.keys()
    found = broken(lambda data: data["delegates"][0]["personal"].update(shoe=43))
    assert "delegates[0].personal.shoe" in found
    found = broken(lambda data: data["slots"][0].update(id=2, starts_at=7))
    assert {"slots[0].starts_at", "slots[1].id"} <= found.keys()
    found = broken(lambda data: data["sessions"][0].update(ends_at="2001-01-01T00:00:00Z"))
    assert "breaks a rule" in found["sessions"]


def test_nobody_and_no_table_is_in_two_meetings_at_once(full: Event, system: User) -> None:
    data = out(full)
    data["event"]["slug"] = "copy"
    first, second = data["meetings"]
    second.update(slot=first["slot"], table=first["table"], delegates=first["delegates"])
    found = faults(data, system)
    assert set(found) == {"meetings[1].delegates", "meetings[1].table"}


def test_lists_must_be_lists_and_places_known(full: Event, system: User) -> None:
    data = out(full)
    data["event"]["slug"] = "copy"
    data["sessions"] = {"a": 1}
    assert faults(data, system) == {"sessions": "This must be a list."}
    data = out(full)
    data["event"].update(slug="copy", country="XX")
    assert "event.country" in faults(data, system)
    data["organisations"][0].update(slug="brand-new", region="ZZ99", countries=["YY"], name="")
    assert {
        "organisations[0]", "organisations[0].region", "organisations[0].countries[0]"
    } <= faults(data, system).keys()  # fmt: skip


def test_names_that_are_taken_are_refused(full: Event, system: User) -> None:
    data = out(full)
    assert "already" in faults(data, system)["event.slug"]
    data["organisations"][0]["name"] = "Somebody else"
    assert "another organisation" in faults(data, system)["organisations[0].slug"]


@pytest.mark.parametrize(
    ("data", "path"),
    [([], "format"), ({"format": "x"}, "format"), ({"format": "puente-event"}, "version")],
)
def test_other_files_are_not_mistaken_for_ours(data: Any, path: str, system: User) -> None:
    assert path in faults(data, system)


def test_the_commands_write_and_read_it(
    full: Event, olga: User, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "event.json"
    call_command("event_export", full.slug, str(file))
    assert "It holds personal data" in capsys.readouterr().out
    call_command("event_import", str(file), "--slug", "copy", "--dry-run")
    assert "Dry run: nothing was written." in capsys.readouterr().out
    call_command("event_import", str(file), "--slug", "copy", "--owner", olga.email.upper())
    assert "2 meetings" in capsys.readouterr().out
    call_command("event_export", "copy", "-", "--without-people", "--without-outcomes")
    assert json.loads(capsys.readouterr().out)["event"]["slug"] == "copy"
    with pytest.raises(CommandError, match=r"event.slug: There is an event"):
        call_command("event_import", str(file))


def test_the_commands_say_what_is_wrong(full: Event, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no event"):
        call_command("event_export", "nowhere", "-")
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("event_import", str(tmp_path / "none.json"))
    broken = tmp_path / "broken.json"
    broken.write_text("{")
    with pytest.raises(CommandError, match="is no JSON"):
        call_command("event_import", str(broken))
    with pytest.raises(CommandError, match="Nobody here"):
        call_command("event_import", str(broken), "--owner", "nobody@nowhere.example")
    data = out(full)
    data["event"]["slug"] = "copy"
    for one in data["organisations"]:
        one.update({f"odd{number}": 1 for number in range(20)})
    broken.write_text(json.dumps(data))
    with pytest.raises(CommandError, match="and 30 more"):
        call_command("event_import", str(broken))


def test_new_organisations_are_named(
    full: Event, system: User, tmp_path: Path, capsys: Any
) -> None:
    data = out(full)
    data["event"]["slug"] = "copy"
    data["organisations"].append(
        {"slug": "late", "name": "Late", "kind": "cluster", "side": "eu", "status": "draft"}
    )
    file = tmp_path / "event.json"
    file.write_text(json.dumps(data))
    call_command("event_import", str(file))
    assert "New organisations: late." in capsys.readouterr().out


def test_owners_download_it_and_planners_do_not(full: Event, olga: User, as_user: Visit) -> None:
    address = f"/organise/{full.slug}/event.json"
    bare = as_user(olga).get(address)
    assert bare.json()["contains_personal_data"] is False
    assert bare.json()["contains_outcomes"] is False
    named = as_user(olga).get(address, {"people": "1"})
    assert "with-personal-data" in named["Content-Disposition"]
    assert "Carla" in named.content.decode()
    planner = UserFactory(name="Pedro")
    TeamFactory(event=full, user=planner, role="planner")
    assert as_user(planner).get(address).status_code == 403
