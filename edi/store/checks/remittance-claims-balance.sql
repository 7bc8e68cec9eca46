-- Every remittance claim's paid amount is its charge less all its adjustments, those of its lines included.
SELECT
    f.path AS file, c.id & 4294967295 AS segment, c.control_number, c.charge_cents, c.paid_cents,
    coalesce(sum(a.amount_cents), 0) AS adjusted_cents
FROM remit_claim c
LEFT JOIN adjustment a ON a.remit_claim_id = c.id
LEFT JOIN file f ON f.id = c.id >> 32
GROUP BY c.id
HAVING coalesce(c.charge_cents, 0) - coalesce(sum(a.amount_cents), 0) <> coalesce(c.paid_cents, 0)
