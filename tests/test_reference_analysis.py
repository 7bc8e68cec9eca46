"""Loaded tables change what the analysis says, forgetting them takes it back, and no member id comes out with it."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from edi.cli import main

EXAMPLES = Path(__file__).parent / "examples"
MEMBER = "EHP000111"  # of claim NUC-A-1001, denied for want of an authorization number


def edi(*words: object) -> Result:
    done = CliRunner().invoke(main, [str(word) for word in words])
    assert done.exit_code == 0, done.output
    return done


def findings(db: Path) -> list[dict[str, Any]]:
    return json.loads(edi("findings", db, "--json").stdout)


def evidence(db: Path, procedure: str) -> str:
    (found,) = [one for one in findings(db) if one["procedure"] == procedure]
    return " | ".join(f"{entry['what']}: {entry['value']}" for entry in found["evidence"])


@pytest.fixture
def db(tmp_path: Path) -> Path:
    path = tmp_path / "a.db"
    edi("run", path, EXAMPLES / "a_837p.x12", EXAMPLES / "a_835.x12")
    return path


def load(db: Path, name: str, text: str) -> Result:
    file = db.with_name(f"{name}.csv")
    file.write_text(text, encoding="utf-8")
    return edi("reference", "load", db, name, file)


def test_an_authorization_list_is_looked_at_once_it_is_loaded(db: Path) -> None:
    before = findings(db)
    assert "not checked: no authorization list loaded" in evidence(db, "78452")

    done = load(
        db,
        "authorizations",
        f"number,member_id,code,effective_from,effective_to\nAUTH0042,{MEMBER},78452,2026-03-01,2026-03-31\n",
    )
    assert f"The lines and findings are to be worked out again: edi analyze {db}" in done.stdout
    assert findings(db) == []
    edi("analyze", db)
    assert "no authorization list loaded" not in evidence(db, "78452")
    assert "AUTH0042" in evidence(db, "78452")
    assert MEMBER not in edi("findings", db, "--json").stdout

    edi("reference", "forget", db, "authorizations")
    edi("analyze", db)
    assert findings(db) == before


def test_licensed_texts_are_used_in_evidence_and_explanations(db: Path) -> None:
    load(db, "descriptions", "type,code,text\ncarc,197,The licensed words\nrarc,N161,The licensed remark\n")
    load(db, "procedures", "code,text\n78452,The licensed descriptor\n")
    edi("analyze", db)
    assert "Payer's reason: The licensed words: CO-197" in evidence(db, "78452")
    assert "The licensed remark" in evidence(db, "A9500")
    assert edi("explain", db, "CO-197").stdout.startswith("Reason code CO-197: The licensed words")
    assert edi("explain", db, "N161").stdout.startswith("Remark code N161: The licensed remark")
    assert edi("explain", db, "78452").stdout.startswith("78452: The licensed descriptor")
    assert "The licensed" not in edi("explain", "CO-197").stdout


def test_the_order_of_loading_and_importing_does_not_matter(db: Path, tmp_path: Path) -> None:
    text = f"number,member_id,code,status\nAUTH0042,{MEMBER},78452,refused\n"
    load(db, "authorizations", text)
    edi("analyze", db)
    other = tmp_path / "b.db"
    load(other, "authorizations", text)
    edi("run", other, EXAMPLES / "a_835.x12", EXAMPLES / "a_837p.x12")
    assert findings(other) == findings(db)


def test_a_new_table_does_not_disturb_what_stands_in_an_older_database(db: Path) -> None:
    """A database made before reference data existed grows the tables, and keeps its rows."""
    lines = edi("lines", db, "--json").stdout
    with sqlite3.connect(db) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE name LIKE 'reference_%'").fetchall():
            if not name.startswith("sqlite_"):
                connection.execute(f"DROP TABLE IF EXISTS [{name}]")
    connection.close()
    assert edi("lines", db, "--json").stdout == lines
    assert edi("reference", "list", db, "--json").stdout.strip() == "[]"
