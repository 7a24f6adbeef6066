"""Who reads a page, and where a form returns to."""

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme

from clusters.models import Organisation, User
from clusters.reads import acting_organisation
from clusters.validators import Refused


def reader(request: HttpRequest) -> User:
    """The person signed in. Views that ask for it are not public, so there is one."""
    if not isinstance(request.user, User):
        raise Http404
    return request.user


def own_or_404(request: HttpRequest) -> Organisation:
    """The organisation the reader acts for; who acts for none has no business here."""
    own = acting_organisation(request)
    if own is None:
        raise Http404
    return own


def back(request: HttpRequest, otherwise: str, *, name: str = "next") -> HttpResponseRedirect:
    """Where the form came from (or what it names so), if that is on this site."""
    wanted = request.POST.get(name, "")
    # Without its slash `redirect` would take it for the name of a view.
    if wanted.startswith("/") and url_has_allowed_host_and_scheme(
        wanted, {request.get_host()}, request.is_secure()
    ):
        return redirect(wanted)
    return redirect(otherwise)


def refusal_status(error: ValidationError) -> int:
    """409 where a state or a rule forbids it, 400 where the input is wrong."""
    return 409 if isinstance(error, Refused) else 400
