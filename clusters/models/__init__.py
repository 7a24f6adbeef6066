"""Who: organisations, facts with citations, people."""

from clusters.models.changes import ProfileChange
from clusters.models.facts import (
    CooperationInterest,
    Fact,
    FieldStatement,
    InternationalTarget,
    Label,
    Relation,
    SectorFocus,
)
from clusters.models.logos import Logo
from clusters.models.organisations import Organisation
from clusters.models.people import (
    ChangeSuggestion,
    Invitation,
    Message,
    Representative,
    Shortlist,
    ShortlistEntry,
    Token,
)
from clusters.models.pictures import StoredPicture
from clusters.models.reference import CooperationKind, Country, Region, Sector
from clusters.models.sources import Citation, Footnote, Source
from clusters.models.stories import (
    Claim,
    Contradiction,
    Figure,
    PolicyInstrument,
    Programme,
    SuccessStory,
)
from clusters.models.users import User

__all__ = [
    "ChangeSuggestion",
    "Citation",
    "Claim",
    "Contradiction",
    "CooperationInterest",
    "CooperationKind",
    "Country",
    "Fact",
    "FieldStatement",
    "Figure",
    "Footnote",
    "InternationalTarget",
    "Invitation",
    "Label",
    "Logo",
    "Message",
    "Organisation",
    "PolicyInstrument",
    "ProfileChange",
    "Programme",
    "Region",
    "Relation",
    "Representative",
    "Sector",
    "SectorFocus",
    "Shortlist",
    "ShortlistEntry",
    "Source",
    "StoredPicture",
    "SuccessStory",
    "Token",
    "User",
]
