"""Looks at the rows around a subject that several facts share. There are no facts in this module."""

from __future__ import annotations

from collections.abc import Collection

from edi.analysis.model import ServiceLine
from edi.analysis.outcomes.outcome import Outcome
from edi.analysis.subject import SCANS, SUPPLIES, Subject, kept

PAID = frozenset({"paid", "reduced", "patient-share"})
UNPAID = frozenset({"denied", "taken-back"})
STUDY = SCANS | {"stress-test", "stress-echo"}
FOLLOWERS = SUPPLIES | {"tracer-add-on", "tracer-unlisted"}
PERFUSION = STUDY | FOLLOWERS


def same_biller(subject: Subject, other: Outcome) -> bool:
    """Whether a row comes from the biller of the row in question (always so on the same claim)."""
    if other.case is subject.row.case:
        return True
    ours, theirs = subject.claim.billing_npi, other.claim.billing_npi
    return bool(ours) and ours == theirs


def state_then(subject: Subject, other: Outcome) -> str:
    """The state of another row at the time that matters: its first one where the row in question was overturned."""
    if subject.row.state in ("paid", "void") and other.first_state:
        return other.first_state
    return other.state


def counts(subject: Subject, other: Outcome) -> bool:
    """Whether another row counts: voided ones only beside a row of the same voided claim."""
    return other.state != "void" or (subject.row.state == "void" and other.case is subject.row.case)


@kept
def same_day(subject: Subject) -> list[Outcome]:
    """The other rows of the biller for the patient's day that count, this claim's first."""
    day = subject.date
    own = [o for o in subject.same_claim if day is None or o.service_date in (day, None)]
    if subject.has_other_claims:
        case = subject.row.case
        own += [o for o in subject.nearby(0) if o.case is not case and same_biller(subject, o)]
    return [o for o in own if counts(subject, o)]


def lines_with_role(subject: Subject, roles: Collection[str]) -> list[ServiceLine]:
    """The service lines in question that play one of the roles (several where the claim was answered as a whole)."""
    return [line for line in subject.lines if subject.reference.role(line.procedure) in roles]


def code_in_question(subject: Subject) -> str | None:
    """The code that was decided on: the line's; of a claim answered as a whole its scan's, else its first line's."""
    if subject.line is not None:
        return subject.code
    scan = next((o for o in subject.lines if subject.reference.role(o.procedure) in SCANS), None)
    return scan.procedure if scan else next((o.procedure for o in subject.lines), None)


def place_of(subject: Subject, line: ServiceLine) -> str:
    """Place of service of a professional line (SV105, else CLM05-1)."""
    return line.place_of_service or subject.claim.place_of_service or ""


def coded(line: ServiceLine) -> str:
    """'78452-26', as a biller writes it."""
    return "-".join([line.procedure or "?", *line.modifiers])
