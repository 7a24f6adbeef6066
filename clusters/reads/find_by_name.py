"""An organisation that somebody names."""

from django.db.models import Q, Value

from clusters.models import Organisation
from clusters.querysets import Fold

MOST = 6


def organisations_named(name: str) -> tuple[list[Organisation], list[Organisation]]:
    """Listed organisations called exactly so (name, other name, address; accents aside), and near ones.

    Near ones hold every word of the name; at most six. Two queries.
    """
    listed = Organisation.objects.listed()
    wanted = name.replace("\x00", "").strip()  # PostgreSQL holds no NUL and would fail
    exact = listed.annotate(called=Fold("name")).filter(
        Q(called=Fold(Value(wanted))) | Q(aliases__contains=[wanted]) | Q(slug=wanted.lower())
    )
    return list(exact[:MOST]), list(listed.matching(wanted)[:MOST])
