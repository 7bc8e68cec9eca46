"""Which answer belongs to what: submissions into cases, remittances to claims, service lines to service lines."""
