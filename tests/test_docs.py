"""The docs are a tested surface: what README shows is what the tool prints, and every command is told there."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from edi.cli import COMMANDS, main

PROJECT = Path(__file__).parents[1]
README = PROJECT / "README.md"
SHOWN = re.compile(r"(?<=<!-- edi run -->\n)(?:    .*\n|\n)+")


def run_samples(folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """What `edi run` prints of the samples, as README shows it."""
    monkeypatch.chdir(folder)
    (folder / "samples").symlink_to(PROJECT / "samples")
    printed = CliRunner().invoke(main, ["run", "billing.db", "samples/", "--report", "report/"])
    assert printed.exit_code == 1, printed.output
    return "".join(f"    {line}".rstrip() + "\n" for line in printed.stdout.splitlines())


def test_readme_shows_what_the_tool_prints(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    printed = run_samples(tmp_path, monkeypatch)
    text = README.read_text(encoding="utf-8")
    if os.environ.get("UPDATE_GOLDEN"):
        README.write_text(SHOWN.sub(lambda _: f"\n{printed}\n", text), encoding="utf-8")
        return
    shown = SHOWN.search(text)
    assert shown is not None
    assert shown.group().strip("\n") == printed.strip("\n")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_told_in_the_readme(command: str) -> None:
    assert re.search(rf"`edi {command}\b", README.read_text(encoding="utf-8")), f"README does not mention edi {command}"


def test_commands_that_docs_name_exist() -> None:
    for path in [README, *PROJECT.glob("*.md"), *PROJECT.glob("docs/*.md"), PROJECT / "samples" / "README.md"]:
        text = path.read_text(encoding="utf-8")
        for command in re.findall(r"(?:^    |`|&& )edi ([a-z]+)", text, flags=re.MULTILINE):
            assert command in COMMANDS, f"{path.name} names edi {command}"


def test_links_in_docs_lead_somewhere() -> None:
    for path in [*PROJECT.glob("*.md"), *PROJECT.glob("docs/*.md"), PROJECT / "samples" / "README.md"]:
        for target in re.findall(r"\]\(([^)#:]+)\)", path.read_text(encoding="utf-8")):
            assert (path.parent / target).exists(), f"{path.name} links to {target}"
