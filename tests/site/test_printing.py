"""Olga prints from a release; whoever holds the paper asks whether it still holds."""

import datetime as dt
import re

import pytest
from django.test import Client
from django.utils import timezone, translation
from django.utils.translation import override
from procrastinate.contrib.django.models import ProcrastinateJob

from clusters.models import User
from clusters.validators import Refused
from events.actions import add_floor_plan, place_table
from events.choices import EventStatus, TeamRole
from events.models import Delegate, Event, Registration
from matchmaking import actions, printing, tasks
from matchmaking.choices import PRINT_MOVES, MeetingStatus, PaperKind, PrintState
from matchmaking.management.commands.run_jobs import run_waiting_jobs
from matchmaking.models import Meeting, MeetingRequest, Printout, Release
from matchmaking.reads.papers import agenda_of, agenda_of_person, paper
from tests.cast import EventFactory, RegistrationFactory, TeamFactory, UserFactory
from tests.matchmaking.stories import agree, draft, participant, publish
from tests.participants import Visit
from tests.pictures import jpeg, png, svg
from tests.sure import sure

PRINT = "/organise/monterrey-2031/print/"
ORDER = {"kind": "book", "release": "1", "paper": "letter", "language": "es"}
pytestmark = pytest.mark.django_db


@pytest.fixture
def release(event: Event, agreed: MeetingRequest, olga: User) -> Release:
    """Release 1: Ana and Carla in the first slot at the first table, two others by video later."""
    Event.objects.filter(pk=event.pk).update(status=EventStatus.PLANNING)
    event.refresh_from_db()
    uno, dos = (
        participant(event, "Uno EU", "eu", attendance="remote"),
        participant(event, "Dos", "mx"),
    )
    return publish(event, olga, (agreed, 0, 0), (agree(uno, dos), 1, None))


def order(release: Release, actor: User, **values: str) -> Printout:
    chosen = {"kind": "book", "paper": "a4", "language": "en", **values}
    return actions.order_printout(release.event, release=release, actor=actor, **chosen)


# -- the paper itself


@pytest.mark.parametrize("kind", PaperKind.values)
@pytest.mark.parametrize(("size", "language"), [("a4", "en"), ("letter", "es")])
def test_every_paper_is_a_tagged_pdf(release: Release, kind: str, size: str, language: str) -> None:
    with override(language):
        template, data = paper(release, kind)
    pdf = printing.typeset(template, data, paper=size)
    assert pdf.startswith(b"%PDF-")
    assert b"/StructTreeRoot" in pdf
    assert b"/MarkInfo" in pdf
    assert re.search(rb"pdfuaid:part[^0-9]{1,3}1", pdf)
    assert f"/Lang({language}".encode() in pdf
    width = b"595" if size == "a4" else b"612"
    assert re.search(rb"/MediaBox ?\[0 0 " + width, pdf)


def test_what_people_wrote_is_text_and_never_markup(release: Release, anas: Registration) -> None:
    organisation = anas.organisation
    organisation.name = '#panic("no") *bold* $x$ "quoted" \\ <label>'
    organisation.save()
    _template, data = paper(release, "book")
    assert organisation.name in [one["name"] for one in data["agendas"]]
    assert printing.typeset("agendas", data, paper="a4")


def test_a_picture_without_words_is_refused() -> None:
    with pytest.raises(printing.PaperError):
        printing.typeset("agendas", {"title": "x"}, paper="a4")


def test_an_agenda_names_ones_own_people_and_not_the_others(
    release: Release, anas: Registration
) -> None:
    _template, data = agenda_of(release, anas)
    (one,) = data["agendas"]
    (row,) = one["days"][0]["rows"]
    assert (row["other"], row["people"], row["place"]) == ("Nuevo León cluster", "Ana", "T1")
    assert "Carla" not in str(data)
    assert "Release 1 of" in data["foot"]["made"]
    assert data["foot"]["short"].endswith(f"paper/{release.code}")
    assert row["change"] == ""


def test_hosts_see_both_sides_and_badges_carry_the_code(
    release: Release, delegates: list[Delegate]
) -> None:
    _template, hosts = paper(release, "hosts")
    (row,) = hosts["days"][0]["slots"][0]["rows"]
    assert {row["first_people"], row["second_people"]} == {"Ana", "Carla"}
    _template, badges = paper(release, "badges")
    assert delegates[0].code in [one["code"] for one in badges["badges"]]
    _template, tables = paper(release, "tables")
    assert [card["name"] for card in tables["cards"]] == ["T1"]


DAMAGED = png(40, 30)[:-16] + bytes(4) + png(40, 30)[-12:]
"""With a wrong check sum, as after a bad copy."""


def test_a_damaged_picture_leaves_its_place_empty() -> None:
    marks = [("T1", 5.0, 5.0)]
    whole, damaged = (
        printing.plan_svg(content, "image/png", height=750, marks=marks)
        for content in (png(40, 30), DAMAGED)
    )
    assert "<image" in whole
    assert "<image" not in damaged
    assert ">T1<" in damaged


@pytest.mark.parametrize("content", [svg("<rect/>"), png(40, 30), jpeg(40, 30), DAMAGED])
def test_the_book_begins_with_the_floor_plans(release: Release, olga: User, content: bytes) -> None:
    """Whatever a picture holds, the book is set; a broken one leaves its place empty."""
    hall = add_floor_plan(release.event, name="Hall A", content=content, actor=olga)
    table = sure(release.event.tables.first())
    table.name = "T<1>"
    table.save()
    place_table(table, plan=hall, x=0.5, y=0.5, actor=olga)
    template, data = paper(release, "book")
    (plan,) = data["cover"]["plans"]
    assert plan["alt"] == "Floor plan Hall A with the tables T<1>"
    assert "T&lt;1&gt;" in plan["drawing"]
    assert "translate(500.0 375.0)" in plan["drawing"]
    assert printing.typeset(template, data, paper="a4").startswith(b"%PDF-")


def test_who_takes_part_by_video_reads_ones_own_clock_too(release: Release) -> None:
    remote = Registration.objects.get(organisation__name="Uno EU")
    remote.organisation.time_zone = "Europe/Madrid"
    remote.organisation.save()
    _template, data = agenda_of(release, remote)
    (row,) = data["agendas"][0]["days"][0]["rows"]
    assert row["own_time"].endswith("Madrid")
    assert row["place"] == "by video"


def test_paper_says_what_became_of_a_meeting_since(
    release: Release, anas: Registration, agreed: MeetingRequest
) -> None:
    meeting = Meeting.objects.get(request=agreed)
    slots = list(release.event.slots.all())

    def change() -> str:
        _template, data = agenda_of(release, anas)
        return str(data["agendas"][0]["days"][0]["rows"][0]["change"])

    Meeting.objects.filter(pk=meeting.pk).update(slot=slots[3])
    assert "moved since" in change()
    Meeting.objects.filter(pk=meeting.pk).update(status=MeetingStatus.CANCELLED)
    assert change() == "cancelled since"


def test_a_meeting_added_on_the_day_is_on_the_paper(release: Release, anas: Registration) -> None:
    event = release.event
    late = agree(anas, Registration.objects.get(organisation__name="Dos"))
    Meeting.objects.create(event=event, request=late, slot=sure(event.slots.last()))
    _template, data = agenda_of(release, anas)
    rows = [row for day in data["agendas"][0]["days"] for row in day["rows"]]
    assert [row["change"] for row in rows] == ["", "added since"]
    assert "1 meeting has changed" in data["agendas"][0]["notices"][0]


def test_a_replaced_release_says_so(
    release: Release, anas: Registration, agreed: MeetingRequest, olga: User
) -> None:
    actions.publish_release(draft(release.event, (agreed, 2, 0)), actor=olga)
    _template, data = agenda_of(release, anas)
    assert "replaced" in data["agendas"][0]["notices"][0]


def test_erased_people_are_on_no_paper(
    release: Release, anas: Registration, delegates: list[Delegate]
) -> None:
    Delegate.objects.filter(pk=delegates[0].pk).update(name="(erased)", erased_at=timezone.now())
    _template, data = agenda_of(release, anas)
    assert data["agendas"][0]["people"] == ""
    _template, badges = paper(release, "badges")
    assert "(erased)" not in str(badges)


@pytest.mark.parametrize("pairs", [1, 3])
def test_a_paper_reads_a_fixed_number_of_rows(
    release: Release, olga: User, django_assert_num_queries, pairs: int
) -> None:
    event = release.event
    places = []
    for number in range(pairs):
        one, other = participant(event, f"E{number}", "eu"), participant(event, f"M{number}", "mx")
        places.append((agree(one, other), number, 1))
    new = actions.publish_release(draft(event, *places), actor=olga)
    new.event = event
    with django_assert_num_queries(11):
        paper(new, "book")


# -- ordering


def test_olga_orders_the_book_and_opens_it(release: Release, olga: User, as_user: Visit) -> None:
    client = as_user(olga)
    page = client.get(PRINT).content.decode()
    assert "Nothing yet." in page
    assert "Release 1" in page
    answer = client.post(PRINT, ORDER)
    row = Printout.objects.get()
    assert answer["Location"] == f"{PRINT}{row.pk}/"
    waiting = client.get(answer["Location"]).content.decode()
    assert 'hx-trigger="every 1s"' in waiting
    assert client.get(f"{PRINT}{row.pk}/file/").status_code == 302
    run_waiting_jobs()
    part = client.get(answer["Location"], headers={"HX-Request": "true"}).content.decode()
    assert "The paper is ready." in part
    assert "<html" not in part
    pdf = client.get(f"{PRINT}{row.pk}/file/")
    assert pdf["Content-Type"] == "application/pdf"
    assert pdf["Cache-Control"] == "private, no-store"
    assert b"/Lang(es" in pdf.content
    assert "Open the PDF" in client.get(PRINT).content.decode()


def test_a_paper_of_a_replaced_release_warns(
    release: Release, agreed: MeetingRequest, olga: User, as_user: Visit
) -> None:
    row = order(release, olga)
    actions.publish_release(draft(release.event, (agreed, 2, 0)), actor=olga)
    page = as_user(olga).get(f"{PRINT}{row.pk}/").content.decode()
    assert "Release 2 has replaced" in page
    assert "outdated" in as_user(olga).get(PRINT).content.decode()


def test_the_front_desk_prints_and_strangers_find_nothing(
    release: Release, ana: User, as_user: Visit
) -> None:
    desk = UserFactory(name="Desk")
    TeamFactory(event=release.event, user=desk, role=TeamRole.FRONT_DESK)
    assert as_user(desk).post(PRINT, ORDER).status_code == 302
    row = Printout.objects.get()
    assert list(Printout.objects.visible_to(desk)) == [row]
    assert not Printout.objects.visible_to(ana).exists()
    assert as_user(ana).get(f"{PRINT}{row.pk}/file/").status_code == 404


def test_a_missing_choice_is_told_next_to_it(release: Release, olga: User, as_user: Visit) -> None:
    answer = as_user(olga).post(PRINT, {**ORDER, "release": "7"})
    assert answer.status_code == 400
    assert 'id="id_release' in answer.content.decode()


def test_before_a_release_the_page_says_what_to_do(
    event: Event, olga: User, as_user: Visit
) -> None:
    assert "Publish the schedule first." in as_user(olga).get(PRINT).content.decode()


def test_too_many_at_once_wait(release: Release, olga: User, as_user: Visit) -> None:
    for _number in range(5):
        order(release, olga)
    answer = as_user(olga).post(PRINT, ORDER)
    assert answer.status_code == 409
    assert "5 papers are being made already" in answer.content.decode()


def test_a_release_of_another_event_is_refused(release: Release, olga: User) -> None:
    other = EventFactory()
    TeamFactory(event=other, user=olga)
    with pytest.raises(Refused) as refusal:
        actions.order_printout(
            other, release=release, kind="book", paper="a4", language="en", actor=olga
        )
    assert refusal.value.code == "other_event"


def test_after_a_day_the_file_is_gone(
    release: Release, olga: User, system: User, as_user: Visit
) -> None:
    row = order(release, olga, kind="badges")
    run_waiting_jobs()
    Printout.objects.filter(pk=row.pk).update(expires_at=timezone.now() - dt.timedelta(minutes=1))
    client = as_user(olga)
    assert client.get(f"{PRINT}{row.pk}/file/").status_code == 302
    assert "deleted after a day" in client.get(f"{PRINT}{row.pk}/").content.decode()
    tasks.tend_printouts(0)
    assert not Printout.objects.exists()
    tasks.make_printout(row.pk)  # its job comes late and finds nothing to do


def test_erasing_an_event_takes_its_papers_along(
    release: Release, olga: User, system: User
) -> None:
    order(release, olga)
    actions.erase_event(release.event, actor=system)
    assert not Printout.objects.exists()


def test_a_silent_worker_is_given_up(release: Release, olga: User, system: User) -> None:
    row = actions.begin_printout(order(release, olga), actor=system)
    Printout.objects.filter(pk=row.pk).update(started_at=timezone.now() - dt.timedelta(minutes=6))
    assert actions.tend_printouts(actor=system) == 1
    row.refresh_from_db()
    assert (row.state, row.error) == (
        PrintState.FAILED,
        "The worker stopped. Order the paper again.",
    )
    with pytest.raises(Refused):
        actions.store_printout(row, content=b"late", actor=system)
    tasks.make_printout(row.pk)  # a second attempt finds it over


def test_a_paper_whose_job_is_lost_gets_another(release: Release, olga: User, system: User) -> None:
    row = order(release, olga)
    Printout.objects.update(created_at=timezone.now() - dt.timedelta(minutes=6))
    assert actions.tend_printouts(actor=system) == 0, "its job still waits"
    ProcrastinateJob.objects.all().delete()
    assert actions.tend_printouts(actor=system) == 1
    assert actions.tend_printouts(actor=system) == 0
    run_waiting_jobs()
    row.refresh_from_db()
    assert row.state == PrintState.DONE


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (printing.PaperError("a fault of typst"), "a fault of typst"),
        (RuntimeError("no"), "RuntimeError"),
    ],
)
def test_a_failure_is_told_and_can_be_ordered_again(
    release: Release,
    olga: User,
    as_user: Visit,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    told: str,
) -> None:
    def fail(*_args: object, **_rest: object) -> bytes:
        raise error

    monkeypatch.setattr(tasks, "typeset", fail)
    row = order(release, olga)
    with pytest.raises(type(error)):
        tasks.make_printout(row.pk)
    page = as_user(olga).get(f"{PRINT}{row.pk}/").content.decode()
    assert told in page
    assert "failed" in as_user(olga).get(PRINT).content.decode()


def test_a_paper_given_up_meanwhile_is_not_stored(
    release: Release, olga: User, system: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = order(release, olga)

    def give_up(*_args: object, **_rest: object) -> bytes:
        actions.fail_printout(row, error="too slow", actor=system)
        return b"late"

    monkeypatch.setattr(tasks, "typeset", give_up)
    tasks.make_printout(row.pk)
    row.refresh_from_db()
    assert (row.state, row.content) == (PrintState.FAILED, None)
    assert actions.fail_printout(row, error="again", actor=system).error == "too slow"


def test_states_move_along_the_table() -> None:
    assert PRINT_MOVES.keys() == set(PrintState.values)
    assert not PRINT_MOVES[PrintState.DONE] | PRINT_MOVES[PrintState.FAILED]


# -- one agenda


def test_olga_opens_one_agenda_at_the_desk(
    release: Release, anas: Registration, olga: User, as_user: Visit
) -> None:
    chosen = {**ORDER, "registration": str(anas.pk)}
    pdf = as_user(olga).get(f"{PRINT}agenda/", chosen)
    assert pdf.content.startswith(b"%PDF-")
    assert 'filename="monterrey-2031-galician-cluster.pdf"' in pdf["Content-Disposition"]
    assert as_user(olga).get(f"{PRINT}agenda/").status_code == 302


def test_ana_prints_her_agenda_and_her_organisations(
    release: Release, ana: User, beto: User, carla: User, as_user: Visit
) -> None:
    agenda = "/agenda/monterrey-2031/print/"
    assert as_user(ana).get(agenda, {"paper": "letter", "language": "es"}).status_code == 200
    assert as_user(ana).get(agenda, {"whose": "organisation"}).status_code == 200
    assert as_user(beto).get(agenda).status_code == 200  # sent nowhere: the organisation's
    assert agenda_of_person(release, beto) is None
    _template, data = sure(agenda_of_person(release, ana))
    assert data["agendas"][0]["people"] == "Galician cluster"
    stranger = UserFactory(name="Nobody")
    assert as_user(stranger).get(agenda).status_code == 404


def test_without_a_release_there_is_no_agenda_to_print(
    event: Event, anas: Registration, ana: User, as_user: Visit
) -> None:
    assert as_user(ana).get("/agenda/monterrey-2031/print/").status_code == 404


def test_an_organisation_without_meetings_is_told_so(release: Release) -> None:
    alone = RegistrationFactory(event=release.event)
    _template, data = agenda_of(release, alone)
    assert data["agendas"][0]["notices"] == ["No meeting in this release."]


# -- does it still hold?


def asked(code: str) -> str:
    answer = Client().get(f"/paper/{code}/")
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def test_anybody_may_ask_and_learns_nothing_private(release: Release) -> None:
    page = asked(release.code.lower())
    assert "This paper is current" in page
    assert "No meeting has changed since." in page
    assert "Galician" not in page
    assert "Ana" not in page


def test_a_change_on_the_day_is_counted(release: Release, agreed: MeetingRequest) -> None:
    Meeting.objects.filter(request=agreed).update(status=MeetingStatus.CANCELLED)
    assert "1 meeting of the event has changed" in asked(release.code)


def test_an_old_paper_is_outdated(release: Release, agreed: MeetingRequest, olga: User) -> None:
    actions.publish_release(draft(release.event, (agreed, 2, 0)), actor=olga)
    page = asked(release.code)
    assert "This paper is outdated" in page
    assert "Release 2 is in force" in page


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (EventStatus.CANCELLED, "The event does not take place"),
        (EventStatus.CLOSED, "The event is over."),
    ],
)
def test_the_end_of_an_event_is_told(release: Release, status: str, words: str) -> None:
    Event.objects.filter(pk=release.event_id).update(status=status)
    assert words in asked(release.code)


def test_an_unknown_code_says_which_letters_there_are() -> None:
    answer = Client().get("/paper/NOSUCH99/")
    assert answer.status_code == 404
    assert "there is no 0, O, 1, I or L" in answer.content.decode()
    assert translation.get_language() == "en"
