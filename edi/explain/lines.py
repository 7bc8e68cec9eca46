"""What became of one line, or of the lines of one claim: what happened, what was looked at, what to do, where it is."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from edi.analysis.reference import Reference
from edi.analysis.reference.fees import shortfall
from edi.explain.answer import Answer
from edi.explain.asking import many, one
from edi.explain.words import Explainer
from edi.store.database import Database
from edi.store.rowsets import money

Row = dict[str, Any]
_HEADINGS = {
    "for": "What speaks for it",
    "against": "What speaks against it",
    "context": "What else was looked at",
    "not-checked": "What is not known",
}
_VERDICTS = {
    "confirmed": "Confirmed: the claim or another record holds the fact that explains it.",
    "likely": "Likely: what was found points that way, and does not prove it.",
    "stated": "Stated: only the payer's codes say so; nothing on our side speaks for or against it.",
    "contradicted": "Contradicted: our side refutes the payer's reason, which makes a strong appeal.",
}
_WORTH = {"fee table": "by your fee table", "payer's usual": "by what this payer usually allows for the code"}
_SETTLED = {
    "packaged": "nothing is due: packaged or bundled into another service",
    "patient-share": "nothing is due from the payer: all that it allowed is the patient's",
    "capitated": "nothing is due: paid by the head",
    "paid-elsewhere": "nothing is due from this payer: another one's payment covers it",
    "void": "replaced or voided at our own request",
}
_LINE = """
    SELECT o.*, c.payer_id, coalesce(c.filing_code, rc.filing_code) AS filing_code, p.payer_id AS paying_id, f.path
    FROM outcome o
    LEFT JOIN claim c ON c.id = o.claim_id
    LEFT JOIN remit_claim rc ON rc.id = o.remit_claim_id
    LEFT JOIN payment p ON p.id = o.payment_id
    LEFT JOIN file f ON f.id = o.file_id
    WHERE {} ORDER BY o.line_number, o.id"""


def finding(database: Database, explainer: Explainer, name: str) -> Answer | None:
    """The answer for a finding's id; None when there is no such finding."""
    row = one(database, "SELECT * FROM finding WHERE id = ? AND is_primary = 1", name)
    if row is None:
        return None
    line = many(database, _LINE.format("o.id = ?"), row["outcome_id"])[0]
    answers = _answers(database, line)
    answer = Answer(f"{row['id']}: {row['title']} ({row['verdict']})", data={"finding": name})
    depends = one(database, "SELECT id, title, line_number FROM finding WHERE id = ?", row["depends_on"])
    answer.add(
        "What happened",
        f"{_name(line)}: {_story(line, answers)}",
        _codes(row),
        None if row["open"] else _closed(line),
        f"It follows from {depends['id']} (line {depends['line_number']}): {depends['title']}." if depends else None,
    )
    answer.add("How sure it is", _VERDICTS.get(row["verdict"]))
    query = (
        "SELECT e.*, f.path FROM evidence e LEFT JOIN file f ON f.id = e.file_id WHERE finding_id = ? ORDER BY position"
    )
    seen = many(database, query, name)
    for weight, heading in _HEADINGS.items():
        answer.add(heading, *(_evidence(item) for item in seen if item["weight"] == weight))
    answer.add("Why", row["why"])
    answer.add("What it is worth", _worth(row))
    deadline = _deadline(row, line, answers, explainer.reference)
    answer.add("Next step" if row["open"] else "What would have helped", row["action"], deadline)
    answer.add("Where in the files", *_places(line, answers))
    query = "SELECT rule, cause, verdict FROM finding WHERE id LIKE ? || '.%' AND is_primary = 0"
    also = (f"also fits: {other['rule']} {other['cause']} {other['verdict']}" for other in many(database, query, name))
    answer.add("Rule", f"{row['rule']} ({row['cause']})", *also)
    answer.data |= {k: row[k] for k in row if not k.endswith("_codes")} | {"evidence": seen}
    return answer


def claim(database: Database, explainer: Explainer, number: str) -> list[Answer]:
    """The answers for a control number: a finding each, then the lines that were paid below the fee, then the rest."""
    lines = many(database, _LINE.format("o.control_number = ?"), number)
    query = "SELECT id, outcome_id FROM finding WHERE control_number = ? AND is_primary = 1 ORDER BY line_number, id"
    named = many(database, query, number)
    answers = [finding(database, explainer, row["id"]) for row in named]
    told = {row["outcome_id"] for row in named}
    quiet = [line for line in lines if line["id"] not in told]
    answers += [_underpaid(database, explainer, line) for line in quiet if line["cause"] == "underpaid"]
    rest = [line for line in quiet if line["cause"] != "underpaid"]
    if rest:
        summary = Answer(f"Claim {number}: {'the other lines' if len(rest) < len(lines) else 'nothing is denied'}")
        summary.add("What happened", *(f"{_name(line)}: {_story(line, _answers(database, line))}" for line in rest))
        summary.add(
            "Where in the files", *dict.fromkeys(p for line in rest for p in _places(line, _answers(database, line)))
        )
        summary.data = {"control_number": number, "lines": rest}
        answers.append(summary)
    return [answer for answer in answers if answer is not None]


def _underpaid(database: Database, explainer: Explainer, line: Row) -> Answer:
    """A paid line that the fee table convicts."""
    rule = next((rule for rule in explainer.rules if rule.cause == "underpaid"), None)
    answers = _answers(database, line)
    title = explainer.reference.causes["underpaid"].title
    answer = Answer(f"{_name(line)}: {title} ({line['verdict']})", data={"cause": "underpaid", "line": line})
    answer.add("What happened", f"{_name(line)}: {_story(line, answers)}")
    answer.add("How sure it is", _VERDICTS.get(line["verdict"]))
    answer.add("What speaks for it", _against_fee(line, explainer.reference))
    answer.add("What is not known", "Whether the fee that is loaded is the one of your contract for that day.")
    if rule is not None:
        answer.add("Why", rule.why)
        answer.add("Next step", rule.action)
    answer.add("Where in the files", *_places(line, answers))
    answer.add("Rule", f"{rule.id} (underpaid)" if rule else None)
    return answer


def _against_fee(line: Row, reference: Reference) -> str | None:
    if reference.fees is None:
        return None
    fee = reference.fees.find(
        line["payer"], line["payer_id"] or line["paying_id"], line["procedure"], json.loads(line["modifiers"] or "[]"),
        line["place_of_service"], line["service_date"],
    )  # fmt: skip
    if fee is None:
        return None
    expected = min(fee.total(float(line["units"] or 1)), line["charge_cents"])
    short = shortfall(expected, line["allowed_cents"] or 0)
    allowed = money(line["allowed_cents"])
    return f"[reference] allowed {allowed}, the fee table says {money(expected)}: {money(short)} too little (fee {fee})"


def _name(line: Row) -> str:
    if line["line_number"] is None:
        what = "the claim as a whole" if line["charge_cents"] else "adjustments of the claim beside its lines"
        return f"Claim {line['control_number']}, {what}"
    modifiers = "".join(f"-{one}" for one in json.loads(line["modifiers"] or "[]"))
    code = line["procedure"] or f"revenue code {line['revenue_code']}"
    return f"Claim {line['control_number']}, line {line['line_number']}, {code}{modifiers} of {line['service_date']}"


def _story(line: Row, answers: Iterable[Row]) -> str:
    """One sentence: who decided what, when, of which charge."""
    payer, charge = line["payer"] or "the payer", money(line["charge_cents"])
    last = max((row["date"] or "" for row in answers), default="")
    when = f" on {last}" if last else ""
    denied, paid = money(line["denied_cents"]), money(line["paid_cents"])
    state = line["state"]
    if state == "no-response":
        return f"no remittance here answers its {charge}; it went to {payer}."
    if state == "pending":
        return f"{payer} has not decided about its {charge}."
    if state == "denied":
        return f"{payer} denied {denied} of {charge}{when}."
    if state == "taken-back":
        return f"{payer} took back what it had paid{when}; {denied} of {charge} are unpaid."
    if state == "reduced":
        less = f"denied {denied}" if line["denied_cents"] else "for a lower code than billed"
        return f"{payer} paid {paid} of {charge}{when}, {less}."
    shares = [
        f"{money(line[column])} {words}"
        for column, words in (
            ("allowed_cents", "allowed"),
            ("patient_cents", "the patient's"),
            ("contractual_cents", "written off by contract"),
            ("other_cents", "cut by other rules"),
        )
        if line[column]
    ]
    charged = f"{charge} charged"
    if state in _SETTLED:
        return f"{_SETTLED[state]} ({', '.join([charged, *shares])})."
    return f"{payer} paid {paid} of {charge}{when} ({', '.join(shares)})." if shares else f"{payer} paid {paid}{when}."


def _closed(line: Row) -> str:
    """How an overturned or withdrawn denial began and ended."""
    first = f"At first, on {line['first_date']}, {money(line['first_denied_cents'])} of it was denied. "
    return f"{first}The line is closed: it is {_SETTLED.get(line['state'], line['state'])} now."


def _worth(row: Row) -> str | None:
    cents = row["recoverable_cents"]
    if cents is None:
        return None
    if not cents:
        return "Nothing by itself."
    return f"About {money(cents)}, {_WORTH.get(row['basis'], 'as far as is known')}."


def _codes(row: Row) -> str:
    told = [
        f"{label} {' '.join(codes)}"
        for label, column in (("group", "group_codes"), ("reason", "reason_codes"), ("remark", "remark_codes"))
        if (codes := json.loads(row[column] or "[]"))
    ]
    return f"The payer's codes: {', '.join(told) or 'none'}."


def _evidence(row: Row) -> str:
    where = f" ({row['path']}#{row['segment']})" if row["path"] else ""
    value = f": {row['value']}" if row["value"] else ""
    return f"[{row['side']}] {row['what'].removeprefix('not checked: ')}{value}{where}"


def _answers(database: Database, line: Row) -> list[Row]:
    return many(database, "SELECT * FROM answers WHERE outcome_id = ? ORDER BY position", line["id"])


def _places(line: Row, answers: Iterable[Row]) -> list[str]:
    ours = [f"our line: {line['path']}#{line['segment']}"] if line["kind"] and line["path"] else []
    return ours + [
        f"answer of {row['date']}, paid {money(row['paid_cents'])}, trace {row['trace_number']}: "
        f"{row['file']}#{row['segment']}"
        for row in answers
    ]


def _deadline(row: Row, line: Row, answers: Iterable[Row], reference: Reference) -> str | None:
    """Until when an open denial may be appealed, as `edi metrics --deadlines` counts it."""
    days = [a["date"] for a in answers if a["effect"] == "counted" and a["claim_status"] != "22" and a["date"]]
    if not row["open"] or row["denial"] != "yes" or not days:
        return None
    limit = reference.payer(line["payer"], line["payer_id"] or line["paying_id"], line["filing_code"]).appeal_days
    if limit is None:
        return "How long this payer takes appeals is not known here: load its limits (edi reference template payers)."
    last = date.fromisoformat(max(days)) + timedelta(days=limit)
    return f"An appeal is in time until {last.isoformat()} ({limit} days from {max(days)})."
