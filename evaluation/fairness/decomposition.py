"""Where a gap comes from: one stage replaced at a time, the parts summing to the whole.

For every person four yes-or-no stages are known (`city.stages`): is there a post of the kind they
look for (supply); one that no hard constraint forbids; one that may be shown as things are known;
one that was shown. Replacing the ranker by a perfect one moves a person from the last stage to the
third, answering every question to the second, lifting every constraint to the first, and creating
posts to 1. So what a person lacks is the sum of four parts, and the gap between a group and the
others is the sum of the four gaps, exactly (a telescoping sum; order: from the ranker back).

A missing answer is replaced by the best one it could have, so the part of information is an upper
bound and that of constraints a lower one. Intervals: people drawn with replacement within both
sides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from evaluation.measures.intervals import LEVEL

PARTS = ("supply", "constraints", "information", "ranker")
RESAMPLES = 2_000
Stages = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class PartGap:
    """How much of a gap one part explains, in shares of people: (group lacks) - (others lack)."""

    gap: float
    low: float
    high: float

    @property
    def is_clear(self) -> bool:
        """Whether the interval leaves 0 out."""
        return self.low > 0 or self.high < 0

    def __str__(self) -> str:
        return f"{self.gap:+.3f} [{self.low:+.3f}, {self.high:+.3f}]"


@dataclass(frozen=True, slots=True)
class Decomposition:
    """`total`: how much rarer a lead is in the group than among the others; `parts` sum to it."""

    group: str
    people: int
    total: PartGap
    parts: Mapping[str, PartGap]


def losses(stages: Stages) -> tuple[float, float, float, float]:
    """What each part takes from one person; they sum to 1 minus the last stage.

    >>> losses({"supply": 1, "constraints": 1, "information": 0, "ranker": 0})
    (0.0, 0.0, 1.0, 0.0)
    """
    reached = [1.0, *(float(stages[p]) for p in PARTS)]
    if any(b > a for a, b in pairwise(reached)):
        raise ValueError("a later stage reaches further than an earlier one")
    supply, constraints, information, ranker = (a - b for a, b in pairwise(reached))
    return supply, constraints, information, ranker


def decompose(
    group: str, inside: Sequence[Stages], outside: Sequence[Stages], seed: int
) -> Decomposition:
    """The gap between the people of a group and everybody else. ValueError: nobody on a side."""
    if not inside or not outside:
        raise ValueError("a gap needs people on both sides")
    mine = np.array([losses(s) for s in inside])
    theirs = np.array([losses(s) for s in outside])
    draws = np.random.default_rng(seed)
    gaps = mine.mean(axis=0) - theirs.mean(axis=0)
    drawn = _resampled(mine, draws) - _resampled(theirs, draws)
    tail = (1 - LEVEL) / 2
    low, high = np.quantile(drawn, (tail, 1 - tail), axis=0)
    sums = drawn.sum(axis=1)
    total_low, total_high = np.quantile(sums, (tail, 1 - tail)).tolist()
    return Decomposition(
        group, len(inside), PartGap(float(gaps.sum()), total_low, total_high),
        {p: PartGap(float(gaps[i]), float(low[i]), float(high[i])) for i, p in enumerate(PARTS)},
    )  # fmt: skip


def _resampled(values: NDArray[np.float64], draws: np.random.Generator) -> NDArray[np.float64]:
    """Means of resampled people: (resamples, parts)."""
    means = np.empty((RESAMPLES, values.shape[1]))
    for i in range(RESAMPLES):
        means[i] = values[draws.integers(0, len(values), len(values))].mean(axis=0)
    return means
