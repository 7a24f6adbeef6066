"""Addresses of a site whose page for mail settings is switched off."""

from django.http import HttpRequest, HttpResponse
from django.urls import path


def nothing(_request: HttpRequest, **_parts: str) -> HttpResponse:
    """An empty page."""
    return HttpResponse()


urlpatterns = [path("organisations/<slug:slug>/", nothing, name="profile")]
