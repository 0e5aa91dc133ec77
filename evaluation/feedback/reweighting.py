"""Learned weights for the structured signals: few numbers, none of them below 0.

A ridge regression with coefficients that may not fall below 0 (scikit-learn): a nearer post, a
better pay, a wished occupation can only count for a lead, whatever a small log suggests. It is kept
linear, so that every answer is explained by parts that sum to the score, as before. Answers are
compared within one list only: who says yes to everything teaches nothing about the order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from matching.signals import PENALTY, SIGNALS

RIDGE = 1.0
MOST_PENALTY = 1.0
Floats = NDArray[np.float64]


def features(values: Mapping[str, Floats], rows: Sequence[int] | NDArray[np.int64]) -> Floats:
    """(rows, signals), each such that more is better: a condition to be met counts downwards."""
    return np.column_stack([-values[s][rows] if s == PENALTY else values[s][rows] for s in SIGNALS])


def learn_weights(tables: Sequence[Floats], rewards: Sequence[Floats]) -> dict[str, float] | None:
    """Points of every signal, those of a condition negative, the others summing to 1; None where
    the log says nothing for any signal. One table (shown, signals) for every list.

    Leads are not weighed by 1 / probability: what was shown was drawn by the same signals that are
    learned from, so the weights would add noise and no truth.
    """
    from sklearn.linear_model import Ridge

    inside = np.vstack([table - table.mean(axis=0) for table in tables])
    answers = np.concatenate([reward - reward.mean() for reward in rewards])
    model = Ridge(alpha=RIDGE, positive=True, fit_intercept=False)
    model.fit(inside, answers)
    found = dict(zip(SIGNALS, model.coef_.tolist(), strict=True))
    total = sum(v for k, v in found.items() if k != PENALTY)
    if total <= 1e-9:
        return None
    points = {s: found[s] / total for s in SIGNALS}
    points[PENALTY] = -min(MOST_PENALTY, points[PENALTY])
    return points


def reward_model(
    tables: Sequence[Floats], rewards: Sequence[Floats], people: Sequence[str],
    asked: Sequence[Floats], seed: int,
) -> list[Floats]:  # fmt: skip
    """The chance of success of the rows `asked` of every list, from gradient-boosted trees that
    rise in every signal (monotone constraints) and never saw the person: five folds by person.

    `tables` (shown, signals) and `asked` (rows, signals) per list; the answers (rows,) per list.
    """
    from sklearn.ensemble import HistGradientBoostingRegressor
    from sklearn.model_selection import GroupKFold

    guesses: list[Floats] = [np.zeros(len(a)) for a in asked]
    names = np.array(people)
    folds = min(5, len(set(people)))
    if folds < 2:
        return guesses
    for train, test in GroupKFold(folds).split(names, groups=names):
        model = HistGradientBoostingRegressor(
            monotonic_cst=[1] * len(SIGNALS), max_iter=60, max_leaf_nodes=8, learning_rate=0.1,
            min_samples_leaf=20, early_stopping=False, random_state=seed,
        )  # fmt: skip
        model.fit(
            np.vstack([tables[i] for i in train]), np.concatenate([rewards[i] for i in train]),
        )  # fmt: skip
        for i in test:
            if len(asked[i]):
                guesses[i] = np.clip(model.predict(asked[i]), 0.0, 1.0)
    return guesses
