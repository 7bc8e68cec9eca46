"""The commands as a person types them: what they print, what they exit with, and that they never end in a traceback."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from edi.cli import COMMANDS, main
from tests.commandline import ROWS, edi, rows
from tests.edifiles import Case, another, remittance, write_835

PROMISED = {
    "lines": """control_number kind frequency payer line_number line_control procedure modifiers revenue_code units
        service_date place_of_service charge allowed paid patient contractual denied packaged other balance state
        first_state cause verdict file segment links""",
    "links": "trace_number payer_control_number claim_status procedure paid tier file segment",
    "findings": """id rule cause verdict denial control_number line_number line_control procedure service_date payer
        trace_number group_codes reason_codes remark_codes denied recoverable depends_on open action evidence""",
    "evidence": "side what value file segment",
    "payments": """trace_number payer payer_id payee_npi method amount date claims lines claim_paid
        provider_adjustments difference balanced duplicate_of file segment""",
    "diagnostics": "rule level file transaction segment offset loop element value message action",
}


def commands(group: click.Group = main, *names: str) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield (*names, name), command
        if isinstance(command, click.Group):
            yield from commands(command, *names, name)


@pytest.mark.parametrize("words", [words for words, _ in commands()], ids=" ".join)
def test_every_command_explains_itself_with_an_example(words: tuple[str, ...]) -> None:
    for flag in ("-h", "--help"):
        result = edi(*words, flag)
        assert result.exit_code == 0
        assert "Example" in result.output
        assert f"edi {words[0]}" in result.output


def test_every_command_says_in_one_line_what_it_is_for() -> None:
    assert all(command.get_short_help_str() for _, command in commands())
    assert list(COMMANDS) == main.list_commands(click.Context(main))


def test_run_does_the_main_job(tmp_path: Path, inbox: Path) -> None:
    result = edi("run", tmp_path / "billing.db", inbox, "--report", tmp_path / "report")
    assert result.exit_code == 0, result.output
    for words in ("2 read", "1 with 2 lines; 1 payment", "$1,500.00", "paid", "$410.00", "denied", "unanswered",
                  str(tmp_path / "report" / "report.html")):  # fmt: skip
        assert words in result.output
    assert {path.name for path in (tmp_path / "report").iterdir()} == {
        "report.html", "worklist.xlsx", "lines.csv", "findings.csv", "payments.csv"}  # fmt: skip


def test_rows_have_the_promised_keys_in_order(database: Path, inbox: Path) -> None:
    write_835(inbox / "again.835", remittance(wrap=another()), wrap=another())
    edi("run", database, inbox)
    found = {name: rows(database, name)[0] for name in ROWS}
    found["links"] = found["lines"]["links"][0]  # type: ignore[index]
    found["evidence"] = found["findings"]["evidence"][0]  # type: ignore[index]
    for name, promised in PROMISED.items():
        keys = promised.split()
        assert list(found[name])[: len(keys)] == keys, name
    first = found["lines"]
    assert (first["charge"], first["paid"], first["file"], first["state"]) == (
        "1450.00", "410.00", str(inbox / "claims.837"), "paid")  # fmt: skip


def test_the_denied_cents_agree(database: Path) -> None:
    denied = [sum(float(str(row["denied"])) for row in rows(database, name)) for name in ("lines", "findings")]
    assert denied == [50.0, 50.0]


@pytest.mark.parametrize("name", ROWS)
def test_every_format(name: str, database: Path) -> None:
    expected = rows(database, name)
    assert [json.loads(line) for line in edi(name, database, "--nl").stdout.splitlines()] == expected
    for form, delimiter in (("--csv", ","), ("--tsv", "\t")):
        printed = list(csv.DictReader(io.StringIO(edi(name, database, form).stdout), delimiter=delimiter))
        assert len(printed) == len(expected)
    assert edi(name, database).stdout == edi(name, database, "--table").stdout
    assert edi(name, database).exit_code == 0


def test_filters(database: Path) -> None:
    assert [row["procedure"] for row in rows(database, "lines", "--where", "denied > 10")] == ["A9500"]
    assert rows(database, "payments", "--where", "not balanced") == []
    assert edi("lines", database, "--where", "no such thing").exit_code == 2


def test_import_then_analyze_is_run(tmp_path: Path, inbox: Path, database: Path) -> None:
    other = tmp_path / "other.db"
    assert edi("import", other, inbox).exit_code == 0
    early = edi("lines", other, "--json")
    assert (early.stdout, early.exit_code) == ("[]\n", 0)
    assert "edi analyze" in early.stderr
    assert edi("analyze", other).exit_code == 0
    for name in ROWS:
        assert rows(other, name) == rows(database, name)


def test_running_twice_changes_nothing_and_says_so(database: Path, inbox: Path) -> None:
    before = {name: rows(database, name) for name in ROWS}
    result = edi("run", database, inbox)
    assert result.exit_code == 0
    assert "2 already here" in result.output
    assert {name: rows(database, name) for name in ROWS} == before


def test_forget_undoes_an_import(database: Path, tmp_path: Path) -> None:
    before = {name: rows(database, name) for name in ROWS}
    extra = write_835(tmp_path / "extra.835", remittance([Case("B7")], trace="T9"))
    edi("run", database, extra)
    assert {name: rows(database, name) for name in ROWS} != before
    result = edi("forget", database, extra)
    assert result.exit_code == 0
    assert extra in result.output
    assert {name: rows(database, name) for name in ROWS} == before
    assert edi("forget", database, extra).exit_code == 2


def test_check_says_what_is_well_and_what_is_not(database: Path, tmp_path: Path) -> None:
    assert edi("check", database).exit_code == 0
    edi("run", database, write_835(tmp_path / "off.835", remittance([Case("B7")], trace="T9", off=5)))
    result = edi("check", database, "--json")
    assert result.exit_code == 1
    broken = [row for row in json.loads(result.stdout) if row["result"] == "broken"]
    assert [row["check"] for row in broken] == ["payments-balance"]
    assert broken[0]["rows"][0]["difference_cents"] == 5
    assert "T9" in edi("check", database).stdout


def test_report_writes_the_five_files(database: Path, tmp_path: Path) -> None:
    result = edi("report", database, tmp_path / "report")
    assert result.exit_code == 0
    assert len(result.output.splitlines()) == 5


def test_schema_needs_no_database(database: Path) -> None:
    alone = json.loads(edi("schema", "--json").stdout)
    charge = next(row for row in alone if (row["table"], row["column"]) == ("claim", "charge_cents"))
    assert "CLM02" in charge["source"]
    stored = json.loads(edi("schema", database, "--json").stdout)
    assert {row["table"] for row in stored} > {row["table"] for row in alone}
    assert "outcome" in edi("schema", "--only", "outcome").stdout


# -- exit codes -------------------------------------------------------------------------------------------------------
