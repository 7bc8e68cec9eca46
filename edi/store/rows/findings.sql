-- What `edi findings` prints: a worklist, open ones first, then by money. The filter speaks of the view `findings`.
SELECT
    n.id, n.rule, n.cause, n.verdict, n.denial, n.control_number, n.line_number, n.line_control, n.procedure,
    n.service_date, n.payer, n.trace_number,
    coalesce(n.group_codes, '[]') AS group_codes_json,
    coalesce(n.reason_codes, '[]') AS reason_codes_json,
    coalesce(n.remark_codes, '[]') AS remark_codes_json,
    n.denied_cents, n.recoverable_cents, n.depends_on, n.open AS open_flag, n.action,
    (
        SELECT json_group_array(json_object(
            'side', a.side, 'what', a.what, 'value', a.value, 'file', a.path, 'segment', a.segment, 'weight', a.weight
        ))
        FROM (
            SELECT e.side, e.what, e.value, ef.path, e.segment, e.weight
            FROM evidence e
            LEFT JOIN file ef ON ef.id = e.file_id
            WHERE e.finding_id = n.id
            ORDER BY e.position
        ) a
    ) AS evidence_json,
    n.title, n.why
FROM finding n
WHERE n.is_primary = 1 AND {where}
ORDER BY n.open DESC, n.denied_cents DESC, n.control_number, n.line_number, n.id
