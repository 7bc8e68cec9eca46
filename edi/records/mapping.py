"""The mapping files as plain values: where each column is, what it means, which table it fills.

In: mappings/{835,837P,837I,envelope}.xml (schema: mappings/schema/mapping.rng), overlaid by edi.resources. Out: `Mappings`:
a tree of loops for each transaction set, and the shapes of all tables. A broken file raises ResourceError with its name and line.

The vocabulary is closed. A `loop` opens with a segment and may make a row; a `column` takes one element (`at`), the id of the
row that is open in another table (`of`), a constant (`value`), or its place among its kind (`count`); a `repeat` makes
rows from one segment, a group of elements at a time; `ignore` names what is read on purpose and kept on purpose nowhere.
What comes earlier in the file comes earlier in the transaction.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

from edi.records import tables
from edi.resources import ResourceError, Resources
from edi.x12.diagnostic import Rule, catalogue

SETS = ("835", "837P", "837I")
ENVELOPE = "envelope"
_AT = re.compile(r"([A-Z][A-Z0-9]{1,2})(\d\d)(?:-(\d{1,2}))?")


@dataclass(frozen=True)
class Condition:
    """An element (or a component of it, counted from 1) holds one of some values."""

    element: int
    component: int | None
    values: frozenset[str]


Where = tuple[Condition, ...]


@dataclass(frozen=True)
class Field:
    """One <column>: what fills column `name` of `table` in the loop (or repeat) it stands in."""

    name: str
    table: str
    source: str  # at, of, value, count, reader
    argument: str
    segment: str
    element: int
    component: int | None
    type: str
    where: Where
    otherwise: bool  # fills only what is still empty
    missing: str | None  # the rule that is broken when the rest of its group is there and this is not
    line: int


@dataclass(frozen=True)
class Repeat:
    """One <repeat>: `segment` makes rows in `table`; from element `start` on every `step` elements, or one when step is 0."""

    segment: str
    table: str
    start: int
    step: int
    stop: int
    where: Where
    fields: tuple[Field, ...]
    gap: str | None
    line: int


@dataclass(frozen=True)
class Ignore:
    """One <ignore>: segments that are read and left."""

    segments: tuple[str, ...]
    where: Where
    line: int


@dataclass(eq=False)
class Loop:
    """One <loop>, or the <transaction> itself (its root, opened by ST)."""

    id: str
    opens: tuple[str, ...]
    announced: str | None  # the segment that may come before `opens`, and then gives the row its id
    foreign: frozenset[str]  # those of `opens` that belong to another guide
    where: Where
    table: str | None
    again: bool  # may come again after later siblings
    parent: Loop | None
    line: int
    children: list[Field | Repeat | Ignore | Loop] = field(default_factory=list)

    def loops(self) -> Iterator[Loop]:
        """This loop and all below it, in file order."""
        yield self
        for child in self.children:
            if isinstance(child, Loop):
                yield from child.loops()

    def chain(self) -> list[Loop]:
        """This loop and those around it, innermost first."""
        return [self, *(self.parent.chain() if self.parent else [])]

    def fields(self) -> list[Field]:
        return [child for child in self.children if isinstance(child, Field)]

    def owner(self, table: str) -> Loop | None:
        """The loop around (or at) this one that opens the rows of `table`."""
        return next((loop for loop in self.chain() if loop.table == table), None)


@dataclass(frozen=True)
class Mappings:
    """Everything the reader needs: loops by set, table shapes, guides, and the catalogue of diagnostics."""

    transactions: dict[str, Loop]
    tables: dict[str, tables.Table]
    guides: dict[tuple[str, str], str]  # (guide, ST01) -> set
    sets: dict[str, str]  # ST01 -> set, for guides that are not known
    rules: dict[str, Rule]


def load(resources: Resources | None = None) -> Mappings:
    """Read and check all mapping files in force."""
    resources = resources or Resources()
    schema = _schema(resources.path("schema/mapping.rng"))
    parsed = {name: _tree(resources.path(f"{name}.xml"), schema) for name in (ENVELOPE, *SETS)}
    transactions = {name: _transaction(root, resources.path(f"{name}.xml")) for name, root in parsed.items()}
    shapes = tables.shapes([(name, transactions[name], _documentation(parsed[name])) for name in transactions])
    for name, root in transactions.items():
        _check(root, shapes, resources.path(f"{name}.xml"))
    guides = list(resources.rows("guides.csv"))
    return Mappings(
        transactions=transactions,
        tables=shapes,
        guides={(row["guide"], row["st01"]): row["set"] for row in guides if row["guide"]},
        sets={row["st01"]: row["set"] for row in guides if not row["guide"]},
        rules=catalogue(resources),
    )


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )


def _parse(path: Path) -> etree._Element:
    try:
        tree = etree.parse(str(path), _parser())
    except (etree.XMLSyntaxError, OSError) as error:
        line = getattr(error, "lineno", None) or 1
        raise ResourceError(f"{path}:{line}: {getattr(error, 'msg', error)}") from None
    if tree.docinfo.doctype:
        raise ResourceError(f"{path}:1: a mapping file has no DOCTYPE")
    return tree.getroot()


def _schema(path: Path) -> etree.RelaxNG:
    return etree.RelaxNG(_parse(path))


def _tree(path: Path, schema: etree.RelaxNG) -> etree._Element:
    root = _parse(path)
    if not schema.validate(root):
        first = schema.error_log[0]
        raise ResourceError(f"{path}:{first.line}: {first.message}")
    return root


def _documentation(root: etree._Element) -> dict[int, tuple[str, bool]]:
    """(label, private) of each column by its line."""
    return {found.sourceline: (found.get("label", ""), found.get("phi") == "yes") for found in root.iter("column")}


def _transaction(root: etree._Element, path: Path) -> Loop:
    return _loop(root, None, path)


def _loop(element: etree._Element, parent: Loop | None, path: Path) -> Loop:
    loop = Loop(
        id=element.get("id") or "HEADER",
        opens=tuple(element.get("opens", "ST").split()),
        announced=element.get("announced"),
        foreign=frozenset(element.get("foreign", "").split()),
        where=_where(element),
        table=element.get("table"),
        again=element.get("again") == "yes",
        parent=parent,
        line=element.sourceline,
    )
    for child in element:
        if child.tag == "loop":
            loop.children.append(_loop(child, loop, path))
        elif child.tag == "column":
            loop.children.append(_field(child, child.get("table") or loop.table, path))
        elif child.tag == "repeat":
            loop.children.append(_repeat(child, path))
        else:
            loop.children.append(Ignore(tuple(child.get("segments").split()), _where(child), child.sourceline))
    return loop


def _repeat(element: etree._Element, path: Path) -> Repeat:
    fields = tuple(_field(child, element.get("table"), path) for child in element)
    start, step = int(element.get("from", "1")), int(element.get("step", "0"))
    return Repeat(
        segment=element.get("segment"),
        table=element.get("table"),
        start=start,
        step=step,
        stop=int(element.get("to", "99")),
        where=_where(element),
        fields=fields,
        gap=element.get("gap"),
        line=element.sourceline,
    )


def _field(element: etree._Element, table: str | None, path: Path) -> Field:
    if table is None:
        raise ResourceError(f"{path}:{element.sourceline}: column {element.get('name')} is in no table")
    source = next(name for name in ("at", "of", "value", "count", "by") if element.get(name) is not None)
    segment, number, component = "", 0, None
    if source == "at":
        match = _AT.fullmatch(element.get("at"))
        if match is None:
            raise ResourceError(f"{path}:{element.sourceline}: no such position: {element.get('at')}")
        segment, number, component = match[1], int(match[2]), int(match[3]) if match[3] else None
    return Field(
        name=element.get("name"),
        table=table,
        source="reader" if source == "by" else source,
        argument=element.get(source),
        segment=segment,
        element=number,
        component=component,
        type=element.get("type", "int" if source in ("of", "count") else "text"),
        where=_where(element),
        otherwise=element.get("else") == "yes",
        missing=element.get("missing"),
        line=element.sourceline,
    )


def _where(element: etree._Element) -> Where:
    conditions = []
    for part in element.get("where", "").split():
        place, _, values = part.partition("=")
        number, _, component = place.partition("-")
        conditions.append(Condition(int(number), int(component) if component else None, frozenset(values.split("|"))))
    return tuple(conditions)


def _check(root: Loop, shapes: dict[str, tables.Table], path: Path) -> None:
    """What the schema cannot say: `of` names a table, and a segment is told apart by one element only."""
    for loop in root.loops():
        for child in loop.children:
            for one in child.fields if isinstance(child, Repeat) else [child] if isinstance(child, Field) else []:
                if one.source == "of" and one.argument not in shapes:
                    raise ResourceError(f"{path}:{one.line}: no such table: {one.argument}")
                if one.source == "at" and isinstance(child, Repeat) and one.segment != child.segment:
                    raise ResourceError(f"{path}:{one.line}: {one.argument} is not in {child.segment}")
