"""A report of more rows than anybody can hold or read: what is shown is cut and said; what is counted is all."""

from __future__ import annotations

import dataclasses
import io
import json
import shlex
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner

from edi.cli import main
from edi.pipeline.reporting import gather
from edi.report import listtables, queuetables, worktables
from edi.report.data import ReportData
from edi.report.excel import workbook
from edi.report.html import page
from edi.report.survey import Survey
from edi.resources import Resources
from edi.store.database import Database
from tests.report_fake import fake, parsed

SAMPLES = Path(__file__).parents[1] / "samples"


class Row(dict[str, Any]):
    """A row that tells how many of its kind are alive."""

    alive = most = 0

    def __init__(self, values: Mapping[str, Any]) -> None:
        super().__init__(values)
        Row.alive += 1
        Row.most = max(Row.most, Row.alive)

    def __del__(self) -> None:
        Row.alive -= 1


class Stored(Sequence[Any]):
    """Rows that are made anew each time they are read, as from a file; notes which were read by place, and how many
    one after the other."""

    def __init__(self, rows: Sequence[Mapping[str, Any]]) -> None:
        self.rows, self.fetched, self.read = rows, list[int](), 0

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, place: Any) -> Any:
        self.fetched.append(place)
        return Row(self.rows[place])

    def __iter__(self) -> Iterator[Row]:
        for row in self.rows:
            self.read += 1
            yield Row(row)


@pytest.fixture(scope="module")
def made() -> ReportData:
    return fake(1000)


def stored(data: ReportData) -> tuple[ReportData, Stored, Stored]:
    lines, findings = Stored(data.lines), Stored(data.findings)
    return dataclasses.replace(data, lines=lines, findings=findings), lines, findings


def words(element: Any) -> str:
    return " ".join(" ".join(element.itertext()).split())


def test_the_survey_holds_no_row(made: ReportData) -> None:
    data, lines, findings = stored(made)
    Row.alive = Row.most = 0
    seen = Survey(data)
    assert 0 < Row.most <= 3
    assert (lines.read, findings.read) == (len(made.lines), len(made.findings))
    assert seen.totals == Survey(made).totals


def test_the_page_fetches_what_its_worklist_shows_and_counts_everything(made: ReportData) -> None:
    data, lines, findings = stored(made)
    seen = Survey(data, 5)
    findings.fetched.clear()
    document = parsed(page(data, seen).decode())
    places = {denial.place for entry in seen.work[:5] for denial in entry.denials}
    listed = {*places, *seen.levels, *seen.authorizations}
    assert places < set(findings.fetched) == listed
    assert len(seen.work) > 20
    assert lines.read == len(made.lines)
    rows = json.loads(document.get_element_by_id("rows").text)
    assert len(rows["tables"]["worklist"]["mains"][0]) == 5
    every = parsed(page(made).decode())
    for name in ("overview", "flow", "causes", "payers", "months", "family"):
        assert words(document.get_element_by_id(name)) == words(every.get_element_by_id(name)), name


def test_the_most_recoverable_denials_are_shown_and_the_cut_is_said(made: ReportData) -> None:
    seen = Survey(made, 5)
    worth = [entry.recoverable or 0 for entry in seen.work]
    assert worth == sorted(worth, reverse=True)
    document = parsed(page(made, seen).decode())
    (cut,) = document.xpath("//section[@id='worklist']//p[@class='cut']")
    said = f"The first 5 of {len(worth)} denials, most recoverable first. All of them: edi findings DB "
    assert words(cut) == f"""{said}--where "open AND denial = 'yes'" --csv"""
    assert not parsed(page(made).decode()).xpath("//section[@id='worklist']//p[@class='cut']")


def test_the_workbook_reads_no_more_than_it_shows(made: ReportData, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("edi.report.excel.MOST_LINES", 10)
    data, lines, findings = stored(made)
    seen = Survey(data)
    lines.read, findings.fetched = 0, []
    Row.alive = Row.most = 0
    book = openpyxl.load_workbook(io.BytesIO(workbook(data, seen)))
    assert lines.read == 10
    assert len(findings.fetched) <= 30  # of the worklist, the levels and the authorizations
    assert findings.read == len(made.findings)
    assert 0 < Row.most <= 4
    assert [book[name].max_row for name in ("Worklist", "Lines")] == [11, 11]


def test_the_workbook_keeps_no_table_of_its_texts(made: ReportData) -> None:
    """Texts stand in their cells, so that no sheet has to wait in memory until all of them are known."""
    with zipfile.ZipFile(io.BytesIO(workbook(made, Survey(made)))) as book:
        assert book.read("xl/worksheets/sheet1.xml").count(b't="inlineStr"') > 100
        assert "xl/sharedStrings.xml" not in book.namelist()


def test_every_cut_list_names_a_command_that_prints_all_of_it(tmp_path: Path) -> None:
    path = str(tmp_path / "a.db")
    edi("run", path, str(SAMPLES))
    with Database.open(path, Resources()) as opened:
        data = gather(opened, Resources(), path, "2026-11-22T00:00:00", "1")
    seen = Survey(data, 1)
    work = worktables.worklist_table(data, seen)
    assert len(json.loads(asked(work.everything))) == sum(len(entry.denials) for entry in seen.work)
    tables = [
        listtables.level_table(data, seen, 1),
        listtables.authorization_table(data, seen, 1),
        queuetables.overturned_table(data, seen.titles, 1),
        queuetables.unmatched_table(data, 1),
        queuetables.adjustment_table(data, 1),
        worktables.payment_table(data, 1),
    ]
    for table in tables:
        assert (len(table.rows), table.left_out > 0) == (1, True), table.name
        assert len(json.loads(asked(table.everything))) == 1 + table.left_out, table.name


def test_the_command_takes_how_many_denials_the_page_holds(tmp_path: Path) -> None:
    path, folder = str(tmp_path / "a.db"), tmp_path / "report"
    edi("run", path, str(SAMPLES))
    edi("report", path, str(folder), "--denials", "3")
    document = parsed((folder / "report.html").read_text(encoding="utf-8"))
    rows = json.loads(document.get_element_by_id("rows").text)
    assert len(rows["tables"]["worklist"]["mains"][0]) == 3
    (command,) = document.xpath("//section[@id='worklist']//p[@class='cut']/code/text()")
    book = openpyxl.load_workbook(folder / "worklist.xlsx")
    assert len(json.loads(asked(command))) == book["Worklist"].max_row - 1 > 3


def asked(command: str) -> str:
    """What a printed command answers, as JSON."""
    program, *said = shlex.split(command)
    assert program == "edi"
    return edi(*(word for word in said if word not in ("--csv", "--json")), "--json")


def edi(*said: str) -> str:
    result = CliRunner().invoke(main, said)
    assert result.exit_code in (0, 1), result.output
    return result.stdout
