"""Saved searches: keeping them, and the mail of what is new."""

import datetime as dt
import io
import re
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.mail import EmailMultiAlternatives
from django.http import QueryDict
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from clusters.actions import deliver_message
from clusters.models import Message, Organisation, Representative, User
from matchmaking import actions
from matchmaking.actions.searches import MOST_SEARCHES
from matchmaking.models import SavedSearch
from matchmaking.reads.searches import (
    clean_query,
    due_searches,
    search_of_link,
    stop_link,
)
from tests.cast import OrganisationFactory
from tests.participants import Visit
from tests.refusals import refused

PAGE = "/searches/"


@pytest.fixture
def search(galician: Organisation, nuevo_leon: Organisation, ana: User) -> SavedSearch:
    """Ana keeps her search of the Mexican side and wants mail."""
    return actions.save_search(
        galician, name="Mexico", query="side=mx&page=3&f=1", is_mailed=True, actor=ana
    )


# -- keeping them


def test_a_search_is_saved_from_the_find_page_and_leads_back_there(
    galician: Organisation, ana: User, as_user: Visit
) -> None:
    client = as_user(ana)
    html = client.get("/find/?side=mx&q=auto&page=1&f=1").content.decode()
    query = re.search(r'name="query" value="([^"]*)"', html)
    assert query is not None
    values = {"query": query[1].replace("&amp;", "&"), "name": "Cars", "is_mailed": "on"}
    html = client.post(PAGE, values, follow=True).content.decode()
    row = SavedSearch.objects.get()
    assert (row.query, row.is_mailed) == ("q=auto&side=mx", True)
    assert "/find/?q=auto&amp;side=mx&amp;f=1" in html
    assert client.get("/find/?q=auto&side=mx&f=1").status_code == 200


def test_what_only_moves_about_is_not_kept() -> None:
    query = QueryDict("page=2&f=1&side=mx&side=eu&q=&x=1&sort=new&csrf=a")
    assert clean_query(query).urlencode() == "side=mx&side=eu&sort=new"


@pytest.mark.parametrize(
    ("values", "status", "sentence"),
    [
        ({"name": ""}, 400, "This field is required"),
        ({"name": "   "}, 400, "This field is required"),
        ({"name": "x" * 101}, 400, "at most 100"),
        ({"name": "Long", "query": "q=" + "x" * 1100}, 400, "too many filters"),
        ({"name": "Mexico"}, 409, "already keep a search of this name"),
    ],
)
def test_what_cannot_be_kept_is_said_and_not_lost(
    search: SavedSearch, ana: User, as_user: Visit, values: dict, status: int, sentence: str
) -> None:
    response = as_user(ana).post(PAGE, {"query": "q=moulds", **values})
    assert response.status_code == status
    html = response.content.decode()
    assert sentence in html
    assert "Save this search" in html
    assert values.get("query", "q=moulds") in html
    assert SavedSearch.objects.count() == 1


def test_fifty_are_enough(galician: Organisation, ana: User) -> None:
    SavedSearch.objects.bulk_create(
        SavedSearch(user=ana, organisation=galician, name=f"n{n}") for n in range(MOST_SEARCHES)
    )
    with refused("too_many"):
        actions.save_search(galician, name="One more", query="", actor=ana)


def test_a_search_is_renamed_stopped_and_removed(
    search: SavedSearch, galician: Organisation, ana: User, as_user: Visit
) -> None:
    other = actions.save_search(galician, name="Other", query="", actor=ana)
    client, address = as_user(ana), f"{PAGE}{search.pk}/"
    client.post(address, {"name": "Mexicans", "is_mailed": "on"})
    search.refresh_from_db()
    assert (search.name, search.is_mailed) == ("Mexicans", True)
    client.post(address, {"name": "Mexicans"})
    search.refresh_from_db()
    assert not search.is_mailed
    refusal = client.post(address, {"name": "Other"})
    assert refusal.status_code == 409
    assert "already keep a search of this name" in refusal.content.decode()
    client.post(f"{PAGE}{other.pk}/remove/")
    assert list(SavedSearch.objects.all()) == [search]


def test_searches_are_private(
    search: SavedSearch, galician: Organisation, beto: User, carla: User, as_user: Visit
) -> None:
    assert "Mexico" not in as_user(beto).get(PAGE).content.decode()
    assert "No search saved yet" in as_user(beto).get(PAGE).content.decode()
    assert as_user(beto).post(f"{PAGE}{search.pk}/", {"name": "x"}).status_code == 404
    for act in (
        lambda: actions.change_search(search, name="x", is_mailed=False, actor=beto),
        lambda: actions.remove_search(search, actor=beto),
        lambda: actions.save_search(galician, name="x", query="", actor=carla),
    ):
        with pytest.raises(PermissionDenied):
            act()


@pytest.mark.parametrize("name", [" ", "x" * 200, "auto\u202eviv"])
def test_a_name_that_nobody_can_read_is_refused(
    galician: Organisation, ana: User, name: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        actions.save_search(galician, name=name, query="", actor=ana)
    assert list(refused.value.message_dict) == ["name"]


def test_who_wants_no_news_is_told_that_nothing_is_mailed(
    search: SavedSearch, ana: User, as_user: Visit
) -> None:
    User.objects.filter(pk=ana.pk).update(mail_news=False)
    assert "no search is mailed" in as_user(ana).get(PAGE).content.decode()


def test_who_acts_for_nobody_is_told_what_to_do(clara: User, as_user: Visit) -> None:
    assert "Saved searches" not in as_user(clara).get(PAGE).content.decode().split("<main")[1]


# -- the mail


def test_what_is_new_is_mailed_once(search: SavedSearch, ana: User, system: User) -> None:
    assert actions.mail_search(search, actor=system) == 0, "what it found when saved is not new"
    OrganisationFactory(name="Puebla <b>cluster</b>", slug="puebla", side="mx")
    OrganisationFactory(name="Basque cluster", side="eu")
    assert actions.mail_search(search, actor=system) == 1
    message = deliver_message(Message.objects.get(template="search_news"), actor=system)
    assert message.error == ""
    sent = mail.outbox[-1]
    assert isinstance(sent, EmailMultiAlternatives)
    assert sent.subject == "1 new partner for “Mexico”"
    assert "Puebla <b>cluster</b>" in sent.body
    assert "Basque" not in sent.body
    assert "Puebla &lt;b&gt;" in str(sent.alternatives[0][0])
    # Each link is signed anew, with the second in which it was.
    address = re.escape(settings.SITE_URL + stop_link(search).partition(":")[0]) + r"[\w:-]+/"
    for text in (str(sent.body), sent.extra_headers["List-Unsubscribe"]):
        (link,) = re.findall(address, text)
        assert search_of_link(link.rstrip("/").rpartition("/")[2]) == search
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert actions.mail_search(search, actor=system) == 0


def test_it_comes_at_most_once_a_week(search: SavedSearch, system: User) -> None:
    OrganisationFactory(name="Puebla cluster", side="mx")
    actions.mail_search(search, actor=system)
    OrganisationFactory(name="Sonora cluster", side="mx")
    assert actions.mail_search(search, actor=system) == 0
    SavedSearch.objects.update(last_mailed_at=timezone.now() - dt.timedelta(days=7))
    assert actions.mail_search(search, actor=system) == 1


@pytest.mark.parametrize("reason", ["stopped", "no news", "gone", "inactive"])
def test_nobody_is_mailed_who_does_not_want_it(
    search: SavedSearch, ana: User, system: User, reason: str
) -> None:
    OrganisationFactory(name="Puebla cluster", side="mx")
    if reason == "stopped":
        actions.change_search(search, name="Mexico", is_mailed=False, actor=ana)
    elif reason == "gone":
        Representative.objects.filter(user=ana).delete()
    else:
        changed = {"mail_news": False} if reason == "no news" else {"is_active": False}
        User.objects.filter(pk=ana.pk).update(**changed)
    assert not due_searches(timezone.now()).exists()
    assert actions.mail_search(search, actor=system) == 0


def test_whom_one_has_set_aside_is_no_news(
    search: SavedSearch, galician: Organisation, ana: User, system: User
) -> None:
    puebla = OrganisationFactory(name="Puebla cluster", side="mx")
    actions.exclude_organisation(galician, other=puebla, reason="competitor", actor=ana)
    assert actions.mail_search(search, actor=system) == 0


def test_mailing_that_begins_later_begins_from_there(
    search: SavedSearch, ana: User, system: User
) -> None:
    actions.change_search(search, name="Mexico", is_mailed=False, actor=ana)
    OrganisationFactory(name="Puebla cluster", side="mx")
    actions.change_search(search, name="Mexico", is_mailed=True, actor=ana)
    assert actions.mail_search(search, actor=system) == 0


def test_one_click_in_the_mail_stops_it_without_signing_in(search: SavedSearch) -> None:
    address, client = stop_link(search), Client(enforce_csrf_checks=True)
    assert "Stop these mails" in client.get(address).content.decode()
    search.refresh_from_db()
    assert search.is_mailed, "opening the link changes nothing"
    assert "not mailed any more" in client.post(address).content.decode()
    assert not SavedSearch.objects.get().is_mailed
    assert client.get("/searches/stop/forged/").status_code == 404


def test_the_mail_program_s_button_stops_that_search_alone(
    search: SavedSearch, galician: Organisation, ana: User, system: User
) -> None:
    other = actions.save_search(galician, name="Cars", query="q=auto", is_mailed=True, actor=ana)
    OrganisationFactory(name="Puebla cluster", side="mx")
    actions.mail_search(search, actor=system)
    deliver_message(Message.objects.get(template="search_news"), actor=system)
    link = mail.outbox[-1].extra_headers["List-Unsubscribe"].strip("<>")
    program = Client(enforce_csrf_checks=True)
    answer = program.post(urlsplit(link).path, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    for row in (search, other, ana):
        row.refresh_from_db()
    assert (search.is_mailed, other.is_mailed) == (False, True)
    assert ana.mail_news, "other news still comes"


def test_only_the_house_mails(search: SavedSearch, ana: User) -> None:
    with pytest.raises(PermissionDenied):
        actions.mail_search(search, actor=ana)


# -- the spreadsheet of a result


def test_a_result_is_a_spreadsheet_with_numbers_and_sources(
    galician: Organisation, nuevo_leon: Organisation, ana: User, as_user: Visit
) -> None:
    response = as_user(ana).get("/find/partners.xlsx?side=mx&f=1")
    assert response.status_code == 200
    rows = list(load_workbook(io.BytesIO(response.content)).worksheets[0].values)
    line = dict(zip(rows[0], rows[1], strict=True))
    assert line["Organisation"] == "Nuevo León cluster"
    assert isinstance(line["You gain"], int)
    assert "Sources" in rows[0]
