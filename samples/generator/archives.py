"""Archives that come out byte for byte the same everywhere: stored, not compressed, with fixed times."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

STAMP = (2026, 5, 1, 0, 0, 0)


def zip_of(entries: dict[str, bytes]) -> bytes:
    """A .zip of these entries, in their order."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, data in entries.items():
            info = zipfile.ZipInfo(name, STAMP)
            info.create_system, info.external_attr = 3, 0o644 << 16
            archive.writestr(info, data)
    return out.getvalue()


def gzip_of(data: bytes) -> bytes:
    """A .gz of `data` in stored blocks (RFC 1951 and 1952): no compressor, so none can differ."""
    blocks = [data[i : i + 65535] for i in range(0, len(data), 65535)] or [b""]
    body = b"".join(
        struct.pack("<BHH", number == len(blocks), len(block), len(block) ^ 0xFFFF) + block
        for number, block in enumerate(blocks, 1)
    )
    head = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
    return head + body + struct.pack("<II", zlib.crc32(data), len(data) % 2**32)
