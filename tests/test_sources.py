"""Files, folders, archives and whatever else a path may lead to."""

from __future__ import annotations

import gzip
import io
import os
import sys
import zipfile
from pathlib import Path
from typing import BinaryIO

import pytest

from edi.records import reader, unpacking
from edi.records.sources import Problem, Source, discover
from tests.goodfiles import good_835, good_837, written
from tests.reading import read, shapes

DATA = written(good_835())


def found(*paths: Path | str) -> list[Source | Problem]:
    return list(discover([str(path) for path in paths]))


def one(path: Path | str) -> Source | Problem:
    (only,) = found(path)
    return only


def content(source: Source | Problem) -> bytes:
    assert isinstance(source, Source), source
    with source.open() as stream:
        return b"".join(iter(lambda: stream.read(1 << 16), b""))


def problem(source: Source | Problem) -> Problem:
    assert isinstance(source, Problem), source
    assert source.message.endswith(".")
    assert "\n" not in source.message
    return source


def zipped(path: Path, **entries: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return path


def test_a_file(tmp_path: Path) -> None:
    path = tmp_path / "a.835"
    path.write_bytes(DATA)
    source = one(path)
    assert content(source) == DATA
    assert isinstance(source, Source)
    assert (source.name, source.size, source.named) == (str(path), len(DATA), True)


def test_folders_are_searched_below_and_sorted(tmp_path: Path) -> None:
    for name in ("b/2.edi", "b/1.edi", "a/z/9.edi", "c.edi"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(DATA)
    (tmp_path / "note.txt").write_text("hello")
    names = [(one.name.removeprefix(f"{tmp_path}/"), one.named) for one in found(tmp_path)]
    assert names == [(name, False) for name in ("a/z/9.edi", "b/1.edi", "b/2.edi", "c.edi", "note.txt")]
    assert isinstance(found(tmp_path)[-1], Problem)


def test_names_are_the_paths_as_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("in").mkdir()
    Path("in/a.edi").write_bytes(DATA)
    assert [source.name for source in found("./in", "in/a.edi", "in/../in/a.edi")] == [
        "./in/a.edi",
        "in/../in/a.edi",
        "in/a.edi",
    ]


def test_packed_files(tmp_path: Path) -> None:
    packed = tmp_path / "a.edi.gz"
    packed.write_bytes(gzip.compress(DATA))
    assert content(one(packed)) == DATA
    archive = zipped(tmp_path / "b.zip", **{"two.edi": DATA, "one.edi": b"ISA" + DATA[3:], "sub/x.txt": b"hello"})
    sources_ = found(archive)
    assert [source.name for source in sources_] == [f"{archive}!{name}" for name in ("one.edi", "sub/x.txt", "two.edi")]
    assert content(sources_[0]) == content(sources_[2]) == DATA
    assert problem(sources_[1]).status == "not-x12"


def test_an_archive_reads_like_the_file(tmp_path: Path) -> None:
    archive = zipped(tmp_path / "b.zip", **{"a.edi": DATA})
    assert read(content(one(archive))).rows == read(DATA).rows


def test_names_in_archives_are_only_labels(tmp_path: Path) -> None:
    before = sorted(tmp_path.rglob("*"))
    archive = zipped(tmp_path / "evil.zip", **{"../../evil.edi": DATA, "/etc/evil.edi": DATA})
    assert [content(source) for source in found(archive)] == [DATA, DATA]
    assert sorted(tmp_path.rglob("*")) == [*before, archive]


def test_archives_in_archives_are_refused(tmp_path: Path) -> None:
    inner = zipped(tmp_path / "in.zip", **{"a.edi": DATA}).read_bytes()
    outer = zipped(tmp_path / "out.zip", **{"in.zip": inner, "in.gz": gzip.compress(DATA)})
    assert ["archive" in problem(source).message for source in found(outer)] == [True, True]
    twice = tmp_path / "twice.gz"
    twice.write_bytes(gzip.compress(gzip.compress(DATA)))
    assert problem(one(twice)).status == "unreadable"


@pytest.mark.parametrize("kind", ["gz", "zip"])
def test_a_bomb_is_cut_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    monkeypatch.setattr(unpacking, "SMALL", 1 << 20)
    bomb = DATA + b"N3*" + bytes(64) * (1 << 18)
    path = tmp_path / f"bomb.{kind}"
    if kind == "gz":
        path.write_bytes(gzip.compress(bomb))
    else:
        zipped(path, **{"a.edi": bomb})
    source = one(path)
    assert isinstance(source, Source)
    with source.open() as stream, pytest.raises(OSError, match="absurd"):
        list(iter(lambda: stream.read(1 << 16), b""))
    with source.open() as stream:
        reading = read_stream(stream)
    assert "file-unreadable" in reading


def read_stream(stream: BinaryIO) -> list[str]:
    """The rules that reading a stream broke."""
    reading = reader.read(stream, 1, shapes())
    list(reading)
    return [found_.rule for found_ in reading.diagnostics]


def test_damaged_archives(tmp_path: Path) -> None:
    whole = gzip.compress(DATA * 50)
    (tmp_path / "cut.gz").write_bytes(whole[: len(whole) // 2])
    source = one(tmp_path / "cut.gz")
    assert isinstance(source, Source)
    with source.open() as stream:
        assert "file-unreadable" in read_stream(stream)
    (tmp_path / "junk.gz").write_bytes(b"\x1f\x8b" + b"junk" * 10)
    assert problem(one(tmp_path / "junk.gz")).status == "unreadable"
    (tmp_path / "cut.zip").write_bytes(zipped(tmp_path / "b.zip", **{"a.edi": DATA}).read_bytes()[:200])
    assert "the list of its files, at its end, is missing" in problem(one(tmp_path / "cut.zip")).message
    assert problem(one(zipped(tmp_path / "none.zip"))).status == "empty"


@pytest.mark.parametrize(
    ("data", "status", "words"),
    [
        (b"", "empty", "is empty"),
        (b"\xef\xbb\xbf\r\n  ", "empty", "is empty"),
        (b"%PDF-1.7", "not-x12", "PDF"),
        (b"  <!DOCTYPE html><html>", "not-x12", "HTML"),
        (b"\x89PNG\r\n", "not-x12", "picture"),
        (b"\x00\x01\x02\x03", "not-x12", "binary"),
        (b"Dear payer,\nISABEL sends her regards", "not-x12", "text"),
        (b"id,name\n1,ISA", "not-x12", "text"),
        (b"BZh91AY", "unreadable", "archive"),
        (b"\0" * 257 + b"ustar", "unreadable", "archive"),
    ],
)
def test_what_is_not_x12_is_told_in_one_sentence(tmp_path: Path, data: bytes, status: str, words: str) -> None:
    path = tmp_path / "thing"
    path.write_bytes(data)
    assert problem(one(path)).status == status
    assert words in problem(one(path)).message
    assert problem(one(path)).named
    assert not problem(one(tmp_path)).named


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_x12_in_any_encoding_is_x12(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "thing"
    path.write_bytes(DATA.decode().encode(encoding))
    assert isinstance(one(path), Source)


def test_x12_without_isa_or_behind_a_mail_header_is_x12(tmp_path: Path) -> None:
    for data in (written(good_837()[1:]), b"Subject: claims\n\n" + DATA, b"\r\n\r\n" + DATA):
        (tmp_path / "thing").write_bytes(data)
        assert isinstance(one(tmp_path / "thing"), Source)


def test_paths_that_lead_nowhere(tmp_path: Path) -> None:
    assert "no such file" in problem(one(tmp_path / "absent")).message
    (tmp_path / "dangling").symlink_to(tmp_path / "absent")
    assert problem(one(tmp_path)).status == "unreadable"


def test_loops_of_folders_end(tmp_path: Path) -> None:
    (tmp_path / "a/b").mkdir(parents=True)
    (tmp_path / "a/b/x.edi").write_bytes(DATA)
    (tmp_path / "a/b/up").symlink_to(tmp_path / "a")
    (tmp_path / "a/self").symlink_to(".")
    names = [(type(one).__name__, one.name.removeprefix(f"{tmp_path}/")) for one in found(tmp_path)]
    assert ("Source", "a/b/x.edi") in names or ("Source", "a/self/b/x.edi") in names
    assert len([kind for kind, _ in names if kind == "Source"]) == 1
    assert len([kind for kind, _ in names if kind == "Problem"]) == 2


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_pipes_and_devices_are_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert "pipe" in problem(one(tmp_path)).message
    assert "device" in problem(one("/dev/zero")).message


def test_stdin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(DATA)))
    source = one("-")
    assert isinstance(source, Source)
    assert (source.name, source.size, source.named) == ("-", None, True)
    assert content(source) == DATA


def test_odd_names_do_not_raise(tmp_path: Path) -> None:
    assert problem(one("nul\0byte")).status == "unreadable"
    path = tmp_path / "nëm\nline*.edi"
    path.write_bytes(DATA)
    assert content(one(path)) == DATA
