"""The envelope as pyx12 counts it, made to survive what pyx12's own reader stumbles over.

In: pyx12 segments, in file order. Out: pyx12's error tuples (kind, code, text, value, line), so that its 999 says the
same as with its own reader. Loops that were left open are closed with an error before the next one begins; a trailer
without its header is reported and skipped.
"""

from __future__ import annotations

from typing import Any

import pyx12.segment
import pyx12.x12file

from edi.x12.delimiters import Delimiters

OPENS = {"ISA": "ISA", "GS": "GS", "ST": "ST"}
CLOSES = {"IEA": "ISA", "GE": "GS", "SE": "ST"}
OUTER = {"ISA": (), "GS": ("ISA",), "ST": ("ISA", "GS")}  # loops that may stay open when one of this kind begins
ISA_ELEMENTS = 16
UNFINISHED = {
    "ST": ("st", "2", "there is no SE before what follows"),
    "GS": ("gs", "3", "there is no GE before what follows"),
    "ISA": ("isa", "023", "there is no IEA"),
}


class Envelope(pyx12.x12file.X12Reader):  # type: ignore[misc]
    """Counts loops and control numbers; stands in for pyx12's reader wherever its error handler asks for one."""

    def __init__(self, delimiters: Delimiters, interchanges: list[str | None]) -> None:
        """`interchanges` are the ISA13s met before in the file; a second use of one is an error."""
        pyx12.x12file.X12Base.__init__(self)
        self.need_to_close = False
        self.ele_term, self.subele_term, self.repetition_term, self.seg_term = delimiters
        self.isa_ids = interchanges

    def unfinished(self, seg_id: str) -> list[Any]:
        """Close what `seg_id` finds open and should not; the errors that are due for it, '' for the end of the file."""
        keep = OUTER.get(seg_id, ())
        errors: list[Any] = []
        if seg_id and seg_id not in OPENS:
            wanted = CLOSES.get(seg_id)
            if wanted is None or not self.is_open(wanted):
                return errors
            while self.loops[-1][0] != wanted:
                errors.append((*UNFINISHED[self.loops.pop()[0]], None, None))
            return errors
        while self.loops and self.loops[-1][0] not in keep:
            errors.append((*UNFINISHED[self.loops.pop()[0]], None, None))
        return errors

    def is_open(self, loop: str) -> bool:
        """Whether an ISA, GS or ST loop is open."""
        return any(kind == loop for kind, _ in self.loops)

    def count(self, segment: Any, trailing: bool = False) -> list[Any]:
        """Count a segment; the errors in its numbers and counts. A trailer must have its loop open.

        `trailing` says that its text ends in an element separator.
        """
        if segment.get_seg_id() == "ISA" and len(segment) != ISA_ELEMENTS:
            whole = pyx12.segment.Segment("ISA" + "*" * ISA_ELEMENTS, "~", "*", ":")
            for position in range(1, min(len(segment), ISA_ELEMENTS) + 1):
                whole.set(f"{position:02d}", segment.get_value(f"{position:02d}") or "")
            segment = whole
        self.err_list: list[Any] = []
        if trailing:
            self._seg_error("SEG1", "Segment contains trailing element terminators")
        self._parse_segment(segment)
        errors: list[Any] = self.pop_errors()
        return errors
