"""Facts about duplicates: the same service billed before by the same biller (domain.md section 3, row 19)."""

from __future__ import annotations

from edi.analysis.facts.histories import PAID, UNDECIDED, at, earlier_than, services, twins
from edi.analysis.facts.registry import Seen, fact
from edi.analysis.facts.rows import coded
from edi.analysis.linking.submissions import REPLACEMENT, VOID
from edi.analysis.outcomes.outcome import Outcome
from edi.analysis.reference import MEDICARE_FFS
from edi.analysis.subject import SCANS, Subject, within
from edi.x12.money import money

TWO_DAY_PROTOCOL = 3  # days
_DUPLICATE_REASONS = {"18", "B13"}
_NEW_CLAIM_REMARKS = {"MA130", "N142"}
_CROSSOVER_STATUSES = {"19", "20", "21"}
_CROSSOVER_REMARKS = {"MA18", "N89", "MA07"}


@fact("same-service-billed-before", "history")
def same_service_billed_before(subject: Subject) -> Seen | None:
    """The same code, modifiers, units and day were billed on an earlier claim that is paid or not yet decided."""
    for other in twins(subject):
        if earlier_than(subject, other) and other.state in PAID | UNDECIDED:
            return Seen(f"claim {other.claim.control_number}, {other.state}", at(other))
    ours = subject.claim
    resend = next(
        (
            c
            for c in subject.row.case.folded
            if c.frequency not in (REPLACEMENT, VOID) and c.responsibility == ours.responsibility
        ),
        None,
    )
    return Seen(f"claim {resend.control_number} was sent twice", resend.id) if resend else None


@fact("same-service-denied-before", "history")
def same_service_denied_before(subject: Subject) -> Seen | None:
    """The same service was billed and denied before: a correction is due, not a second claim."""
    for other in twins(subject):
        if other.state in ("denied", "taken-back") and earlier_than(subject, other):
            return Seen(f"claim {other.claim.control_number}, {other.state}", at(other))
    return None


def _replaced(subject: Subject) -> list[Outcome]:
    """The rows of the claims that this one takes the place of, by itself or through another replacement."""
    found: list[Outcome] = []
    chain = [subject.claim]
    for claim in chain:  # grows while it is walked
        for other in subject.patient:
            if other.case.replaced_by is claim and not other.extra:
                found.append(other)
                if other.claim not in chain:
                    chain.append(other.claim)
    return found


@fact("original-payment-stands", "history")
def original_payment_stands(subject: Subject) -> Seen | None:
    """The replaced claim was paid for this service (or it was the patient's), and nothing took that back."""
    if subject.claim.frequency != REPLACEMENT or not subject.is_ours:
        return None
    standing = [o for o in _replaced(subject) if o.split.paid >= 0 and o.split.paid + o.split.patient > 0]
    found: dict[int, Outcome] = {}
    for line in subject.lines:
        ours = services([line])
        other = next((o for o in standing if ours <= services([o.line] if o.line else o.claim.lines)), None)
        if other is None:
            return None
        found[id(other)] = other
    if not found:
        return None
    rows = list(found.values())
    paid, patient = sum(o.split.paid for o in rows), sum(o.split.patient for o in rows)
    number = rows[0].net.live[0].remit.payer_control_number or "?"
    return Seen(f"paid {money(paid)}, patient {money(patient)}, payer's number {number}", at(rows[0]))


@fact("never-billed-before", "history")
def never_billed_before(subject: Subject) -> Seen | None:
    """No other claim with this code and day is in this database."""
    code = subject.code
    others = [o for o in subject.nearby(0) if o.code == code] if code else twins(subject)
    if not subject.is_ours or others or subject.row.case.folded:
        return None
    return Seen("none found", subject.claim.id)


@fact("identical-line-on-claim", "837")
def identical_line_on_claim(subject: Subject) -> Seen | None:
    """Another line of this claim has the same code, modifiers and day."""
    for other in subject.same_claim:
        same = other.code == subject.code and other.service_date == subject.date
        if same and other.line and set(other.modifiers) == subject.modifiers:
            return Seen(f"line {other.line.line_number}: {other.code} x {other.line.units or 1:g}", other.line.id)
    return None


@fact("dose-on-another-line", "837")
def dose_on_another_line(subject: Subject) -> Seen | None:
    """The other dose of the tracer stands on another line of this claim: rest and stress, no duplicate bill."""
    known = subject.reference.family.get(subject.code or "")
    line = subject.line
    if known is None or line is None or subject.role != "tracer":
        return None
    days = [o for o in subject.same_claim if within(o.service_date, subject.date, TWO_DAY_PROTOCOL)]
    same = [o for o in days if o.code == subject.code and o.line]
    doses = float(line.units or 1) + sum(float(o.line.units or 1) for o in same if o.line)
    if not same or (known.usual_max is not None and doses > known.usual_max):
        return None
    other = same[0].line
    return Seen(f"line {other.line_number}: {other.procedure} x {other.units or 1:g}", other.id) if other else None


@fact("waste-beside-dose", "837")
def waste_beside_dose(subject: Subject) -> Seen | None:
    """The line bills the waste (JW) of a drug whose dose stands on another line of this claim, or the reverse."""
    for other in subject.same_claim:
        waste = ("JW" in subject.modifiers) is not ("JW" in other.modifiers)
        if other.code == subject.code and other.service_date == subject.date and waste and other.line:
            return Seen(f"line {other.line.line_number}: {coded(other.line)}", other.line.id)
    return None


@fact("repeat-modifier", "837")
def repeat_modifier(subject: Subject) -> Seen | None:
    """The line says that it is a repeat (76, 77) of a service of the day; Medicare pays one scan a day even so."""
    if subject.role in SCANS and subject.claim.filing_code in MEDICARE_FFS:
        return None
    found = subject.modifiers & {"76", "77"}
    return Seen(" ".join(sorted(found)), subject.line.id) if found and subject.line else None


@fact("sent-as-replacement", "837")
def sent_as_replacement(subject: Subject) -> Seen | None:
    """The claim was sent as a replacement that names the payer's earlier number (frequency 7 with REF*F8)."""
    claim = subject.claim
    if subject.is_ours and claim.frequency == REPLACEMENT and claim.payer_control_number:
        return Seen(f"frequency 7, REF*F8 {claim.payer_control_number}", claim.id)
    return None


@fact("sent-as-original", "837")
def sent_as_original(subject: Subject) -> Seen | None:
    """The claim was sent as a new claim (frequency 1)."""
    claim = subject.claim
    return Seen("frequency 1", claim.id) if subject.is_ours and (claim.frequency or "1") == "1" else None


@fact("new-claim-was-asked-for", "835")
def new_claim_was_asked_for(subject: Subject) -> Seen | None:
    """The earlier denial asked for a new claim (MA130 unprocessable, N142)."""
    for other in twins(subject):
        for entry in other.entries if earlier_than(subject, other) else []:
            remarks = [r for svc in entry.svcs for r in svc.remarks] + list(entry.remit.remarks)
            found = next((r for r in remarks if r.code in _NEW_CLAIM_REMARKS), None)
            if found is not None:
                return Seen(f"{found.code} on claim {other.claim.control_number}", found.id)
    return None


@fact("payer-takes-no-replacement", "reference")
def payer_takes_no_replacement(subject: Subject) -> Seen | None:
    """The payer takes no frequency 7 on a professional claim (Medicare Part B): a new claim or a reopening is right."""
    if subject.is_professional and subject.payer.takes_frequency_7 is False:
        return Seen(f"{subject.payer.name}: no frequency 7", subject.claim.id)
    return None


@fact("crossed-over-before", "history")
def crossed_over_before(subject: Subject) -> Seen | None:
    """The earlier payer had already sent the claim on to this one."""
    for answer in subject.row.case.answers:
        remit = answer.remit
        remarks = {r.code for r in remit.remarks} | {r.code for line in remit.lines for r in line.remarks}
        crossed = remit.status in _CROSSOVER_STATUSES or remit.crossover_name or remarks & _CROSSOVER_REMARKS
        if remit is not subject.remit and not remit.is_reversal and crossed:
            return Seen(
                f"claim status {remit.status or '?'} of {remit.payment.payer_name or 'the earlier payer'}", remit.id
            )
    return None


@fact("duplicate-reason", "835")
def duplicate_reason(subject: Subject) -> Seen | None:
    """The payer calls the line a duplicate (CARC 18, B13)."""
    found = next((a for a in subject.reasons if a.reason_code in _DUPLICATE_REASONS), None)
    return Seen(found.code, found.id) if found else None
