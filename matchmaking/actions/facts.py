"""Asking another organisation for the fact that would change a score most, and answering."""

import pghistory
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clusters.actions import add_relation, set_target
from clusters.choices import OrganisationStatus, RelationKind, Stance
from clusters.models import Country, Organisation, Relation, User
from clusters.validators import Refused
from events.reads.people import people_to_mail
from matchmaking import jobs
from matchmaking.actions._rows import _lock, _mail
from matchmaking.choices import FactRequestStatus
from matchmaking.models import Exclusion, FactRequest
from matchmaking.policies import require
from matchmaking.reads.questions import asked_lately
from matchmaking.scoring import PART_CODES

YES_NO = ("yes", "no")
REPEAT = "record.repeat"
TARGET = "target."
# The same words whether it is open or was left unanswered: the asker is not told which.
ASKED_BEFORE = _("You have asked this already. The answer will show in the profile.")
# An answer about more countries than that would be no answer to this question.
MOST_COUNTRIES = 5


def ask_fact(
    organisation: Organisation,
    *,
    about: Organisation,
    criterion: str,
    actor: User,
    subject: str = "",
) -> FactRequest:
    """Ask `about` for a fact that its profile leaves open.

    `criterion` is a part of the score (as in a pair's pivotal fact). `subject` is the country in question;
    for targets it is the asker's own unless given. Refused while the same question is open.
    """
    require(actor, "matchmaking.ask_fact", organisation)
    if criterion not in PART_CODES:
        raise ValidationError(
            {"criterion": ValidationError(_("There is no such question."), code="criterion")}
        )
    with transaction.atomic(), pghistory.context(user=actor.pk, action="ask_fact"):
        _lock(organisation)
        if organisation == about:
            raise Refused(_("Change your own profile instead."), code="oneself")
        if OrganisationStatus.LISTED not in (organisation.status, about.status) or (
            organisation.status != about.status
        ):
            raise Refused(_("Both organisations must be listed."), code="not_listed")
        question = FactRequest(
            asker=organisation,
            about=about,
            criterion=criterion,
            subject=subject or _subject(organisation, criterion),
            asked_by=actor,
        )
        if asked_lately(organisation, about, criterion, question.subject).exists():
            raise Refused(ASKED_BEFORE, code="asked_before")
        _insert(question)
        # Whether the asked side wants to hear of it is private to it; the job decides.
        jobs.announce_question(question.pk)
    return question


def answer_fact(question: FactRequest, *, answer: str, actor: User) -> FactRequest:
    """Answer: a stance (active, exploring, not_now) or yes or no. A stance goes into the profile at once.

    So does having worked together, as a relation that the asker confirms. The asker is told a plain yes
    or no in so many words; whatever else the profile shows.
    """
    require(actor, "matchmaking.answer_fact", question)
    allowed = Stance.values if question.criterion.startswith(TARGET) else YES_NO
    if answer not in allowed:
        raise ValidationError(
            {"answer": ValidationError(_("Choose one of the answers."), code="answer")}
        )
    with transaction.atomic(), pghistory.context(user=actor.pk, action="answer_fact"):
        row = _close(question, FactRequestStatus.ANSWERED, actor, answer=answer)
        if row.criterion.startswith(TARGET):
            for country in _countries(row):
                set_target(row.about, stance=answer, country=country, actor=actor)
        elif row.criterion == REPEAT and answer == "yes":
            _propose_cooperation(row, actor)
        _mail(
            people_to_mail(row.asker),
            f"question-answered-{row.pk}",
            "fact_answered",
            actor,
            {"question": row, "answer": answer if answer in YES_NO else ""},
            about="reminders",
        )
    return row


def dismiss_fact(question: FactRequest, *, actor: User) -> FactRequest:
    """Leave a question unanswered for good; the asker is not told."""
    require(actor, "matchmaking.answer_fact", question)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="dismiss_fact"):
        return _close(question, FactRequestStatus.DISMISSED, actor)


def announce_question(question: FactRequest, *, actor: User) -> None:
    """Mail the asked organisation, unless it set the asker aside or has answered."""
    require(actor, "matchmaking.run_jobs")
    with transaction.atomic(), pghistory.context(user=actor.pk, action="announce_question"):
        row = FactRequest.objects.select_related("asker", "about").get(pk=question.pk)
        aside = Exclusion.objects.in_force().filter(organisation=row.about, other=row.asker)
        if row.status == FactRequestStatus.OPEN and not aside.exists():
            recipients = people_to_mail(row.about)
            _mail(recipients, f"question-{row.pk}", "fact_asked", actor, {"question": row})


def _subject(organisation: Organisation, criterion: str) -> str:
    """The asker's country, where a target is asked for and the asker has one country."""
    codes = list(organisation.countries.order_by("code").values_list("code", flat=True))
    return codes[0] if criterion.startswith(TARGET) and len(codes) == 1 else ""


def _countries(question: FactRequest) -> list[Country]:
    """The country in question; the asker's few countries where none was named."""
    if question.subject:
        return list(Country.objects.filter(code=question.subject))
    countries = list(question.asker.countries.order_by("code")[: MOST_COUNTRIES + 1])
    return countries if len(countries) <= MOST_COUNTRIES else []


def _propose_cooperation(question: FactRequest, actor: User) -> None:
    """Put "cooperates with" on the profile, for the asker to confirm; nothing where one is there."""
    known = Relation.objects.filter(
        organisation=question.about, other=question.asker, kind=RelationKind.COOPERATES_WITH
    )
    if not known.exists():
        add_relation(
            question.about, other=question.asker, kind=RelationKind.COOPERATES_WITH, actor=actor
        )


def _insert(question: FactRequest) -> None:
    try:
        with transaction.atomic():  # a savepoint, so that the caller's transaction survives
            question.save()
    except IntegrityError as error:
        raise Refused(ASKED_BEFORE, code="asked_before") from error


def _close(
    question: FactRequest, status: FactRequestStatus, actor: User, *, answer: str = ""
) -> FactRequest:
    row = _lock(question)
    if row.status != FactRequestStatus.OPEN:
        raise Refused(
            _("This question is “%(now)s” already. Load the page again."),
            code="state",
            params={"now": row.get_status_display()},
        )
    row.status, row.answer = status, answer
    row.answered_by, row.answered_at = actor, timezone.now()
    row.save(update_fields=["status", "answer", "answered_by", "answered_at"])
    return row
