"""Each fault has one named diagnostic: a good file is broken in one way, and exactly that is said, at the right place.

Everything else is kept: the claims that the fault does not touch give the rows that they gave in the good file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from edi.x12.diagnostic import CAP
from tests.goodfiles import claim, claims, enclosed, good_835, good_837, remittance, written
from tests.reading import Read, read, shapes

Segments = list[str]
Change = Callable[[Segments], Segments | bytes]


def replaced(old: str, new: str, nth: int = 1) -> Change:
    """The nth segment that is `old` (or begins with it, where it ends in *) becomes `new`; none where new is ''."""

    def change(segments: Segments) -> Segments:
        at = place(segments, old, nth)
        return segments[:at] + ([new] if new else []) + segments[at + 1 :]

    return change


def inserted(before: str, *new: str, nth: int = 1) -> Change:
    def change(segments: Segments) -> Segments:
        at = place(segments, before, nth)
        return [*segments[:at], *new, *segments[at:]]

    return change


def altered(start: str, old: str, new: str, nth: int = 1) -> Change:
    """Within the nth segment that begins so, `old` becomes `new`."""

    def change(segments: Segments) -> Segments:
        at = place(segments, start, nth)
        return [*segments[:at], segments[at].replace(old, new), *segments[at + 1 :]]

    return change


def both(one: Change, other: Change) -> Change:
    return lambda segments: other(one(segments))  # type: ignore[arg-type]


def place(segments: Sequence[str], old: str, nth: int = 1) -> int:
    fits = [at for at, one in enumerate(segments) if (one.startswith(old) if old.endswith("*") else one == old)]
    return fits[nth - 1]


def cut(before: str, nth: int = 1) -> Change:
    return lambda segments: segments[: place(segments, before, nth)]


def raw(change: Callable[[bytes], bytes]) -> Change:
    return lambda segments: change(written(segments))


def wrapped(data: bytes) -> bytes:
    data = data.replace(b"\n", b"")
    return b"\n".join(data[at : at + 80] for at in range(0, len(data), 80)) + b"\n"


def edit(old: bytes, new: bytes, count: int = 1) -> Change:
    return raw(lambda data: data.replace(old, new, count))


LONG_NOTE = "NTE*ADD*" + "X" * 10_000_000


FAULTS_835: dict[str, tuple[Change, list[str], set[str]]] = {
    # name: what is broken, the rules that must be named, the claims that it touches
    "ISA too short": (edit(b"SENDER         *ZZ", b"SENDER*ZZ"), ["isa-length"], set()),
    "ISA has lost an element": (edit(b"*0*T*:", b"*T*:"), ["isa-elements"], set()),
    "no ISA": (lambda segments: segments[1:], ["isa-missing"], set()),
    "no IEA": (replaced("IEA*", ""), ["iea-missing"], set()),
    "no GE": (replaced("GE*", ""), ["ge-missing"], set()),
    "no SE": (replaced("SE*", ""), ["se-missing"], set()),
    "no GS": (replaced("GS*", ""), ["gs-missing"], set()),
    "SE counts wrongly": (replaced("SE*", "SE*7*0001"), ["se-count"], set()),
    "SE counts nothing": (replaced("SE*", "SE**0001"), ["se-count"], set()),
    "SE belongs to another ST": (altered("SE*", "*0001", "*0009"), ["se-control"], set()),
    "GE counts wrongly": (replaced("GE*", "GE*3*11"), ["ge-count"], set()),
    "GE belongs to another GS": (replaced("GE*", "GE*2*12"), ["ge-control"], set()),
    "IEA counts wrongly": (replaced("IEA*", "IEA*4*000000011"), ["iea-count"], set()),
    "IEA belongs to another ISA": (replaced("IEA*", "IEA*1*000000012"), ["iea-control"], set()),
    "ST inside ST": (replaced("SE*", "", 1), ["se-missing"], set()),
    "control number twice": (
        both(altered("ST*", "*0002", "*0001", nth=2), altered("SE*", "*0002", "*0001", nth=2)),
        ["st-control-repeated"],
        set(),
    ),
    "interchange twice": (lambda segments: segments * 2, ["isa-control-repeated"], set()),
    "SE twice": (inserted("GE*", "SE*2*0009"), ["trailer-alone"], set()),
    "segment outside a transaction": (inserted("GE*", "REF*ZZ*LOST"), ["segment-outside-transaction"], set()),
    "trailing junk": (edit(b"000000011~\n", b"000000011~\nEND OF FILE\n", 2), ["junk-between"], set()),
    "leading junk": (raw(lambda data: b"From: someone\nSubject: remittance\n\n" + data), ["junk-before"], set()),
    "ends inside a claim": (cut("CAS*", 10), ["file-truncated"], {"R3", "R4", "R5", "R6"}),
    "ends inside a segment": (raw(lambda data: data[:-250]), ["file-truncated"], {"R6"}),
    "ends between transactions": (cut("ST*", 2), ["file-truncated"], {"R4", "R5", "R6"}),
    "blank lines": (raw(lambda data: data.replace(b"~\n", b"~\n\n")), ["blank-lines"], set()),
    "wrapped at 80 columns": (raw(wrapped), ["wrapped-lines"], set()),
    "byte order mark": (raw(lambda data: b"\xef\xbb\xbf" + data), ["byte-order-mark"], set()),
    "Latin-1": (edit(b"EXAMPLE PLAN", b"EX\xc4MPLE PLAN"), ["not-utf8"], set()),
    "UTF-16": (raw(lambda data: data.decode().encode("utf-16")), ["utf-16"], set()),
    "UTF-16 without mark": (raw(lambda data: data.decode().encode("utf-16-be")), ["utf-16"], set()),
    "NUL bytes": (edit(b"REF*EA*MRR2", b"REF*EA*\0MRR2\0"), ["nul-bytes"], set()),
    "lower-case name": (replaced("DTM*050*20260312", "dtm*050*20260312"), ["segment-name-unclean"], set()),
    "name in quotes": (replaced("AMT*B6*125", '"AMT*B6*125'), ["segment-name-unclean"], set()),
    "padded qualifier": (replaced("REF*2U*PAYER1", "REF* 2U *PAYER1"), ["qualifier-padded"], set()),
    "lower-case qualifier": (replaced("REF*6R*R1-1", "REF*6r*R1-1"), ["qualifier-padded"], set()),
    "other component separator": (
        replaced("SVC*HC:78452:26*150*100**1", "SVC*HC>78452>26*150*100**1"),
        ["component-separator-wrong"],
        set(),
    ),
    "repeated element": (replaced("REF*6R*R1-1", "REF*6R*R1-1^R1-X"), ["element-repeated"], set()),
    "unknown segment": (inserted("AMT*B6*125", "XYZ*1*2", nth=2), ["segment-unexpected"], set()),
    "what is no segment": (inserted("AMT*B6*125", "DEAR PAYER", nth=2), ["segment-unexpected"], set()),
    "unknown name": (inserted("REF*EA*", "NM1*XX*1*DOE", nth=2), ["segment-unexpected"], set()),
    "segment out of order": (
        both(inserted("LQ*", "NM1*82*1*READER*SAM****XX*1999999984"), replaced("NM1*82*", "")),
        ["segment-out-of-order"],
        set(),
    ),
    "payer repeated below LX": (inserted("CLP*", "N1*PR*EXAMPLE PLAN"), ["loop-out-of-order"], set()),
    "segment twice": (inserted("SVC*", "NM1*QC*1*ROE*ALEX"), ["segment-repeated"], set()),
    "CLP lost": (replaced("CLP*R2*", ""), ["loop-without-parent"], {"R2"}),
    "first CLP lost": (replaced("CLP*R1*", ""), ["loop-without-parent"], {"R1"}),
    "CLP and patient lost": (
        lambda segments: [*segments[: place(segments, "CLP*R1*")], *segments[place(segments, "SVC*") :]],
        ["loop-without-parent"],
        {"R1"},
    ),
    "line outside a claim": (inserted("CLP*", "SVC*HC:93015*0*0"), ["loop-without-parent"], set()),
    "unknown version": (
        lambda segments: [one.replace("005010X221A1", "999999X999X9") for one in segments],
        ["guide-unknown", "guide-unknown"],
        set(),
    ),
    "amount with a comma": (replaced("CAS*CO*45*25", "CAS*CO*45*25,00"), ["amount-unreadable"], {"R1"}),
    "amount that is none": (replaced("SVC*HC:A9500*70*40**2", "SVC*HC:A9500*ABC*40**2"), ["amount-unreadable"], {"R1"}),
    "amount with three decimals": (replaced("AMT*B6*125", "AMT*B6*125.004"), ["amount-rounded"], set()),
    "date that does not exist": (replaced("DTM*472*20260305", "DTM*472*20260230"), ["date-unreadable"], {"R1"}),
    "date with dashes": (replaced("DTM*472*20260305", "DTM*472*2026-03-05"), ["date-unusual"], set()),
    "quantity that is none": (altered("SVC*HC:A9500*", "**2", "**TWO"), ["number-unreadable"], {"R1"}),
    "quantity of 2.5": (replaced("SVC*HC:A9500*70*40**2", "SVC*HC:A9500*70*40**2.5"), ["quantity-fraction"], {"R1"}),
    "reason without amount": (replaced("CAS*CO*45*25", "CAS*CO*45"), ["adjustment-without-amount"], {"R1"}),
    "amount without reason": (replaced("CAS*CO*45*25", "CAS*CO**25"), ["adjustment-without-reason"], {"R1"}),
    "hole between triplets": (replaced("CAS*PR*1*5**2*20", "CAS*PR*1*5*****2*20"), ["adjustment-gap"], {"R1"}),
    "PLB without amount": (altered("PLB*", "WO:R9*20", "WO:R9"), ["provider-adjustment-without-amount"], set()),
    "line out of balance": (
        replaced("SVC*HC:78452:26*150*100**1", "SVC*HC:78452:26*150*99**1"),
        ["line-out-of-balance"],
        {"R1"},
    ),
    "claim out of balance": (
        replaced("CLP*R1*1*220*140*", "CLP*R1*1*220*141*35*12*ICNR1*11*1"),
        ["claim-out-of-balance", "payment-out-of-balance"],
        {"R1"},
    ),
    "claim is not its lines": (
        both(altered("CLP*R1*", "*220*", "*230*"), inserted("NM1*QC*", "CAS*OA*94*10")),
        ["remit-charge-not-lines"],
        {"R1"},
    ),
    "patient share differs": (
        replaced("CLP*R1*", "CLP*R1*1*220*140*34*12*ICNR1*11*1"),
        ["patient-share-differs"],
        {"R1"},
    ),
    "payment out of balance": (replaced("PLB*", "PLB*1234567893*20261231*WO:R9*21"), ["payment-out-of-balance"], set()),
}  # fmt: skip

FAULTS_837: dict[str, tuple[Change, list[str], set[str]]] = {
    "LX missing": (replaced("LX*1", ""), ["line-without-number"], {"C1"}),
    "LX shared": (replaced("LX*2", ""), ["line-shares-number"], {"C1"}),
    "LX alone": (inserted("HL*3*", "LX*3"), ["line-without-service"], set()),
    "another kind of line": (
        replaced("SV1*HC:A9500*25*UN*2***1", "SV2*0343*HC:A9500*25*UN*2"),
        ["line-of-another-kind"],
        {"C1"},
    ),
    "empty composite": (replaced("SV1*HC:A9500*25*UN*2***1", "SV1*:::*25*UN*2***:"), [], {"C1"}),
    "CLM lost": (replaced("CLM*C2*", ""), ["loop-without-parent"], {"C2"}),
    "line without a claim": (inserted("HL*2*", "LX*1", "SV1*HC:93015*10*UN*1"), ["loop-without-parent"], set()),
    "unknown parent": (replaced("HL*3*1*22*0", "HL*3*9*22*0"), ["hl-parent-unknown"], set()),
    "HL number twice": (replaced("HL*3*1*22*0", "HL*2*1*22*0"), ["hl-number-repeated"], set()),
    "charge is not its lines": (replaced("CLM*C1*", "CLM*C1*101***11:B:1*Y*A*Y*Y"), ["claim-charge-not-lines"], {"C1"}),
    "charge below zero": (
        both(altered("SV1*HC:A9500*", "*25*", "*-25*"), altered("CLM*C1*", "*100*", "*50*")),
        ["charge-negative"],
        {"C1"},
    ),
    "private date": (replaced("DMG*D8*19580704*F", "DMG*D8*19581341*F"), ["date-unreadable"], {"C1"}),
    "segment of 10 MB": (inserted("HI*", LONG_NOTE), ["segment-long"], set()),
    "unknown version": (
        lambda segments: [one.replace("005010X222A1", "5010") for one in segments],
        ["guide-unknown", "guide-unknown"],
        set(),
    ),
}  # fmt: skip


def recounted(good: Segments, changed: Segments) -> Segments:
    """The changed file with right counts in SE, where the change left SE alone: a count is another fault."""
    counts = {segment.split("*")[1] for segment in good if segment.startswith("SE*")}
    made: Segments = []
    start = 0
    for segment in changed:
        if segment.startswith("ST*"):
            start = len(made)
        name, *rest = segment.split("*")
        if name == "SE" and rest[0] in counts:
            segment = f"SE*{len(made) - start + 1}*{rest[1]}"
        made.append(segment)
    return made


def by_claim(found: Read) -> dict[str, list[Any]]:
    """For each claim, all rows that belong to it, without their ids."""
    rows: dict[str, list[Any]] = {}
    names: dict[int, str] = {}
    for table in ("claim", "remit_claim"):
        for row in found.table(table):
            names[row["id"]] = row.get("control_number", "")
            rows.setdefault(row.get("control_number", ""), [])
    for table in found.rows:
        if table in ("transaction_set", "payment"):
            continue
        for row in found.table(table):
            owner = (
                row.get("claim_id")
                or row.get("remit_claim_id")
                or (row["id"] if table in ("claim", "remit_claim") else None)
            )
            if owner in names:
                plain = {key: value for key, value in row.items() if not key.endswith("id") or isinstance(value, str)}
                rows[names[owner]].append((table, plain))
    return rows


def broken(good: Segments, change: Change) -> bytes:
    changed = change(good)
    return changed if isinstance(changed, bytes) else written(recounted(good, changed))


def check(good: Segments, change: Change, rules: list[str], touched: set[str]) -> Read:
    before, after = read(written(good)), read(broken(good, change))
    assert before.rules == []
    assert after.rules == sorted(rules)
    assert after.balanced_count()
    check_places(broken(good, change), after)
    kept, now = by_claim(before), by_claim(after)
    for name in kept.keys() - touched:
        lost = [row for row in kept[name] if row not in now[name]]
        assert lost == [], name
    return after


def check_places(data: bytes, found: Read) -> None:
    """Byte offsets are those of the segments that the diagnostics number."""
    if b"ISA" not in data or data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return
    start = data.index(b"ISA")
    places, at = [], start
    for piece in data[start:].split(b"~"):
        if piece.strip():
            places.append(at + len(piece) - len(piece.lstrip()))
        at += len(piece) + 1
    for one in found.diagnostics:
        if one.segment is not None and one.offset is not None and one.rule not in WITHIN:
            assert one.offset == places[one.segment - 1], one.rule


WITHIN = {"not-utf8", "nul-bytes"}  # point at the byte itself


@pytest.mark.parametrize("name", FAULTS_835)
def test_835(name: str) -> None:
    change, rules, touched = FAULTS_835[name]
    check(good_835(), change, rules, touched)


@pytest.mark.parametrize("name", FAULTS_837)
def test_837(name: str) -> None:
    change, rules, touched = FAULTS_837[name]
    check(good_837(), change, rules, touched)


ELSEWHERE = {
    # rules of the reader that another test breaks
    "not-x12": "test_reader",
    "file-unreadable": "test_tokens",
    "segment-cut": "test_tokens",
    "gs-control-repeated": "test_envelope",
    "payment-negative": "below",
}


def test_every_rule_of_the_reader_is_broken_here() -> None:
    """The rules that the reader's code and mappings name are in the catalogue, and each has its test."""
    root = Path(__file__).parents[1]
    sources = [
        *(root / "edi/x12").glob("*.py"),
        *(root / "edi/records").glob("*.py"),
        *(root / "mappings").glob("*.xml"),
    ]
    words = {
        word for path in sources for word in re.findall(r"""["']([a-z0-9]+(?:-[a-z0-9]+)+)["']""", path.read_text())
    }
    words |= {f"{level}-control-repeated" for level in ("isa", "gs", "st")}  # made up in the code
    named = words & shapes().rules.keys()
    covered = {rule for faults in (FAULTS_835, FAULTS_837) for _, rules, _ in faults.values() for rule in rules}
    assert named == covered | ELSEWHERE.keys()


def test_what_a_claim_without_header_was_paid_is_kept() -> None:
    """220.00 billed and 140.00 paid: the payment still balances, and no other claim gets the lines."""
    found = check(good_835(), replaced("CLP*R2*", ""), ["loop-without-parent"], {"R2"})
    headless = [row for row in found.table("remit_claim") if "control_number" not in row]
    assert [(row["charge_cents"], row["paid_cents"], row["patient_last"]) for row in headless] == [
        (22000, 14000, "DOE")
    ]
    assert [row["remit_claim_id"] for row in found.table("remit_line")].count(headless[0]["id"]) == 2
    assert all("remit_claim_id" in row for row in found.table("adjustment"))


def test_a_second_claim_of_a_subscriber_without_header_leaves_the_first_alone() -> None:
    segments = enclosed([*claims(["C1"]), *claim("C2", 3)[7:]], "837", "005010X222A1", "HC")
    found = read(written(segments))
    assert found.rules == ["loop-without-parent"]
    assert [row["control_number"] for row in found.table("claim")] == ["C1"]
    assert [row.get("claim_id") is None for row in found.table("service_line")] == [False, False, True, True]
    assert [row.get("claim_id") is None for row in found.table("diagnosis")] == [False, False, True, True]


def test_negative_payment_that_is_no_reversal() -> None:
    taken = ["CLP*R2*22*-220*-140*-35*12*ICNR2*11*1", "CLP*R3*1*-220*-140*-35*12*ICNR3*11*1"]
    body = [segment for claim_ in taken for segment in (claim_, "CAS*CO*45*-45", "CAS*PR*1*-35")]
    segments = enclosed(["BPR*I*-280*D*NON", "TRN*1*T*1", *body], "835", "005010X221A1", "HP")
    assert read(written(segments)).rules == ["payment-negative"]


def test_repeated_faults_are_capped_and_counted() -> None:
    names = [f"R{number}" for number in range(CAP + 50)]
    segments = [one.replace("DTM*050*20260312", "DTM*050*20261399") for one in remittance("EFT", names)]
    found = read(written(enclosed(segments, "835", "005010X221A1", "HP")))
    assert found.rules == ["date-unreadable"] * (CAP + 1)
    assert found.diagnostics[-1].value == "50"
    assert len(found.rows["remit_claim"]) == CAP + 50


def test_private_values_are_masked() -> None:
    segments = [one.replace("19580704", "1958O7O4") for one in good_837()]
    found = read(written(segments))
    assert {one.value for one in found.diagnostics} == {"9999X9X9"}
    assert {one.loop for one in found.diagnostics} == {"2010BA"}
    assert {one.element for one in found.diagnostics} == {"DMG02"}


def test_a_fault_names_its_transaction() -> None:
    segments = replaced("CAS*CO*45*25", "CAS*CO*45*X", nth=4)(good_835())
    assert isinstance(segments, list)
    found = read(written(segments), file_id=7)
    (one,) = found.diagnostics
    second = found.table("transaction_set")[1]
    assert one.transaction == second["id"] == 7 << 32 | second["first_segment"]
    assert segments[(one.segment or 0) - 1] == "CAS*CO*45*X"
