"""Files of others, checked: nothing stops the checker, and it finds what pyx12 finds by itself."""

from __future__ import annotations

import io
from collections import Counter
from functools import lru_cache
from pathlib import Path

import pytest

from edi.conformance import Checker, check_file
from tests.conformancefiles import RESOURCES, check, corpus_files, rules

DIFFERENT = {
    "genformai_test_parser_integration_string01.edi": -2,  # one segment outside every group: theirs says it three times
}


def test_the_corpus_never_stops_the_checker(shared: Path) -> None:
    """Every file of others gets an answer; damaged ones a finding; no file makes pyx12 fail unheard."""
    for path in corpus_files(shared):
        with path.open("rb") as stream:
            report = check_file(path.name, stream, RESOURCES)
        assert report.segments > 0
        assert "guide-check-failed" not in rules(report), path.name
        if path.parent.name == "broken":
            assert report.findings, path.name
        for answer in report.acks:
            assert check(answer).segments > 5


def test_the_worked_examples_conform(shared: Path) -> None:
    for path in sorted((shared / "domain" / "examples").glob("*.x12")):
        with path.open("rb") as stream:
            assert check_file(path.name, stream, RESOURCES).findings == []


def test_same_findings_as_pyx12_by_itself(shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where pyx12's own driver takes a file, ours counts the same errors, but for versions that we tolerate."""
    import pyx12.error_handler
    import pyx12.x12n_document

    from edi.conformance import guides

    theirs: Counter[str] = Counter()

    class Heard(pyx12.error_handler.err_handler):  # type: ignore[misc]
        def seg_error(self, *_: object) -> None:
            theirs["segment"] += 1

        def ele_error(self, _: str, text: str, *__: object) -> None:
            theirs["element"] += not text.endswith(("(GS08)", "(ST03)"))

    monkeypatch.setattr(pyx12.error_handler, "err_handler", Heard)
    original = pyx12.map_if.load_map_file
    load = lru_cache(lambda name: original(name, guides.parameters()))
    monkeypatch.setattr(pyx12.map_if, "load_map_file", lambda name, *_: load(name))
    compared = 0
    for path in corpus_files(shared):
        data = path.read_bytes()
        if not data.startswith(b"ISA") or b"\n " in data or len(data) > 100_000:
            continue  # pyx12 takes a byte order mark or an indented segment for an error
        if not data.rstrip().endswith((b"~", b"\x85")):
            continue  # pyx12 drops what follows the last terminator
        theirs.clear()
        try:
            fine = pyx12.x12n_document.x12n_document(guides.parameters(), io.StringIO(data.decode()), None, None)
        except Exception:
            continue
        if not theirs and not fine:
            continue  # refused, or at odds only about the envelope, which ours counts in its own way
        checker = Checker(RESOURCES)
        list(checker.check(io.BytesIO(data)))
        outer = (
            "guide-transaction-",
            "guide-group-",
            "guide-interchange-",
            "guide-read-as",
            "guide-more",
            "guide-envelope",
        )
        ours = sum(count for rule, count in checker.findings.counts.items() if not rule.startswith(outer))
        difference = ours - sum(theirs.values())
        assert difference == DIFFERENT.get(path.name, 0), path.name
        compared += 1
    assert compared > 50
