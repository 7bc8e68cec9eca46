-- Every remittance line's paid amount is its charge less its adjustments.
SELECT
    f.path AS file, l.id & 4294967295 AS segment, c.control_number, l.procedure, l.charge_cents, l.paid_cents,
    coalesce(sum(a.amount_cents), 0) AS adjusted_cents
FROM remit_line l
LEFT JOIN remit_claim c ON c.id = l.remit_claim_id
LEFT JOIN adjustment a ON a.remit_line_id = l.id
LEFT JOIN file f ON f.id = l.id >> 32
GROUP BY l.id
HAVING coalesce(l.charge_cents, 0) - coalesce(sum(a.amount_cents), 0) <> coalesce(l.paid_cents, 0)
