-- What `edi diagnostics` prints: what was wrong with the files, in the files' order.
SELECT
    d.rule, d.level, f.path AS file, t.transaction_control AS "transaction", d.segment, d.offset, d.loop, d.element, d.value,
    d.message, d.action
FROM diagnostic d
JOIN file f ON f.id = d.file_id
LEFT JOIN transaction_set t ON t.id = d.transaction_id
WHERE {where}
ORDER BY f.path, d.segment, d.rule, d.element, d.value
