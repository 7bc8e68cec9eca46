"""Facts about duplicates, other billers, stays, deadlines, eligibility, payers and providers (domain.md section 3)."""

from __future__ import annotations

from edi.analysis.facts.registry import NotChecked, Seen, fact
from edi.analysis.grouping import normalised
from edi.analysis.model import Claim
from edi.analysis.outcome import Outcome
from edi.analysis.reference import MEDICARE
from edi.analysis.subject import SCANS, Subject, gap

_INPATIENT_TYPES = {"11", "18", "21", "22"}
_PAID = {"paid", "reduced", "patient-share", "packaged"}


def _same_service(subject: Subject) -> list[Outcome]:
    """The same code on the same day for the same patient, on another claim of the same biller."""
    return [
        o
        for o in subject.nearby(0)
        if o.code == subject.code
        and o.case is not subject.row.case
        and o.state != "void"
        and o.claim.billing_npi == subject.claim.billing_npi
    ]


@fact("same-service-billed-before", "history")
def same_service_billed_before(subject: Subject) -> Seen | None:
    """The same code, modifiers, units and day were billed on an earlier claim that is paid or not yet decided."""
    for other in _same_service(subject):
        twin = set(other.modifiers) == subject.modifiers
        if twin and _earlier(other, subject.row) and other.state in (*_PAID, "no-response", "pending", "capitated"):
            return Seen(f"claim {other.claim.control_number}, {other.state}", other.claim.id)
    resend = next(
        (c for c in subject.row.case.folded if c.frequency not in ("7", "8") and _same_payer(c, subject)), None
    )
    return Seen(f"claim {resend.control_number} was sent twice", resend.id) if resend else None


def _same_payer(claim: Claim, subject: Subject) -> bool:
    return claim.responsibility == subject.claim.responsibility


@fact("same-service-denied-before", "history")
def same_service_denied_before(subject: Subject) -> Seen | None:
    """The same service was billed and denied before: a correction is due, not a second claim."""
    for other in _same_service(subject):
        if set(other.modifiers) == subject.modifiers and other.state == "denied" and _earlier(other, subject.row):
            return Seen(f"claim {other.claim.control_number}, denied", other.claim.id)
    return None


def _earlier(one: Outcome, other: Outcome) -> bool:
    first, second = one.claim.submitted_key or "", other.claim.submitted_key or ""
    if first != second:
        return first < second
    return (one.claim.control_number or "") < (other.claim.control_number or "")


@fact("identical-line-on-claim", "837")
def identical_line_on_claim(subject: Subject) -> Seen | None:
    """Another line of this claim has the same code and day: two doses billed as two lines are no duplicate bill."""
    for other in subject.same_claim:
        if other.code == subject.code and other.service_date == subject.date and other.line:
            return Seen(f"line {other.line.line_number}: {other.code} x {other.line.units or 1:g}", other.line.id)
    return None


@fact("repeat-modifier", "837")
def repeat_modifier(subject: Subject) -> Seen | None:
    """The line says that it is a repeat (76, 77) or another component (26, TC) of a service of the day."""
    found = subject.modifiers & {"76", "77"}
    return Seen(" ".join(sorted(found)), subject.line.id) if found and subject.line else None


@fact("complementary-component", "837")
def complementary_component(subject: Subject) -> Seen | None:
    """The other claim of the day bills the other half (26 beside TC): they complement each other."""
    for other in [*subject.nearby(0)]:
        pair = {m for m in ("26", "TC") if m in other.modifiers} | (subject.modifiers & {"26", "TC"})
        if other.code == subject.code and pair == {"26", "TC"} and other.line:
            return Seen(f"{other.code}-{'-'.join(other.modifiers)}", other.line.id)
    return None


@fact("never-billed-before", "history")
def never_billed_before(subject: Subject) -> Seen | None:
    """No other claim with this code and day is in this database."""
    if not subject.is_ours or any(o.code == subject.code for o in subject.nearby(0)) or subject.row.case.folded:
        return None
    return Seen("none found", subject.claim.id)


@fact("other-biller-same-service", "history")
def other_biller_same_service(subject: Subject) -> Seen | None:
    """Another biller has the same code, patient and day, and the parts overlap (global against 26 or TC)."""
    ours = subject.modifiers & {"26", "TC"}
    for other in subject.nearby(0):
        theirs = {m for m in other.modifiers if m in ("26", "TC")}
        stranger = normalised(other.claim.billing_npi) != normalised(subject.claim.billing_npi)
        if (
            other.code == subject.code
            and stranger
            and other.state != "void"
            and not ({*ours, *theirs} == {"26", "TC"} and ours and theirs)
        ):
            part = "-".join(sorted(theirs)) or "global"
            return Seen(
                f"claim {other.claim.control_number}: {other.code} {part}, {other.state}",
                other.line.id if other.line else other.claim.id,
            )
    return None


@fact("inpatient-stay", "history")
def inpatient_stay(subject: Subject) -> Seen | None:
    """Another claim shows the patient in a hospital bed or nursing facility on the date."""
    for other in subject.patient:
        claim = other.claim
        if claim.kind != "837I" or (claim.place_of_service or "")[:2] not in _INPATIENT_TYPES:
            continue
        start = claim.admission_date or claim.statement_from
        end = claim.discharge_date or claim.statement_through or start
        if start and end and subject.date and start[:10] <= subject.date <= end:
            return Seen(
                f"bill type {claim.place_of_service}{claim.frequency or ''} from {start[:10]} to {end}", claim.id
            )
    return None


@fact("inpatient-place", "837")
def inpatient_place(subject: Subject) -> Seen | None:
    """The claim itself says inpatient or nursing facility (place 21 or 31, or an admission date)."""
    if subject.is_professional and subject.place in ("21", "31"):
        return Seen(f"place {subject.place}", subject.claim.id)
    return None


def _days_to_file(subject: Subject) -> int | None:
    return gap(subject.date, subject.claim.submitted) if subject.is_ours else None


@fact("filed-in-time", "837")
def filed_in_time(subject: Subject) -> Seen | None:
    """Filed within the payer's limit (90 days where no limit is known)."""
    days = _days_to_file(subject)
    limit = subject.payer.timely_filing_days
    if days is None or days > min(limit or 90, 90 if limit is None else limit):
        return None
    return Seen(f"{days} days after service; limit {limit or 'not known'}", subject.claim.id)


@fact("filed-late", "837")
def filed_late(subject: Subject) -> Seen | None:
    """Filed after the payer's limit."""
    days, limit = _days_to_file(subject), subject.payer.timely_filing_days
    if days is None or limit is None or days <= limit:
        return None
    return Seen(f"{days} days after service; limit {limit}", subject.claim.id)


@fact("filed-over-a-year", "837")
def filed_over_a_year(subject: Subject) -> Seen | None:
    """Filed more than 365 days after service; no limit of the payer is loaded."""
    days = _days_to_file(subject)
    if days is None or days <= 365 or subject.payer.timely_filing_days is not None:
        return None
    return Seen(f"{days} days after service", subject.claim.id)


@fact("filed-over-a-year-medicare", "837")
def filed_over_a_year_medicare(subject: Subject) -> Seen | None:
    """Filed more than 365 days after service with Medicare, whose limit that is."""
    days = _days_to_file(subject)
    filing = {subject.claim.filing_code, subject.remit.filing_code if subject.remit else None}
    return Seen(f"{days} days after service", subject.claim.id) if days and days > 365 and filing & MEDICARE else None


@fact("filing-limit", "reference")
def filing_limit(subject: Subject) -> NotChecked | None:
    """The payer's filing limit is known."""
    return NotChecked("no filing limit loaded for this payer") if subject.payer.timely_filing_days is None else None


@fact("payer-received", "835")
def payer_received(subject: Subject) -> Seen | None:
    """The payer says when it received the claim (DTM*050)."""
    remit = subject.remit
    return Seen(remit.received_date, remit.id) if remit and remit.received_date else None


@fact("corrected-member-returned", "835")
def corrected_member_returned(subject: Subject) -> Seen | None:
    """The payer returned another member id (NM1*74)."""
    remit = subject.remit
    if remit is None or not remit.corrected_id:
        return None
    same = normalised(remit.corrected_id) == normalised(subject.claim.member_id)
    return None if same and subject.is_ours else Seen("a corrected member id is in the remittance", remit.id)


@fact("coverage-expired", "835")
def coverage_expired(subject: Subject) -> Seen | None:
    """The payer gives a day on which coverage ended before the service (DTM*036)."""
    remit = subject.remit
    if remit and remit.coverage_expired and subject.date and remit.coverage_expired < subject.date:
        return Seen(remit.coverage_expired, remit.id)
    return None


@fact("patient-unknown", "835")
def patient_unknown(subject: Subject) -> Seen | None:
    """The payer did not recognise the patient (claim status 4)."""
    remit = subject.remit
    return Seen("CLP02 4", remit.id) if remit and remit.status == "4" else None


@fact("eligibility-log", "reference")
def eligibility_log(_subject: Subject) -> NotChecked | None:
    """The eligibility log shows coverage on the date."""
    return NotChecked("no eligibility log loaded")


@fact("covered-that-day-elsewhere", "history")
def covered_that_day_elsewhere(subject: Subject) -> Seen | None:
    """The same payer paid another claim of the patient for the same day."""
    for other in subject.patient:
        days = gap(other.service_date, subject.date)
        paid = other.case is not subject.row.case and other.state in ("paid", "reduced")
        if paid and days == 0 and other.payer_name == subject.row.payer_name:
            return Seen(f"{other.code} on {other.service_date}", other.claim.id)
    return None


@fact("sent-as-primary", "837")
def sent_as_primary(subject: Subject) -> Seen | None:
    """The claim was sent as primary and names no other payer (SBR01 P, no 2320)."""
    claim = subject.claim
    if not subject.is_ours or (claim.responsibility or "P") != "P" or claim.other_payers:
        return None
    return Seen("SBR01 P, no other payer", claim.id)


@fact("other-payer-on-claim", "837")
def other_payer_on_claim(subject: Subject) -> Seen | None:
    """The claim names another payer (loop 2320)."""
    others = subject.claim.other_payers
    return Seen(others[0].payer_name or "another payer", others[0].id) if others else None


@fact("other-payer-decision-sent", "837")
def other_payer_decision_sent(subject: Subject) -> Seen | None:
    """The other payer's decision went with the claim (AMT*D in 2320 or SVD in 2430)."""
    paid = next((o for o in subject.claim.other_payers if o.paid_cents is not None), None)
    if paid is not None:
        return Seen("AMT*D", paid.id)
    decided = next((a for line in subject.lines for a in line.adjudications), None)
    return Seen("SVD", decided.id) if decided else None


@fact("other-payer-decision-absent", "837")
def other_payer_decision_absent(subject: Subject) -> Seen | None:
    """Sent as a secondary claim without the primary's decision."""
    secondary = subject.claim.responsibility in ("S", "T")
    if subject.is_ours and secondary and other_payer_decision_sent(subject) is None:
        return Seen(f"SBR01 {subject.claim.responsibility}", subject.claim.id)
    return None


@fact("payer-names-other-payer", "835")
def payer_names_other_payer(subject: Subject) -> Seen | None:
    """The payer names who should pay first (NM1*PR) or to whom it sent the claim on (NM1*TT)."""
    remit = subject.remit
    if remit is None or not (remit.corrected_payer_name or remit.crossover_name):
        return None
    return Seen(remit.corrected_payer_name or remit.crossover_name, remit.id)


def _luhn(npi: str) -> bool:
    digits = [int(d) for d in "80840" + npi]
    doubled = [sum(divmod(2 * d, 10)) if i % 2 else d for i, d in enumerate(reversed(digits))]
    return sum(doubled) % 10 == 0


@fact("provider-number-invalid", "837")
def provider_number_invalid(subject: Subject) -> Seen | None:
    """A provider's NPI on the claim fails its check digit."""
    claim = subject.claim
    numbers = [claim.billing_npi, claim.rendering_npi, claim.referring_npi, claim.facility_npi, claim.attending_npi]
    numbers += [n for line in subject.lines for n in (line.rendering_npi, line.ordering_npi, line.referring_npi)]
    wrong = next((n for n in numbers if n and not (n.isdigit() and len(n) == 10 and _luhn(n))), None)
    return Seen(f"NPI {wrong}", claim.id) if wrong and subject.is_ours else None


@fact("ordering-provider-absent", "837")
def ordering_provider_absent(subject: Subject) -> Seen | None:
    """No ordering or referring provider stands on the claim."""
    claim = subject.claim
    known = claim.referring_npi or any(line.ordering_npi or line.referring_npi for line in subject.lines)
    if subject.is_ours and subject.is_professional and not known:
        return Seen("no NM1*DN, no NM1*DK", claim.id)
    return None


@fact("rendering-provider-absent", "837")
def rendering_provider_absent(subject: Subject) -> Seen | None:
    """No rendering provider stands on the claim."""
    claim = subject.claim
    if (
        subject.is_ours
        and subject.is_professional
        and not (claim.rendering_npi or any(o.rendering_npi for o in subject.lines))
    ):
        return Seen("no NM1*82", claim.id)
    return None


@fact("technical-part", "837")
def technical_part(subject: Subject) -> Seen | None:
    """The line bills the technical part outside a hospital (global or TC), which needs imaging accreditation."""
    if subject.is_professional and not subject.in_facility and subject.role in SCANS and "26" not in subject.modifiers:
        return Seen("TC" if "TC" in subject.modifiers else "global", subject.line.id if subject.line else None)
    return None


@fact("reading-only", "837")
def reading_only(subject: Subject) -> Seen | None:
    """The line bills the reading only (26), which needs no imaging accreditation."""
    return Seen("26", subject.line.id) if "26" in subject.modifiers and subject.line else None


@fact("remark-names-element", "reference")
def remark_names_element(subject: Subject) -> Seen | None:
    """The remark code names the element to fix."""
    places = subject.reference.remark_elements
    found = next((r for r in subject.remarks if r.code in places), None)
    return Seen(f"{found.code}: {places[found.code or '']}") if found else None


@fact("remark-absent", "835")
def remark_absent(subject: Subject) -> Seen | None:
    """The reason code asks for a remark code that is no alert, and the payer sent none."""
    needing = [
        a for a in subject.reasons if (r := subject.reference.reasons.get(a.reason_code or "")) and r.needs_remark
    ]
    if needing and not any(not subject.reference.is_alert(code) for code in subject.remark_codes):
        return Seen(needing[0].code, needing[0].id)
    return None


@fact("unprocessable", "835")
def unprocessable(subject: Subject) -> Seen | None:
    """The payer calls the claim unprocessable (MA130): a new claim is due, an appeal is not."""
    remark = next((r for r in subject.remarks if r.code == "MA130"), None)
    return Seen("MA130", remark.id) if remark else None


@fact("capitation-contract", "reference")
def capitation_contract(subject: Subject) -> Seen | NotChecked | None:
    """The payer is configured as capitated."""
    if subject.payer.capitated is None:
        return NotChecked("no capitation contract loaded for this payer")
    return Seen(subject.payer.name) if subject.payer.capitated else None
