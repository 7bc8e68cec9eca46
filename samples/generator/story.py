"""Tells the month: everyday claims first, then each scenario, then what belongs to no claim."""

from __future__ import annotations

from generator.month import Month
from generator.ordinary import everyday
from generator.scenarios_access import ACCESS
from generator.scenarios_coding import CODING
from generator.scenarios_history import HISTORY, provider_level
from generator.world import ALDERWICK, GROUP

OFF = 1250  # cents by which one payment does not balance


def tell(seed: int, scale: int = 1) -> Month:
    """A month, or `scale` months' worth of claims in one."""
    month = Month(seed)
    fill(month, scale)
    return month


def fill(month: Month, scale: int) -> None:
    """Tell `scale` months' worth of claims into a month."""
    for _ in range(scale):
        month.scenario = "ordinary"
        everyday(month)
        for scenario in (*ACCESS, *CODING, *HISTORY):
            month.scenario = scenario.__name__.replace("_", "-")
            scenario(month)
    month.remit(ALDERWICK, GROUP, 3).off = OFF
    provider_level(month)
