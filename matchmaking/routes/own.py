"""Addresses of one's own organisation and account. "new" is no slug: it stands before the profiles."""

from django.urls import path

from matchmaking.views.own import lists, people, profile, settings

urlpatterns = [
    path("profile/", profile.my_profile, name="my_profile"),
    path("profile/who/", profile.who, name="my_who"),
    path("profile/sectors/", profile.sectors, name="my_sectors"),
    path("profile/targets/", profile.targets, name="my_targets"),
    path("profile/interests/", profile.interests, name="my_interests"),
    path("profile/labels/", profile.labels, name="my_labels"),
    path("profile/labels/<int:pk>/remove/", profile.label_remove, name="label_remove"),
    path("profile/relations/", profile.relations, name="my_relations"),
    path("profile/relations/<int:pk>/confirm/", profile.relation_confirm, name="relation_confirm"),
    path("profile/relations/<int:pk>/remove/", profile.relation_remove, name="relation_remove"),
    path("profile/submit/", profile.submit, name="profile_submit"),
    path("profile/history/", profile.history, name="my_history"),
    path("profile/as/public/", profile.preview, {"viewer": "public"}, name="preview_public"),
    path("profile/as/member/", profile.preview, {"viewer": "member"}, name="preview_member"),
    path("organisations/new/", profile.organisation_new, name="organisation_new"),
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
    path("organisations/<slug:slug>/suggest/", lists.suggest_change, name="suggest_change"),
    path("profile/suggestions/", lists.suggestions, name="suggestion_list"),
    path("profile/suggestions/<int:pk>/", lists.suggestion_decide, name="suggestion_decide"),
    path("shortlists/", lists.shortlists, name="shortlists"),
    path("shortlists/<int:pk>/", lists.shortlist_change, name="shortlist_change"),
    path("shortlists/<int:pk>/remove/", lists.shortlist_remove, name="shortlist_remove"),
    path("shortlists/<int:pk>/<slug:slug>/note/", lists.entry_note, name="entry_note"),
    path("shortlists/<int:pk>/<slug:slug>/remove/", lists.entry_remove, name="entry_remove"),
    path("mail/<str:signed>/", settings.mail_settings, name="mail_settings"),
    path("settings/", settings.settings, name="settings"),
    path("settings/mail/", settings.mail, name="mail_wishes"),
    path("settings/tokens/", settings.tokens, name="tokens"),
    path("settings/tokens/<int:pk>/revoke/", settings.token_revoke, name="token_revoke"),
]
