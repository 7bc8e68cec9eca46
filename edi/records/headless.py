"""Claims that have lost their header (CLP, CLM): their lines are kept, and no other claim gets them.

Such a claim begins at the first segment that can only be its own: a service line outside any claim, or the segment that
a claim has once and before its lines (`once` in the mapping), met outside a claim or again behind a claim's lines.

On a remittance it gets a row all the same, because money was paid: without a number, and with the sums of its lines for
totals, as a sound header would have them (TR3 005010X221 section 1.10.2). A billed claim without CLM gets none: nobody
could answer it. Its lines stand in their table without a claim.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from edi.records.machine import Handler, label
from edi.records.plans import Row
from edi.records.tables import Table
from edi.records.vocabulary import Loop

if TYPE_CHECKING:
    from edi.records.program import Program

CLAIM, LINE = "remit_claim", "remit_line"
TOTALS = ("charge_cents", "paid_cents")
LINES = {CLAIM: LINE, "claim": "service_line"}


def claim_of(loop: Loop) -> Loop | None:
    """The remittance's claim loop around a service line's; None for any other loop."""
    return loop.parent.owner(CLAIM) if loop.table == LINE and loop.parent is not None else None


def complete(rows: dict[str, list[Row]], headless: set[int], tables: dict[str, Table]) -> None:
    """Give the claims with the ids `headless` the sums of their lines. `rows` holds all the lines of its claims."""
    whole, part = tables[CLAIM].index, tables[LINE].index
    claims = {row[0]: row for row in rows[CLAIM] if row[0] in headless}
    for line in rows[LINE]:
        claim = claims.get(line[part["remit_claim_id"]])
        if claim is not None:
            for name in TOTALS:
                claim[whole[name]] = (claim[whole[name]] or 0) + (line[part[name]] or 0)


def noted(program: Program, loop: Loop, handler: Handler) -> Handler:
    """`handler` of the segment that `loop` has once, keeping in mind which row has had it."""
    current = program.machine.current[loop.table or ""]

    def noted(elements: list[str], number: int) -> int:
        program.had[loop] = current[0][0]
        return handler(elements, number)

    return noted


def without_header(program: Program, loop: Loop) -> Handler:
    """The segment that `loop` has once, where its opening segment is lost: begins a row without header."""
    machine = program.machine
    opener, dispatch = program.opener(loop), program.dispatch(loop)

    def begin(elements: list[str], number: int) -> int:
        here = machine.here[0].loop.id
        machine.notes.note("loop-without-parent", number, loop=here, value=label(elements), expected=loop.id)
        opener.close()
        opener.without_header(number)
        return dispatch[elements[0]](elements, number)

    return begin


def of_next(program: Program, loop: Loop, handler: Handler) -> Handler:
    """As `without_header` where the open row has had this segment; else `handler`."""
    current, begin = program.machine.current[loop.table or ""], without_header(program, loop)

    def again(elements: list[str], number: int) -> int:
        return (begin if program.had.get(loop) == current[0][0] else handler)(elements, number)

    return again
