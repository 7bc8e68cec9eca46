"""The words that the page and the workbook share: names of the money's columns, what a verdict means, notices."""

from __future__ import annotations

BUCKET_LABELS = {
    "paid": "Paid",
    "contractual": "Contract write-off",
    "patient": "Patient's share",
    "packaged": "Packaged (hospital)",
    "other": "Other payment rules",
    "void": "Replaced or voided by us",
    "unexplained": "Left over, not explained",
    "waiting": "No answer yet",
    "denied": "Denied",
}
BUCKET_NOTES = {
    "contractual": "written off beside a payment, as contracted",
    "patient": "deductible, coinsurance, copay",
    "packaged": "expected zero: paid inside the scan",
    "other": "sequestration, capitation, earlier payers, payment rules",
    "void": "claims we replaced or took back ourselves",
    "unexplained": "answers that do not add up",
    "waiting": "not answered, or pending",
}
VERDICTS = (
    ("confirmed", "The claim or another record holds the fact that explains the denial."),
    ("likely", "The evidence points that way but does not prove it."),
    ("stated", "Only the payer's codes say so; nothing on our side speaks for or against."),
    ("contradicted", "Our side refutes the payer's reason: a strong appeal."),
)

PHI_NOTICE = (
    "Made on your own computer; nothing is loaded from the network. It names no patient, but it holds claim control "
    "numbers and dates of service: PHI-limited data. Keep it where claims may be kept."
)
CPT_NOTICE = (
    "CPT is a registered trademark of the American Medical Association; codes are shown without descriptors. Payers' "
    "reason and remark codes are shown as numbers, with this program's own short words."
)
CAUTION = (
    "Verdicts rest on claims and remittances, not on charts: where they speak of studies or documentation, read them "
    "as consistent with the record, not as proof. What could not be checked is listed with each denial."
)
NOTICES = (PHI_NOTICE, CPT_NOTICE, CAUTION)
