"""The shapes of the tables that the reader fills, as the mapping files declare them.

A table's first column is `id` (file number << 32 | segment number); where one segment makes several rows `position` follows.
Then come the columns of the loop that opens its rows, then those that other loops lend or add, each in file order. Tables
that several mapping files fill (claim, service_line, ...) have the columns of all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from edi.resources import ResourceError

if TYPE_CHECKING:
    from edi.records.mapping import Field, Loop, Repeat

STORED = {"money": "cents", "rate": "number", "last-day": "date"}


@dataclass(frozen=True)
class Column:
    """One column: its type (text, cents, int, number, date), where it comes from, what it means, whether it is private."""

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


Documentation = dict[int, tuple[str, bool]]


@dataclass
class _Draft:
    """A column while its sources are collected."""

    type: str
    label: str
    phi: bool
    rank: int
    sources: dict[str, list[str]]


def shapes(sets: Iterable[tuple[str, Loop, Documentation]]) -> dict[str, Table]:
    """All tables by name, in the order in which the sets first name them."""
    drafts: dict[str, dict[str, _Draft]] = {}
    several: set[str] = set()
    for name, root, documentation in sets:
        for loop, repeat, found in _fields(root):
            label, phi = documentation[found.line]
            kind = STORED.get(found.type, found.type)
            draft = drafts.setdefault(found.table, {}).setdefault(found.name, _Draft(kind, label, phi, 9, {}))
            if (draft.type, draft.phi) != (kind, phi):
                raise ResourceError(
                    f"{name}.xml:{found.line}: {found.table}.{found.name} is declared otherwise elsewhere"
                )
            draft.label = draft.label or label
            draft.rank = min(
                draft.rank, 0 if repeat or loop.table == found.table else 1 if loop.owner(found.table) is None else 2
            )
            draft.sources.setdefault(_source(loop, repeat, found), []).append(name)
            if repeat is not None and repeat.step:
                several.add(found.table)
    return {name: _table(name, columns, name in several) for name, columns in drafts.items()}


def _table(name: str, drafts: dict[str, _Draft], several: bool) -> Table:
    columns = [Column("id", "int", "file number << 32 | segment number", "The row's segment", False)]
    if several:
        columns.append(Column("position", "int", "place within the segment", "Place within the segment", False))
    for column, draft in sorted(drafts.items(), key=lambda item: item[1].rank):
        columns.append(Column(column, draft.type, _sources(draft.sources), draft.label, draft.phi))
    return Table(name, tuple(columns), ("id", "position") if several else ("id",))


def _fields(root: Loop) -> Iterator[tuple[Loop, Repeat | None, Field]]:
    for loop in root.loops():
        for child in loop.children:
            if hasattr(child, "fields") and not hasattr(child, "opens"):
                yield from ((loop, child, one) for one in child.fields)  # type: ignore[union-attr,misc]
            elif hasattr(child, "otherwise"):
                yield loop, None, child  # type: ignore[misc]


def _source(loop: Loop, repeat: Repeat | None, found: Field) -> str:
    """'2300 REF02 (REF01=G1)'"""
    if found.source != "at":
        return {"of": f"id of {found.argument}", "value": found.argument, "count": f"place in {found.argument}"}.get(
            found.source, ""
        )
    where = (
        (*loop.where, *found.where)
        if found.segment in loop.opens
        else (*(repeat.where if repeat else ()), *found.where)
    )
    conditions = [
        f"{found.segment}{one.element:02}{f'-{one.component}' if one.component else ''}={'|'.join(sorted(one.values))}"
        for one in where
    ]
    return f"{loop.id} {found.argument}" + (f" ({' '.join(conditions)})" if conditions else "")


def _sources(sources: dict[str, list[str]]) -> str:
    """Positions of a column; the sets are named where they differ."""
    every = {name for names in sources.values() for name in names}
    return "; ".join(
        text if set(names) == every else f"{text} [{', '.join(dict.fromkeys(names))}]"
        for text, names in sources.items()
        if text
    )
