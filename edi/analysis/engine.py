"""The whole analysis of one group: claims and remittances in, rows, links and findings out. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from edi.analysis import episodes
from edi.analysis.causes.findings import Finding
from edi.analysis.causes.judge import Judge
from edi.analysis.causes.rules import RuleIndex, load_rules
from edi.analysis.linking.claim_link import link_claims
from edi.analysis.linking.ladder import Ladder, load_ladder
from edi.analysis.model import Claim, RemitClaim
from edi.analysis.outcomes.case_rows import CaseOutcomes
from edi.analysis.outcomes.outcome import Outcome
from edi.analysis.reference import Loaded, Reference, load_reference
from edi.analysis.subject import PayerHabits
from edi.resources import Resources


@dataclass(slots=True)
class Result:
    """What became of one group. `ambiguous`: remittances (CLP ids) that fit several claims."""

    rows: list[Outcome] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    ambiguous: dict[int, list[Claim]] = field(default_factory=dict)


class Engine:
    """Everything that is the same for every group: the ladder, the code tables, the rules, the payers' habits.

    `loaded`: the rows of the reference tables that an office loaded, by name.
    """

    def __init__(self, resources: Resources, habits: PayerHabits | None = None, loaded: Loaded | None = None) -> None:
        self.ladder: Ladder = load_ladder(resources)
        self.reference: Reference = load_reference(resources, loaded)
        self.rules = RuleIndex(load_rules(resources))
        self.judge = Judge(self.rules, self.reference, habits or PayerHabits())

    def analyse(self, claims: Iterable[Claim], remits: Iterable[RemitClaim]) -> Result:
        """Link, net and explain one group (see `grouping`)."""
        linked = link_claims(claims, remits, self.ladder)
        result = Result(ambiguous=linked.ambiguous)
        tiers = self.ladder.line
        for case in linked.cases:
            result.rows += CaseOutcomes(case, tiers, self.reference).outcomes()
        result.rows.sort(key=row_order)
        episodes.assign(result.rows, self.reference)
        result.findings = self.judge.findings(result.rows)
        return result


def row_order(row: Outcome) -> tuple[str | int, ...]:
    """Rows in an order that content alone decides."""
    claim = row.claim
    return (
        claim.control_number or "",
        claim.kind or "~",
        claim.submitted_key or "",
        row.kind or "~",
        row.line.line_number if row.line else 9999,
        row.code or "",
        row.service_date or "",
        row.charge,
    )
