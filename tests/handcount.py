"""Services counted by hand: temporary tables that SQL makes of what was imported and linked, for the metrics' judges.

The view that `edi metrics` reads is not asked, nor are the amounts and states that the analysis derived of first
answers. The rules are those of domain.md section 4 as docs/metrics.md words them, written anew:

- `reply`: each answer (a CLP) to a row of `edi lines`, with its day, what it paid and denied of the row, and whether it
  only waits. What is a denial is read off groups and reasons of its adjustments.
- `service`: each row of `edi lines` with its episode, its turn in it, and which row of the episode tells how it stands.
- `now`: the standing row of each episode that was not withdrawn.
- `first`: the first decided row of each service, with what became of it; `denial` those that were denied.
"""

from __future__ import annotations

import sqlite3
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

TABLES = """
-- Not denials (domain.md 4): the patient's share, contract and payment rules, the other payer's part, arithmetic of
-- bundling, waiting; and what a hospital's payment packages.
CREATE TEMP TABLE cut AS
SELECT a.remit_claim_id, a.remit_line_id, a.amount_cents,
    a.reason_code IN ('133', '257', '277') AS waits,
    NOT (a.group_code = 'PR' AND a.reason_code IN ('1', '2', '3', '66'))
        AND a.reason_code NOT IN ('45', '253', '131', '44', '24', '23', '94', '59', '133', '257', '277')
        AND NOT (a.reason_code IN ('97', '234') AND rc.facility_code = '13')
        -- Nothing paid and the whole charge written off to the contract hides a denial (domain.md 3, row 33).
        OR (a.group_code = 'CO' AND a.reason_code = '45' AND rl.paid_cents = 0 AND a.amount_cents = rl.charge_cents)
        AS denies
FROM adjustment a JOIN remit_claim rc ON rc.id = a.remit_claim_id LEFT JOIN remit_line rl ON rl.id = a.remit_line_id;

CREATE TEMP TABLE reply AS
SELECT l.outcome_id, l.effect, rc.id AS remit, rc.status, p.date AS day, rc.paid_cents AS remit_paid, rc.received_date,
    rc.status IN ('2', '3', '20', '21') AS later_payer,
    sum(l.paid_cents) AS paid,
    sum(coalesce(CASE WHEN l.remit_line_id IS NULL THEN
        (SELECT sum(c.amount_cents) FROM cut c WHERE c.remit_claim_id = rc.id AND c.denies) ELSE
        (SELECT sum(c.amount_cents) FROM cut c WHERE c.remit_line_id = l.remit_line_id AND c.denies) END, 0)) AS denied,
    max(EXISTS (SELECT 1 FROM cut c WHERE c.remit_line_id = l.remit_line_id AND c.waits)) AS waits,
    max(EXISTS (SELECT 1 FROM remit_line rl WHERE rl.id = l.remit_line_id AND rl.paid_cents > 0
                AND rl.submitted_procedure = '78452' AND rl.procedure = '78451')) AS downcoded,
    max(EXISTS (SELECT 1 FROM remark m WHERE m.remit_claim_id = rc.id AND m.code IN ('N690', 'MA91'))) AS appeal
FROM link l JOIN remit_claim rc ON rc.id = l.remit_claim_id JOIN payment p ON p.id = rc.payment_id
GROUP BY l.outcome_id, l.effect, rc.id;

-- The first final answer of a row: all answers of its day (a payer may split a claim).
CREATE TEMP TABLE decision AS
SELECT r.outcome_id, r.day, sum(r.paid) AS paid, sum(r.denied) AS denied,
    sum(r.denied) > 0 OR max(r.downcoded) AS denies, min(r.remit) AS remit,
    max(r.remit_paid) AS remit_paid, min(r.later_payer) AS later_payer, min(r.received_date) AS received_date
FROM reply r
WHERE r.status <> '22' AND NOT r.waits AND r.day = (
    SELECT min(n.day) FROM reply n WHERE n.outcome_id = r.outcome_id AND n.status <> '22' AND NOT n.waits)
GROUP BY r.outcome_id;

-- A replacement and the claim it replaces: the same account number, or the payer's number of it (REF*F8).
CREATE TEMP TABLE replacement AS
SELECT new.id AS claim_id, old.id AS replaced
FROM claim new JOIN claim old ON old.id <> new.id AND old.frequency = '1' AND (
    old.control_number = new.control_number OR old.id IN (
        SELECT l.claim_id FROM link l JOIN remit_claim rc ON rc.id = l.remit_claim_id
        WHERE rc.payer_control_number = new.payer_control_number))
WHERE new.frequency = '7';

CREATE TEMP TABLE billing AS
SELECT o.id, o.claim_id, o.line_number, o.procedure,
    coalesce(c.patient_last, c.subscriber_last) || '|' || coalesce(c.patient_first, c.subscriber_first) || '|'
        || coalesce(c.patient_birth_date, c.subscriber_birth_date) || '|' || c.billing_npi || '|' || o.kind || '|'
        || o.procedure || '|' || o.modifiers || '|' || o.service_date AS service,
    coalesce(t.created_date, t.interchange_date) AS sent, coalesce(t.created_time, '') AS sent_time
FROM outcome o LEFT JOIN claim c ON c.id = o.claim_id LEFT JOIN transaction_set t ON t.id = c.transaction_id;

CREATE TEMP TABLE numbered AS
SELECT *, row_number() OVER (PARTITION BY claim_id, procedure ORDER BY line_number) AS nth,
    coalesce(service || '|' || row_number() OVER (PARTITION BY claim_id, service ORDER BY line_number), id) AS own
FROM billing;

CREATE TEMP TABLE placed AS
SELECT n.id, n.claim_id, n.sent, n.sent_time, coalesce(
    (SELECT old.own FROM numbered old JOIN replacement r ON r.replaced = old.claim_id
     WHERE r.claim_id = n.claim_id AND old.procedure = n.procedure AND old.nth = n.nth),
    (SELECT old.own FROM numbered old JOIN replacement r ON r.replaced = old.claim_id
     WHERE r.claim_id = n.claim_id AND old.line_number = n.line_number),
    n.own) AS episode
FROM numbered n;

CREATE TEMP TABLE service AS
SELECT o.id, coalesce(o.claim_id, o.remit_claim_id) AS claim, o.kind, o.payer, o.procedure, o.service_date, o.state,
    o.charge_cents AS charge, o.paid_cents AS paid, o.denied_cents AS denied, o.allowed_cents AS allowed,
    p.sent, p.episode, substr(o.service_date, 1, 7) AS month,
    coalesce(root.cause, f.cause, o.cause) AS cause, f.cause = 'duplicate-claim' AS repeat_of_another,
    f.depends_on IS NOT NULL AS dependent, f.denial, f.open, f.recoverable_cents AS recoverable,
    o.service_line_id IS NULL AND o.remit_line_id IS NULL AND o.charge_cents = 0 AS money_only,
    d.day AS first_day, d.paid AS first_paid, d.denied AS first_denied, coalesce(d.denies, 0) AS denied_first,
    d.remit, d.remit_paid, d.later_payer, d.received_date,
    row_number() OVER (PARTITION BY p.episode ORDER BY d.day IS NULL, d.day, p.sent, p.sent_time, o.id) AS turn,
    row_number() OVER (PARTITION BY p.episode ORDER BY CASE
            WHEN o.state = 'void' THEN 4
            WHEN o.state = 'paid' THEN 1
            WHEN o.state IN ('reduced', 'patient-share', 'packaged', 'capitated', 'paid-elsewhere') THEN 2
            ELSE 3 END,
        o.last_date IS NULL, o.last_date DESC, p.sent DESC, p.sent_time DESC, o.id DESC) AS standing,
    min(o.state = 'void') OVER (PARTITION BY p.episode) AS withdrawn
FROM outcome o JOIN placed p ON p.id = o.id LEFT JOIN decision d ON d.outcome_id = o.id
LEFT JOIN finding f ON f.outcome_id = o.id AND f.is_primary LEFT JOIN finding root ON root.id = f.depends_on;

CREATE TEMP TABLE now AS SELECT * FROM service WHERE standing = 1 AND NOT withdrawn;

CREATE TEMP TABLE first AS
SELECT s.*, n.paid AS now_paid, n.denied AS now_denied, n.state AS now_state, c.preventable,
    (SELECT min(r.day) FROM reply r WHERE r.outcome_id = n.id AND r.effect = 'counted' AND r.paid > 0) AS now_paid_on,
    EXISTS (SELECT 1 FROM reply r WHERE r.outcome_id = s.id AND r.day > s.first_day AND r.status <> '22' AND NOT r.waits
            AND r.effect <> 'set-aside' AND r.later_payer = s.later_payer)
        OR (SELECT count(*) FROM service x
            WHERE x.episode = s.episode AND x.first_day IS NOT NULL AND NOT coalesce(x.repeat_of_another, 0)) > 1
        AS decided_again,
    EXISTS (SELECT 1 FROM reply r WHERE r.outcome_id = s.id AND r.appeal) AS appealed
FROM service s JOIN now n ON n.episode = s.episode LEFT JOIN cause c ON c.cause = s.cause
WHERE s.turn = 1 AND NOT s.money_only;

-- The denials, each service once, and what a later decision changed.
CREATE TEMP TABLE denial AS
SELECT f.*, won, CASE WHEN won THEN now_paid - first_paid END AS recovered,
    CASE WHEN won THEN max(first_denied - max(now_denied, 0), 0) ELSE 0 END AS lifted,
    CASE WHEN won THEN min(first_denied, max(now_denied, 0)) ELSE first_denied END AS kept
FROM (SELECT *, decided_again AND now_paid > first_paid AS won FROM first WHERE denied_first) f;
"""


def count_by_hand(connection: sqlite3.Connection) -> sqlite3.Connection:
    """The connection with the temporary tables above, and copies of the views that drill-downs ask, read once."""
    for view in ("metric_lines", "lines", "findings"):
        connection.execute(f"CREATE TEMP TABLE [{view}] AS SELECT * FROM main.[{view}]")
    connection.executescript(TABLES)
    return connection


def drilled(sql: sqlite3.Connection, row: dict[str, Any], condition: str = "drill") -> set[int]:
    """The rows that a metrics row's condition shows, each once, as many as it says."""
    shown = row.get("drill_rows", "lines")
    found = [one[0] for one in sql.execute(f"SELECT outcome_id FROM {shown} WHERE {row[condition]}")]
    assert len(found) == len(set(found)) == row.get("lines", len(found))
    return set(found)


def dollars(cents: int) -> str:
    return str(Decimal(cents).scaleb(-2).quantize(Decimal("0.01")))


def ratio(part: int, whole: int) -> str | None:
    """Four decimals, half a unit up; None of nothing."""
    return str((Decimal(part) / whole).quantize(Decimal("0.0001"), ROUND_HALF_UP)) if whole else None
