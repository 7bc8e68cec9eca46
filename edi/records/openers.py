"""What happens when a loop opens: rows of loops that it ends are closed, columns that it lent are emptied, its row is
made.

HL segments are checked against their parents on the way, as hierarchy is a matter of opening loops.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from edi.records.headless import CLAIM, claim_of
from edi.records.machine import Handler, Machine
from edi.records.plans import Apply, Plan, Row
from edi.records.sections import claims_of, hesitant
from edi.records.vocabulary import Field, Loop
from edi.x12.envelope import element

if TYPE_CHECKING:
    from edi.records.program import Program


class Opener:
    """Opens one loop of a program.

    A loop may be announced (LX before SV1): its row then takes its id and its LX columns from the announcing segment,
    and is made when the opening one arrives. Each opening segment makes a row of its own, announced or not.
    """

    def __init__(self, program: Program, loop: Loop) -> None:
        self.program = program
        self.loop = loop
        machine = program.machine
        chain = loop.chain()
        inside = {one.table for one in chain if one.table}
        self._closing = [
            (machine.current[table], machine.closed[table]) for table in program.opened if table not in inside
        ]
        self._emptied = _lent_below(program, loop)
        self._interrupts = [program.opener(one) for one in program.root.loops() if one.announced and one not in chain]
        self._handlers: dict[str, Handler] = {}
        self._waiting = 0  # the announcing segment, until the opening one comes
        self._numbered = False  # whether the announcing segment has served a row already

    def handler(self, name: str) -> Handler:
        """The handler of opening segment `name`."""
        if name not in self._handlers:
            self._handlers[name] = self._made(name)
        return self._handlers[name]

    def _made(self, name: str) -> Handler:
        program, loop, machine = self.program, self.loop, self.program.machine
        fillers = self._fillers(name)
        prepare = self.close if self._closing or self._emptied or self._interrupts else None
        make = self._make if loop.table else None
        here, dispatch = machine.here, program.dispatch(loop)
        hierarchy = program.hierarchy if name == "HL" else None
        around = claim_of(loop)
        claim = program.opener(around) if around is not None else None
        current = machine.current[around.table or ""] if around is not None else []

        def open_loop(elements: list[str], number: int) -> int:
            if hierarchy is not None:
                hierarchy.check(elements, number, loop.id)
            if prepare is not None:
                prepare()
            if make is not None:
                if claim is not None and current[0][0] is None:
                    claim.without_header(number)
                make(number)
            for cell, apply in fillers:
                apply(cell[0], elements, number, 0)
            here[0] = dispatch
            return 1

        if not loop.announced:
            claims = claims_of(loop)
            return open_loop if claims is None else hesitant(program, loop, claims, open_loop)
        opened = machine.current[loop.table or ""]

        def open_announced(elements: list[str], number: int) -> int:
            if name in loop.foreign:
                machine.notes.note("line-of-another-kind", number, loop=loop.id, value=name)
            if not self._waiting:
                machine.notes.note(
                    "line-shares-number" if self._numbered else "line-without-number", number, loop=loop.id, value=name
                )
            announced, self._waiting, self._numbered = self._waiting, 0, self._numbered or self._waiting > 0
            open_loop(elements, number)
            opened[0][0] = announced or number
            return 1

        return open_announced

    def announce(self) -> Handler:
        """The handler of the announcing segment: what follows belongs to a row that is still to come."""
        program, loop = self.program, self.loop
        fillers = self._fillers(loop.announced or "")
        current, closed = program.machine.current[loop.table or ""], program.machine.closed[loop.table or ""]

        def announce(elements: list[str], number: int) -> int:
            self.abandon()
            self.close()
            current[0] = closed
            for cell, apply in fillers:
                apply(cell[0], elements, number, 0)
            self._waiting = number
            program.machine.here[0] = program.dispatch(loop)
            return 1

        return announce

    def without_header(self, number: int) -> None:
        """Open the loop although its opening segment is lost, at segment `number`, which belongs inside it."""
        machine, table = self.program.machine, self.loop.table or ""
        machine.current[table][0] = machine.closed[table]
        if table == CLAIM:
            self._make(number)
            machine.headless.add(number)
        machine.here[0] = self.program.dispatch(self.loop)

    def abandon(self) -> None:
        """Another loop begins: an announced row that has not come is not coming."""
        if self._waiting:
            self.program.machine.notes.note("line-without-service", self._waiting, loop=self.loop.id)
        self._waiting, self._numbered = 0, False

    def close(self) -> None:
        """End the loops that are not around this one, and take back what they lent."""
        for cell, closed in self._closing:
            cell[0] = closed
        for lent, columns in self._emptied:
            for column in columns:
                lent[column] = None
        for opener in self._interrupts:
            opener.abandon()

    def _fillers(self, name: str) -> list[tuple[list[Row], Apply]]:
        """What an opening (or announcing) segment fills: the loop's row, rows around it, columns that are lent."""
        program, machine, loop = self.program, self.program.machine, self.loop
        fields = [one for one in loop.fields() if one.source == "at" and one.segment == name]
        fillers = []
        for table in dict.fromkeys(one.table for one in fields):
            mine = [one for one in fields if one.table == table]
            shape = machine.tables[table]
            apply = Plan(mine, shape, loop.id, machine.context).apply
            around = table != loop.table and (table not in program.opened or loop.owner(table) is not None)
            if name == loop.announced:
                fillers.append(([program.lent[table]], _afresh(apply, [shape.index[one.name] for one in mine])))
            elif around:
                first = next((one for one in mine if not one.otherwise), mine[0])
                fillers.append((program.cell(loop, table), _once(apply, shape.index[first.name])))
            else:
                fillers.append((program.cell(loop, table), apply))
        return fillers

    @cached_property
    def _make(self) -> Callable[[int], None]:
        """Makes the loop's row, and opens it."""
        program, machine, table = self.program, self.program.machine, self.loop.table or ""
        shape = machine.tables[table]
        template = program.lent[table]
        for field in self.loop.fields():
            if field.source == "value":
                template[shape.index[field.name]] = field.argument
        parents = [(shape.index[f.name], machine.current[f.argument]) for f in self.loop.fields() if f.source == "of"]
        counts = [(shape.index[f.name], program.counter(f)) for f in self.loop.fields() if f.source == "count"]
        restarted = [program.counter(field) for field in _counting(program.root, table)]
        append, cell = machine.rows[table].append, machine.current[table]

        def make(number: int) -> None:
            row = template.copy()
            row[0] = number
            for column, parent in parents:
                row[column] = parent[0][0]
            for column, counter in counts:
                counter[0] += 1
                row[column] = counter[0]
            for counter in restarted:
                counter[0] = 0
            append(row)
            cell[0] = row

        return make


class Hierarchy:
    """HL segments: each has a number higher than the one before, and names a parent that is open at the level above."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._above = {"22": "20", "23": "22"}
        self.begin()

    def begin(self) -> None:
        """A transaction begins."""
        self.open: dict[str, str] = {}  # level -> the number of the HL that is open there
        self.last = 0

    def check(self, elements: list[str], number: int, loop: str) -> None:
        name, parent, level = (element(elements, at) for at in (1, 2, 3))
        notes = self._machine.notes
        own = int(name) if name.isascii() and name.isdecimal() and len(name) < 13 else 0
        if own <= self.last:
            notes.note("hl-number-repeated", number, loop=loop, element="HL01", value=name or "none")
        self.last = max(own, self.last)
        above = self._above.get(level)
        expected = self.open.get(above, "") if above else ""
        if parent != expected:
            said, wanted = parent or "none", expected or "none"
            notes.note("hl-parent-unknown", number, loop=loop, element="HL02", value=said, expected=wanted)
        self.open = {above: hl for above, hl in self.open.items() if above < level}
        self.open[level] = name


def _once(apply: Apply, place: int) -> Apply:
    """Fill a row that was open before: the first such loop in it counts."""

    def once(row: Row, elements: list[str], number: int, shift: int) -> None:
        if row[place] is None:
            apply(row, elements, number, shift)

    return once


def _afresh(apply: Apply, places: list[int]) -> Apply:
    """Fill what is lent, forgetting what was lent before."""

    def afresh(row: Row, elements: list[str], number: int, shift: int) -> None:
        for place in places:
            row[place] = None
        apply(row, elements, number, shift)

    return afresh


def _lent_below(program: Program, loop: Loop) -> list[tuple[Row, list[int]]]:
    """The columns that this loop and those below it lend to rows that open later."""
    found: dict[str, set[int]] = {}
    for one in loop.loops():
        for field in one.fields():
            lent = one.owner(field.table) is None or (one is not loop and field.segment == one.announced)
            if field.source == "at" and field.table in program.opened and lent:
                found.setdefault(field.table, set()).add(program.machine.tables[field.table].index[field.name])
    return [(program.lent[table], sorted(columns)) for table, columns in found.items()]


def _counting(root: Loop, table: str | None) -> list[Field]:
    """The `count` columns that start again with each row of `table`."""
    found = []
    for loop in root.loops():
        for child in loop.children:
            fields = (
                [child]
                if isinstance(child, Field)
                else getattr(child, "fields", ())
                if not isinstance(child, Loop)
                else ()
            )
            found += [one for one in fields if one.source == "count" and one.argument == table]
    return found
