"""Packed bytes -> plain bytes: .gz files and the entries of .zip archives, as streams.

Damage loses nothing that stands before it: what can be unpacked is given to the last byte, and then the stream raises
OSError, as a broken disk would. So does one that unpacks to an absurd size. Memory is bounded whatever the content.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from pathlib import Path
from typing import BinaryIO, cast

LARGEST = 20 << 30  # bytes that one stream may unpack to
RATIO = 500  # X12 packs to a tenth or, where very repetitive, a hundredth; a bomb to a thousandth
SMALL = 64 << 20  # bytes below which no ratio is suspicious
CHUNK = 1 << 16
UNPACKING = (
    OSError,
    EOFError,
    zlib.error,
    zipfile.BadZipFile,
    NotImplementedError,
    RuntimeError,
    ValueError,
    struct.error,
)
_GZIP, _RAW = 31, -15  # zlib's numbers for a deflated stream with gzip's header, and without any
_LOCAL = struct.Struct("<4s22xHH")  # of an entry's own header: signature, length of its name, of its extra field


def gzipped(path: str) -> BinaryIO:
    """The content of a .gz file, of all its members one after the other."""
    return cast(BinaryIO, _Inflated(Path(path).open("rb"), Path(path).stat().st_size, _GZIP))


def zipped(path: str, entry: zipfile.ZipInfo) -> BinaryIO:
    """The content of one entry of an archive; `entry` as zipfile lists it."""
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        with zipfile.ZipFile(path) as archive:  # what is open in it stays open
            return cast(BinaryIO, _Bounded(cast(BinaryIO, archive.open(entry)), entry.compress_size))
    file = Path(path).open("rb")  # noqa: SIM115
    file.seek(entry.header_offset)
    signature, name, extra = _LOCAL.unpack(file.read(_LOCAL.size))
    if signature != b"PK\3\4":
        file.close()
        raise zipfile.BadZipFile("an entry is not where the archive says")
    file.seek(name + extra, io.SEEK_CUR)
    if entry.compress_type == zipfile.ZIP_STORED:
        return cast(BinaryIO, _Stored(file, entry.compress_size, entry.CRC))
    return cast(BinaryIO, _Inflated(file, entry.compress_size, _RAW, entry.CRC))


def reason(error: BaseException) -> str:
    """What an error says, as the end of a sentence."""
    return (getattr(error, "strerror", None) or str(error) or type(error).__name__).rstrip(".").lower()


class _Bounded(io.RawIOBase):
    """A packed stream that fails when it unpacks to too much. `packed`: how many bytes it has."""

    def __init__(self, source: BinaryIO, packed: int, crc: int | None = None) -> None:
        self._source = source
        self._packed = packed  # bytes that are still to be read
        self._left = min(LARGEST, max(SMALL, packed * RATIO))
        self._crc = crc
        self._sum = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        try:
            data = self._unpacked(len(buffer))
        except UNPACKING as error:
            raise OSError(reason(error)) from None
        self._left -= len(data)
        if self._left < 0:
            raise OSError("it unpacks to an absurd size")
        self._sum = zlib.crc32(data, self._sum)
        if not data and self._crc is not None and self._sum != self._crc:
            raise OSError("its checksum is wrong")
        buffer[: len(data)] = data
        return len(data)

    def _unpacked(self, size: int) -> bytes:
        """Up to `size` bytes of content; none at its end."""
        return self._source.read(size)

    def _read(self, size: int) -> bytes:
        """Packed bytes; none where they end."""
        data = self._source.read(min(size, self._packed))
        self._packed -= len(data)
        return data

    def close(self) -> None:
        self._source.close()
        super().close()


class _Stored(_Bounded):
    """An entry that is not compressed."""

    def _unpacked(self, size: int) -> bytes:
        data = self._read(size)
        if not data and self._packed:
            raise EOFError("it is cut short")
        return data


class _Inflated(_Bounded):
    """A deflated stream, which may have several members where it has gzip's headers."""

    def __init__(self, source: BinaryIO, packed: int, form: int, crc: int | None = None) -> None:
        super().__init__(source, packed, crc)
        self._form = form
        self._inflater = zlib.decompressobj(form)
        self._waiting = b""  # packed bytes that the inflater has not taken
        self._over = False

    def _unpacked(self, size: int) -> bytes:
        while not self._over:
            packed = self._waiting or self._read(CHUNK)
            data = self._inflate(packed, size)
            if self._inflater.eof:
                if self._form == _GZIP:
                    self._next_member()
                else:
                    self._over = True
            elif not packed and not data:
                raise EOFError("it is cut short")
            if data:
                return data
        return b""

    def _inflate(self, packed: bytes, size: int) -> bytes:
        """Unpack up to `size` bytes. Damage is come near to by halves, so that what precedes it is given."""
        spare = self._inflater.copy()
        try:
            data = self._inflater.decompress(packed, size)
        except zlib.error:
            if len(packed) <= 1:
                raise OSError("the archive is damaged") from None
            self._inflater = spare
            half = len(packed) // 2
            data = self._inflate(packed[:half], size)
            self._waiting += packed[half:]
            return data
        self._waiting = self._inflater.unconsumed_tail
        return data

    def _next_member(self) -> None:
        """Behind a member of a .gz another may follow; zeros that pad the file do not count."""
        rest = self._inflater.unused_data.lstrip(b"\0")
        while not rest and (more := self._read(CHUNK)):
            rest = more.lstrip(b"\0")
        self._inflater, self._waiting, self._over = zlib.decompressobj(self._form), rest, not rest
