"""From how many allowed rows on a scan of everything beats gathering them: measured on the node.

The crossover depends on memory, caches and the number of cores, not on the data; so it is measured
once on invented vectors, and the figures are kept beside the index and told in every benchmark.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

_SHARES = (0.002, 0.005, 0.01, 0.015, 0.02, 0.03, 0.04, 0.06, 0.09, 0.13, 0.2)


@dataclass(frozen=True, slots=True)
class Plan:
    """Shares of rows up to which gathering is faster than a full scan, or than a scan of heads;
    and the share of allowed rows under which a person of a batch is searched alone."""

    gather_before_scan: float = 0.06
    gather_before_heads: float = 0.02
    alone_in_batch: float = 0.02
    measured_rows: int = 0
    dimensions: int = 0

    def gather_rows(self, rows: int, has_heads: bool) -> int:
        """How many allowed rows are gathered at most."""
        share = self.gather_before_heads if has_heads else self.gather_before_scan
        return max(1000, int(share * rows))

    def as_facts(self) -> dict[str, Any]:
        return asdict(self)


def calibrate(dimensions: int, *, rows: int = 200_000, seed: int = 1, repeats: int = 5) -> Plan:
    """Measure the crossovers on this machine: about two seconds."""
    draw = np.random.default_rng(seed)
    vectors = draw.standard_normal((rows, dimensions), dtype=np.float32)
    heads = np.ascontiguousarray(vectors[:, : max(16, dimensions // 4)])
    query = draw.standard_normal(dimensions, dtype=np.float32)
    scan_s = _median_s(lambda: vectors @ query, repeats)
    heads_s = _median_s(lambda: heads @ query[: heads.shape[1]], repeats)
    before_scan = before_heads = _SHARES[0]
    for share in _SHARES:
        chosen = np.sort(draw.choice(rows, int(share * rows), replace=False))
        gather_s = _median_s(lambda c=chosen: _gather(vectors, query, c), repeats)  # type: ignore[misc]
        if gather_s <= scan_s:
            before_scan = share
        if gather_s <= 1.3 * heads_s:  # bounds and survivors cost about a third more
            before_heads = share
    alone = _alone_share(vectors, query, draw, repeats)
    return Plan(before_scan, before_heads, alone, rows, dimensions)


def _alone_share(
    vectors: np.ndarray[Any, Any], query: np.ndarray[Any, Any], draw: Any, repeats: int
) -> float:
    """Up to which share gathering for one person is cheaper than their part of a tiled product,
    both on one thread, as in `crowd`."""
    from threadpoolctl import threadpool_limits

    tile, people = vectors[:1024], np.ascontiguousarray(vectors[-1024:].T)
    product = np.empty((len(tile), people.shape[1]), np.float32)
    best = _SHARES[0]
    with threadpool_limits(1, user_api="blas"):
        tile_s = _median_s(lambda: np.matmul(tile, people, out=product), repeats)
        each_s = 1.15 * tile_s / people.shape[1] * len(vectors) / len(tile)
        for share in _SHARES:
            chosen = np.sort(draw.choice(len(vectors), int(share * len(vectors)), replace=False))
            if _median_s(lambda c=chosen: _gather(vectors, query, c), repeats) <= each_s:  # type: ignore[misc]
                best = share
    return best


def _gather(vectors: np.ndarray[Any, Any], query: np.ndarray[Any, Any], rows: Any) -> None:
    for start in range(0, len(rows), 1024):
        np.take(vectors, rows[start : start + 1024], axis=0) @ query


def _median_s(call: Callable[[], object], repeats: int) -> float:
    taken = []
    for _ in range(repeats):
        start = time.perf_counter()
        call()
        taken.append(time.perf_counter() - start)
    return sorted(taken)[len(taken) // 2]
