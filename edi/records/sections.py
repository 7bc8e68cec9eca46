"""A section's header (LX of an 835) that stands inside a claim, where no section begins.

Sections hold whole claims, so a header ends the claim before it - unless what follows goes on with that claim: then the
header alone is out of place, and is named. What follows begins another claim, whose CLP is lost, when it is the patient
(NM1*QC) of a claim that has one, or a service line of a claim whose lines make up its charge.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from edi.records.headless import CLAIM, LINE
from edi.records.machine import Dispatch, Handler
from edi.records.specs import parts
from edi.records.vocabulary import Loop

if TYPE_CHECKING:
    from edi.records.program import Program


def claims_of(loop: Loop) -> Loop | None:
    """The loop of the claims that stand behind the header `loop`; None where `loop` is no section of a remittance."""
    if loop.table is not None or not loop.again or loop.parent is None:
        return None
    return next((one for one in loop.parent.children if isinstance(one, Loop) and one.table == CLAIM), None)


def hesitant(program: Program, loop: Loop, claims: Loop, open_loop: Handler) -> Handler:
    """`open_loop` of a section: inside a claim it waits for the next segment, which tells whether a section begins."""
    machine, here = program.machine, program.machine.here
    current = machine.current[CLAIM]

    def hesitate(elements: list[str], number: int) -> int:
        if current[0][0] is None:
            return open_loop(elements, number)
        inside = here[0]

        def follow(following: list[str], at: int) -> int:
            here[0] = inside
            if _goes_on(program, claims, following):
                machine.notes.note("section-inside-claim", number, loop=inside.loop.id, value=elements[0])
            else:
                open_loop(elements, number)
            return here[0][following[0]](following, at)

        here[0] = Dispatch(loop, lambda _loop, _name: follow, follow)
        return 1

    return hesitate


def _goes_on(program: Program, claims: Loop, elements: list[str]) -> bool:
    """Whether a segment behind a section's header belongs to the claim that is open."""
    name = elements[0]
    if not any(True for one in claims.loops() for _ in parts(one, name)):
        return False
    if claims.once is not None and (name, elements[1:2]) == (claims.once[0], [claims.once[1]]):
        return bool(program.had.get(claims) != program.machine.current[CLAIM][0][0])
    opens_line = any(name in one.opens for one in claims.loops() if one.table == LINE)
    charges = opens_line and any(element.strip("0.") for element in elements[2:3])  # a product of an unbundled line: 0
    return not (charges and _is_whole(program))


def _is_whole(program: Program) -> bool:
    """Whether the lines of the open claim make up its charge."""
    machine = program.machine
    claim, line = machine.tables[CLAIM].index, machine.tables[LINE].index
    row = machine.current[CLAIM][0]
    charges = []
    for one in reversed(machine.rows[LINE]):
        if one[line["remit_claim_id"]] != row[0]:
            break
        charges.append(one[line["charge_cents"]] or 0)
    return bool(charges) and bool(sum(charges) == (row[claim["charge_cents"]] or 0))
