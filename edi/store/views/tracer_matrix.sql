-- One row for each payer and each code of the 78452 family (scan, tracer, stress agent, stress test): what became of it.
-- bundled = folded into the scan by contract or packaged into the hospital payment; denied = all other denials.
SELECT
    o.payer, o.procedure, k.role, k.label,
    count(*) AS lines,
    sum(o.units) AS units,
    sum(o.charge_cents) / 100.0 AS billed,
    sum(o.paid_cents) / 100.0 AS paid,
    sum(o.packaged_cents + CASE WHEN o.cause = 'tracer-bundled-by-contract' THEN o.denied_cents ELSE 0 END) / 100.0 AS bundled,
    sum(CASE WHEN o.cause = 'tracer-bundled-by-contract' THEN 0 ELSE o.denied_cents END) / 100.0 AS denied,
    sum(o.paid_cents > 0) AS lines_paid,
    sum(o.packaged_cents > 0 OR (o.cause = 'tracer-bundled-by-contract' AND o.denied_cents > 0)) AS lines_bundled,
    sum(o.denied_cents > 0 AND o.cause IS NOT 'tracer-bundled-by-contract') AS lines_denied
FROM outcome o
JOIN code_family k ON k.code = o.procedure
WHERE k.role IN ('scan', 'scan-single', 'scan-planar', 'scan-pet', 'tracer', 'tracer-add-on', 'tracer-other',
                 'tracer-unlisted', 'agent', 'agent-adjunct', 'stress-test')
GROUP BY o.payer, o.procedure
ORDER BY o.payer, k.role, o.procedure
