"""What a segment does inside a loop: fill columns of the rows that are open, or make rows of its own.

Closures, compiled once. The commonest cases (one text, one typed value, groups of plain elements) have
their own straight code: these functions run once for every segment of a file.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from edi.records.machine import Handler, label
from edi.records.plans import Context, Plan, Row, name_of
from edi.records.vocabulary import Field, Loop, Repeat, Where

if TYPE_CHECKING:
    from edi.records.program import Program

Make = Callable[[list[str], list[str], int, int, int], None]
"""Makes one row: of a group of elements, of all elements, segment number, how far the group is shifted, its place."""


def both(one: Handler, other: Handler) -> Handler:
    def both(elements: list[str], number: int) -> int:
        one(elements, number)
        return other(elements, number)

    return both


def choose(where: Where, context: Context, then: Handler, otherwise: Handler) -> Handler:
    test = context.condition(where)

    def choose(elements: list[str], number: int) -> int:
        return (then if test(elements) else otherwise)(elements, number)

    return choose


def fill(program: Program, loop: Loop, fields: list[Field], again: Handler | None) -> Handler:
    """Fill columns of open rows. The first segment counts; a second one goes to `again`, else is noted."""
    machine = program.machine
    plans = []
    for table in dict.fromkeys(field.table for field in fields):
        mine = [field for field in fields if field.table == table]
        plans.append((program.cell(loop, table), Plan(mine, machine.tables[table], loop.id, machine.context)))
    plain = [field for field in fields if not field.otherwise]
    first = (plain or fields)[0]
    cell, place = program.cell(loop, first.table), machine.tables[first.table].index[first.name]

    def repeated(elements: list[str], number: int) -> int:
        if plain:
            machine.notes.note("segment-repeated", number, loop=loop.id, value=label(elements))
        return 1

    second = again or repeated
    if len(plans) > 1:

        def fill_all(elements: list[str], number: int) -> int:
            if cell[0][place] is not None:
                return second(elements, number)
            for target, plan in plans:
                plan.apply(target[0], elements, number, 0)
            return 1

        return fill_all
    plan = plans[0][1]
    if len(plan.texts) == len(fields) == 1:
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


def rows(program: Program, loop: Loop, repeats: list[Repeat]) -> Handler:
    """Make rows: one of the whole segment, or one for each group of elements that is not empty."""
    if not repeats[0].step:
        make = _maker(program, loop, repeats[0])

        def whole(elements: list[str], number: int) -> int:
            make(elements, elements, number, 0, 1)
            return 1

        return whole
    runs: dict[tuple[int, int, int], list[Repeat]] = {}
    for repeat in repeats:
        runs.setdefault((repeat.start, repeat.step, repeat.stop), []).append(repeat)
    handler: Handler | None = None
    places = 0
    for (start, step, stop), members in runs.items():
        run = _run(program, loop, members, places)
        handler = run if handler is None else both(handler, run)
        places += (stop - start) // step + 1
    assert handler is not None
    return handler


def _run(program: Program, loop: Loop, members: list[Repeat], before: int) -> Handler:
    """Make a row of each group of elements; of several members, the first whose condition holds makes it."""
    machine, context = program.machine, program.machine.context
    start, step, stop, gap = members[0].start, members[0].step, members[0].stop, members[0].gap
    segment = members[0].segment
    makers = [(context.condition(repeat.where, start), _maker(program, loop, repeat)) for repeat in members]

    def make_fitting(group: list[str], elements: list[str], number: int, shift: int, place: int) -> None:
        for test, make in makers:
            if test(group):
                make(group, elements, number, shift, place)
                return

    make = makers[0][1] if len(members) == 1 and not members[0].where else make_fitting

    def run(elements: list[str], number: int) -> int:
        place = before
        empty = 0
        size = len(elements)
        for at in range(start, size if size <= stop else stop + 1, step):
            place += 1
            group = elements[at : at + step]
            if not any(group):
                empty = empty or at
                continue
            if empty and gap:
                machine.notes.note(gap, number, loop=loop.id, element=f"{segment}{empty:02}")
            empty = 0
            make(group, elements, number, at - start, place)
        return 1

    return run


def _maker(program: Program, loop: Loop, repeat: Repeat) -> Make:
    """A function that makes one row of a repeat."""
    machine, table = program.machine, program.machine.tables[repeat.table]
    template = machine.blank(repeat.table)
    for field in repeat.fields:
        if field.source == "value":
            template[table.index[field.name]] = field.argument
    first = repeat.start if repeat.step else 0
    context = machine.context
    inside = [field for field in repeat.fields if field.source == "at" and field.element >= first]
    outside = [field for field in repeat.fields if field.source == "at" and field.element < first]
    apply = Plan(inside, table, loop.id, context, first).apply
    head = Plan(outside, table, loop.id, context).apply if outside else None
    parents = [(table.index[f.name], machine.current[f.argument]) for f in repeat.fields if f.source == "of"]
    counts = [
        (table.index[f.name], program.counter(f), context.condition(f.where, first))
        for f in repeat.fields
        if f.source == "count"
    ]
    required = [(table.index[field.name], field) for field in repeat.fields if field.missing]
    several = "position" in table.primary_key
    append = machine.rows[repeat.table].append

    def make(group: list[str], elements: list[str], number: int, shift: int, place: int) -> None:
        row = template.copy()
        row[0] = number
        if several:
            row[1] = place
        for column, cell in parents:
            row[column] = cell[0][0]
        if head is not None:
            head(row, elements, number, 0)
        apply(row, group, number, shift)
        for column, counter, test in counts:
            if test(group):
                counter[0] += 1
                row[column] = counter[0]
        for column, field in required:
            if row[column] is None:
                missed(row, group, number, shift, field)
        append(row)

    def missed(row: Row, group: list[str], number: int, shift: int, field: Field) -> None:  # noqa: ARG001
        """A required element is absent (one that could not be read has been noted already)."""
        if not any(group[field.element - first : field.element - first + 1]):
            machine.notes.note(field.missing or "", number, loop=loop.id, element=name_of(field, shift))

    return make
