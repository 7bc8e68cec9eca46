"""A rule file that an office wrote: every fault is told in plain words with its line, and nothing sound is refused."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from lxml import etree

from edi.analysis.causes.ruleform import RuleForms, problems
from edi.cli import main
from edi.resources import Resources

GOOD = """<?xml version="1.0" encoding="UTF-8"?>
<rule id="X001" name="office-rule" cause="hidden-denial" rank="50">
  <what>An office's own rule.</what>
  <when reasons="45" states="denied" groups="CO"/>
  <require facts="whole-charge-written-off"/>
  <look facts="remark-absent"/>
  <why>It is known here.</why>
  <action>Ask.</action>
  <example name="written off" verdict="stated" line="1">
    <remit paid="20260402">CLP*X1*1*100*0*0*12*ICN1*11*1~ NM1*QC*1*DOE*JAN****MI*EHP000111~ SVC*HC:78452*100*0**1~
      DTM*472*20260305~ CAS*CO*45*100~</remit>
  </example>
</rule>
"""


def faults(folder: Path, **texts: str) -> list[tuple[str, int, str]]:
    (folder / "rules").mkdir()
    for name, text in texts.items():
        (folder / "rules" / f"{name}.xml").write_text(text, encoding="utf-8")
    return [(fault.path.stem, fault.line, fault.words) for fault in RuleForms(Resources(folder)).faults()]


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ('rank="50"', 'rank="high"', 2, 'rank="high" of <rule>: it must be a whole number from 1 on'),
        (' rank="50"', "", 2, '<rule> lacks its attribute "rank" (a whole number from 1 on)'),
        ('id="X001"', 'id="rule1"', 2, "capital letters and three or four digits, such as X101"),
        (
            'reasons="45"',
            'reason="45"',
            4,
            '<when> has no attribute "reason" (did you mean reasons?); it may have states, groups, reasons, remarks, '
            "statuses, roles",
        ),
        ('states="denied"', 'states="paid denid"', 4, 'states="denid" of <when>: it must be one of paid, reduced'),
        ('groups="CO"', 'groups="PR ZZ"', 4, 'groups="ZZ" of <when>: it must be one of CO, PR, OA, PI, CR'),
        (
            "<require ",
            "<requires ",
            5,
            "<rule> has no element <requires> (did you mean <require>?); it may have <what>",
        ),
        (' facts="remark-absent"', "", 6, '<look> lacks its attribute "facts"'),
        ("  <why>It is known here.</why>\n", "", 2, "<rule> lacks its <why>"),
        ("<action>Ask.</action>", "<why>Again.</why>", 8, "<why> stands a second time in <rule>"),
        ("<what>", "<why>First.</why><what>", 3, "<what> must stand before <why>"),
        ('verdict="stated"', 'verdict="maybe"', 9, "one of confirmed, likely, stated, contradicted, none"),
        ('paid="20260402"', 'paid="April"', 10, 'paid="April" of <remit>: it must be a date such as 20260402'),
        ("<when ", "loose <when ", 2, "<rule> holds text outside its elements"),
        ('cause="hidden-denial"', 'cause="hidden-denail"', 2, "no cause called 'hidden-denail' (did you mean hidden-"),
        ('reasons="45"', 'roles="skan"', 4, "there is no role called 'skan' (did you mean scan?)"),
        ("whole-charge-written-off", "written-off", 5, "there is no fact called 'written-off'"),
        ("</rule>", "", 14, "this is no well-formed XML"),
        ("X001", "R101", 2, "rule R101 is already in "),
    ],
)
def test_a_fault_is_told_in_plain_words(old: str, new: str, line: int, words: str, tmp_path: Path) -> None:
    assert old in GOOD
    told = faults(tmp_path, bad=GOOD.replace(old, new, 1))
    assert any(at == line and words in text for _, at, text in told), told


def test_a_sound_rule_has_no_fault_and_neither_has_ours(tmp_path: Path) -> None:
    assert faults(tmp_path, good=GOOD) == []
    checked = RuleForms(Resources())
    for path in checked.resources.list("rules", ".xml"):
        root: Any = etree.parse(str(path), etree.XMLParser(remove_comments=True)).getroot()
        assert list(problems(root, checked.allowed)) == [], path.name


def test_every_file_is_checked_and_every_fault_listed(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    for name, text in {
        "a": GOOD.replace("<what>", "<whta>").replace("</what>", "</whta>").replace('rank="50"', 'rank="0"'),
        "b": GOOD.replace("X001", "X002"),
        "c": GOOD.replace("X001", "X003").replace('"stated"', '"sure"'),
    }.items():
        (tmp_path / "rules" / f"{name}.xml").write_text(text, encoding="utf-8")
    done = CliRunner().invoke(main, ["rules", "check", str(tmp_path)])
    assert done.exit_code == 1
    lines = done.stdout.splitlines()
    assert [line.split(": ")[0].rpartition("/")[2] for line in lines[:-1]] == [
        "a.xml:2",
        "a.xml:2",
        "a.xml:3",
        "c.xml:9",
    ]
    assert lines[-1] == "Faults: 4, files: 2. The examples run when these are put right."


def test_what_is_no_rule_at_all_is_told(tmp_path: Path) -> None:
    (tmp_path / "rules" / "a.xml").mkdir(parents=True)
    (tmp_path / "rules" / "b.xml").write_text("", encoding="utf-8")
    told = [(fault.path.name, fault.words) for fault in RuleForms(Resources(tmp_path)).faults()]
    assert told == [
        ("a.xml", "this cannot be read as a file"),
        ("b.xml", "this is no well-formed XML: Document is empty"),
    ]


def test_a_folder_without_rules_and_an_example_without_content_are_told(tmp_path: Path) -> None:
    def check() -> tuple[int, str]:
        done = CliRunner().invoke(main, ["rules", "check", str(tmp_path)])
        return done.exit_code, done.stdout

    assert check() == (1, f"There is no rule to check: {tmp_path / 'rules'} holds no file that ends in .xml.\n")
    (tmp_path / "rules").mkdir()
    text = GOOD.replace("CLP*X1*1*100*0*0*12*ICN1*11*1~", "")
    (tmp_path / "rules" / "X001-office-rule.xml").write_text(text, encoding="utf-8")
    code, told = check()
    assert code == 1
    assert "X001-office-rule.xml:9: X001, example 'written off': it holds neither a claim (CLM) nor an answer" in told


def broken() -> Iterator[tuple[str, Any]]:
    """The good rule, changed in one place: each attribute and element dropped, doubled, renamed, emptied or moved."""
    good: Any = etree.fromstring(GOOD.encode())
    for number, element in enumerate(list(good.iter())):
        for name in list(element.attrib):
            for what, value in (
                ("dropped", None),
                ("emptied", ""),
                ("other", "?!"),
                ("number", "7"),
                ("words", "CO CO"),
            ):
                root = copy.deepcopy(good)
                chosen = list(root.iter())[number]
                del chosen.attrib[name]
                if value is not None:
                    chosen.set(name, value)
                yield f"{element.tag} {name} {what}", root
        root = copy.deepcopy(good)
        list(root.iter())[number].set("unknown", "1")
        yield f"{element.tag} with one more", root
        if element.getparent() is None:
            continue
        for what in ("dropped", "doubled", "renamed", "last", "first", "with text", "with a child"):
            root = copy.deepcopy(good)
            chosen = list(root.iter())[number]
            parent = chosen.getparent()
            if what == "dropped":
                parent.remove(chosen)
            elif what == "doubled":
                parent.append(copy.deepcopy(chosen))
            elif what == "renamed":
                chosen.tag = "other"
            elif what == "last":
                parent.append(chosen)
            elif what == "first":
                parent.insert(0, chosen)
            elif what == "with text":
                chosen.text = "some text"
            else:
                chosen.append(etree.Element("what"))
            yield f"{element.tag} {what}", root


def test_the_words_and_the_schema_refuse_the_same() -> None:
    checked = RuleForms(Resources())
    refused = 0
    for what, root in broken():
        told = [words for _, words in problems(root, checked.allowed)]
        assert bool(told) == (not checked.schema.validate(root)), (what, told)
        refused += bool(told)
    assert refused > 50
