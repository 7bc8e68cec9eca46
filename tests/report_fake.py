"""Invented rows for the report's tests: believable lines, findings, payments and diagnostics, any number, seeded."""

from __future__ import annotations

import dataclasses
import random
import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from lxml import html

from edi.report.data import ReportData
from tests.report_measures import measures

PAYERS = {
    "Example Medicare Contractor": (0.44, 0.30),
    "Sample State Medicaid": (0.28, 0.02),
    "Fictional Health Plan": (0.58, 0.24),
    "Invented Mutual": (0.62, 0.20),
    "Northern Example Blue": (0.55, 0.22),
}
PRICES = {"78452": 145000, "78451": 98000, "A9500": 12000, "A9502": 13500, "A9505": 9000, "J2785": 8000, "93015": 21000}
UNITS = {"A9500": 2, "A9502": 2, "A9505": 3, "J2785": 4}
HOSTILE = "</script><script>document.title='owned'</script><!--<img src=x onerror=alert(1)>\x00\u2028"
FAMILY = {
    "78452": "scan",
    "78451": "scan-single",
    "A9500": "tracer",
    "A9502": "tracer",
    "A9505": "tracer",
    "J2785": "agent",
    "93015": "stress-test",
}
# cause: title, group, reason, remarks, verdict weights, recoverable share, action
CAUSES: dict[str, tuple[str, str, str, list[str], str, float | None, str]] = {
    "authorization-not-sent": (
        "Prior authorization number was not on the claim", "CO", "197", [], "confirmed", 0.6,
        "Look for an approval on file; send a corrected claim with REF*G1 if there is one, else ask for a "
        "retro-authorization or appeal.",
    ),
    "authorization-not-matched": (
        "Authorization was sent but the payer did not accept it", "CO", "197", ["N54"], "contradicted", 0.62,
        "Compare the number sent with the payer's approval; appeal with proof.",
    ),
    "medical-necessity": (
        "Payer says not medically necessary", "CO", "50", ["N115"], "stated", 0.5,
        "Review the policy named in REF*0K; appeal with records.",
    ),
    "diagnosis-not-pointed": (
        "A covered diagnosis is on the claim but this line does not point to it", "CO", "11", ["M76"], "likely", 0.6,
        "Correct the diagnosis pointer and send a corrected claim.",
    ),
    "tracer-cost-missing": (
        "Tracer cost or invoice was not stated", "CO", "16", ["M23"], "confirmed", 0.7,
        "Add the cost note (2400 NTE) and resubmit.",
    ),
    "timely-filing": (
        "Filed after the payer's limit", "CO", "29", [], "contradicted", 0.6,
        "Appeal only with proof of timely filing.",
    ),
    "coverage-not-active": (
        "Patient not identified or not covered on the date", "CO", "27", ["N30"], "likely", None,
        "Verify coverage; use the corrected member id if the payer returned one.",
    ),
    "stress-documentation-missing": (
        "Payer wants the stress portion documented", "CO", "252", ["N706"], "likely", 0.6,
        "Send the stress report; add PWK to future claims.",
    ),
    "tracer-bundled-by-contract": (
        "Payer folds the tracer or stress agent into the scan", "CO", "97", ["M15"], "likely", 0.2,
        "Verify the contract; appeal if the payer pays it elsewhere.",
    ),
    "unexplained": ("No rule explains it yet", "CO", "A1", [], "stated", None, "Read the payer's codes."),
}  # fmt: skip
FOLLOWS = "Supply denied only because its scan was denied"


def parsed(written: str) -> Any:
    """A page as lxml's HTML elements, of which its type stubs know only what XML has."""
    return html.document_fromstring(written)


@dataclass
class Fake:
    """Grows claims one by one; `data()` gives the report's input."""

    seed: int = 78452
    start: date = date(2026, 3, 1)
    lines: list[dict[str, Any]] = field(default_factory=list)
    findings: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self.claims = 0

    def claim(self) -> None:
        """One office or hospital claim with its answers."""
        self.claims += 1
        payer = self.random.choices(list(PAYERS), [5, 2, 3, 2, 2])[0]
        day = self.start + timedelta(days=self.random.randrange(150))
        number = f"{self.random.choice(['NUC', 'CAR', 'HRT'])}-{20000 + self.claims}"
        scan = self.random.choices(["78452", "78451"], [9, 1])[0]
        tracer = self.random.choice(["A9500", "A9502", "A9505"])
        procedures = [scan, tracer, *self.random.choice([["J2785", "93015"], ["93015"], ["J2785", "93015"]])]
        fate = self.random.choices(
            ["paid", "scan-denied", "tracer-denied", "hospital", "no-response", "deductible", "overturned", "pending",
             "downcoded"],
            [62, 9, 5, 8, 6, 4, 2, 1, 2],
        )[0]  # fmt: skip
        cause = self.random.choice([key for key in CAUSES if not key.startswith("tracer")])
        root: dict[str, Any] | None = None
        for position, procedure in enumerate(procedures, 1):
            line = self.line(number, position, procedure, payer, day, hospital=fate == "hospital")
            charge = int(line["charge"].replace(".", ""))
            if fate == "scan-denied" and position == 1:
                root = self.denied(line, charge, cause)
            elif fate == "scan-denied" and procedure in UNITS and root:
                self.denied(line, charge, "dependent-on-denied-scan", root)
            elif fate == "tracer-denied" and procedure == tracer:
                self.denied(line, charge, self.random.choice(["tracer-cost-missing", "tracer-bundled-by-contract"]))
            elif fate == "hospital" and position > 1:
                self.fill(line, "packaged", packaged=charge, cause="packaged-under-opps", verdict="confirmed")
            elif fate in ("no-response", "pending"):
                self.fill(line, fate, balance=charge, cause=fate, verdict="confirmed", links=[])
            elif fate == "deductible":
                allowed = charge * 4 // 10
                self.fill(line, "patient-share", patient=allowed, contractual=charge - allowed, cause="patient-share")
            elif fate == "downcoded" and position == 1:
                self.paid(line, charge, payer)
                line |= {"state": "reduced", "first_state": "reduced", "cause": "downcoded", "verdict": "likely"}
                self.finding(line, "downcoded", 0, 68000)
            else:
                self.paid(line, charge, payer)
                if fate == "overturned" and position == 1:
                    line |= {"first_state": "denied"}

    def line(
        self, number: str, position: int, procedure: str, payer: str, day: date, hospital: bool = False
    ) -> dict[str, Any]:
        units = UNITS.get(procedure, 1)
        charge = PRICES[procedure] * units + self.random.randrange(5) * 500
        segment = len(self.lines) * 6 + 20
        row: dict[str, Any] = {
            "control_number": number,
            "kind": "837I" if hospital else "837P",
            "frequency": "1",
            "payer": payer,
            "line_number": position,
            "line_control": f"{number}-{position}",
            "procedure": procedure,
            "modifiers": ["JZ"] if procedure == "J2785" else [],
            "revenue_code": "0341" if hospital else None,
            "units": units,
            "service_date": day.isoformat(),
            "place_of_service": "131" if hospital else "11",
            "charge": money(charge),
            "file": f"claims-{day:%Y-%m}.837",
            "segment": segment,
            "links": [
                {
                    "trace_number": f"EFT{day:%y%m}{self.random.randrange(40):02d}",
                    "payer_control_number": f"ICN{segment:07d}",
                    "claim_status": "1",
                    "procedure": procedure,
                    "paid": "0.00",
                    "tier": "line-control",
                    "file": f"remit-{day:%Y-%m}.835",
                    "segment": segment + 7,
                }
            ],
        }
        self.lines.append(row)
        return row

    def fill(self, line: dict[str, Any], state: str, cause: str | None = None, **given: Any) -> None:
        extra = {key: given.pop(key) for key in ("verdict", "links", "allowed") if key in given}
        for name in ("paid", "patient", "contractual", "denied", "packaged", "other", "balance"):
            line[name] = money(given.get(name, 0))
        allowed = given.get("paid", 0) + given.get("patient", 0)
        line |= {"allowed": money(allowed) if allowed else None, "state": state, "first_state": state}
        line |= {"cause": cause, "verdict": extra.get("verdict")} | {k: v for k, v in extra.items() if k == "links"}

    def paid(self, line: dict[str, Any], charge: int, payer: str) -> None:
        rate, coinsurance = PAYERS[payer]
        allowed = int(charge * rate)
        patient = int(allowed * coinsurance)
        sequestration = (allowed - patient) // 50 if "Medicare" in payer else 0
        self.fill(
            line, "paid", paid=allowed - patient - sequestration, patient=patient, other=sequestration,
            contractual=charge - allowed,
        )  # fmt: skip

    def denied(
        self, line: dict[str, Any], charge: int, cause: str, root: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        self.fill(line, "denied", denied=charge, cause=cause, verdict="confirmed" if root else CAUSES[cause][4])
        portion = 0.5 if root else CAUSES[cause][5]
        return self.finding(line, cause, charge, None if portion is None else int(charge * portion), root)

    def finding(
        self, line: dict[str, Any], cause: str, denied: int, recoverable: int | None, root: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        title, group, reason, remarks, verdict, _, action = CAUSES.get(
            cause, (FOLLOWS if root else "Payer paid a lower code than billed", "CO", "96" if root else "150",
                    ["N161"] if root else ["N163"], line["verdict"], None,
                    "Work the scan." if root else "Check the evidence; appeal or accept."),
        )  # fmt: skip
        number = len(self.findings) + 1
        row: dict[str, Any] = {
            "id": f"f{number:012x}",
            "rule": f"R{100 + len(cause)}",
            "cause": cause,
            "verdict": verdict,
            "denial": "yes",
            **{key: line[key] for key in ("control_number", "line_number", "line_control", "procedure")},
            **{key: line[key] for key in ("service_date", "payer")},
            "trace_number": line["links"][0]["trace_number"],
            "group_codes": [group],
            "reason_codes": [reason],
            "remark_codes": remarks,
            "denied": money(denied),
            "recoverable": None if recoverable is None else money(recoverable),
            "depends_on": root["id"] if root else None,
            "open": True,
            "action": action,
            "title": title,
            "why": "The payer's codes and the claim point the same way.",
            "evidence": self.evidence(line, cause, f"{group}-{reason} {' '.join(remarks)}".strip(), verdict),
        }
        self.findings.append(row)
        return row

    def evidence(self, line: dict[str, Any], cause: str, said: str, verdict: str) -> list[dict[str, Any]]:
        ours, theirs = (line["file"], line["segment"]), (line["links"][0]["file"], line["links"][0]["segment"])
        found = [
            entry("context", "835", "payer's codes", said, theirs),
            entry("for", "835", "paid on this line", line["paid"], theirs),
        ]
        if cause.startswith("authorization"):
            sent = "none" if verdict != "contradicted" else f"AUTH{line['segment']}"
            weight = "for" if sent == "none" else "against"
            found.append(entry(weight, "837", "authorization number (REF*G1) at 2300 and 2400", sent, ours))
            found.append(entry("not-checked", "reference", "authorization list", "not loaded", (None, None)))
        elif verdict == "contradicted":
            found.append(entry("against", "history", "days from service to first submission", "9", ours))
        else:
            found.append(entry("for", "837", "diagnosis pointed to by the line", "R07.9", ours))
            found.append(entry("not-checked", "reference", "coverage list", "not loaded", (None, None)))
        return found

    def payments(self, count: int) -> list[dict[str, Any]]:
        rows = []
        for index in range(count):
            day = self.start + timedelta(days=30 + index * 150 // max(count, 1))
            amount, adjusted = self.random.randrange(50_000, 900_000), self.random.choice([0, 0, 0, -1300, 4500])
            off = -1250 if index == 3 else 0
            rows.append(
                {
                    "trace_number": f"EFT{day:%y%m}{index:02d}",
                    "payer": list(PAYERS)[index % len(PAYERS)],
                    "payer_id": f"EX{index % len(PAYERS):03d}",
                    "payee_npi": "1234567893",
                    "method": "NON" if index % 11 == 5 else "ACH",
                    "amount": money(amount - adjusted + off),
                    "date": day.isoformat(),
                    "claims": self.random.randrange(3, 40),
                    "lines": self.random.randrange(40, 120),
                    "claim_paid": money(amount),
                    "provider_adjustments": money(adjusted),
                    "difference": money(off),
                    "balanced": not off,
                    "duplicate_of": f"remit-{day:%Y-%m}.835#3" if index == 6 else None,
                    "file": f"remit-{day:%Y-%m}.835",
                    "segment": 3 + index * 400,
                }
            )
        return rows

    def data(self) -> ReportData:
        payments = self.payments(max(len(self.lines) // 60, 1))
        files = sorted({row["file"] for row in self.lines} | {row["file"] for row in payments})
        return ReportData(
            lines=self.lines,
            findings=self.findings,
            payments=payments,
            diagnostics=diagnostics(files),
            files=[{"path": path, "status": "imported", "kinds": path[-3:], "segments": 900} for path in files]
            + [{"path": "letters/appeal.pdf", "status": "not-x12", "kinds": None, "segments": 0}],
            generated="2026-08-14T09:30:00",
            version="0.1.0",
            family=FAMILY,
            **measures(self.lines, self.findings, payments),
        )


def entry(weight: str, side: str, what: str, value: str, at: tuple[str | None, int | None]) -> dict[str, Any]:
    return {"side": side, "what": what, "value": value, "file": at[0], "segment": at[1], "weight": weight}


def money(amount: int) -> str:
    return f"{'-' if amount < 0 else ''}{abs(amount) // 100}.{abs(amount) % 100:02d}"


def diagnostics(files: list[str]) -> list[dict[str, Any]]:
    remit = next((name for name in files if name.endswith("835")), "remit.835")
    rows = [
        ("line-out-of-balance", "warning", 41 + 9 * n, "SVC03", "A line does not add up.",
         "Ask the payer for a corrected remittance; the figures are kept as sent.")
        for n in range(3)
    ]  # fmt: skip
    rows += [
        ("payment-out-of-balance", "error", 3, "BPR02", "The payment is not the sum of its claims less adjustments.",
         "Compare with the bank deposit before posting."),
        ("repeat-transaction", "info", 2403, "TRN02", "This payment was delivered before and counts once.",
         "Nothing to do."),
    ]  # fmt: skip
    keys = ("rule", "level", "segment", "element", "message", "action")
    common = {"file": remit, "transaction": "0001", "offset": 20480, "loop": "2110", "value": None}
    return [common | dict(zip(keys, row, strict=True)) for row in rows]


def fake(lines: int = 250, seed: int = 78452) -> ReportData:
    """A data set of at least `lines` lines."""
    maker = Fake(seed)
    while len(maker.lines) < lines:
        maker.claim()
    return maker.data()


def hostile(value: Any) -> Any:
    """Every text of the data is an attack; money, dates and words that the report compares stay what they are."""
    if isinstance(value, dict):
        kept = {
            "state",
            "first_state",
            "denial",
            "id",
            "depends_on",
            "level",
            "weight",
            "service_date",
            "date",
            "deadline",
            "finding",
        }
        return {key: item if key in kept else hostile(item) for key, item in value.items()}
    if isinstance(value, list):
        return [hostile(item) for item in value]
    return value if not isinstance(value, str) or re.fullmatch(r"-?\d+\.\d\d", value) else HOSTILE + value


def hostile_data(lines: int) -> ReportData:
    """A data set in which every text from a file is an attack."""
    made = fake(lines)
    given = ("lines", "findings", "payments", "diagnostics", "files", "waiting", "deadlines")
    parts = {name: hostile(getattr(made, name)) for name in given}
    return dataclasses.replace(made, **parts, family={HOSTILE + "78452": "scan"})
