"""The page: self-contained, inert towards its input, small, and helpful when there is little to show."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import json
import re
from typing import Any

import pytest

from edi.report.data import ReportData
from edi.report.html import asset, page
from tests.report_fake import Fake, fake, hostile_data, parsed


def tree(data: ReportData) -> Any:
    return parsed(page(data).decode())


def words(element: Any) -> str:
    return " ".join(" ".join(element.itertext()).split())


def rows_of(document: Any) -> dict[str, Any]:
    return json.loads(document.get_element_by_id("rows").text)


def test_every_section_is_there() -> None:
    document = tree(fake(250))
    assert [section.get("id") for section in document.findall(".//main/section")] == [
        "overview", "flow", "causes", "payers", "months", "family", "worklist", "levels", "authorizations",
        "unanswered", "payments", "files", "figures",
    ]  # fmt: skip
    links = [link.get("href") for link in document.findall(".//nav//a")]
    assert len(links) == 13
    assert all(document.get_element_by_id(link[1:]) is not None for link in links)


def test_the_headline_says_the_sums() -> None:
    overview = words(tree(fake(250)).get_element_by_id("overview"))
    assert "Of $142,350.00 billed on 251 lines, payers paid $40,429.64 (28.4%)." in overview
    assert "$12,620.00 stands denied on 19 lines" in overview


def test_ten_thousand_lines_stay_under_a_megabyte() -> None:
    assert len(page(fake(10_000))) < 1_000_000


def test_even_mostly_denied_lines_stay_under_a_megabyte() -> None:
    maker = Fake()
    while len(maker.lines) < 10_000:
        maker.claims += 1
        for position, code in enumerate(("78452", "A9500"), 1):
            row = maker.line(f"LONG-CONTROL-{maker.claims}", position, code, "Invented Mutual", maker.start)
            maker.denied(row, 100_00 + maker.claims, "authorization-not-matched")
    written = page(maker.data())
    assert len(written) < 1_500_000
    assert "The first 2,500 of 10,000 denials, most recoverable first. All of them: " in written.decode()


def test_the_same_data_gives_the_same_bytes() -> None:
    assert page(fake(250)) == page(fake(250))


def test_nothing_is_loaded_from_anywhere() -> None:
    written = page(fake(250)).decode()
    assert not re.findall(r'(?:src|srcset|action|poster)\s*=|url\(|@import|(?:href|content)="(?:https?:)?//', written)
    assert "default-src 'none'" in written


def test_only_our_own_script_may_run() -> None:
    document = tree(fake(50))
    policy = document.find(".//meta[@http-equiv]").get("content")
    scripts = [script for script in document.findall(".//script") if script.get("type") is None]
    digests = [base64.b64encode(hashlib.sha256(script.text.encode()).digest()).decode() for script in scripts]
    assert len(scripts) == 1
    assert f"script-src 'sha256-{digests[0]}'" in policy


def test_text_from_files_stays_text() -> None:
    written = page(hostile_data(60)).decode()
    document = parsed(written)
    assert len(document.findall(".//script")) == 2
    assert written.count("<script") == written.count("</script>") == 2
    assert "<img" not in written
    assert not document.xpath("//@onerror")
    assert "\x00" not in written
    assert any("</script>" in text for text in rows_of(document)["texts"])
    assert "</script><script>" in words(document.get_element_by_id("worklist"))


def test_the_script_gets_the_rows_that_are_written() -> None:
    document = tree(fake(1000))
    data = rows_of(document)
    for table in document.xpath("//div[@data-table]"):
        held = data["tables"][table.get("data-table")]
        written = table.xpath(".//tbody/tr[not(@class='details')]")
        assert len(written) == min(len(held["mains"][0]), 25 if len(held["mains"][0]) > 60 else len(written))
        for position, (label, kind, _, _) in enumerate(held["columns"]):
            cell = written[0].findall("td")[position]
            assert cell.get("data-label") == label
            if kind not in ("money", "number") and held["mains"][position][0] is not None:
                assert cell.find("span").text == data["texts"][held["mains"][position][0]]


def test_a_denial_shows_its_evidence_and_next_step() -> None:
    row = tree(fake(250)).xpath("//section[@id='worklist']//tbody/tr")
    first, details = words(row[0]), words(row[1])
    assert "Compare the number sent with the payer's approval; appeal with proof." in first
    assert "contradicted" in first
    assert "with 2 following lines" in first
    assert "Speaks against it authorization number (REF*G1) at 2300 and 2400" in details
    assert "Not checked authorization list: not loaded" in details
    assert "Lines that follow from it line 2" in details


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_text_can_be_read_on_its_ground_by_day_and_night() -> None:
    """WCAG 2 level AA: 4.5 to 1 for text."""
    for scheme in re.findall(r":root \{(.*?)\}", asset("report.css"), flags=re.DOTALL)[:2]:
        colours = dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", scheme))
        pairs = [(text, ground) for text in ("ink", "dim", "accent") for ground in ("page", "card", "soft")]
        for text, ground in [*pairs, ("denied", "card"), ("paid", "card"), ("card", "billed")]:
            dark, light = sorted((luminance(colours[text]), luminance(colours[ground])))
            assert (light + 0.05) / (dark + 0.05) >= 4.5, (text, ground)


def test_expected_zeroes_are_no_work_and_not_red() -> None:
    document = tree(fake(1000))
    assert "Expected: nothing to appeal" in words(document.get_element_by_id("causes"))
    assert "packaged-under-opps" not in words(document.get_element_by_id("worklist"))


def test_charts_have_tooltips_and_two_sizes() -> None:
    document = tree(fake(250))
    for name in ("flow", "causes", "months"):
        section = document.get_element_by_id(name)
        assert section.xpath(".//div[@class='wide']/svg")
        assert section.xpath(".//div[@class='narrow']/svg")
        assert len(section.xpath(".//svg//title")) > 4


def test_notices_are_in_the_footer() -> None:
    footer = words(tree(fake(50)).find(".//footer"))
    assert "CPT is a registered trademark of the American Medical Association; codes are shown without" in footer
    assert "PHI-limited data" in footer


def only(maker: Fake, **given: Any) -> ReportData:
    return dataclasses.replace(maker.data(), payments=[], findings=[], diagnostics=[], **given)


def test_no_data_at_all_says_what_to_do() -> None:
    said = words(tree(ReportData(generated="2026-01-01T00:00:00")))
    assert "Nothing to report yet." in said
    assert "No open denials. No claims and no remittances are loaded yet." in said
    assert "No payments." in said


def test_claims_without_remittances_say_so() -> None:
    maker = Fake()
    maker.fill(maker.line("C1", 1, "78452", "Payer", maker.start), "no-response", balance=145000)
    said = words(tree(only(maker)))
    assert "Only claims are loaded." in said
    assert "No remittance is loaded yet, so nothing can be denied." in said
    assert " on 1 claim. Age runs from the day a claim was sent to " in said


def test_remittances_without_claims_say_so() -> None:
    made = fake(60)
    said = words(tree(dataclasses.replace(made, lines=[{**row, "kind": None} for row in made.lines])))
    assert "Only remittances are loaded." in said
    assert "can only be stated as the payer gives it" in said


def test_a_clean_month_says_that_nothing_is_open() -> None:
    maker = Fake()
    row = maker.line("C1", 1, "78452", "Payer", maker.start)
    maker.paid(row, 145000, "Invented Mutual")
    said = words(tree(dataclasses.replace(maker.data(), diagnostics=[])))
    assert "Nothing stands denied." in said
    assert "No open denials. Nothing to appeal or correct." in said
    assert "No denied dollars." in said
    assert "Nothing is waiting: every claim line has a final answer." in said
    assert "Nothing was wrong." in said


def test_amounts_below_zero_are_said_not_drawn() -> None:
    maker = Fake()
    maker.fill(maker.line("C1", 1, "78452", "Payer", maker.start), "paid", paid=150000, other=-5000)
    said = words(tree(maker.data()))
    assert "below zero: Other payment rules is -$50.00" in said
    billed = maker.lines[0]["charge"]
    assert f"Billed ${float(billed):,.2f}" in said
    assert f"${1500:,.2f} · {1500 / float(billed):.1%}" in said


@pytest.mark.parametrize("key", ["service_date", "procedure", "payer", "modifiers", "units", "revenue_code", "file"])
def test_missing_values_are_dashes_not_errors(key: str) -> None:
    made = fake(60)
    lines = [{**row, key: None} for row in made.lines]
    findings = [{**row, **({key: None} if key in row else {})} for row in made.findings]
    assert page(dataclasses.replace(made, lines=lines, findings=findings))
