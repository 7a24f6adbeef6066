"""How much one's side wants a meeting: said when asking, changed later, never told to the other side."""

import pytest

from clusters.models import User
from events.models import Registration
from matchmaking.choices import RequestStatus
from matchmaking.models import MeetingRequest
from tests.participants import Visit

ASK = "/events/monterrey-2031/ask/nuevo-leon-cluster/"


@pytest.mark.parametrize(("posted", "kept"), [({"priority": "3"}, 3), ({}, 2)])
def test_ana_says_it_when_she_asks(
    anas: Registration,
    carlas: Registration,
    ana: User,
    as_user: Visit,
    posted: dict[str, str],
    kept: int,
) -> None:
    assert "we must meet" in as_user(ana).get(ASK).content.decode()
    as_user(ana).post(ASK, {"message": "Moulds", **posted})
    assert MeetingRequest.objects.get().sender_priority == kept


def test_each_side_changes_its_own_and_sees_no_other(
    asked: MeetingRequest, ana: User, carla: User, as_user: Visit
) -> None:
    page = f"/requests/{asked.pk}/"
    answer = as_user(carla).post(f"{page}priority/", {"priority": "3"})
    assert (answer.status_code, answer["Location"]) == (302, page)
    as_user(ana).post(f"{page}priority/", {"priority": "1"})
    asked.refresh_from_db()
    assert (asked.sender_priority, asked.receiver_priority) == (1, 3)
    assert '<option value="1" selected>' in as_user(ana).get(page).content.decode()
    assert '<option value="3" selected>' in as_user(carla).get(page).content.decode()


@pytest.mark.parametrize("wrong", ["4", "", "much", "🚗"])
def test_another_figure_is_refused_next_to_the_form(
    asked: MeetingRequest, ana: User, as_user: Visit, wrong: str
) -> None:
    answer = as_user(ana).post(f"/requests/{asked.pk}/priority/", {"priority": wrong})
    assert answer.status_code == 400
    assert "error-summary" in answer.content.decode()
    asked.refresh_from_db()
    assert asked.sender_priority == 2


def test_of_a_closed_request_nothing_is_asked_any_more(
    asked: MeetingRequest, ana: User, as_user: Visit
) -> None:
    MeetingRequest.objects.filter(pk=asked.pk).update(status=RequestStatus.DECLINED)
    page = f"/requests/{asked.pk}/"
    assert 'name="priority"' not in as_user(ana).get(page).content.decode()
    assert as_user(ana).post(f"{page}priority/", {"priority": "3"}).status_code == 409


def test_organisers_change_no_side_s_wish(
    asked: MeetingRequest, olga: User, as_user: Visit
) -> None:
    assert (
        as_user(olga).post(f"/requests/{asked.pk}/priority/", {"priority": "3"}).status_code == 403
    )
