"""Where the bytes come from: files, folders, .gz, .zip and stdin, one stream at a time.

In: the paths that a person gave. Out, in sorted order: a `Source` for each thing that looks like X12, a `Problem`
for each that cannot be read or is something else. Nothing is written and nothing raises.

Folders are searched below; links that lead back, pipes and devices are named and skipped. The names inside an
archive are labels and nothing else. An archive inside an archive is refused by name. What unpacks to an absurd size
raises OSError from `read`, as a broken disk would: that one error of a stream its reader must expect.
"""

from __future__ import annotations

import os
import stat
import sys
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO

from edi.records import unpacking
from edi.records.unpacking import UNPACKING, reason
from edi.x12.delimiters import looks_like_x12

STDIN = "-"
PEEK = 8192
_KINDS = {
    b"%PDF": "a PDF document",
    b"{\\rt": "a Word document",
    b"\xd0\xcf\x11\xe0": "a Word or Excel document",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"SQLite format": "a database",
}
_ARCHIVES = (b"PK\3\4", b"\x1f\x8b", b"BZh", b"7z\xbc\xaf", b"Rar!", b"\xfd7zXZ")


@dataclass(frozen=True)
class Problem:
    """Something that is not read. `status` is 'not-x12', 'empty' or 'unreadable'; `named` as in Source."""

    name: str
    status: str
    message: str
    named: bool


@dataclass(frozen=True)
class Source:
    """One stream. `named` says whether its path was given or found in a folder. `size` is None where not known."""

    name: str
    size: int | None
    named: bool
    open: Callable[[], BinaryIO]


NOT_SEARCHED = {"__pycache__", ".git"}  # folders that programs keep for themselves


def discover(paths: Sequence[str | os.PathLike[str]]) -> Iterator[Source | Problem]:
    """Everything at and below `paths`, sorted."""
    for path in sorted(os.fspath(path) for path in paths):
        if path == STDIN:
            yield Source(STDIN, None, True, lambda: sys.stdin.buffer)
        elif Path(path).is_dir():
            yield from _folder(path)
        else:
            yield from _file(path, named=True)


def _folder(root: str) -> Iterator[Source | Problem]:
    """Every file below a folder. A folder that was visited before (a link that leads back) is named and skipped."""
    visited: set[tuple[int, int]] = set()
    waiting, found = [root], {}
    while waiting:
        folder = waiting.pop()
        try:
            status = Path(folder).stat()
            if (status.st_dev, status.st_ino) in visited:
                text = f"{folder} leads back to a folder that was searched already."
                found[folder] = [Problem(folder, "unreadable", text, False)]
                continue
            visited.add((status.st_dev, status.st_ino))
            with os.scandir(folder) as entries:
                for entry in entries:
                    if entry.is_dir():
                        if entry.name not in NOT_SEARCHED:
                            waiting.append(entry.path)
                    else:
                        found[entry.path] = []
        except OSError as error:
            text = f"{folder} cannot be searched: {reason(error)}."
            found[folder] = [Problem(folder, "unreadable", text, folder == root)]
    for path in sorted(found):
        yield from found[path] or _file(path, named=False)


def _file(path: str, named: bool) -> Iterator[Source | Problem]:
    try:
        status = Path(path).stat()
        if not stat.S_ISREG(status.st_mode):
            text = f"{path} is {_kind(status.st_mode)}, not a file; use - to read from standard input."
            yield Problem(path, "unreadable", text, named)
            return
        with Path(path).open("rb") as file:
            head = file.read(PEEK)
    except (OSError, ValueError) as error:
        yield Problem(path, "unreadable", f"{path} cannot be opened: {reason(error)}.", named)
        return
    if head[:4] in (b"PK\3\4", b"PK\5\6"):
        yield from _zip(path, named)
    elif head[:2] == b"\x1f\x8b":
        yield from _packed(path, None, named, lambda: unpacking.gzipped(path))
    else:
        yield sniff(path, head, named) or Source(path, status.st_size, named, _opener(path))


def _opener(path: str) -> Callable[[], BinaryIO]:
    return lambda: Path(path).open("rb")


def _zip(path: str, named: bool) -> Iterator[Source | Problem]:
    try:
        with zipfile.ZipFile(path) as archive:
            files = (one for one in archive.infolist() if one.filename[-1:] != "/")  # is_dir fails without a name
            entries = sorted(files, key=lambda one: one.filename)
    except UNPACKING as error:
        missing = isinstance(error, zipfile.BadZipFile)
        what = "the list of its files, at its end, is missing or damaged" if missing else reason(error)
        yield Problem(path, "unreadable", f"{path} is a damaged archive: {what}.", named)
        return
    if not entries:
        yield Problem(path, "empty", f"{path} is an empty archive.", named)
    for entry in entries:
        name = f"{path}!{entry.filename}"
        if entry.flag_bits & 1:
            yield Problem(name, "unreadable", f"{name} is encrypted.", named)
        else:
            yield from _packed(name, entry.file_size, named, partial(unpacking.zipped, path, entry))


def _packed(name: str, size: int | None, named: bool, opener: Callable[[], BinaryIO]) -> Iterator[Source | Problem]:
    """A packed stream, once its beginning has been unpacked and looks like X12."""
    try:
        with opener() as stream:
            head = stream.read(PEEK)
    except UNPACKING as error:
        yield Problem(name, "unreadable", f"{name} cannot be unpacked: {reason(error)}.", named)
        return
    yield sniff(name, head, named) or Source(name, size, named, opener)


def sniff(name: str, head: bytes, named: bool = True) -> Problem | None:
    """What a stream is, by its first bytes, when it is not X12."""
    if not head.strip(b"\0\r\n\t \xef\xbb\xbf\xff\xfe"):
        return Problem(name, "empty", f"{name} is empty.", named)
    if head.startswith(_ARCHIVES) or head[257:262] == b"ustar":
        return Problem(name, "unreadable", f"{name} is an archive of a kind that is not read; unpack it first.", named)
    if looks_like_x12(head):
        return None
    kind = next((what for magic, what in _KINDS.items() if head.startswith(magic)), None)
    if kind is None:
        markup = head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<")
        binary = any(byte < 9 for byte in head)
        kind = "a binary file" if binary else "an HTML or XML page" if markup else "a text without ISA, GS or ST"
    return Problem(name, "not-x12", f"{name} is not X12: it is {kind}.", named)


def _kind(mode: int) -> str:
    if stat.S_ISFIFO(mode):
        return "a pipe"
    return "a socket" if stat.S_ISSOCK(mode) else "a device"
