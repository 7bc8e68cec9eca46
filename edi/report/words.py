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

SHEETS = {
    "Worklist": "Each open denial and, below it, the lines that follow from it; most recoverable first. Status, Owner "
    "and Notes are yours to fill. Appeal by is red when the day is over, amber within 30 days.",
    "Summary": "Where the billed money went, and every figure of edi metrics (each service counted once).",
    "Causes": "Denied dollars by root cause, with what payers would have allowed.",
    "Cause by payer": "The same for each payer.",
    "Tracers": "Payer by code around 78452: billed, paid, bundled, denied, paid per unit.",
    "78452 or 78451": "Scans read as one study instead of several. The evidence fits a reading; it is no proof.",
    "Authorizations": "None sent, not accepted, for something else, used up, refused.",
    "Won back": "Lines that were denied at first and paid later.",
    "Underpaid": "Lines allowed less than the fee table, or than the payer usually allows.",
    "Missed charges": "What seems not to have been billed, on claims already sent.",
    "Payer changes": "Payers whose rates stepped after a day.",
    "No response": "Claims without a final answer, oldest first, with what to check.",
    "No claim": "Remittances without a claim, with what comes near.",
    "Payments": "Each 835 against its own claims and adjustments; the difference is 0.00 where it balances.",
    "Adjustments": "Provider adjustments (PLB) in words; an amount below zero was kept back.",
    "Lines": "Every line with its money: charge = paid + patient + contractual + denied + packaged + other + balance.",
}

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
