"""Whatever arrives: the reader never raises, counts every segment, and agrees with the plain interpreter.

Good files are shuffled, cut, doubled and gnawed at (structure), and random bytes are thrown at the tokenizer. `--slow`
looks longer.
"""

from __future__ import annotations

import io
import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edi.records import reader
from edi.x12.tokens import Places, Tokenizer
from tests.goodfiles import claims, enclosed, good_835, good_837, remittance, written
from tests.invariants import agree, check
from tests.reading import examples, read, shapes

GOOD = [good_835(), good_837()]
WORDS = [
    "",
    " ",
    "X",
    "-1",
    "1.5",
    "ABC",
    "20260230",
    "12,50",
    "::",
    "HC:78452",
    "A^B",
    "ß",
    "9" * 25,
    " QC ",
    "qc",
    "NM1",
    "99",
]
relaxed = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def gnawed(draw: st.DrawFn) -> list[str]:
    """A good file, some of whose segments were moved, dropped, doubled, cut or filled with rubbish."""
    segments = draw(st.sampled_from(GOOD)).copy()
    for _ in range(draw(st.integers(1, 8))):
        at = draw(st.integers(1, len(segments) - 1))
        kind = draw(st.sampled_from(["drop", "double", "move", "shorten", "rubbish", "name", "case", "pad", "borrow"]))
        elements = segments[at].split("*")
        place = draw(st.integers(0, len(elements) - 1))
        if kind == "drop" and len(segments) > 3:
            del segments[at]
        elif kind == "double":
            segments.insert(at, segments[at])
        elif kind == "move":
            segments.insert(draw(st.integers(1, len(segments) - 1)), segments.pop(at))
        elif kind == "shorten":
            segments[at] = "*".join(elements[: place + 1])
        elif kind == "rubbish":
            elements[place] = draw(st.sampled_from(WORDS))
            segments[at] = "*".join(elements)
        elif kind == "name":
            elements[0] = draw(
                st.sampled_from(["CLM", "SV2", "HL", "ST", "SE", "GS", "GE", "ISA", "IEA", "TA1", "SBR", "Q"])
            )
            segments[at] = "*".join(elements)
        elif kind == "case":
            segments[at] = segments[at].lower()
        elif kind == "pad":
            segments[at] = segments[at].replace("*", " * ")
        else:
            segments.insert(at, draw(st.sampled_from(GOOD[0] + GOOD[1])))
    return segments


@relaxed
@given(gnawed(), st.sampled_from(["~", "\n", "'"]), st.sampled_from(["", "\n", "\r\n"]))
def test_gnawed_files(segments: list[str], terminator: str, newline: str) -> None:
    agree(written(segments, terminator, newline if terminator != "\n" else ""))


@relaxed
@given(st.sampled_from(GOOD), st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), max_size=12))
def test_flipped_bytes(segments: list[str], flips: list[tuple[int, int]]) -> None:
    data = bytearray(written(segments))
    for at, byte in flips:
        data[at % len(data)] = byte
    agree(bytes(data))


@relaxed
@given(st.binary(max_size=300), st.booleans())
def test_random_bytes(data: bytes, headed: bool) -> None:
    agree((written(GOOD[0][:3]) if headed else b"") + data)


@relaxed
@given(
    st.lists(
        st.sampled_from([b"ISA", b"*", b"~", b"\n", b"GS", b"ST*835*1", b"CLP*", b"00", b"\0", b":", b" ", b"SE"]),
        max_size=60,
    )
)
def test_random_pieces_of_x12(pieces: list[bytes]) -> None:
    agree(b"".join(pieces))


@pytest.mark.parametrize("good", GOOD, ids=["835", "837"])
def test_cut_anywhere(good: list[str], request: pytest.FixtureRequest) -> None:
    """A file that ends too early says so, and keeps all that came before."""
    data = written(good)
    whole = read(data).rows
    claims_ = [row[0] for table in ("claim", "remit_claim") for row in whole[table]]
    step = 1 if request.config.getoption("--slow") else 41
    for end in range(130, len(data) - 2, step):
        found = check(data[:end])
        assert {"file-truncated", "iea-missing", "iea-control", "iea-count"} & set(found.rules), end
        kept = [row[0] for table in ("claim", "remit_claim") for row in found.rows[table]]
        assert kept == claims_[: len(kept)]
        assert not {"claim-out-of-balance", "claim-charge-not-lines", "payment-out-of-balance"} & set(found.rules), end


names = st.text("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789-", min_size=1, max_size=20)


@relaxed
@given(
    st.lists(names, min_size=1, max_size=8, unique=True),
    st.sampled_from(["*", "|", "\x1d", "+"]),
    st.sampled_from([":", ">", "\x1f"]),
    st.sampled_from(["~", "\n", "\x1c", "!"]),
    st.sampled_from(["", "\n", "\r\n", "\n  "]),
    st.sampled_from([1, 90, 1000, 1 << 18]),
)
def test_the_writing_does_not_matter(
    chosen: list[str], element: str, component: str, terminator: str, newline: str, size: int
) -> None:
    """Delimiters, line breaks and blocks change no row."""
    segments = enclosed(remittance("T", chosen), "835", "005010X221A1", "HP", remittance("U", chosen))
    segments += enclosed(claims(chosen), "837", "005010X222A1", "HC")
    plain = read(written(segments))
    other = [segment.replace("*", element).replace(":", component) for segment in segments]
    data = written(other, terminator, "" if terminator == "\n" else newline)
    found = read(data, size=size)
    assert found.rows == plain.rows
    assert [name for name in found.rules if name != "isa-control-repeated"] == []
    assert [row["control_number"] for row in found.table("claim")] == chosen


def test_long_random_search(request: pytest.FixtureRequest) -> None:
    """Examples with many bytes changed at once, by a fixed seed."""
    random_ = random.Random(835)
    sources = [path.read_bytes() for path in examples()]
    for _ in range(3000 if request.config.getoption("--slow") else 60):
        data = bytearray(random_.choice(sources))
        for _ in range(random_.randint(1, 40)):
            at = random_.randrange(len(data))
            change = random_.randrange(4)
            if change == 0:
                data[at] = random_.choice(b"*~:^\n\0 AZ09\xff")
            elif change == 1:
                del data[at : at + random_.randint(1, 30)]
            elif change == 2:
                data[at:at] = data[: random_.randint(1, 200)]
            else:
                start = random_.randrange(len(data))
                data[at:at] = data[start : start + random_.randint(1, 60)]
        agree(bytes(data))


def test_blocks_never_overlap_or_miss_a_byte() -> None:
    data = written(GOOD[0]) * 3
    for size in (1, 13, 500):
        blocks = list(Tokenizer(io.BytesIO(data), lambda *_, **__: None, Places(), size).blocks())
        assert b"".join(block.raw for block in blocks).replace(b"\n", b"") == data.replace(b"\n", b"")
        for block in blocks:
            assert data[block.offset : block.offset + len(block.raw)] == block.raw


def test_reading_in_pieces_gives_the_same_diagnostics() -> None:
    segments = GOOD[0].copy()
    segments[30] = "CAS*CO*45*X"
    segments[50] = "XYZ*1"
    whole = read(written(segments)).diagnostics
    for size in (1, 64, 700):
        assert read(written(segments), size=size).diagnostics == whole


def test_an_exception_of_the_stream_is_only_a_fault() -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:  # noqa: ARG002
            raise OSError("gone")

    reading = reader.read(Broken(), 1, shapes())
    assert list(reading) == []
    assert sorted(one.rule for one in reading.diagnostics) == ["file-unreadable", "not-x12"]
