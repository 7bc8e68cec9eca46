-- Every payment's amount is what its claims were paid less its provider adjustments.
SELECT f.path AS file, p.id & 4294967295 AS segment, p.trace_number, p.amount_cents, p.difference_cents
FROM payment_balance p
LEFT JOIN file f ON f.id = p.id >> 32
WHERE p.difference_cents <> 0
