"""CMS's own files, in invented rows of their published layouts: title rows, tabs, quotes, wrapped headings."""

from __future__ import annotations

import time
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from edi.analysis.reference import Reference, load_reference
from edi.cli import main
from edi.resources import Resources
from edi.store.database import Database
from edi.store.reference import loading

ADDENDUM_B = """\
"Addendum B.-Final OPPS Payment by HCPCS Code for CY 2026",,,,,,,,,
"Codes and descriptors of others are copyright of others.",,,,,,,,,
,,,,,,,,,
HCPCS Code,Short Descriptor,SI,APC,Relative Weight,Payment Rate,"National
Unadjusted Copayment",Minimum Unadjusted Copayment,"Note: copayments, as capped",* Indicates a Change
78452,"Words, of others",S,5593,18.2,"$1,400.10 ",.,$280.02 ,,
A9500\u00ff,Words,N,,,,,,,
A9611,Words,K,9999,,$700.00 ,,$140.00 ,,*
G0463,Words,J2,5012,1.5,$136.02 ,.,$27.21 ,,
Z9999,Words,,,,,,,,
"""
PAIRS = (
    "CPT only copyright 2025 American Medical Association.  All rights reserved.\t\t\t\t\t\t\r\n"
    "Column1/Column2 Edits\t\t\t\t\t\t\r\n"
    "Column 1\tColumn 2\t*=in existence\tEffective\tDeletion\tModifier\tPTP Edit Rationale\r\n"
    "\t\tprior to 1996\tDate\tDate\t0=not allowed\t\r\n"
    "\t\t\t\t*=no data\t1=allowed\t\r\n"
    "\t\t\t\t\t9=not applicable\t\r\n"
)
MUE = (
    '"Codes and descriptors of others are\r\ncopyright of others.",,,\r\n'
    '"HCPCS/\r\nCPT Code",{setting} Services MUE Values,MUE Adjudication Indicator,MUE Rationale\r\n'
    "78452,{scan},2 Date of Service Edit: Policy,Nature of Service/Procedure\r\n"
    "A9505,{thallium},3 Date of Service Edit: Clinical,Clinical: Data\r\n"
)


def edi(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def loaded(db: Path, name: str, *words: object) -> Result:
    done = edi("reference", "load", db, name, *words)
    assert done.exit_code == 0, done.output
    return done


def reference(db: Path, *codes: str) -> Reference:
    with Database.open(db, Resources()) as database:
        return load_reference(Resources(), loading.rows(database, codes))


def pairs(*rows: str) -> bytes:
    return (PAIRS + "".join("\t".join((*row.split(), "Of CMS")) + "\r\n" for row in rows)).encode("latin-1")


def test_addendum_b(tmp_path: Path) -> None:
    db, file = tmp_path / "a.db", tmp_path / "January 2026 Addendum B.csv"
    file.write_text(ADDENDUM_B, encoding="latin-1")
    done = loaded(db, "opps", file)
    assert "Loaded: 4 rows of opps" in done.stdout
    assert "(from 2026-01-01 to 2026-12-31)" in done.stdout
    assert "Left out: 1 codes without a status" in done.stdout
    known = reference(db, "78452", "A9500", "A9611", "G0463")
    assert known.opps_status("A9611", "2026-03-05") == "K"  # ours says G
    assert known.opps_status("A9611", "2025-06-01") == "G"  # ours, before the loaded year
    assert known.opps_status("A9500", "2026-03-05") == "N"
    assert known.opps_status("G0463", "2026-12-31") == "J2"
    assert known.opps_status("G0463", "2027-01-01") is None  # a year without a table is unverified


@pytest.mark.parametrize(
    ("name", "words", "start"),
    [
        ("april-2026-opps-addendum-b.csv", (), "2026-04-01"),
        ("OPPS_AddendumB_2026_Jul.csv", (), "2026-07-01"),
        ("2026 October Addendum B.10012026.csv", (), "2026-10-01"),
        ("addendum-b.csv", (), "2026-01-01"),  # the title says the year
        ("addendum-b.csv", ("--from", "4/1/2026"), "2026-04-01"),
    ],
)
def test_the_first_day_of_an_addendum(name: str, words: tuple[str, ...], start: str, tmp_path: Path) -> None:
    file = tmp_path / name
    file.write_text(ADDENDUM_B, encoding="latin-1")
    assert f"(from {start} to 2026-12-31)" in loaded(tmp_path / "a.db", "opps", file, *words).stdout


def test_an_addendum_without_a_date_asks_for_it(tmp_path: Path) -> None:
    file = tmp_path / "addendum.csv"
    file.write_text(ADDENDUM_B.replace("for CY 2026", "of this year"), encoding="latin-1")
    done = edi("reference", "load", tmp_path / "a.db", "opps", file)
    assert done.exit_code == 2
    assert "say it with --from" in done.stderr


def test_a_later_edition_ends_the_earlier_one(tmp_path: Path) -> None:
    db = tmp_path / "a.db"
    for month in ("july", "january"):  # in any order
        file = tmp_path / f"{month}-2026-addendum-b.csv"
        text = ADDENDUM_B.replace("A9611,Words,K", "A9611,Words,N") if month == "july" else ADDENDUM_B
        text = text.replace("G0463,Words,J2", "G0464,Words,J2") if month == "july" else text
        file.write_text(text, encoding="latin-1")
        loaded(db, "opps", file, "--append")
    known = reference(db, "A9611", "G0463")
    assert [known.opps_status("A9611", f"2026-{month}-15") for month in ("06", "07")] == ["K", "N"]
    assert [known.opps_status("G0463", f"2026-{month}-15") for month in ("06", "07")] == ["J2", None]


def test_pair_files(tmp_path: Path) -> None:
    db, file = tmp_path / "a.db", tmp_path / "ccipra-v322r0-f2.txt"
    file.write_bytes(
        pairs(
            "78452 78451 - 20100101 * 0",
            "78452 96374 - 20100101 20251231 1",
            "78452 96374 - 20260101 * 0",
            "78452 36000 - 20200101 20200101 9",
            "78452 99999 * 19960101 * 0",
            "93015 93000 - 20000101 20191231 1",
        )
    )
    done = loaded(db, "ncci-ptp", file, "--since", "2022-01-01")
    assert "Loaded: 4 rows of ncci-ptp" in done.stdout
    assert "(practitioner)" in done.stdout
    assert "Left out: 1 pairs that were never in force (indicator 9)" in done.stdout
    assert "Left out: 1 pairs that ended before 2022-01-01" in done.stdout
    known = reference(db, "78452", "78451", "96374", "36000", "93015", "93000")
    assert known.pair("practitioner", "78452", "78451", "2026-03-05") == "0"
    assert known.pair("practitioner", "78452", "96374", "2025-12-31") == "1"  # the deletion date is the last day
    assert known.pair("practitioner", "78452", "96374", "2026-01-01") == "0"
    assert known.pair("practitioner", "78452", "36000", "2026-03-05") is None  # ours has it; CMS's table does not
    assert known.pair("practitioner", "93015", "93000", "2026-03-05") == "1"  # ours: that first code was left out
    assert known.checks_pairs("practitioner", "27447", "2020-01-01")
    assert not known.checks_pairs("outpatient", "78452", "2026-03-05")


def test_hospital_pairs_in_a_zip_beside_practitioner_ones(tmp_path: Path) -> None:
    db = tmp_path / "a.db"
    practitioner, hospital = tmp_path / "ccipra-v322r0-f1.txt", tmp_path / "ccioph-v322r0-f1.zip"
    practitioner.write_bytes(pairs("78452 96374 - 20100101 * 1"))
    with zipfile.ZipFile(hospital, "w") as made:
        made.writestr("ccioph-v322r0-f1.txt", pairs("78452 96374 - 20100101 * 0"))
        made.writestr("ccioph-v322r0-f1.xlsx", "the same again")
    loaded(db, "ncci-ptp", practitioner, hospital)
    known = reference(db, "78452", "96374")
    assert known.pair("practitioner", "78452", "96374", "2026-03-05") == "1"
    assert known.pair("outpatient", "78452", "96374", "2026-03-05") == "0"
    assert known.checks_pairs("outpatient", "78452", "2026-03-05")


def test_a_pair_file_of_unknown_setting_asks_for_it(tmp_path: Path) -> None:
    db, file = tmp_path / "a.db", tmp_path / "pairs.txt"
    file.write_bytes(pairs("78452 96374 - 20100101 * 1"))
    assert "--setting practitioner or outpatient" in edi("reference", "load", db, "ncci-ptp", file).stderr
    loaded(db, "ncci-ptp", file, "--setting", "outpatient")
    assert reference(db, "78452", "96374").pair("outpatient", "78452", "96374", "2026-03-05") == "1"


def test_a_bad_row_of_cms_is_named(tmp_path: Path) -> None:
    db, file = tmp_path / "a.db", tmp_path / "ccipra-v322r0-f1.txt"
    file.write_bytes(pairs("78452 96374 - 20100101 * 1", "78452 96375 - 2010 * 1"))
    done = edi("reference", "load", db, "ncci-ptp", file)
    assert f"{file}:8: effective_from: not a date such as 2026-03-05 ('2010')" in done.stderr
    assert edi("reference", "list", db, "--json").stdout.strip() == "[]"


def test_an_office_may_add_a_single_pair_to_ours(tmp_path: Path) -> None:
    db, file = tmp_path / "a.db", tmp_path / "own.csv"
    file.write_text(
        "setting,column1,column2,modifier_indicator,effective_from\npractitioner,78452,96374,0,2026-01-01\n"
    )
    loaded(db, "ncci-ptp", file)
    known = reference(db, "78452", "96374", "78451")
    assert known.pair("practitioner", "78452", "96374", "2026-03-05") == "0"
    assert known.pair("practitioner", "78452", "96374", "2025-03-05") == "1"  # ours, before the loaded row
    assert known.pair("practitioner", "78452", "78451", "2026-03-05") == "0"  # ours
    assert not known.checks_pairs("practitioner", "27447", "2026-03-05")  # not of the family


def test_mue_files(tmp_path: Path) -> None:
    db = tmp_path / "a.db"
    files = []
    for setting, name, scan, thallium in (
        ("Practitioner", "MCR_MUE_PractitionerServices_Eff_01-01-2026.csv", 1, 5),
        ("Outpatient Hospital", "MCR_MUE_OutpatientHospitalServices_Eff_01-01-2026.csv", 2, 6),
    ):
        file = tmp_path / name
        file.write_bytes(MUE.format(setting=setting, scan=scan, thallium=thallium).encode("latin-1"))
        files.append(file)
    done = loaded(db, "mue", *files)
    assert "(practitioner, from 2026-01-01 to further notice)" in done.stdout
    assert "(outpatient, from 2026-01-01 to further notice)" in done.stdout
    known = reference(db, "78452", "A9505")
    assert known.mue("practitioner", "A9505", "2026-03-05") == 5
    assert known.mue("outpatient", "A9505", "2026-03-05") == 6
    assert known.mue("practitioner", "A9505", "2025-12-31") == 4  # ours
    assert known.mue("practitioner", "A9500", "2026-03-05") == 3  # ours: not in the file

    later = tmp_path / "MCR_MUE_PractitionerServices_Eff_04-01-2026.csv"
    later.write_bytes(MUE.format(setting="Practitioner", scan=1, thallium=7).encode("latin-1"))
    loaded(db, "mue", later, "--append")
    known = reference(db, "78452", "A9505")
    assert [known.mue("practitioner", "A9505", day) for day in ("2026-03-31", "2026-04-01")] == [5, 7]
    assert known.mue("outpatient", "A9505", "2026-04-01") == 6


def test_an_mue_file_without_a_date_asks_for_it(tmp_path: Path) -> None:
    db, file = tmp_path / "a.db", tmp_path / "mue.csv"
    file.write_bytes(MUE.format(setting="Practitioner", scan=1, thallium=5).encode())
    assert "say it with --from" in edi("reference", "load", db, "mue", file).stderr
    assert "from 2026-01-01" in loaded(db, "mue", file, "--from", "2026-01-01").stdout


def test_only_the_codes_of_the_database_reach_the_analysis(tmp_path: Path) -> None:
    db, file = tmp_path / "a.db", tmp_path / "ccipra-v322r0-f1.txt"
    rows = (f"{10000 + n // 50} {20000 + n % 50} - 20100101 * 1" for n in range(2500))
    file.write_bytes(pairs(*rows))
    loaded(db, "ncci-ptp", file)
    with Database.open(db, Resources()) as database:
        assert not list(loading.rows(database)["ncci-ptp"])
        with database.transaction():
            for row_id, code in ((1, "10001"), (2, "20002")):
                database.connection.execute("INSERT INTO service_line (id, procedure) VALUES (?, ?)", (row_id, code))
        assert [(row["column1"], row["column2"]) for row in loading.rows(database)["ncci-ptp"]] == [
            ("10001", ""),
            ("10001", "20002"),
        ]


def test_a_national_file_loads_in_seconds(tmp_path: Path) -> None:
    """100,000 pairs; a quarter's file has four times as many. The bound is wide: the machine may be busy."""
    file = tmp_path / "ccipra-v322r0-f1.txt"
    file.write_bytes(pairs(*(f"{10000 + n // 200} {20000 + n % 200} - 20100101 * 1" for n in range(100_000))))
    started = time.perf_counter()
    loaded(tmp_path / "a.db", "ncci-ptp", file)
    assert time.perf_counter() - started < 15
