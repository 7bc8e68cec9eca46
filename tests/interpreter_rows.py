"""The half of the interpreter that knows rows: which are open, what fills them, what ends when a loop begins."""

from __future__ import annotations

from collections import Counter
from typing import Any

from edi.records.mapping import Mappings
from edi.records.vocabulary import Condition, Field, Ignore, Loop, Repeat, Where
from edi.x12.delimiters import Delimiters
from edi.x12.tokens import Block
from edi.x12.values import READERS

Row = dict[str, Any]
Child = Field | Repeat | Ignore | Loop
SEPARATORS = ":><^|"


class Rows:
    """What is open and what has been made; the segment at hand is `elements`, with number `number`."""

    elements: list[str]
    number: int
    delimiters: Delimiters
    file: list[tuple[Block, str]]

    def __init__(self, mappings: Mappings, file_id: int) -> None:
        self.mappings = mappings
        self.made: dict[str, list[Row]] = {name: [] for name in mappings.tables}
        self.open: dict[str, Row] = {}
        self.lent: dict[str, Row] = {}
        self.count: Counter[tuple[str, str]] = Counter()
        self.root: Loop | None = None
        self.here: Loop | None = None
        self.waiting = 0
        self.base = file_id << 32
        self.had: int | None = None
        self.headless: list[Row] = []

    def add_up(self) -> None:
        """A remittance's claim without CLP has the sums of its lines for totals."""
        for claim in self.headless:
            lines = [line for line in self.made["remit_line"] if line.get("remit_claim_id") == claim["id"]]
            for name in ("charge_cents", "paid_cents"):
                claim[name] = sum(line.get(name) or 0 for line in lines) if lines else None

    # -- texts ------------------------------------------------------------------------------------------------------

    def text(self, element: int, component: int | None = None) -> str:
        if element >= len(self.elements):
            return ""
        text = self.elements[element]
        if component is None:
            return text
        mark = self.delimiters.component
        if mark not in text and not text.isalnum():
            mark = next((one for one in SEPARATORS if one in text), mark)
        parts = text.split(mark)
        return parts[component - 1] if component <= len(parts) else ""

    def holds(self, where: Where, shift: int = 0, start: int = 0) -> bool:
        return all(
            self.text(one.element + (shift if one.element >= start else 0), one.component) in one.values
            for one in where
        )

    def value(self, field: Field, shift: int = 0) -> Any:
        text = self.text(field.element + shift, field.component)
        if not text:
            return None
        return text if field.type == "text" else READERS[field.type](text)[0]

    # -- rows -----------------------------------------------------------------------------------------------------

    def make(self, repeat: Repeat, shift: int, place: int) -> None:
        row: Row = {"id": self.base + self.number}
        if "position" in self.mappings.tables[repeat.table].index:
            row["position"] = place
        end = repeat.start + shift + repeat.step
        for field in repeat.fields:
            own = shift if field.element >= repeat.start else 0
            if field.source == "count":
                if self.holds(field.where, shift, repeat.start):
                    self.count[field.table, field.argument] += 1
                    row[field.name] = self.count[field.table, field.argument]
            elif field.source != "at":
                row[field.name] = self.other(field)
            elif self.holds(field.where, shift, repeat.start) and not (repeat.step and field.element + own >= end):
                row[field.name] = self.value(field, own)
        self.made[repeat.table].append(row)

    def other(self, field: Field) -> Any:
        """What does not come from the segment."""
        if field.source == "value":
            return field.argument
        return self.open.get(field.argument, {}).get("id") if field.source == "of" else None

    def target(self, loop: Loop, table: str) -> Row | None:
        """The row that a column in `loop` fills; None when it is not open."""
        assert self.root is not None
        opened = {one.table for one in self.root.loops()}
        if table in opened and loop.owner(table) is None:
            return self.lent.setdefault(table, {})
        return self.open.get(table)

    def fill(self, loop: Loop, field: Field, where: Where) -> None:
        target = self.target(loop, field.table)
        if target is None or not self.holds(where) or (field.otherwise and target.get(field.name) is not None):
            return
        value = self.value(field)
        if value is not None:
            target[field.name] = value

    def without_header(self, name: str) -> None:
        """Begin a claim whose header is lost at the segment that it has once, before its lines."""
        assert self.root is not None
        assert self.here is not None
        for loop in self.root.loops():
            if loop.once is None or loop.once[0] != name:
                continue
            if loop.once[1] and self.text(1).strip().upper() != loop.once[1]:
                continue
            around = self.here.chain()
            identity = self.open.get(loop.table or "", {}).get("id")
            if loop not in around or (around.index(loop) and self.behind_lines(loop) and self.had == identity):
                self.leave(loop)
                self.open.pop(loop.table or "", None)
                if loop.table == "remit_claim":
                    self.lost(loop, self.base + self.number)
                self.here = loop
            self.had = self.open.get(loop.table or "", {}).get("id")

    def behind_lines(self, loop: Loop) -> bool:
        assert self.here is not None
        return any(one.table in ("remit_line", "service_line") for one in self.here.chain() if one is not loop)

    def lost(self, loop: Loop, identity: int) -> None:
        """The row of a remittance's claim without CLP; its totals are the sums of its lines."""
        self.row(loop, identity)
        self.headless.append(self.open[loop.table or ""])

    def claim_goes_on(self, loop: Loop) -> bool:
        """Whether `loop` numbers sections of a remittance, and the segment behind it is one of the claim before it."""
        claim = self.open.get("remit_claim")
        if loop.id != "2000" or claim is None or self.number == len(self.file):
            return False
        block, text = self.file[self.number]
        name, *rest = text.split(block.delimiters.element)
        if name == "NM1" and rest[:1] == ["QC"]:
            return self.had != claim["id"]
        if name == "SVC":
            charges = [line.get("charge_cents") or 0 for line in self.made["remit_line"]
                       if line.get("remit_claim_id") == claim["id"]]  # fmt: skip
            return rest[1:2] == ["0"] or not charges or sum(charges) != (claim.get("charge_cents") or 0)
        return name in ("CAS", "NM1", "MIA", "MOA", "REF", "DTM", "PER", "AMT", "QTY", "LQ")

    def leave(self, loop: Loop) -> None:
        """What is not around `loop` ends, and what it lends is taken back."""
        assert self.root is not None
        chain = loop.chain()
        for one in self.root.loops():
            if one.table and one not in chain:
                self.open.pop(one.table, None)
            if one.announced and one not in chain:
                self.waiting = 0
        for one in loop.loops():
            for field in one.fields():
                lent = one.owner(field.table) is None or (one is not loop and field.segment == one.announced)
                if field.source == "at" and field.table in self.lent and lent:
                    self.lent[field.table].pop(field.name, None)

    def enter(self, loop: Loop) -> None:
        """Open a loop (or hear it announced)."""
        assert self.root is not None
        self.leave(loop)
        self.here = loop
        name = self.elements[0]
        fields = [field for field in loop.fields() if field.segment == name]
        if name == loop.announced:
            self.open.pop(loop.table or "", None)
            self.waiting = self.number
            for field in fields:
                self.lent.setdefault(field.table, {})[field.name] = self.value(field)
            return
        if loop.table == "remit_line" and "remit_claim" not in self.open and loop.parent is not None:
            self.lost(loop.parent, self.base + self.number)
        if loop.table:
            self.row(loop, self.base + (self.waiting if loop.announced and self.waiting else self.number))
            self.waiting = 0
        for table in dict.fromkeys(field.table for field in fields):
            mine = [field for field in fields if field.table == table]
            first = next((field for field in mine if not field.otherwise), mine[0])
            target = self.target(loop, table)
            around = table != loop.table and target is not self.lent.get(table)
            if around and target is not None and target.get(first.name) is not None:
                continue  # the first such loop in a row counts
            for field in mine:
                self.fill(loop, field, field.where)

    def row(self, loop: Loop, identity: int) -> None:
        """Make and open the row of a loop."""
        assert loop.table
        row: Row = {**self.lent.get(loop.table, {}), "id": identity}
        for field in loop.fields():
            if field.source == "count":
                self.count[field.table, field.argument] += 1
                row[field.name] = self.count[field.table, field.argument]
            elif field.source != "at":
                row[field.name] = self.other(field)
        for key in self.count:
            if key[1] == loop.table:
                self.count[key] = 0
        self.open[loop.table] = row
        self.made[loop.table].append(row)


def key_of(child: Child) -> Condition | None:
    """The condition that tells segments of one name apart: the first, when it is on a whole element."""
    grouped = isinstance(child, Repeat) and child.step
    return child.where[0] if child.where and child.where[0].component is None and not grouped else None


def rest_of(child: Child) -> Where:
    return child.where[1:] if key_of(child) is not None else child.where
