-- A transaction whose content is counted elsewhere. One without a number is compared every time.
SELECT file_id, transaction_id, segment, element, value, expected
FROM (
    SELECT
        t.file_id, t.id AS transaction_id, t.first_segment AS segment,
        CASE t.set_code WHEN '835' THEN 'TRN02' ELSE 'BHT03' END AS element,
        coalesce(p.trace_number, t.reference) AS value,
        cf.path || '#' || c.first_segment AS expected
    FROM transaction_set t
    JOIN transaction_set c ON c.id = t.duplicate_of
    JOIN file cf ON cf.id = c.file_id
    LEFT JOIN payment p ON p.id = c.id
    WHERE t.duplicate_of > 0 -- so that the index finds the repeats, which are few
)
WHERE value IS NULL OR value IN (SELECT number FROM changed_number)
