"""Claims that are about to go out, through the scrub checks: files in, findings out; nothing is stored.

Reads the 837s of the given sources into memory, puts each patient's claims beside what a database holds of the patient,
and asks the auditor. Other transactions are counted by file and left.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from edi.analysis import grouping, model
from edi.analysis.audit.auditor import Auditor, Finding
from edi.analysis.audit.checks import Denials, Past, Unchecked, catalog
from edi.analysis.grouping import normalised
from edi.analysis.linking.ladder import load_ladder
from edi.analysis.model import Claim, RemitClaim
from edi.analysis.reference import load_reference
from edi.analysis.subject import PayerHabits
from edi.pipeline.loading import load
from edi.records import mapping
from edi.records.sources import Problem, discover
from edi.resources import Resources
from edi.store import worklog
from edi.store.database import Database
from edi.store.reading import Rows, Whole, read_sources
from edi.store.reference import loading

FIRST_FILE = 1 << 30  # numbers of files that no database holds
TOGETHER = 500  # patients whose history is read at a time
CLAIM_SETS = {"837P", "837I"}
_CLAIM_TABLES = tuple(name for name in model.TABLES if "remit" not in name and name not in ("payment", "adjustment"))
_RECORDS = ("stress-documentation-missing", "interpretation-missing", "records-requested")

# Denials as they were first decided: the first answer's denied cents, also of what was overturned since.
_DENIALS = """
    SELECT n.payer, n.cause, COUNT(*), SUM(MAX(COALESCE(o.first_denied_cents, 0), n.denied_cents))
    FROM finding n JOIN outcome o ON o.id = n.outcome_id
    WHERE n.is_primary = 1 AND n.denial <> 'no' GROUP BY n.payer, n.cause
"""
_DECIDED = """
    SELECT payer, procedure, COUNT(*) FROM outcome
    WHERE procedure IS NOT NULL AND state NOT IN ('no-response', 'pending', 'void') GROUP BY payer, procedure
"""
_ASKED = f"""
    SELECT payer, procedure, COUNT(*) FROM finding
    WHERE is_primary = 1 AND cause IN ({", ".join("?" * len(_RECORDS))}) GROUP BY payer, procedure
"""


@dataclass
class AuditRun:
    """What came of an audit. `files` names the files by number; `left` what was not audited, by file."""

    findings: list[Finding] = field(default_factory=list)
    unchecked: Counter[Unchecked] = field(default_factory=Counter)
    files: dict[int, str] = field(default_factory=dict)
    claims: int = 0
    lines: int = 0
    left: dict[str, str] = field(default_factory=dict)  # file -> "1 x 835"
    problems: list[str] = field(default_factory=list)  # sentences on what could not be read
    skipped: int = 0  # files of searched folders that are not X12


def audit_paths(paths: Sequence[str], resources: Resources, database: Database | None = None) -> AuditRun:
    """Audit every 837 at or below `paths`. Input never raises; a StoreError can come from the database."""
    run = AuditRun()
    claims = _read(paths, mapping.load(resources), run)
    run.claims, run.lines = len(claims), sum(len(claim.lines) for claim in claims)
    auditor = _auditor(resources, database, claims)
    for batch, known, remits in _patients(claims, database):
        audited = auditor.audit(batch, known, remits)
        run.findings += audited.findings
        run.unchecked.update(audited.unchecked)
    run.findings.sort(key=lambda found: found.claim.id)
    return run


def _read(paths: Sequence[str], mappings: mapping.Mappings, run: AuditRun) -> list[Claim]:
    """The claims of every source, in the order of the files."""
    sources = []
    for one in discover(paths):
        if not isinstance(one, Problem):
            sources.append(one)
        elif one.named:
            run.problems.append(one.message)
        else:
            run.skipped += 1
    run.files = {number: source.name for number, source in enumerate(sources, start=FIRST_FILE)}
    names = iter(sources)
    source = next(names, None)
    rows: dict[str, list[list[Any]]] = {}
    for message in read_sources(sources, FIRST_FILE, mappings):
        if isinstance(message, Rows):
            for table in ("transaction_set", *_CLAIM_TABLES):
                rows.setdefault(table, []).extend(message.rows.get(table, []))
            continue
        assert source is not None
        _told(source.name, source.named, message, run)
        source = next(names, None)
    return _claims(rows, mappings)


def _told(name: str, named: bool, message: Whole | Problem, run: AuditRun) -> None:
    """Note what a file held besides claims, and what was wrong with it."""
    if isinstance(message, Problem):
        run.problems.append(message.message)
        return
    if not message.is_x12:
        if named or message.failed:
            run.problems.append(f"{name} holds no X12 that can be read.")
        else:
            run.skipped += 1
        return
    others = {kind: count for kind, count in sorted(message.sets.items()) if kind not in CLAIM_SETS}
    if others:
        run.left[name] = ", ".join(f"{count} x {kind}" for kind, count in others.items())
    errors = sum(found.level == "error" for found in message.diagnostics)
    if errors and CLAIM_SETS & message.sets.keys():
        run.problems.append(f"{name} has {errors} errors in its X12; edi validate shows them.")


def _claims(rows: dict[str, list[list[Any]]], mappings: mapping.Mappings) -> list[Claim]:
    """Rows of the reader as claims with their lines."""
    names = {table: [column.name for column in mappings.tables[table].columns] for table in rows}
    sets = {row[0]: dict(zip(names["transaction_set"], row, strict=True)) for row in rows.get("transaction_set", [])}
    chosen: dict[str, list[list[Any]]] = {}
    for table in _CLAIM_TABLES:
        made = []
        for row in rows.get(table, []):
            values = dict(zip(names[table], row, strict=True))
            if table == "claim":
                sent = sets.get(values["transaction_id"], {})
                values["submitted"] = sent.get("created_date") or sent.get("interchange_date")
                when = ("created_date", "created_time", "interchange_date", "interchange_time", "reference")
                values["submitted_key"] = " ".join(str(sent.get(name) or "") for name in when)
            made.append([values.get(name) for name in model.columns(table)])
        chosen[table] = made
    return model.assemble(chosen)[0]


def _auditor(resources: Resources, database: Database | None, claims: Iterable[Claim]) -> Auditor:
    hospitals = {claim.billing_npi for claim in claims if claim.kind == "837I" and claim.billing_npi}
    codes = {line.procedure for claim in claims for line in claim.lines if line.procedure}
    words, ladder = catalog(resources), load_ladder(resources)
    if database is None:
        return Auditor(words, load_reference(resources), ladder, hospitals=frozenset(hospitals))
    read = database.connection
    hospitals |= {
        row[0] for row in read.execute("SELECT DISTINCT billing_npi FROM claim WHERE kind = '837I'") if row[0]
    }
    reference = load_reference(resources, loading.rows(database, codes))
    habits = PayerHabits.of(worklog.paying_habits(read))
    return Auditor(words, reference, ladder, habits, _past(read), frozenset(hospitals))


def _past(read: sqlite3.Connection) -> Past:
    denials: dict[tuple[str, str], Denials] = {}
    for payer, cause, lines, cents in read.execute(_DENIALS):
        key = normalised(payer), cause
        before = denials.get(key, Denials())
        denials[key] = Denials(before.lines + lines, before.cents + (cents or 0))
    decided: Counter[tuple[str, str]] = Counter()
    records: Counter[tuple[str, str]] = Counter()
    for payer, code, lines in read.execute(_DECIDED):
        decided[normalised(payer), code] += lines
    for payer, code, lines in read.execute(_ASKED, _RECORDS):
        records[normalised(payer), code or ""] += lines
    return Past(True, denials, decided, records)


def _keys(claim: Claim) -> list[Any]:
    return grouping.claim_keys(claim.control_number, claim.member_id, claim.payer_control_number, claim.patient_key)


def _patients(
    claims: Sequence[Claim], database: Database | None
) -> Iterator[tuple[list[Claim], list[Claim], list[RemitClaim]]]:
    """Claims that may have to do with each other, with what the database holds of them: its claims and remittances."""
    by_id = {claim.id: claim for claim in claims}
    stored: dict[int, list[int]] = {}  # claim -> rows of the database that hang together with it
    if database is not None:
        touched = worklog.Touched(database.connection, grouping.CROWD)
        for group in _groups({claim.id: _keys(claim) for claim in claims}):
            keys = {worklog.as_text(key) for claim_id in group for key in _keys(by_id[claim_id])}
            stored[group[0]] = [row_id for rows in touched.closure([], sorted(keys)) for row_id in rows]
    # Two groups that meet in the database are one.
    met = {claim.id: [*_keys(claim), *(("row", row) for row in stored.get(claim.id, ()))] for claim in claims}
    groups = _groups(met)
    if database is None:
        yield from (([by_id[claim_id] for claim_id in group], [], []) for group in groups)
        return
    for first in range(0, len(groups), TOGETHER):
        some = groups[first : first + TOGETHER]
        rows = [sorted({row for claim_id in group for row in stored.get(claim_id, ())}) for group in some]
        for group, (known, remits) in zip(some, load(database, rows), strict=True):
            yield [by_id[claim_id] for claim_id in group], known, remits


def _groups(keys: Mapping[int, list[Any]]) -> list[list[int]]:
    groups = grouping.Groups()
    for claim_id, found in keys.items():
        groups.add(claim_id, found)
    return [sorted(group) for group in groups.groups()]
