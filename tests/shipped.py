"""The engine and the mappings as they ship, made once for all tests that only read them."""

from __future__ import annotations

from functools import cache

from edi.analysis.engine import Engine
from edi.records import mapping
from edi.resources import Resources


@cache
def engine() -> Engine:
    return Engine(Resources())


@cache
def mappings() -> mapping.Mappings:
    return mapping.load(Resources())
