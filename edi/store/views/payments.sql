-- One row for each payment (835 transaction): its amount against its claims and provider adjustments, in dollars.
SELECT
    p.trace_number, p.payer_name AS payer, p.payee_npi, p.method, coalesce(p.date, p.production_date) AS date,
    p.amount_cents / 100.0 AS amount,
    p.claims, p.lines,
    p.claim_paid_cents / 100.0 AS claim_paid,
    p.provider_adjustment_cents / 100.0 AS provider_adjustments,
    p.difference_cents / 100.0 AS difference,
    p.difference_cents = 0 AS balanced,
    f.path AS file, p.id & 4294967295 AS segment, p.id AS payment_id
FROM payment_balance p
JOIN file f ON f.id = p.id >> 32
ORDER BY date, p.payer_name, p.trace_number
