-- Answers of payers that found no line of ours: one row for each remittance line (SVC), or claim (CLP) without lines.
-- claim_id names the claim where other lines of the same remittance claim found theirs.
SELECT
    l.remit_claim_id, l.remit_line_id, (SELECT max(x.claim_id) FROM link x WHERE x.remit_claim_id = rc.id) AS claim_id,
    rc.control_number, rc.payer_control_number, rc.status AS claim_status, rc.charge_cents AS claim_charge_cents,
    rc.paid_cents AS claim_paid_cents, rl.charge_cents, rl.paid_cents, o.service_date, o.procedure,
    p.payer_name AS payer, p.trace_number, coalesce(p.date, p.production_date) AS date, f.path AS file
FROM link l
JOIN outcome o ON o.id = l.outcome_id
JOIN remit_claim rc ON rc.id = l.remit_claim_id
LEFT JOIN remit_line rl ON rl.id = l.remit_line_id
JOIN payment p ON p.id = rc.payment_id
LEFT JOIN file f ON f.id = rc.id >> 32
WHERE o.kind IS NULL
GROUP BY l.remit_claim_id, l.remit_line_id
ORDER BY payer, date, p.trace_number, f.path, coalesce(l.remit_line_id, l.remit_claim_id) & 4294967295
