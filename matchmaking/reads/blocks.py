"""What blocks a pair in public, read from the rows of these two alone."""

from clusters.models import Country, Organisation
from matchmaking import scoring as engine
from matchmaking.adapters.scores import read_profiles, sector_tree
from matchmaking.scoring.context import Context
from matchmaking.scoring.explain import find_block


def public_block(one: Organisation, other: Organisation) -> engine.Block | None:
    """Why nobody may pair the two: one is part of the other, or one says "not now" of the other's place.

    Private exclusions play no part, so the answer tells nothing about them. The same function of the
    engine blocks a pair's score.
    """
    rows = Organisation.objects.filter(pk__in=[one.pk, other.pk])
    members = Country.objects.filter(is_eu_member=True).values_list("code", flat=True)
    market = engine.Market.of(read_profiles(rows), sector_tree(), eu_members=members)
    own, theirs = market.profile(one.slug), market.profile(other.slug)
    return find_block(Context(market), own, theirs, {})
