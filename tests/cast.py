"""The cast and the props of every test. Nothing here is random: two runs build the same rows.

Ana owns the Galician cluster, Beto is her colleague there (a member), Carla owns the Nuevo León cluster
and is an outsider to Ana's, Olga organises the event, Clara curates, Dora runs the platform (superuser).
"""

import datetime as dt
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from factory.declarations import LazyAttribute, LazyFunction, SelfAttribute, Sequence, SubFactory
from factory.django import DjangoModelFactory, Password
from factory.helpers import post_generation

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


class Factory(DjangoModelFactory):
    """Calling a factory gives a row of its model."""

    class Meta:
        abstract = True

    if TYPE_CHECKING:

        def __new__(cls, *args: Any, **kwargs: Any) -> Any: ...


class UserFactory(Factory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    name = Sequence(lambda n: f"Person {n}")
    email = LazyAttribute(lambda o: f"{o.name.lower().replace(' ', '.')}@people.example")
    password = Password(PASSWORD)


class CountryFactory(Factory):
    class Meta:
        model = Country
        django_get_or_create = ("code",)

    code = "ES"
    name_en = LazyAttribute(lambda o: {"ES": "Spain", "MX": "Mexico"}.get(o.code, o.code))
    name_es = LazyAttribute(lambda o: {"ES": "España", "MX": "México"}.get(o.code, o.code))
    default_side = LazyAttribute(lambda o: Side.MX if o.code == "MX" else Side.EU)
    is_eu_member = LazyAttribute(lambda o: o.code != "MX")
    languages = LazyFunction(lambda: ["es"])
    time_zone = LazyAttribute(
        lambda o: "America/Mexico_City" if o.code == "MX" else "Europe/Madrid"
    )


class RegionFactory(Factory):
    class Meta:
        model = Region
        django_get_or_create = ("code",)

    code = "ES11"
    name = LazyAttribute(lambda o: {"ES11": "Galicia"}.get(o.code, o.code))
    country = SubFactory(CountryFactory)
    scheme = "nuts"


class SectorFactory(Factory):
    class Meta:
        model = Sector
        django_get_or_create = ("code",)

    code = "automotive"
    name_en = LazyAttribute(lambda o: o.code.replace("-", " ").capitalize())
    name_es = LazyAttribute(lambda o: f"{o.name_en} (es)")


class KindFactory(Factory):
    class Meta:
        model = CooperationKind
        django_get_or_create = ("code",)

    code = "technology-transfer"
    name_en = LazyAttribute(lambda o: o.code.replace("-", " "))
    name_es = LazyAttribute(lambda o: f"{o.name_en} (es)")


class SourceFactory(Factory):
    class Meta:
        model = Source
        django_get_or_create = ("code",)

    code = "report"
    kind = SourceKind.REPORT
    title = "The report"


class CitationFactory(Factory):
    class Meta:
        model = Citation
        django_get_or_create = ("code",)

    code = Sequence(lambda n: f"citation-{n}")
    source = SubFactory(SourceFactory)
    section = "3.1"
    basis = Basis.STATED


class OrganisationFactory(Factory):
    """A listed cluster organisation; `countries=[...]` names its countries."""

    class Meta:
        model = Organisation
        skip_postgeneration_save = True

    name = Sequence(lambda n: f"Cluster {n}")
    slug = LazyAttribute(
        lambda o: o.name.lower().replace(" ", "-").replace("ó", "o").replace("í", "i")
    )
    kind = OrganisationKind.CLUSTER
    side = Side.EU
    status = OrganisationStatus.LISTED

    @post_generation
    def countries(self: Organisation, create: bool, extracted: Any, **kwargs: Any) -> None:
        if create and extracted:
            self.countries.set(extracted)


class SectorFocusFactory(Factory):
    class Meta:
        model = SectorFocus

    organisation = SubFactory(OrganisationFactory)
    sector = SubFactory(SectorFactory)


class TargetFactory(Factory):
    class Meta:
        model = InternationalTarget

    organisation = SubFactory(OrganisationFactory)
    stance = Stance.ACTIVE
    scope = TargetScope.COUNTRY
    country = SubFactory(CountryFactory, code="MX")


class InterestFactory(Factory):
    class Meta:
        model = CooperationInterest

    organisation = SubFactory(OrganisationFactory)
    kind = SubFactory(KindFactory)
    direction = Direction.SEEKS


class LabelFactory(Factory):
    class Meta:
        model = Label

    organisation = SubFactory(OrganisationFactory)
    level = LabelLevel.GOLD


class RelationFactory(Factory):
    class Meta:
        model = Relation

    organisation = SubFactory(OrganisationFactory)
    kind = RelationKind.PARTNER_OF
    other = SubFactory(OrganisationFactory)


class StoryFactory(Factory):
    class Meta:
        model = SuccessStory

    code = Sequence(lambda n: f"story-{n}")
    title = LazyAttribute(lambda o: o.code.capitalize())


class RepresentativeFactory(Factory):
    class Meta:
        model = Representative

    organisation = SubFactory(OrganisationFactory)
    user = SubFactory(UserFactory)
    role = Role.OWNER


class ShortlistFactory(Factory):
    class Meta:
        model = Shortlist

    name = Sequence(lambda n: f"Shortlist {n}")


class EventFactory(Factory):
    """An event whose requests are open, on two days in Mexico City."""

    class Meta:
        model = Event

    slug = Sequence(lambda n: f"event-{n}")
    name = LazyAttribute(lambda o: o.slug.replace("-", " ").capitalize())
    status = EventStatus.BOOKING
    time_zone = "America/Mexico_City"
    starts_on = FIRST_DAY
    ends_on = FIRST_DAY + dt.timedelta(days=1)


class SessionFactory(Factory):
    """A morning. Its slots are rows of SlotFactory."""

    class Meta:
        model = Session

    event = SubFactory(EventFactory)
    name = "Morning"
    format = "C2C"
    starts_at = LazyFunction(lambda: at(9))
    ends_at = LazyFunction(lambda: at(11))


class SlotFactory(Factory):
    """Twenty minutes of a session; `number` counts from 0."""

    class Meta:
        model = Slot

    class Params:
        number = 0

    session = SubFactory(SessionFactory)
    event = LazyAttribute(lambda o: o.session.event)
    starts_at = LazyAttribute(lambda o: o.session.starts_at + dt.timedelta(minutes=20 * o.number))
    ends_at = LazyAttribute(lambda o: o.starts_at + dt.timedelta(minutes=20))


class TableFactory(Factory):
    class Meta:
        model = Table

    event = SubFactory(EventFactory)
    name = Sequence(lambda n: f"T{n}")


class TeamFactory(Factory):
    class Meta:
        model = EventTeamMember

    event = SubFactory(EventFactory)
    user = SubFactory(UserFactory)
    role = TeamRole.OWNER


class RegistrationFactory(Factory):
    class Meta:
        model = Registration

    event = SubFactory(EventFactory)
    organisation = SubFactory(OrganisationFactory)
    status = RegistrationStatus.ACCEPTED


class DelegateFactory(Factory):
    class Meta:
        model = Delegate

    registration = SubFactory(RegistrationFactory)
    name = Sequence(lambda n: f"Delegate {n}")


class RequestFactory(Factory):
    """A meeting request between two registrations of one event, to answer within four days."""

    class Meta:
        model = MeetingRequest

    sender = SubFactory(RegistrationFactory)
    event = LazyAttribute(lambda o: o.sender.event)
    receiver = SubFactory(RegistrationFactory, event=SelfAttribute("..sender.event"))
    answer_by = LazyFunction(lambda: timezone.now() + dt.timedelta(days=4))


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
