"""The 999 (997 for 4010) that answers a file: what it accepts, what it rejects, and that it is itself conformant."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conformancefiles import CLAIM, REMITTANCE, check, edit


def test_the_999_accepts_and_rejects() -> None:
    good = check(CLAIM).acks[0]
    assert good.splitlines()[0].startswith(
        "ISA*00*          *00*          *ZZ*RECEIVER       *ZZ*SENDER         *260310*1015*^"
    )
    assert "AK2*837*0001*005010X222A1~\nIK5*A~\nAK9*A*1*1*1~" in good
    bad = check(edit("CLM*ACCOUNT1*1450*", "CLM**1450*")).acks[0]
    assert "IK3*CLM*18**8~\nIK4*1*1028*1~\nIK5*R*5~" in bad


def test_the_997_answers_4010() -> None:
    text = REMITTANCE.replace("005010X221A1", "004010X091A1").replace("*^*00501*", "*U*00401*")
    (answer,) = check(text).acks
    assert "ST*997*0001~" in answer
    assert "GS*FA*GROUP*PAYER*20260401*1015*11*X*" in answer


def test_an_acknowledgment_conforms_itself_and_gets_none() -> None:
    for text in (CLAIM, edit("CLM*ACCOUNT1*1450*", "CLM**1450*").replace("*0*T*:", "*1*T*:")):
        report = check(check(text).acks[0])
        assert [found.message for found in report.findings] == []
        assert report.sets == {"999": 1}
        assert report.acks == []


@pytest.mark.parametrize("old", ["*1*X*005010X222A1~", "*260310*1015*^*00501*000000001"])
def test_an_acknowledgment_of_a_damaged_envelope(old: str) -> None:
    (answer,) = check(edit(old, "~")).acks or [""]
    assert answer == "" or answer.endswith("~\n")


def test_acknowledgments_are_the_same_on_every_run(tmp_path: Path) -> None:
    """No clock, no random numbers, no order of a set."""
    bad = edit("CLM*ACCOUNT1*1450*", "CLM**14,50*").replace("*0*T*:", "*1*T*:").replace("GE*1*1~", "GE*2*7~")
    (tmp_path / "bad.edi").write_text(bad.replace("IEA*1*000000001", "IEA*2*000000003"))
    script = (
        "import sys\nfrom edi.conformance import check_file\nfrom edi.resources import Resources\n"
        "print(*check_file('x', open(sys.argv[1], 'rb'), Resources()).acks)\n"
    )
    answers = set()
    for seed in ("1", "2", "3"):
        ran = subprocess.run(
            [sys.executable, "-c", script, str(tmp_path / "bad.edi")],
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": f"UTC+{seed}"},
            capture_output=True,
            text=True,
            check=True,
        )
        answers.add(ran.stdout)
    assert len(answers) == 1
    assert "TA1*000000001*" in answers.pop()
