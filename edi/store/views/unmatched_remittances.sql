-- One row for each remittance line (or whole claim) that found no claim of ours: billed by another system, or not imported.
SELECT
    o.control_number, rc.payer_control_number, o.payer, o.line_number, o.procedure, o.modifiers, o.service_date,
    o.charge_cents / 100.0 AS charge,
    o.paid_cents / 100.0 AS paid,
    o.denied_cents / 100.0 AS denied,
    o.state, rc.status AS claim_status, p.trace_number, coalesce(p.date, p.production_date) AS payment_date,
    f.path AS file, o.segment, o.id AS outcome_id
FROM outcome o
LEFT JOIN remit_claim rc ON rc.id = o.remit_claim_id
LEFT JOIN payment p ON p.id = rc.payment_id
LEFT JOIN file f ON f.id = o.file_id
WHERE o.kind IS NULL
ORDER BY o.charge_cents DESC, o.control_number, o.line_number
