"""Charges that were never billed, among the claims that a database holds: the audit's missed-charge checks once more.

A scan in the office without its tracer, a stress agent without a stress test, two doses beside a code for one study.
Only claims that may lack something are read, with all that hangs together with them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from edi.analysis import grouping
from edi.analysis.audit.auditor import Auditor, Finding
from edi.analysis.audit.checks import catalog
from edi.analysis.linking.ladder import load_ladder
from edi.analysis.model import place
from edi.analysis.reference import load_reference
from edi.pipeline.loading import load
from edi.resources import Resources
from edi.store import worklog
from edi.store.database import Database
from edi.store.reference import loading

MISSED = "missed-charge"
TOGETHER = 500  # groups read at a time

_HOSPITALS = "SELECT DISTINCT billing_npi FROM claim WHERE kind = '837I' AND billing_npi IS NOT NULL"
# Claims that were not replaced or voided and have a code for one study, which two doses may contradict, a scan of the
# biller's own (no reading, no hospital claim) without a tracer, or an agent without a stress test. The checks judge;
# this only leaves out what they cannot hit.
_CANDIDATES = """
    SELECT s.claim_id
    FROM service_line s
    JOIN claim c ON c.id = s.claim_id
    JOIN code_family k ON k.code = s.procedure
    WHERE EXISTS (SELECT 1 FROM outcome o WHERE o.claim_id = s.claim_id AND o.state <> 'void')
    GROUP BY s.claim_id
    HAVING max(k.role = 'scan-single')
        OR (
            c.kind = '837P' AND NOT max(k.role LIKE 'tracer%') AND max(
                k.role LIKE 'scan%'
                AND coalesce(s.modifier1, '') <> '26' AND coalesce(s.modifier2, '') <> '26'
                AND coalesce(s.modifier3, '') <> '26' AND coalesce(s.modifier4, '') <> '26'
            )
        )
        OR (max(k.role = 'agent') AND NOT max(k.role IN ('stress-test', 'stress-echo')))
    ORDER BY s.claim_id
"""


def missed_charges(database: Database, resources: Resources) -> list[dict[str, Any]]:
    """What was not billed, by claim: the row to look at, what was found and what to do, as `edi audit` words it."""
    read = database.connection
    wanted = {row[0] for row in read.execute(_CANDIDATES)}
    if not wanted:
        return []
    words = catalog(resources)
    auditor = Auditor(
        words,
        load_reference(resources, loading.rows(database)),
        load_ladder(resources),
        hospitals=frozenset(row[0] for row in read.execute(_HOSPITALS)),
        only=frozenset(entry.id for entry in words.values() if entry.kind == MISSED),
    )
    paths = dict(read.execute("SELECT id, path FROM file"))
    touched = worklog.Touched(read, grouping.CROWD)
    rows = []
    groups = list(touched.closure(sorted(wanted), []))
    for first in range(0, len(groups), TOGETHER):
        for claims, remits in load(database, groups[first : first + TOGETHER]):
            found = auditor.audit(claims, claims, remits).findings
            rows += [_row(one, paths) for one in found if one.claim.id in wanted and one.entry.kind == MISSED]
    return sorted(rows, key=lambda row: (row["control_number"] or "", row["file"], row["segment"], row["check"]))


def _row(found: Finding, paths: Mapping[int, str]) -> dict[str, Any]:
    entry, claim, line = found.entry, found.claim, found.line
    file_id, segment = place(found.at)
    return {
        "check": entry.id,
        "control_number": claim.control_number,
        "line_number": line.line_number if line else None,
        "procedure": line.procedure if line else None,
        "service_date": (line.service_date if line else None) or (claim.dates[0] if claim.dates else None),
        "payer": claim.payer_name,
        "what": entry.message,
        "value": found.value,
        "why": entry.why,
        "action": entry.action,
        "file": paths[file_id],
        "segment": segment,
    }
