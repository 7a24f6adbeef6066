"""How pairs are scored, and which pairs an organisation has set aside."""

from typing import ClassVar

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clusters.models import Organisation, User
from matchmaking.choices import ExclusionReason, FactRequestStatus
from matchmaking.models.requests import MeetingRequest
from matchmaking.querysets import ExclusionQuerySet


@pghistory.track()
class ScoringPolicy(models.Model):
    """A named, versioned set of weights and priors. A version that was used is never edited: save a new one."""

    name = models.SlugField(_("name"), max_length=60)
    version = models.PositiveIntegerField(_("version"), default=1)
    title = models.CharField(_("title"), max_length=120)
    weights = models.JSONField(_("weights by criterion"))
    priors = models.JSONField(_("usual values by criterion, where unknown"))
    note = models.TextField(_("why it is so"), blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    created_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("saved by")
    )

    class Meta:
        verbose_name = _("scoring policy")
        verbose_name_plural = _("scoring policies")
        ordering: ClassVar[list[str]] = ["name", "-version"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["name", "version"], name="policy_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.name} {self.version})"


class AskedScore(models.Model):
    """What the score said when a meeting was asked for, so that later facts do not judge themselves.

    `own` (what the one who asks gains) and `theirs`: value of each criterion in 0..1, the usual one where
    nothing was known. Without anybody's private exclusions.
    """

    request = models.OneToOneField(
        MeetingRequest,
        on_delete=models.CASCADE,
        related_name="asked_score",
        verbose_name=_("meeting request"),
    )
    policy = models.CharField(_("scoring policy"), max_length=80)
    score = models.FloatField(_("score"))
    own = models.JSONField(_("what the one who asks gains, by criterion"))
    theirs = models.JSONField(_("what the one asked gains, by criterion"))

    class Meta:
        verbose_name = _("score when asked")
        verbose_name_plural = _("scores when asked")

    def __str__(self) -> str:
        return f"{self.request_id}: {self.score:.0f}"


@pghistory.track()
class Exclusion(models.Model):
    """Private to the organisation that set it. The other organisation never learns of it."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="exclusions", verbose_name=_("set by")
    )
    other = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="+", verbose_name=_("set aside")
    )
    reason = models.CharField(_("reason"), max_length=10, choices=ExclusionReason)
    until = models.DateTimeField(_("until"), null=True, blank=True)
    created_at = models.DateTimeField(_("set"), auto_now_add=True)

    objects = ExclusionQuerySet.as_manager()

    class Meta:
        verbose_name = _("exclusion")
        verbose_name_plural = _("exclusions")
        ordering: ClassVar[list[str]] = ["-created_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["organisation", "other"], name="exclusion_once"),
            models.CheckConstraint(
                condition=~Q(organisation=models.F("other")), name="exclusion_not_of_itself"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} / {self.other}"


class FactRequest(models.Model):
    """One organisation asks another for the fact that would change their score most."""

    asker = models.ForeignKey(
        Organisation,
        on_delete=models.CASCADE,
        related_name="asked_facts",
        verbose_name=_("asked by"),
    )
    about = models.ForeignKey(
        Organisation,
        on_delete=models.CASCADE,
        related_name="fact_requests",
        verbose_name=_("asked of"),
    )
    criterion = models.CharField(_("criterion"), max_length=20)
    subject = models.CharField(_("subject"), max_length=60, blank=True)
    status = models.CharField(
        _("status"), max_length=9, choices=FactRequestStatus, default=FactRequestStatus.OPEN
    )
    asked_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("by")
    )
    asked_at = models.DateTimeField(_("asked"), auto_now_add=True)
    answer = models.CharField(_("answer"), max_length=40, blank=True)
    answered_by = models.ForeignKey(
        User,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("answered by"),
    )
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)

    class Meta:
        verbose_name = _("question for a fact")
        verbose_name_plural = _("questions for facts")
        ordering: ClassVar[list[str]] = ["-asked_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["asker", "about", "criterion", "subject"],
                condition=Q(status=FactRequestStatus.OPEN),
                name="fact_request_open_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.asker} → {self.about}: {self.criterion}"


class SavedSearch(models.Model):
    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="saved_searches", verbose_name=_("kept by")
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="+", verbose_name=_("for")
    )
    name = models.CharField(_("name"), max_length=100)
    query = models.CharField(_("filter"), max_length=1000, blank=True)
    is_mailed = models.BooleanField(_("mail me what is new, once a week"), default=False)
    last_mailed_at = models.DateTimeField(_("last mailed"), null=True, blank=True)
    seen = ArrayField(
        models.BigIntegerField(),
        default=list,
        blank=True,
        editable=False,
        verbose_name=_("organisations it has found before"),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("saved search")
        verbose_name_plural = _("saved searches")
        ordering: ClassVar[list[str]] = ["name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["user", "organisation", "name"], name="saved_search_name_once"
            )
        ]

    def __str__(self) -> str:
        return self.name
