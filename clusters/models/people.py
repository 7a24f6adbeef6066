"""Who acts for an organisation, and what they keep for themselves."""

from typing import ClassVar

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clusters.choices import MessageState, Role, SuggestionStatus, TokenScope
from clusters.models.organisations import Organisation
from clusters.models.users import User
from clusters.querysets import ChangeSuggestionQuerySet, InvitationQuerySet, ShortlistQuerySet


@pghistory.track()
class Representative(models.Model):
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.CASCADE,
        related_name="representatives",
        verbose_name=_("organisation"),
    )
    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="representations", verbose_name=_("user")
    )
    role = models.CharField(_("role"), max_length=6, choices=Role, default=Role.MEMBER)
    since = models.DateTimeField(_("since"), auto_now_add=True)

    class Meta:
        verbose_name = _("representative")
        verbose_name_plural = _("representatives")
        ordering: ClassVar[list[str]] = ["organisation", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["organisation", "user"], name="representative_once"),
            models.CheckConstraint(
                condition=Q(role__in=Role.values), name="representative_role_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.organisation} ({self.get_role_display()})"


class Invitation(models.Model):
    """Lets one person join an organisation. Only the hash of its secret is stored."""

    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.CASCADE,
        related_name="invitations",
        verbose_name=_("organisation"),
    )
    email = models.EmailField(_("e-mail"))
    role = models.CharField(_("role"), max_length=6, choices=Role, default=Role.MEMBER)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(
        User,
        on_delete=models.CASCADE,
        related_name="sent_invitations",
        verbose_name=_("invited by"),
    )
    created_at = models.DateTimeField(_("sent"), auto_now_add=True)
    expires_at = models.DateTimeField(_("expires"))
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering: ClassVar[list[str]] = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.organisation} ({self.get_role_display()})"


class ChangeSuggestion(models.Model):
    """A correction that somebody proposes and a curator or owner decides on."""

    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.CASCADE,
        related_name="suggestions",
        verbose_name=_("organisation"),
    )
    field = models.CharField(_("what"), max_length=60)
    value = models.TextField(_("proposed value"), max_length=3000)
    reason = models.TextField(_("source or reason"), max_length=2000, blank=True)
    author = models.ForeignKey(
        User,
        on_delete=models.SET_NULL,
        null=True,
        related_name="suggestions",
        verbose_name=_("proposed by"),
    )
    status = models.CharField(
        _("status"), max_length=8, choices=SuggestionStatus, default=SuggestionStatus.OPEN
    )
    created_at = models.DateTimeField(_("proposed"), auto_now_add=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        User,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )

    objects = ChangeSuggestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("suggested change")
        verbose_name_plural = _("suggested changes")
        ordering: ClassVar[list[str]] = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.field}"


class Shortlist(models.Model):
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="shortlists", verbose_name=_("of")
    )
    owner = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="shortlists", verbose_name=_("kept by")
    )
    name = models.CharField(_("name"), max_length=100)
    is_shared = models.BooleanField(_("shared with colleagues"), default=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = ShortlistQuerySet.as_manager()

    class Meta:
        verbose_name = _("shortlist")
        verbose_name_plural = _("shortlists")
        ordering: ClassVar[list[str]] = ["name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["organisation", "owner", "name"], name="shortlist_name_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


class ShortlistEntry(models.Model):
    shortlist = models.ForeignKey(
        Shortlist, on_delete=models.CASCADE, related_name="entries", verbose_name=_("shortlist")
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="+", verbose_name=_("organisation")
    )
    note = models.CharField(_("note"), max_length=500, blank=True)
    added_at = models.DateTimeField(_("added"), auto_now_add=True)

    class Meta:
        verbose_name = _("shortlist entry")
        verbose_name_plural = _("shortlist entries")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["shortlist", "organisation"], name="shortlist_entry_once"
            )
        ]

    def __str__(self) -> str:
        return str(self.organisation)


class Token(models.Model):
    """Access for a program. The secret is shown once; only its hash is stored."""

    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="tokens", verbose_name=_("user")
    )
    name = models.CharField(_("name"), max_length=100)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    scopes = ArrayField(models.CharField(max_length=30), verbose_name=_("scopes"), default=list)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("access token")
        verbose_name_plural = _("access tokens")
        ordering: ClassVar[list[str]] = ["-created_at"]

    def __str__(self) -> str:
        return self.name

    @property
    def allowed(self) -> list[str]:
        """What a program may do with it, in words."""
        return [str(scope.label) for scope in TokenScope if scope in self.scopes]


class Message(models.Model):
    """Every mail: one row for a cause and a recipient, so that nothing is mailed twice."""

    cause = models.CharField(_("cause"), max_length=150, editable=False)
    recipient = models.ForeignKey(
        User,
        on_delete=models.CASCADE,
        null=True,
        related_name="messages",
        verbose_name=_("recipient"),
        help_text=_("Nobody yet for an invitation: it goes to the address it names."),
    )
    invitation = models.OneToOneField(
        Invitation,
        on_delete=models.CASCADE,
        null=True,
        editable=False,
        related_name="message",
        verbose_name=_("invitation"),
    )
    template = models.CharField(_("template"), max_length=60, editable=False)
    context = models.JSONField(_("identifiers it speaks of"), default=dict, editable=False)
    state = models.CharField(
        _("state"), max_length=6, choices=MessageState, default=MessageState.QUEUED
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    error = models.CharField(_("error"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering: ClassVar[list[str]] = ["-created_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["cause", "recipient"], name="message_once_per_cause"),
            models.CheckConstraint(
                condition=Q(state__in=MessageState.values), name="message_state_known"
            ),
            models.CheckConstraint(
                condition=Q(recipient__isnull=False) ^ Q(invitation__isnull=False),
                name="message_to_user_or_invited",
            ),
        ]

    def __str__(self) -> str:
        return self.cause
