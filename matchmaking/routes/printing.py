"""Addresses of papers: ordering and fetching them, and the question whether one still holds."""

from django.urls import path

from matchmaking.views import paper
from matchmaking.views.organiser import printing

urlpatterns = [
    path("organise/<slug:slug>/print/", printing.prints, name="organiser_print"),
    path("organise/<slug:slug>/print/<int:pk>/", printing.printout, name="organiser_printout"),
    path(
        "organise/<slug:slug>/print/<int:pk>/file/",
        printing.printout_file,
        name="organiser_printout_file",
    ),
    path(
        "organise/<slug:slug>/print/agenda/",
        printing.one_agenda,
        name="organiser_print_agenda",
    ),
    path("agenda/<slug:slug>/print/", paper.own_agenda, name="agenda_print"),
    path("paper/<str:code>/", paper.still_current, name="paper"),
]
