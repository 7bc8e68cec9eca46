-- No billed line is counted twice: one outcome for each line, and none beside its claim's outcome as a whole.
-- after: analyze
SELECT o.service_line_id, min(o.control_number) AS control_number, count(*) AS outcomes
FROM outcome o
WHERE o.service_line_id IS NOT NULL
GROUP BY o.service_line_id
HAVING count(*) > 1
UNION ALL
SELECT o.service_line_id, o.control_number, 2
FROM outcome o
JOIN outcome whole ON whole.claim_id = o.claim_id AND whole.service_line_id IS NULL AND whole.charge_cents <> 0
WHERE o.service_line_id IS NOT NULL
