"""Where each cent of a charge went, and the rows of `edi lines` with their states."""
