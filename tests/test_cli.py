"""The commands as a person types them: what they print, what they exit with, and that they never end in a traceback."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from edi.cli import COMMANDS, main
from tests.edifiles import Case, Line, another, batch, remittance, write_835, write_837

ROWS = ("lines", "findings", "payments", "diagnostics")
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


def edi(*words: object, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words], input=stdin)


def rows(database: object, name: str, *words: object) -> list[dict[str, object]]:
    result = edi(name, database, "--json", *words)
    assert result.exit_code == 0, result.output
    found: list[dict[str, object]] = json.loads(result.stdout)
    return found


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


def refused(result: Result, *words: str) -> None:
    """Exit code 2, one sentence on stderr, nothing else."""
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    for word in words:
        assert word in result.stderr


@pytest.mark.parametrize("name", [*ROWS, "check", "analyze"])
def test_rows_need_a_database_of_ours(name: str, tmp_path: Path) -> None:
    refused(edi(name, tmp_path / "none.db"), "no such database")
    (tmp_path / "text.db").write_text("hello" * 200)
    refused(edi(name, tmp_path / "text.db"), "not an edi database")
    assert not (tmp_path / "none.db").exists()


def test_a_wrong_path_is_refused_before_anything_is_made(tmp_path: Path, inbox: Path) -> None:
    refused(edi("run", tmp_path / "a.db", inbox, tmp_path / "none"), "no such path", str(tmp_path / "none"))
    assert not (tmp_path / "a.db").exists()


def test_a_database_that_cannot_be_made(tmp_path: Path, inbox: Path) -> None:
    refused(edi("run", tmp_path / "none" / "a.db", inbox), "cannot create the database")
    refused(edi("run", tmp_path, inbox), "a folder, not a database")
    refused(edi("run", inbox / "claims.837", inbox), "not an edi database")


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="has no folder that even root may not write to")
def test_a_folder_that_may_not_be_written(inbox: Path) -> None:
    refused(edi("run", "/proc/self/a.db", inbox), "cannot create the database")


def test_a_broken_mapping_is_refused_with_its_place(tmp_path: Path, inbox: Path) -> None:
    overlay = tmp_path / "overlay"
    overlay.mkdir()
    (overlay / "835.xml").write_text("<transaction set='835'><loop/></transaction>")
    refused(edi("run", tmp_path / "a.db", inbox, "--mappings", overlay), "835.xml:1")
    refused(edi("run", tmp_path / "a.db", inbox, "--mappings", tmp_path / "none"), "no such mappings folder")


@pytest.mark.parametrize("words", [["run"], ["lines"], ["nonsense"], ["run", "a.db"], ["lines", "a.db", "--nonsense"]])
def test_usage_errors_exit_with_2(words: list[str]) -> None:
    assert edi(*words).exit_code == 2


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "is empty"), (b"%PDF-1.4", "PDF"), (b"hello", "not X12")],
)
def test_a_named_file_that_is_no_x12(content: bytes, words: str, tmp_path: Path) -> None:
    odd = tmp_path / "odd.835"
    odd.write_bytes(content)
    for command in ("run", "import"):
        result = edi(command, tmp_path / f"{command}.db", odd)
        assert result.exit_code == 1
        assert words in result.output + str(rows(tmp_path / f"{command}.db", "diagnostics"))
        assert str(odd) in result.output


def test_a_folder_without_x12_needs_a_person(tmp_path: Path) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()
    result = edi("run", tmp_path / "a.db", folder)
    assert result.exit_code == 1
    assert str(folder) in result.output


def test_what_is_no_x12_in_a_folder_is_counted(tmp_path: Path, inbox: Path) -> None:
    (inbox / "scan.pdf").write_bytes(b"%PDF-1.4")
    result = edi("run", tmp_path / "a.db", inbox)
    assert result.exit_code == 0
    assert "1 not X12, skipped" in result.output


def test_a_payment_that_does_not_balance_is_named(tmp_path: Path) -> None:
    result = edi("run", tmp_path / "a.db", write_835(tmp_path / "a.835", remittance(off=250)))
    assert result.exit_code == 1
    assert "Payments that do not balance" in result.output
    assert "$2.50" in result.output


def test_stdin(tmp_path: Path, inbox: Path) -> None:
    result = edi("run", tmp_path / "a.db", "-", stdin=(inbox / "remits.835").read_bytes())
    assert result.exit_code == 0, result.output
    assert [row["file"] for row in rows(tmp_path / "a.db", "payments")] == ["-"]


def test_csv_cells_start_no_formula(tmp_path: Path) -> None:
    case = Case("=CMD()", (Line(),))
    edi("run", tmp_path / "a.db", write_837(tmp_path / "a.837", batch([case])))
    assert "\n'=CMD()," in edi("lines", tmp_path / "a.db", "--csv").stdout


def test_the_unexpected_is_one_sentence_without_its_text(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ValueError("DOE PAT 1950-01-01")

    monkeypatch.setattr("edi.cli.check.audit", fail)
    result = edi("check", database)
    refused(result, "unexpected ValueError", "EDI_DEBUG=1")
    assert "DOE" not in result.stderr
    monkeypatch.setenv("EDI_DEBUG", "1")
    assert isinstance(edi("check", database).exception, ValueError)


def test_ctrl_c_ends_with_130(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("edi.cli.check.audit", stop)
    assert edi("check", database).exit_code == 130


# -- as a process -----------------------------------------------------------------------------------------------------


def process(*words: object, **options: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "edi", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)  # type: ignore[call-overload, no-any-return]


def test_a_reader_that_goes_away_is_no_error() -> None:
    script = f"{sys.executable} -m edi schema --json | head -c 1"
    result = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=False)
    assert (result.stdout, result.stderr) == ("[", "")


def test_no_progress_bar_without_a_terminal(tmp_path: Path, inbox: Path) -> None:
    result = process("run", tmp_path / "a.db", inbox)
    assert (result.returncode, result.stderr) == (0, "")


def test_other_transactions_are_named_and_counted_over_all_files(tmp_path: Path) -> None:
    ack = "ISA*00*          *00*          *ZZ*A              *ZZ*B              *260401*1015*^*00501*{0:09d}*0*T*:~"
    ack += "GS*FA*A*B*20260401*1015*{0}*X*005010X231A1~ST*999*0001*005010X231A1~SE*2*0001~GE*1*{0}~IEA*1*{0:09d}~"
    for number in (1, 2, 3):
        (tmp_path / f"{number}.999").write_text(ack.format(number), encoding="ascii")
    assert "3 x 999" in edi("run", tmp_path / "a.db", tmp_path).output
