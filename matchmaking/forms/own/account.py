"""Forms of one's account: name, language, mails, tokens, and the account itself."""

import datetime as dt
from typing import Any, ClassVar

from allauth.account.forms import SignupForm as BaseSignupForm
from django import forms
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from clusters.actions import change_account
from clusters.choices import TokenScope
from clusters.models import User
from clusters.validators import check_text
from matchmaking.forms.setup import ZONES, ZoneWidget

NAME_LENGTH = 150
ZONE_HINT = _("Dates and times are shown on this clock beside that of an event.")
DAYS = [("30", _("in 30 days")), ("90", _("in 90 days")), ("365", _("in a year"))]


class SignupForm(BaseSignupForm):
    """The account of somebody new. It starts in the language of the page."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=NAME_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text=_("Colleagues see it. Partners see it once both have agreed to meet."),
    )
    field_order: ClassVar[list[str]] = ["name", "email", "password1"]

    def clean_name(self) -> str:
        """Checked before the account is made."""
        check_text(self.cleaned_data["name"], most=NAME_LENGTH)
        return str(self.cleaned_data["name"])

    def custom_signup(self, request: HttpRequest, user: User) -> None:
        """Keep the name and the language of a new account."""
        language = "es" if (get_language() or "en").startswith("es") else "en"
        values = {"name": self.cleaned_data["name"], "language": language}
        change_account(user, values=values, actor=user)


class SettingsForm(forms.Form):
    """How somebody is called, what they read, which clock they live by."""

    zones = ZONES

    name = forms.CharField(
        label=_("Your name"),
        max_length=NAME_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text=_("Colleagues see it. Partners see it once both have agreed to meet."),
    )
    language = forms.ChoiceField(
        label=_("Language"),
        choices=[("en", "English"), ("es", "Español")],
        widget=forms.RadioSelect,
        help_text=_("Of these pages and of the mails you get."),
    )
    time_zone = forms.CharField(
        label=_("Time zone"), max_length=63, widget=ZoneWidget(), help_text=ZONE_HINT
    )


class MailForm(forms.Form):
    """What somebody is mailed beyond what concerns them directly."""

    mail_reminders = forms.BooleanField(
        label=_("Reminders"),
        required=False,
        help_text=_(
            "Before a request to you expires, and when somebody answers a question you asked."
        ),
    )
    mail_news = forms.BooleanField(
        label=_("New partners"),
        required=False,
        help_text=_("What is new for a search you saved, at most once a week."),
    )


class TokenForm(forms.Form):
    """A new token for a program."""

    name = forms.CharField(
        label=_("What it is for"), max_length=100, help_text=_("For instance “CRM of the office”.")
    )
    scopes = forms.MultipleChoiceField(
        label=_("It may"),
        choices=TokenScope.choices,
        widget=forms.CheckboxSelectMultiple,
        initial=[TokenScope.READ],
    )
    days = forms.ChoiceField(label=_("It ends"), choices=DAYS, initial="90")

    def values(self) -> dict[str, Any]:
        """What the action takes."""
        ends = timezone.now() + dt.timedelta(days=int(self.cleaned_data["days"]))
        given = self.cleaned_data
        return {"name": given["name"], "scopes": given["scopes"], "expires_at": ends}


class Nothing(forms.Form):
    """A form of one button: holds what the action refuses."""
