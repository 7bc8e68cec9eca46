"""mappings/link.csv: the tiers of linking, in order, with what each means."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from edi.resources import ResourceError, Resources

KNOWN_KEYS = {
    "claim": {
        "settled",
        "control_number",
        "control_number_normalised",
        "payer_control_number",
        "member",
        "dates",
        "charge",
        "billing_npi",
    },
    "line": {
        "settled",
        "line_control",
        "code",
        "modifiers",
        "date",
        "charge",
        "units",
        "charge_sum",
        "product",
        "revenue_code",
        "ordinal",
        "reversed",
    },
}


@dataclass(frozen=True, slots=True)
class Tier:
    level: str  # claim | line
    name: str
    keys: tuple[str, ...]
    confidence: str
    title: str
    meaning: str


@dataclass(frozen=True)
class Ladder:
    """All tiers; `claim` and `line` are (name, keys) pairs in order."""

    tiers: tuple[Tier, ...]

    @cached_property
    def claim(self) -> list[tuple[str, tuple[str, ...]]]:
        return [(tier.name, tier.keys) for tier in self.tiers if tier.level == "claim"]

    @cached_property
    def line(self) -> list[tuple[str, tuple[str, ...]]]:
        return [(tier.name, tier.keys) for tier in self.tiers if tier.level == "line"]


def load_ladder(resources: Resources) -> Ladder:
    """Read link.csv. Raises ResourceError for a level or key that nothing here can compare."""
    tiers = []
    for row in resources.rows("link.csv"):
        keys = tuple(row["keys"].split())
        if row["level"] not in KNOWN_KEYS or not set(keys) <= KNOWN_KEYS[row["level"]]:
            raise ResourceError(f"link.csv: tier {row['tier']!r} compares something unknown: {row['keys']}")
        tiers.append(Tier(row["level"], row["tier"], keys, row["confidence"], row["title"], row["meaning"]))
    return Ladder(tuple(tiers))
