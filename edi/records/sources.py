"""Where the bytes come from: files, folders, .gz, .zip and stdin, one stream at a time.

In: the paths that a person gave. Out, in sorted order: a `Source` for each thing that looks like X12, a `Problem` for each
that cannot be read or is something else. Nothing is written, nothing is opened twice at once, nothing raises.

Folders are searched below; links that lead back, FIFOs and devices are named and skipped. The names inside an archive are
labels and nothing else. An archive inside an archive is refused by name. What unpacks to more than `LARGEST` bytes, or to more than
`RATIO` times its packed size, is cut off with an error.
"""

from __future__ import annotations

import gzip
import io
import os
import stat
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

STDIN = "-"
LARGEST = 20 << 30
RATIO = 2000  # repetitive X12 packs 100 to 200 times smaller; a bomb packs 1000 and more, and is large
SMALL = 64 << 20  # below this size no ratio is suspicious
PEEK = 4096


@dataclass(frozen=True)
class Problem:
    """Something that is not read. `status` is 'not-x12', 'empty' or 'unreadable'; `named` as in Source."""

    name: str
    status: str
    message: str
    named: bool


@dataclass(frozen=True)
class Source:
    """One stream of X12. `named` says whether the path was given itself or found in a folder. `size` is None for stdin."""

    name: str
    size: int | None
    named: bool
    open: Callable[[], BinaryIO]


class Bomb(OSError):
    """An archive entry unpacks to more than anyone wants."""


def discover(paths: Sequence[str | os.PathLike[str]]) -> Iterator[Source | Problem]:
    """Everything below `paths`, in sorted order of the paths as given."""
    for path in sorted(map(str, paths)):
        if path == STDIN:
            yield Source(STDIN, None, True, lambda: sys.stdin.buffer)
        elif os.path.isdir(path):
            yield from _folder(path)
        else:
            yield from _file(path, named=True)


def _folder(root: str) -> Iterator[Source | Problem]:
    """Every file below a folder. A folder that was already visited (a link that leads back) is named and skipped."""
    visited: set[tuple[int, int]] = set()
    waiting = [root]
    found: list[str] = []
    problems: list[Problem] = []
    while waiting:
        folder = waiting.pop()
        try:
            identity = os.stat(folder)
            if (identity.st_dev, identity.st_ino) in visited:
                problems.append(
                    Problem(folder, "unreadable", f"{folder} leads back to a folder that was already searched.", False)
                )
                continue
            visited.add((identity.st_dev, identity.st_ino))
            for entry in os.scandir(folder):
                (waiting if entry.is_dir() else found).append(entry.path)
        except OSError as error:
            problems.append(
                Problem(folder, "unreadable", f"{folder} cannot be searched: {_reason(error)}.", folder == root)
            )
    for path in sorted([*found, *(problem.name for problem in problems)]):
        problem = next((one for one in problems if one.name == path), None)
        if problem is not None:
            yield problem
        else:
            yield from _file(path, named=False)


def _file(path: str, named: bool) -> Iterator[Source | Problem]:
    try:
        status = os.stat(path)
        if not stat.S_ISREG(status.st_mode):
            yield Problem(path, "unreadable", f"{path} is not a file: {_kind(status.st_mode)}.", named)
            return
        with open(path, "rb") as file:
            head = file.read(PEEK)
    except OSError as error:
        yield Problem(path, "unreadable", f"{path} cannot be opened: {_reason(error)}.", named)
        return
    if head[:4] in (b"PK\3\4", b"PK\5\6"):
        yield from _zip(path, named)
    elif head[:2] == b"\x1f\x8b":
        packed = status.st_size
        yield from _checked(path, None, named, lambda: _bounded(gzip.open(path, "rb"), packed))
    else:
        problem = sniff(path, head, named)
        yield problem or Source(path, status.st_size, named, lambda: open(path, "rb"))


def _zip(path: str, named: bool) -> Iterator[Source | Problem]:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = sorted(
                (entry for entry in archive.infolist() if not entry.is_dir()), key=lambda entry: entry.filename
            )
    except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        yield Problem(path, "unreadable", f"{path} is a damaged archive: {_reason(error)}.", named)
        return
    if not entries:
        yield Problem(path, "empty", f"{path} is an empty archive.", named)
    for entry in entries:
        name = f"{path}!{entry.filename}"
        if entry.flag_bits & 1:
            yield Problem(name, "unreadable", f"{name} is encrypted.", named)
        else:
            yield from _checked(name, entry.file_size, named, _entry(path, entry))


def _entry(path: str, entry: zipfile.ZipInfo) -> Callable[[], BinaryIO]:
    def open_entry() -> BinaryIO:
        archive = zipfile.ZipFile(path)
        return _bounded(archive.open(entry), entry.compress_size, archive)

    return open_entry


def _checked(name: str, size: int | None, named: bool, opener: Callable[[], BinaryIO]) -> Iterator[Source | Problem]:
    """A packed stream, once its beginning looks like X12."""
    try:
        with opener() as stream:
            head = stream.read(PEEK)
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        yield Problem(name, "unreadable", f"{name} cannot be unpacked: {_reason(error)}.", named)
        return
    if head[:4] == b"PK\3\4" or head[:2] == b"\x1f\x8b":
        yield Problem(name, "unreadable", f"{name} is an archive inside an archive; unpack it first.", named)
        return
    yield sniff(name, head, named) or Source(name, size, named, opener)


def sniff(name: str, head: bytes, named: bool = True) -> Problem | None:
    """What the first bytes are, when they are not X12."""
    if not head.strip(b"\0\r\n\t \xef\xbb\xbf"):
        return Problem(name, "empty", f"{name} is empty.", named)
    plain = head.replace(b"\0", b"") if b"\0" in head else head
    if b"ISA" in plain.upper() or plain.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")[:2] in (b"ST", b"GS"):
        return None
    kinds = {
        b"%PDF": "a PDF document",
        b"{\\rt": "a Word document",
        b"\x89PNG": "a picture",
        b"\xff\xd8\xff": "a picture",
        b"SQLi": "a database",
    }
    kind = next((what for magic, what in kinds.items() if head.startswith(magic)), None)
    if kind is None and head.lstrip()[:1] == b"<":
        kind = "an HTML or XML page"
    if kind is None:
        kind = "a binary file" if any(byte < 9 for byte in head) else "a text without ISA, GS or ST"
    return Problem(name, "not-x12", f"{name} is not X12: it is {kind}.", named)


class _Bounded(io.RawIOBase):
    """A packed stream that stops with `Bomb` when it unpacks to too much."""

    def __init__(self, stream: BinaryIO, packed: int, owner: zipfile.ZipFile | None) -> None:
        self._stream = stream
        self._most = min(LARGEST, max(SMALL, packed * RATIO))
        self._owner = owner
        self._given = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self._stream.read(len(buffer))
        self._given += len(data)
        if self._given > self._most:
            raise Bomb("it unpacks to an absurd size")
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self._stream.close()
            if self._owner is not None:
                self._owner.close()
        super().close()


def _bounded(stream: BinaryIO, packed: int, owner: zipfile.ZipFile | None = None) -> BinaryIO:
    return io.BufferedReader(_Bounded(stream, packed, owner), 1 << 18)  # type: ignore[return-value]


def _reason(error: BaseException) -> str:
    return (getattr(error, "strerror", None) or str(error) or type(error).__name__).rstrip(".").lower()


def _kind(mode: int) -> str:
    if stat.S_ISFIFO(mode):
        return "a pipe"
    return "a socket" if stat.S_ISSOCK(mode) else "a device"


def display(path: str | os.PathLike[str]) -> str:
    """The last part of a path, for progress lines."""
    return Path(path).name
