"""What another ranking would have brought, from what this one was answered.

A ranking is worth the expected number of successes among the k leads it shows. Lists that were
drawn by chance, with every posting's probability of being shown on record, allow an estimate for a
list that was never shown:

- IPS (Horvitz and Thompson 1952): every success among leads that the new list shows as well counts
  1 / probability. Unbiased if every lead of the new list could have been shown; noisy.
- SNIPS (Swaminathan and Joachims 2015): the same, over the sum of the weights, times k. Less noise,
  a little bias.
- Doubly robust (Dudík, Langford and Li 2011): a model's guess for every lead of the new list, put
  right by IPS on what the model got wrong. Unbiased if either the probabilities or the model are
  right.

It is assumed that a lead's answer does not depend on what else stood in the list (the item model of
Li et al. 2018). People are the unit: every person counts once, whatever the number of their lists.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evaluation.measures.intervals import Interval, Paired, mean_interval, paired_difference

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Session:
    """One list that one person was shown: rows, 1 or 0 for success, probabilities of being shown
    (NaN: not on record); each (shown,)."""

    person: str
    rows: NDArray[np.int64]
    rewards: Floats
    propensities: Floats

    @property
    def is_weighable(self) -> bool:
        return bool(np.isfinite(self.propensities).all())


@dataclass(frozen=True, slots=True)
class Estimate:
    """Expected successes per list. `effective`: to how many leads the weights come (Kish 1965);
    `heaviest`: the largest weight; `met`: leads of the new lists that were shown, as well."""

    ips: Interval
    snips: float | None
    doubly_robust: Interval
    effective: float
    heaviest: float
    met: int


@dataclass(frozen=True, slots=True)
class PersonValues:
    """Estimates by person: what two rankings are compared on."""

    ips: Mapping[str, float]
    doubly_robust: Mapping[str, float]


def person_values(
    sessions: Sequence[Session], chosen: Sequence[Sequence[int]],
    guesses: Sequence[Mapping[int, float]],
) -> PersonValues:  # fmt: skip
    """IPS and doubly robust values of the lists `chosen` (rows, one list for every session), by
    person. `guesses`: for every session, what a model that never saw the person expects of rows."""
    ips: dict[str, list[float]] = defaultdict(list)
    robust: dict[str, list[float]] = defaultdict(list)
    for session, new, guess in zip(sessions, chosen, guesses, strict=True):
        kept = np.isin(session.rows, np.asarray(new, np.int64))
        weight = np.where(kept, 1 / session.propensities, 0.0)
        expected = np.array([guess[int(r)] for r in session.rows], np.float64)
        ips[session.person].append(float(weight @ session.rewards))
        robust[session.person].append(
            float(sum(guess[int(r)] for r in new) + weight @ (session.rewards - expected))
        )
    return PersonValues(
        {p: float(np.mean(v)) for p, v in sorted(ips.items())},
        {p: float(np.mean(v)) for p, v in sorted(robust.items())},
    )


def estimate(
    sessions: Sequence[Session], chosen: Sequence[Sequence[int]],
    guesses: Sequence[Mapping[int, float]], seed: int,
) -> Estimate:  # fmt: skip
    """The value of the lists `chosen`. ValueError: a session without probabilities, or a lead that
    was shown with none."""
    if not all(s.is_weighable for s in sessions):
        raise ValueError("a session without probabilities cannot be weighed")
    values = person_values(sessions, chosen, guesses)
    weights, successes, slots = [], [], 0
    for session, new in zip(sessions, chosen, strict=True):
        kept = np.isin(session.rows, np.asarray(new, np.int64))
        weights.append(1 / session.propensities[kept])
        successes.append(session.rewards[kept])
        slots += len(new)
    weight, success = np.concatenate(weights), np.concatenate(successes)
    total = float(weight.sum())
    return Estimate(
        mean_interval(list(values.ips.values()), seed),
        float(weight @ success) / total * slots / len(sessions) if total else None,
        mean_interval(list(values.doubly_robust.values()), seed),
        total**2 / float((weight**2).sum()) if total else 0.0,
        float(weight.max(initial=0.0)), int((weight > 0).sum()),
    )  # fmt: skip


def as_shown(sessions: Sequence[Session], seed: int) -> Interval:
    """What the lists that were shown brought, per list: no estimate, a count."""
    by_person: dict[str, list[float]] = defaultdict(list)
    for session in sessions:
        by_person[session.person].append(float(session.rewards.sum()))
    return mean_interval([float(np.mean(v)) for _, v in sorted(by_person.items())], seed)


def compared(new: PersonValues, old: PersonValues, seed: int) -> Paired:
    """New minus old by the doubly robust values, person by person."""
    people = sorted(old.doubly_robust)
    return paired_difference(
        [new.doubly_robust[p] for p in people], [old.doubly_robust[p] for p in people], seed
    )
