"""The mapping read element by element, without any compiling: a second opinion on the reader's handlers.

It is slow and plain on purpose. It takes the tokenizer's segments and the mapping's vocabulary, and shares nothing else
with the reader but the functions that turn a text into a value: it looks up each segment by walking the loops from the
inside out, and fills rows (dictionaries) one column at a time.
"""

from __future__ import annotations

import io
from collections import Counter
from typing import Any

from edi.records.mapping import ENVELOPE, SETS, Mappings
from edi.records.vocabulary import Field, Ignore, Loop, Repeat
from edi.x12.tokens import Places, Tokenizer
from tests.interpreter_rows import Child, Row, Rows, key_of, rest_of


class Interpreter(Rows):
    """Reads one file. Afterwards: rows by table (as lists), used, ignored, unexpected."""

    def __init__(self, mappings: Mappings, data: bytes, file_id: int = 1) -> None:
        super().__init__(mappings, file_id)
        self.used = self.unexpected = 0
        self.ignored: Counter[str] = Counter()
        self.left: str | None = None
        self.guide = ""
        self.header: Row = {}
        blocks = list(Tokenizer(io.BytesIO(data), lambda *_, **__: None, Places()).blocks())
        self.file = [(block, segment) for block in blocks for segment in block.segments]
        for number, (block, segment) in enumerate(self.file, 1):
            self.delimiters = block.delimiters
            self.number = number
            self.elements = segment.split(block.delimiters.element)
            self.segment()
        self.finish(len(self.file))
        self.add_up()

    @property
    def rows(self) -> dict[str, list[list[Any]]]:
        return {
            name: [[row.get(column.name) for column in self.mappings.tables[name].columns] for row in made]
            for name, made in self.made.items()
        }

    # -- the envelope -----------------------------------------------------------------------------------------------

    def segment(self) -> None:
        name = self.elements[0]
        envelope = ("ISA", "GS", "ST", "SE", "GE", "IEA", "TA1")
        clean = "".join(filter(str.isalnum, name)).upper()
        if self.root is None and self.left is None and name.upper() in envelope:
            self.elements[0] = name = name.upper()
        if name in envelope or (self.left is None and self.root is not None and clean in envelope and name != clean):
            self.elements[0] = clean
            self.envelope(clean)
        elif self.left is not None:
            self.ignored[self.left] += 1
        elif self.root is None:
            self.unexpected += 1
        else:
            self.inside()

    def envelope(self, name: str) -> None:
        if name == "TA1":
            self.ignored[name] += 1
            return
        self.used += 1
        if name == "SE":
            self.finish(self.number)
            return
        self.finish(self.number - 1)
        if name in ("ISA", "GS", "ST"):
            if name == "ISA":
                self.header = {}
                self.elements = [text.strip() for text in self.elements]
            if name == "GS":
                self.guide = self.text(8).strip()
                group = {"group_sender", "group_receiver", "group_date", "group_control"}
                self.header = {key: value for key, value in self.header.items() if key not in group}
            for _, _, field in self.mappings.transactions[ENVELOPE].columns():
                if field.segment == name:
                    self.header[field.name] = self.value(field)
        if name == "ST":
            self.begin()

    def begin(self) -> None:
        """A transaction: its row, and its set."""
        code, guide = self.text(1).strip(), self.text(3).strip() or self.guide
        name = self.mappings.guides.get((guide.upper(), code)) or self.mappings.sets.get(code, code or "unknown")
        if name == "837":
            block = self.file[self.number - 1][0]
            ahead = [segment[:3] for held, segment in self.file[self.number :] if held is block]
            ends = [at for at, one in enumerate(ahead) if one[:2] in ("SE", "ST", "GE")]
            ahead = ahead[: ends[0]] if ends else ahead
            kinds = {"SV1": "837P", "SV2": "837I", "SV3": "837D"}
            name = next((kinds[one] for one in ahead if one in kinds), "837P")
        own = {
            "id": self.base + self.number,
            "file_id": self.base >> 32,
            "set_code": name,
            "guide": guide or None,
            "first_segment": self.number,
            "imported": int(name in SETS),
        }
        self.open = {"transaction_set": {**self.header, **own}}
        self.header.pop("transaction_control", None)
        self.made["transaction_set"].append(self.open["transaction_set"])
        if name not in SETS:
            self.left = name
            return
        self.root = self.here = self.mappings.transactions[name]
        self.lent = {}
        self.had = None
        self.count.clear()
        if self.root.table:
            self.row(self.root, self.base + self.number)

    def finish(self, last: int) -> None:
        if "transaction_set" in self.open:
            self.open["transaction_set"]["last_segment"] = last
        self.open = {}
        self.root = self.here = self.left = None
        self.waiting = 0

    # -- inside a transaction ---------------------------------------------------------------------------------------

    def inside(self) -> None:
        mark = self.delimiters.repetition
        if mark:
            for index, text in enumerate(self.elements):
                if mark in text and index in self.mapped(self.elements[0]):
                    self.elements[index] = text.partition(mark)[0]
        if self.segment_in_loop():
            return
        clean = "".join(filter(str.isalnum, self.elements[0])).upper()
        if clean and clean != self.elements[0]:
            self.elements[0] = clean
            if self.segment_in_loop():
                return
        self.unexpected += 1

    def mapped(self, name: str) -> set[int]:
        assert self.root is not None
        found: set[int] = set()
        for _, repeat, field in self.root.columns():
            if field.segment == name:
                found.update(range(field.element, 99, repeat.step) if repeat and repeat.step else [field.element])
        return found

    def segment_in_loop(self) -> bool:
        """Find who takes the segment, from the inside out; False when nobody does."""
        assert self.here is not None
        assert self.root is not None
        name = self.elements[0]
        self.without_header(name)
        levels = []
        for loop in self.here.chain():
            parts = [child for child in loop.children if concerns(loop, child, name)]
            if parts:
                levels.append((loop, parts))
            if any(key_of(child) is None for child in parts):
                break
        else:
            for loop in self.root.loops():
                parts = [child for child in loop.children if isinstance(child, Loop) and concerns(loop, child, name)]
                if parts:
                    levels.append((loop, parts))
                if any(key_of(child) is None for child in parts):
                    break
        if not levels:
            return False
        keys = [key for key in map(key_of, levels[0][1]) if key is not None]
        element = keys[0].element if keys else 1
        for given in (self.text(element), self.text(element).strip().upper()):
            for loop, parts in levels:
                keyed = {value for child in parts if (key := key_of(child)) is not None for value in key.values}
                if given in keyed:
                    if element < len(self.elements):
                        self.elements[element] = given
                    fitting = [child for child in parts if (key := key_of(child)) is None or given in key.values]
                    self.take(loop, fitting)
                    return True
        loop, parts = levels[-1]
        unkeyed = [child for child in parts if key_of(child) is None]
        if unkeyed:
            self.take(loop, unkeyed)
        else:
            self.unexpected += 1
        return True

    def take(self, loop: Loop, parts: list[Child]) -> None:
        """Do what these children of a loop say about the segment."""
        opening = next((child for child in parts if isinstance(child, Loop)), None)
        if opening is not None:
            if not self.claim_goes_on(opening):
                self.enter(opening)
            self.used += 1
            return
        name = self.elements[0]
        ignores = [rest_of(child) for child in parts if isinstance(child, Ignore)]
        if any(where and self.holds(where) for where in ignores):
            self.ignored[name] += 1
            return
        fields = [child for child in parts if isinstance(child, Field)]
        repeats = [child for child in parts if isinstance(child, Repeat)]
        first = next((field for field in fields if not field.otherwise), fields[0] if fields else None)
        if first is not None:
            target = self.target(loop, first.table)
            if target is not None and target.get(first.name) is not None:
                again = next((repeat for repeat in repeats if not repeat.step), None)
                if again is not None:
                    self.make(again, 0, 1)
                elif () in ignores:
                    self.ignored[name] += 1
                    return
            else:
                for field in fields:
                    self.fill(loop, field, rest_of(field))
        elif not any(repeat.step for repeat in repeats):
            whole = next((repeat for repeat in repeats if not repeat.step), None)
            if whole is not None:
                self.make(whole, 0, 1)
            else:
                self.ignored[name] += 1
                return
        self.groups([repeat for repeat in repeats if repeat.step])
        self.used += 1

    def groups(self, repeats: list[Repeat]) -> None:
        """Rows from groups of elements; of repeats over the same groups, the first whose condition holds."""
        before = 0
        for run in dict.fromkeys((repeat.start, repeat.step, repeat.stop) for repeat in repeats):
            start, step, stop = run
            for place, at in enumerate(range(start, min(len(self.elements), stop + 1), step), 1):
                if not any(self.elements[at : at + step]):
                    continue
                for repeat in repeats:
                    if (repeat.start, repeat.step, repeat.stop) == run and self.holds(repeat.where, at - start, start):
                        self.make(repeat, at - start, before + place)
                        break
            before += (stop - start) // step + 1


def concerns(loop: Loop, child: Child, name: str) -> bool:
    """Whether a child of a loop says anything about segments of this name."""
    if isinstance(child, Loop):
        return name in child.opens or name == child.announced
    if isinstance(child, Field):
        return child.source == "at" and child.segment == name and name not in (*loop.opens, loop.announced)
    return child.segment == name if isinstance(child, Repeat) else name in child.segments
