"""Writes the samples: python samples/generate.py [--scale N] [--seed S] [--out DIR]

Without options it rewrites the files beside this script, byte for byte. `--scale N` makes N such months in one (N times
the claims, new control numbers, the same files and habits) for benchmarks; give it an `--out` of its own.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
sys.dont_write_bytecode = True  # no caches among the samples

from generator import files, story  # noqa: E402

SEED = 78452


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", type=int, default=1, metavar="N", help="how many months' worth of claims (1)")
    parser.add_argument("--seed", type=int, default=SEED, metavar="S", help=f"where chance starts ({SEED})")
    parser.add_argument("--out", type=Path, default=HERE, metavar="DIR", help="where to write (beside this script)")
    options = parser.parse_args()
    if options.scale < 1:
        parser.error("--scale must be 1 or more")
    if options.out.resolve() == HERE and (options.scale, options.seed) != (1, SEED):
        parser.error("another scale or seed needs an --out of its own: the files here are what the tests expect")
    made = files.write(story.tell(options.seed, options.scale))
    for name, data in made.items():
        path = options.out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    print(f"{len(made)} files, {sum(map(len, made.values())):,} bytes in {options.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
