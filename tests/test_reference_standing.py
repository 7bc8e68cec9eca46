"""Lists of an office - enrollment, accreditation, units of an approval - and what they say of a denial."""

from __future__ import annotations

import pytest

from edi import rulecheck
from edi.analysis.causes.rules import Example
from edi.analysis.engine import Engine
from edi.resources import Resources
from tests.casefile import parse
from tests.shipped import mappings

BILLER, READER, OTHER = "1234567893", "1999999984", "1100000011"
DENIED = f"""== one scan
claim A1 | NM1*82*1*READER*SAM****XX*{READER}~ PRV*PE*PXC*207RC0000X
  78452 1450
remit A1
  78452 1450 CO-B7=1450 {{remark}}
"""


def judged(remark: str, **loaded: list[dict[str, str]]) -> tuple[str, str, str]:
    """Cause, verdict and evidence of a scan denied with CO-B7 and a remark (place 11, 2026-03-05, global)."""
    case = parse(DENIED.format(remark=remark))[0]
    engine = Engine(Resources(), None, loaded)
    (found,) = rulecheck.analyse(Example(case.name, "", 1, case.parts), engine, mappings()).findings
    return found.cause.id, found.verdict, " | ".join(f"{one.what}: {one.value}" for one in found.evidence)


@pytest.mark.parametrize(
    ("rows", "verdict"),
    [
        ([{"npi": BILLER}, {"npi": READER, "taxonomy": "207RC0000X"}], "contradicted"),
        ([{"npi": BILLER}, {"npi": READER}], "contradicted"),
        ([{"npi": BILLER}], "confirmed"),  # the rendering provider is not enrolled
        ([{"npi": BILLER}, {"npi": READER, "effective_to": "2026-03-04"}], "confirmed"),
        ([{"npi": BILLER}, {"npi": READER, "effective_from": "2026-03-05"}], "contradicted"),
        ([{"npi": BILLER}, {"npi": READER, "taxonomy": "207R00000X"}], "confirmed"),
    ],
)
def test_an_enrollment_list_confirms_or_refutes(rows: list[dict[str, str]], verdict: str) -> None:
    loaded = [{"payer": "EXAMPLE HEALTH PLAN", **row} for row in rows]
    cause, said, evidence = judged("N570", enrollment=loaded)
    assert (cause, said) == ("provider-enrollment", verdict)
    assert "not checked: no enrollment" not in evidence


def test_an_enrollment_is_no_answer_to_who_ordered_the_test() -> None:
    enrolled = [{"payer": "EXAMPLE HEALTH PLAN", "npi": npi} for npi in (BILLER, READER)]
    assert judged("N265", enrollment=enrolled)[:2] == ("provider-enrollment", "confirmed")


def test_without_an_enrollment_list_of_the_payer_it_is_not_checked() -> None:
    cause, verdict, evidence = judged("N570")
    assert (cause, verdict) == ("provider-enrollment", "stated")
    assert "not checked: no enrollment list loaded" in evidence
    elsewhere = [{"payer": "ANOTHER PLAN", "npi": READER}]
    assert "not checked: no enrollment list loaded for this payer" in judged("N570", enrollment=elsewhere)[2]


@pytest.mark.parametrize(
    ("row", "verdict"),
    [
        ({"npi": BILLER, "modality": "nuclear"}, "contradicted"),
        ({"tax_id": "99-9999999"}, "contradicted"),
        ({"npi": BILLER, "modality": "pet"}, "confirmed"),
        ({"npi": BILLER, "effective_to": "2026-03-04"}, "confirmed"),
        ({"npi": OTHER}, "confirmed"),
    ],
)
def test_an_accreditation_list_confirms_or_refutes(row: dict[str, str], verdict: str) -> None:
    cause, said, evidence = judged("N790", accreditation=[row])
    assert (cause, said) == ("imaging-accreditation", verdict)
    assert ("does not hold the site" in evidence) == (verdict == "confirmed")


def test_without_an_accreditation_list_it_is_not_checked() -> None:
    assert "not checked: no accreditation list loaded" in judged("N790")[2]


STUDIES = """== two studies under one number
claim A0 on=20260110 sent=20260112 | REF*G1*AUTH1
  78452 1450
remit A0 on=20260110 paid=20260130
  78452 1450 CO-45=420
claim A1 | REF*G1*AUTH1
  78452 1450
remit A1
  78452 1450 CO-198=1450
"""


@pytest.mark.parametrize(("units", "verdict"), [("1", "confirmed"), ("2", "contradicted")])
def test_the_units_of_an_approval_are_counted_over_the_claims_under_its_number(units: str, verdict: str) -> None:
    approval = {
        "number": "AUTH1",
        "status": "approved",
        "member_id": "EHP000111",
        "code": "78452",
        "units": float(units),
    }
    case = parse(STUDIES)[0]
    engine = Engine(Resources(), None, {"authorizations": [approval]})
    (found,) = rulecheck.analyse(Example(case.name, "", 1, case.parts), engine, mappings()).findings
    assert (found.cause.id, found.verdict) == ("authorization-expired", verdict)
    told = [one.value for one in found.evidence if one.value and "1 before (2026-01-10)" in one.value]
    assert bool(told) == (verdict == "confirmed")
