"""What the house does by itself: personal data goes when its time is over, counts stay."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from clusters.models import Invitation, ProfileChange
from events.models import Delegate, Registration
from matchmaking.actions import erase_old_events, prune_profile_changes
from matchmaking.actions.upkeep import ERASED
from matchmaking.models import Meeting, MeetingRequest, Outcome
from matchmaking.tasks import keep_house
from tests.cast import (
    DelegateFactory,
    RegistrationFactory,
    RequestFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(event, galician, nuevo_leon, ana):
    """Two organisations, a delegate with everything personal, a request with words."""
    sender = RegistrationFactory(event=event, organisation=galician, motivation="Meet suppliers")
    receiver = RegistrationFactory(event=event, organisation=nuevo_leon)
    DelegateFactory(
        registration=sender, user=ana, name="Ana", email="ana@galicia.example", phone="+34 600"
    )
    RequestFactory(sender=sender, receiver=receiver, message="Shall we talk?")
    return sender


def last_day(event):
    return event.ends_on + dt.timedelta(days=event.retention_days)


def test_after_the_retention_time_names_and_words_are_gone_and_counts_stay(told, system):
    event = told.event
    assert erase_old_events(actor=system, today=last_day(event) + dt.timedelta(days=1)) == 1
    delegate = Delegate.objects.get()
    assert (delegate.name, delegate.email, delegate.phone, delegate.user) == (ERASED, "", "", None)
    assert delegate.erased_at is not None
    assert MeetingRequest.objects.get().message == ""
    told.refresh_from_db()
    assert told.motivation == ""
    assert Registration.objects.count() == 2


def test_the_history_forgets_the_words_too(told, system):
    told.motivation = "Meet suppliers and universities"
    told.save()
    assert told.history.exclude(motivation="").exists()
    erase_old_events(actor=system, today=last_day(told.event) + dt.timedelta(days=1))
    assert not told.history.exclude(motivation="").exists()


def test_until_the_last_day_nothing_is_touched(told, system):
    assert erase_old_events(actor=system, today=last_day(told.event)) == 0
    assert Delegate.objects.get().name == "Ana"


def test_an_erased_event_is_not_erased_again(told, system):
    day = last_day(told.event) + dt.timedelta(days=1)
    erase_old_events(actor=system, today=day)
    assert erase_old_events(actor=system, today=day) == 0


def test_what_is_written_after_that_goes_with_the_next_night(told, system):
    day = last_day(told.event) + dt.timedelta(days=1)
    erase_old_events(actor=system, today=day)
    request = MeetingRequest.objects.get()
    slot = told.event.slots.all()[0]
    meeting = Meeting.objects.create(event=told.event, request=request, slot=slot)
    outcome = Outcome.objects.create(
        meeting=meeting, organisation=told.organisation, step="held", note="Ask Ana again"
    )
    for rows, words in (
        (Registration.objects.filter(pk=told.pk), {"motivation": "Meet Ana"}),
        (MeetingRequest.objects.filter(pk=request.pk), {"answer_note": "Ask for Ana"}),
        (Outcome.objects.filter(pk=outcome.pk), {"note": "Ask Ana again"}),
    ):
        Outcome.objects.update(note="")
        rows.update(**words)
        assert erase_old_events(actor=system, today=day) == 1
        assert set(rows.values_list(*words)) == {("",)}


def test_invitations_from_the_door_go_too(told, system, ana):
    """An expired one of a delegate; not one that still works, nor one to somebody else."""
    past, future = timezone.now() - dt.timedelta(days=9), timezone.now() + dt.timedelta(days=9)
    for number, (email, until) in enumerate(
        [("Ana@galicia.example", past), ("ana@galicia.example", future), ("b@b.example", past)]
    ):
        Invitation.objects.create(
            organisation=told.organisation, email=email, expires_at=until, invited_by=ana,
            token_hash=str(number),
        )  # fmt: skip
    erase_old_events(actor=system, today=last_day(told.event) + dt.timedelta(days=1))
    left = Invitation.objects.order_by("token_hash").values_list("email", flat=True)
    assert list(left) == ["ana@galicia.example", "b@b.example"]


def test_nobody_but_the_system_erases(told, olga):
    with pytest.raises(PermissionDenied):
        erase_old_events(actor=olga)


def test_the_log_of_profile_changes_keeps_its_newest_line(galician, system):
    ProfileChange.objects.update(at=timezone.now() - dt.timedelta(days=3))
    newest = ProfileChange.objects.order_by("-pk").values_list("pk", flat=True)[0]
    assert prune_profile_changes(actor=system) > 0
    assert list(ProfileChange.objects.values_list("pk", flat=True)) == [newest]


def test_the_nightly_job_does_both(told, system):
    ProfileChange.objects.update(at=timezone.now() - dt.timedelta(days=3))
    keep_house(0)
    assert ProfileChange.objects.count() == 1
    assert Delegate.objects.get().name == "Ana"
