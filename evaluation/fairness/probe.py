"""Can the category be read out of a person's embedding? A classifier tries, beside its baseline.

A small advantage is expected even from clean words: what people have worked as hangs together with
what they can do. A large one means that labels leak into what is embedded.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evaluation.fairness.groups import SMALLEST
from evaluation.measures.intervals import Interval, mean_interval, paired_difference

FOLDS = 5


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """Shares of people whose category was guessed; `advantage` over guessing the commonest."""

    people: int
    categories: int
    accuracy: Interval
    majority: Interval
    advantage: Interval

    def as_facts(self) -> dict[str, Any]:
        return {"people": self.people, "categories": self.categories,
                "accuracy": self.accuracy.as_facts(), "majority": self.majority.as_facts(),
                "advantage": self.advantage.as_facts()}  # fmt: skip


def probe_category(
    vectors: NDArray[np.float32], categories: Sequence[str], seed: int
) -> ProbeResult | None:
    """Logistic regression in five folds, stratified; None where too few people can be told apart.

    `vectors` (people, dimensions); categories with fewer people than may be told are left out.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    counts = Counter(categories)
    kept = [i for i, c in enumerate(categories) if counts[c] >= max(SMALLEST, FOLDS)]
    names = np.array([categories[i] for i in kept])
    if len(set(names.tolist())) < 2:
        return None
    known = np.asarray(vectors[kept], np.float64)
    right = np.zeros(len(kept))
    common = np.zeros(len(kept))
    for train, test in StratifiedKFold(FOLDS, shuffle=True, random_state=seed).split(known, names):
        model = make_pipeline(StandardScaler(), LogisticRegression(C=0.01, max_iter=2000))
        model.fit(known[train], names[train])
        right[test] = model.predict(known[test]) == names[test]
        common[test] = names[test] == Counter(names[train].tolist()).most_common(1)[0][0]
    return ProbeResult(
        len(kept), len(set(names.tolist())), mean_interval(right.tolist(), seed),
        mean_interval(common.tolist(), seed),
        paired_difference(right.tolist(), common.tolist(), seed).difference,
    )  # fmt: skip
