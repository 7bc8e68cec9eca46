"""A mapping -> handlers: for each loop a dictionary from segment name to a function that does everything that segment does.

A handler takes the elements of a segment and its number and returns 1 when the segment was used, 0 when it was ignored by
name or not expected (both are counted). Opening a loop makes its dictionary the current one. A loop's dictionary also
knows what may follow outside it (the next loop, the segments of the loops around it), so one look-up finds every segment;
what stands there against the order of the guide is read all the same, with a diagnostic. Handlers are made when a segment is
first met in a loop, so a small file does not pay for a large mapping.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from edi.records.mapping import Condition, Field, Ignore, Loop, Mappings, Repeat
from edi.records.openers import Hierarchy, Opener
from edi.records.plans import Context, Plan, Row, name_of, test_of
from edi.x12.diagnostic import Notes

Handler = Callable[[list[str], int], int]


class Dispatch(dict[str, Handler]):
    """The handlers of one loop, made on demand."""

    def __init__(self, loop: Loop, make: Callable[[Loop, str], Handler | None], unknown: Handler) -> None:
        super().__init__()
        self.loop = loop
        self._make = make
        self._unknown = unknown

    def __missing__(self, name: str) -> Handler:
        handler = self._make(self.loop, name)
        if handler is None:
            return self._unknown
        self[name] = handler
        return handler


class Entry:
    """How one segment (with one value in the element that tells it apart) is handled, and where it stands in the loop."""

    __slots__ = ("handler", "opens", "position")

    def __init__(self, handler: Handler, position: int, opens: bool) -> None:
        self.handler = handler
        self.position = position
        self.opens = opens


class Spec:
    """All entries of a segment name in a loop: by the value of element `key`, and one for any other value."""

    __slots__ = ("by_value", "default", "key")

    def __init__(self, key: int) -> None:
        self.key = key
        self.by_value: dict[str, Entry] = {}
        self.default: Entry | None = None


class Closed(list[Any]):
    """Stands where no row is open: it has no id and keeps nothing."""

    def __setitem__(self, place: Any, value: Any) -> None:
        pass


class Machine:
    """The state of one read: the current dictionary, the rows that are open, the rows made so far, and the counts."""

    def __init__(self, mappings: Mappings, base: int, notes: Notes) -> None:
        self.mappings = mappings
        self.base = base
        self.notes = notes
        self.context = Context(notes)
        self.rows: dict[str, list[Row]] = {name: [] for name in mappings.tables}
        self.closed: dict[str, Row] = {
            name: Closed([None] * len(table.columns)) for name, table in mappings.tables.items()
        }
        self.current: dict[str, list[Row]] = {name: [row] for name, row in self.closed.items()}
        self.ignored: Counter[str] = Counter()
        self.unexpected = 0
        self.here: list[Dispatch] = []
        self.envelope: dict[str, Handler] = {}  # handlers of ISA, GS, ST, SE, GE, IEA, TA1: the same in every loop
        self._programs = {name: Program(self, name, root) for name, root in mappings.transactions.items()}

    def program(self, name: str) -> Program:
        return self._programs[name]

    def unexpected_segment(self, elements: list[str], number: int) -> int:
        """Count and name a segment that nobody expects here."""
        self.unexpected += 1
        name = elements[0]
        known = len(name) <= 3 and name.isascii() and name.isalnum()
        qualifier = elements[1] if known and len(elements) > 1 and len(elements[1]) <= 3 else ""
        value = f"{name}*{qualifier}" if qualifier else name
        self.notes.note("segment-unexpected", number, loop=self.here[0].loop.id, value=value[:12], private=not known)
        return 0


class Program:
    """The compiled form of one transaction set's mapping within a read."""

    def __init__(self, machine: Machine, name: str, root: Loop) -> None:
        self.machine = machine
        self.name = name
        self.root = root
        self.opened = {loop.table: loop for loop in root.loops() if loop.table}
        self.lent: dict[str, Row] = {
            table: [None] * len(machine.mappings.tables[table].columns) for table in self.opened
        }
        self.counters: dict[tuple[str, str], list[int]] = {}
        self.hierarchy = Hierarchy(machine.notes)
        self._dispatches: dict[int, Dispatch] = {}
        self._specs: dict[tuple[int, str], Spec | None] = {}
        self._openers: dict[int, Opener] = {}

    def dispatch(self, loop: Loop) -> Dispatch:
        found = self._dispatches.get(id(loop))
        if found is None:
            found = self._dispatches[id(loop)] = Dispatch(loop, self._handler, self._unknown)
        return found

    def opener(self, loop: Loop) -> Opener:
        found = self._openers.get(id(loop))
        if found is None:
            found = self._openers[id(loop)] = Opener(self, loop)
        return found

    def cell(self, loop: Loop, table: str) -> list[Row]:
        """Where the row of `table` is that a column in `loop` fills: the open one, or the one that is lent to the next."""
        if table in self.opened and loop.owner(table) is None:
            return [self.lent[table]]
        return self.machine.current[table]

    # -- finding the handler of a segment ---------------------------------------------------------------------------

    def _handler(self, loop: Loop, name: str) -> Handler | None:
        """The handler of segments called `name` in `loop`; None when no loop of this set knows them."""
        if name in self.machine.envelope:
            return self.machine.envelope[name]
        spec = self._spec(loop, name)
        anywhere = self._anywhere(name)
        if spec is None:
            spec = anywhere
        elif anywhere is not None:
            spec = _overlaid(anywhere, spec)
        if spec is None:
            return None
        if not spec.by_value and spec.default is not None:
            return spec.default.handler
        return self._qualified(loop, name, spec)

    def _qualified(self, loop: Loop, name: str, spec: Spec) -> Handler:
        """Choose by the element that tells the segments of this name apart."""
        handlers = {value: entry.handler for value, entry in spec.by_value.items()}
        default = spec.default.handler if spec.default is not None else self.machine.unexpected_segment
        key = spec.key
        notes = self.machine.notes

        def other(elements: list[str], number: int) -> int:
            given = elements[key] if len(elements) > key else ""
            cleaned = given.strip().upper()
            if cleaned != given and cleaned in handlers:
                notes.note("qualifier-padded", number, loop=loop.id, element=f"{name}{key:02}", value=given)
                elements[key] = cleaned
                return handlers[cleaned](elements, number)
            return default(elements, number)

        get = handlers.get

        def qualified(elements: list[str], number: int) -> int:
            try:
                handler = get(elements[key], other)
            except IndexError:
                handler = other
            return handler(elements, number)

        return qualified

    def _spec(self, loop: Loop, name: str) -> Spec | None:
        """The entries of `name` that count in `loop`: its own, and behind them those of the loops around it."""
        key = (id(loop), name)
        if key not in self._specs:
            own = self._own(loop, name)
            outer = None
            if loop.parent is not None:
                around = self._spec(loop.parent, name)
                if around is not None:
                    own_around = self._own(loop.parent, name)
                    outer = self._ordered(around, own_around, loop.parent.children.index(loop), loop.parent)
            self._specs[key] = outer if own is None else own if outer is None else _overlaid(outer, own)
        return self._specs[key]

    def _ordered(self, spec: Spec, own: Spec | None, position: int, loop: Loop) -> Spec:
        """`spec` as seen from the child loop at `position`: what the loop's own entries put before it comes out of order."""
        if own is None:
            return spec
        seen = Spec(spec.key)
        seen.by_value = {
            value: self._late(entry, loop) if own.by_value.get(value) is entry and entry.position < position else entry
            for value, entry in spec.by_value.items()
        }
        seen.default = spec.default
        if spec.default is not None and own.default is spec.default and spec.default.position < position:
            seen.default = self._late(spec.default, loop)
        return seen

    def _late(self, entry: Entry, loop: Loop) -> Entry:
        notes, handler, here = self.machine.notes, entry.handler, self.machine.here
        around = [self.machine.current[one.table] for one in loop.chain() if one.table]

        def late(elements: list[str], number: int) -> int:
            rule = "segment-out-of-order" if not entry.opens else "loop-out-of-order"
            if entry.opens and any(cell[0][0] is None for cell in around):
                rule = "loop-without-parent"
            notes.note(rule, number, loop=here[0].loop.id, value=_label(elements), expected=loop.id)
            return handler(elements, number)

        return Entry(late, entry.position, entry.opens)

    def _anywhere(self, name: str) -> Spec | None:
        """The loops of the whole set that open with `name`: used where the loops around them are missing."""
        key = (0, name)
        if key not in self._specs:
            found: Spec | None = None
            for loop in self.root.loops():
                own = self._own(loop, name)
                if own is None or not any(entry.opens for entry in [*own.by_value.values(), own.default] if entry):
                    continue
                late = self._ordered(own, own, len(loop.children) + 1, loop)
                late.by_value = {value: entry for value, entry in late.by_value.items() if entry.opens}
                late.default = late.default if late.default is not None and late.default.opens else None
                found = late if found is None else _overlaid(late, found)
            self._specs[key] = found
        return self._specs[key]

    # -- a loop's own segments --------------------------------------------------------------------------------------

    def _own(self, loop: Loop, name: str) -> Spec | None:
        """The entries that `loop` itself declares for `name`, made once."""
        key = (id(loop) + 1, name)
        if key in self._specs:
            return self._specs[key]
        announced = (loop.announced,) if loop.announced else ()
        found: list[tuple[int, Any, Condition | None, tuple[Condition, ...]]] = []
        for position, child in enumerate(loop.children):
            if isinstance(child, Loop):
                if name in child.opens or name == child.announced:
                    found.append((_latest(loop, child), child, *_split(child.where)))
            elif isinstance(child, Field):
                if child.source == "at" and child.segment == name and name not in (*loop.opens, *announced):
                    found.append((position, child, *_split(child.where)))
            elif isinstance(child, Repeat):
                if child.segment == name:
                    found.append((position, child, *(_split(child.where) if not child.step else (None, child.where))))
            elif name in child.segments:
                found.append((position, child, *_split(child.where)))
        self._specs[key] = self._entries(loop, name, found) if found else None
        return self._specs[key]

    def _entries(
        self, loop: Loop, name: str, found: list[tuple[int, Any, Condition | None, tuple[Condition, ...]]]
    ) -> Spec:
        spec = Spec(next((key.element for _, _, key, _ in found if key is not None), 1))
        values = {value for _, _, key, _ in found if key is not None for value in key.values}
        for value in sorted(values):
            fitting = [(at, child, rest) for at, child, key, rest in found if key is None or value in key.values]
            spec.by_value[value] = self._entry(loop, name, fitting)
        rest = [(at, child, rest) for at, child, key, rest in found if key is None]
        if rest:
            spec.default = self._entry(loop, name, rest)
        return spec

    def _entry(self, loop: Loop, name: str, found: list[tuple[int, Any, tuple[Condition, ...]]]) -> Entry:
        """One handler for all that a segment does: open a loop; or fill columns, make rows, be ignored."""
        position = max(at for at, _, _ in found)
        child = next((child for _, child, _ in found if isinstance(child, Loop)), None)
        if child is not None:
            opener = self.opener(child)
            return Entry(opener.announce() if name == child.announced else opener.handler(name), position, True)
        exceptions = [rest for _, child, rest in found if isinstance(child, Ignore) and rest]
        fields = [_with_where(child, rest) for _, child, rest in found if isinstance(child, Field)]
        groups = [child for _, child, _ in found if isinstance(child, Repeat) and child.step]
        wholes = [child for _, child, _ in found if isinstance(child, Repeat) and not child.step]
        ignore = (
            self._ignored(name) if any(isinstance(child, Ignore) and not rest for _, child, rest in found) else None
        )
        last = self._rows(loop, name, wholes[:1]) if wholes else ignore
        if fields:
            handler = self._fill(loop, name, fields, last)
            if groups:
                handler = _both(handler, self._rows(loop, name, groups))
        elif groups:
            handler = self._rows(loop, name, groups)
        else:
            handler = last or self.machine.unexpected_segment
        for where in exceptions:
            handler = self._except(where, self._ignored(name), handler)
        return Entry(handler, position, False)

    def _ignored(self, name: str) -> Handler:
        ignored = self.machine.ignored

        def ignore(elements: list[str], number: int) -> int:  # noqa: ARG001
            ignored[name] += 1
            return 0

        return ignore

    def _except(self, where: tuple[Condition, ...], then: Handler, otherwise: Handler) -> Handler:
        test = test_of(where, self.machine.context.component)

        def choose(elements: list[str], number: int) -> int:
            return (then if test(elements) else otherwise)(elements, number)

        return choose

    def _fill(self, loop: Loop, name: str, fields: list[Field], again: Handler | None) -> Handler:
        """Fill columns of the rows that are open. A segment that comes a second time goes to `again`, else is noted."""
        parts = []
        for table in dict.fromkeys(field.table for field in fields):
            mine = [field for field in fields if field.table == table]
            shape = self.machine.mappings.tables[table]
            parts.append((self.cell(loop, table), Plan(mine, shape, loop.id, self.machine.context)))
        plain = [field for field in fields if not field.otherwise]
        first = (plain or fields)[0]
        cell = self.cell(loop, first.table)
        place = self.machine.mappings.tables[first.table].index[first.name]
        notes = self.machine.notes

        def repeated(elements: list[str], number: int) -> int:
            if plain:
                notes.note("segment-repeated", number, loop=loop.id, value=_label(elements))
            return 1

        second = again or repeated
        if len(parts) == 1:
            plan = parts[0][1]
            if fields == [first] and plan.texts:  # most references: one text
                index = plan.texts[0][0]

                def fill_text(elements: list[str], number: int) -> int:
                    row = cell[0]
                    if row[place] is not None:
                        return second(elements, number)
                    if len(elements) > index:
                        row[place] = elements[index] or None
                    return 1

                return fill_text
            apply = plan.apply

            def fill(elements: list[str], number: int) -> int:
                row = cell[0]
                if row[place] is not None:
                    return second(elements, number)
                apply(row, elements, number, 0)
                return 1

            return fill

        def fill_all(elements: list[str], number: int) -> int:
            if cell[0][place] is not None:
                return second(elements, number)
            for target, plan in parts:
                plan.apply(target[0], elements, number, 0)
            return 1

        return fill_all

    def _rows(self, loop: Loop, name: str, repeats: list[Repeat]) -> Handler:
        """Make rows: one of the whole segment, or one for each group of elements that is not empty."""
        makers = [self._maker(loop, repeat) for repeat in repeats]
        if not repeats[0].step:
            make = makers[0]

            def whole(elements: list[str], number: int) -> int:
                make(elements, elements, number, 0, 1)
                return 1

            return whole
        runs: dict[tuple[int, int, int], list[tuple[Repeat, Any]]] = {}
        for repeat, maker in zip(repeats, makers, strict=True):
            runs.setdefault((repeat.start, repeat.step, repeat.stop), []).append((repeat, maker))
        handlers = []
        before = 0
        for (start, step, stop), members in runs.items():
            handlers.append(self._run(loop, name, start, step, stop, members, before))
            before += (stop - start) // step + 1
        if len(handlers) == 1:
            return handlers[0]

        def all_runs(elements: list[str], number: int) -> int:
            for handler in handlers:
                handler(elements, number)
            return 1

        return all_runs

    def _run(
        self, loop: Loop, name: str, start: int, step: int, stop: int, members: list[tuple[Repeat, Any]], before: int
    ) -> Handler:
        """Groups of `step` elements from `start` to `stop`; the first member whose condition holds makes the row."""
        notes, gap = self.machine.notes, members[0][0].gap
        simple = members[0][1] if len(members) == 1 and not members[0][0].where else None
        tested = [(test_of(repeat.where, self.machine.context.component, start), make) for repeat, make in members]

        def choose(group: list[str], elements: list[str], number: int, shift: int, place: int) -> None:
            for test, make in tested:
                if test(group):
                    make(group, elements, number, shift, place)
                    return

        make = simple or choose

        def run(elements: list[str], number: int) -> int:
            place = before
            empty = 0
            for at in range(start, min(len(elements), stop + 1), step):
                place += 1
                group = elements[at : at + step]
                if not any(group):
                    empty = at
                    continue
                if empty and gap:
                    notes.note(gap, number, loop=loop.id, element=f"{name}{empty:02}")
                    empty = 0
                make(group, elements, number, at - start, place)
            return 1

        return run

    def _maker(self, loop: Loop, repeat: Repeat) -> Callable[[list[str], list[str], int, int, int], None]:
        """A function that makes one row of a repeat from a group of elements."""
        machine, table = self.machine, self.machine.mappings.tables[repeat.table]
        template: Row = [None] * len(table.columns)
        for field in repeat.fields:
            if field.source == "value":
                template[table.index[field.name]] = field.argument
        first = repeat.start if repeat.step else 0
        context = machine.context
        apply = Plan([f for f in repeat.fields if f.element >= first], table, loop.id, context, first).apply
        outside = [f for f in repeat.fields if f.source == "at" and f.element < first]
        head = Plan(outside, table, loop.id, context).apply if outside else None
        parents = [(table.index[f.name], machine.current[f.argument]) for f in repeat.fields if f.source == "of"]
        counts = [
            (table.index[f.name], self.counter(f), test_of(f.where, context.component, first))
            for f in repeat.fields
            if f.source == "count"
        ]
        required = [(table.index[f.name], f) for f in repeat.fields if f.missing]
        several = table.primary_key[1:] == ("position",)
        append, base, notes = machine.rows[repeat.table].append, machine.base, machine.notes

        def make(group: list[str], elements: list[str], number: int, shift: int, place: int) -> None:
            row = template.copy()
            row[0] = base + number
            if several:
                row[1] = place
            for column, cell in parents:
                row[column] = cell[0][0]
            apply(row, group, number, shift)
            if head is not None:
                head(row, elements, number, 0)
            for column, counter, test in counts:
                if test(group):
                    counter[0] += 1
                    row[column] = counter[0]
            for column, field in required:
                if row[column] is None and not "".join(group[field.element - first :][:1]):
                    notes.note(field.missing or "", number, loop=loop.id, element=name_of(field, shift))
            append(row)

        return make

    def counter(self, field: Field) -> list[int]:
        """The counter of a `count` column: how many rows of its table the open row of another table has had."""
        return self.counters.setdefault((field.table, field.argument), [0])

    def _unknown(self, elements: list[str], number: int) -> int:
        """A segment that this loop does not know: perhaps its name is only unclean."""
        here = self.machine.here[0]
        name = "".join(letter for letter in elements[0] if letter.isalnum()).upper()
        if name != elements[0] and name:
            handler = here[name]
            if handler != self._unknown:
                self.machine.notes.note("segment-name-unclean", number, loop=here.loop.id, value=name)
                return handler([name, *elements[1:]], number)
        return self.machine.unexpected_segment(elements, number)


def _overlaid(under: Spec, over: Spec) -> Spec:
    """`over`, and behind it what only `under` knows. What `over` takes whatever its value hides `under` altogether."""
    if over.default is not None:
        return over
    made = Spec(over.key)
    made.by_value = {**under.by_value, **over.by_value}
    made.default = under.default
    return made


def _latest(loop: Loop, child: Loop) -> int:
    """Where `child` may begin at the latest: loops that open with the same segment come in any order among themselves."""
    alike = [at for at, one in enumerate(loop.children) if isinstance(one, Loop) and one.opens == child.opens]
    return len(loop.children) if child.again else max(alike)


def _split(where: tuple[Condition, ...]) -> tuple[Condition | None, tuple[Condition, ...]]:
    """The condition that tells segments of one name apart (the first, on a whole element), and the others."""
    if where and where[0].component is None:
        return where[0], where[1:]
    return None, where


def _with_where(field: Field, where: tuple[Condition, ...]) -> Field:
    return Field(**{**field.__dict__, "where": where})


def _both(one: Handler, other: Handler) -> Handler:
    def both(elements: list[str], number: int) -> int:
        one(elements, number)
        return other(elements, number)

    return both


def _label(elements: list[str]) -> str:
    """'NM1*82': a segment's name and its qualifier, when that is short enough to be one."""
    qualifier = elements[1] if len(elements) > 1 and len(elements[1]) <= 3 else ""
    return f"{elements[0]}*{qualifier}" if qualifier else elements[0]
