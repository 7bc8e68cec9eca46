"""What a day's remittances cost in databases with little and with much history, step by step.

    python -m benchmarks.increments [--folder DIR] [MONTHS ...]

Makes MONTHS months of about 8,000 lines (0, 5 and 126 by default: up to a million lines; see years.py), imports and
analyses them, then imports a day of a hundred remittances into a copy and analyses that. Each of the two runs in a
fresh process and prints seconds by step, as they passed and of the processor, and the peak of memory. With --folder,
files and databases are kept there and used again.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks import years
from edi import pipeline
from edi.pipeline.writing import Writer
from edi.resources import Resources
from edi.store import across, importing, worklog
from edi.store.database import Database
from edi.store.figures import headline

SCALE = 12  # sample months in a month
STEPS: list[tuple[str, Any, str]] = [  # what is timed inside the import and the analysis: name, owner, function
    ("compare files", across, "refresh"),
    ("find work", worklog, "enter"),
    ("find work", pipeline, "_all_groups"),
    ("find work", pipeline, "_touched_groups"),
    ("read", pipeline, "read"),
    ("analyse", pipeline.Work, "__call__"),
    ("write", Writer, "write"),
    ("value", worklog, "value_findings"),
]


class Clock:
    """Seconds by step, as they pass and of the processor. What other processes work is in no step."""

    def __init__(self) -> None:
        self.passed: defaultdict[str, float] = defaultdict(float)
        self.worked: defaultdict[str, float] = defaultdict(float)

    @contextmanager
    def timed(self, step: str) -> Iterator[None]:
        passed, worked = time.perf_counter(), time.process_time()
        yield
        self.passed[step] += time.perf_counter() - passed
        self.worked[step] += time.process_time() - worked

    def watch(self, step: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def watched(*values: Any, **named: Any) -> Any:
            with self.timed(step):
                return function(*values, **named)

        return watched


def run(label: str, path: Path, files: Path) -> None:
    """Import and analyse; print what it took."""
    clock = Clock()
    for step, owner, name in STEPS:
        setattr(owner, name, clock.watch(step, getattr(owner, name)))
    looked_at = [0]
    resources = Resources()
    with Database.open(path, resources, create=True) as database:
        with clock.timed("import"):
            importing.import_paths(database, [str(files)])
        with clock.timed("analysis"):
            pipeline.analyze(database, resources, lambda _done, total: looked_at.__setitem__(0, total))
        with clock.timed("headline"):
            told = headline(database)
    print(f"{label}: {told.lines:,} lines in the database, {looked_at[0]:,} records looked at")
    inside = {"compare files": "import", **{name: "analysis" for name, _, _ in STEPS[1:]}}
    for whole in ("import", "analysis", "headline"):
        for step in (whole, *(name for name, owner in inside.items() if owner == whole)):
            indent = "  " if step == whole else "    "
            print(f"{indent}{step:<16}{clock.passed[step]:8.2f} s  {clock.worked[step]:8.2f} s of the processor")
    ours, theirs = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(f"  other processes {theirs.ru_utime + theirs.ru_stime:18.2f} s of the processor")
    print(f"  resident at most {ours.ru_maxrss // 1024} MB, another process {theirs.ru_maxrss // 1024} MB", flush=True)


def measure(folder: Path, months: int) -> None:
    files, path, copied = folder / f"months-{months}", folder / f"months-{months}.db", folder / "day.db"
    if not files.exists():
        years.write(files, months, SCALE)
    apart = [sys.executable, "-m", "benchmarks.increments", "--run"]
    if not path.exists():
        subprocess.run([*apart, f"{months} months", str(path), str(files / "history")], check=True)
    shutil.copyfile(path, copied)
    subprocess.run([*apart, f"a day after {months} months", str(copied), str(files / "day")], check=True)
    copied.unlink()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("months", nargs="*", type=int, default=[0, 5, 126])
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--run", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.run:
        label, path, files = options.run
        run(label, Path(path), Path(files))
        return
    with tempfile.TemporaryDirectory() as made:
        folder = options.folder or Path(made)
        folder.mkdir(exist_ok=True)
        for months in options.months:
            measure(folder, months)


if __name__ == "__main__":
    main()
