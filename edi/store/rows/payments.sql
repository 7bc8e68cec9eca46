-- What `edi payments` prints: each 835 transaction as delivered, a repeat with the one that counts in `duplicate_of`.
-- The filter speaks of the view `payments`.
SELECT
    p.trace_number, p.payer_name AS payer, p.payer_id, p.payee_npi, p.method, p.amount_cents,
    coalesce(p.date, p.production_date) AS date,
    p.claims, p.lines, p.claim_paid_cents, p.provider_adjustment_cents AS provider_adjustments_cents, p.difference_cents,
    p.difference_cents = 0 AS balanced_flag,
    CASE WHEN t.duplicate_of IS NOT NULL THEN cf.path || '#' || (p.id & 4294967295) END AS duplicate_of,
    f.path AS file, t.first_segment AS segment
FROM transaction_set t
JOIN payment_balance p ON p.id = coalesce(t.duplicate_of, t.id)
JOIN file f ON f.id = t.file_id
LEFT JOIN file cf ON cf.id = p.id >> 32
WHERE {where}
ORDER BY date, p.payer_name, p.trace_number, t.duplicate_of IS NOT NULL, f.path, t.first_segment
