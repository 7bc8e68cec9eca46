-- What a person settled is applied: where both sides of a match are here, a link joins them.
-- after: analyze
WITH remittance AS (
    SELECT s.remittance AS said, rc.id AS remit_claim_id, rl.id AS remit_line_id
    FROM settled s
    JOIN payment p ON p.trace_number IS json_extract(s.remittance, '$[1]')
    JOIN remit_claim rc ON rc.id = p.id + json_extract(s.remittance, '$[5]')
    LEFT JOIN remit_line rl ON rl.id = p.id + json_extract(s.remittance, '$[11]')
    WHERE (p.payer_name, p.trace_origin, p.amount_cents, coalesce(p.date, p.production_date), rc.control_number,
            rc.payer_control_number, rc.status, rc.charge_cents, rc.paid_cents) IS (
            json_extract(s.remittance, '$[0]'), json_extract(s.remittance, '$[2]'), json_extract(s.remittance, '$[3]'),
            json_extract(s.remittance, '$[4]'), json_extract(s.remittance, '$[6]'), json_extract(s.remittance, '$[7]'),
            json_extract(s.remittance, '$[8]'), json_extract(s.remittance, '$[9]'), json_extract(s.remittance, '$[10]'))
        AND (rl.procedure, rl.charge_cents, rl.paid_cents) IS (
            json_extract(s.remittance, '$[12]'), json_extract(s.remittance, '$[13]'), json_extract(s.remittance, '$[14]'))
        AND (rl.id IS NULL) = (json_array_length(s.remittance) = 11)
),
ours AS (
    SELECT s.remittance AS said, c.id AS claim_id, c.control_number, c.frequency, c.member_id,
        sl.id AS service_line_id, sl.procedure, sl.charge_cents
    FROM settled s
    JOIN claim c ON c.control_number IS json_extract(s.claim, '$[5]')
        AND c.id = c.transaction_id + json_extract(s.claim, '$[4]')
    JOIN transaction_set t ON t.id = c.transaction_id
    LEFT JOIN service_line sl ON sl.id = c.transaction_id + json_extract(s.claim, '$[10]')
    WHERE (c.kind, t.reference, t.created_date, t.created_time, c.charge_cents, c.frequency, c.payer_name, c.payer_id) IS (
            json_extract(s.claim, '$[0]'), json_extract(s.claim, '$[1]'), json_extract(s.claim, '$[2]'),
            json_extract(s.claim, '$[3]'), json_extract(s.claim, '$[6]'), json_extract(s.claim, '$[7]'),
            json_extract(s.claim, '$[8]'), json_extract(s.claim, '$[9]'))
        AND (sl.procedure, sl.charge_cents, sl.service_date) IS (
            json_extract(s.claim, '$[11]'), json_extract(s.claim, '$[12]'), json_extract(s.claim, '$[13]'))
        AND (sl.id IS NULL) = (json_array_length(s.claim) = 10)
)
SELECT o.control_number, o.claim_id, o.service_line_id, r.remit_claim_id, r.remit_line_id
FROM remittance r
JOIN ours o ON o.said = r.said
GROUP BY r.remit_claim_id, r.remit_line_id
HAVING NOT max(EXISTS (
    SELECT 1
    FROM link l
    JOIN claim k ON k.id = l.claim_id
    LEFT JOIN service_line z ON z.id = l.service_line_id
    WHERE l.remit_claim_id = r.remit_claim_id
        AND (r.remit_line_id IS NULL OR l.remit_line_id = r.remit_line_id)
        -- Another submission of the claim may stand for it: sent again, or replaced.
        AND (k.control_number IS o.control_number
            OR (k.member_id IS o.member_id AND (k.frequency IN ('7', '8') OR o.frequency IN ('7', '8'))))
        AND (o.service_line_id IS NULL OR (z.procedure, z.charge_cents) IS (o.procedure, o.charge_cents))
))
