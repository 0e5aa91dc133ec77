"""Why every row that a search returns is asked of the filter again: others leak and lose."""

import numpy as np
import pytest

from models.search.block import VectorBlock
from models.search.peers import (
    FaissFlat,
    FaissGraph,
    FaissRefined,
    numpy_batch,
    numpy_gather,
    numpy_scan,
)
from models.search.plan import Plan

pytest.importorskip("faiss")
ROWS, WIDTH, K = 4000, 32, 10


@pytest.fixture(scope="module")
def vectors() -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    draw = np.random.default_rng(5)
    found = draw.standard_normal((ROWS, WIDTH), dtype=np.float32)
    return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True), np.float32)


def test_a_graph_with_an_unbounded_queue_returns_forbidden_rows(
    vectors: np.ndarray[tuple[int, int], np.dtype[np.float32]],
) -> None:
    allowed = np.zeros(ROWS, bool)
    allowed[::50] = True
    graph = FaissGraph(vectors)
    found = np.concatenate([
        graph.search(q, allowed, K, bounded_queue=False) for q in vectors[1:40:3]
    ])  # fmt: skip
    assert (~allowed[found]).any(), "faiss has mended this call: the README may say so"
    block = VectorBlock(vectors)
    for query in vectors[1:40:3]:
        assert allowed[block.search(query, allowed, None, K, Plan()).rows].all()


def test_refining_ignores_its_selector(
    vectors: np.ndarray[tuple[int, int], np.dtype[np.float32]],
) -> None:
    allowed = np.zeros(ROWS, bool)
    allowed[::50] = True
    found = FaissRefined(vectors).search(vectors[1], allowed, K)
    assert (~allowed[found]).any(), "faiss has mended this call: the README may say so"


def test_exact_peers_agree_with_ours(
    vectors: np.ndarray[tuple[int, int], np.dtype[np.float32]],
) -> None:
    draw = np.random.default_rng(6)
    group = draw.integers(0, 50, ROWS).astype(np.intp)
    table = draw.random((50, 6)) < 0.3
    flat, block = FaissFlat(vectors), VectorBlock(vectors)
    together = numpy_batch(vectors, vectors[:6], table, group, K)
    for i, query in enumerate(vectors[:6]):
        allowed = table[group, i]
        right = block.search(query, allowed, None, K, Plan()).rows.tolist()
        assert flat.search(query, allowed, K).tolist() == right
        assert numpy_scan(vectors, query, allowed, K).tolist() == right
        assert numpy_gather(vectors, query, allowed, K).tolist() == right
        assert together[i].tolist() == right
