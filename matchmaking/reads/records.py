"""Scores as plain records: what the API and the command line give to programs."""

from typing import Any

from clusters.models import Organisation
from matchmaking import scoring as engine
from matchmaking.reads.market import Snapshot
from matchmaking.reads.names import Names
from matchmaking.wording.scoring import reason_text


def match_record(
    own: Organisation, policy: engine.Policy, pairs: list[engine.PairScore], snapshot: Snapshot
) -> dict[str, Any]:
    """The ranking as JSON: points 0 to 100, best first."""
    return {
        "organisation": own.slug,
        "policy": policy.stamp,
        "matches": [pair_record(pair, snapshot) for pair in pairs],
    }


def pair_record(pair: engine.PairScore, snapshot: Snapshot) -> dict[str, Any]:
    """One pair as the API and the command give it."""
    return {
        "slug": pair.other_key,
        "name": snapshot.market.profiles[pair.other_key].name,
        "score": pair.score,
        "low": pair.low,
        "high": pair.high,
        "coverage": pair.coverage,
        "gains": {
            "own": direction_record(pair.own, snapshot.names),
            "theirs": direction_record(pair.theirs, snapshot.names),
        },
    }


def direction_record(direction: engine.DirectionScore, names: Names) -> dict[str, Any]:
    """One direction; evidence in words with the codes of its citations."""
    return {
        "points": direction.points,
        "criteria": [
            {
                "code": row.code,
                "points": row.points,
                "known": row.known,
                "evidence": [
                    {
                        "text": reason_text(evidence, names),
                        "code": evidence.code,
                        "citations": list(evidence.citations),
                        "stated": evidence.stated,
                    }
                    for evidence in row.evidence
                ],
            }
            for row in direction.rows
        ],
    }
