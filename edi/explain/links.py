"""How an answer found its line: what was compared, and on which rung of the ladder it stopped."""

from __future__ import annotations

import json
from typing import Any

from edi.analysis.linking.ladder import load_ladder
from edi.explain.answer import Answer
from edi.explain.asking import many
from edi.resources import Resources
from edi.store.database import Database


def link(database: Database, resources: Resources, word: str) -> Answer | None:
    """The ladder for the links of a control number, or for one link's id: keys of both sides, and where it stopped."""
    rows = many(
        database,
        "SELECT l.*, o.control_number, o.procedure, rc.control_number AS theirs_number FROM link l "
        "JOIN outcome o ON o.id = l.outcome_id JOIN remit_claim rc ON rc.id = l.remit_claim_id "
        "WHERE o.control_number = ? OR CAST(l.id AS TEXT) = ? ORDER BY l.outcome_id, l.position",
        word,
        word,
    )
    if not rows:
        return None
    ladder = load_ladder(resources)
    answer = Answer(f"How {word} was linked", data={"links": rows})
    for row in rows:
        ours, theirs = json.loads(row["ours"] or "{}"), json.loads(row["theirs"] or "{}")
        lines = [
            f"{key}: ours {_shown(ours.get(key))}, theirs {_shown(theirs.get(key))} - "
            f"{'agree' if ours.get(key) == theirs.get(key) else 'differ'}"
            for key in dict.fromkeys([*ours, *theirs])
        ]
        steps = []
        for tier in (t for t in ladder.tiers if t.level == row["level"]):
            reached = tier.name == row["tier"]
            steps.append(f"{'->' if reached else '  '} {tier.name}: {tier.meaning}")
            if reached:
                break
        heading = f"Link {row['id']}: {row['procedure'] or 'claim'}, tier {row['tier']} ({row['status']})"
        answer.add(heading, *lines, *steps)
    return answer


def _shown(value: Any) -> str:
    return "-" if value in (None, "", []) else " ".join(value) if isinstance(value, list) else str(value)
