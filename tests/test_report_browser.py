"""The page in a real browser: its script sorts, filters, pages and opens rows. Skipped where there is no Chromium."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from edi.report.data import ReportData
from edi.report.html import page
from tests.report_fake import fake, hostile_data, parsed

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome") or ""
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage",
]  # fmt: skip

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="no Chromium here")

DRIVER = """
const result = {errors: []};
addEventListener("error", (event) => result.errors.push(event.message));
const say = () => {
  const pre = document.createElement("pre"); pre.id = "result"; pre.textContent = JSON.stringify(result);
  document.body.append(pre); };
const table = document.querySelector("[data-table=worklist]");
const rows = () => [...table.querySelectorAll("tbody tr:not(.details)")];
const column = (n) => rows().map((row) => row.children[n].firstChild.textContent);
const head = (n) => table.querySelectorAll("th button")[n];
const set = (field, value) => {
  field.value = value; field.dispatchEvent(new Event("input")); field.dispatchEvent(new Event("change"));
};
const count = () => table.querySelector("output").textContent;
const selects = table.querySelectorAll("select");
"""


def run(tmp_path: Path, script: str, lines: int = 1000, driver: str = DRIVER) -> tuple[dict[str, Any], Any]:
    """Open a report, run `script` in it, and return what it put into `result` and the document as it then stands."""
    written = page(fake(lines)).decode()
    written = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", written)  # it would stop the driver too
    path = tmp_path / "report.html"
    path.write_text(written.replace("</body>", f"<script>{driver}{script};say()</script></body>"), encoding="utf-8")
    shown = browse(tmp_path, path)
    document = parsed(shown)
    return json.loads(document.get_element_by_id("result").text_content()), document


def browse(tmp_path: Path, path: Path) -> str:
    command = [CHROMIUM, *FLAGS, f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom", path.as_uri()]
    return subprocess.run(command, capture_output=True, check=True, timeout=120).stdout.decode()


def test_a_page_of_rows_is_drawn_as_python_drew_it(tmp_path: Path) -> None:
    found, document = run(tmp_path, "result.rows = rows().length; result.count = count()")
    assert found["errors"] == []
    assert found["rows"] == 25
    plain = parsed(page(fake(1000)).decode())
    for name in ("worklist", "unanswered", "payments", "family", "causes", "faults"):
        path = f"//div[@data-table='{name}']//tbody/tr[not(@class='details')]"
        ours, theirs = (
            [[" ".join(cell.itertext()) for cell in row] for row in tree.xpath(path)][:25] for tree in (plain, document)
        )
        assert ours == theirs, name
    for name in ("worklist", "family", "authorizations"):
        path = f"//div[@data-table='{name}']//tr[@class='details']"
        here, there = (
            [" ".join(" ".join(row.itertext()).split()) for row in tree.xpath(path)][:25] for tree in (plain, document)
        )
        assert here == there, name
        assert here


def test_heads_sort_both_ways_and_say_so(tmp_path: Path) -> None:
    found, _ = run(
        tmp_path,
        """
        head(7).click(); result.falling = column(7);
        result.aria = head(7).parentNode.getAttribute("aria-sort");
        head(7).click(); result.rising = column(7);
        head(3).click(); result.payers = column(3);
        """,
    )
    amounts = [[float(text[1:].replace(",", "")) for text in found[key]] for key in ("falling", "rising")]
    assert amounts[0] == sorted(amounts[0], reverse=True)
    assert amounts[1] == sorted(amounts[1])
    assert amounts[0][0] > amounts[1][0]
    assert found["aria"] == "descending"
    assert found["payers"] == sorted(found["payers"])


def test_filters_narrow_and_clear(tmp_path: Path) -> None:
    found, _ = run(
        tmp_path,
        """
        result.all = count();
        set(selects[0], "Invented Mutual"); result.payer = column(3);
        set(selects[2], "contradicted"); result.verdicts = column(5);
        table.querySelector(".controls button").click(); result.cleared = count();
        set(table.querySelector("input[type=number]"), "2000"); result.amounts = column(7);
        table.querySelector(".controls button").click();
        const search = table.querySelector("input[type=search]");
        set(search, "car- 78452"); result.claims = column(0); result.codes = column(2);
        set(search, "nothing like it"); result.none = count(); result.rows = rows().length;
        """,
    )
    assert set(found["payer"]) == {"Invented Mutual"}
    assert set(found["verdicts"]) <= {"contradicted"}
    assert found["all"] == found["cleared"]
    assert re.fullmatch(r"(\d+) of \1 denials · denied \$[\d,.]+ · recoverable \$[\d,.]+", found["all"])
    assert found["amounts"]
    assert all(float(text[1:].replace(",", "")) >= 2000 for text in found["amounts"])
    assert all(text.startswith("CAR-") for text in found["claims"])
    assert set(found["codes"]) == {"78452"}
    assert found["rows"] == 0
    assert found["none"].startswith("0 of ")


def test_pages_turn(tmp_path: Path) -> None:
    found, _ = run(
        tmp_path,
        """
        const pager = () => [...table.querySelectorAll(".pager button")];
        const first = column(0); result.start = pager()[0].disabled;
        pager()[1].click(); result.second = column(0); result.at = table.querySelector(".pager").textContent;
        pager()[0].click(); result.back = JSON.stringify(column(0)) === JSON.stringify(first);
        """,
        lines=2000,
    )
    assert found["start"] is True
    assert found["back"] is True
    assert "26–50 of" in found["at"]


def test_evidence_opens_with_a_button(tmp_path: Path) -> None:
    found, _ = run(
        tmp_path,
        """
        const button = table.querySelector("button.open");
        const details = document.getElementById(button.getAttribute("aria-controls"));
        const state = () => [button.getAttribute("aria-expanded"), details.hidden];
        result.states = [state()];
        for (let i = 0; i < 2; i++) { button.click(); result.states.push(state()); }
        """,
    )
    assert found["states"] == [["false", True], ["true", False], ["false", True]]


def test_a_cell_of_the_heat_table_filters_the_worklist(tmp_path: Path) -> None:
    found, _ = run(
        tmp_path,
        """
        const link = document.querySelector(".heat a"); result.wanted = [link.dataset.cause, link.dataset.payer];
        link.click();
        result.payers = column(3); result.causes = column(4);
        """,
    )
    assert [set(found["causes"]), set(found["payers"])] == [{name} for name in found["wanted"]]


def test_printing_shows_more_rows(tmp_path: Path) -> None:
    found, _ = run(
        tmp_path,
        """
        dispatchEvent(new Event("beforeprint")); result.printed = rows().length;
        dispatchEvent(new Event("afterprint")); result.after = rows().length;
        """,
        lines=4000,
    )
    assert (found["printed"], found["after"]) == (100, 25)


def test_our_script_runs_under_the_pages_own_policy(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_bytes(page(fake(1000)))
    assert 'class="open main"' in browse(tmp_path, path)


def test_the_script_without_rows_does_not_fail(tmp_path: Path) -> None:
    written = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page(ReportData()).decode())
    listen = '<script>const seen = []; addEventListener("error", (event) => seen.push(event.message));</script>'
    report = '<script>document.body.setAttribute("data-errors", String(seen.length));</script>'
    written = written.replace("<body>", f"<body>{listen}").replace("</body>", f"{report}</body>")
    path = tmp_path / "report.html"
    path.write_text(written, encoding="utf-8")
    assert 'data-errors="0"' in browse(tmp_path, path)


def test_hostile_text_is_drawn_as_text(tmp_path: Path) -> None:
    written = page(hostile_data(60)).decode()
    path = tmp_path / "report.html"
    for inside in (written, re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", written)):  # policy aside
        path.write_text(inside, encoding="utf-8")
        document = parsed(browse(tmp_path, path))
        assert document.findtext(".//title") == "Why lines were not paid"
        assert not document.xpath("//img")
        assert "</script><script>" in document.get_element_by_id("worklist").text_content()
