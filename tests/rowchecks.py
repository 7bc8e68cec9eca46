"""Rows of the analysis held to amounts worked out by hand."""

from __future__ import annotations

from edi.analysis.engine import Engine
from edi.analysis.model import Claim, RemitClaim
from edi.analysis.outcomes.outcome import Outcome
from edi.resources import Resources
from tests.build import claim, line

ENGINE = Engine(Resources())
COLUMNS = ("paid", "patient", "contractual", "denied", "packaged", "other", "balance")
SCAN = 145000
PAID = "CO-45 35000; PR-2 10000"


def rows(claims: list[Claim], remits: list[RemitClaim]) -> list[Outcome]:
    result = ENGINE.analyse(claims, remits)
    for row in result.rows:
        assert row.charge == sum(cents(row).values()), "every cent of the charge is somewhere"
    return result.rows


def cents(row: Outcome) -> dict[str, int]:
    return {name: row.balance if name == "balance" else getattr(row.split, name) for name in COLUMNS}


def only(claims: list[Claim], remits: list[RemitClaim]) -> Outcome:
    found = rows(claims, remits)
    assert len(found) == 1
    return found[0]


def check(row: Outcome, state: str, **expected: int) -> None:
    assert row.state == state
    assert {name: value for name, value in cents(row).items() if value} == expected


def scan() -> Claim:
    return claim("A1", line("78452", SCAN))
