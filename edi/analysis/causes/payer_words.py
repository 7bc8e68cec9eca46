"""What a payer said, its adjustments and remarks, in our own words."""

from __future__ import annotations

from functools import lru_cache

from edi.analysis.causes.findings import Evidence, adjustment_text, piece
from edi.analysis.reference import Reference
from edi.analysis.subject import REMEMBERED, Subject


class PayerWords:
    """Turns the payer's codes into evidence. What is said of a code is put together once."""

    def __init__(self, reference: Reference) -> None:
        self.reference = reference
        self.of_reason = lru_cache(REMEMBERED)(self._of_reason)
        self.of_remark = lru_cache(REMEMBERED)(self._of_remark)

    def evidence(self, subject: Subject) -> list[Evidence]:
        """The reasons, then the remarks; and the reasons that lack the remark they need."""
        found = []
        unexplained = []
        for reason in subject.reasons:
            text, needs_remark = self.of_reason(reason.reason_code)
            found.append(piece(Evidence, ("context", "835", text, adjustment_text(reason), reason.id)))
            if needs_remark and reason.cents > 0:
                unexplained.append(reason)
        for remark in subject.remarks:
            text, explains = self.of_remark(remark.code)
            found.append(piece(Evidence, ("context", "835", text, remark.code, remark.id)))
            if explains:
                unexplained = []
        for reason in unexplained:
            text = "The payer sent no remark code, which this reason needs"
            found.append(Evidence("context", "835", text, reason.code, reason.id))
        return found

    def _of_reason(self, code: str | None) -> tuple[str, bool]:
        """What is said of a reason code, and whether payers must send a remark with it."""
        known = self.reference.reasons.get(code or "")
        return f"Payer's reason: {self.reference.meaning(code)}", known is not None and known.needs_remark

    def _of_remark(self, code: str | None) -> tuple[str, bool]:
        """What is said of a remark code, and whether it explains money."""
        is_alert = self.reference.is_alert(code)
        kind = "Payer's alert" if is_alert else "Payer's remark"
        return f"{kind}: {self.reference.remark_meaning(code)}", bool(code) and not is_alert
