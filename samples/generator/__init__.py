"""Makes the invented month of claims and remittances in samples/. Standard library only; knows nothing of `edi`."""
