"""Addresses of the site. Each app's list is included here."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

from matchmaking.views.own.settings import language
from matchmaking.views.styleguide import styleguide

admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]  # allauth's documented way

urlpatterns = [
    path("", include("matchmaking.routes.own")),
    path("", include("matchmaking.routes.public")),
    path("", include("matchmaking.routes.partners")),
    path("", include("matchmaking.routes.organiser")),
    path("", include("matchmaking.routes.registrations")),
    path("", include("matchmaking.routes.day")),
    path("", include("matchmaking.routes.plans")),
    path("", include("matchmaking.routes.printing")),
    path("", include("matchmaking.routes.scores")),
    path("", include("matchmaking.routes.events")),
    path("", include("matchmaking.routes.after")),
    path("", include("matchmaking.routes.api")),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("language/", language, name="set_language"),
    path("styleguide/", styleguide, name="styleguide"),
]
