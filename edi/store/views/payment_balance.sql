-- One row for each payment with its sums in cents: amount = claims paid - provider adjustments, else the difference says how far off.
SELECT
    s.*,
    coalesce(s.amount_cents, 0) - (s.claim_paid_cents - s.provider_adjustment_cents) AS difference_cents
FROM (
    SELECT
        p.*,
        (SELECT count(*) FROM remit_claim c WHERE c.payment_id = p.id) AS claims,
        (SELECT count(*) FROM remit_claim c JOIN remit_line l ON l.remit_claim_id = c.id WHERE c.payment_id = p.id) AS lines,
        (SELECT coalesce(sum(c.paid_cents), 0) FROM remit_claim c WHERE c.payment_id = p.id) AS claim_paid_cents,
        (SELECT coalesce(sum(a.amount_cents), 0) FROM provider_adjustment a WHERE a.payment_id = p.id)
            AS provider_adjustment_cents
    FROM payment p
) s
