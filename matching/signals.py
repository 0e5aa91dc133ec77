"""The structured part of the ranking: what is known in fields, beside what the texts say.

Every signal is a value from 0 to 1 for every row, times a weight of parameters.yaml. None of them
excludes: an unknown field takes the middle, so that a silent posting neither wins nor loses.
Points are kept as whole millionths, so that the contributions sum to the score exactly and the
same pair scores the same on every machine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from data.records import FamilyId, Jobseeker, ProvisionKey, Track
from data.vocabulary import Vocabulary
from matching.catalogue import LEVEL_UNKNOWN, Catalogue
from matching.commute import distance_km
from matching.verdict import Status

MICRO = 1_000_000
MIDDLE = 0.5
ONE_STEP_SHORT = 0.4
PENALTY = "condition"
"""The one signal that counts against a posting: something is to be arranged first."""
SIGNALS = (
    "text", "occupation", "skills", "distance", "pay", "education", "experience", "track",
    "condition",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SkillIndex:
    """Which rows mention which skill word: postings' skill tags, inverted.

    `words` numbers the normalised words; the rows of word i are `rows[starts[i]:starts[i + 1]]`, in
    ascending order.
    """

    words: Mapping[str, int] = field(default_factory=dict)
    starts: NDArray[np.int64] = field(default_factory=lambda: np.zeros(1, np.int64))
    rows: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))

    @classmethod
    def build(cls, tags: Sequence[Sequence[str]]) -> SkillIndex:
        rows: dict[str, list[int]] = {}
        for row, words in enumerate(tags):
            for word in dict.fromkeys(normalise(w) for w in words):
                rows.setdefault(word, []).append(row)
        starts = np.cumsum([0, *map(len, rows.values())], dtype=np.int64)
        flat = np.array([r for of_word in rows.values() for r in of_word], np.int64)
        return cls({word: i for i, word in enumerate(rows)}, starts, flat)

    def rows_of(self, word: str) -> NDArray[np.int64]:
        """The rows that mention a word; none for a word that nobody uses."""
        number = self.words.get(normalise(word))
        if number is None:
            return self.rows[:0]
        return self.rows[self.starts[number] : self.starts[number + 1]]


def normalise(word: str) -> str:
    return word.strip().casefold()


def micro(values: NDArray[np.float64], weight: float) -> NDArray[np.int64]:
    return np.rint(np.clip(values, 0.0, 1.0) * weight * MICRO).astype(np.int64)


def signal_values(
    jobseeker: Jobseeker,
    wished_families: frozenset[FamilyId],
    relevance: NDArray[np.float64],
    conditional: NDArray[np.bool_],
    catalogue: Catalogue,
    skills: SkillIndex,
) -> dict[str, NDArray[np.float64]]:
    """Every signal for every row, before it is weighed: each (rows,) from 0 to 1, in the order of
    `SIGNALS`."""
    near_zero_km = catalogue.vocabulary.parameters["near_zero_km"].value
    return {
        "text": relevance,
        "occupation": _occupation(wished_families, catalogue),
        "skills": _skills(jobseeker, catalogue, skills),
        "distance": _distance(jobseeker, catalogue, near_zero_km),
        "pay": _pay(jobseeker, catalogue),
        "education": _education(jobseeker, catalogue),
        "experience": _experience(jobseeker, catalogue),
        "track": _track(jobseeker, catalogue),
        "condition": conditional.astype(np.float64),
    }


def signal_weights(vocabulary: Vocabulary) -> dict[str, float]:
    """The weight of every signal in points, as parameters.yaml (or an accepted file of learned
    weights) has it; that of a condition is negative."""
    number = {k: p.value for k, p in vocabulary.parameters.items()}
    weights = {name: number[f"weight_{name}"] for name in SIGNALS if name != PENALTY}
    return {**weights, PENALTY: -number[f"penalty_{PENALTY}"]}


def signal_points(
    values: Mapping[str, NDArray[np.float64]], weights: Mapping[str, float]
) -> dict[str, NDArray[np.int64]]:
    """Points of every signal for every row, in millionths: each (rows,) int64."""
    return {name: micro(v, weights[name]) for name, v in values.items()}


def _occupation(wished: frozenset[FamilyId], catalogue: Catalogue) -> NDArray[np.float64]:
    hit = np.array([*(f in wished for f in catalogue.vocabulary.families), False], np.float64)
    return hit[catalogue.family]


def _skills(jobseeker: Jobseeker, catalogue: Catalogue, skills: SkillIndex) -> NDArray[np.float64]:
    found = np.zeros(len(catalogue), np.float64)
    for word in {normalise(s) for s in jobseeker.skills}:
        found[skills.rows_of(word)] += 1.0
    return np.minimum(found / 3.0, 1.0)


def _distance(jobseeker: Jobseeker, catalogue: Catalogue, zero_at_km: float) -> NDArray[np.float64]:
    vocabulary = catalogue.vocabulary
    anchors = list(jobseeker.wishes.districts)
    if not anchors and jobseeker.residence is not None:
        anchors = [jobseeker.residence]
    if not anchors:
        by_district = np.full(len(vocabulary.districts) + 1, MIDDLE)
    else:
        nearest = [
            min(distance_km(a, d, vocabulary) for a in anchors) for d in vocabulary.districts
        ]
        by_district = np.array([*(1.0 - km / zero_at_km for km in nearest), MIDDLE])
    near = by_district[catalogue.district]
    remote = catalogue.provision_status(ProvisionKey("remote"))
    near[remote == Status.OK] = 1.0
    if jobseeker.wishes.remote:
        near[remote != Status.OK] *= MIDDLE
    return near


def _pay(jobseeker: Jobseeker, catalogue: Catalogue) -> NDArray[np.float64]:
    floor = jobseeker.wishes.monthly_pay_yuan_min
    low, high = catalogue.monthly_low, catalogue.monthly_high
    if floor is None or floor <= 0:
        return np.full(len(catalogue), MIDDLE)
    middle = np.where(np.isnan(high), low, (low + high) / 2)
    value = np.clip(0.5 + (middle - floor) / floor, 0.0, 1.0)
    return np.where(np.isnan(value), MIDDLE, value)


def _education(jobseeker: Jobseeker, catalogue: Catalogue) -> NDArray[np.float64]:
    if jobseeker.education is None:
        return np.full(len(catalogue), MIDDLE)
    short = catalogue.education_min.astype(np.int64) - int(jobseeker.education)
    value = np.where(short <= 0, 1.0, np.where(short == 1, ONE_STEP_SHORT, 0.0))
    return np.where(catalogue.education_min == LEVEL_UNKNOWN, MIDDLE, value)


def _experience(jobseeker: Jobseeker, catalogue: Catalogue) -> NDArray[np.float64]:
    if jobseeker.experience_years is None:
        return np.full(len(catalogue), MIDDLE)
    short = catalogue.experience_min - jobseeker.experience_years
    value = np.clip(1.0 - short / 3.0, 0.0, 1.0)
    return np.where(np.isnan(value), MIDDLE, value)


def _track(jobseeker: Jobseeker, catalogue: Catalogue) -> NDArray[np.float64]:
    if not jobseeker.wishes.tracks:
        return np.full(len(catalogue), MIDDLE)
    return np.array([float(t in jobseeker.wishes.tracks) for t in Track])[catalogue.track]
