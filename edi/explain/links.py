"""How an answer found its line: what was compared, and on which rung of the ladder it stopped."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from edi.analysis.linking.ladder import Tier, load_ladder
from edi.explain.answer import Answer
from edi.explain.asking import many
from edi.resources import Resources
from edi.store.database import Database
from edi.store.rowsets import money

# What a link keeps of both sides, and how people call it.
KEPT = {
    "control_number": "control number", "line_control": "line control number", "code": "code", "modifiers": "modifiers",
    "date": "date", "charge_cents": "charge", "units": "units",
}  # fmt: skip
NO_CLAIM = "known from the remittance only: no line of ours met any rung"
TIED = "fits several lines of the claim equally well: ambiguous, never picked"


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
        heading = f"Link {row['id']}: {row['procedure'] or 'claim'}, tier {row['tier']} ({row['status']})"
        tiers = [tier for tier in ladder.tiers if tier.level == row["level"]]
        answer.add(heading, *_sides(row), *_rungs(row, tiers))
    return answer


def _sides(row: Mapping[str, Any]) -> Iterator[str]:
    """Both sides' values as a table."""
    ours, theirs = _values(row["ours"]), _values(row["theirs"])
    yield f"{'':<21}{'ours':<30}{'theirs':<30}".rstrip()
    for key, name in KEPT.items():
        if _plain(key, ours.get(key)) or _plain(key, theirs.get(key)):
            one, other = _shown(key, ours.get(key)), _shown(key, theirs.get(key))
            yield f"{name:<21}{one:<30}{other:<30}{_agreement(key, ours, theirs)}"


def _rungs(row: Mapping[str, Any], tiers: list[Tier]) -> Iterator[str]:
    """The rungs that were tried, each with why it did not decide, down to the one that did."""
    ours, theirs = _values(row["ours"]), _values(row["theirs"])
    for tier in tiers:
        if tier.name == row["tier"]:
            yield f"-> {tier.name}: {tier.meaning}"
            return
        yield f"   {tier.name:<34}{_why_not(tier, ours, theirs)}"
    yield f"-> {TIED if 'ambiguous' in (row['tier'], row['status']) else NO_CLAIM}"


def _why_not(tier: Tier, ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> str:
    """Which keys of a rung kept it from deciding, as far as the link keeps them."""
    if tier.keys[0] == "settled":
        return "nobody settled it"
    keys = [{"charge": "charge_cents"}.get(key, key) for key in tier.keys]
    found = {key: _agreement(key, ours, theirs) for key in keys if key in KEPT}
    said = [f"{KEPT[key]} {what}" for key, what in found.items() if what != "agrees"]
    return ", ".join(said) or ("did not fit one alone" if set(keys) <= set(KEPT) else "did not fit")


def _agreement(key: str, ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> str:
    """Whether a key agrees; a reversal's amounts count without their sign, modifiers without their order."""
    one, other = (_plain(key, side.get(key)) for side in (ours, theirs))
    if key == "modifiers" or (one and other):
        return "agrees" if one == other else "differs"
    return "is missing"


def _plain(key: str, value: Any) -> Any:
    if key == "modifiers":
        return sorted(value or [])
    return abs(value) if isinstance(value, int | float) else value


def _values(text: str | None) -> dict[str, Any]:
    return json.loads(text or "{}")  # type: ignore[no-any-return]


def _shown(key: str, value: Any) -> str:
    if value in (None, "", []):
        return "-"
    if key == "charge_cents":
        return str(money(value))
    return " ".join(value) if isinstance(value, list) else f"{value:g}" if isinstance(value, float) else str(value)
