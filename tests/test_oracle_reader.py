"""The tokenizer against pyx12's reader: the same segments, element by element, on every file that pyx12 accepts."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from pyx12.errors import X12Error
from pyx12.x12file import X12Reader

from edi.x12.tokens import Places, Tokenizer
from tests.reading import corpus

NOT_READ_BY_PYX12 = "Interchange Control Version Number is unknown", "First line does not begin"

DIFFERENT = {
    # file: why the segments differ
    "genformai_test_edge_cases_string08.edi": "pyx12 drops the last segment, which has no terminator",
}


def ours(data: bytes) -> list[list[str]]:
    """The elements of every segment by our tokenizer."""
    blocks = Tokenizer(io.BytesIO(data), lambda *_, **__: None, Places()).blocks()
    return [stripped(segment.split(block.delimiters.element)) for block in blocks for segment in block.segments]


def theirs(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = X12Reader(file)
        return [stripped(one.format("", "*", reader.subele_term).split("*")) for one in reader]


def stripped(elements: list[str]) -> list[str]:
    """Blanks around elements are formatting; empty elements and components at an end say nothing."""
    elements = [re.sub(r"[:>^|]+$", "", element.strip()) for element in elements]
    while elements and not elements[-1]:
        elements.pop()
    return elements


@pytest.mark.parametrize("path", corpus("835", "837P", "837I", "pairs", "other", "broken"), ids=lambda path: path.name)
def test_same_segments_as_pyx12(path: Path) -> None:
    try:
        expected = theirs(path)
    except X12Error as error:
        assert any(reason in str(error) for reason in NOT_READ_BY_PYX12)  # noqa: PT017
        return
    assert (ours(path.read_bytes()) == expected) == (path.name not in DIFFERENT)
