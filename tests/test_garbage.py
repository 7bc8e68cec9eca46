"""The collector is held off while records are read and analysed: nothing there may need it."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest

from benchmarks import linking
from edi.analysis.engine import Engine
from edi.garbage import uncollected
from edi.resources import Resources

SAMPLES = Path(__file__).parents[1] / "samples"


def test_the_collector_rests_inside_and_works_again_after_an_error() -> None:
    assert gc.isenabled()
    with uncollected():
        assert not gc.isenabled()
    with pytest.raises(ZeroDivisionError), uncollected():
        _ = 1 // 0
    assert gc.isenabled()


def test_who_held_it_off_before_keeps_it_off() -> None:
    with uncollected():
        with uncollected():
            pass
        assert not gc.isenabled()
    assert gc.isenabled()


def test_the_analysis_leaves_nothing_that_only_the_collector_could_free() -> None:
    claims, remits = linking.read(linking.files(SAMPLES))
    groups = list(linking.groups(claims, remits))
    engine = Engine(Resources())
    engine.analyse_all(groups)  # what is compiled and remembered on first use may hold cycles
    gc.collect()
    with uncollected():
        results = engine.analyse_all(groups)
        assert any(result.findings for result in results)
        del results
        assert gc.collect() == 0
