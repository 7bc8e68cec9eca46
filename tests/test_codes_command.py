"""`edi codes`: what a code of any list means to us."""

from __future__ import annotations

import json

from click.testing import CliRunner, Result

from edi.cli.codes import codes


def lookup(*arguments: str) -> Result:
    return CliRunner().invoke(codes, list(arguments))


def test_codes_are_looked_up_with_group_dot_and_case() -> None:
    result = lookup("co-197", "n161", "A9500", "I25.10", "0343", "--json")
    assert result.exit_code == 0
    rows = json.loads(result.stdout)
    assert {(row["code"], row["table"]) for row in rows} >= {
        ("CO", "group_codes"), ("197", "carc"), ("N161", "rarc"), ("A9500", "family"), ("A9500", "mue"),
        ("I25", "supporting_diagnoses"), ("0343", "revenue_codes"),
    }  # fmt: skip
    assert next(row["meaning"] for row in rows if row["code"] == "197").startswith("No authorization")


def test_an_unknown_code_is_1_and_no_code_lists_the_tables() -> None:
    result = lookup("NOPE", "--json")
    assert result.exit_code == 1
    assert "In no table: NOPE" in result.stderr
    assert {row["table"] for row in json.loads(lookup("--json").stdout)} >= {"carc", "rarc", "family", "mue"}
    assert len(json.loads(lookup("--only", "opps_threshold", "--json").stdout or "[]")) >= 0
    assert len(json.loads(lookup("--only", "group_codes", "--json").stdout)) == 5
    assert "Example:\n    edi codes" in lookup("--help").output
