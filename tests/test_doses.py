"""What the doses of a claim say, as evidence: a PET tracer or one without a code of its own is a tracer, too."""

from __future__ import annotations

import pytest

from edi import rulecheck
from edi.analysis.causes.rules import Example
from edi.analysis.engine import Engine
from edi.records import mapping
from tests import casefile

PAID_LOWER = """
== x
claim A1
  78492 4100
  {tracer} 450
remit A1
  78492 4100 CO-45=3000 as=78491 N22
  {tracer} 450 CO-45=200
"""


@pytest.mark.parametrize(
    ("tracer", "said"), [("A9555", False), ("A9526", False), ("A9598", False), ("A4641", False), ("93015", True)]
)
def test_a_claim_with_a_tracer_is_not_said_to_have_none(
    tracer: str, said: bool, engine: Engine, mappings: mapping.Mappings
) -> None:
    (case,) = casefile.parse(PAID_LOWER.format(tracer=tracer))
    found = rulecheck.analyse(Example("x", "", 1, case.parts), engine, mappings).findings
    (scan,) = [f for f in found if f.cause.id == "downcoded"]
    assert any("without any tracer line" in e.what for e in scan.evidence) is said
