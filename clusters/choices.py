"""Closed lists of the organisations app, and the legal moves between states."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Side(TextChoices):
    EU = "eu", _("EU side")
    MX = "mx", _("Mexican side")
    THIRD = "third", _("Third country")


class PictureType(TextChoices):
    """What a picture that people upload may be."""

    PNG = "image/png", "PNG"
    JPEG = "image/jpeg", "JPEG"
    WEBP = "image/webp", "WebP"
    SVG = "image/svg+xml", "SVG"


class OrganisationKind(TextChoices):
    CLUSTER = "cluster", _("cluster organisation")
    COMPANY = "company", _("company")
    UNIVERSITY = "university", _("university")
    RESEARCH_INSTITUTE = "research_institute", _("research institute")
    VOCATIONAL_COLLEGE = "vocational_college", _("vocational college")
    ALLIANCE = "alliance", _("academia-industry alliance")
    CONSORTIUM = "consortium", _("consortium")
    PARTNERSHIP = "partnership", _("cluster partnership (ESCP)")
    PARTNERSHIP_4I = "partnership_4i", _("cluster partnership going international (ESCP-4i)")
    NETWORK = "network", _("cluster network")
    AGENCY = "agency", _("agency")
    MINISTRY = "ministry", _("ministry")
    BUSINESS_ASSOCIATION = "business_association", _("business association")
    LABEL_BODY = "label_body", _("label body")
    PLATFORM = "platform", _("platform")
    SUPPORT_PROGRAMME = "support_programme", _("support programme")
    INTERNATIONAL_ORGANISATION = "international_organisation", _("international organisation")


class OrganisationStatus(TextChoices):
    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("submitted")
    LISTED = "listed", _("listed")
    ARCHIVED = "archived", _("archived")


ORGANISATION_MOVES: dict[str, frozenset[str]] = {
    OrganisationStatus.DRAFT: frozenset({OrganisationStatus.SUBMITTED}),
    OrganisationStatus.SUBMITTED: frozenset({OrganisationStatus.LISTED, OrganisationStatus.DRAFT}),
    OrganisationStatus.LISTED: frozenset({OrganisationStatus.ARCHIVED}),
    OrganisationStatus.ARCHIVED: frozenset(),
}


class Stance(TextChoices):
    ACTIVE = "active", _("active")
    EXPLORING = "exploring", _("exploring")
    NOT_NOW = "not_now", _("not now")


class TargetScope(TextChoices):
    COUNTRY = "country", _("a country")
    REGION = "region", _("a region")
    EU = "eu", _("EU member states")


class Direction(TextChoices):
    SEEKS = "seeks", _("seeks")
    OFFERS = "offers", _("offers")
    BOTH = "both", _("seeks and offers")


class LabelScheme(TextChoices):
    ECEI = "ecei", _("ESCA cluster management label (ECEI)")


class LabelLevel(TextChoices):
    BRONZE = "bronze", _("bronze")
    SILVER = "silver", _("silver")
    GOLD = "gold", _("gold")


class RelationKind(TextChoices):
    MEMBER_OF = "member_of", _("is a member of")
    COORDINATES = "coordinates", _("coordinates")
    PARTNER_OF = "partner_of", _("is a partner of")
    HOSTS = "hosts", _("hosts")
    SUPPORTED_BY = "supported_by", _("is supported by")
    PART_OF = "part_of", _("is part of")
    COOPERATES_WITH = "cooperates_with", _("cooperates with")
    LINKS_FROM = "links_from", _("brings together organisations from")
    PRODUCES_IN = "produces_in", _("has production in")


class Basis(TextChoices):
    STATED = "stated", _("stated")
    INFERRED = "inferred", _("inferred")


class SourceKind(TextChoices):
    REPORT = "report", _("report")
    WEBSITE = "website", _("website")
    OWNER = "owner", _("the organisation itself")
    REGISTER = "register", _("public register")
    DEMO = "demo", _("demo data, invented")


class Role(TextChoices):
    OWNER = "owner", _("owner")
    EDITOR = "editor", _("editor")
    MEMBER = "member", _("member")


class TokenScope(TextChoices):
    READ = "read", _("read: profiles, matches, events, agenda")
    WRITE = "write", _("write: requests")


class SuggestionStatus(TextChoices):
    OPEN = "open", pgettext_lazy("suggestion", "open")
    ACCEPTED = "accepted", pgettext_lazy("suggestion", "accepted")
    REJECTED = "rejected", pgettext_lazy("suggestion", "rejected")


class MessageState(TextChoices):
    QUEUED = "queued", pgettext_lazy("message", "queued")
    SENT = "sent", pgettext_lazy("message", "sent")
    FAILED = "failed", pgettext_lazy("message", "failed")


# ChangeSuggestion.field of somebody who asks to act for the organisation; the value says in which function.
CLAIM = "claim"
