"""How sure a number is: bootstrap over people, exact intervals for counts.

People are the unit: they are drawn with replacement, all systems on the same draws (paired), from
a recorded seed. Shares and zero counts get exact binomial intervals (Clopper and Pearson 1934):
"0 of 300" is not "never", it is "at most 1.0 %".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 10_000
RATIO_RESAMPLES = 1_000
LEVEL = 0.95
TIE = 0.005
"""Two values of one person closer than this are a tie."""
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean with its 95 % interval, over `n` of `of` people; None where nobody has a value."""

    mean: float | None
    low: float | None
    high: float | None
    n: int
    of: int

    def __str__(self) -> str:
        if self.mean is None:
            return "—"
        text = f"{self.mean:.3f} [{self.low:.3f}, {self.high:.3f}]"
        return text if self.n == self.of else f"{text} ({self.n}/{self.of})"

    def as_facts(self) -> dict[str, Any]:
        return {"mean": self.mean, "low": self.low, "high": self.high, "n": self.n, "of": self.of}


@dataclass(frozen=True, slots=True)
class Paired:
    """The difference of two systems on the same people: mean, interval, and who won where."""

    difference: Interval
    wins: int
    ties: int
    losses: int

    def as_facts(self) -> dict[str, Any]:
        return {**self.difference.as_facts(), "wins": self.wins, "ties": self.ties,
                "losses": self.losses}  # fmt: skip


def mean_interval(values: Sequence[float | None], seed: int) -> Interval:
    """The mean of people's values, and the middle 95 % of the means of resampled people."""
    known = np.array([v for v in values if v is not None], np.float64)
    if not len(known):
        return Interval(None, None, None, 0, len(values))
    low, high = np.quantile(_means(known, seed), _TAILS).tolist()
    return Interval(float(known.mean()), low, high, len(known), len(values))


def paired_difference(
    ours: Sequence[float | None], theirs: Sequence[float | None], seed: int
) -> Paired:
    """Ours minus theirs, person by person. ValueError: not the same people."""
    if len(ours) != len(theirs):
        raise ValueError("two systems must be compared on the same people")
    pairs = [(a, b) for a, b in zip(ours, theirs, strict=True) if a is not None and b is not None]
    apart = [a - b for a, b in pairs]
    interval = mean_interval([*apart, *[None] * (len(ours) - len(apart))], seed)
    wins, losses = sum(d > TIE for d in apart), sum(d < -TIE for d in apart)
    return Paired(interval, wins, len(apart) - wins - losses, losses)


def ratio_interval(values: Sequence[float | None], inside: Sequence[bool], seed: int) -> Interval:
    """The mean of those inside over the mean of everybody, people drawn with replacement."""
    is_known = np.array([v is not None for v in values], np.float64)
    known = np.array([0.0 if v is None else v for v in values], np.float64)
    mine = np.array(inside, np.float64) * is_known
    of = int(sum(inside))
    if not mine.any() or not known.sum():
        return Interval(None, None, None, 0, of)
    drawn = _draws(len(known), seed)
    with np.errstate(divide="ignore", invalid="ignore"):
        ours = (drawn @ (known * mine)) / (drawn @ mine)
        ratios = ours / ((drawn @ known) / (drawn @ is_known))
    low, high = np.quantile(ratios[np.isfinite(ratios)], _TAILS).tolist()
    mean = float(known @ mine / mine.sum() / (known.sum() / is_known.sum()))
    return Interval(mean, low, high, int(mine.sum()), of)


@lru_cache(maxsize=2)
def _draws(people: int, seed: int) -> Floats:
    """How often each person is drawn in each resample: (RATIO_RESAMPLES, people)."""
    draws = np.random.default_rng(seed)
    counts = draws.multinomial(people, np.full(people, 1 / people), RATIO_RESAMPLES)
    found: Floats = counts.astype(np.float64)
    return found


def share_interval(count: int, total: int) -> Interval:
    """A share with its exact two-sided interval.

    >>> print(share_interval(5, 10))
    0.500 [0.187, 0.813]
    """
    if not total:
        return Interval(None, None, None, 0, 0)
    from scipy.stats import beta

    tail = (1 - LEVEL) / 2
    low = float(beta.ppf(tail, count, total - count + 1)) if count else 0.0
    high = float(beta.ppf(1 - tail, count + 1, total - count)) if count < total else 1.0
    return Interval(count / total, low, high, total, total)


def exact_upper(count: int, total: int) -> float | None:
    """The share that a count of rare events may stand for at most: one-sided, 95 %.

    >>> round(exact_upper(0, 300), 4)
    0.0099
    """
    if not total:
        return None
    if count >= total:
        return 1.0
    from scipy.stats import beta

    return float(beta.ppf(LEVEL, count + 1, total - count))


_TAILS = ((1 - LEVEL) / 2, (1 + LEVEL) / 2)


def _means(values: Floats, seed: int) -> Floats:
    draws = np.random.default_rng(seed)
    means = np.empty(RESAMPLES)
    step = max(1, 2_000_000 // len(values))
    for start in range(0, RESAMPLES, step):
        many = min(step, RESAMPLES - start)
        chosen = draws.integers(0, len(values), (many, len(values)))
        means[start : start + many] = values[chosen].mean(axis=1)
    return means
