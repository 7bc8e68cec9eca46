"""Money beside the lines: bank deposits, provider adjustments (PLB), and how a payment reconciles."""
