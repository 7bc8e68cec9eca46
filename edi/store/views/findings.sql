-- One row for each unpaid or reduced line: why, how sure that is, what it costs and what to do next. Biggest money first.
SELECT
    n.title, n.payer, n.control_number, n.line_number, n.procedure, n.service_date,
    n.denied_cents / 100.0 AS denied,
    n.recoverable_cents / 100.0 AS recoverable,
    n.verdict, n.why, n.action, n.cause, n.rule, n.denial,
    n.group_codes, n.reason_codes, n.remark_codes, n.trace_number, n.open, n.depends_on, n.id, n.outcome_id
FROM finding n
WHERE n.is_primary = 1
ORDER BY n.open DESC, n.denied_cents DESC, n.control_number, n.line_number
