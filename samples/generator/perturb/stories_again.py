"""Several submissions of one claim: sent again, replaced (frequency 7), voided (frequency 8)."""

from __future__ import annotations

from datetime import date, timedelta

from generator.model import Claim, Clp
from generator.perturb import decide, shapes
from generator.perturb.decide import denied, duplicate, paid
from generator.perturb.dress import tag
from generator.perturb.payer import Desk


def _sent_later(o: Desk, day: date) -> date:
    return day + timedelta(o.number(3, 20))


def sent_again_unanswered(o: Desk) -> None:
    """A copy that nobody answers gives no rows."""
    claim = o.claim()
    assert claim.filed
    o.again(claim, _sent_later(o, claim.filed), rows="none")
    if o.chance(0.8):
        o.post(claim, decide.lines(o, claim), o.later(claim.filed, 20), lost=True)


def sent_again_until_decided(o: Desk) -> None:
    """Denied, sent again word for word, answered again: one row with two answers."""
    claim = o.claim()
    assert claim.filed
    day = o.later(claim.filed)
    o.post(claim, decide.lines(o, claim, (denied,)), day, tame=True)
    for _ in range(o.choice((1, 1, 2))):
        filed = _sent_later(o, day)
        o.again(claim, filed, rows="none")
        day = o.later(filed)
        o.post(claim, decide.lines(o, claim), day, tame=True)


def sent_again_as_duplicate(o: Desk) -> None:
    """The copy is turned away as a duplicate, before or after the first one is paid: rows of its own."""
    claim = o.claim()
    assert claim.filed
    copy = o.again(claim, _sent_later(o, claim.filed))
    assert copy.filed
    early = o.later(copy.filed)
    late = o.later(early)
    first = o.chance(0.3)
    o.post(claim, decide.lines(o, claim, (paid,)), late if first else early, tame=True, money=False)
    clp = o.post(copy, decide.lines(o, copy, (duplicate,)), early if first else late, tame=True, money=False)
    if first:
        tag(clp, "duplicate-before-the-payment")


def _replacement(o: Desk, claim: Claim, filed: date, reference: str | None, same: bool) -> Claim:
    """The claim corrected: a modifier, a charge, other line control numbers."""
    fresh = o.again(
        claim, filed, frequency="7", original_reference=reference, control=claim.control if same else o.control()
    )
    if claim.shape in ("office", "outpatient"):
        line = o.choice(fresh.lines)
        if o.chance(0.4) and line.code:
            line.modifiers = ("59",)
        if o.chance(0.3) and line.charge:
            line.charge += o.number(1, 50) * 100
        if len(fresh.lines) > 1 and o.chance(0.15):
            fresh.lines.pop()
        elif o.chance(0.15) and not fresh.biller.institutional and all(line.code != "36415" for line in fresh.lines):
            more = shapes.add(fresh, "36415", o.number(20, 90) * 100, 1, fresh.first_day)
            more.control = f"{fresh.lines[0].control}9" if fresh.lines[0].control else None
    if o.chance(0.4):
        o.line_controls(fresh, o.choice(("none", "unique", "zeros", "shared")))
    return fresh


def _answer(o: Desk, fresh: Claim, original: Claim, reference: str | None, day: date, ways: tuple[str, ...]) -> Clp:
    """Answered under the original's number: CLP09 = 7, REF*F8 or the replacement's own line control numbers tell."""
    way = o.choice(ways)
    own = o.choice(("own-number", "")) if fresh.control != original.control else ""
    if way == "line-controls":
        o.line_controls(fresh, "unique")
    clp = o.post(
        fresh, decide.lines(o, fresh), day, control=fresh.control if own else original.control,
        frequency="7" if way == "frequency" else "1", tame=True,
    )  # fmt: skip
    if way == "reference" and reference:
        clp.references = (("F8", reference),)
    if way == "line-controls":
        for svc in clp.svcs:
            assert svc.line is not None
            svc.control = svc.line.control
    tag(clp, f"told-by-{'its-' + own if own else way}")
    return clp


def replaced(o: Desk) -> None:
    claim = o.claim()
    assert claim.filed
    day = o.later(claim.filed)
    first = o.post(claim, decide.lines(o, claim), day, tame=True)
    fresh = _replacement(o, claim, _sent_later(o, day), first.number, o.chance(0.5))
    assert fresh.filed
    day = o.later(fresh.filed)
    reversed_ = o.chance(0.6)
    if reversed_:
        o.reverse(first, day if o.chance(0.7) else o.later(day), known=True, lost=False)
    o.void(claim, reversed_=reversed_)
    _answer(o, fresh, claim, first.number, day, ("frequency", "reference", "line-controls"))


def replaced_without_a_reference(o: Desk) -> None:
    """The replacement has a number of its own and names no earlier one, or one that nobody knows; its line control
    numbers come back under the original's number."""
    claim = o.claim()
    assert claim.filed
    day = o.later(claim.filed)
    o.post(claim, decide.lines(o, claim, (denied,)), day, tame=True)
    fresh = _replacement(o, claim, _sent_later(o, day), o.choice((None, "NOTKNOWN")), same=False)
    assert fresh.filed
    o.void(claim, reversed_=False)
    o.line_controls(fresh, "unique")
    clp = o.post(fresh, decide.lines(o, fresh), o.later(fresh.filed), control=claim.control, tame=True)
    clp.frequency = o.choice(("1", "7"))
    for svc in clp.svcs:
        assert svc.line is not None
        svc.control = svc.line.control


def replaced_as_a_whole(o: Desk) -> None:
    """Original and replacement are both answered without service lines."""
    claim = o.claim()
    assert claim.filed
    day = o.later(claim.filed)
    first = o.answer_whole(claim, o.choice(("paid", "denied")), day, lost=False)
    fresh = o.again(
        claim, _sent_later(o, day), frequency="7", original_reference=first.number,
        control=claim.control if o.chance(0.5) else o.control(),
    )  # fmt: skip
    assert fresh.filed
    day = o.later(fresh.filed)
    reversed_ = o.chance(0.6)
    if reversed_:
        o.reverse(first, day, known=True, lost=False)
    o.void(claim, reversed_=reversed_)
    second = o.answer_whole(fresh, "paid", day, lost=False)
    if o.chance(0.5):
        second.control, second.situations, second.frequency = claim.control, ("no-service-lines",), "7"


def replaced_then_voided(o: Desk) -> None:
    claim = o.claim()
    assert claim.filed
    day = o.later(claim.filed)
    first = o.post(claim, decide.lines(o, claim, (denied,)), day, tame=True)
    fresh = _replacement(o, claim, _sent_later(o, day), first.number, same=True)
    assert fresh.filed
    day = o.later(fresh.filed)
    o.void(claim, reversed_=False)
    second = _answer(o, fresh, claim, first.number, day, ("frequency", "reference", "line-controls"))
    void = o.again(fresh, _sent_later(o, day), frequency="8", original_reference=second.number, rows="none")
    assert void.filed
    o.reverse(second, o.later(void.filed), known=True, lost=False)
    o.void(fresh, reversed_=True)


def voided_and_billed_again(o: Desk) -> None:
    """Voided, taken back, then sent as a new claim under the same number."""
    claim = o.claim()
    assert claim.filed
    day = o.later(claim.filed)
    first = o.post(claim, decide.lines(o, claim, (paid,)), day, tame=True)
    void = o.again(claim, _sent_later(o, day), frequency="8", original_reference=first.number, rows="none")
    assert void.filed
    day = o.later(void.filed)
    o.reverse(first, day, known=True, lost=False)
    o.void(claim, reversed_=True)
    fresh = o.again(claim, _sent_later(o, day))
    assert fresh.filed
    o.post(fresh, decide.lines(o, fresh), o.later(fresh.filed), tame=True)


def late_charges(o: Desk) -> None:
    """A second claim of the same number and day with other services: both are claims of their own."""
    claim = o.claim(kinds=("office", "outpatient"))
    assert claim.filed
    more = o.again(claim, _sent_later(o, claim.filed), lines=[])
    used = {line.code for line in claim.lines}
    for code in [code for code in shapes.CODES if code not in used][: o.number(1, 3)]:
        revenue = "0940" if more.biller.institutional else None
        shapes.add(more, code, o.number(20, 900) * 100 + o.number(1, 99), 1, claim.first_day, revenue=revenue)
    o.line_controls(more)
    for one in (claim, more):
        assert one.filed
        if o.chance(0.85):
            o.post(one, decide.lines(o, one), o.later(one.filed), tame=True)


def replaced_twice(o: Desk) -> None:
    claim = o.claim()
    assert claim.filed
    original, day = claim, o.later(claim.filed)
    clp = o.post(claim, decide.lines(o, claim, (denied,)), day, tame=True)
    same = o.chance(0.6)
    for _ in range(2):
        fresh = _replacement(o, claim, _sent_later(o, day), clp.number, same)
        assert fresh.filed
        day = o.later(fresh.filed)
        o.void(claim, reversed_=False)
        clp = _answer(o, fresh, original, clp.number, day, ("frequency", "reference", "line-controls"))
        claim = fresh


def replaced_before_an_answer(o: Desk) -> None:
    """The replacement overtakes the original, which is answered late or never."""
    claim = o.claim()
    assert claim.filed
    fresh = _replacement(o, claim, _sent_later(o, claim.filed), None, same=True)
    assert fresh.filed
    day = o.later(fresh.filed)
    if o.chance(0.5):
        clp = o.post(claim, decide.lines(o, claim, (denied,)), day, tame=True)
        clp.received = claim.filed + timedelta(1)
        tag(clp, "crossed-in-the-mail")
        day = o.later(day)
    o.void(claim, reversed_=False)
    _answer(o, fresh, claim, None, day, ("frequency", "line-controls"))


def voided(o: Desk) -> None:
    """Frequency 8 under the same number or one of its own; taken back, or not yet."""
    claim = o.claim()
    assert claim.filed
    day = o.later(claim.filed)
    first = o.post(claim, decide.lines(o, claim, (paid, paid, denied)), day, tame=True)
    same = o.chance(0.6)
    void = o.again(
        claim, _sent_later(o, day), frequency="8", original_reference=first.number, rows="none",
        control=claim.control if same else o.control(),
    )  # fmt: skip
    assert void.filed
    reversed_ = o.chance(0.7)
    if reversed_:
        back = o.reverse(first, o.later(void.filed), known=True, lost=False)
        back.frequency = o.choice(("1", "8"))
        if not same and o.chance(0.5):
            back.control = void.control
            tag(back, "under-the-number-of-the-void")
    o.void(claim, reversed_=reversed_)


def voided_unanswered(o: Desk) -> None:
    claim = o.claim()
    assert claim.filed
    o.again(claim, _sent_later(o, claim.filed), frequency="8", rows="none")
    o.void(claim, reversed_=True)
