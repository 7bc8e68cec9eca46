"""Files that only their owner may read, and that are either the old one or the whole new one, never a part."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path


def make_folder(folder: Path) -> None:
    """The folder, made for its owner alone when it is missing. Raises OSError when it cannot be made."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def write_private(path: Path, pieces: Iterable[bytes]) -> Path:
    """Write `pieces` beside `path`, then move the file into place, mode 0600. Raises OSError; leaves no half file."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with open(handle, "wb") as file:  # noqa: PTH123 - mkstemp hands over an open descriptor, mode 0600
            for piece in pieces:
                file.write(piece)
        Path(name).replace(path)
    except BaseException:
        os.unlink(name)  # noqa: PTH108
        raise
    return path
