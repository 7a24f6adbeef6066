"""Olga does for an organisation what it cannot do itself just now; both read that she did."""

import re

import pytest
from django.core.exceptions import ValidationError

from clusters.models import Message, User
from clusters.reads.mail import compose
from events import actions as event_actions
from events.choices import Deed, EventStatus, TeamRole
from events.models import Delegate, Event, OnBehalf, Registration
from matchmaking import actions
from matchmaking.choices import RequestStatus
from matchmaking.models import MeetingRequest
from tests.cast import (
    DelegateFactory,
    RegistrationFactory,
    RequestFactory,
    TeamFactory,
    UserFactory,
)
from tests.matchmaking.stories import mails
from tests.participants import Visit

pytestmark = pytest.mark.django_db


def page_of(row: Registration) -> str:
    return f"/organise/monterrey-2031/registrations/{row.pk}/"


def deeds(row: Registration) -> list[tuple[str, str, str]]:
    return list(row.on_behalf.order_by("pk").values_list("deed", "about", "asked_by"))


def test_the_work_list_and_the_call_lead_there(
    anas: Registration, olga: User, as_user: Visit
) -> None:
    client = as_user(olga)
    for path in ("work/", "call/?status=accepted"):
        html = client.get(f"/organise/monterrey-2031/{path}").content.decode()
        assert f'href="{page_of(anas)}"' in html
    html = client.get(page_of(anas)).content.decode()
    assert "No delegate named" in html
    assert "Nothing so far" in html


def test_olga_names_changes_and_takes_off_a_delegate(
    anas: Registration, ana: User, olga: User, as_user: Visit
) -> None:
    client, here = as_user(olga), page_of(anas)
    assert client.get(f"{here}delegates/").status_code == 200
    answer = client.post(f"{here}delegates/", {"name": "Marta", "email": "m@x.example"})
    assert answer["Location"] == here
    who = anas.delegates.get()
    assert client.post(f"{here}delegates/", {"name": ""}).status_code == 400
    one = f"{here}delegates/{who.pk}/"
    assert "Marta" in client.get(one).content.decode()
    assert client.post(one, {"name": ""}).status_code == 400
    client.post(one, {"name": "Marta Gil", "email": "m@x.example"})
    slot = anas.event.slots.all()[0]
    times = f"{here}availability/"
    assert "Marta Gil" in client.get(times).content.decode()
    data = {"delegate": who.pk, "slots": [slot.pk]}
    assert client.post(times, data)["Location"] == times
    client.post(times, data)
    assert client.post(times, {}).status_code == 400
    client.post(f"{one}remove/")
    assert deeds(anas) == [
        ("delegate_added", "Marta", ""),
        ("delegate_changed", "Marta Gil", ""),
        ("availability", "Marta Gil", ""),
        ("delegate_removed", "Marta Gil", ""),
    ], "saying the same again is no deed"
    html = as_user(ana).get("/events/monterrey-2031/registration/").content.decode()
    assert "The organisers took a delegate off: Marta Gil." in html
    assert "Olga" in html
    assert "The organisers named a delegate: Marta." in client.get(here).content.decode()


def test_olga_changes_how_it_takes_part(anas: Registration, olga: User, as_user: Visit) -> None:
    client, here = as_user(olga), page_of(anas)
    data = {"attendance": "remote", "parallel": 1, "max_meetings": 5, "max_per_day": 3}
    assert client.post(here, data)["Location"] == here
    anas.refresh_from_db()
    assert (anas.attendance, anas.max_meetings) == ("remote", 5)
    assert deeds(anas) == [("registration", "", "")]
    answer = client.post(here, data | {"max_per_day": 9})
    assert answer.status_code == 400
    assert "at most the most in all" in answer.content.decode()


def test_its_own_people_leave_no_note(
    anas: Registration, ana: User, olga: User, system: User
) -> None:
    one = event_actions.add_delegate(anas, name="Ana", actor=ana)
    event_actions.change_delegate(one, values={"name": "Ana M."}, actor=ana)
    event_actions.add_delegate(anas, name="Bot", actor=system)
    mine = DelegateFactory(registration=anas, user=olga)
    slot = anas.event.slots.all()[0]
    event_actions.set_availability(mine, unavailable=[slot], actor=olga)
    assert deeds(anas) == []


@pytest.mark.parametrize(
    ("do", "status", "mail"),
    [
        ("accept", RequestStatus.ACCEPTED, "request_accepted"),
        ("decline", RequestStatus.DECLINED, "request_declined"),
    ],
)
def test_olga_answers_when_the_organisation_asked_her(
    carlas: Registration,
    asked: MeetingRequest,
    carla: User,
    olga: User,
    as_user: Visit,
    do: str,
    status: str,
    mail: str,
) -> None:
    client = as_user(olga)
    path = f"{page_of(carlas)}requests/{asked.pk}/"
    answer = client.post(path, {"do": do, "priority": "2"})
    assert answer.status_code == 400, "somebody must have asked"
    assert asked.status == RequestStatus.SENT
    assert client.post(path, {"do": do, "asked_by": "Carla by phone"}).status_code == 302
    asked.refresh_from_db()
    assert (asked.status, asked.answered_by) == (status, olga)
    assert mails(mail) == ["Ana"]
    told = compose(Message.objects.get(template=mail))
    assert "The organisers answered for Nuevo León cluster, which had asked" in str(told.body)
    seen = as_user(User.objects.get(name="Ana")).get(f"/requests/{asked.pk}/").content.decode()
    assert re.search("The organisers (accepted|declined) for Nuevo León cluster", seen)
    assert deeds(carlas) == [
        (f"{do}{'ed' if do == 'accept' else 'd'}", "Galician cluster", "Carla by phone")
    ]
    html = as_user(carla).get("/events/monterrey-2031/registration/").content.decode()
    assert "asked for by Carla by phone" in html
    again = client.post(path, {"do": do, "asked_by": "Carla"})
    assert again.status_code == 409


def test_olga_says_how_much_it_wants_a_meeting(
    anas: Registration, carlas: Registration, asked: MeetingRequest, olga: User, as_user: Visit
) -> None:
    client = as_user(olga)
    for row, field in ((anas, "sender_priority"), (carlas, "receiver_priority")):
        path = f"{page_of(row)}requests/{asked.pk}/"
        data = {"do": "priority", "priority": "3", "asked_by": "Ana, mail"}
        assert client.post(path, data).status_code == 302
        asked.refresh_from_db()
        assert getattr(asked, field) == 3
        assert deeds(row)[0][0] == Deed.PRIORITY
    path = f"{page_of(anas)}requests/{asked.pk}/"
    assert client.post(path, {"do": "priority", "asked_by": "Ana"}).status_code == 400
    assert client.post(path, {"do": "accept", "asked_by": "Ana"}).status_code == 400, "it asked"
    assert client.post(path, {"do": "decline", "asked_by": "Ana"}).status_code == 400
    third = RegistrationFactory(event=anas.event)
    foreign = f"{page_of(third)}requests/{asked.pk}/"
    data = {"do": "priority", "priority": "1", "asked_by": "Nobody"}
    assert client.post(foreign, data).status_code == 400


def test_an_action_needs_somebody_who_asked(
    carlas: Registration, asked: MeetingRequest, olga: User
) -> None:
    with pytest.raises(ValidationError) as error:
        actions.accept_on_behalf(asked, registration=carlas, asked_by="  ", actor=olga)
    assert "asked_by" in error.value.error_dict


def test_viewers_look_and_do_nothing(
    anas: Registration, asked: MeetingRequest, as_user: Visit
) -> None:
    vera = UserFactory(name="Vera")
    TeamFactory(event=anas.event, user=vera, role=TeamRole.VIEWER)
    client, here = as_user(vera), page_of(anas)
    html = client.get(here).content.decode()
    assert "Add a delegate" not in html
    assert "Answer for it" not in html
    who = DelegateFactory(registration=anas)
    assert {
        client.post(here).status_code,
        client.post(f"{here}delegates/").status_code,
        client.post(f"{here}delegates/{who.pk}/remove/").status_code,
        client.post(f"{here}availability/").status_code,
        client.post(f"{here}requests/{asked.pk}/").status_code,
    } == {403}


def test_when_it_is_over_the_page_only_tells(
    anas: Registration, olga: User, as_user: Visit
) -> None:
    Event.objects.filter(pk=anas.event_id).update(status=EventStatus.CLOSED)
    client, here = as_user(olga), page_of(anas)
    assert "Add a delegate" not in client.get(here).content.decode()
    assert client.post(f"{here}delegates/", {"name": "Late"}).status_code == 409
    one = DelegateFactory(registration=anas)
    one_there = f"{here}delegates/{one.pk}/"
    assert client.post(one_there, {"name": "Late"}).status_code == 409


def test_leaving_at_an_organisers_hands_is_written_down(anas: Registration, olga: User) -> None:
    actions.withdraw_registration(anas, actor=olga)
    assert deeds(anas) == [("withdrawn", "", "")]


def test_names_in_the_history_go_with_the_events_people(
    anas: Registration, olga: User, system: User
) -> None:
    event_actions.add_delegate(anas, name="Marta", actor=olga)
    actions.erase_event(anas.event, actor=system)
    assert deeds(anas) == [("delegate_added", "", "")]
    assert str(OnBehalf.objects.get()) == "named a delegate"
    assert not Delegate.objects.filter(name="Marta").exists()


def test_the_page_asks_as_often_for_many(
    anas: Registration, olga: User, as_user: Visit, django_assert_max_num_queries
) -> None:
    client, counts = as_user(olga), []
    for size in (1, 4):
        for _n in range(size):
            DelegateFactory(registration=anas)
            RequestFactory(sender=anas, receiver=RegistrationFactory(event=anas.event))
            event_actions.add_delegate(anas, name="More", actor=olga)
        client.get(page_of(anas))
        with django_assert_max_num_queries(40) as seen:
            assert client.get(page_of(anas)).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]
