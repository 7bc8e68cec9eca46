"""How likely a difference between two shares is by chance alone. Plain Python; these are floats, and never money."""

from __future__ import annotations

from math import erfc, exp, lgamma, log, sqrt


def fisher(hits1: int, trials1: int, hits2: int, trials2: int) -> float:
    """Two-sided p-value of Fisher's exact test: twice the smaller tail of the hypergeometric distribution."""
    hits, trials = hits1 + hits2, trials1 + trials2
    lower = _tail(hits1, trials1, hits, trials)
    upper = _tail(trials1 - hits1, trials1, trials - hits, trials)  # the same, of what was missed
    return min(1.0, 2 * min(lower, upper))


def _tail(seen: int, drawn: int, hits: int, trials: int) -> float:
    """The chance of at most `seen` hits in `drawn` of `trials`, of which `hits` are hits."""
    least = max(0, drawn - (trials - hits))
    term = exp(_log_choose(hits, seen) + _log_choose(trials - hits, drawn - seen) - _log_choose(trials, drawn))
    total = 0.0
    for count in range(seen, least - 1, -1):
        total += term
        if term < total * 1e-17 and count * trials < drawn * hits:
            break
        term *= count * (trials - hits - drawn + count) / ((hits - count + 1) * (drawn - count + 1))
    return min(total, 1.0)


def _log_choose(n: int, k: int) -> float:
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)


def z_score(hits1: int, trials1: int, hits2: int, trials2: int, spreads: tuple[float, float] = (1.0, 1.0)) -> float:
    """The difference of two shares in standard errors (pooled); 0 where it cannot be told.

    `spreads`: how many times wider than chance the variance of each side is known to be.
    """
    pooled = (hits1 + hits2) / (trials1 + trials2)
    error = sqrt(pooled * (1 - pooled) * (spreads[0] / trials1 + spreads[1] / trials2))
    return (hits2 / trials2 - hits1 / trials1) / error if error else 0.0


def two_sided(z: float) -> float:
    """The chance that a standard normal value lies as far from 0 as `z`."""
    return erfc(abs(z) / sqrt(2))


def log_likelihood(hits: int, trials: int) -> float:
    """Of `hits` in `trials` at their own rate, without the constant."""
    missed = trials - hits
    return sum(count * log(count / trials) for count in (hits, missed) if count)
