"""From bytes to segments, however they are wrapped, padded, encoded or cut into blocks."""

from __future__ import annotations

import io
from typing import Any

import pytest

from edi.x12 import tokens
from edi.x12.delimiters import Delimiters, looks_like_x12, of_isa
from edi.x12.tokens import Places, Tokenizer
from tests.goodfiles import good_835, written

SEGMENTS = good_835()


class Reports(list[tuple[str, int]]):
    """Collects what the tokenizer says."""

    def __call__(self, rule: str, number: int, **_: Any) -> None:
        self.append((rule, number))


def tokenized(data: bytes, size: int = tokens.BLOCK) -> tuple[list[str], Reports, list[Delimiters]]:
    reports = Reports()
    blocks = list(Tokenizer(io.BytesIO(data), reports, Places(), size).blocks())
    segments = [segment for block in blocks for segment in block.segments]
    return segments, reports, [block.delimiters for block in blocks]


def numbers_run_on(data: bytes, size: int) -> bool:
    first = 1
    for block in Tokenizer(io.BytesIO(data), Reports(), Places(), size).blocks():
        if block.first != first:
            return False
        first += len(block.segments)
    return True


@pytest.mark.parametrize("newline", ["", "\n", "\r\n", "\n\n", "\n   ", "\n\t", " \n"])
@pytest.mark.parametrize("terminator", ["~", "'", "\x1c", "|", "\x85", "§"])
def test_any_terminator_and_line_break(terminator: str, newline: str) -> None:
    data = "".join(f"{segment}{terminator}{newline}" for segment in SEGMENTS).encode("latin-1")
    assert tokenized(data)[0] == SEGMENTS


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_newline_is_the_terminator(newline: str) -> None:
    data = newline.join([*SEGMENTS, ""]).encode()
    segments, reports, (delimiters, *_) = tokenized(data)
    assert segments == SEGMENTS
    assert delimiters.terminator == "\n"
    assert reports == []


@pytest.mark.parametrize("size", [1, 7, 50, 107, 1000, 1 << 18])
def test_blocks_of_any_size_give_the_same_segments(size: int) -> None:
    data = written(SEGMENTS, newline="\r\n")
    assert tokenized(data, size)[0] == SEGMENTS
    assert numbers_run_on(data, size)


def test_several_interchanges_each_with_its_own_delimiters() -> None:
    other = [segment.replace("*", "|").replace(":", ">") for segment in SEGMENTS]
    data = written(SEGMENTS) + written(other, "!", "") + b"\r\n" + written(SEGMENTS, "\n", "")
    for size in (1, 64, 333, 1 << 18):
        segments, reports, delimiters = tokenized(data, size)
        assert segments == SEGMENTS + other + SEGMENTS
        assert reports == []
        assert list(dict.fromkeys(delimiters)) == [
            Delimiters("*", ":", "^", "~"),
            Delimiters("|", ">", "^", "!"),
            Delimiters("*", ":", "^", "\n"),
        ]


def test_the_next_interchange_may_follow_junk_or_no_terminator() -> None:
    data = written(SEGMENTS).rstrip(b"~\n") + b"\x1a" + written(SEGMENTS)
    assert tokenized(data)[0] == SEGMENTS * 2


def test_isa_inside_a_text_begins_nothing() -> None:
    segments = [segment.replace("EXAMPLE GROUP", "ISABEL ISA*ISA GROUP") for segment in SEGMENTS]
    assert tokenized(written(segments))[0] == segments


def test_indentation_and_padding_are_formatting() -> None:
    padded = [
        SEGMENTS[0],
        *(segment.replace("*40*", "*40 *").replace("EXAMPLE", "  EXAMPLE") for segment in SEGMENTS[1:]),
    ]
    data = b"".join(b"    " * (number % 3) + one.encode() + b"~\n" for number, one in enumerate(padded))
    assert tokenized(data)[0] == SEGMENTS


@pytest.mark.parametrize(
    ("header", "delimiters", "rule"),
    [
        (SEGMENTS[0] + "~GS*HP", Delimiters(), None),
        (SEGMENTS[0].replace(" ", "") + "~\r\nGS*HP", Delimiters(), "isa-length"),
        (SEGMENTS[0].replace("*^*", "*U*") + "~GS*HP", Delimiters(repetition=""), None),
        (SEGMENTS[0].replace("*T*:", "*T") + "~GS*HP", Delimiters(repetition="^"), "isa-elements"),
        (SEGMENTS[0] + "*EXTRA~GS*HP", Delimiters(), "isa-elements"),
        (SEGMENTS[0][:90] + "\n" + SEGMENTS[0][90:] + "~\nGS*HP", Delimiters(), None),
        (SEGMENTS[0] + "~ST*835", Delimiters(), None),
        (SEGMENTS[0] + "~", Delimiters(), None),
    ],
)
def test_delimiters_by_counting(header: str, delimiters: Delimiters, rule: str | None) -> None:
    found = of_isa(header.encode())
    assert found is not None
    assert found.delimiters == delimiters
    assert [name for name, _ in found.faults] == ([rule] if rule else [])


@pytest.mark.parametrize(
    "data", [b"", b"ISA", b"ISA*", b"ISAAC ASIMOV", b"ISA and some words", b"hello", b"\0" * 50, b"<html>"]
)
def test_what_is_not_x12(data: bytes) -> None:
    assert not looks_like_x12(data)
    segments, _, _ = tokenized(data)
    assert segments == []


def test_places_are_kept_until_released() -> None:
    data = b"\xef\xbb\xbf" + written(SEGMENTS, newline="\r\n\r\n")
    places = Places()
    blocks = list(Tokenizer(io.BytesIO(data), Reports(), places, 200).blocks())
    assert len(blocks) > 5
    for number, segment in enumerate(SEGMENTS, 1):
        place = places.offset(number)
        assert place is not None
        assert data[place : place + len(segment)] == segment.encode()
    last = len(SEGMENTS)
    first, second = places.offset(1), places.offset(2)
    places.release(last, [2])
    assert places.offset(2) == second != first
    assert places.offset(1) is None
    assert places.offset(last) is not None
    assert places.offset(last + 1) is None


class Endless(io.RawIOBase):
    """A header, and then a segment that never ends."""

    def __init__(self, size: int) -> None:
        self._head = written(SEGMENTS[:3])
        self._left = size

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        if self._head:
            head, self._head = self._head, b""
            return head
        size = min(size, self._left)
        self._left -= size
        return b"x" * size


def test_a_segment_without_end_takes_no_more_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "LONGEST", 1 << 20)
    reports = Reports()
    blocks = list(Tokenizer(Endless(10 << 20), reports, Places()).blocks())
    assert max(len(block.raw) for block in blocks) < 3 << 20
    assert "segment-cut" in [rule for rule, _ in reports]


class Failing(io.BytesIO):
    """Fails after its bytes."""

    def read(self, size: int | None = -1) -> bytes:
        data = super().read(size)
        if not data:
            raise OSError("the disk is gone")
        return data


def test_a_stream_that_fails_ends_there() -> None:
    reports = Reports()
    blocks = list(Tokenizer(Failing(written(SEGMENTS)), reports, Places()).blocks())
    assert [segment for block in blocks for segment in block.segments] == SEGMENTS
    assert [rule for rule, _ in reports] == ["file-unreadable"]
