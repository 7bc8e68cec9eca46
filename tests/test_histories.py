"""Properties over generated histories: no cent is lost, and the order in which answers reach us is irrelevant."""

from __future__ import annotations

import copy
import random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from edi.analysis.engine import Engine, row_order
from edi.analysis.model import Claim, RemitClaim
from edi.analysis.outcomes.outcome import Outcome
from edi.resources import Resources
from tests.build import answer, claim, line, mirror, payment, svc

ENGINE = Engine(Resources())
CODES = ["78452", "A9500", "J2785", "93015", "99213"]
CUTS = ["CO-45", "PR-1", "PR-2", "CO-197", "CO-97", "CO-96", "CO-253", "CO-59", "OA-94", "PR-96", "CO-50", "CO-999"]

History = tuple[list[Claim], list[RemitClaim]]


@st.composite
def histories(draw: st.DrawFn) -> History:
    """A claim of one to four lines and what one or two payers did with it over a few payments, all balanced."""
    codes = draw(st.lists(st.sampled_from(CODES), min_size=1, max_size=4, unique=True))
    charges = [draw(st.integers(100, 200000)) for _ in codes]
    claims = [claim("A1", *(line(code, charge) for code, charge in zip(codes, charges, strict=True)))]
    if draw(st.booleans()):
        second = claim("A1", *(line(code, charge) for code, charge in zip(codes, charges, strict=True)),
                       frequency=draw(st.sampled_from(["1", "7", "8"])), submitted="2026-04-15")  # fmt: skip
        claims.append(second)
    remits: list[RemitClaim] = []
    for number in range(draw(st.integers(0, 3))):
        pay = payment(f"2026-0{4 + number}-02", f"EFT{number}")
        if bool(remits) and draw(st.booleans()):
            remits.append(mirror(remits[-1], pay))
            if draw(st.booleans()):
                continue
        remits.append(draw(answers(codes, charges, pay, "1")))
    if bool(remits) and draw(st.booleans()):
        other = payment("2026-08-02", "EFTS", payer="OTHER PLAN")
        remits.append(draw(answers(codes, charges, other, "2")))
    return claims, remits


@st.composite
def answers(draw: st.DrawFn, codes: list[str], charges: list[int], pay: Any, status: str) -> RemitClaim:
    lines = []
    for code, charge in zip(codes, charges, strict=True):
        left, cas = charge, []
        if status == "2":
            prior = draw(st.integers(0, charge))
            cas, left = [f"OA-23 {prior}"], charge - prior
        for reason in draw(st.lists(st.sampled_from(CUTS), max_size=2, unique=True)):
            cut = draw(st.integers(0, left))
            cas.append(f"{reason} {cut}")
            left -= cut
        if draw(st.booleans()) and left:
            cas.append(f"CO-45 {left}")
            left = 0
        lines.append(svc(code, charge, left, "; ".join(cas)))
    return answer("A1", *lines, to=pay, status=status, payer_control_number=draw(st.sampled_from(["ICN1", "ICN2"])))


def told(row: Outcome) -> tuple[Any, ...]:
    """A row without its ids."""
    split = row.split
    money = (split.paid, split.patient, split.contractual, split.denied, split.packaged, split.other, row.balance)
    return (row_order(row), row.state, row.first_state, row.cause, row.verdict, money, [e.tier for e in row.entries])


@settings(max_examples=300, deadline=None)
@given(histories())
def test_every_cent_of_a_charge_is_somewhere(history: History) -> None:
    result = ENGINE.analyse(*history)
    for row in result.rows:
        split = row.split
        parts = split.paid + split.patient + split.contractual + split.denied + split.packaged + split.other
        assert parts + row.balance == row.charge
        assert split.denied >= 0 or any(a.cents < 0 for e in row.entries for a in e.split.reasons)
    billed = sum(one.charge for one in history[0][0].lines)
    rows_of_first = [row for row in result.rows if row.case.claim is history[0][0]]
    assert sum(row.charge for row in rows_of_first) == billed
    denied = sum(found.denied for found in result.findings)
    assert denied == sum(row.split.denied for row in result.rows)


@settings(max_examples=200, deadline=None)
@given(histories(), st.randoms(use_true_random=False))
def test_the_order_in_which_files_come_is_irrelevant(history: History, chance: random.Random) -> None:
    claims, remits = copy.deepcopy(history)
    chance.shuffle(claims)
    chance.shuffle(remits)
    straight, shuffled = ENGINE.analyse(*history), ENGINE.analyse(claims, remits)
    assert [told(row) for row in straight.rows] == [told(row) for row in shuffled.rows]
    assert [found.id for found in straight.findings] == [found.id for found in shuffled.findings]


@settings(max_examples=200, deadline=None)
@given(histories())
def test_an_answer_and_its_reversal_leave_no_trace_in_the_cents(history: History) -> None:
    claims, remits = history
    if not remits:
        return
    pays = payment("2026-12-01", "EFTX")
    last = remits[-1]
    if last.is_reversal or any(r.is_reversal for r in remits):
        return
    late = answer("A1", *(svc(one.procedure, one.charge, one.charge) for one in last.lines), to=pays,
                  payer_control_number="ICNX")  # fmt: skip
    undone = mirror(late, payment("2026-12-09", "EFTY"))
    result = ENGINE.analyse(claims, [*remits, late, undone])
    assert sum(e.split.paid for row in result.rows for e in row.net.live if e.remit in (late, undone)) == 0
