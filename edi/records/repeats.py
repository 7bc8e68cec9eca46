"""Service lines of a remittance that stand twice, word for word, and that the claim's own total does not count."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from operator import itemgetter
from typing import Any

from edi.records.plans import Row
from edi.records.tables import Table

_NOT_CONTENT = ("id", "line_number")


def of_lines(
    rows: Mapping[str, list[Row]], tables: Mapping[str, Table], too_much: Mapping[int, int]
) -> Iterator[tuple[int, int, int, str]]:
    """The repeats as (line, the line that it repeats, payment, procedure code). `too_much`: the claims whose lines do
    not charge what CLP03 says, and by how many cents; lines are repeats where just they make the difference."""
    index = tables["remit_line"].index
    content = itemgetter(*(at for name, at in index.items() if name not in _NOT_CONTENT))
    cuts = _adjustments(rows["adjustment"], tables["adjustment"])
    lines: defaultdict[int, dict[tuple[Any, ...], list[Row]]] = defaultdict(dict)
    for row in rows["remit_line"]:
        claim = row[index["remit_claim_id"]]
        if claim in too_much:
            lines[claim].setdefault((content(row), tuple(cuts.get(row[0], ()))), []).append(row)
    for claim, alike in lines.items():
        found = [(row, same[0]) for same in alike.values() for row in same[1:]]
        if found and sum(row[index["charge_cents"]] or 0 for row, _ in found) == too_much[claim]:
            for row, first in found:
                yield row[0], first[0], row[index["payment_id"]], row[index["procedure"]] or ""


def _adjustments(rows: list[Row], table: Table) -> dict[int, list[tuple[Any, ...]]]:
    """What each line was adjusted by."""
    told = itemgetter(*(table.index[name] for name in ("group_code", "reason_code", "amount_cents", "quantity")))
    line = table.index["remit_line_id"]
    found: defaultdict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for row in rows:
        if row[line] is not None:
            found[row[line]].append(told(row))
    return found
