"""What holds of any bytes whatever, once they are read: what hypothesis and atheris look for a way around.

Nothing here knows what the file should have said. Segments are counted, places lie within the file, rows have their
width and their own ids, the plain interpreter agrees, and the cents of the tables are the cents of the text.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from edi.records.mapping import SETS
from edi.x12.diagnostic import CAP
from edi.x12.tokens import Places, Tokenizer
from tests.interpreter import Interpreter
from tests.reading import Read, read, shapes

UNEXPECTED = ("segment-unexpected", "segment-outside-transaction", "junk-between")
MONEY = {
    # segment: the table, and the column of each element that is money
    "CLP": ("remit_claim", {3: "charge_cents", 4: "paid_cents", 5: "patient_cents"}),
    "SVC": ("remit_line", {2: "charge_cents", 3: "paid_cents"}),
    "CLM": ("claim", {2: "charge_cents"}),
    "SV1": ("service_line", {2: "charge_cents"}),
    "SV2": ("service_line", {3: "charge_cents"}),
    "SV3": ("service_line", {2: "charge_cents"}),
}


def check(data: bytes) -> Read:
    """All that must hold of any file."""
    found = read(data)
    assert found.balanced_count()
    reading = found.reading
    noted = reading._notes.counts
    assert sum(noted[rule] for rule in UNEXPECTED) == reading.unexpected
    for one in found.diagnostics:
        assert one.offset is None or 0 <= one.offset <= 2 * len(data) + 2
        assert one.segment is None or 0 <= one.segment <= max(reading.segments, 1)
    for table, rows in found.rows.items():
        width = len(shapes().tables[table].columns)
        assert all(len(row) == width for row in rows)
        if shapes().tables[table].primary_key == ("id",):
            assert len({row[0] for row in rows}) == len(rows)
        else:
            assert len({(row[0], row[1]) for row in rows}) == len(rows)
    return found


def agree(data: bytes) -> None:
    """`check`, and the interpreter gives the same rows and counts."""
    found, plain = check(data), Interpreter(shapes(), data)
    assert found.rows == plain.rows
    assert (found.reading.used, found.reading.ignored, found.reading.unexpected) == (
        plain.used,
        plain.ignored,
        plain.unexpected,
    )
    same_cents(data, found)


def same_cents(data: bytes, found: Read) -> None:
    """The sums of the tables are the sums of the elements that hold them, by a reading of a few lines."""
    if any(found.reading._notes.counts[rule] > CAP for rule in UNEXPECTED):
        return  # which segments were not read is not known of each
    left = {one.segment for one in found.diagnostics if one.rule in UNEXPECTED}
    spans = [
        range(one["first_segment"], one["last_segment"] + 1)
        for one in found.table("transaction_set")
        if one["set_code"] in SETS
    ]
    text: Counter[tuple[str, str]] = Counter()
    for number, elements in segments(data):
        name = re.sub(r"\W|_", "", elements[0]).upper()
        if name in MONEY and number not in left and any(number in span for span in spans):
            table, columns = MONEY[name]
            for at, column in columns.items():
                text[table, column] += cents(elements[at]) if at < len(elements) else 0
    names = dict(segments(data))
    for table, column in {(table, column) for table, columns in MONEY.values() for column in columns.values()}:
        kept = sum(
            one.get(column, 0) for one in found.table(table) if table != "remit_claim" or is_clp(names, one["id"])
        )
        assert kept == text[table, column], (table, column)


def is_clp(names: dict[int, list[str]], row_id: int) -> bool:
    """Whether a remittance's claim has its header: without it, its totals are made up from its lines."""
    return re.sub(r"\W|_", "", names[row_id & 0xFFFFFFFF][0]).upper() == "CLP"


def segments(data: bytes) -> Iterator[tuple[int, list[str]]]:
    """(number, elements) of every segment; of repeated elements the first."""
    number = 0
    for block in Tokenizer(io.BytesIO(data), lambda *_, **__: None, Places()).blocks():
        mark = block.delimiters.repetition
        for segment in block.segments:
            number += 1
            elements = segment.split(block.delimiters.element)
            yield number, [text.partition(mark)[0] if mark else text for text in elements]


def cents(text: str) -> int:
    """An amount as integer cents; 0 where it is none."""
    if not re.fullmatch(r"[+-]?(?=\.?[0-9])[0-9]{0,15}(\.[0-9]{0,15})?", text):
        return 0
    return round(Decimal(text) * 100)
