-- One row for each answer of a payer to a line (or to a claim as a whole), reversals included; position is its place in time.
-- paid_cents is what the answer paid for the row: an answer to the whole claim is shared among the rows that it stands in.
SELECT
    l.outcome_id, l.position, p.trace_number, p.payer_name AS payer, coalesce(p.date, p.production_date) AS date,
    rc.payer_control_number, rc.status AS claim_status, rl.procedure,
    l.paid_cents,
    l.tier, l.status, l.effect,
    f.path AS file, coalesce(l.remit_line_id, l.remit_claim_id) & 4294967295 AS segment, l.id AS link_id
FROM link l
JOIN remit_claim rc ON rc.id = l.remit_claim_id
LEFT JOIN remit_line rl ON rl.id = l.remit_line_id
LEFT JOIN payment p ON p.id = rc.payment_id
LEFT JOIN file f ON f.id = rc.id >> 32
