"""Where each cent of one answer went: paid, patient, contractual, denied, packaged, other.

The reason code proposes (mappings/codes/carc.csv), the group, the payer, the amount and the sibling lines decide
(domain.md section 4, INTERFACE: the columns of `edi lines`). All amounts are cents with the sign of the remittance.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from functools import lru_cache
from operator import attrgetter

from edi.analysis.model import Adjustment, RemitClaim, RemitLine
from edi.analysis.outcomes.packaging import Packaging
from edi.analysis.outcomes.repricing import priced_lower
from edi.analysis.reference import MEDICARE_FFS, Reference

PENDING = {"133", "257", "277", "P8", "P11"}
PRIOR_PAYER = "23"
CAPITATION = "24"
MEMBER_PAID = "100"
SEQUESTRATION = "253"
LOWER_LEVEL = "186"  # takes off what the payer thinks the level of the service was too high: paid as a lower code
LATER_PAYER_STATUSES = {"2", "3", "20", "21"}
PATIENT_UNKNOWN = "4"  # claim status: the payer does not know the patient
_TRACKING_CODE = re.compile(r"\d{4}F$|G\d{4}$")
_BUCKETS = ("paid", "patient", "contractual", "denied", "packaged", "other", "prior", "pending")
_BUCKET_OF_KIND = {
    "denial": "denied",
    "bundling": "bundled",
    "contractual": "contractual",
    "patient responsibility": "contractual",  # a deductible or copay that the provider must write off
}


@dataclass(slots=True)
class Split:
    """One answer's cents by bucket. `prior` is OA-23, `pending` what the payer has not decided."""

    charge: int = 0
    paid: int = 0
    patient: int = 0
    contractual: int = 0
    denied: int = 0
    packaged: int = 0
    other: int = 0
    prior: int = 0
    pending: int = 0
    allowed: int | None = None
    capitated: bool = False
    hidden: bool = False
    recoded: bool = False
    rule_cut: bool = False
    reasons: list[Adjustment] = field(default_factory=list)  # the adjustments behind `denied`, `packaged`, `pending`

    @property
    def explained(self) -> int:
        """Everything but the charge and what is pending."""
        return self.paid + self.patient + self.contractual + self.denied + self.packaged + self.other + self.prior

    @property
    def is_pending(self) -> bool:
        return bool(self.pending) and not (self.paid or self.patient or self.denied or self.packaged)

    def copy(self) -> Split:
        """The same cents with a list of reasons of its own."""
        made = Split(*_everything(self))
        made.reasons = list(self.reasons)
        return made

    def __add__(self, other: Split) -> Split:
        total = self.copy()
        total.reasons += other.reasons
        total.charge += other.charge
        for name in _BUCKETS:
            setattr(total, name, getattr(self, name) + getattr(other, name))
        if self.allowed is not None or other.allowed is not None:
            total.allowed = (self.allowed or 0) + (other.allowed or 0)
        for name in ("capitated", "hidden", "recoded", "rule_cut"):
            setattr(total, name, getattr(self, name) or getattr(other, name))
        return total


_everything = attrgetter(*(one.name for one in fields(Split)))


def capitated(remit: RemitClaim, reference: Reference) -> bool | None:
    """Whether the payer pays by capitation; None where nobody has said."""
    if (remit.filing_code or "") in MEDICARE_FFS:  # never itself: a managed care plan should pay
        return False
    payment = remit.payment
    return reference.payer(payment.payer_name, payment.payer_id, remit.filing_code).capitated


def bucket(adjustment: Adjustment, remit: RemitClaim, reference: Reference) -> str:
    """The bucket proposed: patient, contractual, denied, bundled, other, prior, pending or capitated.

    A reason that no list knows is a denial: it must stay visible.
    """
    code = adjustment.reason_code or ""
    known = reference.reasons.get(code)
    found = _proposed(adjustment.group_code or "", code, known.kind if known else "denial")
    if found == "capitated" and capitated(remit, reference) is False:
        return "denied"  # without such a contract it says that somebody else should pay
    return found


@lru_cache(maxsize=4096)
def _proposed(group: str, code: str, kind: str) -> str:
    """The bucket by group and reason alone; there are few of them."""
    if code == PRIOR_PAYER:
        return "prior"
    if code in PENDING:
        return "pending"
    if code == MEMBER_PAID:  # with the patient; the biller got nothing of it
        return "patient" if group == "PR" else "denied"
    if group == "PR":
        return "denied" if kind in ("denial", "bundling") else "patient"
    if code == CAPITATION:
        return "capitated"
    if code == SEQUESTRATION:
        return "other"
    return _BUCKET_OF_KIND.get(kind, "other")


def classify(
    charge: int,
    paid: int,
    adjustments: Iterable[Adjustment],
    remit: RemitClaim,
    reference: Reference,
    svc: RemitLine | None = None,
    packaging: Packaging | None = None,
) -> Split:
    """Split one SVC, or one CLP without SVC (`svc` None). `packaging` says what a bundling reason means here."""
    split = Split(charge, paid)
    sequestered = 0
    for adjustment in adjustments:
        cents = adjustment.amount_cents or 0
        where = bucket(adjustment, remit, reference)
        if where in ("contractual", "patient") and adjustment.reason_code != LOWER_LEVEL:  # by far the most
            setattr(split, where, getattr(split, where) + cents)
            continue
        if where == "bundled":
            where = "packaged" if packaging and svc and packaging.expects(svc, adjustment) else "denied"
        if where == "capitated":
            split.capitated, where = True, "other"
        if where == "other" and adjustment.reason_code == SEQUESTRATION:
            sequestered += cents
        elif where == "other" and cents > 0 and adjustment.reason_code != "94" and not split.capitated:
            split.rule_cut = True
        setattr(split, where, getattr(split, where) + cents)
        lowered = adjustment.reason_code == LOWER_LEVEL and paid > 0 and cents > 0
        split.recoded = split.recoded or lowered
        if where in ("denied", "packaged", "pending") or lowered:
            split.reasons.append(adjustment)
    if not (paid or split.patient or remit.is_reversal):
        _nothing_passes_silently(split, list(adjustments), remit, reference, svc, packaging)
    if svc is not None and charge and svc.submitted_procedure and priced_lower(svc, reference):
        split.recoded = True
    if svc is not None and svc.allowed_cents is not None:
        split.allowed = svc.allowed_cents
    elif not split.is_pending:
        split.allowed = paid + split.patient + sequestered if paid or split.patient else 0
    return split


def _nothing_passes_silently(
    split: Split,
    adjustments: list[Adjustment],
    remit: RemitClaim,
    reference: Reference,
    svc: RemitLine | None,
    packaging: Packaging | None,
) -> None:
    """Nothing paid, no patient share, no denial reason, yet the whole charge is gone: that is a denial in disguise.

    Not on a later payer's answer, capitated lines, tracking codes or packaged lines (domain.md section 4, step 5).
    """
    gone = split.contractual + split.other
    if split.charge <= 0 or split.paid or split.patient or split.denied or split.packaged or split.pending:
        return
    if split.prior or split.capitated or remit.status in LATER_PAYER_STATUSES or gone < split.charge:
        return
    if svc is not None and split.charge <= 1 and _TRACKING_CODE.match(svc.code or ""):
        return
    if svc is not None and _TRACKING_CODE.match(svc.code or "") and (svc.code or "").endswith("F"):
        return
    split.reasons += [a for a in adjustments if a.cents > 0]
    if svc is not None and packaging and packaging.expects(svc, None):
        split.packaged = gone
    elif capitated(remit, reference):
        split.capitated, split.other, split.contractual = True, gone, 0
        split.reasons.clear()
        return
    else:
        split.denied, split.hidden = gone, split.contractual >= split.charge
    split.contractual = split.other = 0
    split.rule_cut = False


def claim_level(remit: RemitClaim, reference: Reference) -> Split:
    """What the CLP says beside its SVCs: claim-level adjustments, and the difference of CLP04 to the lines' sum.

    Charge 0; `paid` is negative where the claim was paid less than its lines say (INTERFACE: rows of `edi lines`).
    """
    split = classify(0, remit.paid - sum(line.paid for line in remit.lines), remit.adjustments, remit, reference)
    split.allowed = None
    split.recoded = split.rule_cut = False
    return split
