"""What fuzzing found, read again: each input once broke a promise of the reader (tests/fuzz)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzz.targets import TARGETS, seeds

FINDINGS = Path(__file__).parent / "fuzz" / "findings"


@pytest.mark.parametrize("path", sorted(FINDINGS.rglob("*/*")), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_finding_is_mended(path: Path) -> None:
    TARGETS[path.parent.name](path.read_bytes())


@pytest.mark.parametrize("target", TARGETS)
def test_a_search_begins_with_inputs_that_pass(target: str) -> None:
    for seed in seeds(target):
        TARGETS[target](seed)
