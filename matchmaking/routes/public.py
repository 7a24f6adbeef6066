"""Addresses of the public pages, of profiles, and of what programs ask every site for."""

from django.contrib.auth.decorators import login_not_required
from django.contrib.sitemaps.views import sitemap
from django.urls import path

from matchmaking.views import machines, pictures, profiles, public
from matchmaking.views.sitemaps import SITEMAPS

urlpatterns = [
    path("", public.start, name="start"),
    path("how-it-works/", public.how_it_works, name="how_it_works"),
    path("about-the-data/", public.about_data, name="about_data"),
    path("privacy/", public.privacy, name="privacy"),
    path("stories/", public.stories, name="stories"),
    path("stories/<slug:code>/", public.story, name="story"),
    path("organisations/<slug:slug>/", profiles.profile, name="profile"),
    path("organisations/<slug:slug>/logo/", pictures.logo, name="logo"),
    path("robots.txt", machines.robots, name="robots"),
    path("sitemap.xml", login_not_required(sitemap), {"sitemaps": SITEMAPS}, name="sitemap"),
    path("favicon.ico", machines.favicon, name="favicon"),
    path(".well-known/security.txt", machines.security_txt, name="security_txt"),
    path("metrics/", machines.metrics, name="metrics"),
    path("health/live/", machines.live, name="health_live"),
    path("health/ready/", machines.ready, name="health_ready"),
]
