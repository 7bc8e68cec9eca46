"""pyx12 driven by us: one fault gives its finding, at its place, in our words; nothing it does may reach the user."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from edi.x12.diagnostic import CAP
from tests.conformancefiles import CLAIM, REMITTANCE, RESOURCES, check, edit, only, rules


@pytest.mark.parametrize("text", [CLAIM, REMITTANCE, CLAIM + REMITTANCE.replace("\n", "\r\n")])
def test_a_good_file_conforms(text: str) -> None:
    report = check(text)
    assert report.findings == []
    assert report.verdict == "conforms"
    assert report.ok


@pytest.mark.parametrize(
    ("old", "new", "rule", "segment", "loop", "element"),
    [
        ("NM1*40*2*EXAMPLE HEALTH PLAN*****46*EHP01~\n", "", "guide-loop-missing", 7, "1000B", None),
        ("PER*IC*BILLING DESK*TE*5555550100~\n", "", "guide-segment-missing", 6, "1000A", None),
        ("BHT*0019*00*0001*", "BHT*0019*77*0001*", "guide-code-invalid", 4, "header", "BHT02"),
        ("*20260305~", "*20260230~", "guide-date-invalid", 26, "2400", "DTP03"),
        ("*20260310*1015*CH~", "*20260310*2575*CH~", "guide-time-invalid", 4, "header", "BHT05"),
        ("CLM*ACCOUNT1*1450*", "CLM**1450*", "guide-element-missing", 20, "2300", "CLM01"),
        ("CLM*ACCOUNT1*1450*", "CLM*ACCOUNT1*14,50*", "guide-element-characters", 20, "2300", "CLM02"),
        ("CLM*ACCOUNT1*", "CLM*" + "A" * 39 + "*", "guide-element-too-long", 20, "2300", "CLM01"),
        ("11:B:1*", "11:B:1:9*", "guide-composite-too-long", 20, "2300", "CLM05"),
        ("*11:B:1*", "**", "guide-composite-missing", 20, "2300", "CLM05"),
        ("*LINE1~", "*LINE1  ~", "guide-element-padded", 27, "2400", "REF02"),
        ("REF*6R*LINE1~", "REF*6R*LINE1**~", "guide-trailing-separators", 27, None, None),
        ("REF*6R*LINE1~", "REF*6R*LINE1*A*B*C~", "guide-elements-too-many", 27, None, None),
        ("LX*1~", "LX*7~", "guide-line-number", 24, None, None),
        ("HL*2*1*22*0~", "HL*9*1*22*0~", "guide-hl-count", 13, None, None),
        ("HL*2*1*22*0~", "HL*2*5*22*0~", "guide-hl-parent", 13, None, None),
        ("REF*6R*LINE1~", "REF*6R*LINE1~\nREF*6R*LINE2~", "guide-segment-repeated", 28, "2400", None),
        ("PER*IC*BILLING DESK*TE*5555550100~", "PER*IC*BILLING DESK*TE~", "guide-element-missing", 6, "1000A", "PER04"),
        ("SE*26*0001~", "SE*25*0001~", "guide-transaction-end", 28, "envelope", None),
        ("SE*26*0001~", "SE*26*0002~", "guide-transaction-end", 28, "envelope", None),
        ("GE*1*1~", "GE*2*1~", "guide-group-end", 29, "envelope", None),
        ("GE*1*1~", "GE*1*4~", "guide-group-end", 29, "envelope", None),
        ("IEA*1*", "IEA*3*", "guide-interchange-end", 30, "envelope", None),
        ("LX*1~", "ZZ9*1~\nLX*1~", "guide-segment-unexpected", 24, "2310B", None),
    ],
)
def test_one_fault_gives_its_finding(
    old: str, new: str, rule: str, segment: int, loop: str | None, element: str | None
) -> None:
    text = edit(old, new)
    if "SE*" not in old:
        count = text.count("~\n") - 4
        text = text.replace("SE*26*", f"SE*{count}*")
    report = check(text)
    places = {(found.rule, found.segment, found.element) for found in report.findings}
    assert (rule, segment, element) in places, places
    if rule not in ("guide-element-missing", "guide-elements-too-many"):
        assert {found.rule for found in report.findings} == {rule}
    found = next(found for found in report.findings if found.rule == rule)
    assert loop in (None, found.loop)
    assert found.offset == text.encode().replace(b"\n", b"\n").index(text.split("~\n")[segment - 1].encode())
    assert found.transaction == 3 or rule in ("guide-group-end", "guide-interchange-end")
    assert "{" not in found.message
    assert found.action


@pytest.mark.parametrize(
    ("named", "checked"),
    [("005010X222", "005010X222A1"), ("005010X222A2", "005010X222A1"), ("005010X222E1", "005010X222A1")],
)
def test_another_version_of_the_guide_is_no_error(named: str, checked: str) -> None:
    report = check(CLAIM.replace("005010X222A1", named))
    found = only(report)
    assert (found.rule, found.level) == ("guide-read-as", "info")
    assert named in found.message
    assert checked in found.message
    assert report.ok
    assert f"AK1*HC*1*{named}~" in report.acks[0]


def test_an_unknown_interchange_version_is_checked_as_the_nearest() -> None:
    found = only(check(CLAIM.replace("*00501*", "*00503*")))
    assert (found.rule, found.element) == ("guide-code-invalid", "ISA12")


def test_versions_of_institutional_claim_and_remittance() -> None:
    assert rules(check(REMITTANCE.replace("005010X221A1", "005010X221"))) == ["guide-read-as"]
    report = check(CLAIM.replace("005010X222A1", "005010X223A3"))
    assert report.guides == ["005010X223A2"]


def test_a_4010_guide_in_a_5010_envelope() -> None:
    report = check(REMITTANCE.replace("005010X221A1", "004010X091A1"))
    assert report.guides == ["004010X091A1"]
    assert "guide-unknown" not in rules(report)


@pytest.mark.parametrize(
    ("line", "guide"),
    [("SV1*HC:78452*1450*UN*1***1~", "005010X222A1"), ("SV2*0341*HC:78452*1450*UN*1~", "005010X223A2")],
)
def test_a_claim_without_a_guide_is_judged_by_its_lines(line: str, guide: str) -> None:
    text = edit("SV1*HC:78452*1450*UN*1***1~", line, CLAIM.replace("*005010X222A1", "*005010"))
    assert check(text).guides == [guide]


def test_an_unknown_guide_is_said_and_its_envelope_checked() -> None:
    text = CLAIM.replace("837*0001*005010X222A1", "837*0001*005010X224A2").replace("X*005010X222A1", "X*005010X224A2")
    report = check(text.replace("SE*26*", "SE*20*"))
    assert rules(report)[-2:] == ["guide-unknown", "guide-transaction-end"]
    assert report.verdict == "errors"
    assert "\nAK9*R*" in report.acks[0]


@pytest.mark.parametrize("lines", [slice(1, None), slice(2, None)])
def test_content_is_checked_without_an_envelope(lines: slice) -> None:
    text = "\n".join(edit("CLM*ACCOUNT1*1450*", "CLM**1450*").split("\n")[lines])
    report = check(text)
    assert "guide-envelope-missing" in rules(report)
    assert "guide-element-missing" in rules(report)
    assert report.acks == []


def test_missing_trailers_are_each_said_once_and_the_next_transaction_is_checked() -> None:
    lines = CLAIM.splitlines(keepends=True)
    second = [line.replace("0001*005010", "0002*005010") for line in lines[2:-3]] + ["SE*26*0002~\n"]
    text = "".join(lines[:-3] + second)
    report = check(text)
    assert rules(report) == ["guide-transaction-end", "guide-group-end", "guide-interchange-end"]
    assert report.findings[0].segment == 28
    assert report.sets == {"837": 2}


def test_an_interchange_number_used_twice_and_two_good_interchanges() -> None:
    assert rules(check(CLAIM + CLAIM)) == ["guide-interchange-repeated"]
    report = check(CLAIM + CLAIM.replace("000000001", "000000002"))
    assert rules(report) == []
    assert len(report.acks) == 2


@pytest.mark.parametrize("text", ["", "hello\n", "%PDF-1.7 ...", "\x00\x01"])
def test_what_is_not_x12_is_said(text: str) -> None:
    report = check(text)
    assert rules(report) == ["guide-not-x12"]
    assert report.verdict == "errors"


def test_repeated_findings_are_capped_and_counted() -> None:
    text = edit("REF*6R*LINE1~", "REF*6R*LINE1~\n" + "ZZ9*1~\n" * (CAP + 30))
    report = check(text)
    counts = Counter(rules(report))
    assert counts["guide-segment-unexpected"] == CAP
    more = next(found for found in report.findings if found.rule == "guide-more")
    assert more.message.startswith("30 more of guide-segment-unexpected")


def test_pyx12_raising_ends_one_transaction_not_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    import pyx12.map_walker

    original: Callable[..., object] = pyx12.map_walker.walk_tree.walk_errors

    def fails(self, node, segment, *rest):  # type: ignore[no-untyped-def]
        if segment.get_seg_id() == "SBR" and segment.get_value("SBR03") == "BOOM":
            raise RuntimeError("SECRETNAME")
        return original(self, node, segment, *rest)

    monkeypatch.setattr(pyx12.map_walker.walk_tree, "walk_errors", fails)
    bad = edit("SBR*P*18*GRP100*", "SBR*P*18*BOOM*")
    report = check(bad + edit("CLM*ACCOUNT1*1450*", "CLM**1450*").replace("000000001", "000000002"))
    assert rules(report) == ["guide-check-failed", "guide-element-missing"]
    assert "RuntimeError" in report.findings[0].message
    assert "IK5*R*5~" in report.acks[0]


def test_no_patient_in_messages(capfd: pytest.CaptureFixture[str]) -> None:
    """Damaged names, ids and dates show their shape only, and pyx12's own log says nothing."""
    text = CLAIM.replace("SECRETNAME*JAN****MI*MEMBER777", "SECRETNAME" * 7 + "*JAN****SECRETNAME*MEMBER777" * 2)
    text = text.replace("D8*19580704*F", "D8*19584704*SECRETNAME").replace("1 FICTION ST", "1 FICTION ST" * 9)
    report = check(text)
    assert len(report.findings) >= 5
    told = repr([report.row(), [str(found) for found in report.findings]])
    for secret in ("SECRETNAME", "MEMBER777", "19584704", "FICTION"):
        assert secret not in told
    assert "SECRETNAME" in repr(check(text, reveal=True).row())
    assert capfd.readouterr() == ("", "")


def test_a_piece_of_a_name_is_no_segment_id() -> None:
    report = check(edit("SECRETNAME*JAN*", "SECRET~NAME JAN*SECRETNAME*JAN*"))
    assert "guide-segment-unexpected" in rules(report)
    assert "NAME" not in repr([found.message for found in report.findings])


def test_values_that_are_no_patients_are_shown() -> None:
    report = check(edit("BHT*0019*00*", "BHT*0019*77*"))
    assert only(report).value == "77"


def test_every_rule_of_the_catalogue_is_used() -> None:
    catalogue = {row["rule"] for row in RESOURCES.rows("codes/checker_findings.csv")}
    code = "".join(path.read_text() for path in (Path(__file__).parents[1] / "edi" / "conformance").glob("*.py"))
    assert {rule for rule in catalogue if f'"{rule}"' not in code} == set()
