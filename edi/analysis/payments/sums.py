"""Which payments one deposit may have taken in together. Certain sums only: where two sets add up, none is chosen.

An electronic payment is a bank entry of its own, so only payments of one payer come together; checks of any payers are
brought to the bank together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import combinations

from edi.analysis.payments.deposits import Deposit, Due, total

MOST = 12  # payments among which a sum is looked for; among more, chance would find one


def sets_that_sum(near: Sequence[Due], deposit: Deposit) -> list[list[Due]]:
    """The sets of two or more payments of `near` that add up to the deposit; at most two are looked for.

    All of a payer's payments of one day come first: such a set is certain even where another might add up.
    """
    of_day: dict[tuple[str, str], list[Due]] = defaultdict(list)
    for due in near:
        of_day[due.payer or "", due.day].append(due)
    whole = [dues for dues in of_day.values() if len(dues) > 1 and total(dues) == deposit.cents]
    if whole:
        return whole
    pools: dict[str, list[Due]] = defaultdict(list)
    for due in near:
        pools["checks" if due.is_check else due.payer or ""].append(due)
    found: list[list[Due]] = []
    for pool in pools.values():
        if len(pool) <= MOST:
            found += _subsets(pool, deposit.cents)
        if len(found) > 1:
            break
    return found


def _subsets(pool: Sequence[Due], cents: int) -> list[list[Due]]:
    found = []
    for size in range(2, len(pool) + 1):
        for chosen in combinations(pool, size):
            if total(chosen) == cents:
                found.append(list(chosen))
                if len(found) > 1:
                    return found
    return found
