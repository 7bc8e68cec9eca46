-- No record names an owner that is not there: lines and their claims, claims and their transactions, and so on.
SELECT 'transaction_set' AS what, id FROM transaction_set WHERE file_id NOT IN (SELECT id FROM file)
UNION ALL
SELECT 'claim', id FROM claim WHERE transaction_id NOT IN (SELECT id FROM transaction_set)
UNION ALL
SELECT 'service_line', id FROM service_line WHERE claim_id IS NOT NULL AND claim_id NOT IN (SELECT id FROM claim)
UNION ALL
SELECT 'diagnosis', id FROM diagnosis WHERE claim_id IS NOT NULL AND claim_id NOT IN (SELECT id FROM claim)
UNION ALL
SELECT 'payment', id FROM payment WHERE id NOT IN (SELECT id FROM transaction_set)
UNION ALL
SELECT 'remit_claim', id FROM remit_claim WHERE payment_id NOT IN (SELECT id FROM payment)
UNION ALL
SELECT 'remit_line', id FROM remit_line WHERE remit_claim_id NOT IN (SELECT id FROM remit_claim)
UNION ALL
SELECT 'adjustment', id FROM adjustment WHERE remit_claim_id NOT IN (SELECT id FROM remit_claim)
UNION ALL
SELECT 'adjustment', id FROM adjustment WHERE remit_line_id IS NOT NULL AND remit_line_id NOT IN (SELECT id FROM remit_line)
UNION ALL
SELECT 'provider_adjustment', id FROM provider_adjustment WHERE payment_id NOT IN (SELECT id FROM payment)
UNION ALL
SELECT 'diagnostic', id FROM diagnostic WHERE file_id NOT IN (SELECT id FROM file)
