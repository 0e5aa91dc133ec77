"""The other direction: who stands in employers' lists, and how far up.

A person may be offered many posts and still never be seen by an employer, because others always
stand before them. For open postings (all, or as many as are drawn by the seed) the list of people
is made as the organiser would get it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from data.records import JobseekerId
from evaluation.city import CityRun
from matching.catalogue import CONDITIONAL
from matching.population import compile_population

MOST_LISTS = 200
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class EmployerLists:
    """`exposure`: the attention a person got over what being first in every list they may stand in
    would have given (attention falls with rank as in DCG). `top_share`: the share of those lists in
    whose first k they stand. None: they may stand in none of the lists."""

    lists: int
    k: int
    exposure: Mapping[JobseekerId, float | None]
    top_share: Mapping[JobseekerId, float | None]


def employer_lists(
    run: CityRun, k: int, seed: int, progress: Progress | None = None
) -> EmployerLists:
    """The lists of open postings, at most `MOST_LISTS` of them."""
    open_ids = [p.id for p in run.city.open_postings]
    draws = np.random.default_rng(seed)
    some = sorted(draws.permutation(len(open_ids))[:MOST_LISTS].tolist())
    chosen = [open_ids[i] for i in some]
    population = compile_population(run.city.willing, run.city.vocabulary, run.city.on)
    seen = dict.fromkeys((p.jobseeker.id for p in population.people), 0.0)
    first = dict.fromkeys(seen, 0)
    possible = dict.fromkeys(seen, 0)
    for person in seen:
        rows = [run.matcher.catalogue.row_of[i] for i in chosen]
        possible[person] = int((run.got[person].codes[rows] <= CONDITIONAL).sum())
    for done, posting in enumerate(chosen, 1):
        for match in run.matcher.candidates(posting, population, limit=k, questions=0).matches:
            seen[match.jobseeker_id] += 1 / float(np.log2(match.rank + 1))
            first[match.jobseeker_id] += 1
        if progress is not None:
            progress(done, len(chosen))
    return EmployerLists(
        len(chosen), k,
        {p: seen[p] / possible[p] if possible[p] else None for p in seen},
        {p: first[p] / possible[p] if possible[p] else None for p in seen},
    )  # fmt: skip
