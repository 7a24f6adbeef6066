"""The cast and the props of every test. Nothing here is random: two runs build the same rows.

Ana owns the Galician cluster, Beto is her colleague there (a member), Carla owns the Nuevo León cluster
and is an outsider to Ana's, Olga organises the event, Clara curates, Dora runs the platform (superuser).
"""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import factory
import pytest
from django.utils import timezone

from clusters.choices import (
    Basis,
    Direction,
    LabelLevel,
    OrganisationKind,
    OrganisationStatus,
    RelationKind,
    Role,
    Side,
    SourceKind,
    Stance,
    TargetScope,
)
from clusters.models import (
    Citation,
    CooperationInterest,
    CooperationKind,
    Country,
    InternationalTarget,
    Label,
    Organisation,
    Region,
    Relation,
    Representative,
    Sector,
    SectorFocus,
    Shortlist,
    Source,
    SuccessStory,
    User,
)
from events.choices import EventStatus, RegistrationStatus, TeamRole
from events.models import Delegate, Event, EventTeamMember, Registration, Session, Slot, Table
from matchmaking.models import MeetingRequest

PASSWORD = "bridge-over-the-ocean"
MEXICO = ZoneInfo("America/Mexico_City")
FIRST_DAY = dt.date(2031, 3, 10)


def at(hour: int, minute: int = 0, *, day: dt.date = FIRST_DAY) -> dt.datetime:
    """A time on the clock of the event."""
    return dt.datetime.combine(day, dt.time(hour, minute), MEXICO)


class UserFactory(factory.django.DjangoModelFactory[User]):
    class Meta:
        model = User
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Person {n}")
    email = factory.LazyAttribute(lambda o: f"{o.name.lower().replace(' ', '.')}@people.example")
    password = factory.django.Password(PASSWORD)


class CountryFactory(factory.django.DjangoModelFactory[Country]):
    class Meta:
        model = Country
        django_get_or_create = ("code",)

    code = "ES"
    name_en = factory.LazyAttribute(lambda o: {"ES": "Spain", "MX": "Mexico"}.get(o.code, o.code))
    name_es = factory.LazyAttribute(lambda o: {"ES": "España", "MX": "México"}.get(o.code, o.code))
    default_side = factory.LazyAttribute(lambda o: Side.MX if o.code == "MX" else Side.EU)
    is_eu_member = factory.LazyAttribute(lambda o: o.code != "MX")
    languages = factory.LazyFunction(lambda: ["es"])
    time_zone = factory.LazyAttribute(
        lambda o: "America/Mexico_City" if o.code == "MX" else "Europe/Madrid"
    )


class RegionFactory(factory.django.DjangoModelFactory[Region]):
    class Meta:
        model = Region
        django_get_or_create = ("code",)

    code = "ES11"
    name = factory.LazyAttribute(lambda o: {"ES11": "Galicia"}.get(o.code, o.code))
    country = factory.SubFactory(CountryFactory)
    scheme = "nuts"


class SectorFactory(factory.django.DjangoModelFactory[Sector]):
    class Meta:
        model = Sector
        django_get_or_create = ("code",)

    code = "automotive"
    name_en = factory.LazyAttribute(lambda o: o.code.replace("-", " ").capitalize())
    name_es = factory.LazyAttribute(lambda o: f"{o.name_en} (es)")


class KindFactory(factory.django.DjangoModelFactory[CooperationKind]):
    class Meta:
        model = CooperationKind
        django_get_or_create = ("code",)

    code = "technology-transfer"
    name_en = factory.LazyAttribute(lambda o: o.code.replace("-", " "))
    name_es = factory.LazyAttribute(lambda o: f"{o.name_en} (es)")


class SourceFactory(factory.django.DjangoModelFactory[Source]):
    class Meta:
        model = Source
        django_get_or_create = ("code",)

    code = "report"
    kind = SourceKind.REPORT
    title = "The report"


class CitationFactory(factory.django.DjangoModelFactory[Citation]):
    class Meta:
        model = Citation
        django_get_or_create = ("code",)

    code = factory.Sequence(lambda n: f"citation-{n}")
    source = factory.SubFactory(SourceFactory)
    section = "3.1"
    basis = Basis.STATED


class OrganisationFactory(factory.django.DjangoModelFactory[Organisation]):
    """A listed cluster organisation; `countries=[...]` names its countries."""

    class Meta:
        model = Organisation
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Cluster {n}")
    slug = factory.LazyAttribute(
        lambda o: o.name.lower().replace(" ", "-").replace("ó", "o").replace("í", "i")
    )
    kind = OrganisationKind.CLUSTER
    side = Side.EU
    status = OrganisationStatus.LISTED

    @factory.post_generation
    def countries(self: Organisation, create: bool, extracted: Any, **kwargs: Any) -> None:
        if create and extracted:
            self.countries.set(extracted)


class SectorFocusFactory(factory.django.DjangoModelFactory[SectorFocus]):
    class Meta:
        model = SectorFocus

    organisation = factory.SubFactory(OrganisationFactory)
    sector = factory.SubFactory(SectorFactory)


class TargetFactory(factory.django.DjangoModelFactory[InternationalTarget]):
    class Meta:
        model = InternationalTarget

    organisation = factory.SubFactory(OrganisationFactory)
    stance = Stance.ACTIVE
    scope = TargetScope.COUNTRY
    country = factory.SubFactory(CountryFactory, code="MX")


class InterestFactory(factory.django.DjangoModelFactory[CooperationInterest]):
    class Meta:
        model = CooperationInterest

    organisation = factory.SubFactory(OrganisationFactory)
    kind = factory.SubFactory(KindFactory)
    direction = Direction.SEEKS


class LabelFactory(factory.django.DjangoModelFactory[Label]):
    class Meta:
        model = Label

    organisation = factory.SubFactory(OrganisationFactory)
    level = LabelLevel.GOLD


class RelationFactory(factory.django.DjangoModelFactory[Relation]):
    class Meta:
        model = Relation

    organisation = factory.SubFactory(OrganisationFactory)
    kind = RelationKind.PARTNER_OF
    other = factory.SubFactory(OrganisationFactory)


class StoryFactory(factory.django.DjangoModelFactory[SuccessStory]):
    class Meta:
        model = SuccessStory

    code = factory.Sequence(lambda n: f"story-{n}")
    title = factory.LazyAttribute(lambda o: o.code.capitalize())


class RepresentativeFactory(factory.django.DjangoModelFactory[Representative]):
    class Meta:
        model = Representative

    organisation = factory.SubFactory(OrganisationFactory)
    user = factory.SubFactory(UserFactory)
    role = Role.OWNER


class ShortlistFactory(factory.django.DjangoModelFactory[Shortlist]):
    class Meta:
        model = Shortlist

    name = factory.Sequence(lambda n: f"Shortlist {n}")


class EventFactory(factory.django.DjangoModelFactory[Event]):
    """An event whose requests are open, on two days in Mexico City."""

    class Meta:
        model = Event

    slug = factory.Sequence(lambda n: f"event-{n}")
    name = factory.LazyAttribute(lambda o: o.slug.replace("-", " ").capitalize())
    status = EventStatus.BOOKING
    time_zone = "America/Mexico_City"
    starts_on = FIRST_DAY
    ends_on = FIRST_DAY + dt.timedelta(days=1)


class SessionFactory(factory.django.DjangoModelFactory[Session]):
    """A morning. Its slots are rows of SlotFactory."""

    class Meta:
        model = Session

    event = factory.SubFactory(EventFactory)
    name = "Morning"
    format = "C2C"
    starts_at = factory.LazyFunction(lambda: at(9))
    ends_at = factory.LazyFunction(lambda: at(11))


class SlotFactory(factory.django.DjangoModelFactory[Slot]):
    """Twenty minutes of a session; `number` counts from 0."""

    class Meta:
        model = Slot

    class Params:
        number = 0

    session = factory.SubFactory(SessionFactory)
    event = factory.LazyAttribute(lambda o: o.session.event)
    starts_at = factory.LazyAttribute(
        lambda o: o.session.starts_at + dt.timedelta(minutes=20 * o.number)
    )
    ends_at = factory.LazyAttribute(lambda o: o.starts_at + dt.timedelta(minutes=20))


class TableFactory(factory.django.DjangoModelFactory[Table]):
    class Meta:
        model = Table

    event = factory.SubFactory(EventFactory)
    name = factory.Sequence(lambda n: f"T{n}")


class TeamFactory(factory.django.DjangoModelFactory[EventTeamMember]):
    class Meta:
        model = EventTeamMember

    event = factory.SubFactory(EventFactory)
    user = factory.SubFactory(UserFactory)
    role = TeamRole.OWNER


class RegistrationFactory(factory.django.DjangoModelFactory[Registration]):
    class Meta:
        model = Registration

    event = factory.SubFactory(EventFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    status = RegistrationStatus.ACCEPTED


class DelegateFactory(factory.django.DjangoModelFactory[Delegate]):
    class Meta:
        model = Delegate

    registration = factory.SubFactory(RegistrationFactory)
    name = factory.Sequence(lambda n: f"Delegate {n}")


class RequestFactory(factory.django.DjangoModelFactory[MeetingRequest]):
    """A meeting request between two registrations of one event, to answer within four days."""

    class Meta:
        model = MeetingRequest

    sender = factory.SubFactory(RegistrationFactory)
    event = factory.LazyAttribute(lambda o: o.sender.event)
    receiver = factory.SubFactory(
        RegistrationFactory, event=factory.SelfAttribute("..sender.event")
    )
    answer_by = factory.LazyFunction(lambda: timezone.now() + dt.timedelta(days=4))


@pytest.fixture
def galician(db: None) -> Organisation:
    """The Galician cluster, EU side."""
    return OrganisationFactory(
        name="Galician cluster",
        slug="galician-cluster",
        side=Side.EU,
        countries=[CountryFactory(code="ES")],
    )


@pytest.fixture
def nuevo_leon(db: None) -> Organisation:
    """The Nuevo León cluster, Mexican side."""
    return OrganisationFactory(
        name="Nuevo León cluster",
        slug="nuevo-leon-cluster",
        side=Side.MX,
        countries=[CountryFactory(code="MX")],
    )


@pytest.fixture
def ana(galician: Organisation) -> User:
    """Owner of the Galician cluster."""
    user = UserFactory(name="Ana", email="ana@galician.example", time_zone="Europe/Madrid")
    RepresentativeFactory(organisation=galician, user=user, role=Role.OWNER)
    return user


@pytest.fixture
def beto(galician: Organisation) -> User:
    """Ana's colleague: a member, who may neither change the profile nor manage people."""
    user = UserFactory(name="Beto", email="beto@galician.example", language="es")
    RepresentativeFactory(organisation=galician, user=user, role=Role.MEMBER)
    return user


@pytest.fixture
def carla(nuevo_leon: Organisation) -> User:
    """An outsider to Ana's organisation: owner of the Nuevo León cluster."""
    user = UserFactory(
        name="Carla", email="carla@nuevo-leon.example", time_zone="America/Monterrey"
    )
    RepresentativeFactory(organisation=nuevo_leon, user=user, role=Role.OWNER)
    return user


@pytest.fixture
def olga(db: None) -> User:
    """Organiser: owner of the team of `event`, where that fixture is used."""
    return UserFactory(name="Olga", email="olga@events.example")


@pytest.fixture
def clara(db: None) -> User:
    """Curator: staff, no superuser."""
    return UserFactory(name="Clara", email="clara@puente.example", is_staff=True)


@pytest.fixture
def dora(db: None) -> User:
    """Runs the platform: superuser."""
    return UserFactory(name="Dora", email="dora@puente.example", is_staff=True, is_superuser=True)


@pytest.fixture
def system(db: None) -> User:
    """The actor of what happens by itself."""
    return User.objects.system()


@pytest.fixture
def event(olga: User) -> Event:
    """Olga's event, requests open: one morning of six slots, two tables."""
    event = EventFactory(slug="monterrey-2031", name="Monterrey 2031")
    TeamFactory(event=event, user=olga, role=TeamRole.OWNER)
    session = SessionFactory(event=event)
    for number in range(6):
        SlotFactory(session=session, number=number)
    for number in (1, 2):
        TableFactory(event=event, name=f"T{number}", position=number)
    return event
