"""The sets of rows that figures count, by name. Everything that several figures share is said here once."""

from __future__ import annotations

from edi.analysis.metrics.conditions import From, In, Is, Known, where

PAID_OR_RIGHTLY_ZERO = ("paid", "patient-share", "packaged", "capitated", "paid-elsewhere")
DENIED = ("denied", "reduced")

SERVICES = where(Is("extra", 0), Is("withdrawn", 0), Is("turn", 1))
"""Each service once, as it was decided first (or still waits)."""
SUBMITTED = SERVICES & In("kind", ("837P", "837I"))
"""Services of our own claims; the others are known from remittances only."""
DECIDED = SERVICES & Known("first_state")
"""Services with a final decision: what pends does not count."""
DENIED_FIRST = DECIDED & In("first_state", DENIED)
RIGHT_AT_ONCE = DECIDED & In("first_state", PAID_OR_RIGHTLY_ZERO)
ROOTS_DENIED_FIRST = DENIED_FIRST & Is("dependent", 0)
"""Root causes: a supply that fell with its scan is money, but no cause of its own."""

REDECIDED = DENIED_FIRST & Is("redecided", 1)
OVERTURNED = REDECIDED & From("recovered_cents", 1)

NOW = where(Is("withdrawn", 0), Is("standing", 1))
"""Each service once, as it stands; with claim-level adjustments, which are money too."""
NOW_DENIED = NOW & From("denied_cents", 1)
OPEN_DENIALS = NOW & Is("open", 1) & Is("denial", "yes")
"""What the worklist holds, each service once; a downcoded line is among them with nothing denied."""
PAID_NOW = NOW & Is("extra", 0) & In("state", ("paid", "patient-share")) & From("allowed_cents", 1)
WAITING = NOW & Is("extra", 0) & In("state", ("no-response", "pending"))

# A payer's first answer as HFMA counts it: a primary remittance, repeats left out.
PRIMARY_REMITS = DECIDED & Is("later_payer", 0) & Known("remit")
TRACERS = NOW & Is("extra", 0) & Is("role", "tracer")
