"""Addresses of events, requests and agendas, as participants see them."""

from django.urls import path

from matchmaking.views import agenda, events, home, registrations, requests

urlpatterns = [
    path("home/", home.home, name="home"),
    path("act-for/", home.act_for, name="act_for"),
    path("questions/<int:pk>/", home.fact_answer, name="fact_answer"),
    path("events/", events.event_list, name="event_list"),
    path("events/<slug:slug>/", events.event, name="event"),
    path("events/<slug:slug>/apply/", registrations.event_apply, name="event_apply"),
    path("events/<slug:slug>/registration/", registrations.registration, name="registration"),
    path(
        "events/<slug:slug>/registration/withdraw/",
        registrations.registration_withdraw,
        name="registration_withdraw",
    ),
    path(
        "events/<slug:slug>/registration/delegates/",
        registrations.registration_delegates,
        name="registration_delegates",
    ),
    path(
        "events/<slug:slug>/registration/delegates/<int:pk>/",
        registrations.delegate_change,
        name="delegate_change",
    ),
    path(
        "events/<slug:slug>/registration/delegates/<int:pk>/remove/",
        registrations.delegate_remove,
        name="delegate_remove",
    ),
    path(
        "events/<slug:slug>/registration/availability/",
        registrations.registration_availability,
        name="registration_availability",
    ),
    path("events/<slug:slug>/partners/", requests.suggestions, name="suggestions"),
    path("events/<slug:slug>/ask/<slug:other>/", requests.ask, name="ask"),
    path("requests/", requests.inbox, name="inbox"),
    path("requests/<int:pk>/", requests.request_detail, name="request"),
    path("requests/<int:pk>/accept/", requests.request_accept, name="request_accept"),
    path("requests/<int:pk>/decline/", requests.request_decline, name="request_decline"),
    path("requests/<int:pk>/withdraw/", requests.request_withdraw, name="request_withdraw"),
    path("requests/<int:pk>/delegate/", requests.request_delegate, name="request_delegate"),
    path("requests/<int:pk>/priority/", requests.request_priority, name="request_priority"),
    path("requests/<int:pk>/contacts/", requests.contacts, name="contacts"),
    path("agenda/", agenda.agenda, name="agenda"),
    path("agenda/worker.js", agenda.agenda_worker, name="agenda_worker"),
    path("agenda/<slug:slug>/calendar.ics", agenda.agenda_file, name="agenda_file"),
    path("agenda/<slug:slug>/subscribe/", agenda.feed_create, name="feed_create"),
    path("agenda/<slug:slug>/unsubscribe/", agenda.feed_revoke, name="feed_revoke"),
    path("calendar/<str:secret>.ics", agenda.agenda_feed, name="agenda_feed"),
    path("meetings/<int:pk>/held/", agenda.meeting_held, name="meeting_held"),
    path("meetings/<int:pk>/missed/", agenda.meeting_missed, name="meeting_missed"),
]
