"""Imports run one way: each floor may use itself and the floors to its left, nothing else."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

EDI = Path(__file__).parents[1] / "edi"

MAY_IMPORT = {
    "garbage": set(),
    "resources": set(),
    "x12": {"resources"},
    "records": {"garbage", "resources", "x12"},
    "store": {"resources", "x12", "records"},
    "analysis": {"resources", "x12"},
    "report": {"resources", "x12"},
    "conformance": {"resources", "x12", "records"},
    "show": {"resources", "x12", "records", "conformance"},
    "rulecheck": {"resources", "records", "analysis"},
    "explain": {"resources", "x12", "store", "analysis"},
    "pipeline": {"garbage", "resources", "x12", "records", "store", "analysis", "report"},
    "cli": {
        "resources",
        "x12",
        "records",
        "store",
        "analysis",
        "report",
        "conformance",
        "show",
        "rulecheck",
        "explain",
        "pipeline",
    },
    "__main__": {"cli"},
    "__init__": set(),
}
ANALYSIS = (  # within the analysis: each may use itself and those before it
    ("grouping", "model"),
    ("payments", "reference"),
    ("linking",),
    ("outcomes",),
    ("subject", "notes"),
    ("facts", "episodes"),
    ("causes",),
    ("engine", "metrics"),
    ("audit",),
)
PURE = {"sqlite3", "sqlite_utils", "click", "multiprocessing", "subprocess", "xlsxwriter"}  # never in analysis


def floor_of(path: Path) -> str:
    return path.relative_to(EDI).parts[0].removesuffix(".py")


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
            names.update(f"{node.module}.{alias.name}" for alias in node.names if node.module == "edi")
    return names


@pytest.mark.parametrize("path", sorted(EDI.rglob("*.py")), ids=lambda path: str(path.relative_to(EDI)))
def test_imports_run_one_way(path: Path) -> None:
    floor = floor_of(path)
    allowed = MAY_IMPORT[floor] | {floor}
    used = {name.split(".")[1] for name in imported(path) if name.startswith("edi.") and name != "edi.__version__"}
    assert used <= allowed, f"{floor} must not import {sorted(used - allowed)}"


@pytest.mark.parametrize("path", sorted((EDI / "analysis").rglob("*.py")), ids=lambda path: path.name)
def test_analysis_is_pure(path: Path) -> None:
    assert not {name.split(".")[0] for name in imported(path)} & PURE


@pytest.mark.parametrize("path", sorted((EDI / "analysis").rglob("*.py")), ids=lambda path: str(path.relative_to(EDI)))
def test_the_analysis_has_floors_of_its_own(path: Path) -> None:
    rank = {part: floor for floor, parts in enumerate(ANALYSIS) for part in parts}
    part = path.relative_to(EDI / "analysis").parts[0].removesuffix(".py")
    if part == "__init__":
        return
    used = {name.split(".")[2] for name in imported(path) if name.startswith("edi.analysis.")} - {part}
    assert not [other for other in sorted(used) if rank[other] >= rank[part]]
