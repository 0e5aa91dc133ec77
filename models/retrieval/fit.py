"""The few weights of the ranking, and how a level that does not fit is charged.

The steps of the level cost follow the rule of thumb of placement officers: one step of schooling
or up to two years short is a small mismatch, more is a large one; a leading post is no offer for a
beginner, a trainee post none for somebody with years of work.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.retrieval.levels import PersonLevel

MIDDLE, SPREAD = 1.45, 0.3
"""The score at which half of the judged postings were suitable, and how fast that changes."""


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each part of a profile and each view of the fit counts.

    Found by coordinate ascent from round numbers on 32 judged development profiles (mean of
    nDCG@10, Recall@50 and condensed nDCG@10), checked by leaving out an eighth of the profiles at
    a time, then rounded. The parts first: the story (what someone tells of their work) says more
    than wishes, and skills sit between. `told_beside` is the weight of our table's names for the
    occupations when the person names one too, `told_alone` when they do not.
    `grams_short` is the weight of the runs where a few words ask (by BM25), `told_beside_short`
    that of our names beside theirs: chosen by titles of a source kept out of training, and so that
    the profiles' wishes, asked alone, rank as well as before and with about the same relevance.
    """

    wishes: float = 1.0
    story: float = 2.0
    skills: float = 1.5
    told_beside: float = 0.2
    told_alone: float = 1.0
    told_beside_short: float = 0.06
    grams: float = 3.0
    grams_short: float = 1.8
    words: float = 0.15
    meaning: float = 1.0
    occupation: float = 0.25
    occupation_alone: float = 0.6
    schooling: float = 0.3
    years: float = 0.3
    rank: float = 0.12
    pay: float = 0.3
    shunned: float = 0.4
    sought: float = 0.8


@dataclass(frozen=True, slots=True)
class Levels:
    """What every posting asks for, pays and how high it stands; NaN where not stated."""

    education: NDArray[np.float32]
    years: NDArray[np.float32]
    pay_low: NDArray[np.float32]
    pay_high: NDArray[np.float32]
    rank: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Mismatch:
    """How far each posting's level is off, 0 (fits) to 1, four ways; (rows,) float64 each."""

    schooling: NDArray[np.float64]
    years: NDArray[np.float64]
    rank: NDArray[np.float64]
    pay: NDArray[np.float64]


def mismatch(
    person: PersonLevel, levels: Levels, usual_pay: tuple[float, float] | None
) -> Mismatch:
    """Compare a person's level with every posting's. What either does not say costs nothing.

    `usual_pay` are the quartiles of what the person's occupation pays here: somebody with
    a year of experience is expected at the lower one, after six years at the upper one.
    """
    nothing = np.zeros(len(levels.years))
    schooling, years, pay = nothing, nothing, nothing
    if person.education is not None:
        short = np.nan_to_num(levels.education - float(person.education), nan=0.0)
        schooling = np.clip(short, 0, 2) / 2
    worked = 1.0 if person.years is None else person.years
    if person.years is not None:
        short = np.nan_to_num(levels.years - person.years, nan=0.0)
        years = np.clip(short - 0.5, 0, 3) / 3
    too_high = np.where(levels.rank >= 2, np.clip((8 - worked) / 5, 0, 1), 0.0)
    too_high = np.where(levels.rank == 1, np.clip((5 - worked) / 4, 0, 1) * 0.8, too_high)
    too_low = np.where(levels.rank == -1, min(worked, 2.0) / 2 * 0.8, 0.0)
    expected = person.pay
    if expected is None and usual_pay is not None:
        low, high = usual_pay
        expected = max(low + (high - low) * (min(worked, 6.0) - 1) / 5, low / 2)
    if expected:
        least = np.nan_to_num(levels.pay_low, nan=expected)
        most = np.nan_to_num(levels.pay_high, nan=expected)
        apart = np.maximum(
            np.log(np.maximum(least, 1.0) / expected), np.log(expected / np.maximum(most, 1.0))
        )
        pay = np.clip(apart - 0.1, 0, 1)
    return Mismatch(schooling, years, np.maximum(too_high, too_low), pay)


def chance(score: NDArray[np.float64]) -> NDArray[np.float64]:
    """A score as a relevance 0..1: about the share of judged postings with that score that an
    officer would offer (logistic fit on the development judgments)."""
    return 1.0 / (1.0 + np.exp(-(score - MIDDLE) / SPREAD))
