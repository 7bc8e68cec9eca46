"""The catalogue of what can be wrong, and how it is noted."""

from __future__ import annotations

from edi.resources import Resources
from edi.x12.diagnostic import CAP, Notes, catalogue, masked


def test_every_rule_says_what_why_and_what_to_do() -> None:
    rules = catalogue(Resources())
    assert len(rules) > 50
    for name, rule in rules.items():
        assert rule.level in ("info", "warning", "error"), name
        assert rule.message.endswith("."), name
        assert rule.why, name
        assert rule.action, name
        assert rule.message.format(value="", expected=""), name


def test_masks_keep_the_shape() -> None:
    assert masked("1958O7-ÄB 3") == "9999X9-XX 9"


def test_notes_are_in_file_order_and_capped() -> None:
    notes = Notes(catalogue(Resources()), lambda number: number * 10)
    for number in range(CAP + 5, 0, -1):
        notes.note("segment-unexpected", number, value="XYZ")
    notes.note("nul-bytes", 3)
    found = notes.diagnostics()
    assert len(found) == CAP + 2
    assert [one.segment for one in found[:-1]] == sorted(one.segment or 0 for one in found[:-1])
    assert found[-1].value == "5"
    assert found[-1].message.startswith("5 more")
    assert found[0].offset == (found[0].segment or 0) * 10


def test_braces_in_a_value_are_harmless() -> None:
    notes = Notes(catalogue(Resources()), lambda _: None)
    notes.note("segment-unexpected", 1, value="{0}{value}{x.y}")
    assert "{0}{value}{x.y}" in notes.diagnostics()[0].message
