"""What a mail says: its rows read by identifier, its templates rendered in the recipient's language."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.apps import apps
from django.conf import settings
from django.core import signing
from django.core.mail import EmailMultiAlternatives
from django.db.models import Model
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils import translation

from clusters.models import Message, User
from clusters.reads.invitations import invitation_secret

SETTINGS_SALT = "clusters.mail-settings"


def references(context: Mapping[str, Any]) -> dict[str, Any]:
    """Model instances as {"model", "pk"}, so that no personal data is stored with a message; lists, too."""
    return {name: _reference(value) for name, value in context.items()}


def compose(message: Message) -> EmailMultiAlternatives:
    """The mail of a message: plain text, HTML and headers.

    Raises ObjectDoesNotExist when a row that it speaks of is gone, TemplateDoesNotExist for an unknown
    template.
    """
    context = {name: _resolve(value) for name, value in message.context.items()}
    context["recipient"] = message.recipient
    context["site"] = settings.SITE_URL
    if message.invitation:
        context["invitation"] = message.invitation
        context["secret"] = invitation_secret(message.invitation)
    with translation.override(_language(message)):
        link = mail_settings_link(message.recipient) if message.recipient else ""
        context["settings_link"] = link
        return _compose(message, context, link)


def mail_settings_link(user: User) -> str:
    """Where a person decides what is mailed, without signing in; "" while the page does not exist."""
    try:
        path = reverse("mail_settings", args=[signing.dumps(user.pk, salt=SETTINGS_SALT)])
    except NoReverseMatch:
        return ""
    return f"{settings.SITE_URL}{path}"


def user_of_settings_link(signed: str) -> User | None:
    """Whose settings a signed link opens; None when it was tampered with or the person is gone."""
    try:
        pk = signing.loads(signed, salt=SETTINGS_SALT)
    except signing.BadSignature:
        return None
    return User.objects.filter(pk=pk, is_active=True).first()


def _compose(message: Message, context: dict[str, Any], link: str) -> EmailMultiAlternatives:
    subject = " ".join(render_to_string(_template(message, "subject.txt"), context).split())
    to = message.recipient.email if message.recipient else message.invitation.email  # type: ignore[union-attr]  # a constraint: one of the two
    mail = EmailMultiAlternatives(
        subject=subject,
        body=render_to_string(_template(message, "txt"), context).strip() + "\n",
        to=[to],
        headers=_headers(message, _stops_at(context) or link),
    )
    mail.attach_alternative(render_to_string(_template(message, "html"), context), "text/html")
    return mail


def _stops_at(context: Mapping[str, Any]) -> str:
    """Where one click ends just these mails, if the mail names such a path as `stop`."""
    path = context.get("stop", "")
    return f"{settings.SITE_URL}{path}" if path else ""


def _headers(message: Message, link: str) -> dict[str, str]:
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    headers = {
        "Message-ID": f"<message-{message.pk}@{host}>",
        "Auto-Submitted": "auto-generated",
        "Content-Language": translation.get_language() or "en",
    }
    if link:
        headers["List-Unsubscribe"] = f"<{link}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def _template(message: Message, kind: str) -> str:
    return f"emails/{message.template}.{kind}"


def _language(message: Message) -> str:
    """The recipient's; somebody invited reads what the inviting person reads."""
    if message.recipient:
        return message.recipient.language
    return message.invitation.invited_by.language if message.invitation else "en"


def _reference(value: Any) -> Any:
    if isinstance(value, Model):
        return {"model": value._meta.label_lower, "pk": value.pk}
    return [_reference(one) for one in value] if isinstance(value, list) else value


def _resolve(value: Any) -> Any:
    """The row behind a stored reference; other values as they are."""
    if isinstance(value, list):
        return [_resolve(one) for one in value]
    if isinstance(value, dict) and value.keys() == {"model", "pk"}:
        return apps.get_model(value["model"])._default_manager.get(pk=value["pk"])
    return value
