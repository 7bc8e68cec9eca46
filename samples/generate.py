"""Writes the samples: python samples/generate.py [--scale N | --perturb --claims N] [--seed S] [--out DIR]

Without options it rewrites the files beside this script, byte for byte. `--scale N` makes N such months in one (N times
the claims, new control numbers, the same files and habits) for benchmarks. `--perturb` makes N claims that are hard to
link instead, with true links and outcomes. Both need an `--out` of their own.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
sys.dont_write_bytecode = True  # no caches among the samples

from generator import files, story  # noqa: E402
from generator.perturb import output, tell  # noqa: E402

SEED = 78452


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", type=int, default=1, metavar="N", help="how many months' worth of claims (1)")
    parser.add_argument("--seed", type=int, default=SEED, metavar="S", help=f"where chance starts ({SEED})")
    parser.add_argument("--out", type=Path, default=HERE, metavar="DIR", help="where to write (beside this script)")
    parser.add_argument("--perturb", action="store_true", help="histories that are hard to link")
    parser.add_argument("--claims", type=int, default=600, metavar="N", help="with --perturb: how many claims (600)")
    options = parser.parse_args()
    if options.scale < 1:
        parser.error("--scale must be 1 or more")
    if options.out.resolve() == HERE and (options.scale, options.seed, options.perturb) != (1, SEED, False):
        parser.error("anything else needs an --out of its own: the files here are what the tests expect")
    if options.perturb:
        made = output.write(tell.tell(options.seed, options.claims))
    else:
        made = files.write(story.tell(options.seed, options.scale))
    for name, data in made.items():
        path = options.out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    print(f"{len(made)} files, {sum(map(len, made.values())):,} bytes in {options.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
