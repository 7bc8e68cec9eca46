"""Scenarios that take more than one answer or more than one submission: repeats, reversals, further payers, voids."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from generator.answers import bundle_tracer, deny, pay, pay_all, pend
from generator.billing import RESUBMITTED
from generator.model import Cas, Claim, Clp, Svc
from generator.month import Month
from generator.scenarios_access import all_denied, scan_denied
from generator.world import ALDERWICK, EASTMERE, FEES, GROUP, PINEMOOR, QUAYSIDE, Payer


def duplicate_same_number(m: Month) -> None:
    """Sent again word for word though paid; the second one is answered as a duplicate and has rows of its own."""
    claim = m.reading(EASTMERE, half="first")
    m.answer(claim, pay_all(claim))
    again = m.resubmit(claim)
    m.answer(again, all_denied(again, "OA-18", "duplicate-claim", "confirmed"), 4)


def duplicate_new_number(m: Month) -> None:
    """Billed once more from scratch, under a new account number."""
    claim = m.reading(ALDERWICK, half="first")
    m.answer(claim, pay_all(claim))
    again = m.resubmit(claim, control=m.next_control("h"))
    m.answer(again, all_denied(again, "CO-18", "duplicate-claim", "confirmed"), 3)


def duplicate_that_is_none(m: Month) -> None:
    """Two-day protocol: the second day's dose is called a duplicate of the first day's."""
    claim = m.two_day(EASTMERE)
    answers = pay_all(claim)
    answers[2] = deny(claim.lines[2], EASTMERE, "OA-18", "duplicate-claim", "contradicted")
    m.answer(claim, answers)


def sent_again_unanswered(m: Month) -> None:
    """Sent again word for word while the first one was being paid; nobody answers the copy."""
    claim = m.reading(QUAYSIDE, half="second")
    m.answer(claim, pay_all(claim))
    m.resubmit(claim, rows="none")


def claim_data_missing(m: Month) -> None:
    """The patient's sex was not sent: unprocessable, so a new claim follows and is paid."""
    claim = m.reading(EASTMERE, half="first")
    claim.patient.sex = "U"
    m.answer(claim, all_denied(claim, "CO-16", "claim-data-missing", remarks=("MA130", "MA39")))
    fresh = m.resubmit(claim, control=m.next_control("h"))
    fresh.patient.sex = "F"
    for line in fresh.lines:
        line.control = f"{fresh.control[:-1]}{line.number:02d}"
    m.answer(fresh, pay_all(fresh), 4)


def frequency_limit(m: Month) -> None:
    """A second scan three weeks after a paid one."""
    patient = m.patient(ALDERWICK)
    first = m.office(ALDERWICK, "exercise", patient=patient, day=date(2026, 3, 3))
    m.answer(first, pay_all(first))
    later = m.office(ALDERWICK, "exercise", patient=patient, day=date(2026, 3, 25))
    scan = deny(later.lines[0], ALDERWICK, "CO-119", "frequency-limit", remarks=("M86",))
    m.answer(later, scan_denied(later, scan))


def pending_then_paid(m: Month) -> None:
    claim = m.office(ALDERWICK, "exercise", half="first")
    m.answer(claim, [pend(line, ALDERWICK) for line in claim.lines], 1, status="1")
    m.answer(claim, pay_all(claim), 2)


def pending(m: Month) -> None:
    claim = m.reading(QUAYSIDE, half="second")
    m.answer(claim, [pend(line, QUAYSIDE) for line in claim.lines], 2, status="1")


def takeback(m: Month) -> None:
    """Paid, then reversed without a correction: an audit; a refund by check; a payment that turns negative."""
    claim = m.reading(EASTMERE, "read-single", half="first")
    back = m.reverse(m.answer(claim, pay_all(claim)), 4)
    for svc in back.svcs:
        svc.remarks = ("N432",)
    m.take_back(back)

    claim = m.office(ALDERWICK, "visit", half="first")
    back = m.reverse(m.answer(claim, pay_all(claim)), 4)
    m.take_back(back)
    m.adjust(ALDERWICK, GROUP, 4, "72", f"REFUND CHECK {claim.control}", back.paid)

    claim = m.reading(QUAYSIDE, half="first")
    m.take_back(m.reverse(m.answer(claim, pay_all(claim)), 4))


def overturned_authorization(m: Month) -> None:
    """No number on the claim, appeal won: the denial is reversed, the claim paid, with interest."""
    claim = m.office(ALDERWICK, authorization=None, half="first")
    scan = deny(claim.lines[0], ALDERWICK, "CO-197", "authorization-not-sent", "confirmed")
    first = m.answer(claim, scan_denied(claim, scan))
    _correct(m, first, pay_all(claim), 3, "N690")
    m.adjust(ALDERWICK, GROUP, 3, "L6", f"INTEREST {claim.control}", -1240)


def overturned_downcode(m: Month) -> None:
    """Paid as one study, then after appeal as several. The tracer stays folded in."""
    claim = m.office(PINEMOOR, "exercise", half="first")
    scan, tracer, stress = claim.lines
    single = (FEES["78451"] * PINEMOOR.level + 50) // 100
    lower = pay(scan, PINEMOOR, allowed=single, remarks=("N22",))
    lower.code, lower.submitted = "78451", ("78452", ())
    lower.state, lower.cause = "reduced", "downcoded"
    first = m.answer(claim, [lower, bundle_tracer(tracer, PINEMOOR), pay(stress, PINEMOOR)])
    _correct(m, first, [pay(scan, PINEMOOR), bundle_tracer(tracer, PINEMOOR), pay(stress, PINEMOOR)], 4, "N690")


def _correct(m: Month, first: Clp, svcs: list[Svc], turn: int, remark: str) -> None:
    """Reversal and correction in one payment."""
    assert first.claim is not None
    back = m.reverse(first, turn)
    for svc in back.svcs:
        svc.remarks = (remark,)
    m.answer(first.claim, svcs, turn, number=first.number + "A")


def reopened_tracer(m: Month) -> None:
    """The cost was given by phone: the tracer line alone is answered again, without a reversal."""
    claim = m.office(EASTMERE, half="first")
    tracer = claim.lines[1]
    tracer.note = None
    answers = pay_all(claim)
    answers[1] = deny(tracer, EASTMERE, "CO-16", "tracer-cost-missing", "confirmed", remarks=("M23",))
    m.answer(claim, answers)
    m.answer(claim, [pay(tracer, EASTMERE)], 3)


def appeal_upheld(m: Month) -> None:
    claim = m.reading(PINEMOOR, half="first")
    scan = deny(claim.lines[0], PINEMOOR, "CO-50", "medical-necessity", remarks=("N130",))
    m.answer(claim, [scan, *(pay(line, PINEMOOR) for line in claim.lines[1:])])
    upheld = deny(claim.lines[0], PINEMOOR, "CO-193", "appeal-upheld", remarks=("MA46",))
    m.answer(claim, [upheld], 3)


def replacement_answered_under_the_original(m: Month) -> None:
    """Frequency 7 under a number of its own; the payer answers it under the original's."""
    claim = m.office(ALDERWICK, "exercise", half="first", diagnoses=("I10", "I2510"))
    claim.lines[0].pointers = (1,)
    scan = deny(claim.lines[0], ALDERWICK, "CO-11", "diagnosis-not-pointed", "likely")
    first = m.answer(claim, scan_denied(claim, scan, "CO-107", ()))
    fresh = m.resubmit(claim, control=m.next_control(), frequency="7", original_reference=first.number, pointers=(2, 1))
    m.reverse(first, 3)
    m.void(claim)
    second = m.answer(fresh, pay_all(fresh), 3, control=claim.control, frequency="7")
    second.references, second.claim_tier = (("F8", first.number),), "payer-control-number"


def replacement_same_number(m: Month) -> None:
    """Frequency 7 under the same number: modifier 25 added."""
    claim = m.office(PINEMOOR, "visit", half="first")
    visit = deny(claim.lines[0], PINEMOOR, "CO-4", "modifier-wrong")
    first = m.answer(claim, [visit, pay(claim.lines[1], PINEMOOR)])
    fresh = m.resubmit(claim, frequency="7", original_reference=first.number)
    fresh.lines[0].modifiers = ("25",)
    for line in fresh.lines:
        line.control = f"{line.control}R"
    m.reverse(first, 4)
    m.void(claim)
    m.answer(fresh, pay_all(fresh, copay=3000), 4)


def void(m: Month) -> None:
    """Billed by mistake: voided by frequency 8, the payment is taken back, nothing follows."""
    claim = m.office(PINEMOOR, "visit", half="first")
    first = m.answer(claim, pay_all(claim, copay=3000))
    m.resubmit(claim, frequency="8", original_reference=first.number, rows="none")
    m.reverse(first, 4)
    m.void(claim)


def crossover(m: Month) -> None:
    """Medicare forwards the claim itself; the second payer answers a claim that we never sent it."""
    for protocol, payer in (
        ("exercise", PINEMOOR), ("visit", PINEMOOR), ("read", PINEMOOR), ("visit", QUAYSIDE), ("read", QUAYSIDE),
    ):  # fmt: skip
        bill = m.reading if protocol == "read" else m.office
        claim = bill(EASTMERE, protocol, half="first")
        first = m.answer(claim, pay_all(claim), status="19")
        first.crossover = payer
        first.remarks = ("MA01", "MA18" if payer is PINEMOOR else "MA07")
        turn = 2 if payer is PINEMOOR else 3
        m.second_payer(first, payer, turn, written_off=10**9 if payer is QUAYSIDE and protocol == "read" else 0)


def secondary_billed(m: Month) -> None:
    """We bill the second payer with what the first one decided (2320, 2430)."""
    for protocol in ("exercise", "visit"):
        claim = m.office(ALDERWICK, protocol, half="first")
        first = m.answer(claim, pay_all(claim))
        second = _bill_second(m, claim, first.svcs, QUAYSIDE)
        m.second_payer(first, QUAYSIDE, 5, copay=400 if protocol == "visit" else 0, insured=second.patient)


def _bill_second(m: Month, claim: Claim, first: list[Svc], payer: Payer) -> Claim:
    copy = m.resubmit(
        claim, payer=payer, responsibility="S", earlier=claim.payer, earlier_member_id=claim.patient.member_id,
        earlier_date=claim.payer.remit_dates[0], rows="none", batch="secondary", filed=RESUBMITTED, authorization=None,
    )  # fmt: skip
    copy.patient.member_id = f"{39000000 + int(''.join(c for c in claim.control if c.isdigit())):010d}"
    for line, svc in zip(copy.lines, first, strict=True):
        line.svd = [svc]
        line.control = None
        line.ndc = line.code == "J2785"
    return copy


def claim_split_in_two(m: Month) -> None:
    """One claim answered as two: the tracer apart."""
    claim = m.office(EASTMERE, "exercise", half="first")
    scan, tracer, stress = pay_all(claim)
    for part in ([scan, stress], [tracer]):
        m.answer(claim, part)


def answered_as_a_whole(m: Month) -> None:
    """Hospital claims that the payer answers without service lines: one row each."""
    for half in ("first", "second"):
        claim = m.hospital(PINEMOOR, half=half)
        cut = claim.charge - claim.charge * 58 // 100
        m.answer_whole(claim, [Cas("CO", "45", cut, "contractual")])


def not_ours(m: Month) -> None:
    """Remittances for another system's claims, and one of years ago that bears a number we use again today."""
    strangers = (("LG-40017", "visit", False), ("LG-40022", "read", True))
    for control, protocol, denied in strangers:
        shadow = m.shadow(ALDERWICK, protocol)
        svcs = pay_all(shadow)
        if denied:
            svcs = [deny(x, ALDERWICK, "CO-50", "medical-necessity", "stated", remarks=("N115",)) for x in shadow.lines]
        m.unclaimed(shadow, svcs, 2, control)
    ours = next(c for c in reversed(m.claims) if c.payer is EASTMERE and c.scenario == "duplicate-same-number")
    shadow = m.shadow(EASTMERE, "echo", day=date(2023, 5, 16))
    m.unclaimed(shadow, pay_all(shadow), 2, ours.control)


def provider_level(m: Month) -> None:
    """Adjustments that belong to no line: a recovery for a claim of last year, and the payment that turned negative."""
    m.adjust(EASTMERE, GROUP, 3, "WO", "2225301000417", 4500)
    negative = m.remit(QUAYSIDE, GROUP, 4)
    m.adjust(QUAYSIDE, GROUP, 4, "FB", negative.trace, negative.claim_paid)
    m.adjust(QUAYSIDE, GROUP, 5, "FB", negative.trace, -negative.claim_paid)


HISTORY: tuple[Callable[[Month], None], ...] = (
    duplicate_same_number, duplicate_new_number, duplicate_that_is_none, sent_again_unanswered, claim_data_missing,
    frequency_limit, pending_then_paid, pending, takeback, overturned_authorization, overturned_downcode,
    reopened_tracer, appeal_upheld, replacement_answered_under_the_original, replacement_same_number, void, crossover,
    secondary_billed, claim_split_in_two, answered_as_a_whole, not_ours,
)  # fmt: skip
