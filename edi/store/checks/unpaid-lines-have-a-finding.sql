-- Every line that is not paid, nor void at our own request, has exactly one primary finding.
-- after: analyze
SELECT o.id AS outcome_id, o.control_number, o.line_number, o.state, count(n.id) AS findings
FROM outcome o
LEFT JOIN finding n ON n.outcome_id = o.id AND n.is_primary = 1
GROUP BY o.id
HAVING count(n.id) > 1 OR (count(n.id) = 0 AND o.state NOT IN ('paid', 'void'))
