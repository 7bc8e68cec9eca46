-- What payers paid is in the rows, to the cent: the links of an answer hold what it paid, a row what its answers in force hold.
-- after: analyze
SELECT 'remittance claim' AS what, r.id, r.control_number, r.paid_cents, sum(l.paid_cents) AS links_cents
FROM remit_claim r
LEFT JOIN link l ON l.remit_claim_id = r.id
GROUP BY r.id
HAVING coalesce(r.paid_cents, 0) <> coalesce(sum(l.paid_cents), 0) AND coalesce(sum(l.effect = 'cancelled'), 0) = 0
UNION ALL
SELECT 'row', o.id, o.control_number, o.paid_cents, sum(l.paid_cents)
FROM outcome o
LEFT JOIN link l ON l.outcome_id = o.id AND coalesce(l.effect, 'counted') = 'counted'
GROUP BY o.id
HAVING o.paid_cents <> coalesce(sum(l.paid_cents), 0)
UNION ALL
-- An answer and the reversal that cancels it leave nothing.
SELECT 'cancelled', NULL, NULL, 0, sum(paid_cents)
FROM link
WHERE effect = 'cancelled'
HAVING sum(paid_cents) <> 0
