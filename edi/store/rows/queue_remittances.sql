-- Answers of payers that found no claim, and answered lines that found no line of the claim; one row a CLP or SVC.
SELECT
    'claim' AS level, rc.id, rc.id AS remit_claim_id, NULL AS claim_id, rc.control_number, rc.payer_control_number,
    rc.status AS claim_status, rc.charge_cents, rc.paid_cents, count(DISTINCT l.remit_line_id) AS lines,
    min(o.service_date) AS service_date, group_concat(DISTINCT o.procedure) AS codes,
    p.payer_name AS payer, p.trace_number, coalesce(p.date, p.production_date) AS date,
    f.path AS file, rc.id & 4294967295 AS segment
FROM link l
JOIN outcome o ON o.id = l.outcome_id
JOIN remit_claim rc ON rc.id = l.remit_claim_id
JOIN payment p ON p.id = rc.payment_id
LEFT JOIN file f ON f.id = rc.id >> 32
WHERE o.kind IS NULL
    AND NOT EXISTS (SELECT 1 FROM link x WHERE x.remit_claim_id = rc.id AND x.claim_id IS NOT NULL)
GROUP BY rc.id
UNION ALL
SELECT
    'line', rl.id, rc.id, (SELECT max(x.claim_id) FROM link x WHERE x.remit_claim_id = rc.id), rc.control_number,
    rc.payer_control_number, rc.status, rl.charge_cents, rl.paid_cents, 1, o.service_date, o.procedure, p.payer_name,
    p.trace_number, coalesce(p.date, p.production_date), f.path, rl.id & 4294967295
FROM link l
JOIN outcome o ON o.id = l.outcome_id
JOIN remit_claim rc ON rc.id = l.remit_claim_id
JOIN remit_line rl ON rl.id = l.remit_line_id
JOIN payment p ON p.id = rc.payment_id
LEFT JOIN file f ON f.id = rc.id >> 32
WHERE o.kind IS NULL
    AND EXISTS (SELECT 1 FROM link x WHERE x.remit_claim_id = rc.id AND x.claim_id IS NOT NULL)
GROUP BY rl.id
ORDER BY payer, date, trace_number, file, segment
