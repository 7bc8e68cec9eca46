"""Link claims (837) to remittances (835) and say why each line was not paid."""

__version__ = "0.1.0"
