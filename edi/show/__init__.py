"""A file shown to a person: segment by segment, or one claim as a paper remittance or claim form would look."""
