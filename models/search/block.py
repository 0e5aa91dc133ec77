"""Vectors of one set of postings, searched exactly among the rows that a filter allows.

An approximate index loses the right answers exactly where a person's demands rule out what they
used to do, so nothing here is approximate: the filter is known before the search, and either few
rows are allowed (they are gathered and scored) or many (all are scored, at the speed of memory).
Where the spectrum of the vectors allows it, a full scan reads only their strongest directions and
bounds the rest by Cauchy and Schwarz; whatever could still be among the best is scored in full.

Every road ends in `rescored`: the same rows get the same scores to the last bit, so the roads
agree on ties, and ties go to the smaller row.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from models.search.plan import Plan

Floats = NDArray[np.float32]
Rows = NDArray[np.intp]
_CHUNK = 1024
_SAMPLE_ROWS = 20_000
_HEAD_SHARE = 4


class Road(StrEnum):
    """Which way an answer was found. All give the same answer."""

    NOTHING = "nothing"
    ALL = "all"
    GATHER = "gather"
    HEADS = "heads"
    SCAN = "scan"
    TILES = "tiles"


@dataclass(frozen=True, slots=True)
class Heads:
    """The strongest directions of a block, in front of its vectors.

    `directions` (dimensions, head), `heads` (rows, head), `rest` (rows,): the length of what the
    heads leave out, a little rounded up. `share` is how much of the squared length they hold.
    """

    directions: Floats
    heads: Floats
    rest: Floats
    share: float


@dataclass(frozen=True, slots=True)
class Found:
    """Rows of a block, best first, with their inner products: (n,) intp and (n,) float64."""

    rows: Rows
    scores: NDArray[np.float64]
    road: Road


@dataclass(frozen=True, slots=True)
class VectorBlock:
    """(rows, dimensions) float32, as the encoder gave them, and their heads if they pay."""

    vectors: Floats
    heads: Heads | None = None

    def __len__(self) -> int:
        return len(self.vectors)

    @classmethod
    def build(cls, vectors: Floats, *, with_heads: bool = True) -> VectorBlock:
        """Heads are kept when a quarter of the directions holds most of the length."""
        kept = np.ascontiguousarray(vectors, np.float32)
        return cls(kept, find_heads(kept) if with_heads and len(kept) > _SAMPLE_ROWS else None)

    def search(
        self, query: Floats, allowed: NDArray[np.bool_], rows: Rows | None, k: int, plan: Plan
    ) -> Found:
        """The `k` best allowed rows, exactly.

        `allowed` (rows,) bool; `rows` are the same rows by number where the caller has them
        already (any order), else they are found here when needed.
        """
        count = int(np.count_nonzero(allowed)) if rows is None else len(rows)
        if count == 0 or k <= 0:
            return Found(np.zeros(0, np.intp), np.zeros(0), Road.NOTHING)
        if count <= max(k, plan.gather_rows(len(self), self.heads is not None)):
            few = np.flatnonzero(allowed) if rows is None else rows
            road = Road.ALL if count <= k else Road.GATHER
            return Found(*self._gathered(query, few, k), road)
        if self.heads is not None:
            found = self._by_heads(query, self.heads, allowed, k)
            if found is not None:
                return Found(*found, Road.HEADS)
        scores = self.vectors @ query
        floor = _floor(scores, allowed, k)
        near = np.flatnonzero(scores >= floor)
        return Found(*self.rescored(query, near[allowed[near]], k), Road.SCAN)

    def _gathered(self, query: Floats, rows: Rows, k: int) -> tuple[Rows, NDArray[np.float64]]:
        if len(rows) > 4 * k:
            scores = np.empty(len(rows), np.float32)
            for start in range(0, len(rows), _CHUNK):  # a chunk stays in the cache
                part = rows[start : start + _CHUNK]
                np.dot(np.take(self.vectors, part, axis=0), query,
                       out=scores[start : start + len(part)])  # fmt: skip
            rows = rows[scores >= margin(np.partition(scores, len(scores) - k)[-k])]
        return self.rescored(query, rows, k)

    def _by_heads(
        self, query: Floats, heads: Heads, allowed: NDArray[np.bool_], k: int
    ) -> tuple[Rows, NDArray[np.float64]] | None:
        """None where the bounds leave too much to score: then a full scan is faster."""
        ahead = query @ heads.directions
        beyond = float(np.sqrt(max(float(query @ query) - float(ahead @ ahead), 0.0))) + 1e-6
        bound = heads.heads @ ahead
        bound += heads.rest * np.float32(beyond)
        bound[~allowed] = -np.inf
        whole = len(bound) // _CHUNK * _CHUNK
        peaks = bound[:whole].reshape(-1, _CHUNK).argmax(axis=1)
        peaks += np.arange(len(peaks)) * _CHUNK
        peaks = peaks[allowed[peaks]]
        if len(peaks) < k:
            return None
        known = self.vectors[peaks] @ query
        floor = margin(np.partition(known, len(known) - k)[-k])
        near = np.flatnonzero(bound >= floor)
        if len(near) > len(self) // 16:
            return None
        return self._gathered(query, near, k)

    def rescored(self, query: Floats, rows: Rows, k: int) -> tuple[Rows, NDArray[np.float64]]:
        """The best `k` of some rows, scored in double precision, one row at a time: the last bit
        of a score depends on its row and the query alone, never on the road or on neighbours."""
        exact = exact_scores(self.vectors, query, rows)
        best = np.lexsort((rows, -exact))[:k]
        return rows[best], exact[best]


def exact_scores(vectors: Floats, query: Floats, rows: Rows) -> NDArray[np.float64]:
    """Inner products in double precision, each summed in the same order: (rows,) float64."""
    wide = query.astype(np.float64)
    scores = np.empty(len(rows), np.float64)
    for start in range(0, len(rows), _CHUNK):
        part = slice(start, start + _CHUNK)
        products = vectors[rows[part]].astype(np.float64) * wide
        np.add.reduce(products, axis=1, out=scores[part])
    return scores


def margin(score: float | np.float32) -> np.float32:
    """A little below a float32 score: no row that ties with it is lost to rounding."""
    return np.float32(float(score) - 1e-5 * max(1.0, abs(float(score))))


def _floor(scores: Floats, allowed: NDArray[np.bool_], k: int) -> np.float32:
    """A score that at least k allowed rows reach, close to the k-th best: the k-th best of the
    peaks of short runs. Far cheaper than partitioning all scores."""
    whole = len(scores) // _CHUNK * _CHUNK
    if whole // _CHUNK >= 4 * k:
        masked = np.where(allowed[:whole], scores[:whole], np.float32(-np.inf))
        peaks = masked.reshape(-1, _CHUNK).max(axis=1)
        floor = np.partition(peaks, len(peaks) - k)[-k]
        if np.isfinite(floor):
            return margin(floor)
    few = scores[allowed]
    return margin(np.partition(few, len(few) - k)[-k])


def find_heads(vectors: Floats) -> Heads | None:
    """Principal directions by the second moment of a sample (evenly spaced rows, no chance)."""
    dimensions = vectors.shape[1]
    width = max(16, dimensions // _HEAD_SHARE)
    if width >= dimensions:
        return None
    sample = vectors[:: max(1, len(vectors) // _SAMPLE_ROWS)].astype(np.float64)
    _, directions = np.linalg.eigh(sample.T @ sample)
    turned = np.ascontiguousarray(directions[:, ::-1][:, :width], np.float32)
    heads = np.ascontiguousarray(vectors @ turned)
    # Not by subtraction of squares, which cancels: the turned directions are orthonormal only to
    # rounding, so what is left is measured as it is and rounded up.
    rest = np.empty(len(vectors), np.float32)
    step = 65_536
    for start in range(0, len(vectors), step):
        part = vectors[start : start + step]
        rest[start : start + step] = np.linalg.norm(
            part - heads[start : start + step] @ turned.T, axis=1
        )
    rest = rest * np.float32(1 + 1e-5) + np.float32(1e-6)
    length = float((sample * sample).sum()) or 1.0
    share = float(((sample @ turned) ** 2).sum()) / length
    return Heads(turned, heads, rest, share) if share >= 0.5 else None
