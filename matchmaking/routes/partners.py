"""Addresses of finding partners and looking at pairs."""

from django.urls import path

from matchmaking.views import find

urlpatterns = [
    path("find/", find.find, name="find"),
    path("find/partners.csv", find.find_csv, name="find_csv"),
]
