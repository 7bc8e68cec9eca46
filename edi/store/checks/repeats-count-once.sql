-- A transaction that was delivered again points to one that counts, and has no records of its own.
SELECT t.id AS transaction_id, t.duplicate_of, f.path AS file, t.first_segment AS segment
FROM transaction_set t
LEFT JOIN file f ON f.id = t.file_id
WHERE t.duplicate_of IS NOT NULL
    AND (
        NOT EXISTS (SELECT 1 FROM transaction_set c WHERE c.id = t.duplicate_of AND c.duplicate_of IS NULL)
        OR EXISTS (SELECT 1 FROM payment p WHERE p.id = t.id)
        OR EXISTS (SELECT 1 FROM claim c WHERE c.transaction_id = t.id)
    )
