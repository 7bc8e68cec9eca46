"""What a person reads first: the end of a run, the list of commands, and output that is cut off by `| head`."""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from edi.cli import COMMANDS, HELP, main
from edi.cli.common import hinted

SAMPLES = Path(__file__).parents[1] / "samples"


def edi(*words: str) -> Result:
    return CliRunner().invoke(main, words)


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """A database of the sample month, and what its run printed."""
    database = str(tmp_path_factory.mktemp("run") / "my billing.db")
    result = edi("run", database, str(SAMPLES))
    assert result.exit_code == 1
    return database, result.stdout


def test_the_commands_to_type_next_can_be_typed(ran: tuple[str, str]) -> None:
    _, _, after = ran[1].partition("\nNext\n")
    typed = [line.split("  ")[1] for line in after.splitlines()]
    assert [shlex.split(words)[1] for words in typed] == ["findings", "metrics", "unmatched", "payments", "report"]
    for words in typed[:-1]:
        result = edi(*shlex.split(words)[1:])
        assert result.exit_code == 0, result.output
        assert "(no rows)" not in result.stdout


def test_what_is_to_be_worked_comes_before_the_tenth_line(ran: tuple[str, str]) -> None:
    first = ran[1].splitlines()[:9]
    for label in ("Files", "Look at", "Claims", "To work", "  appeal", "Waiting", "No claim"):
        assert any(line.startswith(label) for line in first), label
    assert f"Look at       {SAMPLES}/remits/alderwick_0511.835: 1 error" in first


def test_causes_of_the_run_are_root_causes(ran: tuple[str, str]) -> None:
    assert "Supply denied only because its scan was denied" not in ran[1]
    assert "$5,982.00    4 denials  Prior authorization number was not on the claim" in ran[1]


def test_nothing_at_all_says_what_is_needed(tmp_path: Path) -> None:
    (tmp_path / "inbox").mkdir()
    result = edi("run", str(tmp_path / "a.db"), str(tmp_path / "inbox"), "--report", str(tmp_path / "report"))
    assert result.exit_code == 1
    assert "it needs claims (837) and remittances (835)" in result.stdout
    assert "Billed" not in result.stdout
    assert "Nothing to report yet." in (tmp_path / "report" / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(("part", "said"), [("claims", "No remittance is loaded yet"), ("remits", "Only remittances")])
def test_one_side_alone_makes_a_report_that_says_so(part: str, said: str, tmp_path: Path) -> None:
    result = edi("run", str(tmp_path / "a.db"), str(SAMPLES / part), "--report", str(tmp_path))
    assert result.exit_code in (0, 1), result.output
    assert said in (tmp_path / "report.html").read_text(encoding="utf-8")
    missing, label = ("remittances", "Waiting") if part == "claims" else ("claims", "No claim")
    assert f"\nMissing       {missing} (83" in result.stdout
    assert any(line.startswith(label) for line in result.stdout.splitlines())


def test_help_lists_every_command_on_one_line_without_loading_it() -> None:
    printed = edi("-h").stdout
    for heading, commands in HELP.items():
        assert f"{heading}:" in printed
        for name, words in commands.items():
            assert any(line.split(maxsplit=1) == [name, words] for line in printed.splitlines()), name
    assert all(edi(name, "-h").exit_code == 0 for name in COMMANDS)


@pytest.mark.parametrize("words", [["lines", "DB", "--json"], ["findings", "DB", "--csv"], ["lines", "DB"]])
def test_a_reader_that_has_seen_enough_is_no_error(words: list[str], ran: tuple[str, str]) -> None:
    command = [sys.executable, "-m", "edi", *(ran[0] if word == "DB" else word for word in words)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.read(10)
        running.stdout.close()
        said = running.stderr.read()
    assert (running.returncode, said) == (0, b"")


def test_a_table_wider_than_the_window_says_so_at_its_end(capsys: pytest.CaptureFixture[str]) -> None:
    table = ["claim   payer\n", "C-1     Invented Mutual\n"]
    assert list(hinted(table, 23)) == table
    assert capsys.readouterr().err == ""
    assert list(hinted(table, 22)) == table
    assert "wider than this window, which has 22 columns" in capsys.readouterr().err


def test_no_color_is_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    words = ["show", str(SAMPLES / "remits" / "alderwick_0406.835"), "--segment", "43"]
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\x1b[" in CliRunner().invoke(main, words, color=True).stdout
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" not in CliRunner().invoke(main, words, color=True).stdout
