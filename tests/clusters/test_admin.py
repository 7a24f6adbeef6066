"""The admin: every page opens for those it is for, with a number of queries that rows do not change."""

from typing import Any

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from clusters.models import (
    ChangeSuggestion,
    Claim,
    Contradiction,
    FieldStatement,
    Figure,
    Footnote,
    Invitation,
    Logo,
    Message,
    PolicyInstrument,
    Programme,
    ShortlistEntry,
    Token,
)
from events.models import (
    EventFault,
    EventTheme,
    FloorPlan,
    Mailing,
    OnBehalf,
    RegistrationImport,
    TableSpot,
    Unavailability,
)
from matchmaking.models import (
    AskedScore,
    CalendarFeed,
    CheckIn,
    ContactReceipt,
    DaySettings,
    DraftEdit,
    DraftMeeting,
    Exclusion,
    FactRequest,
    Introduction,
    Lateness,
    Meeting,
    MeetingSeat,
    Outcome,
    Printout,
    ReachCount,
    ReachRun,
    ReachTile,
    Release,
    ReleaseEntry,
    SavedSearch,
    ScheduleRun,
    ScoringPolicy,
    StandbyChain,
    StandbyOffer,
    TableUse,
)
from tests.cast import (
    CitationFactory,
    CountryFactory,
    DelegateFactory,
    EventFactory,
    InterestFactory,
    KindFactory,
    LabelFactory,
    OrganisationFactory,
    RegionFactory,
    RegistrationFactory,
    RelationFactory,
    RepresentativeFactory,
    RequestFactory,
    SectorFactory,
    SectorFocusFactory,
    SessionFactory,
    ShortlistFactory,
    SlotFactory,
    SourceFactory,
    StoryFactory,
    TableFactory,
    TargetFactory,
    TeamFactory,
    UserFactory,
)

OURS = [
    model
    for model in admin.site._registry
    if model.__module__.split(".")[0] in {"clusters", "events", "matchmaking"}
]
PRIVATE = {
    "message",
    "representative",
    "shortlist",
    "shortlistentry",
    "token",
    "eventteammember",
    "registration",
    "delegate",
    "unavailability",
    "mailing",
    "onbehalf",
    "registrationimport",
    *(
        model._meta.model_name
        for model in OURS
        if model._meta.app_label == "matchmaking" and model is not ScoringPolicy
    ),
}
CURATED = [model for model in OURS if model._meta.model_name not in PRIVATE]
NEVER_ADDED = {
    "logo",
    "eventfault",
    "user",
    "invitation",
    "changesuggestion",
    "message",
    "profilechange",
    "session",
    "slot",
    "floorplan",
    "tablespot",
    "shortlist",
    "shortlistentry",
    "token",
    "unavailability",
    "mailing",
    "onbehalf",
    "registrationimport",
} | {
    model._meta.model_name
    for model in OURS
    if model._meta.app_label == "matchmaking" and model is not ScoringPolicy
}


def address(model, page, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def world(number):
    """One more row of every model."""
    code = f"{number:02}"
    organisation = told(number, code)
    user = people(organisation, code)
    event(organisation, user, code)
    return organisation


def told(number, code):
    """An organisation with everything that is said."""
    organisation = OrganisationFactory(countries=[CountryFactory(code="ES")])
    sector = SectorFactory(code=f"sector-{code}")
    citation = CitationFactory(
        footnote=Footnote.objects.create(source=SourceFactory(), number=number, section="1")
    )
    facts = [
        SectorFocusFactory(organisation=organisation, sector=sector),
        TargetFactory(organisation=organisation),
        InterestFactory(organisation=organisation, kind=KindFactory(code=f"kind-{code}")),
        LabelFactory(organisation=organisation),
        RelationFactory(organisation=organisation),
        FieldStatement.objects.create(organisation=organisation, field="name", value="x"),
        Figure.objects.create(organisation=organisation, label="jobs", value=1, unit="people"),
        StoryFactory(),
        Claim.objects.create(code=f"claim-{code}", text="It is so."),
        Programme.objects.create(code=f"programme-{code}", name="Programme"),
        PolicyInstrument.objects.create(code=f"instrument-{code}", name="Instrument"),
        Contradiction.objects.create(code=f"c-{code}", what="Two dates."),
    ]
    for fact in facts:
        fact.citations.add(citation)
    facts[-1].organisations.add(organisation)
    Logo.objects.create(
        organisation=organisation, media_type="image/png", width=4, height=3, size=1, digest=code,
        picture=b"x",
    )  # fmt: skip
    RegionFactory(code=f"ES{code}")
    return organisation


def people(organisation, code):
    """Somebody who acts for it, and what they keep."""
    user = UserFactory()
    RepresentativeFactory(organisation=organisation, user=user)
    invitation = Invitation.objects.create(
        organisation=organisation,
        email=f"x{code}@people.example",
        token_hash=code,
        invited_by=user,
        expires_at=timezone.now(),
    )
    ChangeSuggestion.objects.create(organisation=organisation, field="name", value="y", author=user)
    Message.objects.create(cause=f"cause-{code}", recipient=user, template="t")
    Message.objects.create(cause=f"invited-{code}", invitation=invitation, template="invitation")
    shortlist = ShortlistFactory(organisation=organisation, owner=user)
    ShortlistEntry.objects.create(shortlist=shortlist, organisation=organisation)
    Token.objects.create(user=user, name="script", token_hash=code, scopes=["read"])
    return user


def event(organisation, user, code):
    """An event it takes part in, from request to outcome."""
    event = EventFactory()
    EventTheme.objects.create(code=f"theme-{code}", event=event)
    slot = SlotFactory(session=SessionFactory(event=event))
    table = TableFactory(event=event)
    plan = FloorPlan.objects.create(
        event=event, name="Hall", media_type="image/png", width=4, height=3, size=1, digest=code,
        picture=b"x",
    )  # fmt: skip
    EventFault.objects.create(event=event, step="timetable", error="OSError")
    TableSpot.objects.create(table=table, plan=plan, x=0.5, y=0.5)
    TeamFactory(event=event, user=user)
    registration = RegistrationFactory(event=event, organisation=organisation)
    delegate = DelegateFactory(registration=registration, user=user)
    Unavailability.objects.create(delegate=delegate, slot=slot)
    Mailing.objects.create(event=event, audience="all", subject="s", body="b", author=user)
    OnBehalf.objects.create(registration=registration, deed="imported", by=user)
    RegistrationImport.objects.create(event=event, file_name="f", expires_at=timezone.now())

    request = RequestFactory(sender=registration)
    ContactReceipt.objects.create(request=request, delegate=delegate, viewer=user)
    Exclusion.objects.create(
        organisation=organisation, other=OrganisationFactory(), reason="partner"
    )
    FactRequest.objects.create(asker=organisation, about=OrganisationFactory(), criterion="targets")
    SavedSearch.objects.create(user=user, organisation=organisation, name="n")
    run = ScheduleRun.objects.create(event=event, state="done")
    DraftMeeting.objects.create(run=run, request=request, slot=slot, table=table)
    release = Release.objects.create(event=event, number=1, code=code, published_by=user)
    ReleaseEntry.objects.create(release=release, request=request, slot=slot, table=table)
    meeting = Meeting.objects.create(event=event, request=request, slot=slot, table=table)
    MeetingSeat.objects.create(meeting=meeting, slot=slot, delegate=delegate)
    TableUse.objects.create(meeting=meeting, slot=slot, table=table)
    CheckIn.objects.create(delegate=delegate, by=user)
    Outcome.objects.create(meeting=meeting, organisation=organisation, recorded_by=user)
    CalendarFeed.objects.create(event=event, user=user, token_hash=code)
    AskedScore.objects.create(request=request, policy="default@1", score=50, own={}, theirs={})
    Introduction.objects.create(event=event, first=request.sender, second=request.receiver)
    DraftEdit.objects.create(run=run, number=1, kind="move", made_by=user)
    later = timezone.now()
    Printout.objects.create(
        event=event, release=release, kind="book", paper="a4", language="en", expires_at=later
    )
    DaySettings.objects.create(event=event)
    Lateness.objects.create(meeting=meeting, organisation=organisation, minutes=5)
    chain = StandbyChain.objects.create(event=event, slot=slot, table=table)
    StandbyOffer.objects.create(
        chain=chain,
        request=request,
        sender_delegate=delegate,
        receiver_delegate=DelegateFactory(registration=request.receiver),
        offered_at=later,
        until=later,
    )
    reach = ReachRun.objects.create(policy="default@1", version=code, organisations=1)
    ReachTile.objects.create(run=reach, owners=[organisation.pk])
    ReachCount.objects.create(run=reach, organisation=organisation, times=1, lists=1)
    ScoringPolicy.objects.create(name=f"policy-{code}", title="P", weights={}, priors={})


@pytest.fixture
def one_of_each(db):
    return world(1)


def test_every_model_of_ours_has_its_page():
    registered = {model._meta.label for model in OURS}
    from django.apps import apps

    ours = {
        model._meta.label
        for app in ("clusters", "events", "matchmaking")
        for model in apps.get_app_config(app).get_models()
        if not hasattr(model, "pgh_tracked_model")
    }
    assert registered == ours


def test_clara_opens_every_page_for_curators(one_of_each, clara, client):
    client.force_login(clara)
    assert client.get(reverse("admin:index")).status_code == 200
    for model in CURATED:
        name = model._meta.model_name
        assert client.get(address(model, "changelist")).status_code == 200, name
        added = client.get(address(model, "add")).status_code
        assert added == (403 if name in NEVER_ADDED else 200), name
        row = newest(model)
        assert client.get(address(model, "change", row.pk)).status_code == 200, name
        assert client.get(address(model, "history", row.pk)).status_code == 200, name


def test_what_is_private_stays_closed_to_clara_and_open_to_dora(one_of_each, clara, dora, client):
    private = [model for model in OURS if model not in CURATED]
    for person, code in ((clara, 403), (dora, 200)):
        client.force_login(person)
        for model in private:
            name = model._meta.model_name
            row = newest(model)
            for page in ("change", "history"):
                assert client.get(address(model, page, row.pk)).status_code == code, name
            assert client.get(address(model, "changelist")).status_code == code, name
            added = client.get(address(model, "add")).status_code
            assert added == (403 if name in NEVER_ADDED else code), name


def test_nobody_else_enters(one_of_each, ana, olga, client):
    for person in (None, ana, olga):
        if person:
            client.force_login(person)
        for model in OURS:
            answer = client.get(address(model, "changelist"))
            assert answer.status_code in {302, 403}, model
    assert client.get(reverse("admin:index")).status_code in {302, 403}


def newest(model) -> Any:
    return model._default_manager.order_by("pk").last()


def queries_of(client, model):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address(model, "changelist")).status_code == 200
    return len(queries)


def test_three_rows_take_as_many_queries_as_one(one_of_each, dora, client):
    client.force_login(dora)
    client.get(address(OURS[0], "changelist"))  # what is read once a process
    with_one = {model: queries_of(client, model) for model in OURS}
    world(2)
    world(3)
    with_three = {model: queries_of(client, model) for model in OURS}
    assert with_three == with_one
    assert max(with_three.values()) <= 12


def test_an_organisation_with_many_facts_opens_with_the_same_queries(
    one_of_each, clara, client, django_assert_num_queries
):
    client.force_login(clara)
    page = address(type(one_of_each), "change", one_of_each.pk)
    client.get(page)  # Django keeps what it learns of content types
    with django_assert_num_queries(21):
        assert client.get(page).status_code == 200
    for number in range(5):
        SectorFocusFactory(organisation=one_of_each, sector=SectorFactory(code=f"more-{number}"))
        InterestFactory(organisation=one_of_each, sector=SectorFactory(code=f"more-{number}"))
        for factory in (TargetFactory, LabelFactory, RelationFactory, RepresentativeFactory):
            factory(organisation=one_of_each)
    with django_assert_num_queries(21):
        assert client.get(page).status_code == 200


def test_no_page_holds_a_style_or_a_script_of_its_own(one_of_each, clara, client):
    client.force_login(clara)
    organisation = type(one_of_each)
    pages = [
        reverse("admin:index"),
        address(organisation, "changelist"),
        address(organisation, "change", one_of_each.pk),
        address(organisation, "import"),
        address(organisation, "export"),
        address(organisation, "history", one_of_each.pk),
    ]
    for page in pages:
        text = client.get(page).content.decode()
        assert " style=" not in text, page
        assert "<style" not in text, page
        assert "<script>" not in text, page
        assert " onc" not in text, page
