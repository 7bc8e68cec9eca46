"""Whether the payer priced less than was billed: SVC01 against SVC06 (domain.md section 3 row 32, section 5)."""

from __future__ import annotations

from edi.analysis.model import RemitLine
from edi.analysis.reference import Reference

_COMPONENTS = {"26", "TC"}


def priced_lower(svc: RemitLine, reference: Reference) -> bool:
    """Whether another code was priced than the one submitted, or only its reading or technical part.

    A retired code priced as its follower, one study priced as several and a part priced as the whole (bundling lifts
    the surviving line) are no lower price. A change between codes we do not know counts as one: it must stay visible.
    """
    if not svc.submitted_procedure or not svc.procedure:
        return False
    if svc.procedure == svc.submitted_procedure:
        return priced_component(svc) is not None
    billed, priced = reference.family.get(svc.submitted_procedure), reference.family.get(svc.procedure)
    if billed is None or priced is None:
        return True
    up = (billed.studies, priced.studies) == ("single", "several")
    whole = billed.role == priced.role and bool(billed.part) and billed.part != "whole" and priced.part == "whole"
    return not (up or whole or billed.role == "retired")


def priced_component(svc: RemitLine) -> str | None:
    """26 or TC where the payer added it to a line that was billed without; None elsewhere."""
    if not svc.submitted_procedure or svc.procedure != svc.submitted_procedure:
        return None
    priced = {svc.modifier1, svc.modifier2, svc.modifier3, svc.modifier4} & _COMPONENTS
    return priced.pop() if len(priced) == 1 and not _COMPONENTS & set(svc.modifiers) else None
