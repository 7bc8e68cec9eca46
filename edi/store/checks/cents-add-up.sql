-- For every line, charge = paid + patient + contractual + denied + packaged + other + balance, to the cent.
-- after: analyze
SELECT
    o.id AS outcome_id, o.control_number, o.line_number, o.charge_cents,
    o.paid_cents + o.patient_cents + o.contractual_cents + o.denied_cents + o.packaged_cents + o.other_cents
        + o.balance_cents AS parts_cents
FROM outcome o
WHERE o.charge_cents IS NOT
    o.paid_cents + o.patient_cents + o.contractual_cents + o.denied_cents + o.packaged_cents + o.other_cents + o.balance_cents
