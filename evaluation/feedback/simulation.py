"""A log whose truth is known: people of an invented city answer by chances that we set.

Lists are drawn by chance, with unequal probabilities and without repetition, by systematic sampling
(Madow 1949), which gives every posting exactly the probability that is written down. What any
other ranking would have brought is then no estimate but a sum of chances.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from data.leads import LeadEvent, LeadStep
from data.records import JobseekerId
from evaluation.city import City
from evaluation.feedback.reweighting import features
from matching.matcher import Matcher, Signals
from matching.signals import SIGNALS

Floats = NDArray[np.float64]
SPAN_DAYS, ANSWER_DAYS = 75, 20
LEAST_WEIGHT = 0.05
_STRENGTH = 8.0


@dataclass(frozen=True, slots=True)
class SimulatedLog:
    """Steps as an office would have recorded them, and the chance behind every answer: for each
    list (person, day), one number for every row of the catalogue."""

    events: tuple[LeadEvent, ...]
    chances: Mapping[tuple[JobseekerId, date], Floats]

    def value(self, lists: Mapping[tuple[JobseekerId, date], Sequence[int]]) -> float:
        """What these lists would bring, per list, every person counting once."""
        by_person: dict[JobseekerId, list[float]] = {}
        for key, rows in lists.items():
            by_person.setdefault(key[0], []).append(float(self.chances[key][list(rows)].sum()))
        return float(np.mean([np.mean(v) for v in by_person.values()]))


def inclusion_probabilities(weights: Floats, k: int) -> Floats:
    """Probabilities of being among k, proportional to the weights and at most 1; they sum to k.

    >>> inclusion_probabilities(np.array([8.0, 1.0, 1.0]), 2).round(3).tolist()
    [1.0, 0.5, 0.5]
    """
    if len(weights) <= k:
        return np.ones(len(weights))
    certain = np.zeros(len(weights), bool)
    while True:
        left = k - int(certain.sum())
        share = np.where(certain, 1.0, left * weights / weights[~certain].sum())
        fresh = ~certain & (share > 1)
        if not fresh.any():
            return share
        certain |= fresh


def draw_systematically(probabilities: Floats, draws: np.random.Generator) -> NDArray[np.int64]:
    """Places drawn with exactly these probabilities; as many as they sum to."""
    order = draws.permutation(len(probabilities))
    ends = np.cumsum(probabilities[order])
    size = round(float(ends[-1]))
    points = draws.random() + np.arange(size)
    found = order[np.searchsorted(ends, points, side="right").clip(max=len(order) - 1)]
    return np.sort(found).astype(np.int64)


def simulate_log(
    city: City, matcher: Matcher, truth: Mapping[str, float], k: int, seed: int,
    *, base: float = -2.0,
) -> SimulatedLog:  # fmt: skip
    """Every willing person gets one list of k, on a day of the months that follow the
    city's; a lead is answered with
    interest by a logistic chance of the weights `truth` (the larger, the more the signal counts
    for people), the others stay silent or are declined with a reason."""
    draws = np.random.default_rng(seed)
    events: list[LeadEvent] = []
    chances: dict[tuple[JobseekerId, date], Floats] = {}
    reasons = list(city.vocabulary.decline_reasons)
    for person in city.willing:
        day = city.on + timedelta(days=int(draws.integers(0, SPAN_DAYS)))
        found = matcher.signals(person, day)
        rows = np.flatnonzero(found.offered)
        if not len(rows):
            continue
        chance = answer_chances(found, truth, base)
        chances[person.id, day] = chance
        weights = LEAST_WEIGHT + draws.random(len(rows)) * found.values["text"][rows]
        probabilities = inclusion_probabilities(weights, k)
        for place, at in enumerate(draw_systematically(probabilities, draws), 1):
            row = int(rows[at])
            posting = matcher.catalogue.ids[row]
            events.append(
                LeadEvent(person.id, posting, LeadStep.SHOWN, day, None, place,
                          float(probabilities[at]))
            )  # fmt: skip
            later = day + timedelta(days=int(draws.integers(1, ANSWER_DAYS)))
            if draws.random() < chance[row]:
                events.append(LeadEvent(person.id, posting, LeadStep.INTERESTED, later))
            elif draws.random() < 0.2:
                reason = reasons[int(draws.integers(len(reasons)))]
                events.append(LeadEvent(person.id, posting, LeadStep.DECLINED, later, reason))
    return SimulatedLog(tuple(events), chances)


def answer_chances(found: Signals, truth: Mapping[str, float], base: float) -> Floats:
    """(rows,) chances of interest: logistic in the weighed signals."""
    everything = np.arange(len(found.offered))
    worth = np.array([abs(truth.get(s, 0.0)) for s in SIGNALS])
    total = features(found.values, everything) @ worth
    chances: Floats = 1 / (1 + np.exp(-(base + _STRENGTH * (total - 0.4 * worth.sum()))))
    return chances
