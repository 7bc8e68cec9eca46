"""Which of two submissions comes first is decided by what they say, never by when they were imported."""

from __future__ import annotations

from typing import Any

from edi.analysis.linking.submissions import chains, submission_order
from edi.analysis.model import Claim, ServiceLine, columns


def claim(row: int, units: float | None, **more: Any) -> Claim:
    """A claim of one line, sent at one moment; `row` is where it was stored."""
    values: dict[str, Any] = dict.fromkeys(columns("claim")) | {"id": row, "control_number": "A1", "kind": "837P"}
    own: dict[str, Any] = dict.fromkeys(columns("service_line")) | {"id": row + 1, "claim_id": row, "line_number": 1}
    line = ServiceLine(**own | {"procedure": "93880", "charge_cents": 44501, "units": units})
    made = Claim(**values | {"subscriber_last": "DOE", "subscriber_first": "PAT"} | more)
    made.lines.append(line)
    return made


def test_copies_that_differ_in_one_element_stand_in_an_order_of_their_own() -> None:
    for first, second in ((1, 500), (500, 1)):
        whole, damaged = claim(first, 1), claim(second, None)
        for claims in ([whole, damaged], [damaged, whole]):
            ((case,),) = chains(claims)
            assert case.claim is whole
            assert case.folded == [damaged]


def test_equal_copies_are_equal() -> None:
    assert submission_order(claim(1, 1)) == submission_order(claim(500, 1))
    assert submission_order(claim(1, 1)) != submission_order(claim(1, 1, payer_id="P9"))
