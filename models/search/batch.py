"""Many people at once: a tiled matrix product, each tile cut down before anything is sorted.

The product of all people and all rows is the bulk of the work and runs at the speed of the
machine's matrix unit; what comes after has to cost little beside it. So a tile is compared with
what each person has already found, only what is better and allowed survives, and survivors are
sorted rarely: after 1, 2, 4, 8 … tiles, because the bar rises fast at first and then hardly.

Whether a row is allowed for a person is read from a table of groups x people (rows of one group
share a verdict), a row of the table being copied for each row of the tile. What depends on the
person's musts is asked of the survivors only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from models.search.block import Floats, Found, Road, Rows, VectorBlock

TILE_ROWS = 1024
_FIRST_ROWS = 2048


@dataclass(frozen=True, slots=True)
class CrowdFilter:
    """Who may be shown what.

    `allowed` (groups, people) bool, `group_of_row` (rows,) intp. `also` is asked of pairs that
    passed the table, (rows, people) -> bool each: musts, or nothing.
    """

    allowed: NDArray[np.bool_]
    group_of_row: NDArray[np.intp]
    also: Callable[[Rows, NDArray[np.intp]], NDArray[np.bool_]] | None = None


@dataclass(slots=True)
class _Best:
    """The best k so far of every person, and the score that a newcomer has to reach."""

    people: int
    k: int
    person: list[NDArray[np.intp]] = field(default_factory=list)
    row: list[Rows] = field(default_factory=list)
    score: list[Floats] = field(default_factory=list)
    floor: Floats = field(init=False)

    def __post_init__(self) -> None:
        self.floor = np.full(self.people, -np.inf, np.float32)

    def add(self, person: NDArray[np.intp], row: Rows, score: Floats) -> None:
        if len(person):
            self.person.append(person)
            self.row.append(row)
            self.score.append(score)

    def settle(self) -> None:
        """Keep what may be among the best k (a hair more, for ties), and raise the floors."""
        if not self.person:
            return
        person, row = np.concatenate(self.person), np.concatenate(self.row)
        score = np.concatenate(self.score)
        order = np.lexsort((-score, person))
        person, row, score = person[order], row[order], score[order]
        count = np.bincount(person, minlength=self.people)
        start = np.cumsum(count) - count
        full = np.flatnonzero(count >= self.k)
        kth = score[start[full] + self.k - 1]
        self.floor[full] = kth - 1e-5 * np.maximum(1.0, np.abs(kth))
        keep = score >= self.floor[person]
        self.person, self.row, self.score = [person[keep]], [row[keep]], [score[keep]]


def search_crowd(
    block: VectorBlock, queries: Floats, who: CrowdFilter, rows: Rows, k: int
) -> list[Found]:
    """The `k` best allowed rows of every person, exactly; answers as `VectorBlock.search` gives.

    `queries` (people, dimensions); `rows`: the rows that are open at all, ascending.
    """
    best = _Best(len(queries), k)
    turned = np.ascontiguousarray(queries.T)
    everything = len(rows) == len(block)
    first = min(_FIRST_ROWS, len(rows))
    _first_rows(block, turned, who, _spread(rows, first), best, k)
    product = np.empty((TILE_ROWS, len(queries)), np.float32)
    better = np.empty(product.shape, np.bool_)
    settle_at = 1
    for tiles, start in enumerate(range(0, len(rows), TILE_ROWS), 1):
        part = rows[start : start + TILE_ROWS]
        if everything:
            tile = block.vectors[start : start + len(part)]
        else:
            tile = np.take(block.vectors, part, axis=0)
        scores, hits = product[: len(part)], better[: len(part)]
        np.matmul(tile, turned, out=scores)
        np.greater_equal(scores, best.floor, out=hits)
        np.logical_and(hits, who.allowed[who.group_of_row[part]], out=hits)
        place, person = np.divmod(np.flatnonzero(hits), len(queries))
        _admit(best, who, part[place], person, scores[place, person])
        if tiles == settle_at:
            best.settle()
            settle_at *= 2
    best.settle()
    return _answers(block, queries, best, k)


def _spread(rows: Rows, count: int) -> Rows:
    """Evenly spaced rows: a first look that no order of the postings can bias."""
    return rows[np.linspace(0, len(rows) - 1, count).astype(np.intp)] if count else rows[:0]


def _first_rows(
    block: VectorBlock, turned: Floats, who: CrowdFilter, rows: Rows, best: _Best, k: int
) -> None:
    """Set the floors from a sample, without keeping it: its rows come again with their tiles."""
    if not len(rows):
        return
    scores = block.vectors[rows] @ turned
    scores[~who.allowed[who.group_of_row[rows]]] = -np.inf
    if who.also is not None:
        place, person = np.nonzero(np.isfinite(scores))
        refused = ~who.also(rows[place], person)
        scores[place[refused], person[refused]] = -np.inf
    if len(rows) >= k:
        run = max(1, len(rows) // (8 * k))  # the best of each run: distinct rows, soon partitioned
        peaks = scores[: len(rows) // run * run].reshape(-1, run, scores.shape[1]).max(axis=1)
        kth = np.partition(peaks, len(peaks) - k, axis=0)[-k]
        seen = np.isfinite(kth)
        best.floor[seen] = kth[seen] - 1e-5 * np.maximum(1.0, np.abs(kth[seen]))


def _admit(
    best: _Best, who: CrowdFilter, rows: Rows, person: NDArray[np.intp], scores: Floats
) -> None:
    if who.also is not None and len(rows):
        keep = who.also(rows, person)
        rows, person, scores = rows[keep], person[keep], scores[keep]
    best.add(person, rows, scores)


def _answers(block: VectorBlock, queries: Floats, best: _Best, k: int) -> list[Found]:
    """Score what is left in double precision, person by person, as every other road does."""
    if not best.person:
        return [Found(np.zeros(0, np.intp), np.zeros(0), Road.NOTHING) for _ in queries]
    person, row = best.person[0], best.row[0]
    exact = _exact_pairs(block.vectors, queries, row, person)
    order = np.lexsort((row, -exact, person))
    person, row, exact = person[order], row[order], exact[order]
    start = np.searchsorted(person, np.arange(len(queries) + 1))
    found = []
    for i in range(len(queries)):
        some = slice(int(start[i]), min(int(start[i + 1]), int(start[i]) + k))
        road = Road.TILES if some.stop > some.start else Road.NOTHING
        found.append(Found(row[some], exact[some], road))
    return found


def _exact_pairs(
    vectors: Floats, queries: Floats, rows: Rows, people: NDArray[np.intp]
) -> NDArray[np.float64]:
    scores = np.empty(len(rows), np.float64)
    for start in range(0, len(rows), 8192):
        part = slice(start, start + 8192)
        products = vectors[rows[part]].astype(np.float64) * queries[people[part]]
        np.add.reduce(products, axis=1, out=scores[part])
    return scores
