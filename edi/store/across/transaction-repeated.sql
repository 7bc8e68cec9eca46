-- A transaction whose content is counted elsewhere.
SELECT
    t.file_id, t.id AS transaction_id, t.first_segment AS segment,
    CASE t.set_code WHEN '835' THEN 'TRN02' ELSE 'BHT03' END AS element,
    coalesce(p.trace_number, t.reference) AS value,
    cf.path || '#' || c.first_segment AS expected
FROM transaction_set t
JOIN transaction_set c ON c.id = t.duplicate_of
JOIN file cf ON cf.id = c.file_id
LEFT JOIN payment p ON p.id = c.id
