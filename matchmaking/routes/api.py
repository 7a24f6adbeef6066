"""Addresses of the API, its description and its reading room."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.routers import DefaultRouter

from matchmaking.api import events, organisations

router = DefaultRouter()
router.include_root_view = False
router.include_format_suffixes = False
router.register("organisations", organisations.OrganisationViewSet, "api-organisation")
router.register("sectors", organisations.SectorViewSet, "api-sector")
router.register("stories", organisations.StoryViewSet, "api-story")
router.register("events", events.EventViewSet, "api-event")
router.register("registrations", events.RegistrationViewSet, "api-registration")
router.register("requests", events.RequestViewSet, "api-request")
router.register("agenda", events.AgendaViewSet, "api-agenda")

urlpatterns = [
    path("api/v1/", include(router.urls)),
    path("api/v1/schema/", SpectacularAPIView.as_view(), name="api_schema"),
    path("api/", SpectacularSwaggerSplitView.as_view(url_name="api_schema"), name="api"),
]
