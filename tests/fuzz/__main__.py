"""The command of tests.fuzz: search one target for some seconds, and keep an input that breaks it as `crash-...`.

The corpus that it grows stays in --corpus DIR, so that the next search goes on from there.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["edi"]):
    from tests.fuzz.targets import TARGETS, seeds


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("target", choices=TARGETS)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--corpus", type=Path, required=True, help="a folder for inputs, made when missing")
    given = parser.parse_args()
    folder = given.corpus / given.target
    folder.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds(given.target)):
        (folder / f"seed-{number}").write_bytes(seed)
    options = [f"-max_total_time={given.seconds}", f"-artifact_prefix={given.corpus}/", "-max_len=6000", "-timeout=60"]
    atheris.Setup([sys.argv[0], *options, str(folder)], TARGETS[given.target])
    atheris.Fuzz()


main()
