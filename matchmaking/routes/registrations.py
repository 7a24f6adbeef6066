"""Addresses of registrations as organisers handle them: lists of other tools, acts on behalf."""

from django.urls import include, path

from matchmaking.views.organiser import imports, registrations

IMPORTS = [
    path("", imports.upload, name="organiser_import"),
    path("<int:pk>/", imports.columns, name="organiser_import_columns"),
    path("<int:pk>/check/", imports.check, name="organiser_import_check"),
    path("<int:pk>/check/to-mend.xlsx", imports.faults, name="organiser_import_faults"),
    path("<int:pk>/apply/", imports.apply, name="organiser_import_apply"),
    path("<int:pk>/discard/", imports.discard, name="organiser_import_discard"),
    path("<int:pk>/report/", imports.report, name="organiser_import_report"),
]
ONE = [
    path("", registrations.one, name="organiser_registration"),
    path("delegates/", registrations.delegate_add, name="organiser_delegate_add"),
    path("delegates/<int:person>/", registrations.delegate, name="organiser_delegate"),
    path(
        "delegates/<int:person>/remove/",
        registrations.delegate_remove,
        name="organiser_delegate_remove",
    ),
    path("availability/", registrations.availability, name="organiser_availability"),
    path("requests/<int:number>/", registrations.answer, name="organiser_request"),
]
urlpatterns = [
    path("organise/<slug:slug>/import/", include(IMPORTS)),
    path("organise/<slug:slug>/registrations/<int:pk>/", include(ONE)),
]
