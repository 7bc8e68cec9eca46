-- One row for each claim that no payer has answered, with its age at the newest date in the database.
SELECT
    c.control_number, c.payer_name AS payer, c.filing_code, c.frequency,
    sum(o.charge_cents) / 100.0 AS charge,
    count(*) AS lines,
    min(o.service_date) AS service_date,
    max(t.created_date) AS submitted,
    CAST(julianday((SELECT max(date) FROM (
        SELECT max(created_date) AS date FROM transaction_set UNION ALL SELECT max(coalesce(date, production_date)) FROM payment
    ))) - julianday(min(o.service_date)) AS INTEGER) AS days_since_service,
    f.path AS file, c.id & 4294967295 AS segment, c.id AS claim_id
FROM outcome o
JOIN claim c ON c.id = o.claim_id
LEFT JOIN transaction_set t ON t.id = c.transaction_id
LEFT JOIN file f ON f.id = c.id >> 32
WHERE o.state = 'no-response'
GROUP BY c.id
ORDER BY charge DESC, c.control_number
