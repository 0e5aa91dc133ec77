"""Measures of what was shown, against what may be shown: the numbers this engine exists for."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from evaluation.measures.intervals import exact_upper, share_interval
from evaluation.measures.rankings import PerPerson, Run

Admissible = Mapping[str, Collection[str]]
"""Person -> postings that they may be shown; from the truth, never from the system under test."""


@dataclass(frozen=True, slots=True)
class LeakCount:
    """Inadmissible pairs among the first k. Must be 0."""

    k: int
    leaks: int
    shown: int
    people: tuple[str, ...]

    def __str__(self) -> str:
        return f"Leak@{self.k} = {self.leaks} of {self.shown}"

    def as_facts(self) -> dict[str, Any]:
        """`at_most`: the share that may hide behind the count (one-sided 95 %, exact)."""
        return {
            "k": self.k, "leaks": self.leaks, "shown": self.shown,
            "people": list(self.people[:20]), "at_most": exact_upper(self.leaks, self.shown),
        }  # fmt: skip


def leak(run: Run, admissible: Admissible, k: int) -> LeakCount:
    """Count the inadmissible pairs among the first k of everybody.

    >>> print(leak({"a": ["x", "y"]}, {"a": ["x"]}, 10))
    Leak@10 = 1 of 2
    """
    leaking: dict[str, int] = {}
    shown = 0
    for person, postings in run.items():
        allowed = set(admissible.get(person, ()))
        bad = sum(d not in allowed for d in postings[:k])
        shown += len(postings[:k])
        if bad:
            leaking[person] = bad
    return LeakCount(k, sum(leaking.values()), shown, tuple(sorted(leaking)))


@dataclass(frozen=True, slots=True)
class FilteredRecall:
    """How much of the exhaustive answer among the admissible a search found: 1 is exact.

    >>> FilteredRecall(2).per_person({"a": ["x"]}, {"a": ["x", "y", "z"]}, ["a"])
    {'a': 0.5}
    """

    k: int

    def __str__(self) -> str:
        return f"FilteredRecall@{self.k}"

    def per_person(self, run: Run, exhaustive: Run, people: Sequence[str]) -> PerPerson:
        """`exhaustive`: everything admissible, best first."""
        found: PerPerson = {}
        for p in people:
            wanted = set(exhaustive.get(p, ())[: self.k])
            got = wanted.intersection(run.get(p, ())[: self.k])
            found[p] = len(got) / len(wanted) if wanted else None
        return found


@dataclass(frozen=True, slots=True)
class Feasible:
    """P@k over what was possible: relevant admissible postings among the first k, by the smaller
    of k and the number of admissible ones. None where nothing is admissible."""

    k: int

    def __str__(self) -> str:
        return f"Feasible@{self.k}"

    def per_person(
        self, run: Run, relevant: Admissible, admissible: Admissible, people: Sequence[str]
    ) -> PerPerson:
        found: PerPerson = {}
        for p in people:
            possible = min(self.k, len(admissible.get(p, ())))
            good = set(relevant.get(p, ())).intersection(admissible.get(p, ()))
            hits = sum(d in good for d in run.get(p, ())[: self.k])
            found[p] = hits / possible if possible else None
        return found


@dataclass(frozen=True, slots=True)
class Coverage:
    """Whether a person has at least m admissible leads among the first k: 1 or 0."""

    k: int
    m: int = 1

    def __str__(self) -> str:
        return f"Coverage@{self.k}" + (f"(m={self.m})" if self.m > 1 else "")

    def per_person(self, run: Run, admissible: Admissible, people: Sequence[str]) -> PerPerson:
        return {
            p: float(
                sum(d in set(admissible.get(p, ())) for d in run.get(p, ())[: self.k]) >= self.m
            )
            for p in people
        }


@dataclass(frozen=True, slots=True)
class WronglyRuledOut:
    """Pairs that the truth allows and the system calls impossible: the opposite error of a leak,
    and the one that nobody complains about, because nobody sees it."""

    wrong: int
    possible: int

    def as_facts(self) -> dict[str, Any]:
        return {"wrong": self.wrong, "possible": self.possible,
                **share_interval(self.wrong, self.possible).as_facts()}  # fmt: skip


def wrongly_ruled_out(
    possible: Admissible, is_ruled_out: Callable[[str, str], bool]
) -> WronglyRuledOut:
    pairs = [(p, d) for p, some in possible.items() for d in some]
    return WronglyRuledOut(sum(is_ruled_out(p, d) for p, d in pairs), len(pairs))


@dataclass(frozen=True, slots=True)
class Exposure:
    """How attention is spread over postings. `gini` 0: all alike, near 1: a few get everything.
    `congestion`: the share of leads beyond what the postings have places for."""

    gini: float | None
    congestion: float | None
    top_tenth: float | None
    never_shown: int
    postings: int

    def as_facts(self) -> dict[str, Any]:
        return {"gini": self.gini, "congestion": self.congestion, "top_tenth": self.top_tenth,
                "never_shown": self.never_shown, "postings": self.postings}  # fmt: skip


def exposure(run: Run, headcount: Mapping[str, int], k: int) -> Exposure:
    """Attention falls with rank as in DCG (1 / log2(rank + 1)), over all postings that are open:
    those with no lead at all count, too.

    >>> exposure({"a": ["x"], "b": ["x"]}, {"x": 1, "y": 1}, 10).congestion
    0.5
    """
    seen = dict.fromkeys(headcount, 0.0)
    leads = dict.fromkeys(headcount, 0)
    for postings in run.values():
        for rank, d in enumerate(postings[:k], 1):
            seen[d] = seen.get(d, 0.0) + 1 / float(np.log2(rank + 1))
            leads[d] = leads.get(d, 0) + 1
    total = sum(leads.values())
    if not total:
        return Exposure(None, None, None, len(headcount), len(headcount))
    beyond = sum(max(0, n - headcount.get(d, 0)) for d, n in leads.items())
    values = np.sort(np.array(list(seen.values())))
    tenth = max(1, len(values) // 10)
    return Exposure(
        gini(values), beyond / total, float(values[-tenth:].sum() / values.sum()),
        sum(n == 0 for n in leads.values()), len(leads),
    )  # fmt: skip


def gini(values: Any) -> float:
    """The Gini coefficient of non-negative values (Gini 1912; mean absolute difference form).

    >>> gini([1, 1, 1, 1]), gini([0, 0, 0, 4])
    (0.0, 0.75)
    """
    ordered = np.sort(np.asarray(values, np.float64))
    total = ordered.sum()
    if not total:
        return 0.0
    n = len(ordered)
    weights = 2 * np.arange(1, n + 1) - n - 1
    return round(float((weights * ordered).sum() / (n * total)), 12)
