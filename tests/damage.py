"""Whole deliveries, damaged: histories that are hard to link, with segments, amounts and bytes changed by chance.

    python -m tests.damage [--seeds 0 300] [--keep DIR]

Each seed is one delivery: damaged, imported in a random order and split, analysed after each part, and held to what
must hold of any input: nothing is raised, every promise of `edi check` about our own answers is kept (those about the
files themselves may break: a damaged amount does not add up), and one run over all files says the same. Prints what did
not hold.
"""

from __future__ import annotations

import argparse
import importlib
import random
import re
import sys
import tempfile
import traceback
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from types import ModuleType

from edi import pipeline
from edi.resources import Resources
from edi.store.auditing import audit
from edi.store.database import Database
from edi.store.importing import import_paths
from edi.store.rowsets import Rowset

SAMPLES = Path(__file__).parents[1] / "samples"
OF_THE_FILES = {"claims-add-up", "payments-balance", "remittance-claims-balance", "remittance-lines-balance"}
CLAIMS = 7
LIKELY = {"CLP": 5, "SVC": 6, "CAS": 5, "PLB": 5, "REF": 1, "DTM": 1, "DTP": 1, "SV1": 4, "SV2": 4, "CLM": 4, "BPR": 2,
          "LX": 2, "NM1": 1, "TRN": 2, "LQ": 1, "MOA": 1, "ST": 1, "SE": 1, "HL": 1}  # fmt: skip
STATUSES = ["1", "2", "3", "4", "19", "20", "22", "22", "22", "23", "25", "", "X"]
NUMBER = re.compile(r"-?\d+(\.\d+)?$")

Files = dict[str, bytes]


@cache
def _generator(name: str) -> ModuleType:
    if str(SAMPLES) not in sys.path:
        sys.path.append(str(SAMPLES))
    return importlib.import_module(f"generator.perturb.{name}")


def delivery(seed: int, claims: int = CLAIMS) -> Files:
    """The files of one history, payments delivered twice among them."""
    made: Files = _generator("output").write(_generator("tell").tell(seed, claims))
    return {name: data for name, data in sorted(made.items()) if not name.startswith("truth/")}


def damaged(files: Files, chance: random.Random) -> Files:
    """The delivery with one to forty things wrong; seldom a file is lost, cut or sent again with other bytes."""
    split = {name: _segments(data) for name, data in files.items()}
    spare = [one for segments, _, _ in split.values() for one in segments[2:-2]]
    for _ in range(chance.choice([1, 2, 5, 12, 40])):
        segments, element, _ = split[chance.choice(sorted(split))]
        _damage(segments, element, spare, chance)
    found = {name: end.join(segments).encode("latin-1") + end.encode() for name, (segments, _, end) in split.items()}
    for name in sorted(found):
        fate = chance.random()
        data = found[name]
        if fate < 0.02 and len(found) > 1:
            del found[name]
        elif fate < 0.04:
            found[name] = data[: chance.randrange(len(data) // 2, len(data))]
        elif fate < 0.07:
            at = chance.randrange(106, len(data))
            found[name] = data[:at] + bytes([chance.randrange(32, 127)]) + data[at + 1 :]
        elif fate < 0.10:
            found[name + ".again"] = files[name]
    return found


def _segments(data: bytes) -> tuple[list[str], str, str]:
    """Segments with whatever stands before their names, the element separator, the terminator."""
    text = data.decode("latin-1")
    return text.split(text[105])[:-1], text[3], text[105]


def _damage(segments: list[str], element: str, spare: list[str], chance: random.Random) -> None:
    if len(segments) < 5:
        return
    weights = [LIKELY.get(one.strip().split(element)[0], 1) for one in segments[1:-1]]
    at = chance.choices(range(1, len(segments) - 1), weights)[0]
    kind = chance.choice(["amount"] * 4 + ["drop", "double", "move", "status", "number", "borrow", "blank", "swap"])
    parts = segments[at].split(element)
    name = parts[0].strip()
    if kind == "drop":
        del segments[at]
    elif kind == "double":
        segments.insert(at, segments[at])
    elif kind == "move":
        segments.insert(max(1, min(len(segments) - 2, at + chance.randint(-6, 6))), segments.pop(at))
    elif kind == "borrow":
        segments.insert(at, chance.choice(spare))
    elif kind == "status" and name == "CLP" and len(parts) > 2:
        parts[2] = chance.choice(STATUSES)
        segments[at] = element.join(parts)
    elif kind == "number" and name in ("CLP", "CLM", "SVC", "TRN"):
        other = [one.split(element) for one in segments if one.strip().startswith(name + element)]
        parts[1] = chance.choice([*(one[1] for one in other if len(one) > 1), "", "0"])
        segments[at] = element.join(parts)
    elif kind == "swap" and len(parts) > 3:
        one, two = chance.sample(range(1, len(parts)), 2)
        parts[one], parts[two] = parts[two], parts[one]
        segments[at] = element.join(parts)
    elif numbers := [n for n, part in enumerate(parts) if n and NUMBER.match(part)]:
        place = chance.choice(numbers)
        parts[place] = _amount(parts[place], chance) if kind != "blank" else ""
        segments[at] = element.join(parts)


def _amount(text: str, chance: random.Random) -> str:
    return chance.choice(
        [f"-{text}".replace("--", ""), "0", f"{text}1", "0.01", text[:-1] or "7", "1E3", "9" * 14, f"{text}.5", "-0.01"]
    )


def complaints(seed: int, folder: Path, claims: int = CLAIMS) -> list[str]:
    """What does not hold of the delivery that `seed` makes. `folder`: an empty one, to work in."""
    chance = random.Random(seed)
    files = damaged(delivery(seed, claims), chance)
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    names = sorted(files)
    chance.shuffle(names)
    try:
        with _database(folder / "parts.db") as parts:
            for part in _parts(names, chance):
                import_paths(parts, [str(folder / name) for name in part])
                pipeline.analyze(parts, Resources())
            found = [f"in parts: {text}" for text in broken(parts)]
            in_parts = _told(parts)
        with _database(folder / "whole.db") as whole:
            import_paths(whole, [str(folder / name) for name in sorted(names)])
            pipeline.analyze(whole, Resources())
            found += [f"at once: {text}" for text in broken(whole)]
            at_once = _told(whole)
    except Exception:  # whatever it is, it is a finding
        return [traceback.format_exc()]
    for name, rows in at_once.items():
        found += [f"only in parts: {name} {row}" for row in sorted(set(in_parts[name]) - set(rows))[:2]]
        found += [f"only at once: {name} {row}" for row in sorted(set(rows) - set(in_parts[name]))[:2]]
    return found


def _database(path: Path) -> Database:
    return Database.open(path, Resources(), create=True)


def _parts(names: list[str], chance: random.Random) -> Iterator[list[str]]:
    left = list(names)
    while left:
        size = chance.randint(1, len(left))
        yield left[:size]
        left = left[size:]


def broken(database: Database) -> Iterable[str]:
    """The promises about our own answers that a database breaks, with one row that does."""
    return [f"{one.name}: {one.rows[0]}" for one in audit(database) if one.broken and one.name not in OF_THE_FILES]


def _told(database: Database) -> dict[str, list[str]]:
    """Lines, findings and payments as they leave, without the places of records that were delivered more than once."""
    return {name: [repr(sorted(_plain(row).items())) for row in Rowset(database, name)] for name in
            ("lines", "findings", "payments")}  # fmt: skip


PLACES = {"file", "segment", "duplicate_of", "id", "depends_on", "evidence"}


def _plain(row: dict[str, object]) -> dict[str, object]:
    kept = {name: value for name, value in row.items() if name not in PLACES}
    if isinstance(links := kept.get("links"), list):
        kept["links"] = [{name: value for name, value in link.items() if name not in PLACES} for link in links]
    return kept


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", nargs=2, type=int, default=(0, 300), metavar=("FIRST", "LAST"))
    parser.add_argument("--claims", type=int, default=CLAIMS, help=f"claims in each history ({CLAIMS})")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep the files of deliveries that broke something")
    options = parser.parse_args()
    failed = 0
    for seed in range(*options.seeds):
        with tempfile.TemporaryDirectory() as name:
            folder = options.keep / str(seed) if options.keep else Path(name)
            found = complaints(seed, folder, options.claims)
        failed += bool(found)
        for text in found:
            print(f"seed {seed}: {text}", flush=True)
    print(f"{len(range(*options.seeds))} deliveries, {failed} with complaints")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
