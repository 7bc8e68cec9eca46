"""What a person settled is the first rung of both ladders, and `edi explain` shows on which rung a link stands."""

from __future__ import annotations

from pathlib import Path

from edi.analysis.linking.claim_link import link_claims
from edi.analysis.linking.ladder import load_ladder
from edi.analysis.linking.line_link import link_lines
from edi.resources import Resources
from tests.build import answer, claim, line, svc
from tests.edifiles import Case
from tests.queuefiles import SCAN, TRACER, claims, edi, remits

SVC, LX = 14, 22  # segments of the small files
LADDER = load_ladder(Resources())


def test_settled_is_the_first_rung_of_both_ladders() -> None:
    assert LADDER.claim[0] == ("settled", ("settled",))
    assert LADDER.line[0] == ("settled", ("settled",))


def test_a_settled_remittance_goes_to_its_claim_whatever_its_number_says() -> None:
    one, other = claim("A1", line("78452", 1450)), claim("A2", line("78452", 1450), member_id="M2")
    theirs = answer("A1", svc("78452", 1450, 0))
    theirs.settled = other.id
    linked = link_claims([one, other], [theirs], LADDER)
    assert [(case.claim.control_number, [a.tier for a in case.answers]) for case in linked.cases] == [
        ("A1", []),
        ("A2", ["settled"]),
    ]


def test_what_follows_a_settled_remittance_follows_it() -> None:
    """Its payer control number is known now: the reversal needs no match of its own."""
    ours = claim("A1", line("78452", 1450))
    theirs = answer("X9", svc("78452", 1450, 500), payer_control_number="ICN9")
    later = answer("X9", svc("78452", -1450, -500), status="22", payer_control_number="ICN9")
    theirs.settled = ours.id
    linked = link_claims([ours], [theirs, later], LADDER)
    assert [[a.tier for a in case.answers] for case in linked.cases] == [["settled", "payer-control-number"]]


def test_a_submission_may_be_meant() -> None:
    first = claim("A1", line("78452", 1450), submitted="2026-03-10")
    second = claim("A1", line("78452", 1450), submitted="2026-03-20", frequency="7")
    theirs = answer("A1", svc("78452", 1450, 0), frequency="7")
    theirs.settled = first.id
    answered = {c.claim.submitted: len(c.answers) for c in link_claims([first, second], [theirs], LADDER).cases}
    assert answered == {"2026-03-10": 0, "2026-03-20": 1}
    theirs.settled_submission = True
    answered = {c.claim.submitted: len(c.answers) for c in link_claims([first, second], [theirs], LADDER).cases}
    assert answered == {"2026-03-10": 1, "2026-03-20": 0}


def test_a_settled_line_leaves_the_others_to_the_ladder() -> None:
    lines = [line("A9500", 12000), line("A9500", 13000)]
    theirs = answer("A1", svc("A9500", 12500, 0), svc("A9500", 12500, 0))
    assert (theirs.lines[0], lines[0], "ordinal") in link_lines(lines, theirs, LADDER.line).pairs
    theirs.lines[0].settled = lines[1].id
    pairs = link_lines(lines, theirs, LADDER.line).pairs
    assert (theirs.lines[0], lines[1], "settled") in pairs
    assert all(ours is lines[0] for svc_, ours, _ in pairs if svc_ is theirs.lines[1])


# -- edi explain ------------------------------------------------------------------------------------------------------


def explained(database: Path, number: str = "A1") -> list[str]:
    return [" ".join(row.split()) for row in edi("explain", database, "link", number).stdout.splitlines()]


def test_explain_shows_the_rung(tmp_path: Path) -> None:
    database = tmp_path / "billing.db"
    edi("run", database, claims(tmp_path / "a.837", Case("A1", (SCAN,))),
        remits(tmp_path / "b.835", Case("LG-1", (SCAN,)), member="M9", last="ROE"))  # fmt: skip
    assert edi("match", database, f"{tmp_path / 'b.835'}#{SVC}", f"{tmp_path / 'a.837'}#{LX}").exit_code == 0
    shown = explained(database)
    assert "Link 1: 78452, tier settled (linked)" in shown
    assert "control number A1 LG-1 differs" in shown
    assert "charge 1450.00 1450.00 agrees" in shown
    assert any(row.startswith("-> settled: Somebody said that this remittance line answers") for row in shown)


def test_explain_shows_why_no_rung_took_a_line(tmp_path: Path) -> None:
    database = tmp_path / "billing.db"
    edi("run", database, claims(tmp_path / "a.837", Case("A1", (SCAN, TRACER, TRACER))),
        remits(tmp_path / "b.835", Case("A1", (SCAN, TRACER))))  # fmt: skip
    shown = explained(database)
    assert "settled nobody settled it" in shown
    assert "code-date-charge did not fit one alone" in shown
    assert shown[-1] == "-> fits several lines of the claim equally well: ambiguous, never picked"
