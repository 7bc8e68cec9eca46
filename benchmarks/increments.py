"""What a day's remittances cost in a database with a history, and what analysing everything costs.

    python benchmarks/increments.py [SCALE ...]

Makes SCALE sample months (20 and 100 by default), imports and analyses all but the remittances of one June day, then
imports that day and analyses again. Prints seconds for both, and how many records each analysis looked at.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from edi import pipeline
from edi.resources import Resources
from edi.store.database import Database
from edi.store.importing import import_paths

GENERATOR = Path(__file__).parents[1] / "samples" / "generate.py"
DAY = "pinemoor_0612.835"


def measure(scale: int, folder: Path) -> None:
    month = folder / f"month-{scale}"
    command = [sys.executable, str(GENERATOR), "--scale", str(scale), "--seed", "5", "--out", str(month)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    late = folder / DAY
    shutil.move(month / "remits" / DAY, late)
    resources = Resources()
    with Database.open(folder / f"{scale}.db", resources, create=True) as database:
        for label, paths in (("history", [str(month)]), ("one day", [str(late)])):
            started = time.perf_counter()
            import_paths(database, paths)
            imported = time.perf_counter()
            looked_at: list[int] = [0]
            pipeline.analyze(database, resources, lambda _done, total, seen=looked_at: seen.__setitem__(0, total))
            done = time.perf_counter()
            lines = database.connection.execute("SELECT COUNT(*) FROM outcome").fetchone()[0]
            print(
                f"{scale:>5} months  {label:<8} {lines:>9,} lines in the database   import {imported - started:7.2f} s"
                f"   analyse {done - imported:7.2f} s   records looked at {looked_at[0]:>8,}",
                flush=True,
            )


def main() -> None:
    scales = [int(word) for word in sys.argv[1:]] or [20, 100]
    with tempfile.TemporaryDirectory() as folder:
        for scale in scales:
            measure(scale, Path(folder))


if __name__ == "__main__":
    main()
