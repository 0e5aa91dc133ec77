"""Other ways to search among allowed rows, for comparison in benchmarks and tests alone.

Nothing in the product calls these. The graph (HNSW) is approximate and loses answers where the
filter and the query disagree; two calls of faiss even return rows that the filter forbids, and a
test shows both: that is why whatever a search returns is asked of the filter again.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.search.block import Floats, Rows

_TILE_ROWS = 16_384


def numpy_scan(vectors: Floats, query: Floats, allowed: NDArray[np.bool_], k: int) -> Rows:
    """Score everything, blot out what is not allowed, take the best."""
    scores = vectors @ query
    scores[~allowed] = -np.inf
    best: Rows = np.argpartition(scores, len(scores) - k)[-k:]
    best = best[np.argsort(-scores[best], kind="stable")]
    found: Rows = best[np.isfinite(scores[best])]
    return found


def numpy_gather(vectors: Floats, query: Floats, allowed: NDArray[np.bool_], k: int) -> Rows:
    """Copy the allowed rows together and score those."""
    rows = np.flatnonzero(allowed)
    scores = vectors[rows] @ query
    if len(rows) > k:
        best = np.argpartition(scores, len(scores) - k)[-k:]
        rows, scores = rows[best], scores[best]
    return rows[np.argsort(-scores, kind="stable")]


def numpy_batch(
    vectors: Floats, queries: Floats, allowed: NDArray[np.bool_], group_of_row: Rows, k: int
) -> list[Rows]:
    """Tiles of the product, each blotted out by a table of groups x people and partitioned."""
    people = len(queries)
    best_scores = np.full((people, k), -np.inf, np.float32)
    best_rows = np.full((people, k), -1, np.intp)
    for start in range(0, len(vectors), _TILE_ROWS):
        part = slice(start, min(start + _TILE_ROWS, len(vectors)))
        scores = queries @ vectors[part].T
        scores[~allowed[group_of_row[part]].T] = -np.inf
        many = min(k, scores.shape[1])
        few = np.argpartition(scores, scores.shape[1] - many, axis=1)[:, -many:]
        both = np.concatenate([best_scores, np.take_along_axis(scores, few, axis=1)], axis=1)
        rows = np.concatenate([best_rows, few + start], axis=1)
        kept = np.argpartition(both, both.shape[1] - k, axis=1)[:, -k:]
        best_scores = np.take_along_axis(both, kept, axis=1)
        best_rows = np.take_along_axis(rows, kept, axis=1)
    order = np.argsort(-best_scores, axis=1, kind="stable")
    best_rows = np.take_along_axis(best_rows, order, axis=1)
    best_scores = np.take_along_axis(best_scores, order, axis=1)
    return [rows[np.isfinite(s)] for rows, s in zip(best_rows, best_scores, strict=True)]


class FaissFlat:
    """Exact scan by faiss with a bitmap of allowed rows."""

    def __init__(self, vectors: Floats) -> None:
        import faiss

        self._faiss: Any = faiss
        self._index: Any = faiss.IndexFlatIP(vectors.shape[1])
        self._index.add(vectors)

    def search(self, query: Floats, allowed: NDArray[np.bool_], k: int) -> Rows:
        bitmap = np.packbits(allowed, bitorder="little")
        parameters = self._faiss.SearchParameters(sel=self._faiss.IDSelectorBitmap(bitmap))
        _, rows = self._index.search(query.reshape(1, -1), k, params=parameters)
        return _found(rows[0])


class FaissGraph:
    """Approximate search by faiss in a graph (HNSW) with a bitmap of allowed rows."""

    def __init__(self, vectors: Floats, *, links: int = 32, effort: int = 64) -> None:
        import faiss

        self._faiss: Any = faiss
        self._effort = effort
        self._index: Any = faiss.IndexHNSWFlat(vectors.shape[1], links, faiss.METRIC_INNER_PRODUCT)
        self._index.hnsw.efConstruction = 80
        self._index.add(vectors)

    def search(
        self, query: Floats, allowed: NDArray[np.bool_], k: int, *, bounded_queue: bool = True
    ) -> Rows:
        """`bounded_queue=False` is one of the two calls that return forbidden rows."""
        bitmap = np.packbits(allowed, bitorder="little")
        parameters = self._faiss.SearchParametersHNSW(
            sel=self._faiss.IDSelectorBitmap(bitmap), efSearch=self._effort,
            bounded_queue=bounded_queue,
        )  # fmt: skip
        _, rows = self._index.search(query.reshape(1, -1), k, params=parameters)
        return _found(rows[0])


class FaissRefined:
    """Coarse codes searched first, the survivors scored in full: the other call that leaks."""

    def __init__(self, vectors: Floats) -> None:
        import faiss

        self._faiss: Any = faiss
        self._coarse: Any = faiss.IndexScalarQuantizer(
            vectors.shape[1], faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT
        )
        self._index: Any = faiss.IndexRefineFlat(self._coarse)
        self._index.train(vectors)
        self._index.add(vectors)

    def search(self, query: Floats, allowed: NDArray[np.bool_], k: int) -> Rows:
        bitmap = np.packbits(allowed, bitorder="little")
        parameters = self._faiss.IndexRefineSearchParameters(
            k_factor=4, sel=self._faiss.IDSelectorBitmap(bitmap)
        )
        _, rows = self._index.search(query.reshape(1, -1), k, params=parameters)
        return _found(rows[0])


def _found(rows: NDArray[np.int64]) -> Rows:
    """faiss pads with -1 where it found too little: a valid row for whoever does not look."""
    kept: Rows = rows[rows >= 0].astype(np.intp)
    return kept
