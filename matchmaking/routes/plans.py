"""Addresses of floor plans."""

from django.urls import include, path

from matchmaking.views import plans
from matchmaking.views.organiser import plans as stage

ONE = [
    path("", stage.plan, name="organiser_plan"),
    path("remove/", stage.plan_remove, name="organiser_plan_remove"),
    path("place/", stage.place, name="organiser_plan_place"),
    path("take-off/", stage.take_off, name="organiser_plan_take_off"),
]
urlpatterns = [
    path("organise/<slug:slug>/plans/", stage.plan_add, name="organiser_plan_add"),
    path("organise/<slug:slug>/plans/<int:pk>/", include(ONE)),
    path("events/<slug:slug>/plan/", plans.event_plan, name="event_plan"),
    path("events/<slug:slug>/plan/<int:pk>/", plans.event_plan_picture, name="event_plan_picture"),
]
