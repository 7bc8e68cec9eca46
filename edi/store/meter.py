"""A stream that is counted and hashed while others read it."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable
from contextlib import suppress
from io import RawIOBase
from typing import BinaryIO
from zipfile import BadZipFile

BLOCK = 1 << 20
UNREADABLE = (
    OSError,
    EOFError,
    zlib.error,
    BadZipFile,
    NotImplementedError,
    RuntimeError,
)  # what disks and archives raise


class Meter(RawIOBase):
    """Wraps a binary stream. `tick` hears of every byte; damage of any kind is raised as OSError and remembered."""

    def __init__(self, stream: BinaryIO, tick: Callable[[int], None] | None = None) -> None:
        self._stream = stream
        self._tick = tick
        self._hash = hashlib.sha256()
        self.size = 0
        self.failed = False

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        try:
            data = self._stream.read(size)
        except UNREADABLE as error:
            self.failed = True
            raise OSError(reason(error)) from error
        self._hash.update(data)
        self.size += len(data)
        if self._tick is not None:
            self._tick(len(data))
        return data

    def drain(self) -> str:
        """Read what is left; returns the SHA-256 of the stream, as far as it can be read."""
        with suppress(OSError):
            while not self.failed and self.read(BLOCK):
                pass
        return self._hash.hexdigest()


def reason(error: BaseException) -> str:
    """Why a stream cannot be read, in the words of whoever refused."""
    return str(getattr(error, "strerror", None) or error or type(error).__name__).rstrip(".")
