"""A pair: its score can be rebuilt from the page, its blocks are private, its reasons are sentences."""

import itertools
import math
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from django.test import Client
from django.utils import translation

from clusters.choices import Direction, RelationKind, Stance
from clusters.models import Organisation, Shortlist, User
from events.models import Registration
from matchmaking import scoring as engine
from matchmaking.actions import exclude_organisation
from matchmaking.choices import ExclusionReason
from matchmaking.models import Exclusion, FactRequest
from matchmaking.reads import scores
from matchmaking.reads.market import current
from matchmaking.wording.scoring import EXCLUSIONS, TEMPLATES, reason_text
from tests.cast import (
    InterestFactory,
    OrganisationFactory,
    RegistrationFactory,
    RelationFactory,
    RepresentativeFactory,
    SectorFactory,
    SectorFocusFactory,
    StoryFactory,
    TargetFactory,
    UserFactory,
)
from tests.site.api_callers import signed_in

PATH = "/match/nuevo-leon-cluster/"
# New in every answer, whatever it says.
TOKENS = re.compile(rb'"x-csrftoken": "[^"]+"|csrfmiddlewaretoken" value="[^"]+"|nonce="[^"]+"')


def page_of(client: Client, path: str = PATH) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return unescape(re.sub(r"\s+", " ", answer.content.decode()))


def number(text: str) -> float:
    return float(text.replace(",", "."))


# -- the sum


@pytest.mark.parametrize(
    ("own", "other"),
    [("ceaga", "claut"), ("claut", "ceaga"), ("ceaga", "sct-mx"), ("aerospace-valley", "unaq")],
)
def test_the_page_adds_up(report: None, db: None, own: str, other: str) -> None:
    """With a pocket calculator: rows to totals, the root of their product to the score."""
    user = UserFactory(name="Reader")
    RepresentativeFactory(organisation=Organisation.objects.get(slug=own), user=user)
    html = page_of(signed_in(user), f"/match/{other}/")
    table = re.search(r'<table class="wings".*?</table>', html)
    assert table is not None
    rows, foot = table.group().split("<tfoot")
    cells = [row.split('role="rowheader"') for row in rows.split("<tr ")[2:]]
    assert len(cells) == len(engine.CRITERIA)
    for cell in itertools.chain.from_iterable(cells):
        whole = number(re.findall(r'class="points">([\d.,]+)', cell)[0])
        parts = re.findall(r'class="counted soft">([\d.]+) of (\d+\.\d)', cell)
        assert not parts or sum(number(given) for given, _ in parts) == pytest.approx(whole)
        most = number(re.findall(r"<small>/ ([\d.,]+)", cell)[0])
        assert not parts or sum(number(full) for _, full in parts) == pytest.approx(most, abs=0.11)
    assert "as usual where nothing is said" in table.group()
    totals = [number(n) for n in re.findall(r'class="points">([\d.,]+) <small>/ 100', foot)]
    assert len(totals) == 2
    for column, total in enumerate(totals):
        points = [number(re.findall(r'class="points">([\d.,]+)', row[column])[0]) for row in cells]
        assert sum(points) == pytest.approx(total, abs=1e-9), "to the tenth"
    formula = re.search(r"([\d.,]+) = √\(([\d.,]+) × ([\d.,]+)\)", html)
    assert formula is not None
    score, mine, theirs = map(number, formula.groups())
    assert [mine, theirs] == totals
    assert score == pytest.approx(math.sqrt(mine * theirs), abs=0.1)


def test_both_sides_see_the_same_score_mirrored(
    ana: User, carla: User, galician: Organisation, nuevo_leon: Organisation
) -> None:
    TargetFactory(organisation=galician)
    hers = re.search(r"([\d.,]+) = √\((\S+) × (\S+)\)", page_of(signed_in(ana)))
    other = page_of(signed_in(carla), "/match/galician-cluster/")
    his = re.search(r"([\d.,]+) = √\((\S+) × (\S+)\)", other)
    assert hers is not None
    assert his is not None
    assert (hers[1], hers[2], hers[3]) == (his[1], his[3], his[2])


# -- who sees it


def test_the_match_is_for_those_who_act_for_an_organisation(
    ana: User, clara: User, nuevo_leon: Organisation
) -> None:
    assert Client().get(PATH).status_code == 302
    assert signed_in(clara).get(PATH).status_code == 404
    assert signed_in(ana).get("/match/nobody/").status_code == 404


def test_oneself_and_drafts_have_a_profile_and_no_match(ana: User, galician: Organisation) -> None:
    own = signed_in(ana).get("/match/galician-cluster/")
    assert (own.status_code, own["Location"]) == (302, "/organisations/galician-cluster/")
    hidden = OrganisationFactory(name="Hidden", status="draft")
    assert signed_in(ana).get("/match/hidden/").status_code == 404
    RepresentativeFactory(organisation=hidden, user=ana)
    assert signed_in(ana).get("/match/hidden/").status_code == 302


# -- blocked pairs


def test_part_of_the_other_has_no_score(
    ana: User, galician: Organisation, nuevo_leon: Organisation
) -> None:
    RelationFactory(
        organisation=galician, other=nuevo_leon, kind=RelationKind.PART_OF, is_confirmed=True
    )
    html = page_of(signed_in(ana))
    assert "This pair has no score" in html
    assert "Galician cluster is part of Nuevo León cluster." in html
    assert "√" not in html
    assert "The rows below still say what each of you would gain." in html


def test_not_now_is_the_word_of_the_organisation_itself(
    ana: User, carla: User, nuevo_leon: Organisation
) -> None:
    target = TargetFactory(
        organisation=nuevo_leon, country__code="ES", stance=Stance.NOT_NOW, is_own_statement=False
    )
    assert "√" in page_of(signed_in(ana)), "what a report says is no refusal"
    target.is_own_statement = True
    target.save()
    for user, path in ((ana, PATH), (carla, "/match/galician-cluster/")):
        assert "itself says “not now” to Spain" in page_of(signed_in(user), path)


# -- setting aside is private (product rule 7)


def everything_about(user: User, other: Organisation) -> list[bytes]:
    """All pages and answers where a pair stands, without what differs in each response anyway."""
    client = signed_in(user)
    own = Organisation.objects.acted_for_by(user).get()
    paths = [
        f"/match/{other.slug}/", f"/organisations/{other.slug}/", "/find/?f=1", "/find/?f=1&view=map",
        "/find/?f=1&view=table", "/requests/", "/events/monterrey-2031/",
        "/events/monterrey-2031/partners/", f"/events/monterrey-2031/ask/{other.slug}/",
        f"/api/v1/organisations/{own.slug}/matches/",
        f"/api/v1/organisations/{own.slug}/matches/{other.slug}/",
        "/api/v1/registrations/", "/api/v1/requests/",
    ]  # fmt: skip
    bodies = []
    for path in paths:
        answer = client.get(path)
        assert answer.status_code == 200, path
        bodies.append(TOKENS.sub(b"", answer.content))
    file = client.get("/find/partners.csv?f=1")
    return [*bodies, b"".join(file.streaming_content)]  # type: ignore[attr-defined]  # it streams


@pytest.mark.parametrize("reason", ExclusionReason.values)
def test_nothing_tells_the_other_side(
    reason: str,
    ana: User,
    carla: User,
    galician: Organisation,
    nuevo_leon: Organisation,
    anas: object,
    carlas: object,
) -> None:
    """Byte by byte the same for Carla; on Ana's own side it stands on the page."""
    before = everything_about(carla, galician)
    hers = everything_about(ana, nuevo_leon)
    answer = signed_in(ana).post(f"{PATH}set-aside/", {"reason": reason})
    assert answer.status_code == 302
    assert Exclusion.objects.in_force().get().reason == reason
    assert everything_about(carla, galician) == before
    assert everything_about(ana, nuevo_leon) != hers
    html = page_of(signed_in(ana))
    assert str(EXCLUSIONS[reason]) in html
    assert "Nuevo León cluster is not told and cannot find out." in html
    signed_in(ana).post(f"{PATH}take-back/")
    assert "√" in page_of(signed_in(ana))
    assert everything_about(carla, galician) == before


def test_setting_aside_needs_a_reason_and_taking_back_something_set(
    ana: User, carla: User, galician: Organisation, nuevo_leon: Organisation
) -> None:
    client = signed_in(ana)
    answer = client.post(f"{PATH}set-aside/", {"reason": "because"}, follow=True)
    assert "Choose why the pair is set aside." in unescape(answer.content.decode())
    assert not Exclusion.objects.exists()
    assert client.post(f"{PATH}take-back/").status_code == 404
    exclude_organisation(galician, other=nuevo_leon, reason="competitor", until=None, actor=ana)
    stranger = signed_in(carla).post("/match/nuevo-leon-cluster/take-back/")
    assert stranger.status_code == 404
    assert Exclusion.objects.exists()


@pytest.mark.parametrize("do", ["set-aside", "shortlist"])
def test_setting_oneself_aside_or_twice_is_a_sentence(
    do: str, ana: User, galician: Organisation, nuevo_leon: Organisation
) -> None:
    client = signed_in(ana)
    for path in (PATH, PATH, "/match/galician-cluster/"):
        answer = client.post(f"{path}{do}/", {"reason": "partner"})
        assert answer.status_code in (302, 409), path


# -- what to do next


def test_the_star_goes_on_and_off_and_leads_back_only_within_the_site(
    ana: User, nuevo_leon: Organisation
) -> None:
    client = signed_in(ana)
    answer = client.post(f"{PATH}shortlist/", {"next": "/find/?f=1"})
    assert answer["Location"] == "/find/?f=1"
    assert [e.organisation for e in Shortlist.objects.get().entries.all()] == [nuevo_leon]
    answer = client.post(f"{PATH}shortlist/", {"next": "https://evil.example/"})
    assert answer["Location"] == PATH
    assert not Shortlist.objects.get().entries.exists()


def test_the_pivotal_question_goes_to_who_can_answer(
    ana: User, galician: Organisation, nuevo_leon: Organisation
) -> None:
    SectorFocusFactory(organisation=galician)
    TargetFactory(organisation=galician)
    client = signed_in(ana)
    html = page_of(client)
    assert "The one fact that would change most" in html
    assert "Ask Nuevo León cluster" in html
    assert client.post(f"{PATH}question/").status_code == 302
    question = FactRequest.objects.get()
    assert (question.asker, question.about) == (galician, nuevo_leon)
    assert "You have asked; we tell you when they answer" in page_of(client)
    again = client.post(f"{PATH}question/", follow=True)
    assert FactRequest.objects.count() == 1
    assert again.status_code == 200


def test_a_question_that_is_one_s_own_to_answer_is_not_asked(
    ana: User, nuevo_leon: Organisation
) -> None:
    SectorFocusFactory(organisation=nuevo_leon)
    TargetFactory(organisation=nuevo_leon, country__code="ES")
    assert "Answer it in your profile" in page_of(signed_in(ana))
    assert signed_in(ana).post(f"{PATH}question/").status_code == 404


def test_the_answers_to_the_pivotal_question_come_true(
    ana: User, galician: Organisation, nuevo_leon: Organisation
) -> None:
    """What the page says an answer would do is what the score becomes when it is given."""
    SectorFocusFactory(organisation=galician)
    SectorFocusFactory(organisation=nuevo_leon)
    TargetFactory(organisation=galician)
    InterestFactory(organisation=galician, direction=Direction.BOTH)
    InterestFactory(organisation=nuevo_leon, direction=Direction.BOTH)
    story = StoryFactory()
    story.partners.add(galician, nuevo_leon)
    story.sectors.add(SectorFactory())
    pair = scores.pair(galician, nuevo_leon)
    assert pair is not None
    assert pair.pivotal is not None
    assert pair.pivotal.asked == "nuevo-leon-cluster"
    assert pair.pivotal.part.startswith("target."), "all that weighs more is known"
    promised = {answer.code: answer.score for answer in pair.pivotal.answers}
    target = TargetFactory(organisation=nuevo_leon, country__code="ES", is_own_statement=True)
    for stance in (Stance.ACTIVE, Stance.EXPLORING, Stance.NOT_NOW):
        target.stance = stance
        target.save()
        now = scores.pair(galician, nuevo_leon)
        assert now is not None
        assert now.score == (promised[stance] and pytest.approx(promised[stance]))


def test_an_event_of_both_leads_to_asking(
    ana: User, anas: Registration, nuevo_leon: Organisation
) -> None:
    assert "Nuevo León cluster does not take part." in page_of(signed_in(ana))
    RegistrationFactory(event=anas.event, organisation=nuevo_leon)
    html = page_of(signed_in(ana))
    assert "/events/monterrey-2031/ask/nuevo-leon-cluster/" in html
    assert "You both take part. You can ask for 10 more meetings" in html


# -- sentences


def pairs(most: int) -> Iterator[engine.PairScore]:
    """Pairs of the report over the ocean, every way they can be set."""
    snapshot = current()
    sides: dict[str, list[str]] = {"eu": [], "mx": []}
    for key, profile in snapshot.market.profiles.items():
        if profile.side in sides:
            sides[profile.side].append(key)
    for own, other in itertools.islice(itertools.product(sides["eu"][::3], sides["mx"]), most):
        yield engine.score_pair(snapshot.market, own, other, engine.DEFAULT)
        yield engine.score_pair(snapshot.market, other, own, engine.DEFAULT)


def said(pair: engine.PairScore) -> Iterator[engine.Evidence]:
    for direction in (pair.own, pair.theirs):
        for row in direction.rows:
            yield from row.evidence
            for part in row.parts:
                yield from part.evidence
    if pair.pivotal:
        yield pair.pivotal.question
    if pair.block:
        yield pair.block.evidence


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_reason_of_fifty_pairs_is_a_whole_sentence(report: None, language: str) -> None:
    snapshot, codes = current(), set()
    with translation.override(language):
        for pair in pairs(50):
            for evidence in said(pair):
                text = reason_text(evidence, snapshot.names)
                codes.add(evidence.code)
                assert text.rstrip("”").endswith((".", "?")), text
                assert "%(" not in text
                assert "None" not in text
                assert not re.search(r"\b[a-z]+(?:[-_.][a-z]+)*_[a-z]+\b", text), "a code: " + text
                for param in ("who", "whom"):
                    key = str(evidence.params.get(param, ""))
                    named = snapshot.names.organisation(key)
                    assert not key or key == named or f"{key} " not in text, text
    assert len(codes) > 25


def codes_of_the_engine() -> set[str]:
    """Every evidence code that stands in the engine's source."""
    source = "\n".join(
        path.read_text() for path in engine_folder().rglob("*.py") if "backtest" not in path.parts
    )
    criteria = "|".join((*engine.CRITERIA, "block", "ask"))
    return set(re.findall(rf'"((?:{criteria})\.[a-z_.]+)"', source))


def engine_folder() -> Path:
    return Path(engine.__file__).parent


def test_every_code_in_the_engine_has_a_sentence() -> None:
    known = {*TEMPLATES, "block.excluded"}
    parts = set(engine.PART_CODES)
    codes = codes_of_the_engine() - parts
    assert len(codes) > 20
    assert codes <= known, codes - known
    assert {f"ask.{part}" for part in parts} <= known
