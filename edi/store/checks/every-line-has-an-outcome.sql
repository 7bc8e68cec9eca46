-- Every billed line has an outcome: its own, its claim's as a whole, or that of another submission of the same claim.
-- after: analyze
SELECT l.id AS service_line_id, c.control_number, l.line_number, l.charge_cents
FROM service_line l
JOIN claim c ON c.id = l.claim_id
WHERE NOT EXISTS (SELECT 1 FROM outcome o WHERE o.service_line_id = l.id)
    AND NOT EXISTS (SELECT 1 FROM outcome o WHERE o.claim_id = c.id AND o.service_line_id IS NULL AND o.charge_cents <> 0)
    AND NOT EXISTS (
        SELECT 1 FROM claim other JOIN outcome o ON o.claim_id = other.id
        WHERE other.control_number = c.control_number AND other.id <> c.id
    )
    -- A claim whose own lines were destroyed has none to give the lines of its further submissions.
    AND NOT EXISTS (
        SELECT 1 FROM claim other
        WHERE other.control_number = c.control_number AND other.id <> c.id
            AND NOT EXISTS (SELECT 1 FROM service_line x WHERE x.claim_id = other.id)
    )
    -- A void that was sent under a number of its own names what it voids by the payer's number (REF*F8).
    AND NOT (c.frequency = '8' AND EXISTS (
        SELECT 1 FROM claim other JOIN outcome o ON o.claim_id = other.id
        WHERE other.member_id = c.member_id AND other.id <> c.id AND o.state = 'void'
    ))
    AND NOT (c.frequency = '8' AND EXISTS (
        SELECT 1 FROM remit_claim r JOIN link l ON l.remit_claim_id = r.id JOIN outcome o ON o.id = l.outcome_id
        WHERE r.payer_control_number = c.payer_control_number AND o.claim_id <> c.id AND o.state = 'void'
    ))
    -- So does what replaces or voids a copy for a further payer: the claim itself stands.
    AND NOT (c.frequency IN ('7', '8') AND c.responsibility IN ('S', 'T') AND EXISTS (
        SELECT 1 FROM remit_claim r JOIN link l ON l.remit_claim_id = r.id JOIN outcome o ON o.id = l.outcome_id
        WHERE r.payer_control_number = c.payer_control_number AND o.claim_id <> c.id
    ))
