PRAGMA application_id = 1162103122;
BEGIN TRANSACTION;
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
INSERT INTO "_sqlite_migrations" VALUES(1,'edi','m0001_sign','2026-11-21 18:44:01.302857+00:00');
CREATE TABLE "adjustment" (
   "id" INTEGER,
   "position" INTEGER,
   "payment_id" INTEGER,
   "remit_claim_id" INTEGER,
   "remit_line_id" INTEGER,
   "group_code" TEXT,
   "reason_code" TEXT,
   "amount_cents" INTEGER,
   "quantity" ANY,
   PRIMARY KEY ("id", "position")
);
INSERT INTO "adjustment" VALUES(8589934601,1,8589934595,8589934599,8589934600,'CO','45',104000,NULL);
INSERT INTO "adjustment" VALUES(8589934603,1,8589934595,8589934599,8589934602,'CO','97',5000,NULL);
CREATE TABLE "amount" (
   "id" INTEGER PRIMARY KEY,
   "payment_id" INTEGER,
   "remit_claim_id" INTEGER,
   "remit_line_id" INTEGER,
   "qualifier" TEXT,
   "amount_cents" INTEGER
);
CREATE TABLE "attachment" (
   "id" INTEGER PRIMARY KEY,
   "claim_id" INTEGER,
   "service_line_id" INTEGER,
   "type" TEXT,
   "transmission" TEXT,
   "control_number" TEXT
);
CREATE TABLE "cause" (
   "cause" TEXT PRIMARY KEY,
   "title" TEXT,
   "denial" TEXT,
   "owner" TEXT,
   "preventable" TEXT,
   "next_step" TEXT,
   "domain_row" TEXT
);
CREATE TABLE "claim" (
   "id" INTEGER PRIMARY KEY,
   "transaction_id" INTEGER,
   "kind" TEXT,
   "control_number" TEXT,
   "charge_cents" INTEGER,
   "place_of_service" TEXT,
   "facility_qualifier" TEXT,
   "frequency" TEXT,
   "assignment" TEXT,
   "related_cause" TEXT,
   "delay_reason" TEXT,
   "onset_date" TEXT,
   "accident_date" TEXT,
   "statement_from" TEXT,
   "statement_through" TEXT,
   "admission_date" TEXT,
   "discharge_date" TEXT,
   "received_date" TEXT,
   "admission_type" TEXT,
   "admission_source" TEXT,
   "patient_status" TEXT,
   "patient_paid_cents" INTEGER,
   "exception_code" TEXT,
   "referral" TEXT,
   "authorization" TEXT,
   "payer_control_number" TEXT,
   "clia" TEXT,
   "clearinghouse_id" TEXT,
   "medical_record" TEXT,
   "demonstration" TEXT,
   "billing_taxonomy" TEXT,
   "billing_name" TEXT,
   "billing_npi" TEXT,
   "billing_tax_id" TEXT,
   "responsibility" TEXT,
   "relationship" TEXT,
   "group_number" TEXT,
   "group_name" TEXT,
   "insurance_type" TEXT,
   "filing_code" TEXT,
   "subscriber_last" TEXT,
   "subscriber_first" TEXT,
   "member_id" TEXT,
   "subscriber_birth_date" TEXT,
   "subscriber_sex" TEXT,
   "payer_name" TEXT,
   "payer_id" TEXT,
   "patient_last" TEXT,
   "patient_first" TEXT,
   "patient_birth_date" TEXT,
   "patient_sex" TEXT,
   "referring_npi" TEXT,
   "primary_care_npi" TEXT,
   "rendering_npi" TEXT,
   "rendering_last" TEXT,
   "rendering_taxonomy" TEXT,
   "facility_name" TEXT,
   "facility_npi" TEXT,
   "supervising_npi" TEXT,
   "attending_npi" TEXT,
   "operating_npi" TEXT
);
INSERT INTO "claim" VALUES(4294967301,4294967299,'837P','A1',150000,NULL,NULL,'1',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'Payer One',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE "claim_code" (
   "id" INTEGER,
   "position" INTEGER,
   "claim_id" INTEGER,
   "qualifier" TEXT,
   "code" TEXT,
   "date" TEXT,
   "date_end" TEXT,
   "amount_cents" INTEGER,
   PRIMARY KEY ("id", "position")
);
CREATE TABLE "code_family" (
   "code" TEXT PRIMARY KEY,
   "role" TEXT,
   "studies" TEXT,
   "part" TEXT,
   "tracer_kind" TEXT,
   "unit" TEXT,
   "usual_units_min" TEXT,
   "usual_units_max" TEXT,
   "pc_tc" TEXT,
   "valid_26_tc" TEXT,
   "valid_from" TEXT,
   "valid_to" TEXT,
   "label" TEXT,
   "notes" TEXT
);
CREATE TABLE "diagnosis" (
   "id" INTEGER,
   "position" INTEGER,
   "claim_id" INTEGER,
   "ordinal" INTEGER,
   "qualifier" TEXT,
   "code" TEXT,
   "date" TEXT,
   "present_on_admission" TEXT,
   PRIMARY KEY ("id", "position")
);
CREATE TABLE "diagnostic" (
   "id" INTEGER PRIMARY KEY,
   "file_id" INTEGER,
   "rule" TEXT,
   "level" TEXT,
   "transaction_id" INTEGER,
   "segment" INTEGER,
   "offset" INTEGER,
   "loop" TEXT,
   "element" TEXT,
   "value" TEXT,
   "message" TEXT,
   "action" TEXT
);
CREATE TABLE "evidence" (
   "finding_id" TEXT,
   "position" INTEGER,
   "weight" TEXT,
   "side" TEXT,
   "what" TEXT,
   "value" TEXT,
   "file_id" INTEGER,
   "segment" INTEGER,
   PRIMARY KEY ("finding_id", "position")
);
INSERT INTO "evidence" VALUES('F-1',2,'for','835','the scan was paid','CO-97',2,11);
INSERT INTO "evidence" VALUES('F-1',1,'for','835','the line was denied','CO-97',2,11);
CREATE TABLE "file" (
   "id" INTEGER PRIMARY KEY,
   "path" TEXT,
   "sha256" TEXT,
   "size_bytes" INTEGER,
   "imported_at" TEXT,
   "status" TEXT,
   "kinds" TEXT,
   "segments" INTEGER,
   "used" INTEGER,
   "ignored" INTEGER,
   "unexpected" INTEGER,
   "interchanges" INTEGER,
   "transactions" INTEGER
);
INSERT INTO "file" VALUES(1,'claims.837','a',NULL,NULL,'imported','837P',9,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "file" VALUES(2,'remits.835','b',NULL,NULL,'imported','835',14,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE "finding" (
   "id" TEXT PRIMARY KEY,
   "outcome_id" INTEGER,
   "is_primary" INTEGER,
   "rule" TEXT,
   "cause" TEXT,
   "verdict" TEXT,
   "denial" TEXT,
   "control_number" TEXT,
   "line_number" INTEGER,
   "line_control" TEXT,
   "procedure" TEXT,
   "service_date" TEXT,
   "payer" TEXT,
   "trace_number" TEXT,
   "group_codes" TEXT,
   "reason_codes" TEXT,
   "remark_codes" TEXT,
   "denied_cents" INTEGER,
   "recoverable_cents" INTEGER,
   "depends_on" TEXT,
   "open" INTEGER,
   "title" TEXT,
   "why" TEXT,
   "action" TEXT
);
INSERT INTO "finding" VALUES('F-1',2,1,'R1','tracer-bundled-by-contract','stated','yes','A1',2,NULL,'A9500',NULL,'Payer One',NULL,'["CO"]','["97"]','[]',5000,NULL,NULL,1,'Folded into the scan','CO-97','read the contract');
CREATE TABLE "link" (
   "id" INTEGER PRIMARY KEY,
   "outcome_id" INTEGER,
   "position" INTEGER,
   "level" TEXT,
   "claim_id" INTEGER,
   "service_line_id" INTEGER,
   "remit_claim_id" INTEGER,
   "remit_line_id" INTEGER,
   "tier" TEXT,
   "status" TEXT,
   "effect" TEXT,
   "ours" TEXT,
   "theirs" TEXT
);
INSERT INTO "link" VALUES(1,1,1,'line',4294967301,4294967302,8589934599,8589934600,'L2','linked',NULL,NULL,NULL);
INSERT INTO "link" VALUES(2,2,1,'line',4294967301,4294967304,8589934599,8589934602,'L2','linked',NULL,NULL,NULL);
CREATE TABLE "note" (
   "id" INTEGER PRIMARY KEY,
   "claim_id" INTEGER,
   "service_line_id" INTEGER,
   "qualifier" TEXT,
   "text" TEXT
);
CREATE TABLE "other_adjudication" (
   "id" INTEGER PRIMARY KEY,
   "claim_id" INTEGER,
   "service_line_id" INTEGER,
   "payer_id" TEXT,
   "paid_cents" INTEGER,
   "procedure_qualifier" TEXT,
   "procedure" TEXT,
   "modifier1" TEXT,
   "modifier2" TEXT,
   "modifier3" TEXT,
   "modifier4" TEXT,
   "revenue_code" TEXT,
   "units" ANY,
   "bundled_line" TEXT,
   "adjudication_date" TEXT,
   "remaining_cents" INTEGER
);
CREATE TABLE "other_adjustment" (
   "id" INTEGER,
   "position" INTEGER,
   "claim_id" INTEGER,
   "service_line_id" INTEGER,
   "other_payer_id" INTEGER,
   "other_adjudication_id" INTEGER,
   "group_code" TEXT,
   "reason_code" TEXT,
   "amount_cents" INTEGER,
   "quantity" ANY,
   PRIMARY KEY ("id", "position")
);
CREATE TABLE "other_payer" (
   "id" INTEGER PRIMARY KEY,
   "claim_id" INTEGER,
   "responsibility" TEXT,
   "relationship" TEXT,
   "group_number" TEXT,
   "insurance_type" TEXT,
   "filing_code" TEXT,
   "paid_cents" INTEGER,
   "noncovered_cents" INTEGER,
   "remaining_cents" INTEGER,
   "member_id" TEXT,
   "payer_name" TEXT,
   "payer_id" TEXT,
   "adjudication_date" TEXT,
   "payer_control_number" TEXT,
   "authorization" TEXT
);
CREATE TABLE "outcome" (
   "id" INTEGER PRIMARY KEY,
   "claim_id" INTEGER,
   "service_line_id" INTEGER,
   "remit_claim_id" INTEGER,
   "remit_line_id" INTEGER,
   "kind" TEXT,
   "control_number" TEXT,
   "frequency" TEXT,
   "payer" TEXT,
   "line_number" INTEGER,
   "line_control" TEXT,
   "procedure" TEXT,
   "modifiers" TEXT,
   "revenue_code" TEXT,
   "units" ANY,
   "service_date" TEXT,
   "place_of_service" TEXT,
   "charge_cents" INTEGER,
   "allowed_cents" INTEGER,
   "paid_cents" INTEGER,
   "patient_cents" INTEGER,
   "contractual_cents" INTEGER,
   "denied_cents" INTEGER,
   "packaged_cents" INTEGER,
   "other_cents" INTEGER,
   "balance_cents" INTEGER,
   "state" TEXT,
   "first_state" TEXT,
   "first_denied_cents" INTEGER,
   "first_date" TEXT,
   "last_date" TEXT,
   "touches" INTEGER,
   "cause" TEXT,
   "verdict" TEXT,
   "payment_id" INTEGER,
   "file_id" INTEGER,
   "segment" INTEGER
);
INSERT INTO "outcome" VALUES(1,4294967301,4294967302,8589934599,8589934600,'837P','A1','1','Payer One',1,NULL,'78452','["26"]',NULL,1,'2026-03-02',NULL,145000,41000,41000,0,104000,0,0,0,0,'paid','paid',NULL,NULL,NULL,NULL,NULL,NULL,8589934595,1,6);
INSERT INTO "outcome" VALUES(2,4294967301,4294967304,8589934599,8589934602,'837P','A1','1','Payer One',2,NULL,'A9500','["26"]',NULL,1,'2026-03-02',NULL,5000,NULL,0,0,0,5000,0,0,0,'denied','denied',NULL,NULL,NULL,NULL,'tracer-bundled-by-contract','stated',8589934595,1,8);
CREATE TABLE "payment" (
   "id" INTEGER PRIMARY KEY,
   "transaction_id" INTEGER,
   "handling" TEXT,
   "amount_cents" INTEGER,
   "credit_debit" TEXT,
   "method" TEXT,
   "format" TEXT,
   "date" TEXT,
   "trace_type" TEXT,
   "trace_number" TEXT,
   "trace_origin" TEXT,
   "trace_supplement" TEXT,
   "currency" TEXT,
   "receiver_id" TEXT,
   "production_date" TEXT,
   "payer_name" TEXT,
   "payer_id" TEXT,
   "payer_id_2u" TEXT,
   "payee_name" TEXT,
   "payee_id" TEXT,
   "payee_npi" TEXT,
   "payee_tax_id" TEXT
);
INSERT INTO "payment" VALUES(8589934595,8589934595,NULL,40000,NULL,'ACH',NULL,'2026-04-01',NULL,'T1',NULL,NULL,NULL,NULL,NULL,'Payer One',NULL,NULL,NULL,NULL,'1999999984',NULL);
CREATE TABLE "provider_adjustment" (
   "id" INTEGER,
   "position" INTEGER,
   "payment_id" INTEGER,
   "provider_id" TEXT,
   "fiscal_date" TEXT,
   "reason" TEXT,
   "reference" TEXT,
   "amount_cents" INTEGER,
   PRIMARY KEY ("id", "position")
);
INSERT INTO "provider_adjustment" VALUES(8589934605,1,8589934595,NULL,NULL,'WO',NULL,1000);
CREATE TABLE "provider_summary" (
   "id" INTEGER PRIMARY KEY,
   "payment_id" INTEGER,
   "provider_id" TEXT,
   "facility_code" TEXT,
   "fiscal_date" TEXT,
   "claims" INTEGER,
   "charge_cents" INTEGER,
   "msp_payer_cents" INTEGER,
   "nonlab_charge_cents" INTEGER,
   "hcpcs_reportable_cents" INTEGER,
   "hcpcs_payable_cents" INTEGER,
   "professional_component_cents" INTEGER,
   "msp_patient_met_cents" INTEGER,
   "patient_reimbursed_cents" INTEGER,
   "pip_claims" INTEGER,
   "pip_adjustment_cents" INTEGER
);
CREATE TABLE "quantity" (
   "id" INTEGER PRIMARY KEY,
   "payment_id" INTEGER,
   "remit_claim_id" INTEGER,
   "remit_line_id" INTEGER,
   "qualifier" TEXT,
   "quantity" ANY
);
CREATE TABLE "reference" (
   "id" INTEGER PRIMARY KEY,
   "owner" TEXT,
   "owner_id" INTEGER,
   "qualifier" TEXT,
   "value" TEXT
);
CREATE TABLE "remark" (
   "id" INTEGER,
   "position" INTEGER,
   "payment_id" INTEGER,
   "remit_claim_id" INTEGER,
   "remit_line_id" INTEGER,
   "source" TEXT,
   "qualifier" TEXT,
   "code" TEXT,
   PRIMARY KEY ("id", "position")
);
CREATE TABLE "remit_claim" (
   "id" INTEGER PRIMARY KEY,
   "payment_id" INTEGER,
   "control_number" TEXT,
   "status" TEXT,
   "charge_cents" INTEGER,
   "paid_cents" INTEGER,
   "patient_cents" INTEGER,
   "filing_code" TEXT,
   "payer_control_number" TEXT,
   "facility_code" TEXT,
   "frequency" TEXT,
   "drg" TEXT,
   "drg_weight" ANY,
   "patient_last" TEXT,
   "patient_first" TEXT,
   "patient_id_qualifier" TEXT,
   "patient_id" TEXT,
   "insured_last" TEXT,
   "insured_first" TEXT,
   "insured_id" TEXT,
   "corrected_last" TEXT,
   "corrected_first" TEXT,
   "corrected_id" TEXT,
   "rendering_npi" TEXT,
   "crossover_name" TEXT,
   "crossover_id" TEXT,
   "corrected_payer_name" TEXT,
   "corrected_payer_id" TEXT,
   "other_subscriber_id" TEXT,
   "covered_days" INTEGER,
   "reimbursement_rate" ANY,
   "hcpcs_payable_cents" INTEGER,
   "group_number" TEXT,
   "original_reference" TEXT,
   "medical_record" TEXT,
   "authorization" TEXT,
   "contract_class" TEXT,
   "received_date" TEXT,
   "statement_from" TEXT,
   "statement_through" TEXT,
   "coverage_expired" TEXT,
   "coverage_cents" INTEGER,
   "interest_cents" INTEGER,
   "patient_paid_cents" INTEGER,
   "discount_cents" INTEGER,
   "tax_cents" INTEGER,
   "line_section" INTEGER
);
INSERT INTO "remit_claim" VALUES(8589934599,8589934595,'A1','1',150000,41000,0,NULL,'ICN1',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE "remit_line" (
   "id" INTEGER PRIMARY KEY,
   "remit_claim_id" INTEGER,
   "payment_id" INTEGER,
   "line_number" INTEGER,
   "procedure_qualifier" TEXT,
   "procedure" TEXT,
   "modifier1" TEXT,
   "modifier2" TEXT,
   "modifier3" TEXT,
   "modifier4" TEXT,
   "charge_cents" INTEGER,
   "paid_cents" INTEGER,
   "revenue_code" TEXT,
   "units" ANY,
   "submitted_qualifier" TEXT,
   "submitted_procedure" TEXT,
   "submitted_modifier1" TEXT,
   "submitted_modifier2" TEXT,
   "submitted_modifier3" TEXT,
   "submitted_modifier4" TEXT,
   "submitted_units" ANY,
   "service_date" TEXT,
   "service_date_end" TEXT,
   "line_control" TEXT,
   "policy_id" TEXT,
   "apc" TEXT,
   "location" TEXT,
   "authorization" TEXT,
   "prior_authorization" TEXT,
   "rendering_npi" TEXT,
   "allowed_cents" INTEGER
);
INSERT INTO "remit_line" VALUES(8589934600,8589934599,8589934595,1,NULL,'78452',NULL,NULL,NULL,NULL,145000,41000,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "remit_line" VALUES(8589934602,8589934599,8589934595,2,NULL,'A9500',NULL,NULL,NULL,NULL,5000,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE "service_line" (
   "id" INTEGER PRIMARY KEY,
   "claim_id" INTEGER,
   "line_number" INTEGER,
   "assigned_number" INTEGER,
   "procedure_qualifier" TEXT,
   "procedure" TEXT,
   "modifier1" TEXT,
   "modifier2" TEXT,
   "modifier3" TEXT,
   "modifier4" TEXT,
   "description" TEXT,
   "charge_cents" INTEGER,
   "unit_basis" TEXT,
   "units" ANY,
   "place_of_service" TEXT,
   "pointer1" INTEGER,
   "pointer2" INTEGER,
   "pointer3" INTEGER,
   "pointer4" INTEGER,
   "emergency" TEXT,
   "revenue_code" TEXT,
   "noncovered_cents" INTEGER,
   "service_date" TEXT,
   "service_date_end" TEXT,
   "repriced_id" TEXT,
   "authorization" TEXT,
   "line_control" TEXT,
   "referral" TEXT,
   "ndc_qualifier" TEXT,
   "ndc" TEXT,
   "ndc_quantity" ANY,
   "ndc_unit" TEXT,
   "prescription" TEXT,
   "rendering_npi" TEXT,
   "rendering_taxonomy" TEXT,
   "facility_npi" TEXT,
   "supervising_npi" TEXT,
   "ordering_npi" TEXT,
   "referring_npi" TEXT
);
INSERT INTO "service_line" VALUES(4294967302,4294967301,1,NULL,NULL,'78452',NULL,NULL,NULL,NULL,NULL,145000,NULL,1,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'2026-03-02',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "service_line" VALUES(4294967304,4294967301,2,NULL,NULL,'A9500',NULL,NULL,NULL,NULL,NULL,5000,NULL,1,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'2026-03-02',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE "transaction_set" (
   "id" INTEGER PRIMARY KEY,
   "file_id" INTEGER,
   "set_code" TEXT,
   "guide" TEXT,
   "transaction_control" TEXT,
   "first_segment" INTEGER,
   "last_segment" INTEGER,
   "imported" INTEGER,
   "duplicate_of" INTEGER,
   "sender_id" TEXT,
   "receiver_id" TEXT,
   "interchange_date" TEXT,
   "interchange_time" TEXT,
   "interchange_control" TEXT,
   "group_sender" TEXT,
   "group_receiver" TEXT,
   "group_date" TEXT,
   "group_control" TEXT,
   "purpose" TEXT,
   "reference" TEXT,
   "created_date" TEXT,
   "created_time" TEXT,
   "claim_or_encounter" TEXT
);
INSERT INTO "transaction_set" VALUES(4294967299,1,'837P',NULL,'0001',3,9,1,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'BATCH1','2026-03-03',NULL,NULL);
INSERT INTO "transaction_set" VALUES(8589934595,2,'835',NULL,'0002',3,14,1,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
CREATE INDEX "idx_file_path"
    ON "file" ("path");
CREATE INDEX "idx_file_sha256"
    ON "file" ("sha256");
CREATE INDEX "idx_payment_trace_number"
    ON "payment" ("trace_number");
CREATE INDEX "idx_transaction_set_reference"
    ON "transaction_set" ("reference");
CREATE INDEX "idx_transaction_set_duplicate_of"
    ON "transaction_set" ("duplicate_of");
CREATE INDEX "idx_transaction_set_file_id"
    ON "transaction_set" ("file_id");
CREATE INDEX "idx_diagnostic_file_id"
    ON "diagnostic" ("file_id");
CREATE INDEX "idx_diagnostic_rule"
    ON "diagnostic" ("rule");
CREATE VIEW [answers] AS
-- One row for each answer of a payer to a line (or to a claim as a whole), reversals included; position is its place in time.
SELECT
    l.outcome_id, l.position, p.trace_number, p.payer_name AS payer, coalesce(p.date, p.production_date) AS date,
    rc.payer_control_number, rc.status AS claim_status, rl.procedure,
    -- An answer to the claim as a whole paid what the claim's lines do not say.
    coalesce(rl.paid_cents, rc.paid_cents - (
        SELECT coalesce(sum(x.paid_cents), 0) FROM remit_line x WHERE x.remit_claim_id = rc.id
    )) AS paid_cents,
    l.tier, l.status, l.effect,
    f.path AS file, coalesce(l.remit_line_id, l.remit_claim_id) & 4294967295 AS segment, l.id AS link_id
FROM link l
JOIN remit_claim rc ON rc.id = l.remit_claim_id
LEFT JOIN remit_line rl ON rl.id = l.remit_line_id
LEFT JOIN payment p ON p.id = rc.payment_id
LEFT JOIN file f ON f.id = rc.id >> 32;
CREATE VIEW [findings] AS
-- One row for each unpaid or reduced line: why, how sure that is, what it costs and what to do next. Biggest money first.
SELECT
    n.title, n.payer, n.control_number, n.line_number, n.procedure, n.service_date,
    n.denied_cents / 100.0 AS denied,
    n.recoverable_cents / 100.0 AS recoverable,
    n.verdict, n.why, n.action, n.cause, n.rule, n.denial,
    n.group_codes, n.reason_codes, n.remark_codes, n.trace_number, n.open, n.depends_on, n.id, n.outcome_id
FROM finding n
WHERE n.is_primary = 1
ORDER BY n.open DESC, n.denied_cents DESC, n.control_number, n.line_number;
CREATE VIEW [lines] AS
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
    f.path AS file, o.segment, o.id AS outcome_id
FROM outcome o
LEFT JOIN cause c ON c.cause = o.cause
LEFT JOIN file f ON f.id = o.file_id;
CREATE VIEW [payment_balance] AS
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
) s;
CREATE VIEW [payments] AS
-- One row for each payment (835 transaction): its amount against its claims and provider adjustments, in dollars.
SELECT
    p.trace_number, p.payer_name AS payer, p.payee_npi, p.method, coalesce(p.date, p.production_date) AS date,
    p.amount_cents / 100.0 AS amount,
    p.claims, p.lines,
    p.claim_paid_cents / 100.0 AS claim_paid,
    p.provider_adjustment_cents / 100.0 AS provider_adjustments,
    p.difference_cents / 100.0 AS difference,
    p.difference_cents = 0 AS balanced,
    f.path AS file, p.id & 4294967295 AS segment, p.id AS payment_id
FROM payment_balance p
JOIN file f ON f.id = p.id >> 32
ORDER BY date, p.payer_name, p.trace_number;
CREATE VIEW [tracer_matrix] AS
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
ORDER BY o.payer, k.role, o.procedure;
CREATE VIEW [unanswered_claims] AS
-- One row for each claim that no payer has answered, with its age at the newest date in the database.
SELECT
    c.control_number, c.payer_name AS payer, c.filing_code, c.frequency,
    sum(o.charge_cents) / 100.0 AS charge,
    count(*) AS lines,
    min(o.service_date) AS service_date,
    max(t.created_date) AS submitted,
    CAST(julianday((SELECT max(date) FROM (
        SELECT max(created_date) AS date FROM transaction_set UNION ALL SELECT max(coalesce(date, production_date)) FROM payment
    ))) - julianday(min(o.service_date)) AS INTEGER) AS days_since_service,
    f.path AS file, c.id & 4294967295 AS segment, c.id AS claim_id
FROM outcome o
JOIN claim c ON c.id = o.claim_id
LEFT JOIN transaction_set t ON t.id = c.transaction_id
LEFT JOIN file f ON f.id = c.id >> 32
WHERE o.state = 'no-response'
GROUP BY c.id
ORDER BY charge DESC, c.control_number;
CREATE VIEW [unmatched_remittances] AS
-- One row for each remittance line (or whole claim) that found no claim of ours: billed by another system, or not imported.
SELECT
    o.control_number, rc.payer_control_number, o.payer, o.line_number, o.procedure, o.modifiers, o.service_date,
    o.charge_cents / 100.0 AS charge,
    o.paid_cents / 100.0 AS paid,
    o.denied_cents / 100.0 AS denied,
    o.state, rc.status AS claim_status, p.trace_number, coalesce(p.date, p.production_date) AS payment_date,
    f.path AS file, o.segment, o.id AS outcome_id
FROM outcome o
LEFT JOIN remit_claim rc ON rc.id = o.remit_claim_id
LEFT JOIN payment p ON p.id = rc.payment_id
LEFT JOIN file f ON f.id = o.file_id
WHERE o.kind IS NULL
ORDER BY o.charge_cents DESC, o.control_number, o.line_number;
CREATE INDEX "idx_claim_control_number"
    ON "claim" ("control_number");
CREATE INDEX "idx_claim_transaction_id"
    ON "claim" ("transaction_id");
CREATE INDEX "idx_claim_member_id"
    ON "claim" ("member_id");
CREATE INDEX "idx_claim_payer_control_number"
    ON "claim" ("payer_control_number");
CREATE INDEX "idx_service_line_claim_id"
    ON "service_line" ("claim_id");
CREATE INDEX "idx_diagnosis_claim_id"
    ON "diagnosis" ("claim_id");
CREATE INDEX "idx_claim_code_claim_id"
    ON "claim_code" ("claim_id");
CREATE INDEX "idx_note_claim_id"
    ON "note" ("claim_id");
CREATE INDEX "idx_attachment_claim_id"
    ON "attachment" ("claim_id");
CREATE INDEX "idx_other_payer_claim_id"
    ON "other_payer" ("claim_id");
CREATE INDEX "idx_other_adjudication_claim_id"
    ON "other_adjudication" ("claim_id");
CREATE INDEX "idx_other_adjustment_claim_id"
    ON "other_adjustment" ("claim_id");
CREATE INDEX "idx_provider_summary_payment_id"
    ON "provider_summary" ("payment_id");
CREATE INDEX "idx_remit_claim_control_number"
    ON "remit_claim" ("control_number");
CREATE INDEX "idx_remit_claim_payment_id"
    ON "remit_claim" ("payment_id");
CREATE INDEX "idx_remit_claim_payer_control_number"
    ON "remit_claim" ("payer_control_number");
CREATE INDEX "idx_remit_claim_patient_id"
    ON "remit_claim" ("patient_id");
CREATE INDEX "idx_remit_claim_insured_id"
    ON "remit_claim" ("insured_id");
CREATE INDEX "idx_remit_line_remit_claim_id"
    ON "remit_line" ("remit_claim_id");
CREATE INDEX "idx_adjustment_remit_claim_id"
    ON "adjustment" ("remit_claim_id");
CREATE INDEX "idx_adjustment_remit_line_id"
    ON "adjustment" ("remit_line_id");
CREATE INDEX "idx_remark_remit_claim_id"
    ON "remark" ("remit_claim_id");
CREATE INDEX "idx_remark_remit_line_id"
    ON "remark" ("remit_line_id");
CREATE INDEX "idx_amount_remit_claim_id"
    ON "amount" ("remit_claim_id");
CREATE INDEX "idx_amount_remit_line_id"
    ON "amount" ("remit_line_id");
CREATE INDEX "idx_quantity_remit_claim_id"
    ON "quantity" ("remit_claim_id");
CREATE INDEX "idx_quantity_remit_line_id"
    ON "quantity" ("remit_line_id");
CREATE INDEX "idx_provider_adjustment_payment_id"
    ON "provider_adjustment" ("payment_id");
CREATE INDEX "idx_outcome_service_line_id"
    ON "outcome" ("service_line_id");
CREATE INDEX "idx_outcome_claim_id"
    ON "outcome" ("claim_id");
CREATE INDEX "idx_outcome_control_number"
    ON "outcome" ("control_number");
CREATE INDEX "idx_outcome_remit_claim_id"
    ON "outcome" ("remit_claim_id");
CREATE INDEX "idx_link_outcome_id_position"
    ON "link" ("outcome_id", "position");
CREATE INDEX "idx_link_remit_line_id"
    ON "link" ("remit_line_id");
CREATE INDEX "idx_link_remit_claim_id"
    ON "link" ("remit_claim_id");
CREATE INDEX "idx_finding_outcome_id"
    ON "finding" ("outcome_id");
CREATE INDEX "idx_finding_control_number"
    ON "finding" ("control_number");
CREATE INDEX "idx_finding_depends_on"
    ON "finding" ("depends_on");
COMMIT;
