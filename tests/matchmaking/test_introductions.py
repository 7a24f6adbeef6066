"""Olga suggests meetings to both sides: whom, whom never, and what comes of it."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from clusters.choices import Direction
from clusters.models import Organisation, User
from clusters.validators import Refused
from events.choices import Asking, EventStatus
from events.models import Event, Registration, Unavailability
from matchmaking import actions
from matchmaking.management.commands.run_jobs import run_waiting_jobs
from matchmaking.models import Introduction, MeetingRequest
from matchmaking.reads.asking import suggestion_page
from matchmaking.reads.introductions import Pair, pair, proposals, situation
from tests.cast import (
    CountryFactory,
    InterestFactory,
    KindFactory,
    RepresentativeFactory,
    SectorFactory,
    SectorFocusFactory,
    TargetFactory,
    UserFactory,
)
from tests.matchmaking.stories import agree, mails, participant

pytestmark = pytest.mark.django_db


def fitting(event: Event, name: str, side: str, **fields: Any) -> Registration:
    """A participant whom the other side would like to meet."""
    row = participant(event, name, side, **fields)
    SectorFocusFactory(organisation=row.organisation, sector=SectorFactory(code="cars"))
    InterestFactory(
        organisation=row.organisation, kind=KindFactory(code="rd"), direction=Direction.BOTH
    )
    return row


@pytest.fixture
def ours(event: Event) -> Registration:
    return fitting(event, "Ours", "eu")


@pytest.fixture
def theirs(event: Event) -> Registration:
    return fitting(event, "Theirs", "mx")


def proposed(event: Event) -> set[Pair]:
    event = Event.objects.get(pk=event.pk)
    return {one.key for one in proposals(situation(event))}


def test_two_whom_nobody_asked_are_proposed(
    event: Event, ours: Registration, theirs: Registration
) -> None:
    (one,) = proposals(situation(event))
    assert one.key == pair(ours.pk, theirs.pk) == pair(theirs.pk, ours.pk)
    assert one.both
    assert one.score > 30


def test_nobody_is_introduced_to_the_own_side_unless_anybody_may_ask(
    event: Event, ours: Registration
) -> None:
    fellow = fitting(event, "Fellow", "eu")
    assert proposed(event) == set()
    Event.objects.filter(pk=event.pk).update(asking=Asking.ANYBODY)
    assert proposed(event) == {pair(ours.pk, fellow.pk)}


def test_a_pair_with_a_request_is_not_proposed_whatever_became_of_it(
    event: Event, ours: Registration, theirs: Registration, ana: User
) -> None:
    agree(ours, theirs)
    assert proposed(event) == set()
    MeetingRequest.objects.update(status="declined")
    assert proposed(event) == set()


def test_who_set_the_other_aside_is_not_proposed(
    event: Event, ours: Registration, theirs: Registration
) -> None:
    user = RepresentativeFactory(organisation=theirs.organisation).user
    actions.exclude_organisation(
        theirs.organisation, other=ours.organisation, reason="competitor", until=None, actor=user
    )
    assert proposed(event) == set()


def test_a_public_no_is_not_proposed(
    event: Event, ours: Registration, theirs: Registration
) -> None:
    country = CountryFactory()
    ours.organisation.countries.add(country)
    assert proposed(event)
    TargetFactory(
        organisation=theirs.organisation, country=country, stance="not_now", is_own_statement=True
    )
    assert proposed(event) == set()


def test_two_who_cannot_meet_are_not_proposed(
    event: Event, ours: Registration, theirs: Registration
) -> None:
    Registration.objects.filter(pk=ours.pk).update(formats=["b2b"])
    Registration.objects.filter(pk=theirs.pk).update(formats=["c2c"])
    assert proposed(event) == set()


def test_without_delegate_or_time_there_is_no_room(
    event: Event, ours: Registration, theirs: Registration
) -> None:
    delegate = theirs.delegates.get()
    for slot in event.slots.all():
        Unavailability.objects.create(delegate=delegate, slot=slot)
    assert proposed(event) == set()
    delegate.delete()
    assert proposed(event) == set()


def test_nobody_is_taken_over_the_own_most(
    event: Event, ours: Registration, theirs: Registration
) -> None:
    Registration.objects.filter(pk=theirs.pk).update(max_meetings=1)
    fitting(event, "Second", "eu")
    assert len(proposed(event)) == 1


def test_at_most_three_for_each(event: Event, ours: Registration, olga: User) -> None:
    for number in range(5):
        fitting(event, f"Mexican {number}", "mx")
    first = proposed(event)
    assert len(first) == 3
    actions.suggest_introductions(event, pairs=first, actor=olga)
    # Three wait for an answer; a fourth would be one too many.
    assert proposed(event) == set()


def test_one_who_has_enough_is_introduced_only_with_a_good_score(
    event: Event, ours: Registration, theirs: Registration, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        other = fitting(event, f"Busy {number}", "eu")
        agree(theirs, other)
    (key,) = {one for one in proposed(event) if ours.pk in one}
    assert key == pair(ours.pk, theirs.pk)
    monkeypatch.setattr("matchmaking.reads.introductions.GOOD", 99.0)
    assert not {one for one in proposed(event) if ours.pk in one}


def test_who_has_no_request_left_is_asked_by_the_other(
    event: Event, ours: Registration, theirs: Registration
) -> None:
    Event.objects.filter(pk=event.pk).update(request_quota=0)
    assert proposed(event) == set()


def test_both_sides_are_mailed_once_for_all_and_asked_to_do_nothing(
    event: Event, ours: Registration, theirs: Registration, olga: User, system: User
) -> None:
    RepresentativeFactory(organisation=ours.organisation, user=UserFactory(name="Eva"))
    RepresentativeFactory(organisation=theirs.organisation, user=UserFactory(name="Mateo"))
    made = actions.suggest_introductions(event, pairs=proposed(event), actor=olga)
    assert len(made) == 1
    assert mails("introductions") == ["Eva", "Mateo"]
    assert run_waiting_jobs().failed == 0
    assert not MeetingRequest.objects.exists()
    again = actions.suggest_introductions(event, pairs={made_pair(made[0])}, actor=olga)
    assert again == []
    assert Introduction.objects.count() == 1


def made_pair(one: Introduction) -> Pair:
    return pair(one.first_id, one.second_id)


def test_the_mail_names_the_partners(
    event: Event, ours: Registration, theirs: Registration, olga: User, system: User,
    mailoutbox: list,
) -> None:  # fmt: skip
    RepresentativeFactory(organisation=ours.organisation, user=UserFactory(name="Eva"))
    actions.suggest_introductions(event, pairs=proposed(event), actor=olga)
    run_waiting_jobs()
    (mail,) = mailoutbox
    assert "suggest a meeting at" in mail.subject
    assert "Theirs" in mail.body
    assert f"/events/{event.slug}/ask/theirs/" in mail.body


def test_a_pair_is_suggested_once_by_the_database_too(
    ours: Registration, theirs: Registration
) -> None:
    Introduction.objects.create(event=ours.event, first=ours, second=theirs)
    with pytest.raises(IntegrityError), transaction.atomic():
        Introduction.objects.create(event=ours.event, first=theirs, second=ours)


def test_only_proposed_pairs_are_sent_and_nothing_says_why_not(
    event: Event, ours: Registration, theirs: Registration, olga: User
) -> None:
    assert actions.suggest_introductions(event, pairs={(1, 2)}, actor=olga) == []
    assert mails("introductions") == []


def test_nobody_is_introduced_while_nobody_can_ask(
    event: Event, ours: Registration, theirs: Registration, olga: User
) -> None:
    Event.objects.filter(pk=event.pk).update(status=EventStatus.PLANNING)
    with pytest.raises(Refused, match="closed at the moment"):
        actions.suggest_introductions(event, pairs={(1, 2)}, actor=olga)


def test_only_who_plans_the_event_introduces(event: Event, ana: User) -> None:
    with pytest.raises(PermissionDenied):
        actions.suggest_introductions(event, pairs=set(), actor=ana)


def test_introduced_partners_stand_first_and_are_marked(
    event: Event, ours: Registration, olga: User
) -> None:
    rows = [fitting(event, f"Mexican {number}", "mx") for number in range(4)]
    last = suggestion_page(event, ours.organisation, "1").lines[-1].organisation
    introduced = next(row for row in rows if row.organisation == last)
    Introduction.objects.create(event=event, first=introduced, second=ours, made_by=olga)
    lines = suggestion_page(event, ours.organisation, "1").lines
    assert [line.is_introduced for line in lines] == [True, False, False, False]
    assert lines[0].organisation == last
    theirs = suggestion_page(event, introduced.organisation, "1").lines
    assert [line.is_introduced for line in theirs] == [True]


def test_who_is_not_listed_is_not_proposed(
    event: Event, ours: Registration, theirs: Registration
) -> None:
    Organisation.objects.filter(pk=theirs.organisation_id).update(status="archived")
    assert proposed(event) == set()
