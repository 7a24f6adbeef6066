"""Addresses of finding partners and looking at pairs."""

from django.urls import path

from matchmaking.views import compare, find, match

urlpatterns = [
    path("find/", find.find, name="find"),
    path("find/partners.csv", find.find_csv, name="find_csv"),
    path("find/partners.xlsx", find.find_xlsx, name="find_xlsx"),
    path("compare/", compare.compare, name="compare"),
    path("match/<slug:slug>/", match.match, name="match"),
    path("match/<slug:slug>/shortlist/", match.shortlist_toggle, name="shortlist_toggle"),
    path("match/<slug:slug>/set-aside/", match.exclude, name="exclude"),
    path("match/<slug:slug>/take-back/", match.exclusion_lift, name="exclusion_lift"),
    path("match/<slug:slug>/question/", match.fact_ask, name="fact_ask"),
]
