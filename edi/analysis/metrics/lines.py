"""The rows that metrics are made of: one for each row of `edi lines`, as the view `metric_lines` tells it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import MISSING, dataclass, fields
from functools import lru_cache
from typing import Any


@dataclass(slots=True, eq=False)
class MetricLine:
    """One row. Money in cents, dates as ISO text, yes and no as 1 and 0; the fields are columns of the view.

    `turn` 1: the row of its episode (one service, however often it was billed) that was decided first. `standing` 1:
    the row that tells how the service stands now; `now_state` says the same on every row of the episode. `withdrawn`:
    voided and not billed again. `extra`: claim-level adjustments beside lines, which are money but no service. `cause`:
    of the finding that this one follows from, where it follows from one. `remit`: the remittance claim that decided
    first.
    """

    outcome_id: int
    claim: int | None
    remit: int | None
    kind: str | None
    control_number: str | None
    line_number: int | None
    payer: str | None
    payer_id: str | None
    filing_code: str | None
    provider: str | None
    site: str | None
    procedure: str | None
    modifiers: str | None
    units: float | int | None
    place_of_service: str | None
    role: str | None
    service_date: str | None
    submitted: str | None
    waiting_since: str | None
    charge_cents: int
    allowed_cents: int | None
    paid_cents: int
    patient_cents: int
    denied_cents: int
    state: str
    first_state: str | None
    first_date: str | None
    first_denied_cents: int
    first_paid_cents: int
    first_claim_paid_cents: int | None
    later_payer: int
    decided_on: str | None
    extra: int
    turn: int
    standing: int
    withdrawn: int
    now_state: str
    redecided: int
    appealed: int
    recovered_cents: int
    lifted_cents: int
    kept_cents: int
    finding_id: str | None
    cause: str | None
    preventable: str | None
    dependent: int
    denial: str
    open: int
    verdict: str | None
    recoverable_cents: int | None
    days_to_submit: int | None
    days_to_decide: int | None
    days_to_pay: int | None
    days_to_overturn: int | None
    days_at_payer: int | None
    # Not in the view: worked out by `expected.expect`.
    expected_cents: int | None = None
    basis: str | None = None
    checked: int = 0
    short_cents: int = 0

    @property
    def modifier_set(self) -> tuple[str, ...]:
        return modifiers_of(self.modifiers)


COLUMNS = tuple(one.name for one in fields(MetricLine) if one.default is MISSING)


def assemble(rows: Iterable[Sequence[Any]]) -> Iterator[MetricLine]:
    """MetricLines from rows in the order of COLUMNS."""
    return (MetricLine(*row) for row in rows)


@lru_cache(maxsize=4096)
def modifiers_of(text: str | None) -> tuple[str, ...]:
    """The modifiers of a row, sorted: their order never sets a price."""
    return tuple(sorted(json.loads(text))) if text else ()
