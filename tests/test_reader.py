"""The parse call: golden rows of the worked examples, batches, ids, and what a reading says when it is over.

UPDATE_GOLDEN=1 writes tests/golden anew; look at the difference before you keep it.
"""

from __future__ import annotations

import gc
import io
import os
from pathlib import Path
from typing import Any

import pytest

from edi.records import reader
from tests.goodfiles import enclosed, good_835, good_837, remittance, written
from tests.reading import Read, examples, read, shapes

GOLDEN = Path(__file__).parent / "golden"


def rendered(found: Read) -> str:
    """Every row on a line: table, segment (and position), then its columns that are not null."""
    lines = []
    for table in found.rows:
        for row in found.table(table):
            place = str(row.pop("id") & 0xFFFFFFFF) + (f".{row.pop('position')}" if "position" in row else "")
            columns = " ".join(f"{name}={shown(name, value)}" for name, value in row.items())
            lines.append(f"{table} {place} {columns}")
    return "\n".join(lines) + "\n"


def shown(name: str, value: Any) -> Any:
    """Ids of other rows as segment numbers."""
    return f"#{value & 0xFFFFFFFF}" if name.endswith("_id") and isinstance(value, int) else value


def compare(name: str, text: str) -> None:
    path = GOLDEN / name
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text


@pytest.mark.parametrize("path", examples(), ids=lambda path: path.stem)
def test_golden_rows(path: Path) -> None:
    found = read(path.read_bytes())
    assert found.diagnostics == []
    assert found.balanced_count()
    compare(f"{path.stem}.rows.txt", rendered(found))


def test_a_837_with_everything() -> None:
    """A dependent, two providers, another payer that answered by line, a drug, notes, attachments, codes."""
    path = Path(__file__).parent / "golden" / "everything_837.x12"
    found = read(path.read_bytes())
    assert found.rules == ["quantity-fraction"]
    compare("everything_837.rows.txt", rendered(found))


def test_an_835_with_everything() -> None:
    path = Path(__file__).parent / "golden" / "everything_835.x12"
    found = read(path.read_bytes())
    assert found.rules == []
    compare("everything_835.rows.txt", rendered(found))


def test_ids_are_file_and_segment() -> None:
    data = written(good_835())
    first, second = read(data, file_id=1), read(data, file_id=9)
    for table, rows in first.rows.items():
        for one, two in zip(rows, second.rows[table], strict=True):
            assert two[0] - one[0] == 8 << 32
    segment = first.table("remit_claim")[0]["id"] & 0xFFFFFFFF
    assert good_835()[segment - 1].startswith("CLP*R1")


def test_a_line_has_the_id_of_its_lx() -> None:
    found = read(written(good_837()))
    segments = good_837()
    for line in found.table("service_line"):
        assert segments[(line["id"] & 0xFFFFFFFF) - 1].startswith("LX*")
    alone = read(written([one for one in segments if not one.startswith("LX")]))
    assert len(alone.rows["service_line"]) == len(found.rows["service_line"])


@pytest.mark.parametrize("size", [1, 200, 1111, 1 << 18])
@pytest.mark.parametrize("enough", [0, 30, 10_000])
def test_batches_hold_whole_claims(monkeypatch: pytest.MonkeyPatch, size: int, enough: int) -> None:
    monkeypatch.setattr(reader, "ENOUGH", enough)
    data = written(good_835() + good_837())
    whole = read(data)
    rows: dict[str, list[Any]] = {name: [] for name in shapes().tables}
    finished = []
    for batch in reader.Reading(io.BytesIO(data), 1, shapes(), size):
        claims = {row[0] for table in ("claim", "remit_claim") for row in batch.rows[table]}
        for table in ("service_line", "remit_line", "adjustment", "diagnosis"):
            index = shapes().tables[table].index
            of = index["remit_claim_id" if "remit_claim_id" in index else "claim_id"]
            assert {row[of] for row in batch.rows[table]} <= claims
        finished += batch.finished
        assert {row[0] for row in batch.rows["payment"]} <= set(finished)
        for table, some in batch.rows.items():
            rows[table] += some
    assert rows == whole.rows
    assert finished == [row[0] for row in whole.rows["transaction_set"]]


def test_readings_may_interleave_and_be_abandoned() -> None:
    data = written(good_835())
    alone = read(data).rows
    one, two = (
        iter(reader.Reading(io.BytesIO(data), 1, shapes(), 300)),
        iter(reader.Reading(io.BytesIO(data), 1, shapes(), 300)),
    )
    next(one)
    batches = list(two)
    del one
    rows = {table: [row for batch in batches for row in batch.rows[table]] for table in alone}
    assert rows == alone
    assert read(data).rows == alone


def test_nothing_of_one_file_reaches_the_next() -> None:
    whole = read(written(good_837()))
    truncated = written(good_837()[:40])
    body = [segment for segment in good_837() if not segment.startswith(("HL", "SBR", "NM1", "ISA", "GS"))]
    before = read(written(body[:20])).rows
    read(truncated)
    read(written(good_835()[:30]))
    assert read(written(body[:20])).rows == before
    assert read(written(good_837())).rows == whole.rows


def test_the_same_ids_in_another_file_are_other_claims() -> None:
    """The patient of the first claim stands behind its lines, where the file before had a claim with its own."""
    segments = good_835()
    patient = next(at for at, one in enumerate(segments) if one.startswith("NM1*QC"))
    segments.insert(patient + 5, segments.pop(patient))
    for _ in range(2):
        assert read(written(segments)).rules == ["segment-out-of-order"]
        assert read(written(good_835())).rules == []


def test_what_is_not_x12_is_said_and_gives_nothing() -> None:
    for data in (b"", b"%PDF-1.7 ...", b"hello", b"\0\0\0"):
        found = read(data)
        assert found.rules == ["not-x12"]
        assert not found.reading.is_x12
        assert found.reading.segments == 0


def test_the_garbage_collector_is_left_as_it_was() -> None:
    assert gc.isenabled()
    list(reader.read(io.BytesIO(written(good_835())), 1, shapes()))
    assert gc.isenabled()
    gc.disable()
    try:
        list(reader.read(io.BytesIO(written(good_835())), 1, shapes()))
        assert not gc.isenabled()
    finally:
        gc.enable()


@pytest.mark.parametrize(
    ("body", "code", "guide"),
    [
        (remittance("EFT", [f"R{number}" for number in range(3000)]), "835", "005010X221A1"),
        (["AK2*837*0001", "IK5*A"] * 20_000, "999", "005010X231A1"),  # nothing of it is kept
    ],
)
def test_memory_stays_flat(monkeypatch: pytest.MonkeyPatch, body: list[str], code: str, guide: str) -> None:
    """Whatever the length of the file, only a few blocks and their rows are held."""
    monkeypatch.setattr(reader, "HELD", 100_000)
    monkeypatch.setattr(reader, "ENOUGH", 1000)
    data = written(enclosed(body, code, guide, "HP"))
    reading = reader.Reading(io.BytesIO(data), 1, shapes(), 10_000)
    batches = 0
    for batch in reading:
        batches += 1
        assert sum(map(len, batch.rows.values())) < 3000
        assert sum(map(len, reading._machine.rows.values())) < 100
        assert reading._places.held <= 130_000
    assert batches > 4


def test_the_patient_is_null_when_it_is_the_subscriber() -> None:
    """What one patient's loop lent is taken back when the next subscriber begins."""
    dependent = ["HL*9*2*23*0", "PAT*19", "NM1*QC*1*DOE*KIM", "DMG*D8*20150101*M"]
    segments = good_837()
    at = next(number for number, one in enumerate(segments) if one.startswith("CLM*C1"))
    found = read(written([*segments[:at], *dependent, *segments[at:]]))
    first, second, *_ = found.table("claim")
    assert (first["patient_first"], first["relationship"]) == ("KIM", "19")
    assert "patient_first" not in second
    assert second["relationship"] == "18"
