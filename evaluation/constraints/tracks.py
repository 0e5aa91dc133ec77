"""The three tracks: reading demands, verdicts, filtered retrieval; systems beside trivial ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.records import DemandSource, JobPosting
from data.vocabulary import Vocabulary
from evaluation.bench_rows import exhaustive
from evaluation.constraints.world import ConstraintWorld
from evaluation.measures.intervals import Interval, mean_interval, share_interval
from evaluation.measures.shown import FilteredRecall
from evaluation.reading import ReadingReport, score_reading
from matching.catalogue import CONDITIONAL, INFEASIBLE, NEEDS_INFO, compile_catalogue
from matching.person import compile_person
from matching.verdict import OUTCOMES
from models.posting_reader import read_all
from models.reading import Reading, read_posting
from models.search.block import Floats, Rows, VectorBlock
from models.search.plan import Plan

SHARES = (1.0, 0.5, 0.1, 0.01, 0.001)
K = 10
Codes = NDArray[np.uint8]


def reading_track(items: Sequence[Mapping[str, Any]], name: str) -> dict[str, ReadingReport]:
    """The reader of the house and its rules alone, on items in the shape of a label file, scored as
    labels of real texts are."""
    systems: dict[str, Callable[[str, str], Reading]] = {
        "规则和学到的": read_posting,
        "只用规则": partial(read_posting, rules_only=True),
    }
    return {system: score_reading(items, name, reader=r) for system, r in systems.items()}


@dataclass(frozen=True, slots=True)
class VerdictScore:
    """What a system's verdicts do against the truth, over all pairs.

    `leak`: shown though impossible, of what is shown. `ruled_out`: called impossible though
    possible, of what is possible. `found`: shown of what is possible. `asks`: left as a question,
    of all. `f1`: of "may be shown" as a classifier of "possible": the figure that flatters.
    """

    shown: int
    leaks: int
    leak: Interval
    ruled_out: Interval
    found: Interval
    asks: Interval
    f1: float

    def as_facts(self) -> dict[str, Any]:
        names = ("leak", "ruled_out", "found", "asks")
        return {"shown": self.shown, "leaks": self.leaks, "f1": self.f1,
                **{n: getattr(self, n).as_facts() for n in names}}  # fmt: skip


CONFIRMED, PRODUCT, TAKEN = "单位确认后", "产品（读文字）", "读到的就算数"


def verdict_track(
    world: ConstraintWorld, vocabulary: Vocabulary, on: date
) -> dict[str, VerdictScore]:
    """Verdicts of all people on all postings, by what is known of the postings."""
    truth = np.array(
        [[world.is_possible(p, d) for d in world.postings] for p in world.people], np.bool_
    )
    published = [replace(p.as_posting(), eligibility=()) for p in world.postings]
    read = read_all(published, vocabulary)
    taken = [
        replace(
            p, demands=p.demands or (), demands_source=DemandSource.CONFIRMED,
            demands_complete=True,
        )
        for p in read
    ]  # fmt: skip
    yes = np.full(truth.shape, OUTCOMES.index(OUTCOMES[0]), np.uint8)
    verdicts: dict[str, Codes] = {
        CONFIRMED: _codes(world, [p.as_confirmed() for p in world.postings], vocabulary, on),
        PRODUCT: _codes(world, read, vocabulary, on),
        TAKEN: _codes(world, taken, vocabulary, on),
        "一律说行": yes,
        "一律说不行": np.full(truth.shape, INFEASIBLE, np.uint8),
    }
    return {name: score_verdicts(codes, truth) for name, codes in verdicts.items()}


def _codes(
    world: ConstraintWorld, postings: Sequence[JobPosting], vocabulary: Vocabulary, on: date
) -> Codes:
    """(people, postings) outcomes, in the world's order."""
    catalogue = compile_catalogue(postings, vocabulary)
    order = [catalogue.row_of[p.id] for p in world.postings]
    return np.array(
        [catalogue.verdicts(compile_person(p.jobseeker, vocabulary, on)).codes[order]
         for p in world.people], np.uint8,
    )  # fmt: skip


def score_verdicts(codes: Codes, truth: NDArray[np.bool_]) -> VerdictScore:
    """`codes`, `truth` (people, postings)."""
    shown = codes <= CONDITIONAL
    leaks, hits = int((shown & ~truth).sum()), int((shown & truth).sum())
    possible = int(truth.sum())
    ruled_out = int((truth & (codes >= INFEASIBLE)).sum())
    total = int(shown.sum())
    return VerdictScore(
        total, leaks, share_interval(leaks, total), share_interval(ruled_out, possible),
        share_interval(hits, possible),
        share_interval(int((codes == NEEDS_INFO).sum()), codes.size),
        round(2 * hits / (total + possible), 4) if total + possible else 0.0,
    )  # fmt: skip


def retrieval_track(
    vectors: Floats, queries: Floats, seed: int
) -> dict[str, dict[tuple[str, float], Interval]]:
    """FilteredRecall@k of every system, by kind of filter and share of admissible rows.

    `against`: the admissible rows are those farthest from the query, as when what somebody used to
    do is just what they can no longer do.
    """
    systems = _searches(vectors)
    scores: dict[str, dict[tuple[str, float], Interval]] = {name: {} for name in systems}
    measure = FilteredRecall(K)
    draws = np.random.default_rng(seed)
    for kind in ("independent", "against"):
        for share in SHARES:
            masks = [_mask(vectors, q, share, kind, draws) for q in queries]
            people = [str(i) for i in range(len(queries))]
            right = {p: _names(exhaustive(vectors, q, m, K))
                     for p, q, m in zip(people, queries, masks, strict=True)}  # fmt: skip
            for name, search in systems.items():
                run = {p: _names(search(q, m))
                       for p, q, m in zip(people, queries, masks, strict=True)}  # fmt: skip
                found = measure.per_person(run, right, people)
                scores[name][kind, share] = mean_interval(list(found.values()), seed)
    return scores


def _mask(
    vectors: Floats, query: Floats, share: float, kind: str, draws: np.random.Generator
) -> NDArray[np.bool_]:
    count = max(1, round(share * len(vectors)))
    mask = np.zeros(len(vectors), np.bool_)
    if kind == "against":
        mask[np.argsort(vectors @ query, kind="stable")[:count]] = True
    else:
        mask[draws.choice(len(vectors), count, replace=False)] = True
    return mask


def _names(rows: Rows) -> list[str]:
    return [str(r) for r in rows.tolist()]


def _searches(vectors: Floats) -> Mapping[str, Callable[[Floats, NDArray[np.bool_]], Rows]]:
    block, plan = VectorBlock.build(vectors), Plan()

    def ours(query: Floats, mask: NDArray[np.bool_]) -> Rows:
        return block.search(query, mask, None, K, plan).rows

    def filter_after(query: Floats, mask: NDArray[np.bool_]) -> Rows:
        best = np.argsort(-(vectors @ query), kind="stable")[:100]
        return best[mask[best]][:K]

    found: dict[str, Callable[[Floats, NDArray[np.bool_]], Rows]] = {
        "rengang": ours, "先取前 100 再筛": filter_after,
    }  # fmt: skip
    try:
        from models.search.peers import FaissGraph

        graph = FaissGraph(vectors)
    except ImportError:
        return found
    return {**found, "HNSW 带筛选": lambda q, m: graph.search(q, m, K)}
