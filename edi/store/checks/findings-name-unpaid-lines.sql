-- A finding is open just while its line is unpaid or reduced, and a closed one holds no denied money.
-- after: analyze
SELECT n.id AS finding_id, n.control_number, n.line_number, n.open, n.denied_cents, o.state
FROM finding n
LEFT JOIN outcome o ON o.id = n.outcome_id
WHERE o.id IS NULL
    OR (n.open = 1 AND o.state IN ('paid', 'void'))
    OR (n.open = 0 AND (o.state NOT IN ('paid', 'void') OR n.denied_cents <> 0))
