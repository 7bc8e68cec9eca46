"""Bank lists: every common shape of CSV, and NACHA files with addenda, give the same days, cents and trace numbers."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edi.store.bank import as_cents, as_day, read
from edi.store.banklines import BankError, BankLine, BankList, reassociation


def listed(tmp_path: Path, text: str | bytes, name: str = "bank.csv") -> BankList:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read(path)


def told(found: BankList) -> list[tuple[str, int, str | None, str | None]]:
    return [(line.day, line.cents, line.trace_number, line.check_number) for line in found.lines]


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("$1,234.56", 123456),
        ("(45.00)", -4500),
        ("$(45.00)", -4500),
        ("($45.00)", -4500),
        ("45.00-", -4500),
        ("-45", -4500),
        ("− 45.5", -4550),
        ("1.234,56", 123456),
        ("1,234", 123400),
        ("12,5", 1250),
        ("1'234.50", 123450),
        ("45.00 CR", 4500),
        ("45.00 DR", -4500),
        ("1,234,567.89", 123456789),
        (".5", 50),
        ("0.00", 0),
        ("45.005", None),
        ("45.000", 4500),
        ("abc", None),
        ("", None),
        ("2026-04-02", None),
    ],
)
def test_amounts(text: str, cents: int | None) -> None:
    assert as_cents(text) == cents


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-04-02", "2026-04-02"),
        ("2026-04-02T09:15:00", "2026-04-02"),
        ("04/02/2026", "2026-04-02"),
        ("4/2/26", "2026-04-02"),
        ("02.04.2026", "2026-04-02"),
        ("20260402", "2026-04-02"),
        ("02-Apr-2026", "2026-04-02"),
        ("Apr 2, 2026", "2026-04-02"),
        ("2 April 2026", "2026-04-02"),
        ("13/13/2026", None),
        ("soon", None),
        ("", None),
    ],
)
def test_days(text: str, day: str | None) -> None:
    assert as_day(text) == day


@given(st.text(max_size=30))
def test_no_text_breaks_a_reader(text: str) -> None:
    assert as_cents(text) is None or isinstance(as_cents(text), int)
    assert as_day(text) is None or len(str(as_day(text))) == 10
    reassociation(text)


def test_one_column_of_amounts(tmp_path: Path) -> None:
    found = listed(tmp_path, "Date,Amount,Trace\n2026-04-02,92.00,EFT900001\n2026-04-03,(25.00),\n")
    assert told(found) == [("2026-04-02", 9200, "EFT900001", None), ("2026-04-03", -2500, None, None)]
    assert [line.line for line in found.lines] == [2, 3]


def test_credits_and_debits_below_a_preamble(tmp_path: Path) -> None:
    text = (
        "Account;123\nPeriod;04/01/2026 - 04/30/2026\n\n"
        "Posting Date;Description;Check Number;Debit;Credit;Balance\n"
        ";OPENING BALANCE;;;;100,00\n"
        "04/13/2026;DEPOSIT;0000417;;$28.26;128.26\n"
        "04/14/2026;FEE;;25.00;;103.26\n"
        "odd;FEE;;25.00;;103.26\n"
    )
    found = listed(tmp_path, text)
    assert told(found) == [("2026-04-13", 2826, None, "0000417"), ("2026-04-14", -2500, None, None)]
    assert found.unread == [8]


def test_a_column_says_which_way_the_money_went(tmp_path: Path) -> None:
    found = listed(
        tmp_path, "Date\tAmount\tCR/DR\n2026-04-02\t5.00\tCR\n2026-04-02\t6.00\tDR\n2026-04-02\t7.00\tDebit\n"
    )
    assert [line.cents for line in found.lines] == [500, -600, -700]


def test_days_first_where_a_day_says_so(tmp_path: Path) -> None:
    found = listed(tmp_path, "Date,Amount\n03/04/2026,1.00\n25/04/2026,2.00\n")
    assert [line.day for line in found.lines] == ["2026-04-03", "2026-04-25"]


def test_a_trn_segment_in_the_description(tmp_path: Path) -> None:
    text = 'Date,Amount,Memo\n2026-04-02,92.00,"HCCLAIMPMT EXAMPLE HEALTH TRN*1*EFT900001*1999999999~"\n'
    (line,) = listed(tmp_path, text).lines
    assert (line.trace_number, line.origin, line.reassociation) == ("EFT900001", "1999999999", True)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "latin-1"])
def test_encodings(encoding: str, tmp_path: Path) -> None:
    text = "Date,Amount,Memo\r\n2026-04-02,92.00,Café\r\n"
    assert told(listed(tmp_path, text.encode(encoding))) == [("2026-04-02", 9200, None, None)]


def test_a_quotation_that_never_ends_loses_nothing_in_silence(tmp_path: Path) -> None:
    found = listed(tmp_path, 'Date,Amount,Memo\n2026-04-02,92.00,ok\n2026-04-03,1.00,"' + "x" * 200_000)
    assert (len(found.lines), found.unread) == (1, [3])


@pytest.mark.parametrize("content", ["", "  \n", "hello\nworld\n", "Date,Memo\n2026-04-02,x\n"])
def test_what_is_no_bank_list_is_refused(content: str, tmp_path: Path) -> None:
    with pytest.raises(BankError, match=r"bank\.csv"):
        listed(tmp_path, content)
    with pytest.raises(BankError, match="none"):
        read(tmp_path / "none")


# -- NACHA ------------------------------------------------------------------------------------------------------------


def batch(company: str, day: str, kind: str = "CCD") -> str:
    head = "5200" + f"{company:<16}" + " " * 20 + "1999999999" + kind + f"{'HCCLAIMPMT':<10}" + day + day + "   "
    return f"{head}1{'09100001'}{1:07}".ljust(94)


def entry(code: str, cents: int, addenda: int = 1) -> str:
    return f"6{code}{'09100001'}9{'12345':<17}{cents:010}{'':<15}{'EXAMPLE HEART GROUP':<22}  {addenda}{1:015}"


def addendum(text: str, number: int = 1) -> str:
    return f"705{text:<80}{number:04}{1:07}"


HEADER = f"101 {'091000019'} {'091000019'}2604020915A094101{'BANK':<23}{'CLINIC':<23}{'':<8}"
FILE = [
    HEADER,
    batch("EXAMPLE HEALTH", "260402"),
    entry("22", 9200),
    addendum("TRN*1*EFT900001*1999999999~"),
    entry("27", 500),
    addendum("TRN*1*EFT900009*1999999999\\"),
    entry("23", 0, 0),
    f"8200{'':<90}",
    batch("OTHER", "260403", "CTX"),
    entry("32", 61300),
    addendum("ISA*00*~ST*820*0001~TR", 1),
    addendum("N|1|EFT900005|1999999999~", 2),
    f"8200{'':<90}",
    f"9{'':<93}",
    "9" * 94,
]


@pytest.mark.parametrize("between", ["\n", "\r\n", ""])
def test_nacha(between: str, tmp_path: Path) -> None:
    assert all(len(record) == 94 for record in FILE)
    found = listed(tmp_path, between.join(FILE), "ach.txt")
    first, second, third = found.lines
    assert first == BankLine(3, "2026-04-02", 9200, "EFT900001", "1999999999", None, first.text, "EXAMPLE HEALTH", True)
    assert (second.cents, second.trace_number) == (-500, "EFT900009")
    assert (third.day, third.cents, third.company) == ("2026-04-03", 61300, "OTHER")
    assert not found.unread


def test_nacha_records_that_say_nothing(tmp_path: Path) -> None:
    broken = entry("22", 9200).replace("0000009200", "00000x9200")
    found = listed(tmp_path, "\n".join([HEADER, batch("A", "269999"), entry("22", 1), batch("A", "260402"), broken]))
    assert (found.lines, found.unread) == ([], [3, 5])
