"""Claims that a remittance without a claim comes near, and why none was taken.

In: a remittance claim (CLP) and claims that share something with it. Out: the nearest, each with the keys that agree
and those that differ, and one sentence. Of member and patient it says only whether they agree.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from edi.analysis.grouping import echoes, normalised
from edi.analysis.linking.claim_match import same_name
from edi.analysis.linking.submissions import dates_meet, payer_key
from edi.analysis.model import Claim, RemitClaim, RemitLine, ServiceLine
from edi.x12.money import grouped

MOST = 3
NEAR_NUMBER = 1  # characters by which a control number may be mistyped
SHORTEST_MISTYPED = 6
# What each agreement is worth when candidates are put in order.
WORTH = {
    "control number": 6, "control number nearly": 3, "payer control number": 5, "member": 4, "patient": 2, "charge": 3,
    "dates": 2, "codes": 2, "billing NPI": 1, "payer": 1, "line control numbers": 4,
}  # fmt: skip
IDENTITY = {
    "control number",
    "control number nearly",
    "payer control number",
    "member",
    "patient",
    "line control numbers",
}
NUMBERS = {"control number", "control number nearly", "payer control number"}
ENOUGH = 5  # worth from which a claim without a common identity is near


@dataclass(frozen=True, slots=True)
class Difference:
    """A key that both sides have and that differs. Values of private keys are left out."""

    key: str
    ours: str | None
    theirs: str | None

    def __str__(self) -> str:
        return f"{self.key} ({self.ours} / {self.theirs})" if self.ours and self.theirs else self.key


@dataclass(frozen=True, slots=True)
class Candidate:
    claim: Claim
    agree: tuple[str, ...]
    differ: tuple[Difference, ...]
    why: str

    @property
    def worth(self) -> int:
        return sum(WORTH[key] for key in self.agree)


def nearest(
    remit: RemitClaim, claims: Iterable[Claim], tied: Sequence[Claim] = (), known_number: bool = False
) -> list[Candidate]:
    """The nearest claims, best first. `tied`: those that fit equally well; `known_number`: CLP01 is one of ours."""
    rivals = {claim.id for claim in tied}
    found = []
    for claim in claims:
        same = _agreement(claim, remit)
        rival = claim.id in rivals
        if rival or _near({key for key, agrees in same.items() if agrees}, same):
            agree, differ = _told(same, claim, remit)
            why = _why(agree, differ, len(rivals) if rival else 0, known_number)
            found.append(Candidate(claim, agree, differ, why))
    found.sort(
        key=lambda c: (c.claim.id not in rivals, -c.worth, c.claim.control_number or "", c.claim.submitted_key or "")
    )
    return found[: max(MOST, len(rivals))]


def compare(claim: Claim, remit: RemitClaim) -> tuple[tuple[str, ...], tuple[Difference, ...]]:
    """The keys that agree and those that differ; a key that a side lacks is neither."""
    return _told(_agreement(claim, remit), claim, remit)


def _near(agree: set[str], same: Mapping[str, bool]) -> bool:
    """Whether a claim that fits no better than others comes near all the same."""
    if not (same.get("member", True) or same.get("patient", True) or NUMBERS & agree):
        return False  # somebody else's
    worth = sum(WORTH[key] for key in agree)
    return worth >= ENOUGH or (worth > WORTH["patient"] and bool(IDENTITY & agree))


def _agreement(claim: Claim, remit: RemitClaim) -> dict[str, bool]:
    """Key -> whether both sides say the same; without the keys that a side lacks. Asked of every claim that shares
    anything, so that nothing is put into words here."""
    same: dict[str, bool | None] = {}
    number = normalised(remit.control_number)
    if number and claim.control_number:
        exactly = number in echoes(claim.control_number)
        near = not exactly and _mistyped(number, normalised(claim.control_number))
        same["control number nearly" if near else "control number"] = exactly or near
    theirs = {normalised(remit.payer_control_number), normalised(remit.original_reference)} - {""}
    if claim.payer_control_number and theirs:
        same["payer control number"] = normalised(claim.payer_control_number) in theirs
    members = {normalised(member) for member in remit.member_ids} - {""}
    same["member"] = normalised(claim.member_id) in members if claim.member_id and members else None
    same["patient"] = same_name(claim, remit)
    same["dates"] = dates_meet(claim.dates, remit.dates)
    same["charge"] = claim.charge == abs(remit.charge)
    ours, answered = _codes(claim.lines), _codes(remit.lines)
    same["codes"] = bool(ours & answered) if ours and answered else None
    controls = {line.line_control for line in claim.lines if line.line_control}
    same["line control numbers"] = any(line.line_control in controls for line in remit.lines) or None
    npi = remit.payment.payee_npi
    same["billing NPI"] = claim.billing_npi == npi if claim.billing_npi and npi else None
    payers = payer_key(claim.payer_name, claim.payer_id), payer_key(remit.payment.payer_name, remit.payment.payer_id)
    same_payer = payers[0] == payers[1] or normalised(claim.payer_name) == normalised(remit.payment.payer_name)
    same["payer"] = same_payer if all(payers) else None
    return {key: agrees for key, agrees in same.items() if agrees is not None}


def _told(same: Mapping[str, bool], claim: Claim, remit: RemitClaim) -> tuple[tuple[str, ...], tuple[Difference, ...]]:
    """The keys that agree, and those that differ with what each side says."""
    sides = {
        "control number": (claim.control_number, remit.control_number),
        "payer control number": (claim.payer_control_number, remit.payer_control_number),
        "dates": (_span(claim.dates), _span(remit.dates)),
        "charge": (grouped(claim.charge), grouped(abs(remit.charge))),
        "codes": (_some(_codes(claim.lines)), _some(_codes(remit.lines))),
        "billing NPI": (claim.billing_npi, remit.payment.payee_npi),
        "payer": (claim.payer_name, remit.payment.payer_name),
    }
    agree = tuple(key for key, agrees in same.items() if agrees)
    return agree, tuple(Difference(key, *sides.get(key, (None, None))) for key, agrees in same.items() if not agrees)


def _why(agree: Sequence[str], differ: Sequence[Difference], rivals: int, known_number: bool) -> str:
    """Why the claim was not taken."""
    names = {one.key for one in differ}
    if rivals > 1:
        return f"fits as well as {rivals - 1} other claim{'s' * (rivals > 2)}: ambiguous, never picked"
    if "control number" in agree:
        if "dates" in names:
            return "the number agrees, the dates do not: a number used again?"
        if "patient" in names or "member" in names:
            return "the number agrees, the patient does not"
        return "the number agrees, but nothing else does"
    if "control number nearly" in agree:
        return "the number differs by one character: a slip, or another claim"
    if known_number:
        return "the remittance came under the number of another claim of ours"
    missing = [key for key in ("member", "dates", "charge", "billing NPI") if key not in agree]
    if missing:
        return (
            f"without our number, member, dates, charge and billing NPI must all agree: {' and '.join(missing)} do not"
        )
    if "patient" in names:
        return "everything but the patient's name agrees: a relative under the same member id?"
    return "another claim fits as well"


def _mistyped(one: str, other: str) -> bool:
    """One character was changed, dropped, added, or exchanged with its neighbour."""
    if min(len(one), len(other)) < SHORTEST_MISTYPED or abs(len(one) - len(other)) > NEAR_NUMBER:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    left, right = one[start:], other[start:]
    return (
        left[1:] == right[1:]
        or left[1:] == right
        or left == right[1:]
        or (left[:2] == right[:2][::-1] and left[2:] == right[2:])
    )


def _codes(lines: Iterable[ServiceLine | RemitLine]) -> set[str]:
    found = (line.code if isinstance(line, RemitLine) else line.procedure for line in lines)
    return {code for code in found if code}


def _some(codes: set[str]) -> str:
    shown = sorted(codes)[:MOST]
    return " ".join(shown) + (" ..." if len(codes) > MOST else "")


def _span(days: tuple[str, str] | None) -> str | None:
    if days is None:
        return None
    return days[0] if days[0] == days[1] else f"{days[0]}..{days[1]}"


def line_differences(line: ServiceLine, svc: RemitLine, default_day: str | None) -> tuple[list[str], list[Difference]]:
    """What agrees and what differs between a line of ours and an answered line of the same claim."""
    day = svc.service_date or default_day
    pairs: list[tuple[str, str | None, str | None]] = [
        ("line control number", line.line_control, svc.line_control),
        ("code", line.procedure, svc.code),
        ("modifiers", " ".join(sorted(line.modifiers)) or "-", " ".join(sorted(svc.modifiers)) or "-"),
        ("date", line.service_date, day),
        ("charge", grouped(line.charge), grouped(abs(svc.charge))),
        ("units", f"{line.units or 1:g}", f"{abs(svc.quantity):g}"),
    ]
    agree = [key for key, ours, theirs in pairs if ours and ours == theirs]
    return agree, [Difference(key, ours, theirs) for key, ours, theirs in pairs if ours and theirs and ours != theirs]
