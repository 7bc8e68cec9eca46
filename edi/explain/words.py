"""What a rule, a cause or a code is, from the data files and from what an office loaded."""

from __future__ import annotations

from typing import Any

from edi.analysis.causes.rules import Rule, load_rules
from edi.analysis.facts import FACTS
from edi.analysis.reference import Loaded, Reference, load_reference
from edi.explain.answer import Answer
from edi.resources import Resources


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
        answer.add(
            "A denial", "yes" if cause.denial == "yes" else "no: nothing is denied, the money is expected or waits"
        )
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
            answer.add(
                "Kind", f"{known.kind}, {known.category.replace('_', ' ')}; the group, the remarks and our claim decide"
            )
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
            if family.role == "tracer":
                years = ", ".join(_dollars(row) for row in self.resources.rows("codes/opps_threshold.csv"))
                answer.add(
                    "Paid by itself in a hospital",
                    f"where its mean cost a day is above {years}; other years are not known here. "
                    "The status in Addendum B decides (edi reference load DB opps FILE).",
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


def _dollars(row: dict[str, str]) -> str:
    return f"${row['dollars']} in {row['year']}"


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
            ("on:", when.roles),
        )
        if values
    ]
    return ", ".join(parts) or f"the line is {' or '.join(sorted(when.states))}"
