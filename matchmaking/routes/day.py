"""Addresses of the day: the front desk, badges, places offered, the big screen."""

from django.urls import include, path

from matchmaking.views import day
from matchmaking.views.organiser import day as desk

AT_THE_DESK = [
    path("", desk.day, name="organiser_day"),
    path("settings/", desk.settings, name="organiser_day_settings"),
    path("walk-in/", desk.walk_in, name="organiser_walk_in"),
    path("people/<int:pk>/", desk.person, name="organiser_person"),
    path("people/<int:pk>/check-in/", desk.check_in, name="organiser_check_in"),
    path("people/<int:pk>/check-in/undo/", desk.check_in_undo, name="organiser_check_in_undo"),
    path("people/<int:pk>/offer/", desk.offer, name="organiser_offer"),
    path("places/", desk.chain_start, name="organiser_chain_start"),
    path("places/<int:pk>/", desk.chain, name="organiser_chain"),
]
urlpatterns = [
    path("organise/<slug:slug>/day/", include(AT_THE_DESK)),
    path("badge/<str:code>/", desk.badge, name="badge"),
    path("meetings/<int:pk>/unmark/", day.meeting_unmark, name="meeting_unmark"),
    path("meetings/<int:pk>/late/", day.meeting_late, name="meeting_late"),
    path("standby/<int:pk>/", day.standby_answer, name="standby_answer"),
    path("screen/<slug:slug>/", day.screen, name="screen"),
    path("screen/<slug:slug>/<str:key>/", day.screen, name="screen_secret"),
]
