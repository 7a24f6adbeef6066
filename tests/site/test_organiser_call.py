"""Olga decides on applications and sees who would not get a good day."""

import re

import pytest

from clusters.choices import Side
from clusters.models import Organisation, User
from events.choices import RegistrationStatus, TeamRole
from events.models import Event, Registration, Unavailability
from matchmaking.choices import RequestStatus
from matchmaking.reads.organiser.call import call_page
from matchmaking.reads.organiser.worklist import worklist_page
from matchmaking.reads.scores import reciprocal_scores
from tests.cast import (
    DelegateFactory,
    InterestFactory,
    OrganisationFactory,
    RegistrationFactory,
    RequestFactory,
    SectorFactory,
    SectorFocusFactory,
    TeamFactory,
    UserFactory,
)
from tests.matchmaking.stories import mails
from tests.participants import Visit
from tests.sure import sure

CALL = "/organise/monterrey-2031/call/"
DECIDE = CALL + "decide/"
WORK = "/organise/monterrey-2031/work/"
HOME = "/organise/monterrey-2031/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def applied(event: Event, galician: Organisation) -> Registration:
    """The Galician cluster waits for an answer."""
    return RegistrationFactory(
        event=event, organisation=galician, status="applied", motivation="We build seats."
    )


def mexican(event: Event, name: str, sector: str) -> Registration:
    """An accepted Mexican cluster of a sector."""
    organisation = OrganisationFactory(name=name, side=Side.MX)
    SectorFocusFactory(organisation=organisation, sector=SectorFactory(code=sector))
    return RegistrationFactory(event=event, organisation=organisation)


# -- the call


def test_applications_stand_by_fit(
    applied: Registration, event: Event, olga: User, as_user: Visit
) -> None:
    SectorFocusFactory(organisation=applied.organisation, sector=SectorFactory(code="automotive"))
    other = RegistrationFactory(event=event, status="applied")
    for number in range(6):
        mexican(event, f"Mexican {number}", "automotive")
    page = call_page(event, olga, "")
    assert [one.registration for one in page.applicants] == [applied, other]
    first, second = page.applicants
    slug = applied.organisation.slug
    scores = reciprocal_scores([(slug, f"mexican-{n}") for n in range(6)])
    best = sorted(scores.values(), reverse=True)[:5]
    assert first.fit == pytest.approx(sum(best) / 5, abs=0.01)
    assert (first.partners, second.partners) == (5, 5)
    assert sure(first.fit) > sure(second.fit)
    html = as_user(olga).get(CALL).content.decode()
    assert "We build seats." in html
    assert "those accepted of the other side" in html


def test_the_fit_of_a_first_application_is_not_made_up(
    applied: Registration, event: Event, olga: User, as_user: Visit
) -> None:
    page = call_page(event, olga, "")
    assert page.applicants[0].fit is None
    assert "not known" in as_user(olga).get(CALL).content.decode()
    RegistrationFactory(
        event=event, status="applied", organisation=OrganisationFactory(name="M", side=Side.MX)
    )
    page = call_page(event, olga, "")
    assert page.applicants[0].fit is not None
    assert "those who applied" in page.basis


def test_the_balance_counts_sides_and_sectors(
    applied: Registration, event: Event, olga: User
) -> None:
    mexican(event, "Uno", "automotive")
    mexican(event, "Dos", "energy")
    RegistrationFactory(event=event, status="withdrawn")
    page = call_page(event, olga, "accepted")
    assert [(row.side, row.accepted, row.applied) for row in page.sides] == [
        ("eu", 0, 1),
        ("mx", 2, 2),
    ]
    assert {(row.label, row.accepted) for row in page.sectors} == {("Automotive", 1), ("Energy", 1)}


def test_olga_accepts_in_bulk_after_seeing_the_mail(
    applied: Registration, event: Event, ana: User, olga: User, as_user: Visit
) -> None:
    other = RegistrationFactory(event=event, status="applied")
    chosen = {"registration": [applied.pk, other.pk], "decision": "accepted"}
    html = as_user(olga).post(DECIDE, chosen).content.decode()
    assert "Accept 2 organisations?" in html
    assert "1 person is mailed: Ana" in html
    assert "takes part in Monterrey 2031" in html
    applied.refresh_from_db()
    assert applied.status == RegistrationStatus.APPLIED, "looking changes nothing"

    answer = as_user(olga).post(DECIDE, chosen | {"confirmed": "1"}, follow=True)
    assert "2 applications answered." in answer.content.decode()
    applied.refresh_from_db()
    assert applied.status == RegistrationStatus.ACCEPTED
    assert mails("registration_decided") == ["Ana"]


@pytest.mark.parametrize("decision", ["reserve", "rejected"])
def test_reserve_and_reject(
    applied: Registration, olga: User, as_user: Visit, decision: str
) -> None:
    data = {"registration": [applied.pk], "decision": decision, "confirmed": "1"}
    as_user(olga).post(DECIDE, data)
    applied.refresh_from_db()
    assert applied.status == decision


def test_one_that_cannot_be_answered_does_not_hold_up_the_others(
    applied: Registration, event: Event, olga: User, as_user: Visit
) -> None:
    gone = RegistrationFactory(event=event, status="withdrawn")
    data = {"registration": [applied.pk, gone.pk], "decision": "accepted", "confirmed": "1"}
    html = as_user(olga).post(DECIDE, data, follow=True).content.decode()
    assert "1 application answered." in html
    assert "cannot become" in html


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"registration": ["x"], "decision": "accepted"},
        {"registration": ["1"], "decision": "knighted"},
        {"registration": ["999999"], "decision": "accepted"},
    ],
)
def test_a_decision_without_sense_changes_nothing(
    applied: Registration, olga: User, as_user: Visit, data: dict[str, object]
) -> None:
    html = as_user(olga).post(DECIDE, data, follow=True).content.decode()
    assert "Tick the applications first" in html


def test_applications_of_another_event_are_left_alone(
    applied: Registration, olga: User, as_user: Visit
) -> None:
    foreign = RegistrationFactory(status="applied")
    data = {"registration": [foreign.pk], "decision": "accepted", "confirmed": "1"}
    as_user(olga).post(DECIDE, data)
    foreign.refresh_from_db()
    assert foreign.status == RegistrationStatus.APPLIED


# -- the work list


def groups(event: Event, user: User) -> dict[str, list[str]]:
    page = worklist_page(event, user)
    return {
        group.code: [
            " ".join(filter(None, [line.registration.organisation.name, line.note]))
            for line in group.lines
        ]
        for group in page.groups
    }


def ready(event: Event, name: str, side: str) -> Registration:
    """An accepted participant that lacks nothing but requests."""
    organisation = OrganisationFactory(name=name, side=side)
    InterestFactory(organisation=organisation)
    row = RegistrationFactory(event=event, organisation=organisation)
    DelegateFactory(registration=row)
    return row


def test_everybody_ready_is_not_on_the_list(event: Event, olga: User, as_user: Visit) -> None:
    one, other = ready(event, "One", "eu"), ready(event, "Other", "mx")
    RequestFactory(sender=one, receiver=other, status=RequestStatus.ACCEPTED)
    assert not any(groups(event, olga).values())
    assert "Everybody is ready" in as_user(olga).get(WORK).content.decode()


def test_each_trouble_has_its_list(event: Event, olga: User, as_user: Visit) -> None:
    one, other = ready(event, "One", "eu"), ready(event, "Other", "mx")
    RequestFactory(sender=one, receiver=other)
    bare = RegistrationFactory(event=event, organisation=OrganisationFactory(name="Bare"))
    away = ready(event, "Away", "eu")
    for slot in event.slots.all():
        Unavailability.objects.create(delegate=away.delegates.get(), slot=slot)
    full = ready(event, "Full", "eu")
    full.max_meetings = 1
    full.save()
    for number in range(2):
        RequestFactory(
            sender=full, receiver=ready(event, f"P{number}", "mx"), status=RequestStatus.ACCEPTED
        )
    RegistrationFactory(event=event, status="applied")
    assert groups(event, olga) == {
        "no_delegate": ["Bare"],
        "no_time": ["Away"],
        "no_interests": ["Bare"],
        "unanswered": ["Other 1 waits"],
        "no_requests": ["Away", "Bare"],
        "too_many": ["Full 2 agreed, room for 1"],
    }
    html = as_user(olga).get(WORK).content.decode()
    assert "4 of 7 accepted participants need something" in re.sub(r"\s+", " ", html)
    assert f'href="/organisations/{bare.organisation.slug}/"' in html


def test_the_work_list_of_an_empty_event_says_what_to_do(
    event: Event, olga: User, as_user: Visit
) -> None:
    assert "Nobody is accepted yet" in as_user(olga).get(WORK).content.decode()


# -- the overview


def test_the_overview_leads_to_what_waits(
    applied: Registration, event: Event, olga: User, as_user: Visit
) -> None:
    html = as_user(olga).get(HOME).content.decode()
    assert "application to decide" in html
    assert f'href="{CALL}"' in html
    assert "Close requests and plan" in html
    event.sessions.all().delete()
    assert "No sessions yet" in as_user(olga).get(HOME).content.decode()


def test_a_viewer_is_offered_no_step(event: Event, as_user: Visit) -> None:
    vera = UserFactory(name="Vera")
    TeamFactory(event=event, user=vera, role=TeamRole.VIEWER)
    html = as_user(vera).get(HOME).content.decode()
    assert "Next phase" not in html
    assert 'name="to"' not in html


@pytest.mark.parametrize("path", ["", "setup/", "call/?status=accepted", "work/"])
def test_queries_do_not_grow_with_the_event(
    event: Event, olga: User, as_user: Visit, django_assert_max_num_queries, path: str
) -> None:
    counts = []
    for size in (1, 6):
        for number in range(size):
            ready(event, f"EU {size} {number}", "eu")
        client = as_user(olga)
        client.get(HOME + path)
        with django_assert_max_num_queries(40) as seen:
            assert client.get(HOME + path).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_a_whole_list_is_ticked_at_once(event: Event, olga: User, as_user: Visit) -> None:
    RegistrationFactory(event=event, status=RegistrationStatus.APPLIED)
    RegistrationFactory(event=event, status=RegistrationStatus.APPLIED)
    client = as_user(olga)
    plain = client.get(CALL, {"status": "applied"}).content.decode()
    assert (plain.count(" checked>"), plain.count("Tick all")) == (0, 1)
    ticked = client.get(CALL, {"status": "applied", "all": "1"}).content.decode()
    assert (ticked.count(" checked>"), ticked.count("Untick all")) == (2, 1)
