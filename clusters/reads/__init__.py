"""What pages of the organisations app show, each from one function."""

from clusters.reads.acting import act_for, acted_for, acting_organisation, representations
from clusters.reads.completeness import completeness, missing_for_listing
from clusters.reads.invitations import find_invitation
from clusters.reads.mail import mail_settings_link, user_of_settings_link
from clusters.reads.profile import ProfilePage, profile_page

__all__ = [
    "ProfilePage",
    "act_for",
    "acted_for",
    "acting_organisation",
    "completeness",
    "find_invitation",
    "mail_settings_link",
    "missing_for_listing",
    "profile_page",
    "representations",
    "user_of_settings_link",
]
