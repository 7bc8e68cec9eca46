"""The wheel carries its data files and works where it is installed, from any folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of a fresh environment that has our wheel; the packages it needs are lent by this one."""
    project = Path(__file__).parents[1]
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "-w", str(folder)]
    subprocess.run([*command, str(project)], check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    home = folder / "env"
    venv.create(home, with_pip=False, symlinks=True)
    python = home / "bin" / "python"
    ask = [str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    site = Path(subprocess.run(ask, check=True, capture_output=True, text=True).stdout.strip())
    target = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(site), str(wheel)]
    subprocess.run(target, check=True, capture_output=True)
    (site / "zz-lent.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return python


def test_runs_from_another_folder(installed: Path, tmp_path: Path) -> None:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "EDI_"))}
    where = subprocess.run(
        [str(installed), "-c", "import edi, edi.resources as r; print(edi.__file__); print(r.Resources().base)"],
        check=True, capture_output=True, text=True, cwd=tmp_path, env=environment,
    ).stdout.split()  # fmt: skip
    assert all(str(installed.parents[1]) in path for path in where), "the wheel's own code and data, not the checkout's"
    samples = Path(__file__).parents[1] / "samples"
    edi = [str(installed), "-m", "edi"]
    run = subprocess.run(
        [*edi, "run", "billing.db", str(samples), "--report", "report"],
        capture_output=True, text=True, cwd=tmp_path, env=environment, check=False,
    )  # fmt: skip
    assert run.returncode in (0, 1), run.stderr
    assert (tmp_path / "report" / "report.html").stat().st_size > 10_000
    printed = subprocess.run(
        [*edi, "lines", "billing.db", "--json"],
        check=True,
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=environment,
    )
    assert len(json.loads(printed.stdout)) > 100
