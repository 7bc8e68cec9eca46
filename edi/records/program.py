"""Which handler a segment has in a loop: the compiled form of one transaction set's mapping.

A loop's dictionary knows its own segments, and behind them what may follow outside it (the next loop, the segments
of the loops around it), so that one look-up finds every segment. What stands against the order of the guide is read
all the same, with a diagnostic, and so are loops whose enclosing loop is missing.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property

from edi.records import handlers, headless
from edi.records.machine import Dispatch, Handler, Machine, label
from edi.records.openers import Hierarchy, Opener
from edi.records.plans import Row
from edi.records.specs import Entry, Part, Spec, parts
from edi.records.vocabulary import Field, Ignore, Loop, Repeat


class Program:
    """The handlers of one transaction set."""

    def __init__(self, machine: Machine, name: str, root: Loop) -> None:
        self.machine = machine
        self.name = name
        self.root = root
        self.opened = {loop.table: loop for loop in root.loops() if loop.table}
        self.lent: dict[str, Row] = {table: machine.blank(table) for table in self.opened}
        self.counters: dict[tuple[str, str], list[int]] = {}
        self.hierarchy = Hierarchy(machine)
        self.had: dict[Loop, int] = {}  # the row of a loop that has had the segment it has once
        self._dispatches: dict[Loop, Dispatch] = {}
        self._openers: dict[Loop, Opener] = {}
        self._own_specs: dict[tuple[Loop, str], Spec | None] = {}
        self._specs: dict[tuple[Loop, str], Spec | None] = {}
        self._anywhere: dict[str, Spec | None] = {}

    @cached_property
    def mapped(self) -> dict[str, set[int]]:
        """The elements of each segment that some column takes."""
        found: dict[str, set[int]] = {}
        for _, repeat, column in self.root.columns():
            step = repeat.step if repeat is not None else 0
            found.setdefault(column.segment, set()).update(
                range(column.element, 99, step) if step else [column.element]
            )
        return found

    def dispatch(self, loop: Loop) -> Dispatch:
        if loop not in self._dispatches:
            self._dispatches[loop] = Dispatch(loop, self._handler, self._unknown)
        return self._dispatches[loop]

    def opener(self, loop: Loop) -> Opener:
        if loop not in self._openers:
            self._openers[loop] = Opener(self, loop)
        return self._openers[loop]

    def begin(self, elements: list[str], number: int) -> int:
        """Open the set's outermost loop with its ST."""
        self.hierarchy.begin()
        self.had.clear()
        for counter in self.counters.values():
            counter[0] = 0
        return self.opener(self.root).handler(self.root.opens[0])(elements, number)

    def end(self) -> None:
        """Close every loop below the outermost."""
        self.opener(self.root).close()

    def cell(self, loop: Loop, table: str) -> list[Row]:
        """Where the row is that a column in `loop` fills: the open one, or the one that is lent to the next."""
        if table in self.opened and loop.owner(table) is None:
            return [self.lent[table]]
        return self.machine.current[table]

    def counter(self, column: Field) -> list[int]:
        """The counter of a `count` column: how many rows of its table the open row of another table has had."""
        return self.counters.setdefault((column.table, column.argument), [0])

    # -- which handler ----------------------------------------------------------------------------------------------

    def _handler(self, loop: Loop, name: str) -> Handler | None:
        """The handler of segments called `name` in `loop`; None when no loop of this set knows them there."""
        if name in self.machine.envelope:
            return self.machine.envelope[name]
        spec, anywhere = self._spec(loop, name), self._openers_anywhere(name)
        spec = spec.over(anywhere) if spec is not None else anywhere
        if spec is None:
            return None
        if not spec.by_value and spec.default is not None:
            return spec.default.handler
        return self._qualified(loop, name, spec)

    def _qualified(self, loop: Loop, name: str, spec: Spec) -> Handler:
        """Choose by the element that tells the segments of this name apart."""
        by_value = {value: entry.handler for value, entry in spec.by_value.items()}
        default = spec.default.handler if spec.default is not None else self.machine.unexpected_segment
        key, machine, get = spec.key, self.machine, by_value.get

        def other(elements: list[str], number: int) -> int:
            given = elements[key] if len(elements) > key else ""
            clean = given.strip().upper()
            if clean != given and clean in by_value:
                machine.notes.note("qualifier-padded", number, loop=loop.id, element=f"{name}{key:02}", value=given)
                elements[key] = clean
                return by_value[clean](elements, number)
            return default(elements, number)

        def qualified(elements: list[str], number: int) -> int:
            try:
                handler = get(elements[key], other)
            except IndexError:
                handler = other
            return handler(elements, number)

        return qualified

    def _spec(self, loop: Loop, name: str) -> Spec | None:
        """The entries of `name` that count in `loop`: its own, and behind them those of the loops around it."""
        if (loop, name) not in self._specs:
            own = self._own(loop, name)
            around = (
                None if loop.parent is None else self._seen_from(loop, loop.parent, self._spec(loop.parent, name), name)
            )
            self._specs[loop, name] = own.over(around) if own is not None else around
        return self._specs[loop, name]

    def _seen_from(self, loop: Loop, parent: Loop, spec: Spec | None, name: str) -> Spec | None:
        """The parent's `spec` as seen from its child: what the parent itself puts before the child comes late.

        What a claim has once, before its lines, is another claim's when it comes again behind them.
        """
        if spec is None:
            return None
        own = self._own(parent, name)
        if own is None:
            return spec
        position = parent.children.index(loop)
        mine = {id(entry) for entry in own.entries() if entry.position < position}
        late = self._late(spec, mine, parent)
        if parent.once is not None and parent.once[0] == name and loop.table == headless.LINES.get(parent.table or ""):
            late = late.changed(parent.once[1], lambda handler: headless.of_next(self, parent, handler))
        return late

    def _late(self, spec: Spec, which: set[int], loop: Loop) -> Spec:
        def seen(entry: Entry) -> Entry:
            return self._late_entry(entry, loop) if id(entry) in which else entry

        default = None if spec.default is None else seen(spec.default)
        return Spec(spec.key, {value: seen(entry) for value, entry in spec.by_value.items()}, default)

    def _late_entry(self, entry: Entry, loop: Loop) -> Entry:
        """`entry` with a note that it does not belong where it stands."""
        machine, handler = self.machine, entry.handler
        around = [machine.current[one.table] for one in loop.chain() if one.table]

        def late(elements: list[str], number: int) -> int:
            rule = "loop-out-of-order" if entry.opens else "segment-out-of-order"
            if entry.opens and any(cell[0][0] is None for cell in around):
                rule = "loop-without-parent"
            machine.notes.note(rule, number, loop=machine.here[0].loop.id, value=label(elements), expected=loop.id)
            return handler(elements, number)

        return Entry(late, entry.position, entry.opens)

    def _openers_anywhere(self, name: str) -> Spec | None:
        """The loops of the whole set that open with `name`, for where the loops around them are missing."""
        if name not in self._anywhere:
            found: Spec | None = None
            for loop in self.root.loops():
                own = self._own(loop, name)
                if own is None:
                    continue
                opening = Spec(own.key, {value: entry for value, entry in own.by_value.items() if entry.opens})
                opening.default = own.default if own.default is not None and own.default.opens else None
                late = self._late(opening, set(map(id, opening.entries())), loop)
                if loop.once is not None and loop.once[0] == name:
                    late = late.having(loop.once[1], Entry(headless.without_header(self, loop), 0, True))
                if any(late.entries()):
                    found = late if found is None else found.over(late)
            self._anywhere[name] = found
        return self._anywhere[name]

    def _unknown(self, elements: list[str], number: int) -> int:
        """A segment that this loop does not know: perhaps its name is only unclean."""
        here = self.machine.here[0]
        name = "".join(letter for letter in elements[0] if letter.isalnum()).upper()
        handler = here[name]
        if name == elements[0] or handler == self._unknown:
            return self.machine.unexpected_segment(elements, number)
        self.machine.notes.note("segment-name-unclean", number, loop=here.loop.id, value=name)
        return handler([name, *elements[1:]], number)

    # -- a loop's own segments --------------------------------------------------------------------------------------

    def _own(self, loop: Loop, name: str) -> Spec | None:
        """The entries that `loop` itself declares for `name`."""
        if (loop, name) not in self._own_specs:
            children = list(parts(loop, name))
            spec = self._combined(loop, name, children) if children else None
            if spec is not None and loop.once is not None and loop.once[0] == name:
                spec = spec.changed(loop.once[1], lambda handler: headless.noted(self, loop, handler))
            self._own_specs[loop, name] = spec
        return self._own_specs[loop, name]

    def _combined(self, loop: Loop, name: str, parts: list[Part]) -> Spec:
        spec = Spec(next((part.key.element for part in parts if part.key is not None), 1))
        for value in sorted({value for part in parts if part.key is not None for value in part.key.values}):
            fitting = [part for part in parts if part.key is None or value in part.key.values]
            spec.by_value[value] = self._entry(loop, name, fitting)
        unkeyed = [part for part in parts if part.key is None]
        if unkeyed:
            spec.default = self._entry(loop, name, unkeyed)
        return spec

    def _entry(self, loop: Loop, name: str, parts: list[Part]) -> Entry:
        """One handler for all that a segment does: open a loop; or fill columns, make rows, be ignored."""
        position = max(part.position for part in parts)
        for _, child, _, _ in parts:
            if isinstance(child, Loop):
                opener = self.opener(child)
                return Entry(opener.announce() if name == child.announced else opener.handler(name), position, True)
        fields = [replace(part.child, where=part.rest) for part in parts if isinstance(part.child, Field)]
        repeats = [part.child for part in parts if isinstance(part.child, Repeat)]
        ignores = [part.rest for part in parts if isinstance(part.child, Ignore)]
        ignore = self.machine.ignore(name)
        whole = [repeat for repeat in repeats if not repeat.step]
        last = handlers.rows(self, loop, whole[:1]) if whole else ignore if () in ignores else None
        groups = [repeat for repeat in repeats if repeat.step]
        handler = handlers.rows(self, loop, groups) if groups else None
        if fields:
            fill = handlers.fill(self, loop, fields, last)
            handler = fill if handler is None else handlers.both(fill, handler)
        handler = handler or last or self.machine.unexpected_segment
        for where in ignores:
            if where:
                handler = handlers.choose(where, self.machine.context, ignore, handler)
        return Entry(handler, position, False)
