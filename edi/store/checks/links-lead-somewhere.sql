-- A link joins records that exist, and belongs to an outcome that exists.
-- after: analyze
SELECT l.id AS link_id, l.outcome_id, l.level, l.tier
FROM link l
WHERE NOT EXISTS (SELECT 1 FROM outcome o WHERE o.id = l.outcome_id)
    OR NOT EXISTS (SELECT 1 FROM remit_claim r WHERE r.id = l.remit_claim_id)
    OR (l.remit_line_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM remit_line r WHERE r.id = l.remit_line_id))
    OR (l.claim_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM claim c WHERE c.id = l.claim_id))
    OR (l.service_line_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM service_line s WHERE s.id = l.service_line_id))
