"""Mail: once for a cause, in the reader's language, tried again when the server is down."""

import smtplib

import pytest
from asgiref.sync import async_to_sync
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from clusters import actions
from clusters.actions import messages as mail_actions
from clusters.models import Message, User
from clusters.reads import mail_settings_link, user_of_settings_link
from clusters.tasks import deliver_message as deliver_task
from clusters.tasks import tend_jobs
from matchmaking.management.commands.run_jobs import Ran, run_waiting_jobs
from tests.cast import RelationFactory, UserFactory


def listed(organisation, *, to, actor, cause="listed-1", **more):
    return actions.queue_message(
        cause,
        recipient=to,
        template="organisation_listed",
        context={"organisation": organisation},
        actor=actor,
        **more,
    )


@pytest.fixture
def server_is_down(monkeypatch):
    def refuse(mail):
        raise smtplib.SMTPServerDisconnected("Connection unexpectedly closed")

    monkeypatch.setattr(mail_actions, "_hand_over", refuse)


def test_one_cause_mails_a_person_once(galician, ana, beto, clara, mailoutbox):
    first = listed(galician, to=ana, actor=clara)
    assert listed(galician, to=ana, actor=clara) == first
    listed(galician, to=beto, actor=clara)
    assert run_waiting_jobs() == Ran(done=2)
    assert run_waiting_jobs() == Ran()
    assert [mail.to for mail in mailoutbox] == [[ana.email], [beto.email]]
    first.refresh_from_db()
    assert first.state == "sent"
    assert first.sent_at
    assert first.context == {"organisation": {"model": "clusters.organisation", "pk": galician.pk}}


def test_sending_a_sent_mail_again_sends_nothing(galician, ana, clara, system, mailoutbox):
    message = listed(galician, to=ana, actor=clara)
    actions.deliver_message(message, actor=system)
    actions.deliver_message(message, actor=system)
    actions.send_again(message, actor=clara)
    run_waiting_jobs()
    assert len(mailoutbox) == 1


def test_a_mail_is_text_and_html_with_the_way_out(galician, ana, clara, mailoutbox):
    listed(galician, to=ana, actor=clara)
    run_waiting_jobs()
    (mail,) = mailoutbox
    assert mail.subject == "Galician cluster is listed"
    assert "Hello Ana," in mail.body
    assert "http://localhost:8000/organisations/galician-cluster/" in mail.body
    ((html, kind),) = mail.alternatives
    assert kind == "text/html"
    assert '<html lang="en">' in html
    way_out = mail.extra_headers["List-Unsubscribe"]
    front, _slash, signed = way_out.removesuffix("/>").rpartition("/")
    assert mail_settings_link(ana).startswith(front.removeprefix("<") + "/")
    assert f"{front[1:]}/{signed}/" in mail.body
    assert mail.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail.extra_headers["Message-ID"].startswith("<message-")
    assert user_of_settings_link(signed) == ana
    assert user_of_settings_link(signed + "x") is None
    User.objects.filter(pk=ana.pk).update(is_active=False)
    assert user_of_settings_link(signed) is None


def test_beto_reads_spanish(galician, beto, clara, mailoutbox):
    listed(galician, to=beto, actor=clara)
    run_waiting_jobs()
    assert mailoutbox[0].extra_headers["Content-Language"] == "es"


def test_while_the_settings_page_is_missing_no_dead_link_is_mailed(
    galician, ana, clara, mailoutbox, settings
):
    settings.ROOT_URLCONF = "tests.clusters.urls_without_settings"
    listed(galician, to=ana, actor=clara)
    run_waiting_jobs()
    assert "List-Unsubscribe" not in mailoutbox[0].extra_headers


def test_a_server_that_is_down_is_tried_again(galician, ana, clara, server_is_down, mailoutbox):
    message = listed(galician, to=ana, actor=clara)
    assert run_waiting_jobs() == Ran(later=1)
    message.refresh_from_db()
    assert message.state == "failed"
    assert "SMTPServerDisconnected" in message.error
    assert message.sent_at is None
    job = ProcrastinateJob.objects.get()
    assert job.status == "todo"
    assert job.scheduled_at > message.created_at
    assert run_waiting_jobs() == Ran(), "not before its time"


def test_whom_a_server_refused_is_not_kept(galician, ana, clara, monkeypatch):
    def refuse(_mail):
        raise smtplib.SMTPRecipientsRefused(
            {ana.email: (550, b"No such user <ana@galician.example>")}
        )

    monkeypatch.setattr(mail_actions, "_hand_over", refuse)
    message = listed(galician, to=ana, actor=clara)
    run_waiting_jobs()
    message.refresh_from_db()
    assert "550" in message.error
    assert "galician.example" not in message.error


def test_after_the_last_try_a_curator_sends_it_again(
    galician, ana, clara, server_is_down, mailoutbox, monkeypatch
):
    message = listed(galician, to=ana, actor=clara)
    monkeypatch.setattr(deliver_task, "retry_strategy", None)
    assert run_waiting_jobs() == Ran(failed=1)
    monkeypatch.undo()
    with pytest.raises(PermissionDenied):
        actions.send_again(message, actor=ana)
    actions.send_again(message, actor=clara)
    assert run_waiting_jobs() == Ran(done=1)
    message.refresh_from_db()
    assert (message.state, message.error, len(mailoutbox)) == ("sent", "", 1)


def test_what_a_mail_speaks_of_may_be_gone(galician, ana, clara, mailoutbox):
    message = listed(galician, to=ana, actor=clara)
    galician.delete()
    assert run_waiting_jobs() == Ran(done=1), "trying again cannot help"
    message.refresh_from_db()
    assert (message.state, message.error) == ("failed", mail_actions.GONE)


def test_a_recipient_who_is_gone_needs_no_mail(galician, ana, clara, mailoutbox):
    listed(galician, to=ana, actor=clara)
    ana.delete()
    assert run_waiting_jobs() == Ran(done=1)
    assert not mailoutbox


def test_people_choose_what_is_mailed_but_not_what_they_must_know(galician, ana, clara):
    ana.mail_reminders = False
    ana.mail_news = False
    assert listed(galician, to=ana, actor=clara, about="reminders") is None
    assert listed(galician, to=ana, actor=clara, about="news") is None
    assert listed(galician, to=ana, actor=clara)
    asleep = UserFactory(is_active=False)
    assert listed(galician, to=asleep, actor=clara) is None
    assert Message.objects.count() == 1


def test_an_invitation_is_mailed_with_its_secret_link(galician, ana, mailoutbox):
    _invitation, secret = actions.invite(
        galician, email="nora@people.example", role="editor", actor=ana
    )
    assert run_waiting_jobs() == Ran(done=1)
    (mail,) = mailoutbox
    assert mail.to == ["nora@people.example"]
    assert f"/invitation/{secret}/" in mail.body
    assert "List-Unsubscribe" not in mail.extra_headers
    assert str(timezone.now().year)[:2] in mail.body


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("organisation_sent_back", "sent it back"),
        ("suggestion_made", "suggests a change"),
        ("suggestion_decided", "was not taken over"),
        ("relation_proposed", "is a partner of Galician cluster"),
    ],
)
def test_every_mail_of_this_app_can_be_written(
    template, words, galician, nuevo_leon, ana, carla, clara, mailoutbox
):
    told = actions.suggest_change(galician, field="other", value="x", actor=carla)
    relation = RelationFactory(organisation=nuevo_leon, other=galician)
    Message.objects.all().delete()
    actions.queue_message(
        "cause",
        recipient=ana,
        template=template,
        context={
            "organisation": galician,
            "suggestion": told,
            "relation": relation,
            "reason": "Which region?",
        },
        actor=clara,
    )
    run_waiting_jobs()
    (mail,) = mailoutbox
    assert words in mail.body
    assert words in mail.alternatives[0][0]
    assert "Which region?" in mail.body or template != "organisation_sent_back"


def test_a_job_of_a_killed_worker_goes_to_another_one(galician, ana, clara):
    """Ana's mail was in the hands of a worker that is gone; one of the timetable only ends."""
    listed(galician, to=ana, actor=clara)
    tend_jobs.configure().defer(timestamp=0)
    worker = async_to_sync(app.job_manager.register_worker)()
    while async_to_sync(app.job_manager.fetch_job)(None, worker):
        pass
    tend_jobs(0)
    assert set(ProcrastinateJob.objects.values_list("status", flat=True)) == {"doing"}
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_workers SET last_heartbeat = now() - interval '3 minutes'"
        )
    tend_jobs(0)
    states = dict(ProcrastinateJob.objects.values_list("task_name", "status"))
    assert states == {"deliver_message": "todo", "tend_jobs": "failed"}
