-- Claims of ours with lines that no payer answered. A claim that was sent again counts from its last sending.
WITH silent AS (
    SELECT
        o.claim_id, sum(o.state = 'no-response') AS unanswered, count(*) AS lines,
        sum(CASE WHEN o.state = 'no-response' THEN o.charge_cents ELSE 0 END) AS charge_cents,
        min(CASE WHEN o.state = 'no-response' THEN o.service_date END) AS service_date
    FROM outcome o
    WHERE o.claim_id IN (SELECT claim_id FROM outcome WHERE state = 'no-response')
    GROUP BY o.claim_id
)
SELECT
    c.id, c.control_number, c.kind, c.payer_name AS payer, c.payer_id, c.filing_code, c.frequency, c.responsibility,
    s.charge_cents, s.lines, s.unanswered, s.service_date,
    coalesce(t.created_date, t.interchange_date) AS submitted,
    (
        SELECT max(coalesce(t2.created_date, t2.interchange_date))
        FROM claim c2 JOIN transaction_set t2 ON t2.id = c2.transaction_id
        WHERE c2.control_number = c.control_number AND c2.member_id IS c.member_id
    ) AS last_sent,
    t.id AS transaction_id, t.interchange_control, t.group_control, t.transaction_control, t.reference,
    f.path AS file, c.id & 4294967295 AS segment
FROM silent s
JOIN claim c ON c.id = s.claim_id
LEFT JOIN transaction_set t ON t.id = c.transaction_id
LEFT JOIN file f ON f.id = c.id >> 32
ORDER BY payer, last_sent, c.control_number, f.path, segment
