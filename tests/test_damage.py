"""Damaged deliveries keep every promise about our own answers, in any order and split; `--slow` looks at many."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.damage import complaints, damaged, delivery, random

# A habit that turned, a void of another number, one payment with two contents, two copies that differ in units, the
# last of three submissions without the day it was sent.
BROKE_ONCE = [0, 3, 39, 140, 1008, 1152, 1076]


@pytest.mark.parametrize("seed", [*BROKE_ONCE, 501, 502])
def test_a_damaged_delivery_keeps_every_promise(seed: int, tmp_path: Path) -> None:
    assert complaints(seed, tmp_path, claims=7) == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1000, 1200))
def test_many_damaged_deliveries_keep_every_promise(seed: int, tmp_path: Path) -> None:
    assert complaints(seed, tmp_path, claims=7) == []


def test_damage_is_done_and_the_same_seed_does_the_same() -> None:
    files = delivery(7)
    one, two = (damaged(files, random.Random(7)) for _ in range(2))
    assert one == two != files
