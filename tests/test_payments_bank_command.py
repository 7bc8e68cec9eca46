"""`edi payments --bank`: a bank's list against a database, as people see it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from edi.cli import main
from tests.conftest import PROJECT
from tests.edifiles import Case, remittance, write_835


def edi(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("bank") / "billing.db"
    edi("import", path, PROJECT / "samples")
    return path


BANK = """\
Posting Date,Description,Bank Ref,Debit,Credit,Balance
04/02/2026,"HCCLAIMPMT EASTMERE MEDICARE TRN*1*EM260401B*1999000011~",B1,,"$9,455.00","10,000.00"
04/07/2026,ALDERWICK HEALTH,B3,,15018.99,
04/13/2026,PINEMOOR MUTUAL PM260410A,B4,,2888.40,
04/20/2026,ZELLE FROM DOE PAT,B6,,500.00,
05/01/2026,LOCKBOX DEPOSIT,B7,,8662.92,
05/12/2026,ALDERWICK AH260511B,B8,,1533.48,
05/13/2026,FEE,B9,25.00,,
odd,FEE,B9,25.00,,
"""


def test_the_samples_against_a_bank_list(samples: Path, tmp_path: Path) -> None:
    (tmp_path / "bank.csv").write_text(BANK)
    result = edi("payments", samples, "--bank", tmp_path / "bank.csv", "--json")
    assert result.exit_code == 0, result.output
    rows = json.loads(result.stdout)
    of = {row["trace_number"]: row for row in rows if row["trace_number"] != "0000417"}
    assert len(rows) == 25 + 1  # every payment, and the deposit that is none
    assert [of[t]["how"] for t in ("EM260401B", "AH260406B", "PM260410A")] == ["trace", "amount-date", "trace"]
    assert (of["QM260428A"]["status"], of["QM260428B"]["how"]) == ("matched", "sum")
    assert (of["AH260511B"]["status"], of["AH260511B"]["difference"]) == ("amount-differs", "-12.50")
    assert (of["QM260520B"]["status"], of["PM260612B"]["status"]) == ("not-expected", "waiting")
    assert of["PM260424A"]["status"] == "remittance-without-deposit"
    assert of["EM260401B"]["bank_lines"] == [2]
    alone = of[None]
    assert (alone["status"], alone["deposited"], alone["bank_lines"]) == ("deposit-without-remittance", "500.00", [5])
    assert result.stderr == "Without a date or amount that can be read: line 9 of the bank's list\n"
    assert "DOE" not in result.output


def test_the_table_ends_with_what_it_comes_to(samples: Path, tmp_path: Path) -> None:
    (tmp_path / "bank.csv").write_text(BANK)
    result = edi("payments", samples, "--bank", tmp_path / "bank.csv")
    assert "deposit without remittance       1          500.00" in result.stdout
    assert "DOE" not in result.output


def test_refusals(samples: Path, tmp_path: Path) -> None:
    (tmp_path / "odd.csv").write_text("hello")
    for words in (["--bank", tmp_path / "none.csv"], ["--bank", tmp_path / "odd.csv"], ["--bank", tmp_path],
                  ["--adjustments", "--where", "1"]):  # fmt: skip
        result = edi("payments", samples, *words)
        assert (result.exit_code, result.stdout) == (2, "")


def test_an_empty_database_and_a_debit_835(tmp_path: Path) -> None:
    (tmp_path / "bank.csv").write_text("Date,Amount,Trace\n2026-04-02,-410.00,T1\n")
    body = remittance([Case()])
    body[0][3] = "D"
    edi("import", tmp_path / "a.db", write_835(tmp_path / "a.835", body))
    (row,) = json.loads(edi("payments", tmp_path / "a.db", "--bank", tmp_path / "bank.csv", "--json").stdout)
    assert (row["status"], row["amount"]) == ("matched", "-410.00")
