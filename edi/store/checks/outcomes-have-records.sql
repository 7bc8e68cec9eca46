-- An outcome speaks of records that exist.
-- after: analyze
SELECT o.id AS outcome_id, o.control_number, o.line_number
FROM outcome o
WHERE (o.claim_id IS NULL AND o.remit_claim_id IS NULL)
    OR (o.claim_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM claim c WHERE c.id = o.claim_id))
    OR (o.service_line_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM service_line s WHERE s.id = o.service_line_id))
    OR (o.remit_claim_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM remit_claim r WHERE r.id = o.remit_claim_id))
    OR (o.remit_line_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM remit_line r WHERE r.id = o.remit_line_id))
