"""The report of the sample month: what offices ask for is there, and its figures are those of the commands."""

from __future__ import annotations

import json
import shlex
from itertools import pairwise
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner

from edi.cli import main
from tests.report_fake import parsed

ROOT = Path(__file__).parents[1]


class Office:
    """A database with its report, and what the commands say of it."""

    def __init__(self, folder: Path) -> None:
        self.database, self.folder = str(folder / "billing.db"), folder / "report"
        self.run("run", self.database, str(ROOT / "samples"), "--report", str(self.folder))
        self.page = parsed((self.folder / "report.html").read_text(encoding="utf-8"))
        self.data = json.loads(self.page.get_element_by_id("rows").text)
        self.book = openpyxl.load_workbook(self.folder / "worklist.xlsx")

    @staticmethod
    def run(*words: str) -> str:
        result = CliRunner().invoke(main, words)
        assert result.exit_code in (0, 1), result.output
        return result.stdout

    def rows(self, command: str, *words: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self.run(command, self.database, *words, "--json"))
        return found

    def figure(self, name: str) -> dict[str, Any]:
        (row,) = self.rows("metrics", "--figure", name)
        return row

    def text(self, section: str) -> str:
        return " ".join(" ".join(self.page.get_element_by_id(section).itertext()).split())

    def table(self, name: str) -> list[dict[str, Any]]:
        """A table of the page by its columns' labels; money in cents."""
        held, texts = self.data["tables"][name], self.data["texts"]
        columns = []
        for (label, kind, *_), values in zip(held["columns"], held["mains"], strict=True):
            number = kind in ("money", "number")
            columns.append((label, [v if number or v is None else texts[v] for v in values]))
        return [{label: values[row] for label, values in columns} for row in range(len(columns[0][1]))]

    def sheet(self, name: str) -> list[dict[str, Any]]:
        head, *rows = self.book[name].iter_rows(values_only=True)
        return [dict(zip(head, row, strict=True)) for row in rows]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return Office(tmp_path_factory.mktemp("office"))


def cents(amount: str | float | None) -> int:
    return round(float(amount or 0) * 100)


def dollars(amount: str) -> str:
    return f"${float(amount):,.2f}"


@pytest.mark.parametrize(
    ("section", "sheet", "columns", "command", "words", "key"),
    [
        ("causes", "Causes", ("Denied",), "findings", ("--where", "open AND denial = 'yes'"), "denied"),
        ("overturned", "Won back", ("Won back",), "metrics", ("--figure", "recovered"), "value"),
        ("unanswered", "No response", ("Billed",), "lines",
         ("--where", "state IN ('no-response', 'pending')"), "charge"),
        ("unmatched", "No claim", ("Paid",), "unmatched", ("--remittances",), "paid"),
        ("payments", "Payments", ("Paid out",), "payments", (), "amount"),
        ("family", "Tracers", ("Billed",), "lines",
         ("--where", "state <> 'void' AND procedure IN (SELECT code FROM code_family WHERE role IN ('scan', "
          "'scan-single', 'tracer', 'agent', 'stress-test'))"), "charge"),
        ("worklist", "Worklist", ("Denied",), "findings", ("--where", "open AND denial = 'yes'"), "denied"),
        ("worklist", "Worklist", ("Recoverable",), "findings", ("--where", "open AND denial = 'yes'"), "recoverable"),
    ],
)  # fmt: skip
def test_page_workbook_and_command_add_up_to_the_same(
    office: Office, section: str, sheet: str, columns: tuple[str], command: str, words: tuple[str, ...], key: str
) -> None:
    whole = sum(cents(row[key]) for row in office.rows(command, *words))
    assert whole > 0
    assert sum(row[columns[0]] or 0 for row in office.table(section)) == whole
    assert sum(cents(row[columns[0]]) for row in office.sheet(sheet)) == whole


def test_what_payers_would_have_allowed_agrees_with_the_metrics(office: Office) -> None:
    whole = cents(office.figure("expected-allowed")["value"])
    assert whole > 0
    for name in ("Causes", "Cause by payer"):
        assert sum(cents(row["Expected allowed"]) for row in office.sheet(name)) == whole, name
    assert sum(row["Expected allowed"] or 0 for row in office.table("causes")) == whole


def test_the_headline_rates_are_those_of_the_metrics(office: Office) -> None:
    said = office.text("overview")
    for name in ("initial-denial-rate-lines", "first-pass-resolution", "overturn-rate-lines"):
        row = office.figure(name)
        assert f"{float(row['value']):.1%} {row['numerator']} of {row['denominator']}" in said, name
    again, once = office.figure("repeated-denials"), office.figure("denied-charge")
    assert f"{dollars(again['value'])} of what is denied is the same service denied again" in said
    assert f"{dollars(once['value'])} is denied" in said


def test_months_tell_what_the_metrics_tell(office: Office) -> None:
    tips = [tip.text for tip in office.page.xpath("//section[@id='months']//div[@class='wide']//title")]
    for row in office.rows("metrics", "--by", "month", "--figure", "initial-denied"):
        if row["month"] == "2026-03":
            assert any(tip.startswith(f"2026-03: {dollars(row['value'])} denied by the first") for tip in tips)


def test_deadlines_stand_in_the_worklist(office: Office) -> None:
    days = {row["finding"]: row["deadline"] for row in office.rows("metrics", "--deadlines")}
    found = [row["Appeal by"] for row in office.table("worklist") if row["Appeal by"]]
    assert found
    assert set(found) <= set(days.values())
    written = [f"{row['Appeal by']:%Y-%m-%d}" for row in office.sheet("Worklist") if row["Appeal by"]]
    assert sorted(written) == sorted(day for day in days.values() if day)
    assert f"Next day to appeal {min(found)}" in office.text("overview")


def test_waiting_claims_have_the_ages_of_the_metrics_and_the_advice_of_the_queue(office: Office) -> None:
    queue = {row["control_number"]: row for row in office.rows("unmatched", "--claims")}
    rows = {row["Claim"]: row for row in office.sheet("No response")}
    assert set(queue) <= set(rows)
    for number, row in queue.items():
        assert rows[number]["Age in days"] == row["age_days"]
        assert str(rows[number]["What to check"]).lower() == row["check"].lower()
    for name in ("unanswered-0-30", "unanswered-61-90"):
        assert dollars(office.figure(name)["value"]) in office.text("unanswered")


def test_provider_adjustments_are_told_in_words_and_under_their_payment(office: Office) -> None:
    told = office.rows("payments", "--adjustments")
    shown = office.table("adjustments")
    assert len(told) == len(shown) == 6
    assert sum(row["Changes the payment by"] for row in shown) == -sum(cents(row["amount"]) for row in told)
    said = office.text("payments")
    for row in told:
        assert row["meaning"] in office.text("adjustments")
        assert f"{row['reason']} {row['meaning']}: " in said
        assert f"{row['file']}#{row['segment']}" in said


def test_authorizations_and_levels_of_study_are_listed_whole(office: Office) -> None:
    wanted = "cause LIKE 'authorization-%' OR cause = 'referral-missing'"
    assert len(office.table("authorizations")) == len(office.rows("findings", "--where", wanted)) > 5
    levels = "cause IN ('downcoded', 'single-study-billed-as-multiple') AND procedure IN ('78451', '78452')"
    found = office.rows("findings", "--where", levels)
    assert {row["Claim, line"] for row in office.table("levels")} == {row["control_number"] for row in found}
    assert "Speaks against it" in office.text("levels")


def test_every_figure_has_a_command_that_gives_its_lines(office: Office) -> None:
    rows = {row["figure"]: row for row in office.rows("metrics")}
    written = office.page.xpath("//table[@class='traces']//tbody/tr")
    assert len(written) == len(rows)
    tried = 0
    for row in written:
        name = row.xpath("./th/span")[0].text
        words = shlex.split(row.xpath(".//code")[0].text)
        assert words[0] == "edi"
        found = json.loads(office.run(*words[1:], *([] if "--json" in words else ["--json"])))
        if words[1] != "metrics":
            tried += 1
            assert len(found) == rows[name]["lines"], name
    assert tried > 40


def test_every_row_of_the_tracer_table_has_a_command_that_gives_its_lines(office: Office) -> None:
    shown = office.table("family")
    commands = office.page.xpath("//table[@class='family']//span[@class='what']/text()")
    assert len(commands) == len(shown) > 40
    for row, command in zip(shown, commands, strict=True):
        found = json.loads(office.run(*shlex.split(command)[1:], "--json"))
        assert len(found) == row["Lines"], command
        assert sum(cents(line["paid"]) for line in found) == row["Paid"], command


def test_a_denial_leads_to_its_answers_and_to_the_claims_story(office: Office) -> None:
    details = office.page.xpath("//section[@id='worklist']//tr[@class='details']")
    said = " ".join(" ".join(details[0].itertext()).split())
    assert "Answers in order of time AH260406B, status 1: paid $0.00 " in said
    (command,) = [word for word in details[0].xpath(".//span[@class='what']/text()") if word.startswith("edi claim")]
    assert "Prior authorization number was not on the claim" in office.run(*shlex.split(command)[1:])


def test_tables_have_captions_and_headings_run_in_order(office: Office) -> None:
    assert all(table.find("caption") is not None for table in office.page.iter("table"))
    assert all(head.get("scope") for head in office.page.iter("th"))
    levels = [int(head.tag[1]) for head in office.page.xpath("//h1 | //h2 | //h3 | //h4")]
    assert levels[0] == 1
    assert all(below - above <= 1 or below == 4 for above, below in pairwise(levels))
