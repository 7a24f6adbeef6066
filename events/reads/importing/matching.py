"""Whose row it is: the profile that a list means by a name, another name, an address or a website."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import numpy as np
from django.db.models import Q
from django.utils.text import slugify
from django.utils.translation import gettext as _
from rapidfuzz import fuzz, process

from clusters.choices import OrganisationStatus
from clusters.models import Organisation
from clusters.reads.spelling import folded
from events.models import Event

# Below this, proposals read as guesses; above it, slips and missing words ("Cluster of ...") are found.
ALIKE = 78
OFFERED = 3
# Whoever writes from one of these does not name an organisation by it.
PUBLIC_MAIL = frozenset(
    {
        *("gmail.com", "googlemail.com", "outlook.com", "outlook.es", "hotmail.com", "hotmail.es"),
        *("yahoo.com", "yahoo.es", "yahoo.com.mx", "icloud.com", "live.com", "gmx.net", "gmx.de"),
        *("protonmail.com", "proton.me", "prodigy.net.mx", "msn.com", "web.de"),
    }
)


@dataclass(frozen=True)
class Match:
    """The profile and how it was found, in words."""

    organisation: Organisation
    how: str


@dataclass
class Pool:
    """The profiles that rows can mean: those listed, and those registered here whatever their state."""

    rows: list[Organisation]
    by_slug: dict[str, Organisation] = field(default_factory=dict)
    by_name: dict[str, Organisation] = field(default_factory=dict)
    by_alias: dict[str, Organisation] = field(default_factory=dict)
    by_host: dict[str, Organisation | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for one in self.rows:
            self.by_slug[one.slug] = one
            self.by_name.setdefault(name_key(one.name), one)
            for alias in one.aliases:
                self.by_alias.setdefault(name_key(alias), one)
            if host := host_of(one.website):
                # A website that two profiles share tells neither.
                self.by_host[host] = None if host in self.by_host else one

    def find(self, name: str, website: str, email: str) -> Match | None:
        """The profile of a row; the e-mail's domain counts only where the row names no organisation."""
        key = name_key(name)
        if key and (one := self.by_name.get(key)):
            return Match(one, _("by its name"))
        if key and (one := self.by_alias.get(key)):
            return Match(one, _("by another name"))
        if name and (one := self.by_slug.get(slugify(name))):
            return Match(one, _("by its address here"))
        if one := self.by_host.get(host_of(website)):
            return Match(one, _("by its website"))
        domain = email.rpartition("@")[2].lower()
        if not name and domain not in PUBLIC_MAIL and (one := self.by_host.get(domain)):
            return Match(one, _("by the e-mail’s domain"))
        return None


def pool_of(event: Event) -> Pool:
    """One query for all profiles that an import into this event can mean; listed ones win a name."""
    known = Q(status=OrganisationStatus.LISTED) | Q(registrations__event=event)
    rows = Organisation.objects.filter(known).distinct().order_by("pk")
    plain = rows.only("slug", "name", "aliases", "website", "side", "status", "is_demo")
    return Pool(sorted(plain, key=lambda one: one.status != OrganisationStatus.LISTED))


def nearest(names: Iterable[str], pool: Pool) -> dict[str, list[str]]:
    """Slugs of the profiles whose name resembles each of `names` (keys of `name_key`), best first."""
    wanted = [name for name in dict.fromkeys(names) if name]
    known = [*pool.by_name.items(), *pool.by_alias.items()]
    if not wanted or not known:
        return {}
    # One matrix of bytes; on 5,000 names and 5,000 profiles a quarter of a second per thousand.
    scores = process.cdist(
        wanted, [key for key, _one in known], scorer=fuzz.token_sort_ratio,
        score_cutoff=ALIKE, dtype=np.uint8,
    )  # fmt: skip
    found: dict[str, list[str]] = {}
    for name, row in zip(wanted, scores, strict=True):
        best = sorted(np.flatnonzero(row), key=lambda at: -int(row[at]))
        slugs = list(dict.fromkeys(known[at][1].slug for at in best))
        if slugs:
            found[name] = slugs[:OFFERED]
    return found


def name_key(name: str) -> str:
    """A name without case, accents, dots and spare room, so that spellings of one name meet."""
    return " ".join(folded(name).replace(".", "").replace(",", " ").split())


def host_of(website: str) -> str:
    """The host of a web address without "www."; empty where there is none."""
    text = website.strip().lower()
    try:
        host = urlsplit(text if "://" in text else f"//{text}").hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.") if "." in host else ""


def key_of(values: Mapping[str, str]) -> str:
    """What rows of one organisation have in common: its name, else its website or e-mail's domain."""
    return (
        name_key(values["organisation"])
        or host_of(values["website"])
        or values["email"].rpartition("@")[2].lower()
    )
