"""A colleague's answer to "what is this?": a rule, a cause, a code, a finding, a claim, a link.

In: what a person typed, the data files, and a database where the question is about one. Out: an Answer, which prints as
text and as JSON. Nothing is decided here: it tells what the rules and the analysis know.
"""

from __future__ import annotations

import json
import textwrap
from dataclasses import dataclass, field
from typing import Any

from edi.analysis.causes.rules import Rule, load_rules
from edi.analysis.facts import FACTS
from edi.analysis.linking.ladder import load_ladder
from edi.analysis.reference import Loaded, Reference, load_reference
from edi.resources import Resources
from edi.store.database import Database
from edi.store.rowsets import money

WIDTH = 100
_WEIGHTS = {
    "for": "Speaks for it",
    "against": "Speaks against it",
    "context": "Also seen",
    "not-checked": "Not checked",
}


@dataclass(slots=True)
class Answer:
    """A title and sections of lines. `data` is the same for programs."""

    title: str
    sections: list[tuple[str, list[str]]] = field(default_factory=list)
    data: dict[str, Any] = field(default_factory=dict)

    def add(self, heading: str, *lines: str | None) -> None:
        kept = [line for line in lines if line]
        if kept:
            self.sections.append((heading, kept))

    def text(self) -> str:
        out = [self.title, ""]
        for heading, lines in self.sections:
            out.append(heading)
            for line in lines:
                out += textwrap.wrap(line, WIDTH, initial_indent="  ", subsequent_indent="    ") or [""]
            out.append("")
        return "\n".join(out).rstrip() + "\n"


class Explainer:
    """Answers questions from the data files, and from the reference data that an office loaded, where it is given."""

    def __init__(self, resources: Resources, loaded: Loaded | None = None) -> None:
        self.resources = resources
        self.reference: Reference = load_reference(resources, loaded)
        self.rules: list[Rule] = load_rules(resources)

    def word(self, word: str) -> Answer | None:
        """What a rule, cause or code is; None when the word is none of them."""
        rule = next((r for r in self.rules if word.upper() == r.id or word.lower() == r.name), None)
        if word.lower() in self.reference.causes:
            return self.cause(word.lower())
        if rule is not None:
            return self.rule(rule)
        return self.code(word)

    def rule(self, rule: Rule) -> Answer:
        cause = self.reference.causes.get(rule.cause)
        answer = Answer(f"{rule.id} {rule.name}", data={"rule": rule.id, "name": rule.name, "cause": rule.cause})
        answer.add("What", rule.what)
        answer.add("Cause", f"{rule.cause}: {cause.title}" if cause else rule.cause)
        answer.add("The payer shows it as", *(_when(when) for when in rule.when))
        answer.add("Needed", *map(_fact, rule.require))
        answer.add("Excluded by", *map(_fact, rule.exclude))
        for heading, groups in (
            ("Confirmed by", rule.confirm),
            ("Made likely by", rule.support),
            ("Contradicted by", rule.contradict),
        ):
            answer.add(heading, *(" and: ".join(_fact(name) for name in names) for names in groups))
        answer.add("Also looked at", *map(_fact, rule.look))
        answer.add("Why", rule.why)
        answer.add("What to do", rule.action or (cause.next_step if cause else None))
        answer.add("Examples", *(f"{example.verdict}: {example.name}" for example in rule.examples))
        answer.add("Written in", rule.path)
        answer.data |= {"what": rule.what, "why": rule.why, "action": rule.action, "path": rule.path}
        return answer

    def cause(self, name: str) -> Answer:
        cause = self.reference.causes[name]
        rules = [rule for rule in self.rules if rule.cause == name]
        answer = Answer(f"{name}: {cause.title}")
        answer.add("A denial", {"yes": "yes", "no": "no: an expected zero or a figure"}.get(cause.denial, cause.denial))
        answer.add("Preventable", cause.preventable)
        answer.add("Usually worked by", cause.owner)
        answer.add("What to do", cause.next_step)
        answer.add("Rules that find it", *(f"{rule.id} {rule.name}: {rule.what}" for rule in rules))
        answer.data = {
            "cause": name,
            "title": cause.title,
            "denial": cause.denial,
            "owner": cause.owner,
            "preventable": cause.preventable,
            "next_step": cause.next_step,
            "rules": [rule.id for rule in rules],
        }
        return answer

    def code(self, word: str) -> Answer | None:
        """A reason code (197, CO-197), a remark code (N115), a code of the 78452 family."""
        typed = word.upper().strip()
        group, _, reason = typed.rpartition("-")
        reference = self.reference
        if (known := reference.reasons.get(reason)) and group in ("", "CO", "PR", "OA", "PI", "CR"):
            answer = Answer(f"Reason code {typed}: {known.meaning}")
            answer.add("Kind", f"{known.kind} ({known.category}); the group, the remarks and our claim decide")
            if known.needs_remark:
                answer.add("Note", "The payer must send a remark code with it that is no alert.")
            rules = [r for r in self.rules if any(reason in w.reasons for w in r.when)]
            answer.add("Rules that it calls up", *(f"{r.id} {r.name} ({r.cause})" for r in rules))
            answer.data = {"code": typed, "meaning": known.meaning, "kind": known.kind, "rules": [r.id for r in rules]}
            return answer
        if remark := reference.remarks.get(typed):
            answer = Answer(f"Remark code {typed}: {remark.meaning}")
            answer.add("Kind", "alert: tells something, never explains money" if remark.alert else remark.kind)
            answer.add("Element it names", reference.remark_elements.get(typed))
            rules = [r for r in self.rules if any(typed in w.remarks for w in r.when)]
            answer.add("Rules that it calls up", *(f"{r.id} {r.name} ({r.cause})" for r in rules))
            answer.data = {
                "code": typed,
                "meaning": remark.meaning,
                "alert": remark.alert,
                "rules": [r.id for r in rules],
            }
            return answer
        if family := reference.family.get(typed):
            answer = Answer(f"{typed}: {family.label}")
            answer.add("Part it plays", family.role)
            answer.add(
                "OPPS status", *(f"{d.value} from {d.start} to {d.end or 'now'}" for d in reference.opps.get(typed, ()))
            )
            answer.add(
                "Units a day (MUE)",
                *(
                    f"{setting}: {d.value}"
                    for (setting, code), rows in reference.mues.items()
                    if code == typed
                    for d in rows
                ),
            )
            inside = sorted(two for (_, one, two) in reference.pairs if one == typed)
            around = sorted(one for (_, one, two) in reference.pairs if two == typed)
            answer.add("NCCI pairs: takes in", " ".join(dict.fromkeys(inside)))
            answer.add("NCCI pairs: is taken in by", " ".join(dict.fromkeys(around)))
            answer.data = {
                "code": typed,
                "role": family.role,
                "label": family.label,
                "column1_of": inside,
                "column2_of": around,
            }
            return answer
        return None


def _fact(name: str) -> str:
    return f"{FACTS[name].what} [{name}]"


def _when(when: Any) -> str:
    parts = [
        f"{label} {' '.join(sorted(values))}"
        for label, values in (
            ("group", when.groups),
            ("reason", when.reasons),
            ("remark", when.remarks),
            ("claim status", when.statuses),
            ("on a", when.roles),
        )
        if values
    ]
    return ", ".join(parts) or f"the line is {' or '.join(sorted(when.states))}"


def finding(database: Database, name: str) -> Answer | None:
    """What happened to one line, what was looked at, for and against, what to do, where in the files."""
    row = _one(database, "SELECT * FROM finding WHERE id = ? AND is_primary = 1", name)
    if row is None:
        return None
    answer = Answer(f"{row['id']}: {row['title']} ({row['verdict']})", data={"finding": name})
    line = f"line {row['line_number']}, {row['procedure']}" if row["line_number"] else "the claim as a whole"
    codes = [f"{g}-{r}" for g, r in zip(json.loads(row["group_codes"]), json.loads(row["reason_codes"]), strict=False)]
    answer.add(
        "What happened",
        f"Claim {row['control_number']}, {line}, {row['service_date']}, {row['payer']}.",
        f"Denied: {money(row['denied_cents'])}.",
        f"The payer's codes: {' '.join(codes) or 'none'} {' '.join(json.loads(row['remark_codes']))}".rstrip(),
        None if row["open"] else "Closed: the line was paid or replaced since.",
        f"It follows from finding {row['depends_on']}." if row["depends_on"] else None,
    )
    query = (
        "SELECT e.*, f.path FROM evidence e LEFT JOIN file f ON f.id = e.file_id WHERE finding_id = ? ORDER BY position"
    )
    seen = _many(database, query, name)
    for weight, heading in _WEIGHTS.items():
        answer.add(heading, *(_evidence(one) for one in seen if one["weight"] == weight))
    answer.add("Why", row["why"])
    if row["recoverable_cents"] is not None:
        answer.add("Worth", f"about {money(row['recoverable_cents'])} by this payer's usual allowed amount")
    answer.add("Next step", row["action"])
    query = "SELECT rule, cause, verdict FROM finding WHERE id LIKE ? || '.%' AND is_primary = 0"
    also = (f"also fits: {other['rule']} {other['cause']} {other['verdict']}" for other in _many(database, query, name))
    answer.add("Rule", f"{row['rule']} ({row['cause']})", *also)
    answer.data |= {k: row[k] for k in row if not k.endswith("_codes")} | {"evidence": seen}
    return answer


def _evidence(row: dict[str, Any]) -> str:
    where = f" ({row['path']}#{row['segment']})" if row["path"] else ""
    value = f": {row['value']}" if row["value"] else ""
    return f"[{row['side']}] {row['what'].removeprefix('not checked: ')}{value}{where}"


def link(database: Database, resources: Resources, word: str) -> Answer | None:
    """The ladder for the links of a control number, or for one link's id: keys of both sides, and where it stopped."""
    rows = _many(
        database,
        "SELECT l.*, o.control_number, o.procedure, rc.control_number AS theirs_number FROM link l "
        "JOIN outcome o ON o.id = l.outcome_id JOIN remit_claim rc ON rc.id = l.remit_claim_id "
        "WHERE o.control_number = ? OR CAST(l.id AS TEXT) = ? ORDER BY l.outcome_id, l.position",
        word,
        word,
    )
    if not rows:
        return None
    ladder = load_ladder(resources)
    answer = Answer(f"How {word} was linked", data={"links": rows})
    for row in rows:
        ours, theirs = json.loads(row["ours"] or "{}"), json.loads(row["theirs"] or "{}")
        lines = [
            f"{key}: ours {_shown(ours.get(key))}, theirs {_shown(theirs.get(key))} - "
            f"{'agree' if ours.get(key) == theirs.get(key) else 'differ'}"
            for key in dict.fromkeys([*ours, *theirs])
        ]
        steps = []
        for tier in (t for t in ladder.tiers if t.level == row["level"]):
            reached = tier.name == row["tier"]
            steps.append(f"{'->' if reached else '  '} {tier.name}: {tier.meaning}")
            if reached:
                break
        heading = f"Link {row['id']}: {row['procedure'] or 'claim'}, tier {row['tier']} ({row['status']})"
        answer.add(heading, *lines, *steps)
    return answer


def _shown(value: Any) -> str:
    return "-" if value in (None, "", []) else " ".join(value) if isinstance(value, list) else str(value)


def _many(database: Database, query: str, *values: Any) -> list[dict[str, Any]]:
    cursor = database.connection.execute(query, values)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def _one(database: Database, query: str, *values: Any) -> dict[str, Any] | None:
    return next(iter(_many(database, query, *values)), None)
