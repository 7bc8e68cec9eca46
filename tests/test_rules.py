"""Every rule: its examples are its tests, its name and facts are sound, every cause has one, a broken one is named."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from edi import rulecheck
from edi.analysis.causes.rules import DENIALS, Calling, Example, Rule, When, called, load_rules
from edi.analysis.engine import Engine
from edi.analysis.facts import FACTS
from edi.cli import main
from edi.records import mapping
from edi.resources import ResourceError, Resources
from tests.shipped import engine, mappings

PAID_LINES = {"sequestration", "payment-rule-reduction", "underpaid"}  # causes of lines that are paid
UNEXPLAINED = "unexplained"  # what the engine says where no rule fits
FACT_TAGS = ("require", "exclude", "look")
GROUPS = ("confirm", "support", "contradict")


RULES = load_rules(Resources())
EXAMPLES = [(rule, example) for rule in RULES for example in rule.examples]


def facts_of(rule: Rule) -> set[str]:
    alone = {name for tag in FACT_TAGS for name in getattr(rule, tag)}
    return alone | {name for group in GROUPS for names in getattr(rule, group) for name in names}


# ---- examples


@pytest.mark.parametrize(("rule", "example"), [pytest.param(r, e, id=f"{r.id}-{e.name}") for r, e in EXAMPLES])
def test_example(rule: Rule, example: Example) -> None:
    assert rulecheck.run(rule, example, engine(), mappings()) is None


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_shows_when_it_fits_and_when_it_must_not(rule: Rule) -> None:
    """A confirmed example where examples can confirm, another verdict where the rule has one, and one that must not
    match. Rules on paid lines have no findings, so that they can only show what they must not touch."""
    verdicts = {example.verdict for example in rule.examples}
    assert "none" in verdicts
    if rule.cause in PAID_LINES:
        return
    here = [names for names in rule.confirm if not any(_needs_an_office(name) for name in names)]
    assert not here or "confirmed" in verdicts
    if engine().reference.causes[rule.cause].denial == "no":  # the state of the row says it all
        return
    always_confirmed = any(set(names) <= set(rule.require) for names in here)
    assert verdicts - {"none", "confirmed"} or (always_confirmed and not rule.contradict)


def _needs_an_office(name: str) -> bool:
    """Whether a fact holds only with reference data or a payer's history, which examples do not have."""
    words = ("payer-", "approval", "-contract", "-list", "limit", "fee", "eligibility", "network", "required", "habit")
    return FACTS[name].side in ("reference", "history") and any(word in name for word in words)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_names_of_examples_are_unique(rule: Rule) -> None:
    names = [example.name for example in rule.examples]
    assert len(names) == len(set(names))


def test_an_example_that_does_not_hold_is_reported() -> None:
    rule = next(rule for rule in RULES if rule.id == "R101")
    wrong = Example("wrong", "stated", 1, rule.examples[0].parts)
    assert rulecheck.run(rule, wrong, engine(), mappings()) == "the verdict is confirmed, not stated"
    absent = Example("absent", "none", 1, rule.examples[0].parts)
    assert "should not be" in (rulecheck.run(rule, absent, engine(), mappings()) or "")


# ---- names, files, causes, facts


def test_ids_and_names_are_unique_and_name_the_file() -> None:
    assert len({rule.id for rule in RULES}) == len({rule.name for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert Path(rule.path).name == f"{rule.id}-{rule.name}.xml"


def test_every_cause_has_a_rule_and_every_rule_a_cause() -> None:
    known, used = set(engine().reference.causes), {rule.cause for rule in RULES}
    assert used <= known
    assert known - used <= {UNEXPLAINED}
    assert UNEXPLAINED not in used


def test_every_fact_is_used() -> None:
    used = {name for rule in RULES for name in facts_of(rule)}
    assert set(FACTS) - used == set()


def test_every_fact_says_what_it_sees_in_one_sentence() -> None:
    for fact in FACTS.values():
        assert fact.side in ("837", "835", "history", "reference"), fact.name
        assert fact.what[0].isupper() or fact.what[0].isdigit(), fact.name
        assert len(fact.what) <= 120, fact.name


def test_codes_that_call_rules_up_are_in_our_lists() -> None:
    reference = engine().reference
    for rule in RULES:
        for when in rule.when:
            assert when.reasons <= set(reference.reasons), (rule.id, when.reasons - set(reference.reasons))
            assert when.remarks <= set(reference.remarks), (rule.id, when.remarks - set(reference.remarks))
            assert when.roles <= {known.role for known in reference.family.values()}, (rule.id, when.roles)


def test_alerts_never_call_a_denial_up_alone() -> None:
    reference = engine().reference
    for rule in RULES:
        for when in rule.when:
            if when.remarks and not when.reasons and not rule.require and when.states & DENIALS:
                alerts = {code for code in when.remarks if reference.is_alert(code)}
                assert not alerts, (rule.id, alerts)


def test_contradictions_and_confirmations_do_not_rest_on_the_same_facts() -> None:
    for rule in RULES:
        assert not set(rule.confirm) & set(rule.contradict), rule.id


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_texts_are_plain(rule: Rule) -> None:
    for text in (rule.what, rule.why, rule.action or ""):
        assert not re.search(r"[\u2014\u2013\u201c\u201d]|TODO", text)
        assert not text or text[0].isupper()
        assert not text or text.endswith(".")


def test_expected_zeroes_are_never_recoverable() -> None:
    causes = engine().reference.causes
    for rule in RULES:
        if causes[rule.cause].denial == "no" and rule.cause not in ("underpaid", "no-response", "pending"):
            assert not rule.recoverable, rule.id


def test_codes_call_up_every_rule_that_listens_to_them_best_first() -> None:
    for rule in RULES:
        for when in rule.when:
            reasons = frozenset((group, reason) for group in when.groups or {"CO"} for reason in when.reasons or {"1"})
            role, status = (min(chosen, default="") for chosen in (when.roles, when.statuses))
            for state in when.states:
                chosen = called(RULES, Calling(state, role, status, reasons, when.remarks))
                assert rule in chosen, rule.id
                assert [one.rank for one in chosen] == sorted(one.rank for one in chosen)


@pytest.mark.parametrize(
    "other",
    [
        {"state": "paid"},
        {"role": "scan"},
        {"status": "1"},
        {"reasons": frozenset({("PR", "96")})},
        {"reasons": frozenset({("CO", "97")})},
        {"remarks": frozenset({"N2"})},
    ],
)
def test_a_rule_that_listens_to_something_else_is_not_called(other: dict[str, Any]) -> None:
    when = When(*(frozenset(words) for words in (["denied"], ["CO"], ["96"], ["N1"], ["4"], ["tracer"])))
    rules = (replace(RULES[0], when=(when,)),)
    calling = Calling("denied", "tracer", "4", frozenset({("CO", "96")}), frozenset({"N1"}))
    assert called(rules, calling) == rules
    assert called(rules, calling._replace(**other)) == ()


# ---- an office's own rules


GOOD = """<?xml version="1.0" encoding="UTF-8"?>
<rule id="X001" name="office-rule" cause="hidden-denial" rank="50">
  <what>An office's own rule.</what>
  <when reasons="45"/>
  <require facts="whole-charge-written-off"/>
  <why>It is known here.</why>
  <example name="written off" verdict="stated">
    <remit>CLP*X1*1*100*0*0*12*ICN1*11*1~ NM1*QC*1*DOE*JAN****MI*EHP000111~ SVC*HC:78452*100*0**1~
      DTM*472*20260305~ CAS*CO*45*100~</remit>
  </example>
</rule>
"""


def overlay(folder: Path, text: str) -> Resources:
    (folder / "rules").mkdir(exist_ok=True)
    (folder / "rules" / "X001-office-rule.xml").write_text(text, encoding="utf-8")
    return Resources(folder)


def test_an_office_adds_a_rule(tmp_path: Path) -> None:
    resources = overlay(tmp_path, GOOD)
    rules = [rule for rule in load_rules(resources) if rule.id == "X001"]
    assert len(rules) == 1
    assert list(rulecheck.check(rules, Engine(resources), mapping.load(resources))) == []


@pytest.mark.parametrize(
    ("old", "new", "line", "word"),
    [
        ('rank="50"', 'rank="high"', 2, "high"),
        ('facts="whole-charge-written-off"', 'facts="no-such-fact"', 5, "no-such-fact"),
        ('facts="whole-charge-written-off"', 'fact="whole-charge-written-off"', 5, "require"),
        ("<why>", "<wy>", 6, "wy"),
        ('cause="hidden-denial"', 'cause="hidden-denail"', 2, "there is no cause called 'hidden-denail'"),
        ('<when reasons="45"/>', '<when reasons="45" roles="skan"/>', 4, "there is no role called 'skan'"),
        ("</rule>", "", 12, "rule"),
        ('<when reasons="45"/>', "", None, "when"),  # the schema's own words place these two somewhere in the rule
        ('verdict="stated"', 'verdict="maybe"', None, ""),
    ],
)
def test_a_broken_rule_names_its_file_and_line(tmp_path: Path, old: str, new: str, line: int | None, word: str) -> None:
    resources = overlay(tmp_path, GOOD.replace(old, new))
    with pytest.raises(ResourceError) as raised:
        load_rules(resources)
    message = str(raised.value)
    assert "X001-office-rule.xml:" in message
    found = int(message.split("X001-office-rule.xml:")[1].split(":")[0])
    assert found == line if line else 1 <= found <= 12
    assert word in message


def test_the_command_names_file_and_line_of_an_example_that_fails(tmp_path: Path) -> None:
    overlay(tmp_path, GOOD.replace('verdict="stated"', 'verdict="confirmed"'))
    done = CliRunner().invoke(main, ["rules", "check", str(tmp_path)])
    assert done.exit_code == 1
    file = tmp_path / "rules" / "X001-office-rule.xml"
    assert f"{file}:7: X001, example 'written off': the verdict is stated, not confirmed" in done.stdout


def test_a_number_used_twice_is_refused(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "R101-again.xml").write_text(GOOD.replace("X001", "R101"), encoding="utf-8")
    with pytest.raises(ResourceError, match="R101 is already in"):
        load_rules(Resources(tmp_path))
