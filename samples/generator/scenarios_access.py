"""Scenarios that start at the front desk: authorization, coverage, the right payer, time and enrollment.

Each function bills and lets the payer decide; its name becomes the scenario of the truth rows. An empty verdict means
that the truth does not hold the tool to one.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from generator.answers import capitate, deny, follow, pay, pay_all
from generator.billing import FILED
from generator.model import Claim, Svc
from generator.month import Month
from generator.world import ALDERWICK, EASTMERE, FENN, HOSPITAL, PINEMOOR, QUAYSIDE, TRACERS

SUPPLIES = (*TRACERS, "J2785")


def scan_denied(claim: Claim, first: Svc, code: str = "CO-96", remarks: tuple[str, ...] = ("N161",)) -> list[Svc]:
    """The scan is denied as in `first`, tracer and agent follow it with `code`, the rest is paid."""
    scan = claim.lines[0]
    out = [first]
    for line in claim.lines[1:]:
        if line.code in SUPPLIES:
            out.append(follow(line, claim.payer, scan, code, remarks))
        else:
            out.append(pay(line, claim.payer))
    return out


def all_denied(claim: Claim, code: str, cause: str, verdict: str = "", remarks: tuple[str, ...] = ()) -> list[Svc]:
    """One reason for every line of the claim."""
    return [deny(line, claim.payer, code, cause, verdict, remarks=remarks) for line in claim.lines]


def authorization_not_sent(m: Month) -> None:
    claim = m.office(ALDERWICK, authorization=None)
    first = deny(claim.lines[0], ALDERWICK, "CO-197", "authorization-not-sent", "confirmed")
    m.answer(claim, scan_denied(claim, first))
    claim = m.office(QUAYSIDE, "exercise", authorization=None)
    first = deny(claim.lines[0], QUAYSIDE, "PI-197", "authorization-not-sent", "confirmed", remarks=("M62",))
    m.answer(claim, scan_denied(claim, first, "CO-107", ()))
    claim = m.office(PINEMOOR, authorization=None)
    first = deny(claim.lines[0], PINEMOOR, "CO-197", "authorization-not-sent", "confirmed")
    m.answer(claim, scan_denied(claim, first, "CO-197", ()))
    claim = m.reading(ALDERWICK, authorization=None)
    first = deny(claim.lines[0], ALDERWICK, "CO-197", "authorization-not-sent", "confirmed")
    m.answer(claim, scan_denied(claim, first))


def authorization_not_matched(m: Month) -> None:
    claim = m.office(ALDERWICK)
    assert claim.authorization
    first = deny(
        claim.lines[0], ALDERWICK, "CO-197", "authorization-not-matched", "contradicted",
        references=(("G1", claim.authorization),),
    )  # fmt: skip
    m.answer(claim, scan_denied(claim, first, "CO-B15", ()))
    claim = m.reading(PINEMOOR)
    first = deny(claim.lines[0], PINEMOOR, "CO-197", "authorization-not-matched")
    m.answer(claim, scan_denied(claim, first))


def authorization_for_something_else(m: Month) -> None:
    claim = m.office(PINEMOOR, "exercise")
    m.answer(claim, scan_denied(claim, deny(claim.lines[0], PINEMOOR, "CO-284", "authorization-code-mismatch")))
    claim = m.reading(ALDERWICK)
    first = deny(claim.lines[0], ALDERWICK, "CO-296", "authorization-provider-mismatch")
    m.answer(claim, scan_denied(claim, first))


def authorization_expired(m: Month) -> None:
    claim = m.office(ALDERWICK)
    m.answer(claim, scan_denied(claim, deny(claim.lines[0], ALDERWICK, "CO-198", "authorization-expired")))


def referral_missing(m: Month) -> None:
    claim = m.office(QUAYSIDE, "echo", half="second")
    m.answer(claim, all_denied(claim, "CO-288", "referral-missing"))


def coverage_not_active(m: Month) -> None:
    claim = m.reading(QUAYSIDE)
    clp = m.answer(claim, all_denied(claim, "CO-31", "coverage-not-active"), status="4")
    clp.corrected_id = claim.patient.member_id[:-2] + "99"
    claim = m.office(PINEMOOR, "visit", half="second")
    clp = m.answer(claim, all_denied(claim, "PR-27", "coverage-not-active"), 3)
    clp.expired = date(2026, 2, 28)
    claim = m.office(ALDERWICK, "exercise")
    answers = all_denied(claim, "PR-26", "coverage-not-active")
    answers[1].cause = "coverage-not-active|dependent-on-denied-scan"  # both readings of a supply are right here
    m.answer(claim, answers)


def other_payer_primary(m: Month) -> None:
    claim = m.reading(ALDERWICK)
    m.answer(claim, all_denied(claim, "CO-22", "other-payer-primary", remarks=("N4",)))
    claim = m.reading(EASTMERE)
    m.answer(claim, all_denied(claim, "OA-22", "other-payer-primary", remarks=("MA04",)))


def timely_filing(m: Month) -> None:
    """A forgotten charge of last year, one of last autumn, and one that was filed within ten days."""
    claim = m.reading(EASTMERE, day=date(2025, 2, 11))
    m.answer(claim, all_denied(claim, "CO-29", "timely-filing", "confirmed"))
    claim = m.office(PINEMOOR, "visit", day=date(2025, 10, 20))
    m.answer(claim, all_denied(claim, "CO-29", "timely-filing", "stated"), 3)
    claim = m.reading(ALDERWICK, day=date(2026, 3, 9))
    m.answer(claim, all_denied(claim, "CO-29", "timely-filing", "contradicted"))


def provider_enrollment(m: Month) -> None:
    for half in ("first", "second"):
        claim = m.reading(ALDERWICK, half=half, rendering=FENN)
        m.answer(claim, all_denied(claim, "CO-B7", "provider-enrollment", remarks=("N570",)))


def out_of_network(m: Month) -> None:
    claim = m.reading(PINEMOOR, half="second")
    m.answer(claim, all_denied(claim, "CO-242", "out-of-network"), 3)


def not_covered_benefit(m: Month) -> None:
    claim = m.office(ALDERWICK, "echo")
    m.answer(claim, all_denied(claim, "PR-204", "not-covered-benefit", remarks=("N130",)))


def facility_stay_overlap(m: Month) -> None:
    """An inpatient stay, answered as a whole claim under its DRG, and an office echo on a day inside it."""
    patient = m.patient(EASTMERE)
    start = date(2026, 3, 9)
    stay = m.hospital(EASTMERE, (), patient=patient, day=start, diagnoses=("I25119", "I10"), filed=FILED["first"])
    m.stay(stay, start, nights=3)
    claim = m.office(EASTMERE, "echo", patient=patient, day=date(2026, 3, 11))
    m.answer(claim, all_denied(claim, "CO-97", "facility-stay-overlap", remarks=("M2",)))
    assert stay.biller is HOSPITAL


def prior_payer_effect(m: Month) -> None:
    """Only the secondary is ours to bill: the first payer, whose remittance is elsewhere, paid more than it allows."""
    claim = m.reading(QUAYSIDE, authorization=None, half="second")
    claim.responsibility, claim.earlier = "S", PINEMOOR
    claim.earlier_member_id, claim.earlier_date = "PMM7770000101", date(2026, 3, 12)
    answers = []
    for line in claim.lines:
        line.svd = [pay(line, PINEMOOR)]
        svc = deny(line, QUAYSIDE, "OA-23", "prior-payer-effect")
        svc.state, svc.cas[0].bucket = "paid-elsewhere", "other"
        answers.append(svc)
    m.answer(claim, answers, status="2")


def no_response(m: Month) -> None:
    for claim in (
        m.office(ALDERWICK, half="first"), m.reading(ALDERWICK, half="second"), m.office(PINEMOOR, "exercise"),
        m.office(QUAYSIDE, "single"), m.office(EASTMERE, "visit", half="second"), m.hospital(PINEMOOR),
    ):  # fmt: skip
        m.no_answer(claim)


def capitation(m: Month) -> None:
    """Visits under a monthly fee, which comes as a provider level payment."""
    for _ in range(3):
        claim = m.office(QUAYSIDE, "visit", half="second")
        m.answer(claim, [capitate(line, QUAYSIDE) for line in claim.lines], 2, status="1")
    m.adjust(QUAYSIDE, claim.biller, 2, "CT", "CAP202603", -125000)


def patient_share(m: Month) -> None:
    """Nothing paid because the deductible takes it all: no denial."""
    for payer, protocol in ((EASTMERE, "visit"), (EASTMERE, "echo"), (ALDERWICK, "echo"), (PINEMOOR, "visit")):
        claim = m.office(payer, protocol)
        m.answer(claim, pay_all(claim, deductible=150000))


ACCESS: tuple[Callable[[Month], None], ...] = (
    authorization_not_sent, authorization_not_matched, authorization_for_something_else, authorization_expired,
    referral_missing, coverage_not_active, other_payer_primary, timely_filing, provider_enrollment, out_of_network,
    not_covered_benefit, facility_stay_overlap, prior_payer_effect, no_response, capitation, patient_share,
)  # fmt: skip
