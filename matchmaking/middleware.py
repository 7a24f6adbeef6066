"""The language of a page, addresses that nothing can have, and what the log says of a request."""

from collections.abc import Callable

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import resolve
from django.utils import translation
from django_structlog.middlewares import RequestMiddleware

# Parts of addresses that open something to whoever knows them.
SECRET_PARTS = frozenset({"secret", "signed", "key", "uidb36"})


class AccountLanguageMiddleware:
    """Give people who are signed in the language they chose, on every device.

    Django's LocaleMiddleware has looked at the cookie and the browser before. Without a session nobody
    is signed in, and none is opened.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language()
        return self.get_response(request)


class NoNulMiddleware:
    """Nothing has an address with NUL in it, and PostgreSQL could not even look for it: not found."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path:
            raise Http404
        return self.get_response(request)


class RequestLogMiddleware(RequestMiddleware):
    """Log requests without the secrets in addresses and without what people search for."""

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        """Method and path; the route instead of the path where that holds a secret."""
        path = request.path
        try:
            found = resolve(request.path_info)
        except Http404:
            found = None
        if found is not None and SECRET_PARTS & found.kwargs.keys():
            path = f"/{found.route}"
        return f"{request.method} {path}"
