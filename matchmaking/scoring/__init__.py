"""The scoring engine: what each of two organisations gains from the other, and why.

Plain Python and NumPy, no Django. An adapter builds a market from rows once per data version and
asks it questions::

    from matchmaking.scoring import DEFAULT, Market, Profile, SectorFocus, SectorTree, Target
    from matchmaking.scoring import Scope, Stance, rank, score_pair

    tree = SectorTree({"mobility": None, "automotive": "mobility"})
    market = Market.of(
        [
            Profile(
                key="ceaga", side="eu", kind="cluster", countries=("ES",), regions=("ES1", "ES11"),
                foci=(SectorFocus(sector="automotive", citations=("4.1:29",)),),
                targets=(Target(stance=Stance.ACTIVE, scope=Scope.COUNTRY, place="MX"),),
            ),
            Profile(key="claut", side="mx", kind="cluster", countries=("MX",)),
        ],
        tree, eu_members={"ES"}, version="42",
    )
    pair = score_pair(market, "ceaga", "claut", DEFAULT)          # PairScore, seen by ceaga
    best = rank(market, "ceaga", DEFAULT, top=10, side="mx")      # list[PairScore], best first

    all_ = against(market, "ceaga", DEFAULT)                      # arrays: score, own, theirs, low ...

`score_pair` and `rank` take ``excluded={"other-key": "competitor"}``: what the organisation that looks has set aside
itself. `rank` also takes ``among={keys}`` (a filter, applied before ranking).
Every result holds codes and numbers only; wording is in `matchmaking.wording.scoring`.
"""

from matchmaking.scoring.movement import Movement, Shift, movement
from matchmaking.scoring.policy import (
    CRITERIA,
    DEFAULT,
    EQUAL,
    PART_CODES,
    PARTS,
    SECTORS_ONLY,
    SHIPPED,
    Policy,
    PolicyError,
)
from matchmaking.scoring.priors import Known, Usual, measured_priors, usual_values
from matchmaking.scoring.profile import (
    Activity,
    Interest,
    KindWish,
    Label,
    LabelState,
    Market,
    MarketError,
    Profile,
    Relation,
    Scope,
    SectorFocus,
    SectorTree,
    Stance,
    Target,
    Way,
)
from matchmaking.scoring.ranking import Against, against, rank
from matchmaking.scoring.reciprocal import score_pair
from matchmaking.scoring.results import (
    Answer,
    Block,
    CriterionRow,
    DirectionScore,
    Evidence,
    PairScore,
    PartRow,
    Pivotal,
)

__all__ = [
    "CRITERIA",
    "DEFAULT",
    "EQUAL",
    "PARTS",
    "PART_CODES",
    "SECTORS_ONLY",
    "SHIPPED",
    "Activity",
    "Against",
    "Answer",
    "Block",
    "CriterionRow",
    "DirectionScore",
    "Evidence",
    "Interest",
    "KindWish",
    "Known",
    "Label",
    "LabelState",
    "Market",
    "MarketError",
    "Movement",
    "PairScore",
    "PartRow",
    "Pivotal",
    "Policy",
    "PolicyError",
    "Profile",
    "Relation",
    "Scope",
    "SectorFocus",
    "SectorTree",
    "Shift",
    "Stance",
    "Target",
    "Usual",
    "Way",
    "against",
    "measured_priors",
    "movement",
    "rank",
    "score_pair",
    "usual_values",
]
