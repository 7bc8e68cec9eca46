"""How fast files get into a database, and how much memory that takes.

    python -m benchmarks.importing [MEGABYTES ...]

Imports an 835 and an 837P of the given sizes (10 and 50 by default; made by benchmarks/parse.py) into a fresh database,
each in a fresh process: reading and writing in one process ("here") and in two ("ahead", what `edi import` does with
that much to read on a machine of two processors or more). Then what a day costs in a database that is filled: the same
files again, a hundred small files more, one file forgotten.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.parse import made
from edi.resources import Resources
from edi.store import importing
from edi.store.database import Database
from edi.store.forgetting import forget_file


@contextmanager
def timed(what: str, megabytes: float = 0) -> Iterator[None]:
    """Print how long the block took, and the peak of memory so far, here and in the reading process."""
    started = time.perf_counter()
    yield
    seconds = time.perf_counter() - started
    ours, theirs = (
        resource.getrusage(who).ru_maxrss // 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    rate = f"{megabytes / seconds:6.1f} MB/s" if megabytes else " " * 11
    print(f"{what:28} {seconds:7.2f} s {rate} {ours:5} + {theirs} MB resident", flush=True)


def measure(way: str, kind: str, megabytes: int) -> None:
    """One fresh import."""
    importing.WORTH_A_PROCESS = 0 if way == "ahead" else 1 << 60
    path = made(kind, megabytes)
    with tempfile.TemporaryDirectory() as folder:
        new = Database.open(Path(folder) / "a.db", Resources(), create=True)
        with new, timed(f"{kind} {megabytes} MB, {way}", megabytes):
            importing.import_paths(new, [str(path)])


def day(megabytes: int) -> None:
    """What changes cost in a filled database."""
    paths = [str(made(kind, megabytes)) for kind in ("835", "837P")]
    with tempfile.TemporaryDirectory() as folder:
        small = [Path(folder) / f"{number}.835" for number in range(100)]
        text = made("835", megabytes).read_text(encoding="ascii")
        interchange = text[: text.index("ISA*", 1)]
        for number, path in enumerate(small):
            path.write_text(interchange.replace("TRN*1*EFT", f"TRN*1*DAY{number}"), encoding="ascii")
        with Database.open(Path(folder) / "a.db", Resources(), create=True) as filled:
            importing.import_paths(filled, paths)
            with timed("the same files again"):
                importing.import_paths(filled, paths)
            with timed("100 files more", sum(path.stat().st_size for path in small) / 1e6):
                importing.import_paths(filled, list(map(str, small)))
            with timed("one of them forgotten"):
                forget_file(filled, str(small[0]))


def main() -> None:
    words = sys.argv[1:]
    if words and words[0] in ("here", "ahead"):
        measure(words[0], words[1], int(words[2]))
    elif words and words[0] == "day":
        day(int(words[1]))
    else:
        sizes = words or ["10", "50"]
        jobs = [[way, kind, size] for kind in ("835", "837P") for size in sizes for way in ("here", "ahead")]
        for job in [*jobs, ["day", sizes[0]]]:
            subprocess.run([sys.executable, "-m", "benchmarks.importing", *job], check=True)


if __name__ == "__main__":
    main()
