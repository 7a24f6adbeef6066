"""One's account: name and language, what is mailed, tokens for programs."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from clusters import actions
from clusters.models import Token, User
from clusters.reads import user_of_settings_link
from matchmaking.forms.own.account import MailForm, SettingsForm, TokenForm
from matchmaking.reads.own import account as reads
from matchmaking.views.attempts import DONE, attempt
from matchmaking.views.reader import reader


def settings(request: HttpRequest) -> HttpResponse:
    """Name, language and time zone."""
    user = reader(request)
    initial = {name: getattr(user, name) for name in SettingsForm.base_fields}
    form, status = SettingsForm(request.POST or None, initial=initial), DONE
    if request.method == "POST":

        def save() -> None:
            actions.change_account(user, values=form.cleaned_data, actor=user)

        status = attempt(form, save)
        if status == DONE:
            messages.success(request, reads.saved_in(form.cleaned_data["language"]))
            return redirect("settings")
    context = {"form": form, "page": reads.settings_page(user)}
    return render(request, "matchmaking/own/settings.html", context, status=status)


def mail(request: HttpRequest) -> HttpResponse:
    """What is mailed, for somebody who is signed in."""
    return _mail(request, reader(request), is_signed=False)


@csrf_exempt
@never_cache
@login_not_required
def mail_settings(request: HttpRequest, signed: str) -> HttpResponse:
    """The same by the signed link of a mail; a mail program's one-click POST stops both (RFC 8058).

    The secret in the address is the proof, so neither a session nor a token of the form is needed.
    """
    user = user_of_settings_link(signed)
    if user is None:
        raise Http404
    if request.POST.get("List-Unsubscribe") == "One-Click":
        stopped = {"mail_reminders": False, "mail_news": False}
        actions.change_account(user, values=stopped, actor=user)
        return HttpResponse(_("You get no reminders and no news any more."), "text/plain")
    return _mail(request, user, is_signed=True)


def tokens(request: HttpRequest) -> HttpResponse:
    """Tokens for programs; the secret of a new one is shown on this answer only."""
    user, secret = reader(request), ""
    form, status = TokenForm(request.POST or None), DONE
    if request.method == "POST":
        made: list[tuple[Token, str]] = []

        def make() -> None:
            made.append(actions.create_token(user, actor=user, **form.values()))

        status = attempt(form, make)
        if status == DONE:
            form, secret = TokenForm(), made[0][1]
    context = {"form": form, "secret": secret, "tokens": user.tokens.all()}
    answer = render(request, "matchmaking/own/tokens.html", context, status=status)
    answer["Cache-Control"] = "no-store"
    return answer


@require_POST
def token_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a token useless."""
    token = get_object_or_404(Token, pk=pk, user=reader(request))
    actions.revoke_token(token, actor=reader(request))
    messages.success(request, _("Revoked. Programs that use it are refused from now on."))
    return redirect("tokens")


@login_not_required
def language(request: HttpRequest) -> HttpResponse:
    """Switch the language, for this browser and, when signed in, for the account."""
    wanted, user = request.POST.get("language", ""), request.user
    if isinstance(user, User) and wanted in dict(SettingsForm.base_fields["language"].choices):  # type: ignore[attr-defined]  # a ChoiceField
        actions.change_account(user, values={"language": wanted}, actor=user)
    return set_language(request)


def _mail(request: HttpRequest, user: User, *, is_signed: bool) -> HttpResponse:
    initial = {"mail_reminders": user.mail_reminders, "mail_news": user.mail_news}
    form, status = MailForm(request.POST or None, initial=initial), DONE
    if request.method == "POST":
        form = MailForm(request.POST)

        def save() -> None:
            actions.change_account(user, values=form.cleaned_data, actor=user)

        status = attempt(form, save)
        if status == DONE:
            messages.success(request, _("Saved."))
            return redirect(request.path)
    context = {"form": form, "person": user, "is_signed": is_signed}
    return render(request, "matchmaking/own/mail.html", context, status=status)
