-- The paid money of all lines, with the answers that a later one replaced, is the paid money of all remittance claims.
-- after: analyze
SELECT *
FROM (
    SELECT
        (SELECT coalesce(sum(paid_cents), 0) FROM outcome) AS lines_cents,
        (SELECT coalesce(sum(paid_cents), 0) FROM answers WHERE effect IN ('replaced', 'set-aside')) AS replaced_cents,
        (SELECT coalesce(sum(paid_cents), 0) FROM remit_claim) AS remittances_cents
)
WHERE lines_cents + replaced_cents <> remittances_cents
