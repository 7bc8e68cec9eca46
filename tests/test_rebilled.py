"""A denial whose service was paid since on a claim of another number: still open, but nothing is left to win."""

from __future__ import annotations

from functools import lru_cache

import pytest

from edi import rulecheck
from edi.analysis.causes.findings import Finding
from edi.analysis.causes.rules import Example
from edi.analysis.engine import Engine
from edi.records import mapping
from edi.resources import Resources
from tests import casefile

DENIED = """== a rebill
claim B1 sent=20260310 dx=I25119
  78452 1450
remit B1 paid=20260402
  78452 1450 CO-50=1450
"""
AGAIN = """claim B2 sent=20260415 dx=I25119
  78452 1450
remit B2 paid=20260502
  78452 1450 CO-45=950
"""


@lru_cache
def tools() -> tuple[Engine, mapping.Mappings]:
    return Engine(Resources()), mapping.load()


def finding(text: str, number: str = "B1") -> Finding:
    (case,) = casefile.parse(text)
    found = rulecheck.analyse(Example(case.name, "", 1, case.parts), *tools()).findings
    (chosen,) = [one for one in found if one.row.claim.control_number == number]
    return chosen


def told_of(found: Finding) -> list[str | None]:
    return [one.value for one in found.evidence if one.side == "history" and "billed again" in one.what]


def test_a_denial_whose_service_was_paid_on_a_new_claim_is_open_and_worth_nothing() -> None:
    alone, again = finding(DENIED), finding(DENIED + AGAIN)
    assert alone.worth.habit
    assert not told_of(alone)
    assert (again.open, again.cause.id, again.verdict) == (True, alone.cause.id, alone.verdict)
    assert (again.denied, again.worth.recoverable, again.worth.habit) == (145000, 0, None)
    assert told_of(again) == ["claim B2: 78452 paid 2026-05-02"]
    assert again.action == "Claim B2 was paid for this service: appeal nothing here, and close this claim's balance."
    assert "appeal nothing" not in alone.action


@pytest.mark.parametrize(
    ("was", "instead"),
    [
        ("78452 1450", "78451 1450"),
        ("78452 1450", "78452-26 1450"),
        ("78452 1450", "78452 1450 date=20260306"),
        ("sent=20260415", "sent=20260415 npi=1679576722"),
        ("sent=20260415", "sent=20260301"),
        ("CO-45=950", "CO-50=1450"),
    ],
    ids=["code", "modifiers", "day", "biller", "sent before", "denied too"],
)
def test_another_service_or_biller_changes_nothing(was: str, instead: str) -> None:
    assert was in AGAIN
    found = finding(DENIED + AGAIN.replace(was, instead))
    assert not told_of(found)
    assert found.worth == finding(DENIED).worth


def test_a_claim_denied_as_a_whole_needs_every_line_paid() -> None:
    whole = """== a whole claim
claim B1 sent=20260310 dx=I25119
  78452 1450
  A9500x2 240
remit B1 paid=20260402 charge=1690 CO-50=1690
claim B2 sent=20260415 dx=I25119
  78452 1450
  A9500x2 240
remit B2 paid=20260502
  78452 1450 CO-45=950
  A9500x2 240 CO-45=120
"""
    assert told_of(finding(whole)) == ["claim B2: 78452 paid 2026-05-02"]
    assert not told_of(finding(whole.replace("  A9500x2 240 CO-45=120\n", "  A9500x2 240 CO-97=240\n")))
