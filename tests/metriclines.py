"""MetricLines by hand, for tests of pure functions: a paid line of 100.00 unless said otherwise."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from edi.analysis.metrics.expected import Fee, expect, usual_amounts
from edi.analysis.metrics.lines import COLUMNS, MetricLine
from edi.analysis.reference.fees import TOLERANCE

PLAIN: dict[str, Any] = {
    "kind": "837P",
    "payer": "PAYER ONE",
    "filing_code": "CI",
    "provider": "1999999984",
    "site": "1999999984",
    "procedure": "78452",
    "modifiers": "[]",
    "units": 1,
    "place_of_service": "11",
    "role": "scan",
    "service_date": "2026-03-02",
    "submitted": "2026-03-05",
    "waiting_since": "2026-03-05",
    "charge_cents": 10000,
    "allowed_cents": 6000,
    "paid_cents": 6000,
    "patient_cents": 0,
    "denied_cents": 0,
    "state": "paid",
    "first_state": "paid",
    "first_date": "2026-03-25",
    "first_denied_cents": 0,
    "first_paid_cents": 6000,
    "first_claim_paid_cents": 6000,
    "later_payer": 0,
    "decided_on": "2026-03-25",
    "extra": 0,
    "turn": 1,
    "standing": 1,
    "withdrawn": 0,
    "now_state": "paid",
    "redecided": 0,
    "appealed": 0,
    "recovered_cents": 0,
    "lifted_cents": 0,
    "kept_cents": 0,
    "dependent": 0,
    "denial": "",
    "open": 0,
}
DENIED: dict[str, Any] = {
    "allowed_cents": 0, "paid_cents": 0, "denied_cents": 10000, "state": "denied", "first_state": "denied",
    "first_denied_cents": 10000, "first_paid_cents": 0, "first_claim_paid_cents": 0, "now_state": "denied",
    "kept_cents": 10000, "cause": "medical-necessity", "preventable": "maybe", "denial": "yes", "open": 1,
}  # fmt: skip
WAITING: dict[str, Any] = {
    "allowed_cents": None, "paid_cents": 0, "state": "no-response", "first_state": None, "first_date": None,
    "first_paid_cents": 0, "first_claim_paid_cents": None, "decided_on": None, "now_state": "no-response",
}  # fmt: skip


def line(number: int = 1, **values: Any) -> MetricLine:
    """A row; `number` is its own and its claim's, unless `claim` is given."""
    filled = {**dict.fromkeys(COLUMNS), "outcome_id": number, "claim": number, "remit": number, **PLAIN, **values}
    return MetricLine(**filled)


def denied(number: int = 1, **values: Any) -> MetricLine:
    return line(number, **{**DENIED, **values})


def waiting(number: int = 1, **values: Any) -> MetricLine:
    return line(number, **{**WAITING, **values})


def valued(lines: list[MetricLine], fee: Fee, tolerance: Fraction = TOLERANCE) -> list[MetricLine]:
    """The same lines with what they should have been allowed filled in, when they are all that is known."""
    return list(expect(lines, usual_amounts(lines), fee, tolerance))
