"""Reference data of an office: every table's template, headers, bad rows, replacing, appending, listing, forgetting."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from edi.cli import main
from edi.resources import Resources
from edi.store.database import Database
from edi.store.reference import loading
from edi.store.reference.definitions import definitions

NAMES = list(definitions())
PRIVATE = "SECRET00123"  # a member id


def edi(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def listed(db: Path) -> list[dict[str, object]]:
    return json.loads(edi("reference", "list", db, "--json").stdout)


def stored(db: Path, query: str) -> list[tuple[object, ...]]:
    with Database.open(db, Resources()) as database:
        return [tuple(row) for row in database.connection.execute(query)]


def test_the_names_are_the_promised_ones_and_the_help_tells_each() -> None:
    assert NAMES == [
        "payers", "authorizations", "fees", "coverage", "opps", "ncci-ptp", "mue", "descriptions", "procedures",
        "eligibility", "network", "enrollment", "accreditation",
    ]  # fmt: skip
    text = edi("reference", "--help").stdout
    assert all(re.search(rf"^ +{name}  ", text, re.MULTILINE) for name in NAMES)


@pytest.mark.parametrize("command", ["template", "load", "list", "forget"])
def test_each_command_has_an_example_in_its_help(command: str) -> None:
    assert "Example:\n    edi reference" in edi("reference", command, "--help").stdout


@pytest.mark.parametrize("name", NAMES)
def test_a_template_explains_its_columns_and_loads_back(name: str, tmp_path: Path) -> None:
    file, db = tmp_path / "t.csv", tmp_path / "a.db"
    text = edi("reference", "template", name).stdout
    for field in definitions()[name].fields:
        assert f"# {field.name}: " in text
    assert edi("reference", "template", name, "-o", file).exit_code == 0
    assert file.read_text(encoding="utf-8") == text
    done = edi("reference", "load", db, name, file)
    assert done.exit_code == 0, done.output
    (row,) = listed(db)
    assert (row["name"], row["rows"], row["file"], row["layout"]) == (name, 1, str(file), "own")
    assert row["loaded_at"]


def test_a_template_never_takes_the_place_of_a_file(tmp_path: Path) -> None:
    file = write(tmp_path / "mine.csv", "mine")
    assert edi("reference", "template", "fees", "-o", file).exit_code == 2
    assert file.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("name", NAMES)
def test_a_wrong_header_is_named_with_its_line(name: str, tmp_path: Path) -> None:
    needed = [field.name for field in definitions()[name].fields if field.required]
    file = write(tmp_path / "h.csv", f"# a comment\n{','.join([*needed[1:], 'surprise'])}\n")
    done = edi("reference", "load", tmp_path / "a.db", name, file)
    assert done.exit_code == 2
    if definitions()[name].private:  # the row may be a patient's
        assert f"{file}:2: cell {len(needed)} is no column" in done.stderr
        assert "surprise" not in done.stderr.replace(str(file), "")
    else:
        assert f"{file}:2: there is no column 'surprise'" in done.stderr
    if not any(field.required == "any" for field in definitions()[name].fields):
        assert f"the column '{needed[0]}' is missing" in done.stderr
    assert f"Columns of {name}: " in done.stderr


BAD = {
    "payers": ("name,timely_filing_days\nP1,90\nP2,soon\n", "timely_filing_days: not a whole number ('soon')"),
    "authorizations": (f"number,member_id,effective_from\nA,{PRIVATE},{PRIVATE}\n", "effective_from: not a date"),
    "fees": ("code,allowed\n78452,450\n78451,much\n", "allowed: not an amount such as 1450.00 ('much')"),
    "coverage": ("policy,code,diagnosis\nL1,78452,I25\nL1,78452,chest pain\n", "diagnosis: not an ICD-10-CM code"),
    "opps": ("code,status,effective_from\nA9500,N,2026-01-01\nA9502,,2026-01-01\n", "status is empty"),
    "ncci-ptp": (
        "setting,column1,column2,modifier_indicator,effective_from\npractitioner,78452,96374,2,20260101\n",
        "modifier_indicator: none of 0, 1 ('2')",
    ),
    "mue": ("setting,code,units,effective_from\nhome,78452,1,20260101\n", "setting: none of practitioner, outpatient"),
    "descriptions": ("type,code,text\ncarc,197,one\nicd,I25,two\n", "type: none of carc, rarc, group, status, plb"),
    "procedures": ("code,text\n78452,one\n784520,two\n", "code: not a procedure code"),
    "eligibility": (
        f"member_id,effective_from,effective_to\n{PRIVATE},2026-05-01,2026-04-01\n",
        "effective_to is before",
    ),
    "network": ("payer,npi\nP1,1234567893\nP1,123\n", "npi: an NPI has 10 digits ('123')"),
    "enrollment": ("payer,npi,effective_from\nP1,1234567893,2026-01-01\nP1,1234567893,soon\n", "effective_from: not a"),
    "accreditation": ("npi,modality\n1234567893,nuclear\n1234567893,echo\n", "modality: none of any, nuclear, pet"),
}


@pytest.mark.parametrize("name", NAMES)
def test_a_bad_row_is_named_and_nothing_is_loaded(name: str, tmp_path: Path) -> None:
    text, expected = BAD[name]
    file, db = write(tmp_path / "b.csv", text), tmp_path / "a.db"
    good = tmp_path / "good.csv"
    edi("reference", "template", name, "-o", good)
    edi("reference", "load", db, name, good)
    before = listed(db)
    done = edi("reference", "load", db, name, good, file)
    assert done.exit_code == 2
    line = len(text.splitlines())
    assert f"{file}:{line}: {expected}" in done.stderr
    assert PRIVATE not in done.output
    assert listed(db) == before


def test_rows_that_say_the_same_thing_twice_are_named(tmp_path: Path) -> None:
    file = write(tmp_path / "f.csv", "payer,code,allowed\nP1,78452,450\nP1,78452,460\n")
    done = edi("reference", "load", tmp_path / "a.db", "fees", file)
    assert f"{file}:3: line 2 already says it (same payer, code, modifier, place, effective_from)" in done.stderr


def test_a_row_of_another_width_is_named(tmp_path: Path) -> None:
    file = write(tmp_path / "f.csv", "payer,code,allowed\nP1,78452\nP1,A9500,1,2\nP2,78452,450,,\n")
    done = edi("reference", "load", tmp_path / "a.db", "fees", file)
    assert f"{file}:2: 2 cells, where the header has 3" in done.stderr
    assert f"{file}:3: 4 cells, where the header has 3" in done.stderr
    assert ":4:" not in done.stderr


def test_an_authorization_needs_something_to_find_it_by(tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", "number,code\nA1,78452\n,78451\n")
    done = edi("reference", "load", tmp_path / "a.db", "authorizations", file)
    assert f"{file}:3: fill in number or patient_control_number or member_id" in done.stderr


def test_what_is_no_text_is_refused(tmp_path: Path) -> None:
    for number, content in enumerate((bytes(range(256)) * 40, b'code,text\n78452,"' + b"x" * 200_000)):
        file = tmp_path / f"{number}.csv"
        file.write_bytes(content)
        done = edi("reference", "load", tmp_path / "a.db", "procedures", file)
        assert done.exit_code == 2
        assert str(file) in done.stderr
        assert "unexpected" not in done.stderr


def test_many_problems_are_counted(tmp_path: Path) -> None:
    file = write(tmp_path / "p.csv", "code,text\n" + "nonsense,text\n" * 30)
    done = edi("reference", "load", tmp_path / "a.db", "procedures", file)
    assert done.stderr.count(f"{file}:") == loading.SHOWN
    assert "and 10 more" in done.stderr


def test_files_as_spreadsheets_write_them(tmp_path: Path) -> None:
    """A byte order mark, semicolons, capitals and spaces in the header, dollars, American dates, Windows letters."""
    text = "Payer;Code;Modifier;Allowed;Effective From\r\n\r\nCaf\u00e9 Health;78452;tc, 59;$1,450.50;3/5/2026\r\n"
    db = tmp_path / "a.db"
    for number, encoding in enumerate(("utf-8-sig", "cp1252", "utf-16")):
        file = tmp_path / f"{number}.csv"
        file.write_bytes(text.encode(encoding))
        assert edi("reference", "load", db, "fees", file).exit_code == 0
        query = "SELECT payer, code, modifier, allowed_cents, effective_from, per FROM reference_fees"
        assert stored(db, query) == [("Caf\u00e9 Health", "78452", "TC 59", 145050, "2026-03-05", "unit")]


def test_loading_again_replaces_and_append_adds_by_key(tmp_path: Path) -> None:
    db = tmp_path / "a.db"
    first = write(tmp_path / "1.csv", "payer,code,allowed\nP1,78452,450\nP1,A9500,60\n")
    second = write(tmp_path / "2.csv", "payer,code,allowed\nP1,78452,470\nP2,78452,500\n")
    query = "SELECT payer, code, allowed_cents FROM reference_fees ORDER BY payer, code"
    edi("reference", "load", db, "fees", first)
    assert edi("reference", "load", db, "fees", second, "--append").exit_code == 0
    assert stored(db, query) == [("P1", "78452", 47000), ("P1", "A9500", 6000), ("P2", "78452", 50000)]
    assert [(row["file"], row["rows"]) for row in listed(db)] == [(str(first), 1), (str(second), 2)]
    edi("reference", "load", db, "fees", first)
    assert stored(db, query) == [("P1", "78452", 45000), ("P1", "A9500", 6000)]
    assert [row["file"] for row in listed(db)] == [str(first)]


def test_forget_empties_one_table(tmp_path: Path) -> None:
    db = tmp_path / "a.db"
    for name in ("fees", "network"):
        edi("reference", "template", name, "-o", tmp_path / f"{name}.csv")
        edi("reference", "load", db, name, tmp_path / f"{name}.csv")
    done = edi("reference", "forget", db, "fees")
    assert (done.exit_code, done.stdout) == (0, "Forgotten: 1 rows of fees\n")
    assert [row["name"] for row in listed(db)] == ["network"]
    assert edi("reference", "forget", db, "fees").exit_code == 2


def test_what_cannot_run_says_so(tmp_path: Path) -> None:
    db = tmp_path / "a.db"
    empty = write(tmp_path / "empty.csv", "# nothing\n")
    no_rows = write(tmp_path / "none.csv", "code,text\n")
    other = write(tmp_path / "other.csv", "a,b,c,d,e\n1,2,3,4,5\n")
    assert edi("reference", "load", db, "fees", tmp_path / "missing.csv").exit_code == 2
    assert edi("reference", "load", db, "fares", other).exit_code == 2
    assert edi("reference", "list", tmp_path / "no.db").exit_code == 2
    assert f"{empty}: is empty" in edi("reference", "load", db, "procedures", empty).stderr
    assert f"{no_rows}: no rows" in edi("reference", "load", db, "procedures", no_rows).stderr
    assert f"{other}:1: this is no header of fees" in edi("reference", "load", db, "fees", other).stderr
    workbook = write(tmp_path / "b.xlsx", "PK")
    assert f"{workbook}: not a workbook" in edi("reference", "load", db, "opps", workbook).stderr
    assert "save it as .xlsx" in edi("reference", "load", db, "opps", write(tmp_path / "b.xls", "PK")).stderr
    assert edi("reference", "load", db, "mue", other, "--from", "yesterday").exit_code == 2


def test_a_zip_is_read_like_what_is_in_it(tmp_path: Path) -> None:
    archive = tmp_path / "fees.zip"
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr("read-me.txt", "how to\nread it")
        made.writestr("fees.csv", "payer,code,allowed\nP1,78452,450\n")
    db = tmp_path / "a.db"
    assert edi("reference", "load", db, "fees", archive).exit_code == 0
    assert listed(db)[0]["file"] == f"{archive}!fees.csv"


def test_member_ids_are_marked_private_in_the_schema(tmp_path: Path) -> None:
    db = tmp_path / "a.db"
    edi("reference", "template", "fees", "-o", tmp_path / "fees.csv")
    edi("reference", "load", db, "fees", tmp_path / "fees.csv")
    rows = json.loads(edi("schema", db, "--json").stdout)
    private = {
        (row["table"], row["column"]) for row in rows if row["private"] and row["table"].startswith("reference_")
    }
    assert private == {("reference_authorizations", "member_id"), ("reference_eligibility", "member_id")}


def test_the_page_about_reference_data_tells_each_table(project: Path) -> None:
    page = (project / "docs" / "reference-data.md").read_text(encoding="utf-8")
    assert [name for name in NAMES if f"| {name} |" not in page] == []
    for option in ("--append", "--from", "--to", "--setting", "--since"):
        assert option in page
        assert option in edi("reference", "load", "--help").stdout


@pytest.mark.parametrize("amount", ["1.450,00", "1450,5", "1.450", "14,50", "1,45,000.00", "-3"])
def test_an_amount_that_could_be_another_sum_is_refused(tmp_path: Path, amount: str) -> None:
    file = write(tmp_path / "fees.csv", f"payer;code;allowed\nEXAMPLE HEALTH PLAN;78452;{amount}\n")
    done = edi("reference", "load", tmp_path / "x.db", "fees", file)
    assert done.exit_code == 2
    assert "fees.csv:2: allowed: not an amount such as 1450.00" in done.stderr


@pytest.mark.parametrize(
    ("amount", "cents"), [("1,450.50", 145050), ("$12,345,678", 1234567800), (".5", 50), ("1450.5000", 145050)]
)
def test_amounts_as_spreadsheets_write_them(tmp_path: Path, amount: str, cents: int) -> None:
    file = write(tmp_path / "fees.csv", f"payer;code;allowed\nEXAMPLE HEALTH PLAN;78452;{amount}\n")
    database = tmp_path / "x.db"
    with Database.open(database, Resources(), create=True):
        pass
    assert edi("reference", "load", database, "fees", file).exit_code == 0
    assert stored(database, "SELECT allowed_cents FROM reference_fees") == [(cents,)]
