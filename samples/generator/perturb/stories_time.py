"""One submission, one payer, over time: answers, corrections, takebacks, several answers for one claim."""

from __future__ import annotations

from datetime import date

from generator.model import BUCKETS, Cas, Claim, Clp, Plb, Row
from generator.perturb import decide
from generator.perturb.decide import denied, duplicate, paid, pending
from generator.perturb.dress import tag
from generator.perturb.payer import Desk, by_line

PARTABLE = ("office", "office", "outpatient", "components", "one-code")  # shapes whose lines may come in parts


def answered(o: Desk) -> None:
    claim = o.claim()
    assert claim.filed
    o.post(claim, decide.lines(o, claim), o.later(claim.filed), lost=True)


def unanswered(o: Desk) -> None:
    o.claim()


def pending_only(o: Desk) -> None:
    claim = o.claim()
    assert claim.filed
    o.post(claim, decide.lines(o, claim, (pending,)), o.later(claim.filed), lost=True, tame=True)


def pending_then_decided(o: Desk) -> None:
    claim = o.claim()
    assert claim.filed
    day = o.later(claim.filed)
    held = o.post(claim, decide.lines(o, claim, (pending,)), day, lost=True, tame=True)
    number = held.number if o.chance(0.5) else ""
    o.post(claim, decide.lines(o, claim), o.later(day), number=number, lost=True, tame=True)


def decided_again(o: Desk) -> None:
    """A later answer without a reversal: to the whole claim, or to some lines."""
    claim = o.claim()
    assert claim.filed
    day = o.later(claim.filed)
    kinds = (denied,) if o.chance(0.6) else decide.MIXED
    first = o.post(claim, decide.lines(o, claim, kinds), day, lost=True, tame=o.chance(0.7))
    chosen = list(claim.lines)
    if claim.shape in PARTABLE and len(chosen) > 1 and o.chance(0.5):
        chosen.remove(o.choice(chosen))
    number = first.number if o.chance(0.5) else ""
    svcs = [decide.one(o, line, (paid, paid, denied)) for line in chosen]
    o.post(claim, svcs, o.later(day), number=number, tame=True)


def corrected(o: Desk) -> None:
    """Reversal and correction: in one payment (in either order) or in two, once or twice."""
    claim = o.claim()
    assert claim.filed
    day = o.later(claim.filed)
    standing = o.post(claim, decide.lines(o, claim), day, lost=True, tame=True)
    for turn in range(o.choice((1, 1, 1, 2))):
        if turn == 0 and claim.shape in PARTABLE and len(claim.lines) > 1 and o.chance(0.2):
            _corrected_in_part(o, claim, standing, o.later(day, 14, 60))
            return
        day = o.later(day, 14, 60)
        apart = o.chance(0.35)
        fresh_number = f"{standing.number}A" if o.chance(0.4) else standing.number
        if apart:
            tag(o.reverse(standing, day), "reversal-and-correction-apart")
            day = o.later(day, 14, 40)
            standing = o.post(claim, decide.lines(o, claim), day, number=fresh_number, lost=True, tame=True)
        elif o.chance(0.75):
            o.reverse(standing, day)
            standing = o.post(claim, decide.lines(o, claim), day, number=fresh_number, lost=True, tame=True)
        else:
            earlier = standing
            standing = o.post(claim, decide.lines(o, claim), day, number=fresh_number, lost=True, tame=True)
            tag(o.reverse(earlier, day), "correction-before-reversal")


def _corrected_in_part(o: Desk, claim: Claim, standing: Clp, day: date) -> None:
    """Some lines are reversed and decided anew; or all are reversed and one does not come back."""
    groups = list(by_line(standing.svcs).values())
    chosen = [groups.pop(o.number(0, len(groups) - 1))[0]]
    if o.chance(0.5):
        some = [svc for svc in standing.svcs if svc.line is chosen[0]]
        tag(o.reverse(standing, day, known=True, only=some), "reversal-of-some-lines")
    else:
        tag(o.reverse(standing, day, known=True), "correction-leaves-a-line-out")
        o.take_back_lines(chosen)
        chosen = [line for line, _ in groups]
    o.post(claim, [decide.one(o, line) for line in chosen], day, number=f"{standing.number}A", tame=True)


def taken_back(o: Desk) -> None:
    """Reversed without a correction; the money is withheld at once, or a PLB names the claim."""
    claim = o.claim()
    assert claim.filed
    day = o.later(claim.filed)
    first = o.post(claim, decide.lines(o, claim, (paid, paid, paid, denied)), day, lost=True, tame=True)
    day = o.later(day, 20, 60)
    back = o.reverse(first, day)
    if o.chance(0.5) and back.remit:
        later = o.payment(claim.payer, claim.biller, o.later(day))
        reference = o.choice((claim.control, first.number, f"{claim.control} {first.number}"))
        back.remit.plbs.append(Plb("WO", reference, back.paid))
        later.plbs.append(Plb("WO", reference, -back.paid))
        tag(back, "withheld-later")
    o.take_back([first])


def withheld_by_payment(o: Desk) -> None:
    """PLB WO names a claim that is left as it is: its lines' figures do not change."""
    claim = o.claim()
    assert claim.filed
    first = o.post(claim, decide.lines(o, claim, (paid,)), o.later(claim.filed), tame=True)
    assert first.remit is not None
    later = o.payment(claim.payer, claim.biller, o.later(first.remit.date))
    later.plbs.append(Plb("WO", o.choice((claim.control, first.number)), o.number(10, 90) * 100))


def in_several_answers(o: Desk) -> None:
    """One claim, several CLPs with different lines; one of them may be corrected later."""
    claim = o.claim(kinds=PARTABLE)
    assert claim.filed
    left = list(claim.lines)
    if len(left) < 2:
        return
    day, clps, number = o.later(claim.filed), [], ""
    while left:
        part = [left.pop(0) for _ in range(min(len(left), o.number(1, max(1, len(claim.lines) - 1))))]
        clp = o.post(claim, [decide.one(o, line) for line in part], day, number=number, tame=True)
        number = clp.number if o.chance(0.4) else ""
        day = day if o.chance(0.7) else o.later(day)
        clps.append(clp)
    end = o.number(1, 10)
    if end <= 2:
        chosen = o.choice(clps)
        o.reverse(chosen, o.later(day), known=True)
        o.take_back([chosen])
    elif end <= 5:
        chosen = o.choice(clps)
        day = o.later(day)
        o.reverse(chosen, day, known=True)
        again = [decide.one(o, line) for line, _ in by_line(chosen.svcs).values()]
        o.post(claim, again, day, number=f"{chosen.number}C", tame=True)


def line_in_two_answers(o: Desk) -> None:
    """The claim comes in two CLPs of one payment, and one of its lines in both."""
    claim = o.claim(kinds=("office",))
    assert claim.filed
    line = o.choice(claim.lines)
    if line.units < 2:
        line.units = 2
    day = o.later(claim.filed)
    charge = line.charge * o.number(30, 70) // 100
    halves = [
        decide.paid(o, decide.echo(line, charge, 1)),
        decide.paid(o, decide.echo(line, line.charge - charge, line.units - 1)),
    ]
    others = [decide.one(o, other) for other in claim.lines if other is not line]
    clps = [
        o.post(claim, svcs, day, tame=True, money=False, settle=False) for svcs in ([halves[0], *others], halves[1:])
    ]
    for clp in clps:
        clp.dates = "line"
        tag(clp, "line-in-two-answers")
    o.settle([svc for clp in clps for svc in clp.svcs])


def as_a_whole(o: Desk) -> None:
    """No service lines: answered, reversed, corrected at claim level."""
    claim = o.claim()
    assert claim.filed
    day = o.later(claim.filed)
    first = o.answer_whole(claim, o.choice(("paid", "paid", "denied")), day)
    turn = o.number(1, 10)
    if turn <= 2 and first.paid > 0:
        o.reverse(first, o.later(day))
        o.take_back([first])
    elif turn <= 4:
        day = o.later(day)
        o.reverse(first, day)
        o.answer_whole(claim, "paid", day, number=f"{first.number}A")


def called_duplicate(o: Desk) -> None:
    """The payer says "duplicate" of a claim that was sent once: its earlier answer stands."""
    claim = o.claim()
    assert claim.filed
    day = o.later(claim.filed)
    o.post(claim, decide.lines(o, claim), day, tame=True)
    o.post(claim, decide.lines(o, claim, (duplicate,)), o.later(day), tame=True, money=False, settle=False)


def copay_at_claim(o: Desk) -> None:
    """Adjustments of the claim beside its lines: a row of their own carries them."""
    claim = o.claim(kinds=PARTABLE)
    assert claim.filed
    clp = o.post(claim, decide.lines(o, claim, (paid,)), o.later(claim.filed), tame=True, money=False)
    copay = min(o.number(5, 60) * 100, clp.paid)
    if copay:
        clp.cas = [Cas("PR", "3", copay, "patient")]
        claim.extra = Row(paid=-copay, patient=copay, unsaid=("state", "first_state"))
        claim.extra.answers.append(clp)


def reversal_alone(o: Desk) -> None:
    """The answer that it takes back was before our time."""
    claim = o.claim()
    assert claim.filed
    day = o.later(claim.filed)
    ghost = o.post(claim, decide.lines(o, claim, (paid,)), day, tame=True, settle=False)
    assert ghost.remit is not None
    ghost.remit.clps.remove(ghost)
    for line, group in by_line(ghost.svcs).values():
        row = line.row
        row.answers = [one for one in row.answers if not any(one is svc for svc in group)]
        row.paid, row.state = -sum(svc.paid for svc in group), "taken-back"
        row.unsaid = ("first_state", *(name for name in BUCKETS if name != "paid"))
        if not row.paid:
            row.unsaid = ("state", *row.unsaid)
    back = o.reverse(ghost, o.later(day), lost=False)
    if any("charge-changed" in svc.situations for svc in back.svcs):
        back.dates = "line"  # neither charge nor date would be too little
