"""Packed streams: all of a sound one, and of a damaged one all that stands before the damage."""

from __future__ import annotations

import gzip
import zipfile
import zlib
from pathlib import Path
from typing import BinaryIO

import pytest

from edi.records import unpacking
from tests.goodfiles import enclosed, good_835, remittance, written

LARGE = written(enclosed(remittance("T", [f"R{n * n}" for n in range(300)]), "835", "005010X221A1", "HP"))


def drained(stream: BinaryIO, size: int = 1 << 18) -> tuple[bytes, str]:
    """What a stream gives, and the words it ends with where it fails."""
    got = b""
    with stream:
        while True:
            try:
                data = stream.read(size)
            except OSError as error:
                return got, str(error)
            if not data:
                return got, ""
            got += data


def before_damage(packed: bytes, form: int) -> bytes:
    """All that can be inflated, a byte of the packed stream at a time."""
    inflater, got = zlib.decompressobj(form), b""
    try:
        for at in range(len(packed)):
            got += inflater.decompress(packed[at : at + 1])
    except zlib.error:
        pass
    return got


def archive(path: Path, method: int = zipfile.ZIP_DEFLATED) -> tuple[zipfile.ZipInfo, int, int]:
    """An archive of one entry, and where its packed bytes begin and end."""
    with zipfile.ZipFile(path, "w", method) as made:
        made.writestr("a.edi", LARGE)
        entry = made.getinfo("a.edi")
    begin = 30 + len("a.edi")
    return entry, begin, begin + entry.compress_size


@pytest.mark.parametrize("size", [1000, 1 << 18])
def test_a_gz_cut_anywhere_gives_all_before_the_cut(tmp_path: Path, size: int) -> None:
    packed, path = gzip.compress(LARGE), tmp_path / "a.gz"
    for end in (len(packed) // 4, len(packed) // 2, len(packed) - 9, len(packed) - 1):
        path.write_bytes(packed[:end])
        assert drained(unpacking.gzipped(str(path)), size) == (before_damage(packed[:end], 31), "it is cut short")


@pytest.mark.parametrize("kind", ["gz", "zip"])
def test_a_flipped_byte_costs_nothing_that_stands_before_it(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "a"
    if kind == "gz":
        path.write_bytes(gzip.compress(LARGE))
        begin, end, form = 10, path.stat().st_size, 31
    else:
        entry, begin, end = archive(path)
        form = -15
    sound, failed = path.read_bytes(), 0
    for at in range(begin + 50, end - 8, (end - begin) // 9):
        broken = bytearray(sound)
        broken[at] ^= 0xFF
        path.write_bytes(broken)
        stream = unpacking.gzipped(str(path)) if kind == "gz" else unpacking.zipped(str(path), entry)
        got, words = drained(stream)
        expected = before_damage(bytes(broken[0 if kind == "gz" else begin : end]), form)
        assert got == expected
        assert words in ("the archive is damaged", "it is cut short", "its checksum is wrong")
        failed += 1
    assert failed > 5


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_every_kind_of_entry_is_read(tmp_path: Path, method: int) -> None:
    entry, _, _ = archive(tmp_path / "a.zip", method)
    assert drained(unpacking.zipped(str(tmp_path / "a.zip"), entry)) == (LARGE, "")


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_wrong_checksum_is_said_when_all_is_read(tmp_path: Path, method: int) -> None:
    entry, _, _ = archive(tmp_path / "a.zip", method)
    entry.CRC ^= 1
    assert drained(unpacking.zipped(str(tmp_path / "a.zip"), entry)) == (LARGE, "its checksum is wrong")


def test_members_of_a_gz_follow_each_other(tmp_path: Path) -> None:
    path = tmp_path / "a.gz"
    path.write_bytes(gzip.compress(LARGE) + gzip.compress(b"") + bytes(100_000) + gzip.compress(b"more") + bytes(9))
    assert drained(unpacking.gzipped(str(path))) == (LARGE + b"more", "")
    path.write_bytes(gzip.compress(LARGE) + b"junk behind it")
    assert drained(unpacking.gzipped(str(path))) == (LARGE, "the archive is damaged")


def test_an_entry_that_is_not_there(tmp_path: Path) -> None:
    entry, _, _ = archive(tmp_path / "a.zip")
    entry.header_offset += 1
    with pytest.raises(zipfile.BadZipFile, match="not where the archive says"):
        unpacking.zipped(str(tmp_path / "a.zip"), entry)
    (tmp_path / "short.zip").write_bytes(written(good_835())[:10])
    entry.header_offset = 0
    with pytest.raises(unpacking.UNPACKING):
        unpacking.zipped(str(tmp_path / "short.zip"), entry)
