"""The mapping files -> values: loops by transaction set, table shapes, guides, diagnostics.

In: mappings/{835,837P,837I,envelope}.xml, guides.csv and diagnostics.csv, overlaid by edi.resources. They are
checked against mappings/schema/mapping.rng and against each other; a broken one raises ResourceError with its name
and line. XML is read without entities, DOCTYPE or network: an office's own files are input too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import etree

from edi.records import tables
from edi.records.vocabulary import Condition, Field, Ignore, Loop, Repeat, Where
from edi.resources import ResourceError, Resources
from edi.x12.diagnostic import Rule, catalogue

SETS = ("835", "837P", "837I")
ENVELOPE = "envelope"
_AT = re.compile(r"([A-Z][A-Z0-9]{1,2})(\d\d)(?:-(\d{1,2}))?")


@dataclass(frozen=True, eq=False)
class Mappings:
    """Everything the reader needs."""

    transactions: dict[str, Loop]
    tables: dict[str, tables.Table]
    guides: dict[tuple[str, str], str]  # (guide, ST01) -> set
    sets: dict[str, str]  # ST01 -> set, for guides that are not known
    rules: dict[str, Rule]


def load(resources: Resources | None = None) -> Mappings:
    """Read and check all mapping files in force."""
    resources = resources or Resources()
    schema = etree.RelaxNG(_parse(resources.path("schema/mapping.rng")))
    paths = {name: resources.path(f"{name}.xml") for name in (ENVELOPE, *SETS)}
    transactions = {name: _loop(_valid(path, schema), None, path) for name, path in paths.items()}
    shapes = tables.shapes(transactions)
    rules = catalogue(resources)
    for name, root in transactions.items():
        _check(root, shapes, rules, paths[name])
    guides = list(resources.rows("guides.csv"))
    return Mappings(
        transactions=transactions,
        tables=shapes,
        guides={(row["guide"], row["st01"]): row["set"] for row in guides if row["guide"]},
        sets={row["st01"]: row["set"] for row in guides if not row["guide"]},
        rules=rules,
    )


def _parse(path: Path) -> Any:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        tree: Any = etree.parse(str(path), parser)
    except (etree.XMLSyntaxError, OSError) as error:
        line = getattr(error, "lineno", None) or 1
        raise ResourceError(f"{path}:{line}: {getattr(error, 'msg', error)}") from None
    if tree.docinfo.doctype:
        raise ResourceError(f"{path}:1: a mapping file has no DOCTYPE")
    return tree.getroot()


def _valid(path: Path, schema: Any) -> Any:
    root = _parse(path)
    if not schema.validate(root):
        first = schema.error_log[0]
        line, message = first.line, first.message
        culprit = None if line else _culprit(root, schema)
        if culprit is not None:
            words = " ".join(f'{name}="{value}"' for name, value in culprit.attrib.items())
            line, message = culprit.sourceline, f"not a valid {culprit.tag}: {words}"
        raise ResourceError(f"{path}:{line or 1}: {message}")
    return root


def _culprit(root: Any, schema: Any) -> Any:
    """The element without which the file is valid: libxml2 does not say the line of every fault."""
    for element in [*root.iter("column"), *root.iter("repeat"), *root.iter("ignore"), *root.iter("loop")]:
        parent, position = element.getparent(), element.getparent().index(element)
        parent.remove(element)
        valid = schema.validate(root)
        parent.insert(position, element)
        if valid:
            return element
    return None


def _loop(element: Any, parent: Loop | None, path: Path) -> Loop:
    loop = Loop(
        id=element.get("id", "HEADER"),
        opens=tuple(element.get("opens", "ST").split()),
        announced=element.get("announced"),
        foreign=frozenset(element.get("foreign", "").split()),
        where=_where(element),
        table=element.get("table"),
        again=element.get("again") == "yes",
        once=_once(element.get("once")),
        parent=parent,
        guide=element.get("guide") if parent is not None else None,
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


def _repeat(element: Any, path: Path) -> Repeat:
    return Repeat(
        segment=element.get("segment"),
        table=element.get("table"),
        start=int(element.get("from", "1")),
        step=int(element.get("step", "0")),
        stop=int(element.get("to", "99")),
        where=_where(element),
        fields=tuple(_field(child, element.get("table"), path) for child in element),
        gap=element.get("gap"),
        guide=element.get("guide"),
        line=element.sourceline,
    )


def _field(element: Any, table: str | None, path: Path) -> Field:
    source = next(name for name in ("at", "of", "value", "count", "by") if element.get(name) is not None)
    argument = element.get(source)
    position = _AT.fullmatch(argument) if source == "at" else None
    if table is None:
        raise ResourceError(f"{path}:{element.sourceline}: column {element.get('name')} is in no table")
    return Field(
        name=element.get("name"),
        table=table,
        source="reader" if source == "by" else source,
        argument=argument,
        segment=position[1] if position else "",
        element=int(position[2]) if position else 0,
        component=int(position[3]) if position and position[3] else None,
        type=element.get("type", "int" if source in ("of", "count") else "text"),
        where=_where(element),
        otherwise=element.get("else") == "yes",
        missing=element.get("missing"),
        phi=element.get("phi") == "yes",
        label=element.get("label", ""),
        guide=element.get("guide"),
        line=element.sourceline,
    )


def _once(text: str | None) -> tuple[str, str] | None:
    """'NM1*QC' -> ('NM1', 'QC')"""
    segment, _, qualifier = (text or "").partition("*")
    return (segment, qualifier) if segment else None


def _where(element: Any) -> Where:
    """'1=82 8=XX|FI' -> conditions; '1-2=...' is a component."""
    conditions = []
    for part in element.get("where", "").split():
        place, _, values = part.partition("=")
        number, _, component = place.partition("-")
        conditions.append(Condition(int(number), int(component) if component else None, frozenset(values.split("|"))))
    return tuple(conditions)


def _check(root: Loop, shapes: dict[str, tables.Table], rules: dict[str, Rule], path: Path) -> None:
    """What the schema cannot say: the tables and rules that are named exist, and a repeat takes its own segment."""
    for _, repeat, one in root.columns():
        wrong = None
        if one.source in ("of", "count") and one.argument not in shapes:
            wrong = f"no such table: {one.argument}"
        elif one.missing is not None and one.missing not in rules:
            wrong = f"no such diagnostic: {one.missing}"
        elif repeat is not None and repeat.gap is not None and repeat.gap not in rules:
            wrong = f"no such diagnostic: {repeat.gap}"
        elif repeat is not None and one.source == "at" and one.segment != repeat.segment:
            wrong = f"{one.argument} is not in {repeat.segment}"
        if wrong is not None:
            raise ResourceError(f"{path}:{one.line}: {wrong}")
    for loop in root.loops():
        if loop.announced is not None and loop.table is None:
            raise ResourceError(f"{path}:{loop.line}: a loop that is announced makes rows: it needs a table")
