"""Facts: small named observations of one row. Rules (mappings/rules) say what they prove.

A fact takes a Subject and returns a `Seen` (it holds, with the value and the row where it can be read), a `NotChecked`
(it could not be looked at, and why), or None (it does not hold). The docstring's first paragraph says what holds when
it does: it is printed as evidence.
"""

from __future__ import annotations

import importlib
import pkgutil

from edi.analysis.facts.registry import FACTS, Fact, NotChecked, Seen, fact

__all__ = ["FACTS", "Fact", "NotChecked", "Seen", "fact"]

for _module in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_module.name}")
