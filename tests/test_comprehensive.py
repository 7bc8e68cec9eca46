"""Comprehensive APCs (domain.md 1.3): a J1 procedure, or observation without a T procedure, takes the scan in."""

from __future__ import annotations

from functools import cache

import pytest

from edi import rulecheck
from edi.analysis.causes.rules import Example
from edi.analysis.engine import Engine
from edi.records import mapping
from edi.resources import Resources
from tests.casefile import parse

STATUS = [
    {"code": "33208", "status": "J1", "effective_from": "2026-01-01", "effective_to": "2026-12-31"},
    {"code": "36556", "status": "T", "effective_from": "2026-01-01", "effective_to": "2026-12-31"},
    {"code": "A9611", "status": "G", "effective_from": "2026-01-01", "effective_to": "2026-12-31"},
]
PROCEDURE = """== a procedure on the hospital's claim
claim A1 kind=I filing=MA
  {code} 9000 rev=0360
  78452 3200 rev=0341
  A9611x8 900 rev=0343
remit A1 cfc=MA fac=13
  {code} 9000 CO-45=4000 rev=0360
  78452 3200 CO-97=3200 rev=0341
  A9611x8 900 CO-97=900 rev=0343
"""
OBSERVED = """== observation with a visit and another procedure
claim A1 kind=I filing=MA
  G0378x12 1200 rev=0762
  99284 900 rev=0450
  36556 700 rev=0361
  78452 3200 rev=0341
remit A1 cfc=MA fac=13
  G0378x12 1200 CO-97=1200 rev=0762
  99284 900 CO-45=400 rev=0450
  36556 700 CO-45=200 rev=0361
  78452 3200 CO-97=3200 rev=0341
"""


@cache
def engine(loaded: bool) -> Engine:
    return Engine(Resources(), None, {"opps": STATUS} if loaded else {})


def states(text: str, loaded: bool = True) -> dict[str | None, str]:
    case = parse(text)[0]
    result = rulecheck.analyse(Example(case.name, "", 1, case.parts), engine(loaded), mapping.load(Resources()))
    return {row.code: row.state for row in result.rows}


@pytest.mark.parametrize(("code", "state"), [("33208", "packaged"), ("36556", "denied")])
def test_a_j1_procedure_takes_the_scan_in(code: str, state: str) -> None:
    assert states(PROCEDURE.format(code=code))["78452"] == state


def test_a_pass_through_tracer_stays_payable_beside_a_j1_procedure() -> None:
    assert states(PROCEDURE.format(code="33208"))["A9611"] == "denied"


def test_without_addendum_b_a_j1_procedure_is_not_known() -> None:
    assert states(PROCEDURE.format(code="33208"), loaded=False)["78452"] == "denied"


def test_a_t_procedure_earns_no_observation_payment() -> None:
    assert states(OBSERVED)["78452"] == "denied"
    assert (
        states(OBSERVED.replace("  36556 700 rev=0361\n", "").replace("  36556 700 CO-45=200 rev=0361\n", ""))["78452"]
        == "packaged"
    )
