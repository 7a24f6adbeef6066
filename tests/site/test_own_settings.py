"""One's account: language, mails with and without signing in, tokens for programs."""

import re

import pytest
from django.core import mail
from django.test import Client

from clusters import actions
from clusters.models import Organisation, Token, User
from clusters.reads import mail_settings_link, user_of_settings_link
from matchmaking import settings as project_settings
from tests.cast import UserFactory

BACKEND = "django.contrib.auth.backends.ModelBackend"
WRONG_DIRECTION = "Ana\u202egnp.exe"


def signed_in(user: User, *, enforce_csrf_checks: bool = False) -> Client:
    client = Client(enforce_csrf_checks=enforce_csrf_checks)
    client.force_login(user, BACKEND)
    return client


def mail_path(user: User) -> str:
    return mail_settings_link(user).removeprefix(project_settings.SITE_URL)


def text_of(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def test_a_mail_program_stops_mails_with_one_post_and_no_token(ana: User) -> None:
    stranger = Client(enforce_csrf_checks=True)
    answer = stranger.post(mail_path(ana), {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    ana.refresh_from_db()
    assert (ana.mail_reminders, ana.mail_news) == (False, False)


def test_every_mail_carries_the_link_and_says_one_click(
    ana: User, galician: Organisation, system: User
) -> None:
    message = actions.queue_message(
        "cause", recipient=ana, template="organisation_listed",
        context={"organisation": galician}, actor=system,
    )  # fmt: skip
    assert message is not None
    actions.deliver_message(message, actor=system)
    headers = mail.outbox[0].extra_headers
    # Signed anew, with the second in which it was: the person it opens for is what counts.
    link = headers["List-Unsubscribe"].removeprefix("<").removesuffix("/>")
    front, _, signed = link.rpartition("/")
    assert mail_settings_link(ana).startswith(front + "/")
    assert user_of_settings_link(signed) == ana
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_the_link_of_a_mail_opens_without_signing_in_and_saves(ana: User) -> None:
    stranger = Client(enforce_csrf_checks=True)
    assert "Mails to ana@galician.example" in text_of(stranger, mail_path(ana))
    assert stranger.post(mail_path(ana), {"save": "1", "mail_news": "on"}).status_code == 302
    ana.refresh_from_db()
    assert (ana.mail_reminders, ana.mail_news) == (False, True)


def test_opening_the_link_changes_nothing(ana: User, client: Client) -> None:
    client.get(mail_path(ana))
    ana.refresh_from_db()
    assert (ana.mail_reminders, ana.mail_news) == (True, True)


@pytest.mark.parametrize("signed", ["nonsense", "MQ:1abcde:forged-signature"])
def test_a_forged_link_opens_nothing(ana: User, client: Client, signed: str) -> None:
    assert client.get(f"/mail/{signed}/").status_code == 404
    answer = client.post(f"/mail/{signed}/", {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 404
    ana.refresh_from_db()
    assert ana.mail_news


def test_ana_chooses_her_mails_signed_in(ana: User) -> None:
    client = signed_in(ana)
    assert "checked" in text_of(client, "/settings/mail/")
    assert client.post("/settings/mail/", {"save": "1"}).status_code == 302
    ana.refresh_from_db()
    assert not ana.mail_reminders


def test_signed_in_pages_need_the_token_of_the_form(ana: User) -> None:
    strict = signed_in(ana, enforce_csrf_checks=True)
    assert strict.post("/settings/mail/", {"save": "1"}).status_code == 403


@pytest.mark.parametrize("path", ["/settings/", "/settings/mail/", "/settings/tokens/"])
def test_strangers_are_asked_to_sign_in(db: None, client: Client, path: str) -> None:
    assert client.get(path).status_code == 302


def test_the_account_s_language_comes_before_cookie_and_browser(ana: User) -> None:
    client = signed_in(ana)
    client.cookies["django_language"] = "es"
    answer = client.get("/settings/", headers={"accept-language": "es"})
    assert '<html lang="en">' in answer.content.decode()
    client.post("/settings/", {"name": "Ana", "language": "es", "time_zone": "Europe/Madrid"})
    ana.refresh_from_db()
    assert (ana.language, ana.time_zone) == ("es", "Europe/Madrid")
    assert '<html lang="es">' in client.get("/settings/").content.decode()


def test_without_an_account_the_cookie_comes_before_the_browser(db: None, client: Client) -> None:
    answer = client.get("/privacy/", headers={"accept-language": "es"})
    assert '<html lang="es">' in answer.content.decode()
    client.cookies["django_language"] = "en"
    answer = client.get("/privacy/", headers={"accept-language": "es"})
    assert '<html lang="en">' in answer.content.decode()


def test_the_switch_is_kept_with_the_account(ana: User) -> None:
    client = signed_in(ana)
    answer = client.post("/language/", {"language": "es", "next": "/settings/"})
    assert answer["Location"] == "/settings/"
    ana.refresh_from_db()
    assert ana.language == "es"


def test_an_unknown_language_changes_nothing(ana: User) -> None:
    signed_in(ana).post("/language/", {"language": "xx", "next": "/settings/"})
    ana.refresh_from_db()
    assert ana.language == "en"


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("name", "x" * 151, "at most 150"),
        ("name", WRONG_DIRECTION, "invisible control character"),
        ("name", "", "This field is required"),
        ("time_zone", "Europe/Atlantis", "no time zone we know"),
        ("language", "de", "not one of the available choices"),
    ],
)
def test_bad_settings_are_refused_next_to_their_field(
    ana: User, field: str, value: str, says: str
) -> None:
    given = {"name": "Ana", "language": "en", "time_zone": "Europe/Madrid", field: value}
    answer = signed_in(ana).post("/settings/", given)
    assert answer.status_code == 400
    html = answer.content.decode()
    assert says in html
    assert "1 thing to mend" in html


def test_a_name_may_hold_accents_emoji_and_mark_up_that_stays_text(ana: User) -> None:
    client, name = signed_in(ana), "Ana Ñandú 🌉 <b>"
    client.post("/settings/", {"name": name, "language": "en", "time_zone": "Europe/Madrid"})
    html = text_of(client, "/settings/")
    assert "Ana Ñandú 🌉 &lt;b&gt;" in html
    assert "Ñandú 🌉 <b>" not in html


def test_a_new_token_s_secret_is_shown_once_and_works(ana: User) -> None:
    client = signed_in(ana)
    answer = client.post("/settings/tokens/", {"name": "CRM", "scopes": ["read"], "days": "30"})
    found = re.search(r"puente_[\w-]+", answer.content.decode())
    assert found
    assert answer["Cache-Control"] == "no-store"
    assert found.group() not in text_of(client, "/settings/tokens/")
    headers = {"authorization": f"Token {found.group()}"}
    assert Client().get("/api/v1/requests/", headers=headers).status_code == 200
    token = Token.objects.get()
    assert client.post(f"/settings/tokens/{token.pk}/revoke/").status_code == 302
    assert Client().get("/api/v1/requests/", headers=headers).status_code in {401, 403}


def test_a_token_without_name_or_scope_is_refused(ana: User) -> None:
    answer = signed_in(ana).post("/settings/tokens/", {"name": " ", "days": "30"})
    assert answer.status_code == 400
    assert "2 things to mend" in answer.content.decode()
    assert not Token.objects.exists()


def test_what_a_token_may_do_is_said_in_the_readers_language(ana: User) -> None:
    client = signed_in(ana)
    client.post("/settings/tokens/", {"name": "X", "scopes": ["write", "read"], "days": "30"})
    assert "read: profiles, matches, events, agenda; write: requests" in text_of(
        client, "/settings/tokens/"
    )
    actions.change_account(ana, values={"language": "es"}, actor=ana)
    assert "leer: perfiles" in text_of(client, "/settings/tokens/")


def test_tokens_of_others_are_out_of_reach(ana: User, carla: User) -> None:
    signed_in(carla).post("/settings/tokens/", {"name": "Hers", "scopes": ["read"], "days": "30"})
    token = Token.objects.get()
    client = signed_in(ana)
    assert "Hers" not in text_of(client, "/settings/tokens/")
    assert client.post(f"/settings/tokens/{token.pk}/revoke/").status_code == 404
    assert Token.objects.exists()


def test_nobody_changes_the_account_of_another(ana: User, carla: User) -> None:
    with pytest.raises(Exception, match="change_account"):
        actions.change_account(ana, values={"name": "Not Ana"}, actor=carla)
    with pytest.raises(Exception, match="is_staff"):
        actions.change_account(ana, values={"is_staff": True}, actor=ana)


def test_whoever_acts_for_nobody_is_told_how_to_join(db: None) -> None:
    newcomer = UserFactory(name="Newcomer", email="new@people.example")
    assert "For nobody yet" in text_of(signed_in(newcomer), "/settings/")
