"""Labelled lines by somebody who had not seen the rules: domain.md section 3 rows 23 to 44, sections 1, 5 and 10.

A label may hold more than a cause: what the line was at first, whether it is still open, what it hangs on, its columns.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from edi import rulecheck
from edi.analysis.causes.rules import Example
from edi.analysis.engine import Engine
from edi.records import mapping
from edi.resources import Resources
from tests import casefile
from tests.labels import differences

FILES = sorted((Path(__file__).parent / "cases" / "d").glob("*.txt"))
CASES = [(path.stem, case) for path in FILES for case in casefile.read(path)]


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine(Resources())


@pytest.fixture(scope="module")
def mappings() -> mapping.Mappings:
    return mapping.load(Resources())


@pytest.mark.parametrize(("file", "case"), CASES, ids=[f"{file}: {case.name}" for file, case in CASES])
def test_case(file: str, case: casefile.LabelledCase, engine: Engine, mappings: mapping.Mappings) -> None:
    result = rulecheck.analyse(Example(case.name, "", 1, case.parts), engine, mappings)
    assert case.expected, f"{file}: {case.name} expects nothing"
    wrong = [f"{e.number} {e.line}: {text}" for e in case.expected for text in differences(e, result)]
    assert not wrong, "\n".join(wrong)
    for finding in result.findings:
        assert not finding.denied or finding.cause.denial == "yes"
    assert sum(f.denied for f in result.findings) == sum(row.split.denied for row in result.rows)


def test_names_of_cases_are_unique() -> None:
    names = [case.name for _, case in CASES]
    assert len(names) == len(set(names))
