"""Facts about packaging and bundling by contract (domain.md sections 1.3 and 3, rows 14 and 16)."""

from __future__ import annotations

from edi.analysis.facts.registry import NotChecked, Seen, fact
from edi.analysis.facts.rows import FOLLOWERS
from edi.analysis.outcomes.classify import PATIENT_UNKNOWN
from edi.analysis.outcomes.packaging import OUTPATIENT_BILL_TYPES, PACKAGED_STATUSES, Packaging, packaging_of
from edi.analysis.reference import MEDICARE_FFS
from edi.analysis.subject import Subject

_SEPARATE_STATUSES = {"G", "K"}
_COST_BASED_BILL = "85"
_WRITE_OFFS = {"45", "131", "44"}


def _packaging(subject: Subject) -> Packaging | None:
    entry = subject.entry
    if entry is None or subject.claim.kind == "837P":
        return None
    if entry.packaging is not None:
        return entry.packaging
    remit = entry.remit
    return subject.of_claim(("packaging", remit.id), lambda: packaging_of(subject.claim, remit, subject.reference))


@fact("packaged-status", "reference")
def packaged_status(subject: Subject) -> Seen | NotChecked | None:
    """The code's OPPS status indicator on the date packages it."""
    status = subject.reference.opps_status(subject.code, subject.date)
    packaging = _packaging(subject)
    if status is None:
        return NotChecked(f"no OPPS status loaded for {subject.code} on {subject.date}")
    if status in PACKAGED_STATUSES:
        return Seen(f"{subject.code} is {status} on {subject.date}")
    if packaging and packaging.comprehensive:
        return Seen(f"{subject.code} is {status} on {subject.date}, and the claim's comprehensive payment takes it in")
    return None


@fact("separately-paid-status", "reference")
def separately_paid_status(subject: Subject) -> Seen | None:
    """The code's OPPS status on the date pays it separately (G, K), and no comprehensive payment took it in."""
    status = subject.reference.opps_status(subject.code, subject.date)
    packaging = _packaging(subject)
    if status not in _SEPARATE_STATUSES or opps_claim(subject) is None or (packaging and packaging.comprehensive):
        return None
    return Seen(f"{subject.code} is {status} on {subject.date}")


@fact("cost-based-hospital", "837")
def cost_based_hospital(subject: Subject) -> Seen | None:
    """A critical access hospital (bill type 85x) of Medicare is paid its cost line by line: nothing is packaged."""
    claim = subject.claim
    ours = claim.kind == "837I" and (claim.place_of_service or "").startswith(_COST_BASED_BILL)
    if ours and (claim.filing_code in MEDICARE_FFS):
        return Seen(f"bill type {subject.place}, filing code {claim.filing_code}", claim.id)
    return None


@fact("parent-paid", "835")
def parent_paid(subject: Subject) -> Seen | None:
    """The service that carries this line's payment was paid on the same claim."""
    packaging = _packaging(subject)
    if packaging is None or subject.svc is None or not packaging.parent_paid(subject.svc):
        return None
    parent = packaging.carrier
    return Seen(f"{parent.code} (revenue code {parent.revenue_code})", parent.id) if parent else None


@fact("opps-claim", "837")
def opps_claim(subject: Subject) -> Seen | None:
    """A hospital outpatient bill type with a payer that follows OPPS."""
    return subject.of_claim(("opps-claim", subject.remit), lambda: _opps_claim(subject))


def _opps_claim(subject: Subject) -> Seen | None:
    claim = subject.claim
    if claim.kind != "837I" or (claim.place_of_service or "")[:2] not in OUTPATIENT_BILL_TYPES:
        return None
    if subject.payer.follows_opps:
        return Seen(f"bill type {subject.place}, filing code {claim.filing_code or '?'}", claim.id)
    return None


@fact("comprehensive-apc", "835")
def comprehensive_apc(subject: Subject) -> Seen | None:
    """The claim earned a comprehensive APC, which takes in the scan itself."""
    packaging = _packaging(subject)
    return (
        Seen("observation or J1", subject.remit.id) if packaging and packaging.comprehensive and subject.remit else None
    )


@fact("comprehensive-apc-possible", "reference")
def comprehensive_apc_possible(subject: Subject) -> NotChecked | None:
    """Another paid line of the hospital's claim may carry a comprehensive payment (J1) that takes this one in."""
    packaging, remit = _packaging(subject), subject.remit
    if packaging is None or remit is None or packaging.comprehensive or opps_claim(subject) is None:
        return None
    paid = [line for line in remit.lines if line.id in packaging.paid_lines and line.code]
    unknown = sorted({line.code or "" for line in paid if packaging.status(line) is None})
    return NotChecked(f"no OPPS status loaded for {', '.join(unknown)} (J1 would package this)") if unknown else None


@fact("priced-as-one-with-sibling", "835")
def priced_as_one_with_sibling(subject: Subject) -> Seen | None:
    """The payer priced this line and another one as one code (SVC01 against SVC06), and paid it on the other line."""
    svc, remit = subject.svc, subject.remit
    if svc is None or remit is None or not svc.submitted_procedure or svc.procedure == svc.submitted_procedure:
        return None
    for other in remit.lines:
        if other.procedure == svc.procedure and other.code != svc.code and other.paid > 0:
            return Seen(f"{svc.code} and {other.code} priced as {svc.procedure}", other.id)
    return None


@fact("ncci-claimed", "835")
def ncci_claimed(subject: Subject) -> Seen | None:
    """The payer names an NCCI pair as its reason (CARC 236)."""
    found = next((a for a in subject.reasons if a.reason_code == "236"), None)
    return Seen(found.code, found.id) if found else None


@fact("whole-charge-written-off", "835")
def whole_charge_written_off(subject: Subject) -> Seen | None:
    """The whole charge went as a contract write-off: nothing paid, no patient share, no denial reason."""
    entry = subject.entry
    if entry is None or not entry.split.hidden or entry.remit.status == PATIENT_UNKNOWN:
        return None  # claim status 4 is a reason of its own
    reason = next((a for a in subject.reasons if a.cents > 0), None)
    return Seen(reason.code, reason.id) if reason else None


@fact("written-off-without-contract", "835")
def written_off_without_contract(subject: Subject) -> Seen | None:
    """Contract write-offs alone took the money, and no loaded contract folds the whole charge in."""
    first = subject.reasons[0] if subject.reasons else None
    if first is None or any(a.reason_code not in _WRITE_OFFS for a in subject.reasons):
        return None
    return None if subject.payer.bundles_tracers and whole_charge_written_off(subject) else Seen(first.code, first.id)


@fact("supply-line", "837")
def supply_line(subject: Subject) -> Seen | None:
    """The line is a tracer or stress agent."""
    if subject.role in FOLLOWERS and subject.line is not None:
        return Seen(subject.code, subject.line.id)
    return None


def _habits(subject: Subject) -> set[tuple[str, str]]:
    """The payer (by either name) and the code, as the habits are kept."""
    names = {subject.row.payer_name or "", (subject.remit.payment.payer_name or "") if subject.remit else ""}
    return {(name, subject.code) for name in names if subject.code}


@fact("payer-paid-code-before", "history")
def payer_paid_code_before(subject: Subject) -> Seen | None:
    """This payer pays this code separately on other claims (at least one line in four)."""
    return Seen(subject.code) if _habits(subject) & subject.habits.pays else None


@fact("payer-never-paid-code", "history")
def payer_never_paid_code(subject: Subject) -> Seen | None:
    """This payer has never paid this code separately in this database, on several lines."""
    return Seen(subject.code) if _habits(subject) & subject.habits.never else None


@fact("payer-bundles-tracers", "reference")
def payer_bundles_tracers(subject: Subject) -> Seen | NotChecked | None:
    """The payer is configured as folding tracers and agents into the scan."""
    if subject.payer.bundles_tracers is None:
        return NotChecked("no contract rule on tracers loaded for this payer")
    return Seen(subject.payer.name) if subject.payer.bundles_tracers else None
