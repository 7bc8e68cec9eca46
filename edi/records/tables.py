"""The shapes of the tables that the reader fills, as the mapping files declare them.

A table's first column is `id` (file number << 32 | segment number); where one segment makes several rows `position`
follows. Then come the columns of the loop that opens its rows, then those that other loops lend or add, each in file
order. Tables that several mapping files fill (claim, service_line ...) have the columns of all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from edi.records.vocabulary import Field, Loop, Repeat
from edi.resources import ResourceError

STORED = {"money": "cents", "rate": "number", "last-day": "date"}
_ID = "file number << 32 | segment number"


@dataclass(frozen=True)
class Column:
    """A column: its type (text, cents, int, number, date), its positions, what it means, whether it is private."""

    name: str
    type: str
    source: str
    label: str
    phi: bool


@dataclass(frozen=True)
class Table:
    """One table; rows are lists in the order of `columns`."""

    name: str
    columns: tuple[Column, ...]
    primary_key: tuple[str, ...]
    index: dict[str, int] = field(hash=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.index.update((column.name, at) for at, column in enumerate(self.columns))


@dataclass
class _Draft:
    """A column while its sources are collected."""

    type: str
    label: str
    phi: bool
    rank: int
    sources: dict[str, list[str]]


def shapes(sets: Mapping[str, Loop]) -> dict[str, Table]:
    """All tables by name, in the order in which the sets first name them."""
    drafts: dict[str, dict[str, _Draft]] = {}
    several: set[str] = set()
    for name, root in sets.items():
        for loop, repeat, one in root.columns():
            kind = STORED.get(one.type, one.type)
            new = _Draft(kind, one.label, one.phi, _rank(loop, repeat, one), {})
            draft = drafts.setdefault(one.table, {}).setdefault(one.name, new)
            if (draft.type, draft.phi) != (kind, draft.phi or one.phi):
                raise ResourceError(f"{name}.xml:{one.line}: {one.table}.{one.name} has another type elsewhere")
            draft.phi = draft.phi or one.phi
            draft.label = draft.label or one.label
            draft.rank = min(draft.rank, new.rank)
            draft.sources.setdefault(_source(loop, repeat, one), []).append(name)
            if repeat is not None and repeat.step:
                several.add(one.table)
    return {name: _table(name, columns, name in several) for name, columns in drafts.items()}


def _rank(loop: Loop, repeat: Repeat | None, one: Field) -> int:
    """Own columns come first, then those that loops before lend, then those that loops inside add."""
    if repeat is not None or loop.table == one.table:
        return 0
    return 1 if loop.owner(one.table) is None else 2


def _table(name: str, drafts: dict[str, _Draft], several: bool) -> Table:
    columns = [Column("id", "int", _ID, "The segment that the row begins with", False)]
    if several:
        columns.append(Column("position", "int", "place within the segment", "Place within the segment", False))
    for column, draft in sorted(drafts.items(), key=lambda item: item[1].rank):
        columns.append(Column(column, draft.type, _sources(draft.sources), draft.label, draft.phi))
    return Table(name, tuple(columns), ("id", "position") if several else ("id",))


def _source(loop: Loop, repeat: Repeat | None, one: Field) -> str:
    """'2300 REF02 (REF01=G1)'"""
    if one.source != "at":
        words = {"of": f"id of {one.argument}", "value": one.argument, "count": f"place in {one.argument}"}
        return words.get(one.source, "")
    outer = loop.where if one.segment in loop.opens else repeat.where if repeat is not None else ()
    conditions = []
    for condition in (*outer, *one.where):
        component = f"-{condition.component}" if condition.component else ""
        conditions.append(f"{one.segment}{condition.element:02}{component}={'|'.join(sorted(condition.values))}")
    return f"{loop.id} {one.argument}" + (f" ({' '.join(conditions)})" if conditions else "")


def _sources(sources: dict[str, list[str]]) -> str:
    """Positions of a column; the sets are named where they differ."""
    every = {name for names in sources.values() for name in names}
    texts = []
    for text, names in sources.items():
        if text:
            texts.append(text if set(names) == every else f"{text} [{', '.join(dict.fromkeys(names))}]")
    return "; ".join(texts)
