-- A payment whose payer and trace number belong to an earlier payment with other content.
SELECT file_id, id AS transaction_id, first_segment AS segment, 'TRN02' AS element, trace_number AS value, expected
FROM (
    SELECT
        t.file_id, t.id, t.first_segment, p.trace_number,
        row_number() OVER delivered AS place,
        first_value(f.path || '#' || t.first_segment) OVER delivered AS expected
    FROM payment p
    JOIN transaction_set t ON t.id = p.id
    JOIN file f ON f.id = t.file_id
    WHERE p.trace_number IN (SELECT number FROM changed_number)
    WINDOW delivered AS (
        PARTITION BY p.trace_number, p.payer_id, p.payer_name
        ORDER BY t.interchange_date, t.interchange_time, t.interchange_control, f.path, t.first_segment, f.sha256
    )
)
WHERE place > 1
