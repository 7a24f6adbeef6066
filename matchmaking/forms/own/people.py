"""Forms about the people of an organisation."""

from django import forms
from django.utils.translation import gettext_lazy as _

from clusters.choices import Role

ROLES = [
    (Role.OWNER, _("owner: everything, people too")),
    (Role.EDITOR, _("editor: profile, requests, events")),
    (Role.MEMBER, _("member: reads, asks for meetings, has an agenda")),
]


class InviteForm(forms.Form):
    """A colleague to invite by mail."""

    email = forms.EmailField(
        label=_("E-mail"), widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    role = forms.ChoiceField(
        label=_("Role"), choices=ROLES, initial=Role.EDITOR, widget=forms.RadioSelect
    )


class RoleForm(forms.Form):
    """Another role for a colleague."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)


class ClaimForm(forms.Form):
    """Somebody asks to act for an organisation."""

    value = forms.CharField(
        label=_("What you do there"),
        max_length=300,
        help_text=_("For instance “cluster manager since 2019”."),
    )
    reason = forms.CharField(
        label=_("How we can check it"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("A page that names you, or whom to ask at the organisation."),
    )
