"""Addresses of one's own organisation and account. "new" is no slug: it stands before the profiles."""

from django.urls import path

from matchmaking.views.own import people, settings

urlpatterns = [
    path("profile/people/", people.people, name="people"),
    path("profile/people/<int:pk>/role/", people.role_change, name="role_change"),
    path("profile/people/<int:pk>/remove/", people.person_remove, name="person_remove"),
    path(
        "profile/people/invitations/<int:pk>/revoke/",
        people.invitation_revoke,
        name="invitation_revoke",
    ),
    path("invitation/<str:secret>/", people.invitation, name="invitation"),
    path("organisations/<slug:slug>/claim/", people.claim, name="claim"),
    path("mail/<str:signed>/", settings.mail_settings, name="mail_settings"),
    path("settings/", settings.settings, name="settings"),
    path("settings/mail/", settings.mail, name="mail_wishes"),
    path("settings/tokens/", settings.tokens, name="tokens"),
    path("settings/tokens/<int:pk>/revoke/", settings.token_revoke, name="token_revoke"),
]
