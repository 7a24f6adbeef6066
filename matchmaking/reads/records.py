"""Scores as plain records: what the API and the command line give to programs."""

from typing import Any

from clusters.models import Organisation
from matchmaking import scoring as engine
from matchmaking.reads.market import Snapshot
from matchmaking.reads.names import Names
from matchmaking.reads.scores import Ranking
from matchmaking.reads.week import Week, week_of_pair
from matchmaking.wording.scoring import answer_text, question_text, reason_text


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
        "pivotal": pivotal_record(pair.pivotal, snapshot.names) if pair.pivotal else None,
        "block": block_record(pair.block, snapshot.names) if pair.block else None,
    }


def full_record(ranking: Ranking, other: Organisation) -> dict[str, Any]:
    """One pair with what moved it since last week."""
    pair = ranking.pair(other.slug)
    week = week_record(week_of_pair(ranking, other))
    return {**pair_record(pair, ranking.snapshot), "week": week}


def direction_record(direction: engine.DirectionScore, names: Names) -> dict[str, Any]:
    """One direction; evidence in words with the codes of its citations."""
    return {
        "points": direction.points,
        "low": direction.low,
        "high": direction.high,
        "coverage": direction.coverage,
        "criteria": [criterion_record(row, names) for row in direction.rows],
    }


def criterion_record(row: engine.CriterionRow, names: Names) -> dict[str, Any]:
    """One row of a direction."""
    return {
        "code": row.code,
        "weight": row.weight,
        "value": row.value,
        "points": row.points,
        "low": row.low,
        "high": row.high,
        "known": row.known,
        "evidence": [evidence_record(evidence, names) for evidence in row.evidence],
        "parts": [part_record(part) for part in row.parts],
    }


def evidence_record(evidence: engine.Evidence, names: Names) -> dict[str, Any]:
    """One reason in words, with where it comes from."""
    return {
        "text": reason_text(evidence, names),
        "code": evidence.code,
        "citations": list(evidence.citations),
        "stated": evidence.stated,
    }


def part_record(part: engine.PartRow) -> dict[str, Any]:
    """One part of a row: the points of the parts add up to the row's. An unknown value is null."""
    return {
        "code": part.code,
        "share": part.share,
        "value": part.value,
        "points": part.points,
        "low": part.low,
        "high": part.high,
        "evidence": [evidence.code for evidence in part.evidence],
    }


def pivotal_record(pivotal: engine.Pivotal, names: Names) -> dict[str, Any]:
    """The one fact that would change most, and what each answer would do."""
    return {
        "question": question_text(pivotal.question, names),
        "asked": pivotal.asked,
        "criterion": pivotal.part,
        "answers": [
            {
                "code": answer.code,
                "label": answer_text(answer.code),
                "score": answer.score,
                "own": answer.own,
                "theirs": answer.theirs,
            }
            for answer in pivotal.answers
        ],
    }


def block_record(block: engine.Block, names: Names) -> dict[str, Any]:
    """Why there is no score, and who may know: everybody, or only the side that set it."""
    return {
        "code": block.code,
        "text": reason_text(block.evidence, names),
        "by": block.by,
        "known_to": "everybody" if block.public else block.by,
        "citations": list(block.evidence.citations),
    }


def week_record(week: Week) -> dict[str, Any]:
    """What moved a pair since last week; scores and ranks are null where there were none."""
    return {
        "since": week.since,
        "is_new": week.is_new,
        "then": week.then,
        "now": week.now,
        "rank_then": week.rank_then,
        "rank_now": week.rank_now,
        "shifts": [
            {
                "criterion": shift.code,
                "gainer": shift.gainer,
                "points": shift.points,
                "now": list(shift.now),
                "before": list(shift.before),
            }
            for shift in week.shifts
        ],
        "changes": [
            {
                "at": change.at,
                "organisation": change.organisation,
                "what": change.what,
                "done": change.done,
                "by": change.by,
            }
            for change in week.changes
        ],
    }
