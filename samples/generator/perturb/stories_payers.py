"""Several payers for one claim: forwarded by the first, or billed by us; second and third, lines or the whole."""

from __future__ import annotations

from datetime import timedelta

from generator.model import Cas, Claim, Clp, Patient, Row
from generator.perturb import decide
from generator.perturb.decide import denied, duplicate, paid, patient_share, pending
from generator.perturb.dress import tag
from generator.perturb.office import FALLOW, TARN
from generator.perturb.payer import Desk, by_line
from generator.world import Payer

LEAVES_SOMETHING = (paid, paid, paid, patient_share, denied)


def _insured(o: Desk, claim: Claim) -> Patient:
    """The patient under the next payer's member id."""
    who = claim.patient
    return Patient(who.last, who.first, who.born, who.sex, o.person().member_id)


def _first(o: Desk, status: str = "1") -> tuple[Claim, Clp]:
    claim = o.claim()
    assert claim.filed
    svcs = decide.lines(o, claim, LEAVES_SOMETHING)
    return claim, o.post(claim, svcs, o.later(claim.filed), status=status, lost=True, tame=True)


def crossover(o: Desk) -> None:
    """The first payer forwards the claim; the second answers what we never sent it."""
    claim, first = _first(o, "19")
    payer = claim.payer if o.chance(0.15) else FALLOW
    first.crossover = payer
    assert first.remit is not None
    day = o.later(first.remit.date)
    who = _insured(o, claim)
    loose = payer is FALLOW and o.chance(0.15)
    second = o.next_payer(first, payer, day, status="1" if loose else o.choice(("2", "2", "20")), insured=who)
    if payer is claim.payer:
        tag(second, "one-payer-twice")
    if loose:
        tag(second, "second-payer-calls-itself-first")
    if o.chance(0.3):
        o.next_payer(second, TARN, o.later(day), status="3", insured=_insured(o, claim))
    if o.chance(0.15):
        copy = _bill(o, claim, first, payer, who)
        assert copy.filed
        twice = o.post(
            claim, decide.lines(o, claim, (duplicate,)), o.later(copy.filed, 30), status="2", payer=payer, tame=True,
            money=False, settle=False,
        )  # fmt: skip
        twice.patient = who
        tag(twice, "forwarded-and-sent")


def _bill(o: Desk, claim: Claim, first: Clp, payer: Payer, who: Patient, responsibility: str = "S") -> Claim:
    """Our own claim to a further payer, with what the earlier one decided (2320, 2430)."""
    assert first.remit is not None
    copy = o.again(
        claim, first.remit.date + timedelta(o.number(2, 12)), payer=payer, responsibility=responsibility,
        earlier=first.remit.payer, earlier_member_id=claim.patient.member_id, earlier_date=first.remit.date,
        rows="none", patient=who,
    )  # fmt: skip
    decided = by_line(first.svcs)
    for line in copy.lines:
        line.svd = decided[line.number][1] if line.number in decided else []
    if o.chance(0.5):
        o.line_controls(copy)
    return copy


def corrected_then_forwarded(o: Desk) -> None:
    """Held, decided, corrected by the first payer; the second takes up what the correction left."""
    claim = o.claim()
    assert claim.filed
    day = o.later(claim.filed)
    if o.chance(0.4):
        o.post(claim, decide.lines(o, claim, (pending,)), day, lost=True, tame=True)
        day = o.later(day)
    first = o.post(claim, decide.lines(o, claim), day, lost=True, tame=True)
    day = o.later(day)
    if o.chance(0.7):
        o.reverse(first, day)
        number = f"{first.number}A"
    else:
        number = first.number
    right = o.post(claim, decide.lines(o, claim, LEAVES_SOMETHING), day, number=number, tame=True, status="19")
    right.crossover = FALLOW
    o.next_payer(right, FALLOW, o.later(day), status="2", insured=_insured(o, claim))


def billed_to_second(o: Desk) -> None:
    claim, first = _first(o)
    who = _insured(o, claim)
    copy = _bill(o, claim, first, FALLOW, who)
    assert copy.filed
    if o.chance(0.15):
        return
    day = o.later(copy.filed)
    second = o.next_payer(first, FALLOW, day, status="2", insured=who, claim=copy)
    if o.chance(0.35):
        third = _insured(o, claim)
        last = _bill(o, claim, second, TARN, third, "T")
        assert last.filed
        o.next_payer(second, TARN, o.later(last.filed), status="3", insured=third, claim=last)


def refused_then_paid_by_second(o: Desk) -> None:
    """The first payer covers nothing; the second pays as if alone."""
    claim = o.claim(kinds=("office", "outpatient", "components"))
    assert claim.filed
    first = o.post(claim, decide.lines(o, claim, (denied,)), o.later(claim.filed), tame=True, money=False)
    who = _insured(o, claim)
    copy = _bill(o, claim, first, FALLOW, who)
    assert copy.filed
    svcs = decide.lines(o, claim, (paid,))
    clp = o.post(claim, svcs, o.later(copy.filed), status="2", payer=FALLOW, tame=True, money=False)
    clp.patient = who


def second_corrects(o: Desk) -> None:
    """The second payer reverses its share and gives it anew; the first payer's answer stands."""
    claim, first = _first(o)
    assert first.remit is not None
    who = _insured(o, claim)
    rows = [line.row for line in claim.lines]
    kept = [(row.paid, row.contractual, row.patient, row.state) for row in rows]
    day = o.later(first.remit.date)
    second = o.next_payer(first, FALLOW, day, status="2", insured=who)
    day = o.later(day)
    o.reverse(second, day, lost=False, known=True)
    for row, was in zip(rows, kept, strict=True):
        row.paid, row.contractual, row.patient, row.state = was
        row.unsaid = () if row.state else ("state",)
    o.next_payer(first, FALLOW, day, status="2", insured=who)


def second_answers_as_a_whole(o: Desk) -> None:
    """Lines from the first payer, none from the second: an extra row carries what the second paid."""
    claim, first = _first(o)
    left = first.patient_share
    assert first.remit is not None
    if not left:
        return
    clp = o._put(claim, FALLOW, [], o.later(first.remit.date), "2", "")
    clp.charge_as_whole, clp.patient, clp.received = claim.charge, _insured(o, claim), None
    clp.cas, clp.dates = [Cas("OA", "23", claim.charge - left)], "claim"
    claim.extra = Row(paid=left, unsaid=("state", "first_state", "contractual", "denied", "other", "balance"))
    claim.extra.patient = -left
    claim.extra.answers.append(clp)
    tag(clp, "no-service-lines")
