"""Olga writes to participants once; each person gets one mail, in their language, filled in."""

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.mail import EmailMultiAlternatives

from clusters.actions import deliver_message
from clusters.models import Message, User
from events.choices import MailingState, TeamRole
from events.models import Event, Mailing, Registration
from matchmaking import actions, tasks
from matchmaking.reads.organiser.mailings import mailing_page
from matchmaking.wording.mailings import AUDIENCES, first_texts, letter, unknown_fields
from tests.cast import RegistrationFactory, RepresentativeFactory, TeamFactory
from tests.matchmaking.stories import mails
from tests.refusals import refused

pytestmark = pytest.mark.django_db
TEXTS = {
    "subject": "{event}: a word to {organisation}",
    "body": "Dear {person},\n\nplease <look>.",
    "subject_es": "{event}: unas palabras",
    "body_es": "Estimada {person}:\n\nmire.",
}


def prepare(event: Event, olga: User, *registrations: Registration, **texts: str) -> Mailing:
    return actions.prepare_mailing(
        event,
        audience="accepted",
        texts={**TEXTS, **texts},
        registrations=registrations,
        actor=olga,
    )


@pytest.fixture
def prepared(event: Event, olga: User, anas: Registration, carlas: Registration) -> Mailing:
    return prepare(event, olga, anas, carlas)


def test_nothing_goes_out_before_it_is_sent(prepared: Mailing, beto: User) -> None:
    tasks.send_mailing.func(prepared.pk)
    tasks.send_mailing.func(0)
    assert mails("mailing") == []


def test_each_person_gets_one_mail_in_their_language(
    prepared: Mailing, ana: User, beto: User, nuevo_leon, olga: User, system: User
) -> None:
    RepresentativeFactory(organisation=nuevo_leon, user=ana)  # acts for both: one mail
    User.objects.filter(pk=ana.pk).update(language="es")
    actions.send_mailing(prepared, actor=olga)
    tasks.send_mailing.func(prepared.pk)
    tasks.send_mailing.func(prepared.pk)
    assert mails("mailing") == ["Ana", "Carla"]
    prepared.refresh_from_db()
    assert prepared.state == MailingState.SENT
    for message in Message.objects.filter(template="mailing"):
        deliver_message(message, actor=system)
    spanish, english = sorted(mail.outbox, key=lambda one: one.subject, reverse=True)
    assert isinstance(english, EmailMultiAlternatives)
    assert spanish.subject == "Monterrey 2031: unas palabras"
    assert "Estimada Ana:" in str(spanish.body)
    assert english.subject == "Monterrey 2031: a word to Nuevo León cluster"
    assert "Dear Carla,\n\nplease <look>." in str(english.body)
    assert "please &lt;look&gt;." in str(english.alternatives[0][0])
    assert "/events/monterrey-2031/" in str(english.body)


def test_who_left_meanwhile_gets_no_mail(
    prepared: Mailing, carlas: Registration, olga: User
) -> None:
    Registration.objects.filter(pk=carlas.pk).update(status="withdrawn")
    assert [one.person.name for one in mailing_page(prepared, olga).recipients] == ["Ana"]
    actions.send_mailing(prepared, actor=olga)
    tasks.send_mailing.func(prepared.pk)
    assert mails("mailing") == ["Ana"]


def test_a_mail_goes_out_once(prepared: Mailing, olga: User) -> None:
    actions.send_mailing(prepared, actor=olga)
    for action in (actions.send_mailing, actions.discard_mailing):
        with refused("sent"):
            action(prepared, actor=olga)
    with refused("sent"):
        actions.change_mailing(prepared, texts=TEXTS, registrations=[], actor=olga)


def test_a_prepared_mail_is_changed_and_thrown_away(
    prepared: Mailing, carlas: Registration, olga: User
) -> None:
    texts = {**TEXTS, "subject": "Another"}
    actions.change_mailing(prepared, texts=texts, registrations=[carlas], actor=olga)
    prepared.refresh_from_db()
    assert (prepared.subject, list(prepared.registrations.all())) == ("Another", [carlas])
    actions.discard_mailing(prepared, actor=olga)
    assert not Mailing.objects.exists()


@pytest.mark.parametrize(
    ("texts", "field", "code"),
    [
        ({"subject": " "}, "subject", "required"),
        ({"body": ""}, "body", "required"),
        ({"body": "Dear {name}"}, "body", "merge_field"),
        ({"body_es": "{}"}, "body_es", "merge_field"),
        ({"subject": "x" * 201}, "subject", "too_long"),
    ],
)
def test_a_text_that_cannot_be_sent_is_refused_at_its_field(
    event: Event, olga: User, anas: Registration, texts: dict[str, str], field: str, code: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        prepare(event, olga, anas, **texts)
    assert [one.code for one in caught.value.error_dict[field]] == [code]
    assert not Mailing.objects.exists()


def test_somebody_of_the_event_must_be_chosen(event: Event, olga: User) -> None:
    gone = RegistrationFactory(event=event, status="withdrawn")
    elsewhere = RegistrationFactory()
    for chosen in ([], [gone], [elsewhere]):
        with pytest.raises(ValidationError) as caught:
            prepare(event, olga, *chosen)
        assert "registrations" in caught.value.error_dict
    with pytest.raises(ValidationError):
        actions.prepare_mailing(
            event, audience="friends", texts=TEXTS, registrations=[], actor=olga
        )


def test_viewers_and_participants_write_to_nobody(
    prepared: Mailing, event: Event, ana: User, beto: User, anas: Registration
) -> None:
    TeamFactory(event=event, user=beto, role=TeamRole.VIEWER)
    for actor in (ana, beto):
        for action in (actions.send_mailing, actions.discard_mailing, actions.deliver_mailing):
            with pytest.raises(PermissionDenied):
                action(prepared, actor=actor)
        with pytest.raises(PermissionDenied):
            prepare(event, actor, anas)


@pytest.mark.parametrize("audience", AUDIENCES)
def test_every_group_has_texts_that_can_be_filled_in(
    audience: str, prepared: Mailing, anas: Registration, ana: User
) -> None:
    texts = first_texts(audience)
    assert not [name for text in texts.values() for name in unknown_fields(text)]
    assert texts["subject"] != texts["subject_es"]
    prepared.audience, prepared.body = audience, texts["body"]
    words = letter(prepared, anas, ana)
    assert "Galician cluster" in words.paragraphs[0]
    assert words.path.startswith("/")


def test_a_name_in_braces_stays_a_name(prepared: Mailing, anas: Registration, ana: User) -> None:
    ana.name = "{event}"
    prepared.body = "{person}"
    assert letter(prepared, anas, ana).paragraphs == ("{event}",)
