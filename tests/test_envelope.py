"""The envelope's state machine, without any file around it. What a broken file says is in test_mutations."""

from __future__ import annotations

from edi.records import mapping
from edi.x12.diagnostic import Notes
from edi.x12.envelope import Envelope
from tests.goodfiles import enclosed, good_835, good_837, remittance, written
from tests.reading import read


def told(*segments: str) -> list[str]:
    notes = Notes(mapping.load().rules, lambda _: None)
    envelope = Envelope(notes)
    for number, segment in enumerate(segments, 1):
        elements = segment.split("*")
        if elements[0] in ("ISA", "GS", "ST") and envelope.transaction is not None:
            envelope.lost(number)
        getattr(envelope, elements[0].lower())(elements, number)
    envelope.end(len(segments))
    return sorted(found.rule for found in notes.diagnostics())


ISA = "ISA" + "*" * 13 + "1"
GS = "GS******7"


def test_a_right_envelope_says_nothing() -> None:
    assert told(ISA, GS, "ST*835*1", "SE*2*1", "ST*835*2", "SE*2*2", "GE*2*7", "IEA*1*1") == []


def test_control_numbers_may_come_again_in_another_group() -> None:
    group = (GS, "ST*835*1", "SE*2*1", "GE*1*7")
    assert told(ISA, *group, "IEA*1*1", ISA + "2", *group, "IEA*1*12") == []
    assert told(ISA, *group, *group, "IEA*2*1") == ["gs-control-repeated"]


def test_what_is_open_at_the_end_is_one_fault() -> None:
    assert told(ISA, GS, "ST*835*1") == ["file-truncated"]
    assert told(ISA, GS, "ST*835*1", "SE*2*1") == ["file-truncated"]
    assert told(ISA, GS, "ST*835*1", "SE*2*1", "GE*1*7") == ["iea-missing"]
    assert told(GS, "ST*835*1", "SE*2*1") == ["ge-missing"]


def test_trailers_alone() -> None:
    assert told(ISA, "SE*2*1", "GE*1*7", "IEA*0*1") == ["trailer-alone", "trailer-alone"]


def test_short_segments_do_not_raise() -> None:
    assert told("ISA", "GS", "ST", "SE", "GE", "IEA") == ["ge-count", "iea-count", "se-count"]


def test_transaction_rows_hold_the_envelope() -> None:
    found = read(written(good_837()), file_id=3)
    one, two = found.table("transaction_set")
    assert one == {
        "id": 3 << 32 | 3,
        "file_id": 3,
        "set_code": "837P",
        "guide": "005010X222A1",
        "transaction_control": "0001",
        "first_segment": 3,
        "last_segment": 65,
        "imported": 1,
        "sender_id": "SENDER",
        "receiver_id": "RECEIVER",
        "interchange_date": "2026-04-01",
        "interchange_time": "1015",
        "interchange_control": "000000011",
        "group_sender": "SENDER",
        "group_receiver": "RECEIVER",
        "group_date": "2026-04-01",
        "group_control": "11",
        "purpose": "00",
        "reference": "0001",
        "created_date": "2026-03-10",
        "created_time": "1015",
        "claim_or_encounter": "CH",
    }
    assert two["first_segment"] == one["last_segment"] + 1
    assert found.finished == [one["id"], two["id"]]


def test_other_sets_are_named_and_left_alone() -> None:
    acknowledgment = enclosed(["AK1*HC*1*005010X222A1", "AK9*A*1*1*1"], "999", "005010X231A1", "FA")
    found = read(written(good_835() + acknowledgment))
    assert found.rules == ["isa-control-repeated"]
    assert found.reading.transactions == {"835": 2, "999": 1}
    assert found.reading.ignored["999"] == 2
    assert [row["imported"] for row in found.table("transaction_set")] == [1, 1, 0]
    assert found.reading.interchanges == 2


def test_st03_wins_over_gs08_and_unknown_guides_go_by_st01_and_content() -> None:
    def code(guide: str, st: str, body: list[str]) -> tuple[str, list[str]]:
        segments = enclosed(body, st, guide, "HP")
        segments = [one.replace(f"ST*{st}*0001*{guide}", f"ST*{st}*0001") for one in segments]
        found = read(written(segments))
        return found.table("transaction_set")[0]["set_code"], found.rules

    assert code("005010X221A1", "835", remittance()) == ("835", [])
    assert code("5010", "835", remittance()) == ("835", ["guide-unknown"])
    assert code("999999X999X9", "837", ["LX*1", "SV2*0300*HC:1*1*UN*1"])[0] == "837I"
    assert code("999999X999X9", "837", ["LX*1", "SV3*AD:1*1"]) == ("837D", [])
    assert code("005010X224A2", "837", ["LX*1", "SV3*AD:1*1"]) == ("837D", [])
    assert code("", "277", ["BHT*1"]) == ("277", [])
    assert code("005010X214", "277", ["BHT*1"]) == ("277CA", [])
    assert code("", "850", ["BEG*1"]) == ("850", [])
    mixed = [one.replace("ST*837*0001*005010X222A1", "ST*837*0001*005010X223A2") for one in good_837()]
    assert [row["set_code"] for row in read(written(mixed)).table("transaction_set")] == ["837I", "837P"]
