-- One row for each billed line (and each remittance line without a claim), with where its money went, in dollars.
-- charge = paid + patient + contractual + denied + packaged + other + balance
SELECT
    o.control_number, o.line_number, o.procedure, o.modifiers, o.revenue_code, o.units, o.service_date, o.payer, o.kind,
    o.charge_cents / 100.0 AS charge,
    o.allowed_cents / 100.0 AS allowed,
    o.paid_cents / 100.0 AS paid,
    o.patient_cents / 100.0 AS patient,
    o.contractual_cents / 100.0 AS contractual,
    o.denied_cents / 100.0 AS denied,
    o.packaged_cents / 100.0 AS packaged,
    o.other_cents / 100.0 AS other,
    o.balance_cents / 100.0 AS balance,
    o.state, o.first_state, o.cause, c.title AS cause_title, o.verdict,
    o.touches, o.first_date, o.last_date, o.frequency, o.place_of_service, o.line_control,
    o.episode, f.path AS file, o.segment, o.id AS outcome_id
FROM outcome o
LEFT JOIN cause c ON c.cause = o.cause
LEFT JOIN file f ON f.id = o.file_id
