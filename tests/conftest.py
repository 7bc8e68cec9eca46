"""Fixtures that every test file may use."""

from __future__ import annotations

from pathlib import Path

import pytest

from edi.analysis.engine import Engine
from edi.records.mapping import Mappings
from tests import shipped
from tests.commandline import edi
from tests.edifiles import write_835, write_837

PROJECT = Path(__file__).parents[1]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--slow", action="store_true", help="also run the tests that take minutes")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--slow"):
        for item in items:
            if item.get_closest_marker("slow"):
                item.add_marker(pytest.mark.skip(reason="slow: run with --slow"))


def shared_folder(name: str = "") -> Path | None:
    """The folder of files written by others, beside the checkout; None where it is absent."""
    folder = PROJECT.parent / "shared" / name
    return folder if folder.exists() else None


@pytest.fixture
def shared() -> Path:
    folder = shared_folder()
    if folder is None:
        pytest.skip("../shared is not here")
    return folder


@pytest.fixture
def project() -> Path:
    return PROJECT


@pytest.fixture(scope="session")
def engine() -> Engine:
    return shipped.engine()


@pytest.fixture(scope="session")
def mappings() -> Mappings:
    return shipped.mappings()


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    write_837(folder / "claims.837")
    write_835(folder / "remits.835")
    return folder


@pytest.fixture
def database(tmp_path: Path, inbox: Path) -> Path:
    path = tmp_path / "billing.db"
    assert edi("run", path, inbox).exit_code == 0
    return path
