"""The reader against pyx12's: the same segments, and the same loops, on every file that pyx12 accepts.

What differs is listed here with its reason, and a listed difference that no longer occurs fails too.
"""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from pyx12.error_handler import errh_null
from pyx12.errors import EngineError, X12Error
from pyx12.params import params
from pyx12.x12context import X12ContextReader
from pyx12.x12file import X12Reader

from edi.records.transactions import Transactions
from edi.x12.diagnostic import Notes
from edi.x12.tokens import Places, Tokenizer
from tests.reading import corpus, examples, shapes

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


# -- the same loops ---------------------------------------------------------------------------------------

NOT_MAPPED_BY_PYX12 = (*NOT_READ_BY_PYX12, "Map not found")

NO_LX = "pyx12 stays in the header when the LX before the first CLP is missing; we read the claims"
NO_HL = "pyx12 stays in the header when HL is missing; we read the claims"
OTHER_LOOPS = {
    # file: why the loops differ
    "genformai_sample-835.edi": NO_LX,
    "genformai_test_parser_integration_string03.edi": NO_LX,
    "josephbiagio_conftest_string01.edi": NO_LX,
    "alexjreid_facility_835.edi": NO_LX,
    "alexjreid_professional_835.edi": NO_LX,
    "alexjreid_sample_835.edi": NO_LX,
    "alexjreid_facility_837.edi": NO_HL,
    "alexjreid_professional_837.edi": NO_HL,
    "alexjreid_sample_837.edi": NO_HL,
    "alexjreid_sample_837_billing_provider_switch.edi": NO_HL,
    "alexjreid_sample_837_provider_roles.edi": NO_HL,
    "xlate_837-header-ref-only.edi": "BHT01 is not 0019 here, and pyx12 finds no loop for such a BHT",
    "linuxforhealth_secondary-payment.835": "composites with another separator than ISA16 says; pyx12 knows none such",
}


def our_loops(data: bytes) -> list[tuple[str, str]]:
    """(segment, loop) of everything inside transactions."""
    places = Places()
    notes = Notes(shapes().rules, places.offset)
    transactions = Transactions(shapes())
    transactions.begin(notes, 1, lambda _: ())
    machine = transactions.machine
    found = []
    for block in Tokenizer(io.BytesIO(data), notes.note, places).blocks():
        machine.context.component[0] = block.delimiters.component
        for number, segment in enumerate(block.segments, block.first):
            elements = segment.split(block.delimiters.element)
            machine.here[0][elements[0]](elements, number)
            found.append((elements[0], family(machine.here[0].loop.id)))
    return [one for one in found if one[0] not in ENVELOPE]


def their_loops(path: Path) -> list[tuple[str, str]]:
    with path.open(encoding="utf-8-sig") as file:
        reader = X12ContextReader(params(), errh_null(), file)
        found = [(node.seg_data.get_seg_id(), family(node.x12_map_node.parent.id)) for node in reader.iter_segments()]
    return [one for one in found if one[0] not in ENVELOPE]


ENVELOPE = {"ISA", "GS", "ST", "SE", "GE", "IEA", "TA1", "PLB"}  # and PLB: the only segment of its loop


def family(loop: str) -> str:
    """The loop without the letter by which sisters (providers, names) are told apart: 4010 letters otherwise."""
    return loop[:4] if loop[:4] in ("2010", "2310", "2330", "2420") else loop


FILES = [*examples(), *corpus("835", "837P", "837I", "pairs")]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_same_loops_as_pyx12(path: Path) -> None:
    try:
        expected = their_loops(path)
    except (X12Error, EngineError) as error:
        assert any(reason in str(error) for reason in NOT_MAPPED_BY_PYX12)  # noqa: PT017
        return
    assert (our_loops(path.read_bytes()) == expected) == (path.name not in OTHER_LOOPS)
