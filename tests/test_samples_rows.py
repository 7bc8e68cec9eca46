"""samples/truth against the sample files and against itself: every cent, every place, every situation."""

from __future__ import annotations

import json
from collections import Counter, defaultdict

import pytest

from tests import truth
from tests.samplefiles import (
    Segment,
    cents,
    check_identity,
    check_sums,
    interchange_files,
    tokens,
    truth_cents,
)


@pytest.fixture(scope="module")
def files() -> dict[str, tuple[list[Segment], str]]:
    return {name: tokens(data) for name, data in interchange_files()}


def test_rows_account_for_every_cent() -> None:
    check_identity(truth.lines())


def test_rows_sum_to_the_payments() -> None:
    check_sums(truth.lines(), truth.payments())


def test_keys_are_unique() -> None:
    for rows in (truth.lines(), truth.findings(), truth.payments()):
        assert max(Counter(row.key for row in rows).values()) == 1


def test_places_are_right(files: dict[str, tuple[list[Segment], str]]) -> None:
    """Every row points at its LX, CLM or SVC, every link at the SVC or CLP with its code and amount."""
    linked = set()
    for row in truth.lines():
        want = row.want
        if "file" in want:
            segments, component = files[want["file"]]
            segment = segments[want["segment"] - 1]
            if want["line_number"] is None:
                assert segment[:2] == ["CLM", want["control_number"]]
            elif want["kind"] is None:
                assert segment[1].split(component)[1] == want["procedure"]
            else:
                assert segment == ["LX", str(want["line_number"])]
                service = segments[want["segment"]]
                place = 2 if service[0] == "SV2" else 1
                code, charge = service[place].split(component), service[place + 1]
                assert code[1:] == ([want["procedure"], *want["modifiers"]] if want["procedure"] else [])
                assert cents(charge) == truth_cents(want["charge"])
        for link in want.get("links", ()):
            segments, component = files[link["file"]]
            segment = segments[link["segment"] - 1]
            assert segment[0] == ("SVC" if link["procedure"] else "CLP")
            assert cents(segment[3 if link["procedure"] else 4]) == truth_cents(link["paid"])
            if link["procedure"]:
                assert segment[1].split(component)[1] == link["procedure"]
            linked.add((link["file"], link["segment"]))
    repeated = {row.want["file"] for row in truth.payments() if row.want["duplicate_of"]}
    answers = {
        (name, number)
        for name, (segments, _) in files.items()
        if name not in repeated
        for number, segment in enumerate(segments, 1)
        if segment[0] == "SVC"
    }
    assert answers <= linked


def test_claim_lines_have_rows_or_are_further_submissions(files: dict[str, tuple[list[Segment], str]]) -> None:
    rows = {(r.want["file"], r.want["segment"]) for r in truth.lines() if r.want.get("kind") and "file" in r.want}
    without = defaultdict(set)
    for name, (segments, _) in files.items():
        claim, place = "", 0
        for number, segment in enumerate(segments, 1):
            if segment[0] == "CLM":
                claim, place = segment[1], number
            of_claim = segment[0] == "LX" and claim and segments[number][0] in ("SV1", "SV2")
            if of_claim and (name, number) not in rows and (name, place) not in rows:
                without[name].add(claim)
    assert {name: len(claims) for name, claims in without.items()} == {
        "claims/resubmissions_0427.edi": 2,  # a copy that nobody answered, and a void
        "claims/secondary_0427.txt": 2,
    }


def test_findings_match_their_rows() -> None:
    rows = {row.key: row for row in truth.lines()}
    findings = truth.findings()
    named = {f"{f.want['control_number']}/{f.want.get('frequency')}/{f.want['line_number']}" for f in findings}
    for finding in findings:
        row = rows[finding.key].want
        assert row["denied"] == finding.want["denied"]
        if row["state"] not in ("paid", "void"):
            assert row["cause"] == finding.want["cause"]
        if finding.want.get("depends_on"):
            assert finding.want["depends_on"] in named
    unpaid = {key for key, row in rows.items() if row.want.get("state", "paid") not in ("paid", "void")}
    assert unpaid <= {finding.key for finding in findings}
    denied = sum(truth_cents(row.want["denied"]) for row in rows.values())
    assert denied == sum(truth_cents(finding.want["denied"]) for finding in findings)


CAUSES = (
    "authorization-not-sent", "authorization-not-matched", "authorization-expired", "packaged-under-opps",
    "tracer-bundled-by-contract", "dependent-on-denied-scan", "downcoded", "single-study-billed-as-multiple",
    "component-conflict", "duplicate-claim", "medical-necessity", "diagnosis-not-pointed",
    "diagnosis-not-covered", "modifier-wrong", "place-of-service-wrong", "unbundled-component",
    "coverage-not-active", "other-payer-primary", "timely-filing", "claim-data-missing", "ndc-missing",
    "tracer-cost-missing", "units-exceeded", "frequency-limit", "records-requested",
    "stress-documentation-missing", "provider-enrollment", "hidden-denial", "pending", "takeback",
    "no-response", "unexplained", "patient-share", "capitation", "prior-payer-effect", "payment-rule-reduction",
    "out-of-network",
)  # fmt: skip
STATES = (
    "paid", "reduced", "denied", "packaged", "patient-share", "pending", "no-response", "taken-back",
    "paid-elsewhere", "capitated", "void",
)  # fmt: skip


def test_the_month_has_every_situation() -> None:
    rows = truth.lines()
    assert set(CAUSES) <= {cause for row in rows for cause in row.causes()}
    assert {row.want["state"] for row in rows if "state" in row.want} == set(STATES)
    verdicts = {row.want.get("verdict") for row in rows}
    assert {"confirmed", "likely", "stated", "contradicted"} <= verdicts
    tiers = {link.get("tier") for row in rows for link in row.want.get("links", ())}
    assert tiers >= {"line-control", "code-modifiers-date-charge-units", "without-modifiers", "split", "control-number"}


def test_the_month_is_believable() -> None:
    rows = [row.want for row in truth.lines() if row.want.get("kind") and row.want["line_number"]]
    denied = sum(row["state"] in ("denied", "taken-back", "reduced") for row in rows) / len(rows)
    assert 0.12 < denied < 0.185
    claims = defaultdict(list)
    for row in rows:
        claims[row["control_number"], row["frequency"], row["file"]].append(row["state"])
    clean = sum(set(states) <= {"paid", "packaged"} for states in claims.values()) / len(claims)
    assert 0.6 < clean < 0.75
    assert 190 < len(claims) < 240


def test_truth_cells_are_well_formed() -> None:
    for row in truth.lines():
        assert set(row.want) >= {"control_number", "charge", *truth.MONEY_COLUMNS}
        assert json.dumps(row.want)
        if row.want.get("line_number"):
            assert {"state", "cause", "links"} <= set(row.want), row
