-- What `edi lines` prints. *_cents become money text, *_json lists. The filter speaks of the view `lines`.
SELECT
    o.control_number, o.kind, o.frequency, o.payer, o.line_number, o.line_control, o.procedure,
    coalesce(o.modifiers, '[]') AS modifiers_json,
    o.revenue_code, o.units, o.service_date, o.place_of_service,
    o.charge_cents, o.allowed_cents, o.paid_cents, o.patient_cents, o.contractual_cents, o.denied_cents,
    o.packaged_cents, o.other_cents, o.balance_cents,
    o.state, o.first_state, o.cause, o.verdict,
    f.path AS file, o.segment,
    (
        SELECT json_group_array(json_object(
            'trace_number', a.trace_number, 'payer_control_number', a.payer_control_number,
            'claim_status', a.claim_status, 'procedure', a.procedure, 'paid_cents', a.paid_cents, 'tier', a.tier,
            'file', a.file, 'segment', a.segment
        ))
        FROM (SELECT * FROM answers WHERE outcome_id = o.id AND (status = 'linked' OR o.kind IS NULL) ORDER BY position) a
    ) AS links_json,
    o.first_denied_cents, o.episode
FROM outcome o
LEFT JOIN file f ON f.id = o.file_id
WHERE {where}
ORDER BY o.control_number, f.path, o.segment, o.line_number, o.charge_cents
