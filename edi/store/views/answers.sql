-- One row for each answer of a payer to a line (or to a claim as a whole), reversals included; position is its place in time.
SELECT
    l.outcome_id, l.position, p.trace_number, p.payer_name AS payer, coalesce(p.date, p.production_date) AS date,
    rc.payer_control_number, rc.status AS claim_status, rl.procedure,
    -- An answer to the claim as a whole paid what the claim's lines do not say.
    CASE WHEN l.remit_line_id IS NULL THEN coalesce(rc.paid_cents, 0) - (
        SELECT coalesce(sum(x.paid_cents), 0) FROM remit_line x WHERE x.remit_claim_id = rc.id
    ) ELSE rl.paid_cents END AS paid_cents,
    l.tier, l.status, l.effect,
    f.path AS file, coalesce(l.remit_line_id, l.remit_claim_id) & 4294967295 AS segment, l.id AS link_id
FROM link l
JOIN remit_claim rc ON rc.id = l.remit_claim_id
LEFT JOIN remit_line rl ON rl.id = l.remit_line_id
LEFT JOIN payment p ON p.id = rc.payment_id
LEFT JOIN file f ON f.id = rc.id >> 32
