"""The acknowledgment that pyx12 writes (999, or 997 for 4010), made the same on every run.

pyx12 takes its control numbers from a random source and its dates from the clock, and the order of some codes from a
set. Here the numbers, dates and times are those of the file that is answered, and codes come in order. Delimiters are
~ * : whatever the file used, so values that hold one of them are cleaned.
"""

from __future__ import annotations

import io
from typing import Any

import pyx12.error_997
import pyx12.error_999
import pyx12.segment

MARKS = str.maketrans(dict.fromkeys("~*:^\r\n", " "))
BAD_VALUE_LENGTH = 99  # IK404, AK404
SEGMENT_CODES = {
    "IK3": ("1", "2", "3", "4", "5", "6", "7", "8", "I4", "I6", "I7", "I8", "I9"),
    "AK3": ("1", "2", "3", "4", "5", "6", "7", "8"),
}


def clean(value: str | None) -> str | None:
    """A bad value as it may stand in an acknowledgment."""
    return value.translate(MARKS)[:BAD_VALUE_LENGTH].rstrip() or None if value else None


class _Steady:
    """Writes the segment notes of an acknowledgment in the order of their codes."""

    note = "IK3"

    def put(self, segment: Any) -> None:
        raise NotImplementedError

    def visit_seg(self, err_seg: Any) -> None:
        """One IK3/AK3 for each code of a segment; 8 where its elements have errors."""
        codes = {error[0] for error in err_seg.errors} & set(SEGMENT_CODES[self.note])
        if err_seg.child_err_count() > 0 or any(error[0] == "SEG1" for error in err_seg.errors):
            codes.add("8")
        for code in sorted(codes):
            segment = pyx12.segment.Segment(self.note, "~", "*", ":")
            for position, value in enumerate((err_seg.seg_id, str(err_seg.seg_count), err_seg.ls_id or "", code), 1):
                segment.set(f"{position:02d}", clean(value) or "")
            self.put(segment)


class _Steady999(_Steady, pyx12.error_999.error_999_visitor):  # type: ignore[misc]
    note = "IK3"

    def put(self, segment: Any) -> None:
        self.wr.Write(segment)


class _Steady997(_Steady, pyx12.error_997.error_997_visitor):  # type: ignore[misc]
    note = "AK3"

    def put(self, segment: Any) -> None:
        self._write(segment)


def acknowledgment(errors: Any) -> str:
    """The 999 or 997 for one interchange (pyx12's error tree); '' where none is due or none can be made.

    None is due for an acknowledgment, and none can be made without ISA and GS.
    """
    if errors.cur_isa_node is None or errors.cur_gs_node is None or not errors.cur_isa_node.children:
        return ""
    groups = errors.cur_isa_node.children
    if any(group.fic == "FA" for group in groups):
        return ""
    old = (groups[0].vriic or "").startswith("004")
    _settle(errors)
    text = io.StringIO()
    visitor = (_Steady997 if old else _Steady999)(text)
    if not old:
        visitor.vriic = "005010X231A1"
    try:
        errors.accept(visitor)
    except Exception:  # pyx12 on an envelope that lacks something; nothing of it may reach the user
        return ""
    return _numbered(text.getvalue(), errors.cur_isa_node.seg_data, errors.cur_gs_node.seg_data)


def _settle(errors: Any) -> None:
    """Fill what pyx12's writer needs, and leave one interchange error, as TA1 holds one."""
    isa = errors.cur_isa_node
    isa.errors = sorted(isa.errors)[:1]
    isa.elements = [] if isa.errors else isa.elements[:1]
    for group in isa.children:
        group.gs_control_num = group.gs_control_num or ""
        for transaction in group.children:
            transaction.trn_set_id = transaction.trn_set_id or ""
            transaction.trn_set_control_num = transaction.trn_set_control_num or ""
            old = (group.vriic or "").startswith("004")
            transaction.vriic = transaction.vriic or ("" if old else group.vriic) or ""


def _numbered(text: str, isa: Any, gs: Any) -> str:
    """The acknowledgment with dates, times and control numbers of the file that it answers."""
    interchange, group = (isa.get_value("ISA13") or "").zfill(9), gs.get_value("GS06") or ""
    own = {
        "ISA": {9: isa.get_value("ISA09"), 10: isa.get_value("ISA10"), 13: interchange},
        "GS": {4: gs.get_value("GS04"), 5: gs.get_value("GS05"), 6: group},
        "GE": {2: group},
        "IEA": {2: interchange},
    }
    lines = [line.rstrip("~").split("*") for line in text.split("\n") if line]
    for line in lines:
        for position, value in own.get(line[0], {}).items():
            line += [""] * (position + 1 - len(line))
            line[position] = clean(value) or ""
    lines.sort(key=lambda line: {"ISA": 0, "TA1": 1}.get(line[0], 2))  # pyx12 puts TA1 behind the group
    return "".join("*".join(line) + "~\n" for line in lines)
