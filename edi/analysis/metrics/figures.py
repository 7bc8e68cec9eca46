"""The figures: what each divides by what, and in what it is told. The formulas in words: docs/metrics.md."""

from __future__ import annotations

from dataclasses import dataclass

from edi.analysis.metrics import populations as of
from edi.analysis.metrics.conditions import Condition, From, In, Is, Known, Until, where

LINES, CLAIMS, REMITS = "lines", "claims", "remits"
RATE, MONEY, COUNT, MEDIAN, P90 = "rate", "money", "count", "median", "p90"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure.

    `counts`: lines, claims, remits, or the column of cents that is summed; `among_counts` the same of the denominator.
    `days`: the column of a median or percentile. `of_cause`: by cause, the denominator is that cause's own; else it is
    everybody's. `shows`: the rows that its condition filters. `derived`: what its rows must meet besides, in values
    that a look-up gave and no column holds, so that they have to be named one by one.
    """

    name: str
    title: str
    kind: str
    what: Condition
    counts: str = LINES
    among: Condition | None = None
    among_counts: str = LINES
    days: str = ""
    of_cause: bool = False
    shows: str = "lines"
    derived: Condition | None = None


def _days(name: str, title: str, column: str, what: Condition) -> tuple[Figure, Figure]:
    known = what & From(column, 0)
    return (
        Figure(f"{name}-median", f"{title}, median", MEDIAN, known, days=column),
        Figure(f"{name}-p90", f"{title}, 90th percentile", P90, known, days=column),
    )


_FIRST_DENIED_MONEY = of.DENIED_FIRST & From("first_denied_cents", 1)
_CAUSED = of.ROOTS_DENIED_FIRST & Known("preventable")
_CAUSED_MONEY = _FIRST_DENIED_MONEY & Known("preventable")
_TRACERS_DECIDED = of.TRACERS & In("state", ("paid", "reduced", "patient-share", "denied", "taken-back"))

FIGURES: tuple[Figure, ...] = (
    Figure("services", "Services billed, each once", COUNT, of.SERVICES),
    Figure("claims", "Claims, resubmissions left out", COUNT, of.SERVICES, CLAIMS),
    Figure("charge", "Charges of services, each once", MONEY, of.SERVICES, "charge_cents"),
    Figure("paid", "Paid, as in the remittances", MONEY, where(), "paid_cents"),
    # What is denied now
    Figure("denials", "Open denials by root cause", COUNT, of.OPEN_DENIALS & Is("dependent", 0)),
    Figure("dependent-denials", "Supplies denied with their scan", COUNT, of.OPEN_DENIALS & Is("dependent", 1)),
    Figure("denied-charge", "Denied charges, each service once", MONEY, of.NOW_DENIED, "denied_cents"),
    Figure(
        "repeated-denials",
        "Denied again in a further submission",
        MONEY,
        Condition((Is("standing", 0), From("denied_cents", 1))),
        "denied_cents",
    ),
    Figure("taken-back", "Paid once and taken back", MONEY, of.NOW & Is("state", "taken-back"), "denied_cents"),
    Figure(
        "recoverable",
        "Recoverable",
        MONEY,
        of.OPEN_DENIALS & From("recoverable_cents", 1),
        "recoverable_cents",
        shows="findings",
    ),
    Figure(
        "expected-allowed",
        "Expected allowed of what is denied",
        MONEY,
        of.NOW_DENIED,
        "expected_cents",
        derived=where(From("expected_cents", 1)),
    ),
    # The first decision
    Figure("first-pass-resolution", "Settled right by the first decision", RATE, of.RIGHT_AT_ONCE, among=of.DECIDED),
    Figure("initial-denial-rate-lines", "Initial denial rate, lines", RATE, of.DENIED_FIRST, among=of.DECIDED),
    Figure(
        "initial-denial-rate-claims",
        "Initial denial rate, claims decided",
        RATE,
        of.DENIED_FIRST,
        CLAIMS,
        of.DECIDED,
        CLAIMS,
    ),
    Figure(
        "initial-denial-rate-claims-submitted",
        "Initial denial rate, claims submitted (HFMA)",
        RATE,
        of.DENIED_FIRST & In("kind", ("837P", "837I")),
        CLAIMS,
        of.SUBMITTED,
        CLAIMS,
    ),
    Figure(
        "initial-denial-rate-dollars",
        "Initial denial rate, dollars decided",
        RATE,
        _FIRST_DENIED_MONEY,
        "first_denied_cents",
        of.DECIDED,
        "charge_cents",
    ),
    Figure(
        "initial-denial-rate-dollars-submitted",
        "Initial denial rate, dollars submitted (HFMA)",
        RATE,
        _FIRST_DENIED_MONEY & In("kind", ("837P", "837I")),
        "first_denied_cents",
        of.SUBMITTED,
        "charge_cents",
    ),
    Figure(
        "zero-pay-rate",
        "Remittances that paid nothing (HFMA primary denial rate)",
        RATE,
        of.PRIMARY_REMITS & Until("first_claim_paid_cents", 0),
        REMITS,
        of.PRIMARY_REMITS,
        REMITS,
    ),
    Figure(
        "true-zero-pay-rate",
        "Remittances that paid nothing and denied something",
        RATE,
        of.PRIMARY_REMITS & Until("first_claim_paid_cents", 0) & In("first_state", of.DENIED),
        REMITS,
        of.PRIMARY_REMITS,
        REMITS,
    ),
    # What became of the denials
    Figure("initial-denied", "Charges denied at first", MONEY, _FIRST_DENIED_MONEY, "first_denied_cents"),
    Figure(
        "overturn-rate-lines",
        "Overturned, of denials decided again",
        RATE,
        of.OVERTURNED,
        among=of.REDECIDED,
        of_cause=True,
    ),
    Figure(
        "overturn-rate-dollars",
        "Overturned dollars, of denials decided again",
        RATE,
        of.OVERTURNED & From("lifted_cents", 1),
        "lifted_cents",
        of.REDECIDED,
        "first_denied_cents",
        of_cause=True,
    ),
    Figure(
        "overturned-share",
        "Overturned, of all denied at first",
        RATE,
        of.OVERTURNED,
        among=of.DENIED_FIRST,
        of_cause=True,
    ),
    Figure(
        "appeal-overturn-rate",
        "Overturned, of denials decided on appeal",
        RATE,
        of.OVERTURNED & Is("appealed", 1),
        among=of.REDECIDED & Is("appealed", 1),
        of_cause=True,
    ),
    Figure("recovered", "Paid after a denial", MONEY, of.OVERTURNED, "recovered_cents"),
    Figure(
        "net-denial", "Denied at first and not overturned", MONEY, of.DENIED_FIRST & From("kept_cents", 1), "kept_cents"
    ),
    Figure(
        "net-denial-rate",
        "Denied and not overturned, dollars decided",
        RATE,
        of.DENIED_FIRST & From("kept_cents", 1),
        "kept_cents",
        of.DECIDED,
        "charge_cents",
    ),
    Figure(
        "preventable-share-lines",
        "Preventable, of denials by root cause",
        RATE,
        _CAUSED & Is("preventable", "yes"),
        among=_CAUSED,
        of_cause=True,
    ),
    Figure(
        "preventable-share-dollars",
        "Preventable, of dollars denied at first",
        RATE,
        _CAUSED_MONEY & Is("preventable", "yes"),
        "first_denied_cents",
        _CAUSED_MONEY,
        "first_denied_cents",
        of_cause=True,
    ),
    Figure(
        "maybe-preventable-share-lines",
        "Perhaps preventable, of denials by root cause",
        RATE,
        _CAUSED & Is("preventable", "maybe"),
        among=_CAUSED,
        of_cause=True,
    ),
    Figure(
        "maybe-preventable-share-dollars",
        "Perhaps preventable, of dollars denied at first",
        RATE,
        _CAUSED_MONEY & Is("preventable", "maybe"),
        "first_denied_cents",
        _CAUSED_MONEY,
        "first_denied_cents",
        of_cause=True,
    ),
    # Days
    *_days("days-to-submit", "Days from service to claim", "days_to_submit", of.SUBMITTED),
    *_days("days-to-pay", "Days from claim to payment", "days_to_pay", of.NOW & Is("extra", 0)),
    *_days("days-to-deny", "Days from claim to first denial", "days_to_decide", of.DENIED_FIRST),
    *_days("days-to-overturn", "Days from first denial to payment", "days_to_overturn", of.OVERTURNED),
    *_days("days-at-payer", "Days from receipt by the payer to its first decision", "days_at_payer", of.DECIDED),
    # Payment as agreed
    Figure(
        "underpaid",
        "Allowed below what was expected",
        MONEY,
        of.PAID_NOW,
        "short_cents",
        derived=where(From("short_cents", 1)),
    ),
    Figure(
        "underpaid-rate",
        "Lines allowed below what was expected",
        RATE,
        of.PAID_NOW,
        among=of.PAID_NOW & From("checked", 1),
        derived=where(From("short_cents", 1)),
    ),
    Figure(
        "tracer-paid-rate",
        "Tracer lines paid",
        RATE,
        of.TRACERS & In("state", ("paid", "reduced", "patient-share")),
        among=_TRACERS_DECIDED,
    ),
)
