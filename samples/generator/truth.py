"""The expected answers as CSV: samples/truth/lines.csv, findings.csv and payments.csv.

An empty cell is not held against anybody; `null` means that the value must be missing. Money is text with two decimals,
lists and links are JSON. Column names are the keys of `edi lines`, `edi findings` and `edi payments`.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator

from generator.envelope import money, ymd
from generator.model import BUCKETS, Claim, Clp, Line, Place, Remit, Row, Svc
from generator.month import Month

LINES = (
    "scenario", "control_number", "kind", "frequency", "payer", "line_number", "line_control", "procedure", "modifiers",
    "revenue_code", "units", "service_date", "place_of_service", "charge", "allowed", *BUCKETS, "state", "first_state",
    "cause", "verdict", "file", "segment", "links",
)  # fmt: skip
FINDINGS = (
    "scenario", "control_number", "frequency", "line_number", "line_control", "procedure", "service_date", "payer",
    "trace_number", "group_codes", "reason_codes", "remark_codes", "cause", "verdict", "denial", "denied", "open",
    "depends_on", "file", "segment",
)  # fmt: skip
PAYMENTS = (
    "trace_number", "payer", "payer_id", "payee_npi", "method", "amount", "date", "claims", "lines", "claim_paid",
    "provider_adjustments", "difference", "balanced", "duplicate_of", "file", "segment",
)  # fmt: skip
NO_DENIAL = ("packaged-under-opps", "patient-share", "pending", "no-response", "prior-payer-effect", "capitation")
UNPAID = ("denied", "reduced", "taken-back")
NULL = "null"
Cells = dict[str, str]


def _money(cents: int) -> str:
    return money(cents, two_decimals=True)


def _json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


def _place(place: Place | None) -> Cells:
    return {"file": place[0], "segment": str(place[1])} if place else {}


def _amounts(row: Row) -> Cells:
    cells = {name: _money(getattr(row, name)) for name in BUCKETS}
    if row.allowed is not None:
        cells["allowed"] = _money(row.allowed)
    return cells


def _judgement(row: Row) -> Cells:
    quiet = NULL if row.state in ("paid", "void") else ""
    return {
        "state": row.state,
        "first_state": row.first_state,
        "cause": row.cause or quiet,
        "verdict": row.verdict or quiet,
        "links": _json(list(_links(row))),
    }


def _when(answer: Svc | Clp) -> tuple[str, int]:
    clp = answer if isinstance(answer, Clp) else answer.clp
    assert clp is not None
    assert clp.remit is not None
    assert answer.place is not None
    return ymd(clp.remit.date), answer.place[1]


def _links(row: Row) -> Iterator[dict[str, object]]:
    """Every answer to the row in time order."""
    for answer in sorted(row.answers, key=_when):
        clp = answer if isinstance(answer, Clp) else answer.clp
        assert clp is not None
        assert clp.remit is not None
        assert answer.place is not None
        yield {
            "trace_number": clp.remit.trace,
            "payer_control_number": clp.number,
            "claim_status": clp.status,
            "procedure": None if isinstance(answer, Clp) else answer.code,
            "paid": _money(answer.paid),
            **_tiers(answer, clp),
            "file": answer.place[0],
            "segment": answer.place[1],
        }


def links_json(row: Row, keys: tuple[str, ...]) -> str:
    """The answers to a row with these keys of each, and its place."""
    return _json([{name: link[name] for name in (*keys, "file", "segment")} for link in _links(row)])


def _tiers(answer: Svc | Clp, clp: Clp) -> dict[str, str]:
    """How line and claim must be found: by no tier where the remittance is not ours."""
    if clp.claim is None:
        return {"tier": "none"}
    return {"tier": clp.claim_tier if isinstance(answer, Clp) else answer.tier, "claim_tier": clp.claim_tier}


def _kind(claim: Claim) -> str:
    return "837I" if claim.biller.institutional else "837P"


def _claim_cells(claim: Claim) -> Cells:
    return {
        "scenario": claim.scenario,
        "control_number": claim.control,
        "kind": _kind(claim),
        "frequency": claim.frequency,
        "payer": claim.payer.name,
    }


def line_cells(claim: Claim, line: Line) -> Cells:
    hospital = claim.biller.institutional
    return {
        **_claim_cells(claim),
        "line_number": str(line.number),
        "line_control": line.control or NULL,
        "procedure": line.code or NULL,
        "modifiers": _json(list(line.modifiers)),
        "revenue_code": line.revenue or NULL,
        "units": str(line.units),
        "service_date": line.day.isoformat(),
        "place_of_service": claim.pos + (claim.frequency if hospital else ""),
        "charge": _money(line.charge),
        **_amounts(line.row),
        **_judgement(line.row),
        **_place(line.place),
    }


def whole_cells(claim: Claim) -> Cells:
    """A claim that was answered without service lines."""
    cells = {**_claim_cells(claim), "line_number": NULL, "procedure": NULL, "charge": _money(claim.charge)}
    return {**cells, **_amounts(claim.whole), **_judgement(claim.whole), **_place(claim.place)}


def extra_cells(claim: Claim) -> Cells:
    """What payers decided on the claim beside its lines."""
    assert claim.extra is not None
    cells = {**_claim_cells(claim), "line_number": NULL, "procedure": NULL, "charge": _money(0)}
    return {**cells, **_amounts(claim.extra), **_place(claim.place)}


def stray_cells(clp: Clp) -> Cells:
    """A remittance without service lines that found no claim."""
    assert clp.row is not None
    assert clp.remit is not None
    return {
        "control_number": clp.control or NULL,
        "kind": NULL,
        "payer": clp.remit.named,
        "line_number": NULL,
        "procedure": NULL,
        "charge": _money(clp.charge),
        **_amounts(clp.row),
        **_judgement(clp.row),
        **_place(clp.place),
    }


def _units(svc: Svc) -> int:
    """Units as submitted: SVC07 where given, else SVC05; absent means one."""
    sent = svc.units if svc.submitted_units is None else svc.submitted_units
    return 1 if sent is None else sent


def remit_cells(clp: Clp, number: int, svc: Svc) -> Cells:
    """A remittance line without a claim."""
    assert svc.row is not None
    assert clp.remit is not None
    return {
        "scenario": "not-ours",
        "control_number": clp.control or NULL,
        "kind": NULL,
        "payer": clp.remit.named,
        "line_number": str(number),
        "procedure": svc.code or NULL,
        "modifiers": _json(list(svc.modifiers)),
        "units": str(_units(svc)),
        "service_date": svc.day.isoformat(),
        "place_of_service": clp.facility,
        "charge": _money(svc.charge),
        **_amounts(svc.row),
        **_judgement(svc.row),
        **_place(svc.place),
    }


def _rows(month: Month) -> Iterator[tuple[Cells, Row]]:
    for claim in month.claims:
        if claim.rows == "lines":
            for line in claim.lines:
                yield line_cells(claim, line), line.row
        if claim.rows == "claim":
            yield whole_cells(claim), claim.whole
        if claim.extra:
            yield extra_cells(claim), claim.extra
    for clp in month.unmatched:
        for number, svc in enumerate(clp.svcs, 1):
            assert svc.row is not None
            yield remit_cells(clp, number, svc), svc.row


def lines(month: Month) -> list[Cells]:
    return [cells for cells, _ in _rows(month)]


def _codes(row: Row) -> Cells:
    """The codes that carry the unpaid amount; the tool may name more."""
    answer = row.deciding
    if row.state not in ("denied", "reduced", "packaged", "pending", "patient-share") or not isinstance(answer, Svc):
        return {}
    wanted = "patient" if row.state == "patient-share" else "denied packaged balance"
    carrying = [cas for cas in answer.cas if cas.bucket and cas.bucket in wanted]
    return {
        "group_codes": _json(sorted({cas.group for cas in carrying})),
        "reason_codes": _json(sorted({cas.reason for cas in carrying})),
        "remark_codes": _json(sorted(answer.remarks)),
    }


def findings(month: Month) -> list[Cells]:
    """One for every row that is not simply paid or void, and a closed one for every denial overturned or replaced."""
    owner = {id(line): claim for claim in month.claims for line in claim.lines}
    found = []
    keep = ("scenario", "control_number", "frequency", "line_number", "line_control", "procedure", "service_date")
    for cells, row in _rows(month):
        overturned = row.first_state in UNPAID and row.state in ("paid", "void")
        if not row.state or (row.state in ("paid", "void") and not overturned):
            continue
        cause = row.first_cause if overturned else row.cause
        finding = {name: cells.get(name, "") for name in (*keep, "payer", "file", "segment")}
        clp = row.deciding.clp if isinstance(row.deciding, Svc) else row.deciding
        finding["trace_number"] = clp.remit.trace if clp and clp.remit and not overturned else ""
        finding.update({} if overturned else _codes(row))
        finding["cause"] = cause
        finding["verdict"] = "" if overturned else row.verdict
        finding["denial"] = "no" if cause in NO_DENIAL else "yes"
        finding["denied"] = _money(row.denied)
        finding["open"] = "false" if overturned else "true" if row.state in UNPAID else ""
        if row.depends_on is not None and not overturned:
            parent = owner[id(row.depends_on)]
            finding["depends_on"] = f"{parent.control}/{parent.frequency}/{row.depends_on.number}"
        elif "|" not in cause and not overturned:
            finding["depends_on"] = NULL
        found.append(finding)
    return found


def payments(remits: Iterable[Remit], repeats: Iterable[tuple[Remit, Place]]) -> list[Cells]:
    """Every payment, and every repeat of one with the place of the repeat."""

    def cells(remit: Remit, place: Place | None, duplicate_of: Place | None) -> Cells:
        difference = remit.amount - (remit.claim_paid - remit.provider_adjustments)
        return {
            "trace_number": remit.trace,
            "payer": remit.named,
            "payer_id": remit.payer.id,
            "payee_npi": remit.payee.npi,
            "method": "NON" if remit.amount == 0 else remit.payer.method,
            "amount": _money(remit.amount),
            "date": remit.date.isoformat(),
            "claims": str(len(remit.clps)),
            "lines": str(sum(len(clp.svcs) for clp in remit.clps)),
            "claim_paid": _money(remit.claim_paid),
            "provider_adjustments": _money(remit.provider_adjustments),
            "difference": _money(difference),
            "balanced": "false" if difference else "true",
            "duplicate_of": f"{duplicate_of[0]}#{duplicate_of[1]}" if duplicate_of else NULL,
            **_place(place),
        }

    out = [cells(remit, remit.place, None) for remit in remits]
    return out + [cells(remit, place, remit.place) for remit, place in repeats]


def to_csv(columns: tuple[str, ...], rows: Iterable[Cells]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("ascii")
