"""Scenarios about what was coded, charged and documented: diagnoses, modifiers, places, units, notes, bundling.

An empty verdict means that the truth does not hold the tool to one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from generator.answers import bundle_tracer, deny, echo, fee, pay, pay_all
from generator.model import Cas
from generator.month import Month
from generator.scenarios_access import all_denied, scan_denied
from generator.world import ALDERWICK, BRANDT, EASTMERE, FEES, HOSPITAL, OAKHOLLOW, PINEMOOR, QUAYSIDE

UNSUPPORTED = ("E785", "M5450")


def medical_necessity(m: Month) -> None:
    claim = m.office(EASTMERE)
    first = deny(
        claim.lines[0], EASTMERE, "CO-50", "medical-necessity", remarks=("N115",), references=(("0K", "L99901"),)
    )
    m.answer(claim, scan_denied(claim, first))
    claim = m.reading(EASTMERE, diagnoses=UNSUPPORTED)
    claim.lines[0].modifiers = ("26", "GA")
    first = deny(claim.lines[0], EASTMERE, "PR-50", "medical-necessity", remarks=("N115",))
    m.answer(claim, scan_denied(claim, first))


def diagnosis_not_pointed(m: Month) -> None:
    claim = m.office(ALDERWICK, diagnoses=("I10", "I2510"))
    claim.lines[0].pointers = (1,)
    first = deny(claim.lines[0], ALDERWICK, "CO-11", "diagnosis-not-pointed", "likely")
    m.answer(claim, scan_denied(claim, first, "CO-107", ()))


def diagnosis_not_covered(m: Month) -> None:
    claim = m.office(EASTMERE, "exercise", diagnoses=UNSUPPORTED)
    first = deny(
        claim.lines[0], EASTMERE, "CO-167", "diagnosis-not-covered", "likely", remarks=("N569",),
        references=(("0K", "L99901"),),
    )  # fmt: skip
    m.answer(claim, scan_denied(claim, first))


def modifier_wrong(m: Month) -> None:
    """A reading modifier on a stress test in the office; a syringe without JZ."""
    claim = m.office(EASTMERE, "exercise")
    stress = claim.lines[2]
    stress.modifiers = ("26",)
    answers = pay_all(claim)
    answers[2] = deny(stress, EASTMERE, "CO-4", "modifier-wrong", "confirmed", remarks=("N519",))
    m.answer(claim, answers)
    claim = m.office(EASTMERE)
    agent = claim.lines[2]
    agent.modifiers = ()
    answers = pay_all(claim)
    answers[2] = deny(agent, EASTMERE, "CO-16", "modifier-wrong", "confirmed", remarks=("N822",))
    m.answer(claim, answers)


def place_of_service_wrong(m: Month) -> None:
    """Office-only stress test at the hospital; a global scan at the hospital."""
    claim = m.reading(PINEMOOR, (("78452-26", 1), ("93015", 1)))
    first = deny(claim.lines[1], PINEMOOR, "CO-5", "place-of-service-wrong", "confirmed", remarks=("M77",))
    m.answer(claim, [pay(claim.lines[0], PINEMOOR), first])
    claim = m.reading(EASTMERE, (("78452", 1), ("93018", 1)))
    first = deny(claim.lines[0], EASTMERE, "CO-5", "place-of-service-wrong", "confirmed", remarks=("M77",))
    m.answer(claim, [first, pay(claim.lines[1], EASTMERE)])


def unbundled_component(m: Month) -> None:
    """The push of the stress agent, and a resting ECG beside the stress test."""
    claim = m.office(EASTMERE)
    push = m.line(claim, "96374", 1, claim.first_day)
    first = deny(push, EASTMERE, "CO-97", "unbundled-component", "confirmed", remarks=("M15",))
    m.answer(claim, [*(pay(line, EASTMERE) for line in claim.lines[:-1]), first])
    claim = m.office(ALDERWICK, "exercise")
    ecg = m.line(claim, "93000", 1, claim.first_day)
    first = deny(ecg, ALDERWICK, "CO-236", "unbundled-component", "confirmed", remarks=("N20",))
    m.answer(claim, [*(pay(line, ALDERWICK) for line in claim.lines[:-1]), first])


def downcoded(m: Month) -> None:
    """Two doses on the claim, yet paid as one study."""
    claim = m.office(ALDERWICK, "exercise")
    answers = pay_all(claim)
    scan = claim.lines[0]
    lower = pay(scan, ALDERWICK, allowed=fee(replace(scan, code="78451"), ALDERWICK), remarks=("N22",))
    lower.code, lower.submitted = "78451", ("78452", ())
    lower.state, lower.cause = "reduced", "downcoded"
    m.answer(claim, [lower, *answers[1:]])


def single_study_billed_as_multiple(m: Month) -> None:
    claim = m.office(ALDERWICK, "exercise", units={"A9502": 1})
    answers = pay_all(claim)
    answers[0] = deny(
        claim.lines[0], ALDERWICK, "CO-150", "single-study-billed-as-multiple", "likely", remarks=("N163",)
    )
    m.answer(claim, answers)


def component_conflict(m: Month) -> None:
    """Our reading is paid; another group bills the whole study for the same patient and day."""
    patient = m.patient(ALDERWICK)
    ours = m.reading(ALDERWICK, patient=patient, half="first")
    answers = pay_all(ours)
    answers[0].remarks = ("N13",)
    m.answer(ours, answers)
    theirs = m.second_group(ALDERWICK, (("78452", 1),), patient=patient, day=ours.first_day, rendering=BRANDT)
    assert theirs.biller is OAKHOLLOW
    m.answer(theirs, all_denied(theirs, "CO-B20", "component-conflict", "confirmed", ("N472",)))


def ndc_missing(m: Month) -> None:
    """No NDC on the drug line; and one that was there."""
    claim = m.office(QUAYSIDE)
    agent = claim.lines[2]
    agent.ndc = False
    answers = pay_all(claim)
    answers[2] = deny(agent, QUAYSIDE, "CO-16", "ndc-missing", "confirmed", remarks=("M119",))
    m.answer(claim, answers)
    claim = m.office(QUAYSIDE)
    answers = pay_all(claim)
    answers[2] = deny(claim.lines[2], QUAYSIDE, "CO-16", "ndc-missing", "contradicted", remarks=("M119",))
    m.answer(claim, answers)


def tracer_cost_missing(m: Month) -> None:
    for remark in ("M23", "N445"):
        claim = m.office(EASTMERE)
        tracer = claim.lines[1]
        tracer.note = None
        answers = pay_all(claim)
        answers[1] = deny(tracer, EASTMERE, "CO-16", "tracer-cost-missing", "confirmed", remarks=(remark,))
        m.answer(claim, answers)


def units_exceeded(m: Month) -> None:
    """Ten mCi billed as ten doses, denied whole; six mCi of thallium, paid for four."""
    claim = m.office(EASTMERE, (("78452", 1), ("A9500", 10), ("93015", 1)))
    answers = pay_all(claim)
    claim.lines[1].note = "INVOICE COST 61.20 FOR 10 MCI"
    answers[1] = deny(claim.lines[1], EASTMERE, "CO-151", "units-exceeded", "confirmed", remarks=("N362",))
    m.answer(claim, answers)
    claim = m.office(ALDERWICK, (("78452", 1), ("A9505", 6), ("93015", 1)))
    answers = pay_all(claim)
    thallium = claim.lines[1]
    cut = thallium.charge // 6 * 2
    part = pay(replace(thallium, charge=thallium.charge - cut, units=4), ALDERWICK)
    part.line, part.charge, part.units = thallium, thallium.charge, 6
    part.cas.insert(0, Cas("CO", "151", cut, "denied", 2))
    part.remarks = ("N362",)
    part.state, part.cause, part.allowed = "reduced", "units-exceeded", None
    answers[1] = part
    m.answer(claim, answers)


def stress_documentation_missing(m: Month) -> None:
    for payer in (PINEMOOR, QUAYSIDE):
        claim = m.office(payer, "exercise")
        first = deny(claim.lines[0], payer, "CO-252", "stress-documentation-missing", remarks=("N706",))
        m.answer(claim, scan_denied(claim, first, "CO-107", ()))


def records_requested(m: Month) -> None:
    claim = m.hospital(ALDERWICK, "echo")
    m.answer(claim, all_denied(claim, "CO-252", "records-requested", remarks=("N26",)))


def hidden_denial(m: Month) -> None:
    claim = m.office(PINEMOOR, "exercise")
    answers = [pay(claim.lines[0], PINEMOOR), bundle_tracer(claim.lines[1], PINEMOOR)]
    m.answer(claim, [*answers, deny(claim.lines[2], PINEMOOR, "CO-45", "hidden-denial")])
    claim = m.office(ALDERWICK, "echo")
    m.answer(claim, all_denied(claim, "CO-45", "hidden-denial"))


def unexplained(m: Month) -> None:
    """A code that no list has, and a payment rule that took the whole charge."""
    claim = m.office(PINEMOOR, "echo", half="second")
    m.answer(claim, all_denied(claim, "CO-Z9", "unexplained"), 3)
    claim = m.office(ALDERWICK, "visit")
    answers = pay_all(claim)
    answers[1] = deny(claim.lines[1], ALDERWICK, "CO-223", "unexplained")
    m.answer(claim, answers)


def payment_rule_reduction(m: Month) -> None:
    """Two technical parts on one day: the lesser is cut. Paid, so no finding."""
    claim = m.office(EASTMERE, "exercise")
    second = m.line(claim, "93306", 1, claim.first_day)
    cut = FEES["93306"] // 10
    m.answer(claim, [*(pay(x, EASTMERE) for x in claim.lines[:-1]), pay(second, EASTMERE, rule=("59", cut))])


def tracer_bundled_by_contract(m: Month) -> None:
    """Pinemoor folds tracers into the scan on every office claim (see ordinary); here in its other words."""
    claim = m.office(PINEMOOR, "exercise")
    scan, tracer, stress = claim.lines
    bundled = bundle_tracer(tracer, PINEMOOR, "CO-234", ("N19",))
    m.answer(claim, [pay(scan, PINEMOOR), bundled, pay(stress, PINEMOOR)])


def paid_above_charge(m: Month) -> None:
    """An APC above the charge: OA-94 lifts the line."""
    claim = m.hospital(EASTMERE, "echo", half="first")
    assert claim.biller is HOSPITAL
    claim.lines[0].charge = 45000
    m.answer(claim, [pay(claim.lines[0], EASTMERE, references=(("APC", "5524"),))])


def split_units(m: Month) -> None:
    """One thallium line answered as two: by a payer that echoes line control numbers, and by one that does not."""
    for payer, parts in ((EASTMERE, (3, 1)), (ALDERWICK, (2, 1))):
        units = sum(parts)
        codes = (("78452", 1), ("A9505", units), ("93015", 1))
        claim = m.office(payer, codes, half="first")
        scan, thallium, stress = claim.lines
        each = thallium.charge // units
        pieces = []
        for part in parts:
            piece = pay(replace(thallium, charge=each * part, units=part), payer, remarks=("N123",))
            piece.line = thallium
            pieces.append(piece)
        m.answer(claim, [pay(scan, payer), *pieces, pay(stress, payer)])


def claim_level_copay(m: Month) -> None:
    """The copay is taken from the claim, not from a line: one extra row carries it."""
    claim = m.office(ALDERWICK, "visit", half="first")
    clp = m.answer(claim, [pay(line, ALDERWICK, coinsurance=0) for line in claim.lines])
    m.claim_level(clp, [Cas("PR", "3", 4000, "patient")])


def paid_in_full(m: Month) -> None:
    """The payer allows the whole charge of the second line, so that it has no adjustment."""
    claim = m.office(PINEMOOR, "visit")
    full = echo(claim.lines[1], PINEMOOR)
    full.paid = full.charge
    full.allowed = full.charge
    m.answer(claim, [pay(claim.lines[0], PINEMOOR, copay=3000), full])


def two_lines_alike(m: Month) -> None:
    """Rest and stress dose on two identical lines: both paid, with no line control numbers; or one called a repeat."""
    codes = (("78452", 1), ("A9500", 1), ("A9500", 1), ("93015", 1))
    claim = m.office(ALDERWICK, codes)
    m.answer(claim, pay_all(claim))
    claim = m.office(EASTMERE, codes)
    answers = pay_all(claim)
    answers[2] = deny(claim.lines[2], EASTMERE, "OA-18", "duplicate-claim")
    m.answer(claim, answers)


CODING: tuple[Callable[[Month], None], ...] = (
    medical_necessity, diagnosis_not_pointed, diagnosis_not_covered, modifier_wrong, place_of_service_wrong,
    unbundled_component, downcoded, single_study_billed_as_multiple, component_conflict, ndc_missing,
    tracer_cost_missing, units_exceeded, stress_documentation_missing, records_requested, hidden_denial, unexplained,
    payment_rule_reduction, tracer_bundled_by_contract, paid_above_charge, split_units, claim_level_copay,
    paid_in_full, two_lines_alike,
)  # fmt: skip
