-- One row for each row of `lines`, with what `edi metrics` counts: who, when, what was decided first, what stands now.
-- A service that was billed several times (a resend, a replacement, a new claim) is one episode: `turn` 1 is the row that was
-- decided first, `standing` 1 the row that tells how the service stands now. Money is cents. No names, no member ids.
WITH answer AS NOT MATERIALIZED (
    SELECT
        o.id AS outcome_id, l.effect, rc.id AS remit_claim_id, coalesce(rc.status, '') AS status, o.first_date,
        coalesce(rc.status, '') IN ('2', '3', '20', '21') AS later_payer,
        coalesce(rc.status, '') NOT IN ('22', '25') AS decides,
        rc.paid_cents AS claim_paid_cents, rc.received_date,
        EXISTS (SELECT 1 FROM remark m WHERE m.remit_claim_id = rc.id AND m.code IN ('N690', 'MA91')) AS on_appeal,
        coalesce(p.date, p.production_date) AS day,
        l.paid_cents
    FROM outcome o
    LEFT JOIN link l ON l.outcome_id = o.id
    LEFT JOIN remit_claim rc ON rc.id = l.remit_claim_id
    LEFT JOIN payment p ON p.id = rc.payment_id
),
-- One row for each row, answered or not, in the order of their numbers: whoever begins with it has nothing to sort.
story AS (
    SELECT
        outcome_id,
        min(CASE WHEN day = first_date AND decides THEN remit_claim_id END) AS first_remit,
        sum(CASE WHEN day = first_date AND decides THEN paid_cents END) AS first_paid_cents,
        max(CASE WHEN day = first_date AND decides THEN claim_paid_cents END) AS first_claim_paid_cents,
        min(CASE WHEN day = first_date AND decides THEN received_date END) AS received_date,
        min(CASE WHEN day = first_date AND decides THEN later_payer END) AS later_payer,
        max(on_appeal) AS appealed,
        max(CASE WHEN effect = 'counted' AND status <> '22' THEN day END) AS decided_on,
        min(CASE WHEN effect = 'counted' AND paid_cents > 0 THEN day END) AS paid_on,
        sum(day > first_date AND decides AND effect <> 'set-aside' AND NOT later_payer) AS later_by_first_payer,
        sum(day > first_date AND decides AND effect <> 'set-aside' AND later_payer) AS later_by_later_payer
    FROM answer
    GROUP BY outcome_id
),
-- Who was treated and who billed: only to tell which rows bill the same service, never shown.
billed AS (
    SELECT
        o.id, o.claim_id, o.frequency, o.line_number, o.procedure,
        o.service_line_id IS NULL AND o.remit_line_id IS NULL AND o.charge_cents = 0 AS extra,
        coalesce(t.created_date, t.interchange_date, '') || coalesce(t.created_time, '') || coalesce(t.reference, '') AS sent,
        CASE
            WHEN coalesce(c.patient_last, c.subscriber_last) IS NOT NULL THEN
                upper(coalesce(c.patient_last, c.subscriber_last)) || x'1f'
                || upper(substr(coalesce(c.patient_first, c.subscriber_first, ''), 1, 3)) || x'1f'
                || coalesce(CASE WHEN c.patient_last IS NULL THEN c.subscriber_birth_date ELSE c.patient_birth_date END, '')
            ELSE coalesce(c.member_id, '#' || o.claim_id)
        END || x'1f' || coalesce(c.billing_npi, c.billing_tax_id, '') || x'1f' || coalesce(o.kind, '') AS account,
        coalesce(o.procedure, 'revenue ' || o.revenue_code, '') || x'1f' || coalesce(o.modifiers, '') || x'1f'
            || o.service_date AS service,
        -- A replacement and what it replaces share the number of the latter, which the replacement may name by REF*F8.
        CASE
            WHEN o.claim_id IS NULL THEN NULL
            WHEN o.frequency = '7' THEN coalesce((
                SELECT min(v.control_number)
                FROM remit_claim n
                JOIN link nl ON nl.remit_claim_id = n.id
                JOIN outcome v ON v.id = nl.outcome_id
                WHERE n.payer_control_number = c.payer_control_number AND v.state = 'void' AND v.claim_id <> o.claim_id
            ), o.control_number)
            WHEN o.state = 'void' THEN o.control_number
        END AS chain
    FROM outcome o
    LEFT JOIN claim c ON c.id = o.claim_id
    LEFT JOIN transaction_set t ON t.id = c.transaction_id
),
-- The second of two lines alike on one claim is a service of its own.
counted AS (
    SELECT
        id, claim_id, frequency, line_number, procedure, extra, sent, account, chain,
        CASE WHEN claim_id IS NULL OR service IS NULL OR extra THEN '#' || id ELSE account || x'1f' || service || x'1f'
            || row_number() OVER (PARTITION BY claim_id, service, extra ORDER BY line_number, id) END AS service_key
    FROM billed
),
-- In a replacement a line is known by its code, else (the code was corrected) by its place.
labelled AS (
    SELECT
        *,
        CASE WHEN min(claim_id) OVER same_code < max(claim_id) OVER same_code THEN procedure
            ELSE '#' || coalesce(line_number, '') END AS label
    FROM counted
    WHERE chain IS NOT NULL AND NOT extra
    WINDOW same_code AS (PARTITION BY account, chain, procedure)
),
chained AS (
    SELECT *, row_number() OVER (PARTITION BY account, chain, label, claim_id ORDER BY line_number, id) AS nth FROM labelled
),
episodes AS (
    SELECT id, sent, service_key AS episode FROM counted WHERE chain IS NULL OR extra
    UNION ALL
    SELECT id, sent, first_value(service_key) OVER (PARTITION BY account, chain, label, nth ORDER BY sent, frequency, id)
    FROM chained
),
-- Only rows that share their episode are put in order: a service that was billed once (nearly all) stands for itself.
shared AS (
    SELECT
        o.id,
        row_number() OVER (
            PARTITION BY e.episode ORDER BY o.first_date IS NULL, o.first_date, e.sent, o.frequency, e.id
        ) AS turn,
        row_number() OVER latest = 1 AS standing,
        min(o.state = 'void') OVER whole AS withdrawn,
        sum(o.first_date IS NOT NULL AND f.cause IS NOT 'duplicate-claim') OVER whole AS decided_rows,
        first_value(o.id) OVER latest AS now_id
    FROM episodes e
    CROSS JOIN (SELECT episode FROM episodes GROUP BY episode HAVING count(*) > 1) several ON several.episode = e.episode
    JOIN outcome o ON o.id = e.id
    LEFT JOIN finding f ON f.outcome_id = e.id AND f.is_primary = 1
    WINDOW
        whole AS (PARTITION BY e.episode),
        latest AS (
            PARTITION BY e.episode
            ORDER BY
                o.state = 'void', o.state <> 'paid',
                o.state NOT IN ('reduced', 'patient-share', 'packaged', 'capitated', 'paid-elsewhere'),
                o.first_date IS NULL, o.last_date DESC, e.sent DESC, e.id DESC
        )
),
-- Materialized: a filter on the rows must not talk SQLite out of the index that it makes for `shared`.
told AS MATERIALIZED (
    SELECT e.*, w.turn, w.standing, w.withdrawn, w.decided_rows, w.now_id
    FROM story e
    LEFT JOIN shared w ON w.id = e.outcome_id
)
SELECT
    *,
    CAST(julianday(submitted) - julianday(service_date) AS INTEGER) AS days_to_submit,
    CAST(julianday(first_date) - julianday(submitted) AS INTEGER) AS days_to_decide,
    CAST(julianday(paid_on) - julianday(submitted) AS INTEGER) AS days_to_pay,
    CAST(julianday(now_paid_on) - julianday(first_date) AS INTEGER) AS days_to_overturn,
    CAST(julianday(first_date) - julianday(received_date) AS INTEGER) AS days_at_payer,
    -- What a later decision brought, and how much of the first denial is gone with it.
    CASE WHEN redecided THEN max(now_paid_cents - first_paid_cents, 0) ELSE 0 END AS recovered_cents,
    CASE WHEN redecided AND now_paid_cents > first_paid_cents THEN max(first_denied_cents - max(now_denied_cents, 0), 0) ELSE 0
        END AS lifted_cents,
    CASE WHEN redecided AND now_paid_cents > first_paid_cents THEN min(first_denied_cents, max(now_denied_cents, 0))
        ELSE first_denied_cents END AS kept_cents
FROM (
    SELECT
        o.id AS outcome_id, coalesce(o.claim_id, o.remit_claim_id) AS claim, e.first_remit AS remit, o.kind, o.control_number,
        o.line_number, o.payer, coalesce(c.payer_id, p.payer_id) AS payer_id, coalesce(c.filing_code, rc.filing_code) AS filing_code,
        coalesce(s.rendering_npi, c.rendering_npi, c.attending_npi, rl.rendering_npi, rc.rendering_npi, c.billing_npi) AS provider,
        coalesce(s.facility_npi, c.facility_npi, c.billing_npi, p.payee_npi) AS site,
        o.procedure, o.modifiers, o.units, o.place_of_service, k.role, o.service_date,
        coalesce(t.created_date, t.interchange_date) AS submitted, e.received_date,
        o.charge_cents, o.allowed_cents, o.paid_cents, o.patient_cents, o.denied_cents,
        o.state, o.first_state, o.first_date, o.first_denied_cents,
        coalesce(e.first_paid_cents, 0) AS first_paid_cents, e.first_claim_paid_cents, coalesce(e.later_payer, 0) AS later_payer,
        coalesce(e.decided_on, o.last_date) AS decided_on, e.paid_on,
        coalesce(t.created_date, t.interchange_date, o.service_date) AS waiting_since,
        o.service_line_id IS NULL AND o.remit_line_id IS NULL AND o.charge_cents = 0 AS extra,
        coalesce(e.turn, 1) AS turn, coalesce(e.standing, 1) AS standing, coalesce(e.withdrawn, o.state = 'void') AS withdrawn,
        coalesce(now.state, o.state) AS now_state, coalesce(now.paid_cents, o.paid_cents) AS now_paid_cents,
        coalesce(now.denied_cents, o.denied_cents) AS now_denied_cents,
        CASE WHEN now.id IS NULL THEN e.paid_on ELSE (
            SELECT min(CASE WHEN a.effect = 'counted' AND a.paid_cents > 0 THEN a.day END) FROM answer a WHERE a.outcome_id = now.id
        ) END AS now_paid_on,
        coalesce(CASE WHEN e.later_payer THEN e.later_by_later_payer ELSE e.later_by_first_payer END, 0) > 0
            OR coalesce(e.decided_rows, 0) > 1 AS redecided,
        coalesce(e.appealed, 0) AS appealed,
        f.id AS finding_id, coalesce(root.cause, f.cause, o.cause) AS cause, u.preventable,
        coalesce(f.depends_on IS NOT NULL, 0) AS dependent, coalesce(f.denial, '') AS denial, coalesce(f.open, 0) AS open,
        f.verdict, f.recoverable_cents
    FROM told e
    JOIN outcome o ON o.id = e.outcome_id
    LEFT JOIN outcome now ON now.id = e.now_id
    LEFT JOIN claim c ON c.id = o.claim_id
    LEFT JOIN transaction_set t ON t.id = c.transaction_id
    LEFT JOIN service_line s ON s.id = o.service_line_id
    LEFT JOIN remit_claim rc ON rc.id = o.remit_claim_id
    LEFT JOIN remit_line rl ON rl.id = o.remit_line_id
    LEFT JOIN payment p ON p.id = rc.payment_id
    LEFT JOIN finding f ON f.outcome_id = o.id AND f.is_primary = 1
    LEFT JOIN finding root ON root.id = f.depends_on
    LEFT JOIN cause u ON u.cause = coalesce(root.cause, f.cause, o.cause)
    LEFT JOIN code_family k ON k.code = o.procedure
)
