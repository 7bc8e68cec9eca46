-- The denied cents of each line are those of its primary finding, so that the sums of both agree.
-- after: analyze
SELECT o.id AS outcome_id, o.control_number, o.line_number, o.denied_cents, coalesce(sum(n.denied_cents), 0) AS finding_cents
FROM outcome o
LEFT JOIN finding n ON n.outcome_id = o.id AND n.is_primary = 1
GROUP BY o.id
HAVING o.denied_cents <> coalesce(sum(n.denied_cents), 0)
