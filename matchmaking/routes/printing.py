"""Addresses of papers and of the report: ordering, fetching, and whether a paper still holds."""

from django.urls import path

from matchmaking.views import paper
from matchmaking.views.organiser import printing, report

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
    path("organise/<slug:slug>/report/", report.report, name="organiser_report"),
    path("organise/<slug:slug>/report.csv", report.report_file_csv, name="organiser_report_csv"),
    path("organise/<slug:slug>/report.xlsx", report.report_file_xlsx, name="organiser_report_xlsx"),
    path("organise/<slug:slug>/report.pdf", report.report_file_pdf, name="organiser_report_pdf"),
    path("organise/<slug:slug>/event.json", report.event_file, name="organiser_event_file"),
    path("agenda/<slug:slug>/print/", paper.own_agenda, name="agenda_print"),
    path("paper/<str:code>/", paper.still_current, name="paper"),
]
