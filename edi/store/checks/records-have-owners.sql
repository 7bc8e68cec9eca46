-- No record is an orphan: lines have claims, claims have transactions, transactions have files.
SELECT 'transaction_set' AS what, t.id FROM transaction_set t WHERE NOT EXISTS (SELECT 1 FROM file f WHERE f.id = t.file_id)
UNION ALL
SELECT 'claim', c.id FROM claim c WHERE NOT EXISTS (SELECT 1 FROM transaction_set t WHERE t.id = c.transaction_id)
UNION ALL
SELECT 'service_line', l.id FROM service_line l WHERE NOT EXISTS (SELECT 1 FROM claim c WHERE c.id = l.claim_id)
UNION ALL
SELECT 'diagnosis', d.id FROM diagnosis d WHERE NOT EXISTS (SELECT 1 FROM claim c WHERE c.id = d.claim_id)
UNION ALL
SELECT 'payment', p.id FROM payment p WHERE NOT EXISTS (SELECT 1 FROM transaction_set t WHERE t.id = p.id)
UNION ALL
SELECT 'remit_claim', c.id FROM remit_claim c WHERE NOT EXISTS (SELECT 1 FROM payment p WHERE p.id = c.payment_id)
UNION ALL
SELECT 'remit_line', l.id FROM remit_line l WHERE NOT EXISTS (SELECT 1 FROM remit_claim c WHERE c.id = l.remit_claim_id)
UNION ALL
SELECT 'adjustment', a.id FROM adjustment a WHERE NOT EXISTS (SELECT 1 FROM remit_claim c WHERE c.id = a.remit_claim_id)
    OR (a.remit_line_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM remit_line l WHERE l.id = a.remit_line_id))
UNION ALL
SELECT 'provider_adjustment', a.id FROM provider_adjustment a WHERE NOT EXISTS (SELECT 1 FROM payment p WHERE p.id = a.payment_id)
UNION ALL
SELECT 'diagnostic', d.id FROM diagnostic d WHERE NOT EXISTS (SELECT 1 FROM file f WHERE f.id = d.file_id)
