"""The small observations behind the rules about the claim's own fate, and that no code is left without a cause."""

from __future__ import annotations

import pytest

from edi import rulecheck
from edi.analysis.causes.findings import Finding
from edi.analysis.causes.rules import Example
from edi.analysis.engine import Engine
from edi.analysis.facts import FACTS, claimdata, deadlines, providers
from edi.records import mapping
from edi.resources import Resources
from tests import casefile

# What a reason of each kind may turn into when nothing but the code is known (domain notes, section 3).
IMPLIED = {
    "abn": {"medical-necessity"},
    "appeal": {"appeal-upheld", "appeal-late-or-misfiled"},
    "authorization": {
        "authorization-not-sent",
        "authorization-code-mismatch",
        "authorization-expired",
        "authorization-provider-mismatch",
        "authorization-refused",
        "referral-missing",
    },
    "benefit_limit": {"frequency-limit"},
    "billing_data": {"claim-data-missing"},
    "bundling": {"unbundled-component"},
    "bundling_facility": {"facility-stay-overlap"},
    "cob": {"other-payer-primary"},
    "coding": {"claim-data-missing"},
    "compliance": {"provider-enrollment"},
    "component": {"component-conflict"},
    "contract_bundle": {"not-covered-benefit", "tracer-bundled-by-contract"},
    "contractual": {"out-of-network"},
    "diagnosis": {"diagnosis-not-covered", "diagnosis-not-pointed"},
    "documentation": {"records-requested", "stress-documentation-missing", "interpretation-missing"},
    "duplicate": {"duplicate-claim"},
    "eligibility": {"coverage-not-active", "other-coverage-rule"},
    "frequency_units": {"frequency-limit", "units-exceeded"},
    "level_of_service": {"single-study-billed-as-multiple", "downcoded"},
    "medical_necessity": {"medical-necessity", "not-covered-benefit"},
    "modifier": {"modifier-wrong"},
    "ndc": {"ndc-missing"},
    "network": {"out-of-network"},
    "noncovered": {"not-covered-benefit"},
    "pc_wc": {
        "not-covered-benefit",
        "other-payer-primary",
        "claim-data-missing",
        "unbundled-component",
        "provider-enrollment",
        "referral-missing",
    },
    "place_of_service": {"place-of-service-wrong"},
    "provider": {"provider-enrollment", "place-of-service-wrong"},
    "qualifying_service": {"claim-data-missing"},
    "timely_filing": {"timely-filing"},
    "unspecified": {"unexplained"},
}


def _finding(text: str, engine: Engine, mappings: mapping.Mappings) -> Finding:
    case = casefile.parse(f"== one\n{text}")[0]
    return rulecheck.analyse(Example("one", "stated", 1, case.parts), engine, mappings).findings[-1]


def test_every_denial_code_leads_to_the_cause_of_its_kind(engine: Engine, mappings: mapping.Mappings) -> None:
    wrong = []
    for row in Resources().rows("codes/carc.csv"):
        if row["kind"] in ("denial", "bundling"):
            code = row["code"]
            found = _finding(f"remit A1\n  78452 1450 PI-{code}=1450", engine, mappings)
            if found.cause.id not in IMPLIED[row["category"]]:
                wrong.append(f"{code} ({row['category']}): {found.cause.id} by {found.rule}")
    assert not wrong, "\n".join(wrong)


def test_every_denial_remark_beside_an_umbrella_code_is_explained(engine: Engine, mappings: mapping.Mappings) -> None:
    wrong = []
    for row in Resources().rows("codes/rarc.csv"):
        if row["kind"] in ("denial", "bundling") and row["alert"] != "yes":
            found = _finding(f"remit A1\n  78452 1450 CO-16=1450 {row['code']}", engine, mappings)
            if found.cause.id == "unexplained":
                wrong.append(row["code"])
    assert not wrong


@pytest.mark.parametrize("code", ["ZZ9", "999", "A1", "237", "59"])
def test_what_nobody_knows_stays_unexplained(code: str, engine: Engine, mappings: mapping.Mappings) -> None:
    found = _finding(f"claim A1\n  78452 1450\nremit A1\n  78452 1450 CO-{code}=1450", engine, mappings)
    assert (found.cause.id, found.rule, found.verdict) == ("unexplained", "R000", "stated")
    assert ("CO-999 is in no list here" in found.why) == (code == "999")


@pytest.mark.parametrize(
    "text",
    [
        "claim A1\n  78452 1450\nremit A1\n  78452 1450 CO-16=1450",
        "claim A1\n  78452 1450\nremit A1\n  78452 1450 CO-96=1450 MA01 N1",
        "claim A1\n  78452 1450\nremit A1\n  78452 1450 CO-252=1450",
        "remit A1\n  78452 1450 CO-226=1450 M16",
    ],
)
def test_a_code_that_needs_a_remark_and_has_none_is_noted(
    text: str, engine: Engine, mappings: mapping.Mappings
) -> None:
    found = _finding(text, engine, mappings)
    assert any("the payer sent none" in evidence.what for evidence in found.evidence)


def test_a_remark_that_is_no_alert_satisfies_the_code(engine: Engine, mappings: mapping.Mappings) -> None:
    found = _finding("claim A1\n  78452 1450\nremit A1\n  78452 1450 CO-96=1450 MA01 N130", engine, mappings)
    assert not any("the payer sent none" in evidence.what for evidence in found.evidence)


def test_evidence_holds_no_member_ids_or_names(engine: Engine, mappings: mapping.Mappings) -> None:
    text = """claim A1
  78452 1450
remit A1 status=4 | NM1*74*1*DOE*JAN****C*EHP000222
  78452 1450 CO-31=1450"""
    found = _finding(text, engine, mappings)
    told = " ".join(f"{e.what} {e.value}" for e in found.evidence) + found.why + found.action
    assert not any(secret in told for secret in ("EHP000222", "EHP000111", "DOE", "1958"))


@pytest.mark.parametrize(
    ("sent", "answer", "cause", "shown"),
    [
        (
            "REF*G1*AUTH21",
            "CO-50=1450 | REF*G1*AUTH21",
            "medical-necessity",
            ["was sent (REF*G1): AUTH21", "remittance"],
        ),
        ("REF*9F*REF77", "CO-197=1450", "authorization-not-sent", ["A referral number was sent (REF*9F): REF77"]),
    ],
)
def test_the_numbers_that_stand_beside_a_denial_are_shown(
    sent: str, answer: str, cause: str, shown: list[str], engine: Engine, mappings: mapping.Mappings
) -> None:
    """An approval speaks for the need of the scan; a referral number is no authorization, and may have been taken for
    one."""
    text = f"claim A1 dx=R0789 | {sent}\n  78452 1450\nremit A1\n  78452 1450 {answer}"
    found = _finding(text, engine, mappings)
    assert found.cause.id == cause
    told = "; ".join(f"{e.what}: {e.value}" for e in found.evidence)
    assert all(words in told for words in shown), told


SCAN_PAID = "remit A1 icn=ICN7\n  78452 1450 CO-45=420\n"


@pytest.mark.parametrize(
    ("text", "rule", "shown"),
    [
        (
            "claim A1 on=20260304\n  78452 1450\n" + SCAN_PAID.replace("icn", "on=20260304 icn") + "claim A2\n"
            "  A9500 120\nremit A2 icn=ICN8\n  A9500 120 CO-B15=120",
            "R161",
            "78452 paid on claim A1 (payer's number ICN7)",
        ),
        (
            "claim A1 kind=I npi=1100000029 | REF*G1*AUTH5\n  78452 1450\n" + SCAN_PAID + "claim A2 pos=22 | "
            "REF*G1*AUTH5\n  78452-26 260\nremit A2 fac=22 icn=ICN8\n  78452-26 260 CO-197=260",
            "R141",
            "AUTH5 paid on claim A1",
        ),
        (
            "claim A1 sent=20260420\n  78452 1450\nclaim A1 sent=20270410\n  78452 1450\nremit A1 paid=20270501\n"
            "  78452 1450 CO-29=1450",
            "R222",
            "46 days after service, sent again on 2027-04-10; limit not known",
        ),
        (
            "claim A1 sent=20261020 | REF*D9*CH778\n  78452 1450\nremit A1 paid=20261120\n  78452 1450 CO-29=1450",
            "R222",
            "REF*D9 CH778",
        ),
        (
            "claim A1\n  A9500x2 240\nremit A1 icn=ICN1\n  A9500x2 240 CO-45=84\n"
            "claim A1 freq=7 sent=20260410 | REF*F8*ICN1\n  A9500x2 240\n"
            "remit A1 icn=ICN2 freq=7 paid=20260501\n  A9500x2 240 OA-18=240\n"
            "claim A1 freq=7 sent=20260510 | REF*F8*ICN2\n  A9500x2 240\n"
            "remit A1 icn=ICN3 freq=7 paid=20260601\n  A9500x2 240 OA-18=240",
            "R271",
            "paid 156.00, patient 0.00, payer's number ICN1",
        ),
        (
            "claim A1\n  78452 1450\n  96374-59 140\nremit A1\n  78452 1450 CO-45=420\n  96374-59 140 CO-97=140 M15",
            "R113",
            "96374-59",
        ),
        (
            "claim A1\n  78452 1450\n  J1250 60\nremit A1\n  78452 1450 CO-45=420\n  J1250 60 CO-151=60 N362",
            "R159",
            "J1250 x 1, limit 2",
        ),
    ],
)
def test_what_speaks_for_or_against_is_named(
    text: str, rule: str, shown: str, engine: Engine, mappings: mapping.Mappings
) -> None:
    found = _finding(text, engine, mappings)
    assert found.rule == rule
    assert shown in [e.value for e in found.evidence]


def test_no_sentence_of_a_fact_is_cut() -> None:
    for name, fact in FACTS.items():
        assert fact.what.count("(") == fact.what.count(")"), name
        assert fact.what[-1] not in ",;:(", name


def test_every_element_that_can_be_looked_up_is_one_that_a_remark_names() -> None:
    rows = list(Resources().rows("codes/remark_elements.csv"))
    named = {(row["loop"], row["element"]) for row in rows}
    assert set(claimdata._ELEMENTS) <= named
    assert set(claimdata._BY_WORDS) <= {(row["loop"], row["element"], row["what"]) for row in rows}


@pytest.mark.parametrize(
    ("npi", "good"),
    [
        ("1234567893", True),
        ("1999999984", True),
        ("1234567890", False),
        ("123456789", False),
        ("", False),
        (None, False),
    ],
)
def test_check_digit(npi: str | None, good: bool) -> None:
    assert providers.well_formed(npi) is good


@pytest.mark.parametrize(
    ("filing", "sent", "day", "verdict"),
    [
        ("CI", "20260603", "20260305", "contradicted"),  # day 90
        ("CI", "20260604", "20260305", "stated"),  # day 91
        ("CI", "20260401", "20250401", "stated"),  # day 365
        ("CI", "20260402", "20250401", "likely"),  # day 366
        ("MB", "20260401", "20250401", "contradicted"),  # day 365, Medicare's own limit
        ("MB", "20260402", "20250401", "confirmed"),
        ("MA", "20250930", "20250401", "contradicted"),
        ("16", "20260402", "20250401", "confirmed"),
        ("CH", "20260402", "20250401", "confirmed"),
        ("MC", "20260402", "20250401", "likely"),
    ],
)
def test_filing_limits(
    filing: str, sent: str, day: str, verdict: str, engine: Engine, mappings: mapping.Mappings
) -> None:
    text = f"claim A1 filing={filing} sent={sent} on={day}\n  78452 1450\n"
    text += f"remit A1 cfc={filing} on={day} paid=20260702\n  78452 1450 CO-29=1450"
    found = _finding(text, engine, mappings)
    assert (found.cause.id, found.verdict) == ("timely-filing", verdict)
    assert deadlines.filed_in_time(found.subject) is None or verdict == "contradicted"


PLAN = "EXAMPLE HEALTH PLAN"


@pytest.mark.parametrize(
    ("table", "row", "text", "cause", "verdict"),
    [
        (
            "eligibility",
            {"member_id": "EHP000111", "payer": PLAN, "effective_from": "2026-01-01", "status": "active"},
            "78452 1450 CO-27=1450",
            "coverage-not-active",
            "contradicted",
        ),
        (
            "eligibility",
            {"member_id": "EHP000111", "payer": PLAN, "effective_to": "2026-01-31", "status": "active"},
            "78452 1450 CO-27=1450",
            "coverage-not-active",
            "confirmed",
        ),
        (
            "eligibility",
            {"member_id": "EHP000999", "payer": PLAN, "effective_from": "2026-01-01", "status": "active"},
            "78452 1450 CO-27=1450",
            "coverage-not-active",
            "stated",
        ),
        (
            "network",
            {"npi": "1234567893", "payer": PLAN, "in_network": "yes"},
            "78452 1450 PR-242=1450",
            "out-of-network",
            "contradicted",
        ),
        (
            "network",
            {"npi": "1234567893", "payer": PLAN, "in_network": "no"},
            "78452 1450 PR-242=1450",
            "out-of-network",
            "confirmed",
        ),
        ("payers", {"name": PLAN, "timely_filing_days": 3}, "78452 1450 CO-29=1450", "timely-filing", "confirmed"),
        ("payers", {"name": PLAN, "timely_filing_days": 5}, "78452 1450 CO-29=1450", "timely-filing", "contradicted"),
        ("payers", {"name": PLAN, "capitated": "yes"}, "78452 1450 CO-24=1450", "capitation", "confirmed"),
        ("payers", {"name": PLAN, "capitated": "no"}, "78452 1450 CO-24=1450", "other-coverage-rule", "stated"),
    ],
)
def test_what_an_office_loaded_decides(
    table: str, row: dict[str, object], text: str, cause: str, verdict: str, mappings: mapping.Mappings
) -> None:
    engine = Engine(Resources(), loaded={table: [row]})
    found = _finding(f"claim A1 sent=20260310\n  78452 1450\nremit A1\n  {text}", engine, mappings)
    assert (found.cause.id, found.verdict) == (cause, verdict)


@pytest.mark.parametrize(("sent", "said"), [("20260921", "200 days after service"), ("20260310", None)])
def test_a_filing_that_only_the_payers_limit_can_judge_is_counted_in_days(
    sent: str, said: str | None, engine: Engine, mappings: mapping.Mappings
) -> None:
    text = (
        f"== x\nclaim A1 filing=VA sent={sent}\n  78452 1450\nremit A1 cfc=VA paid=20261010\n  78452 1450 CO-29=1450\n"
    )
    (case,) = casefile.parse(text)
    (late,) = rulecheck.analyse(Example("x", "", 1, case.parts), engine, mappings).findings
    counted = [e.value for e in late.evidence if "only the payer's limit, not known here, decides" in e.what]
    assert counted == ([said] if said else [])
