"""Olga takes over the list of another tool: understood, tried out, written whole or not at all."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from clusters.choices import OrganisationStatus
from clusters.models import Invitation, Organisation, User
from events import actions
from events.adapters import read_table
from events.choices import EventStatus, ImportState, RegistrationStatus, RowFate, TeamRole
from events.models import Delegate, Event, OnBehalf, Registration, RegistrationImport
from events.reads.importing.columns import remembered
from events.reads.importing.matching import PUBLIC_MAIL, host_of, nearest, pool_of
from events.reads.importing.plan import Plan, plan_import
from tests.cast import (
    CountryFactory,
    DelegateFactory,
    OrganisationFactory,
    RegistrationFactory,
    TeamFactory,
    UserFactory,
)
from tests.matchmaking.stories import mails
from tests.refusals import refused

pytestmark = pytest.mark.django_db
HEADINGS = "Organisation,Full name,Email,Phone,Job title,Attendance,Formats,Country,Website,State"
OPTIONS = {"status": "applied", "unknown": "skip", "kind": "company", "side": "", "mail": ""}


def uploaded(event: Event, olga: User, *rows: str, **options: str) -> RegistrationImport:
    """A list with these rows, its columns understood."""
    table = read_table("\n".join((HEADINGS, *rows)).encode())
    row = actions.upload_registrations(event, table=table, file_name="list.csv", actor=olga)
    return actions.map_columns(row, columns=row.columns, options=OPTIONS | options, actor=olga)


def fates(row: RegistrationImport) -> list[str]:
    return [line.fate.value for line in plan_import(row).lines]


def faults(row: RegistrationImport) -> list[tuple[int, str, str]]:
    plan = plan_import(row)
    return [(one.number, fault.column, fault.text) for one in plan.lines for fault in one.faults]


# -- columns


def test_columns_and_choices_are_remembered(event: Event, olga: User) -> None:
    first = uploaded(event, olga, "Nobody,,,,,,,,,", status="accepted")
    actions.map_columns(first, columns={"organisation": 1}, options=first.options, actor=olga)
    again = actions.upload_registrations(
        event, table=read_table((HEADINGS + "\nx").encode()), file_name="b.csv", actor=olga
    )
    assert again.columns == {"organisation": 1}
    assert again.options["status"] == "accepted"
    assert remembered(event, olga, ["Other"]) is None


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ({"organisation": 99}, "column"),
        ({"nonsense": 0}, "column"),
        ({"person": 0}, "no_organisation"),
        ({"organisation": 0, "person": 0}, "twice"),
    ],
)
def test_columns_that_make_no_sense(
    event: Event, olga: User, columns: dict[str, int], code: str
) -> None:
    row = uploaded(event, olga, "Nobody,,,,,,,,,")
    with pytest.raises(ValidationError) as error:
        actions.map_columns(row, columns=columns, options=OPTIONS, actor=olga)
    assert {one.code for many in error.value.error_dict.values() for one in many} == {code}
    with pytest.raises(ValidationError):
        actions.map_columns(
            row, columns=row.columns, options=OPTIONS | {"status": "withdrawn"}, actor=olga
        )


# -- whose row it is


def test_profiles_are_found_by_name_alias_address_website_and_domain(
    event: Event, olga: User, galician: Organisation, nuevo_leon: Organisation
) -> None:
    Organisation.objects.filter(pk=galician.pk).update(
        aliases=["CGA"], website="https://www.galicia.example/en"
    )
    OrganisationFactory(name="Twin 1", website="twin.example")
    OrganisationFactory(name="Twin 2", website="http://twin.example")
    row = uploaded(
        event,
        olga,
        "GALICIAN  Clúster,Ana,ana@x.example,,,,,,,",
        "cga,,,,,,,,,",
        "galician-cluster,,,,,,,,,",
        "Something else,,,,,,,,galicia.example,",
        ",Eva,eva@galicia.example,,,,,,,",
        ",Twin,t@twin.example,,,,,,,",
        f",Gus,gus@{min(PUBLIC_MAIL)},,,,,,,",
    )
    lines = plan_import(row).lines
    assert [line.how for line in lines] == [
        *("by its name", "by another name", "by its address here", "by its website"),
        *("by the e-mail’s domain", "", ""),
    ]
    assert fates(row) == ["new", "known", "known", "known", "person", "left_out", "left_out"]


def test_a_name_that_resembles_one_is_decided_by_olga(
    event: Event, olga: User, nuevo_leon: Organisation
) -> None:
    CountryFactory(code="MX")
    row = uploaded(
        event,
        olga,
        "Nuevo Leon Clusters,Carla,carla@x.example,,,,,Mexico,,",
        "Nuevo Leon Clusters,Leo,leo@x.example,,,,,Mexico,,",
    )
    (first, second) = plan_import(row).lines
    assert first.near == (nuevo_leon,)
    assert {first.fate, second.fate} == {RowFate.UNDECIDED}
    assert plan_import(row).undecided == [first] or len(plan_import(row).undecided) == 1
    with refused("open_rows"):
        actions.apply_import(row, actor=olga)
    for choice, found in [
        (nuevo_leon.slug, ["new", "person"]),
        ("skip", ["left_out", "left_out"]),
        ("new", ["draft", "person"]),
    ]:
        row = actions.decide_rows(row, decisions={first.key: choice}, actor=olga)
        assert fates(row) == found
    with pytest.raises(ValidationError):
        actions.decide_rows(row, decisions={first.key: "nobody"}, actor=olga)


def test_an_unknown_organisation_is_left_out_or_becomes_a_draft(event: Event, olga: User) -> None:
    CountryFactory(code="MX")
    rows = (
        "Talleres Zorro,Zoe,zoe@z.example,,,,,México,z.example,",
        "Talleres Zorro,Zac,zac@z.example,,,,,México,z.example,",
    )
    row = uploaded(event, olga, *rows)
    assert fates(row) == ["left_out", "left_out"]
    with refused("nothing"):
        actions.apply_import(row, actor=olga)
    row = uploaded(event, olga, *rows, unknown="new", kind="cluster")
    row = actions.apply_import(row, actor=olga)
    made = Organisation.objects.get(name="Talleres Zorro")
    assert (made.status, made.side, made.kind) == (OrganisationStatus.DRAFT, "mx", "cluster")
    assert made.website == "z.example"
    assert not made.representatives.exists(), "nobody owns it yet"
    assert not Invitation.objects.exists()
    registration = Registration.objects.get(organisation=made)
    assert [one.name for one in registration.delegates.all()] == ["Zoe", "Zac"]
    assert fates(uploaded(event, olga, *rows, unknown="new")) == ["known", "known"]


def test_a_new_profile_needs_a_name_and_a_side(event: Event, olga: User) -> None:
    rows = ("Zorro,,,,,,,,,", "Lobo,,,,,,,Atlantis,,", ",,,,,,,,lince.example,")
    row = uploaded(event, olga, *rows, unknown="new")
    assert [(number, column) for number, column, _text in faults(row)] == [
        *((2, "Country"), (3, "Country"), (4, "Organisation")),
    ]
    assert fates(uploaded(event, olga, rows[0], unknown="new", side="eu")) == ["draft"]


# -- what is wrong


def test_each_fault_is_named_by_row_and_column(
    event: Event, olga: User, galician: Organisation
) -> None:
    row = uploaded(
        event,
        olga,
        ",Ana,,,,,,,,",
        "=cmd|calc,Ana,,,,,,,,",
        "Galician cluster,,ana@x.example,,,,,,,",
        "Galician cluster,Ana,ana@,call me,,sometimes,D2D,,ht!tp,",
        f"Galician cluster,{'x' * 151},,,,,,,,",
        "Galician cluster,@SUM(A1),,+cmd|'x'!A1,=1+1,,,,,",
        "Galician cluster,Ana,ana@x.example,+34 600 (0) 1-2,,on-site,c2c; B2B,,,canceled",
    )
    assert [(number, column) for number, column, _text in faults(row)] == [
        *((2, "Organisation"), (3, "Organisation"), (4, "Full name")),
        *((5, "Email"), (5, "Phone"), (5, "Attendance"), (5, "Website"), (5, "Formats")),
        *((6, "Full name"), (7, "Full name"), (7, "Phone"), (7, "Job title")),
    ]
    assert fates(row)[-1] == "left_out", "the other tool says that they do not come"


def test_formats_follow_the_events_sessions(
    event: Event, olga: User, galician: Organisation
) -> None:
    event.sessions.update(format="B2B")
    row = uploaded(event, olga, "Galician cluster,,,,,video,C2C,,,", "Galician cluster,,,,,,B2B,,,")
    assert fates(row) == ["wrong", "new"]
    assert faults(row)[0][2] == "This event has no session for C2C."


def test_ten_percent_broken_rows_write_nothing_until_they_are_left_out(
    event: Event, olga: User
) -> None:
    for number in range(90):
        OrganisationFactory(name=f"Known {number}")
    rows = [f"Known {n},Person {n},p{n}@x.example,,,,,,," for n in range(90)]
    rows += [f"Known {n},Person,no mail,,,,,,," for n in range(10)]
    row = uploaded(event, olga, *rows)
    assert [number for number, *_rest in faults(row)] == list(range(92, 102))
    with refused("open_rows"):
        actions.apply_import(row, actor=olga)
    assert not Registration.objects.exists()
    row = actions.apply_import(row, skip_broken=True, actor=olga)
    assert Registration.objects.count() == Delegate.objects.count() == 90
    assert row.report["skipped_total"] == 10
    assert row.report["skipped"][0][0] == 92


# -- applying


def test_the_rows_become_registrations_once(
    event: Event, olga: User, galician: Organisation, ana: User, nuevo_leon: Organisation
) -> None:
    there = RegistrationFactory(event=event, organisation=nuevo_leon)
    DelegateFactory(registration=there, name="Carla", email="carla@x.example")
    rows = (
        f"Galician cluster,Ana,{ana.email.upper()},+34 600,Manager,by video,c2c,,,",
        "Galician cluster,Bea,bea@x.example,,,on site,,,,",
        "Nuevo León cluster,Carla C.,CARLA@x.example,,,,,,,",
        "Nuevo León cluster,Leo,,,,,,,,",
    )
    row = uploaded(event, olga, *rows, status="accepted")
    assert fates(row) == ["new", "person", "known", "person"]
    assert "Row 2" in plan_import(row).lines[1].remark
    row = actions.apply_import(row, actor=olga)
    mine = Registration.objects.get(organisation=galician)
    assert (mine.status, mine.attendance, mine.formats) == ("accepted", "remote", ["C2C"])
    assert mine.decided_at is not None
    first, second = mine.delegates.order_by("pk")
    assert (first.name, first.user, first.job_title, second.name) == ("Ana", ana, "Manager", "Bea")
    assert there.delegates.count() == 2
    assert sorted(OnBehalf.objects.values_list("deed", "about")) == [
        ("delegate_added", "Leo"),
        ("imported", ""),
    ]
    assert mine.history.get().pgh_context.metadata["action"] == "apply_import"  # type: ignore[attr-defined]  # pghistory adds it
    assert mails("registration_imported") == []
    assert (row.state, row.rows) == (ImportState.APPLIED, [])
    again = uploaded(event, olga, *rows, status="accepted")
    assert fates(again) == ["known"] * 4
    with refused("nothing"):
        actions.apply_import(again, actor=olga)
    with refused("import_over"):
        actions.apply_import(row, actor=olga)


def test_an_account_that_is_a_delegate_already_is_not_linked_twice(
    event: Event, olga: User, galician: Organisation, ana: User
) -> None:
    mine = RegistrationFactory(event=event, organisation=galician)
    DelegateFactory(registration=mine, name="Ana", user=ana, email="")
    row = uploaded(event, olga, f"Galician cluster,Ana Again,{ana.email},,,,,,,")
    actions.apply_import(row, actor=olga)
    assert mine.delegates.get(name="Ana Again").user is None


def test_people_are_mailed_only_when_olga_wants_it(
    event: Event, olga: User, galician: Organisation, ana: User
) -> None:
    CountryFactory(code="MX")
    row = uploaded(
        event,
        olga,
        "Galician cluster,Ana,ana@x.example,,,,,,,",
        "Talleres Zorro,Zoe,zoe@z.example,,,,,Mexico,,",
        unknown="new",
        mail="yes",
    )
    row = actions.apply_import(row, actor=olga)
    assert mails("registration_imported") == ["Ana"]
    assert Invitation.objects.get().email == "zoe@z.example"
    assert row.report["mailed"] == 2


def test_places_and_people_are_limited(
    event: Event, olga: User, galician: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    OrganisationFactory(name="Second")
    Event.objects.filter(pk=event.pk).update(places_eu=1)
    event.refresh_from_db()
    rows = ("Galician cluster,,,,,,,,,", "Second,,,,,,,,,")
    row = uploaded(event, olga, *rows, status="accepted")
    assert fates(row) == ["new", "wrong"]
    assert "places" in faults(row)[0][2]
    assert fates(uploaded(event, olga, *rows)) == ["new", "new"]
    many = [f"Second,Person {n},,,,,,,," for n in range(21)]
    row = uploaded(event, olga, *many)
    assert fates(row) == ["new", *["person"] * 19, "wrong"]
    monkeypatch.setattr("events.reads.importing.plan.MOST_DRAFTS", 1)
    row = uploaded(event, olga, "New 1,,,,,,,,,", "New 2,,,,,,,,,", unknown="new", side="eu")
    assert fates(row) == ["draft", "wrong"]


@pytest.mark.parametrize("status", [RegistrationStatus.WITHDRAWN, RegistrationStatus.REJECTED])
def test_who_left_is_not_let_back_in_by_a_list(
    event: Event, olga: User, galician: Organisation, status: str
) -> None:
    RegistrationFactory(event=event, organisation=galician, status=status)
    assert fates(uploaded(event, olga, "Galician cluster,,,,,,,,,")) == ["wrong"]


def test_somebody_who_registers_in_this_moment_undoes_nothing(
    event: Event, olga: User, galician: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = uploaded(event, olga, "Galician cluster,Ana,,,,,,,,")
    stale = plan_import(row)

    def planned(_row: RegistrationImport) -> Plan:
        return stale

    RegistrationFactory(event=event, organisation=galician)
    monkeypatch.setattr("events.actions.imports.plan_import", planned)
    with refused("busy"):
        actions.apply_import(row, actor=olga)
    assert not Delegate.objects.exists()


def test_lists_are_erased_after_a_day_or_by_hand(
    event: Event, olga: User, system: User, galician: Organisation
) -> None:
    old, fresh = (uploaded(event, olga, "Galician cluster,Ana,,,,,,,,") for _n in range(2))
    RegistrationImport.objects.filter(pk=old.pk).update(expires_at=timezone.now())
    with refused("import_over"):
        actions.apply_import(old, actor=olga)
    assert actions.erase_imports(actor=system) == 1
    old.refresh_from_db()
    assert (old.state, old.rows) == (ImportState.ERASED, [])
    actions.discard_import(fresh, actor=olga)
    fresh.refresh_from_db()
    assert fresh.rows == []
    with refused("import_over"):
        actions.discard_import(fresh, actor=olga)


def test_only_planners_import_and_nothing_after_the_end(event: Event, olga: User) -> None:
    vera, table = UserFactory(name="Vera"), read_table(b"Organisation\nx")
    TeamFactory(event=event, user=vera, role=TeamRole.FRONT_DESK)
    row = uploaded(event, olga, "x,,,,,,,,,")
    with pytest.raises(PermissionDenied):
        actions.upload_registrations(event, table=table, file_name="a", actor=vera)
    with pytest.raises(PermissionDenied):
        actions.map_columns(row, columns={}, options={}, actor=vera)
    with pytest.raises(PermissionDenied):
        actions.decide_rows(row, decisions={}, actor=vera)
    with pytest.raises(PermissionDenied):
        actions.apply_import(row, actor=vera)
    with pytest.raises(PermissionDenied):
        actions.discard_import(row, actor=vera)
    with pytest.raises(PermissionDenied):
        actions.erase_imports(actor=olga)
    Event.objects.filter(pk=event.pk).update(status=EventStatus.CLOSED)
    with refused("event_over"):
        actions.upload_registrations(event, table=table, file_name="a", actor=olga)
    with refused("event_over"):
        actions.apply_import(row, actor=olga)


def test_a_dry_run_asks_the_database_as_often_for_many_rows(
    event: Event, olga: User, django_assert_num_queries
) -> None:
    for number in range(40):
        OrganisationFactory(name=f"Known {number}")
    few = uploaded(event, olga, "Known 1,P,p@x.example,,,,,,,")
    many = uploaded(
        event, olga, *(f"Known {n},Person {n},p{n}@x.example,,,,,,," for n in range(40))
    )
    for row in (few, many):
        row = RegistrationImport.objects.select_related("event").get(pk=row.pk)  # noqa: PLW2901 - fresh
        with django_assert_num_queries(5):
            assert plan_import(row).counts["new"] == len(row.rows)


def test_nothing_resembles_where_nothing_is(event: Event) -> None:
    assert nearest(["x"], pool_of(event)) == {}
    assert host_of("http://[broken") == ""
    assert host_of("no host") == ""
