"""What people settled, put to the records of a working set before they are linked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from edi.analysis.model import RemitClaim
from edi.store.settling import Pair


class Marks:
    """The matches in force, by remittance claim."""

    def __init__(self, pairs: Sequence[Pair]) -> None:
        self._of: dict[int, list[Pair]] = {}
        for pair in sorted(pairs, key=lambda pair: (pair.svc_id is None, pair.settled.at, pair.settled.remittance)):
            self._of.setdefault(pair.remit_id, []).append(pair)

    def put(self, remits: Iterable[RemitClaim]) -> None:
        """Tell each remittance its claim, and each of its lines the service line, that a person named.

        What was said of the remittance as a whole outranks what a line's match says of the claim.
        """
        for remit in remits:
            for pair in self._of.get(remit.id, ()):
                remit.settled = pair.claim_id
                remit.settled_submission = bool(pair.settled.exact)
                for line in remit.lines:
                    if line.id == pair.svc_id:
                        line.settled = pair.line_id
