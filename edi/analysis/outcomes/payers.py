"""Which payments are of one payer, and which are one payment delivered twice."""

from __future__ import annotations

from collections.abc import Iterable

from edi.analysis.grouping import normalised
from edi.analysis.model import Payment, RemitClaim


def called(payment: Payment) -> str:
    """The payer's name, else another way to know it."""
    return normalised(payment.payer_name) or payment.trace_origin or payment.payer_id or ""


def one_trace(one: Payment, other: Payment) -> bool:
    """Whether two payments are two deliveries of one, with other content: what import calls trace-reused."""
    return bool(one.trace_number) and _delivered(one) == _delivered(other)


def _delivered(payment: Payment) -> tuple[str | None, str | None, str | None]:
    return (payment.trace_number, payment.payer_id, payment.payer_name)


def payers(remits: Iterable[RemitClaim]) -> dict[int, str]:
    """Payment id -> the payer's name, the same for payments that share a name or a payer id (N104, REF*2U)."""
    payments = {remit.payment.id: remit.payment for remit in remits}
    names = {key: called(payment) for key, payment in payments.items()}
    if len(set(names.values())) < 2:
        return names
    by_id: dict[str, set[str]] = {}
    for key, payment in payments.items():
        if identifier := normalised(payment.payer_id):
            by_id.setdefault(identifier, set()).add(names[key])
    for alike in by_id.values():
        joined = {names[key] for key in names if names[key] in alike}
        names = {key: min(joined) if name in joined else name for key, name in names.items()}
    return names
