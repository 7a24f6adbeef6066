"""Clara's work: queues, bulk actions, import and export, history."""

import datetime as dt

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from tablib import Dataset  # type: ignore[import-untyped]  # has no types

from clusters import actions
from clusters.admin.importing import (
    InterestResource,
    LabelResource,
    SafeCSV,
    SectorFocusResource,
    SectorResource,
    TargetResource,
)
from clusters.models import Contradiction, Message, Organisation, SectorFocus, Token
from clusters.reads.curation import queues
from matchmaking.models import MeetingRequest
from tests.cast import (
    CitationFactory,
    CountryFactory,
    InterestFactory,
    LabelFactory,
    OrganisationFactory,
    RegionFactory,
    RequestFactory,
    SectorFactory,
    SectorFocusFactory,
    TargetFactory,
)

LIST = reverse("admin:clusters_organisation_changelist")
IMPORT = reverse("admin:clusters_organisation_import")
PROCESS = reverse("admin:clusters_organisation_process_import")
HEAD = "slug,name,kind,side,countries,languages,website\n"


@pytest.fixture
def desk(client, clara):
    client.force_login(clara)
    return client


def run(desk, model, action, *rows):
    """Choose rows of a list and run an action; what the page says afterwards."""
    chosen = {"action": action, "_selected_action": [row.pk for row in rows]}
    answer = desk.post(reverse(f"admin:{model}_changelist"), chosen)
    assert answer.status_code == 302, answer.content.decode()[:2000]
    return [str(message) for message in get_messages(answer.wsgi_request)]


def shown(desk, query, model="clusters_organisation"):
    answer = desk.get(reverse(f"admin:{model}_changelist"), query)
    return {str(row) for row in answer.context["cl"].result_list}


def upload(desk, text):
    """The dry run of a CSV: the page with its preview or its errors."""
    file = SimpleUploadedFile("rows.csv", text.encode(), "text/csv")
    return desk.post(IMPORT, {"import_file": file, "format": "0", "resource": ""})


def test_bulk_moves_say_what_was_done_and_why_not(desk, galician, nuevo_leon):
    Organisation.objects.filter(pk=galician.pk).update(status="submitted")
    said = run(desk, "clusters_organisation", "list_them", galician, nuevo_leon)
    assert any("Done for 1 row" in text for text in said)
    assert any("is listed and cannot become listed" in text for text in said)
    galician.refresh_from_db()
    assert galician.status == "listed"
    assert run(desk, "clusters_organisation", "archive", galician)[-1] == "Done for 1 row."
    Organisation.objects.update(status="submitted")
    said = run(desk, "clusters_organisation", "send_back", galician, nuevo_leon)
    assert said[-1] == "Done for 2 rows."


def test_the_status_cannot_be_typed(desk, galician, ana):
    page = reverse("admin:clusters_organisation_change", args=[galician.pk])
    form = desk.get(page).context["adminform"].form
    assert "status" not in form.fields
    assert {"name", "slug", "aim_en"} <= form.fields.keys()


def form_data(desk, organisation, **changes):
    page = desk.get(reverse("admin:clusters_organisation_change", args=[organisation.pk]))
    form = page.context["adminform"].form
    data = {name: form.initial.get(name) for name in form.fields}
    data["countries"] = [country.pk for country in organisation.countries.all()]
    data["aliases"] = data["languages"] = ""
    for formset in page.context["inline_admin_formsets"]:
        prefix = formset.formset.prefix
        data |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
    return {name: "" if value is None else value for name, value in {**data, **changes}.items()}


def test_a_change_in_the_admin_is_checked_and_kept_in_history(desk, galician, clara):
    page = reverse("admin:clusters_organisation_change", args=[galician.pk])
    bad = desk.post(page, form_data(desk, galician, website="javascript:alert(1)"))
    assert "begins with https" in bad.content.decode()
    good = desk.post(page, form_data(desk, galician, website="https://cluster.example"))
    assert good.status_code == 302, good.context["adminform"].form.errors
    told = desk.get(reverse("admin:clusters_organisation_history", args=[galician.pk]))
    (newest, *_older) = told.context["changes"]
    assert (newest["who"], newest["action"]) == ("Clara", "admin_change")
    assert ("website", "", "https://cluster.example") in newest["fields"]


def test_history_names_what_people_did(desk, galician, ana):
    actions.change_organisation(galician, values={"member_count": 90}, actor=ana)
    text = desk.get(
        reverse("admin:clusters_organisation_history", args=[galician.pk])
    ).content.decode()
    assert "change_organisation" in text
    assert "Ana" in text
    assert "first recorded" in text


def test_untracked_records_say_so(desk, galician):
    country = galician.countries.get()
    text = desk.get(reverse("admin:clusters_country_history", args=[country.pk]))
    assert "not tracked" in text.content.decode()


def test_the_first_page_counts_what_waits(client, clara, dora, galician, nuevo_leon, carla):
    today = timezone.now().date()
    Organisation.objects.filter(pk=nuevo_leon.pk).update(
        status="submitted", aliases=["GALICIAN Clúster"]
    )
    LabelFactory(organisation=galician, valid_until=today + dt.timedelta(days=30))
    TargetFactory(organisation=nuevo_leon, stated_on=dt.date(2017, 2, 1))
    Contradiction.objects.create(code="c1", what="Two dates.").organisations.add(galician)
    actions.suggest_change(galician, field="name", value="x", actor=carla)
    Message.objects.create(cause="x", recipient=carla, template="t", state="failed")
    counts = {queue.query: queue.count for queue in queues(clara)}
    assert counts == {
        "queue=submitted": 1,
        "status=open": 1,
        "lapse=soon": 1,
        "queue=duplicates": 2,
        "queue=contradictions": 1,
        "queue=stale": 1,
    }
    assert {queue.query: queue.count for queue in queues(dora)} == {**counts, "state=failed": 1}
    for user in (clara, dora):
        client.force_login(user)
        page = client.get(reverse("admin:index")).content.decode()
        assert ("state=failed" in page) == (user == dora), "mail tells who was asked"
        for queue in queues(user):
            assert queue.query in page
            where = reverse(f"admin:clusters_{queue.model}_changelist")
            listed = client.get(f"{where}?{queue.query}")
            assert len(listed.context["cl"].result_list) == queue.count, queue.title


@pytest.mark.parametrize(
    ("queue", "found"),
    [
        ("suggestions", {"Galician cluster"}),
        ("nobody", {"Galician cluster"}),
        ("stale", set()),
        ("unknown", {"Galician cluster", "Nuevo León cluster"}),
    ],
)
def test_queues_of_organisations(desk, galician, nuevo_leon, carla, queue, found):
    actions.suggest_change(galician, field="name", value="x", actor=carla)
    assert shown(desk, {"queue": queue}) == found


def test_search_ignores_accents_and_knows_sectors(desk, galician, nuevo_leon):
    SectorFocusFactory(organisation=galician, sector=SectorFactory(code="automoción"))
    assert shown(desk, {"q": "leon NUEVO"}) == {"Nuevo León cluster"}
    assert shown(desk, {"q": "cluster automocion"}) == {"Galician cluster"}
    assert len(shown(desk, {"q": "leon"}, "clusters_sectorfocus")) == 0
    assert len(shown(desk, {"q": "galician"}, "clusters_sectorfocus")) == 1
    assert len(shown(desk, {"q": ""}, "clusters_sectorfocus")) == 1


def test_facts_by_age_source_and_validity(desk, galician):
    today = timezone.now().date()
    ages = {"year": 10, "two": 400, "stale": 800}
    for days in ages.values():
        target = TargetFactory(organisation=galician, stated_on=today - dt.timedelta(days=days))
        target.citations.add(CitationFactory(basis="inferred" if days == 400 else "stated"))
    TargetFactory(organisation=galician)
    page = reverse("admin:clusters_internationaltarget_changelist")
    for query in [*({"age": age} for age in (*ages, "undated")), {"cited": "none"}]:
        assert len(desk.get(page, query).context["cl"].result_list) == 1, query
    counts = {"stated": 2, "inferred": 1, "": 4}
    for cited, count in counts.items():
        assert len(desk.get(page, {"cited": cited}).context["cl"].result_list) == count
    lasts = {"valid": 200, "soon": 10, "renewable": -10, "lapsed": -400}
    for days in lasts.values():
        LabelFactory(organisation=galician, valid_until=today + dt.timedelta(days=days))
    LabelFactory(organisation=galician)
    page = reverse("admin:clusters_label_changelist")
    for lapse in (*lasts, "undated"):
        assert len(desk.get(page, {"lapse": lapse}).context["cl"].result_list) == 1, lapse


def test_suggestions_and_invitations_are_handled_in_bulk(desk, galician, ana, carla):
    told = [
        actions.suggest_change(galician, field="website", value=value, actor=carla)
        for value in ("https://new.example", "javascript:alert(1)", "https://other.example")
    ]
    said = run(desk, "clusters_changesuggestion", "accept", *told[:2])
    assert any("Done for 1 row" in text for text in said)
    assert any("https://" in text for text in said)
    run(desk, "clusters_changesuggestion", "reject", *told[1:])
    assert [row.status for row in galician.suggestions.order_by("pk")] == [
        "accepted",
        "rejected",
        "rejected",
    ]
    invitation, _secret = actions.invite(
        galician, email="n@people.example", role="member", actor=ana
    )
    run(desk, "clusters_invitation", "revoke", invitation)
    invitation.refresh_from_db()
    assert invitation.revoked_at


def test_dora_sends_failed_mail_again(client, dora, ana):
    client.force_login(dora)
    message = Message.objects.create(cause="x", recipient=ana, template="t", state="failed")
    run(client, "clusters_message", "send_again", message)
    message.refresh_from_db()
    assert message.state == "queued"


def test_dora_ends_overdue_requests_and_deletes_a_lost_token(client, dora, ana):
    client.force_login(dora)
    request = RequestFactory(answer_by=timezone.now() - dt.timedelta(minutes=1))
    run(client, "matchmaking_meetingrequest", "expire_overdue", request)
    assert MeetingRequest.objects.get().status == "expired"
    token, _secret = actions.create_token(
        ana, name="lost", scopes=["read"], expires_at=None, actor=ana
    )
    client.post(reverse("admin:clusters_token_delete", args=[token.pk]), {"post": "yes"})
    assert not Token.objects.exists()


def test_curators_see_people_but_give_no_privileges(desk, client, dora, ana):
    page = reverse("admin:clusters_user_change", args=[ana.pk])
    assert "is_staff" not in desk.get(page).context["adminform"].form.fields
    client.force_login(dora)
    assert "is_staff" in client.get(page).context["adminform"].form.fields


def test_curators_delete_no_organisation(desk, galician):
    page = reverse("admin:clusters_organisation_delete", args=[galician.pk])
    assert desk.get(page).status_code == 403


def test_a_dry_run_shows_errors_by_row_and_writes_nothing(desk, galician):
    CountryFactory(code="ES")
    text = HEAD + (
        "galician-cluster,Galician cluster,cluster,eu,ES,es;gl,https://new.example\n"
        "bad-website,Bad,cluster,eu,ES,es,javascript:alert(1)\n"
        "bad-kind,Bad,circus,eu,ES,es,\n"
        "bad-language,Bad,cluster,eu,ES,klingon,\n"
    )
    page = upload(desk, text)
    result = page.context["result"]
    wrong = {row.number: set(row.field_specific_errors) for row in result.invalid_rows}
    assert wrong == {2: {"website"}, 3: {"kind"}, 4: {"languages"}}
    assert "confirm_form" not in page.context
    assert "klingon" in page.content.decode()
    galician.refresh_from_db()
    assert galician.website == ""
    assert Organisation.objects.count() == 1


def test_an_unknown_code_is_an_error_of_its_row(desk, galician):
    page = upload(desk, HEAD + "fresh,Fresh,cluster,eu,XX;ES,es,\n")
    assert "There is no country “XX”" in page.content.decode()


def test_a_confirmed_import_writes_drafts_and_history(desk, galician, clara):
    text = HEAD + (
        "galician-cluster,Galician cluster,cluster,eu,ES,es;gl,https://new.example\n"
        "fresh,Fresh,cluster,mx,,,\n"
    )
    preview = upload(desk, text)
    confirmed = preview.context["confirm_form"].initial
    assert Organisation.objects.count() == 1, "the dry run wrote nothing"
    answer = desk.post(PROCESS, {**confirmed, "format": "0"})
    assert answer.status_code == 302
    galician.refresh_from_db()
    assert (galician.website, galician.languages) == ("https://new.example", ["es", "gl"])
    assert galician.status == "listed"
    assert Organisation.objects.get(slug="fresh").status == "draft"
    newest = galician.history.order_by("-pgh_id").first()
    assert newest.pgh_context.metadata == {"user": clara.pk, "action": "admin_import"}


def test_exported_profiles_can_be_imported_again_and_hold_no_formula(desk, galician):
    galician.aim_en = "=HYPERLINK(1)"
    galician.aliases = ["CEA", "Clúster"]
    galician.region = RegionFactory()
    galician.save()
    page = reverse("admin:clusters_organisation_export")
    fields = {
        f"organisationresource_{name}": "on"
        for name in ("slug", "aim_en", "aliases", "region", "countries")
    }
    answer = desk.post(page, {"format": "0", "resource": "", **fields})
    rows = Dataset().load(answer.content.decode(), format="csv").dict
    assert rows == [
        {
            "slug": "galician-cluster",
            "aliases": "CEA;Clúster",
            "region": "ES11",
            "aim_en": "'=HYPERLINK(1)",
            "countries": "ES",
        }
    ]


def test_cells_that_look_like_formulas_are_made_harmless():
    data = Dataset(["=1", "+1", "-1", "@x", "fine", 5], headers=list("abcdef"))
    assert SafeCSV().export_data(data).splitlines()[1] == "'=1,'+1,'-1,'@x,fine,5"


@pytest.mark.parametrize(
    ("resource", "factory"),
    [
        (SectorFocusResource, SectorFocusFactory),
        (TargetResource, TargetFactory),
        (InterestResource, InterestFactory),
        (LabelResource, LabelFactory),
    ],
)
def test_facts_go_out_and_come_in_unchanged(galician, resource, factory):
    fact = factory(organisation=galician, note="n")
    fact.citations.add(CitationFactory(code="c-1"), CitationFactory(code="c-2"))
    data = resource().export()
    again = resource().import_data(data, dry_run=False)
    assert again.totals["skip"] == 1, again.row_errors()
    model = type(fact)
    model.objects.all().delete()
    made = resource().import_data(data, dry_run=False)
    assert made.totals["new"] == 1
    assert {c.code for c in model.objects.get().citations.all()} == {"c-1", "c-2"}


def test_an_unknown_organisation_is_named(galician):
    data = Dataset(["nobody", "automotive"], headers=["organisation", "sector"])
    SectorFactory()
    result = SectorFocusResource().import_data(data, dry_run=True)
    (row,) = result.invalid_rows
    assert "There is no organisation “nobody”." in str(row.error)
    assert not SectorFocus.objects.exists()


def test_sectors_come_with_their_parent(db):
    parent = SectorFactory(code="mobility")
    data = Dataset(
        ["cars", "Cars", "Coches", "mobility", "C29;C30"],
        headers=["code", "name_en", "name_es", "parent", "nace"],
    )
    result = SectorResource().import_data(data, dry_run=False)
    assert not result.has_errors(), result.row_errors()
    assert parent.children.get().nace == ["C29", "C30"]


def test_draft_profiles_are_found_by_curators_only(desk, client, carla):
    draft = OrganisationFactory(name="Hidden", status="draft")
    assert shown(desk, {"status": "draft"}) == {str(draft)}
    client.force_login(carla)
    assert client.get(LIST).status_code in {302, 403}
