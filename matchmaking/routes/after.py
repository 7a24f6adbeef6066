"""Addresses of what comes after the meetings."""

from django.urls import path

from matchmaking.views import after

urlpatterns = [
    path("after/", after.after, name="after"),
    path("after/year.xlsx", after.year_xlsx, name="year_xlsx"),
    path("after/year.pdf", after.year_pdf, name="year_pdf"),
    path("after/<int:pk>/", after.outcome, name="outcome"),
    path("after/<int:pk>/done/", after.next_step_done, name="next_step_done"),
]
