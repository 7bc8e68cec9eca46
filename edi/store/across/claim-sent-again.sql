-- A claim that repeats an earlier one of the same control number word for word, in a transaction of its own.
WITH sent AS (
    SELECT
        c.id, c.transaction_id, c.control_number, t.created_date, t.created_time, f.id AS file_id, f.path, f.sha256,
        json_array(
            c.frequency, c.charge_cents, c.responsibility, c.payer_id, c.payer_name, c.billing_npi, c.member_id,
            c.subscriber_birth_date, c.patient_first, c.patient_birth_date, c.payer_control_number
        ) AS head,
        (
            SELECT group_concat(json_array(
                l.procedure, l.modifier1, l.modifier2, l.modifier3, l.modifier4, l.revenue_code, l.charge_cents, l.units,
                l.service_date
            ))
            FROM service_line l WHERE l.claim_id = c.id
        ) AS lines
    FROM claim c
    JOIN transaction_set t ON t.id = c.transaction_id
    JOIN file f ON f.id = t.file_id
    WHERE c.control_number IN (
        SELECT n.number FROM changed_number n JOIN claim s ON s.control_number = n.number
        GROUP BY n.number HAVING count(*) > 1
    )
)
SELECT file_id, transaction_id, id & 4294967295 AS segment, 'CLM01' AS element, control_number AS value, expected
FROM (
    SELECT
        *,
        row_number() OVER delivered AS place,
        first_value(path || '#' || (id & 4294967295)) OVER delivered AS expected
    FROM sent
    WINDOW delivered AS (
        PARTITION BY control_number, head, lines
        ORDER BY created_date, created_time, path, id & 4294967295, sha256
    )
)
WHERE place > 1
