-- Every claim's charge is the sum of its lines' charges.
SELECT
    f.path AS file, c.id & 4294967295 AS segment, c.control_number, c.charge_cents, sum(l.charge_cents) AS lines_cents
FROM claim c
JOIN service_line l ON l.claim_id = c.id
LEFT JOIN file f ON f.id = c.id >> 32
GROUP BY c.id
HAVING coalesce(c.charge_cents, 0) <> coalesce(sum(l.charge_cents), 0)
