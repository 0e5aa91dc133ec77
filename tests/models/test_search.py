"""Every road of the exact search gives the exhaustive answer, to the last bit, and nothing else."""

import numpy as np
import pytest
from numpy.typing import NDArray

from models.search.batch import CrowdFilter, search_crowd
from models.search.block import Road, VectorBlock, exact_scores
from models.search.plan import Plan, calibrate

ROWS, GROUPS, PEOPLE, K = 30_000, 300, 20, 10
SHARES = (0.9, 0.5, 0.1, 0.01, 0.003)


def invented(decay: float) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    draw = np.random.default_rng(7)
    spectrum = (np.arange(1, 65) ** -decay).astype(np.float32)
    vectors = draw.standard_normal((ROWS, 64), dtype=np.float32) * spectrum
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors[[100, 20_000]] = vectors[5]  # ties
    queries = draw.standard_normal((PEOPLE, 64), dtype=np.float32) * spectrum
    queries[0] = vectors[5]
    return vectors, queries


@pytest.mark.parametrize("decay", [0.0, 1.0])
def test_every_road_agrees_with_the_exhaustive_answer(decay: float) -> None:
    vectors, queries = invented(decay)
    draw = np.random.default_rng(3)
    group = draw.integers(0, GROUPS, ROWS).astype(np.intp)
    allowed = np.zeros((GROUPS, PEOPLE), bool)
    for i in range(PEOPLE):
        size = max(1, int(GROUPS * SHARES[i % len(SHARES)]))
        allowed[draw.choice(GROUPS, size, replace=False), i] = True
    with_heads, plain = VectorBlock.build(vectors), VectorBlock(vectors)
    crowd = search_crowd(plain, queries, CrowdFilter(allowed, group), np.arange(ROWS), K)
    roads = set()
    for i, query in enumerate(queries):
        mask = allowed[group, i]
        rows = np.flatnonzero(mask)
        scores = exact_scores(vectors, query, rows)
        best = np.lexsort((rows, -scores))[:K]
        answers = [
            crowd[i],
            plain.search(query, mask, None, K, Plan(gather_before_scan=0.0)),
            plain.search(query, mask, rows[::-1], K, Plan(gather_before_scan=1.0)),
            with_heads.search(query, mask, None, K, Plan(gather_before_heads=0.0)),
        ]
        for answer in answers:
            roads.add(answer.road)
            assert answer.rows.tolist() == rows[best].tolist(), answer.road
            assert answer.scores.tolist() == scores[best].tolist(), answer.road
    assert {Road.GATHER, Road.SCAN, Road.TILES} <= roads
    assert (Road.HEADS in roads) == (decay > 0)


def test_fewer_allowed_rows_than_wanted_are_all_there_is() -> None:
    vectors, queries = invented(0.0)
    mask = np.zeros(ROWS, bool)
    block = VectorBlock(vectors)
    assert block.search(queries[0], mask, None, K, Plan()).road is Road.NOTHING
    mask[[7, 9]] = True
    answer = block.search(queries[0], mask, None, K, Plan())
    assert answer.road is Road.ALL
    assert sorted(answer.rows.tolist()) == [7, 9]


def test_what_depends_on_the_person_is_asked_of_every_survivor() -> None:
    vectors, queries = invented(1.0)
    group = np.zeros(ROWS, np.intp)
    who = CrowdFilter(np.ones((1, PEOPLE), bool), group, also=lambda rows, person: rows % 2 == 1)
    found = search_crowd(VectorBlock(vectors), queries, who, np.arange(ROWS), K)
    odd = np.arange(1, ROWS, 2)
    for query, answer in zip(queries, found, strict=True):
        scores = exact_scores(vectors, query, odd)
        best = np.lexsort((odd, -scores))[:K]
        assert answer.rows.tolist() == odd[best].tolist()


def test_crossovers_are_measured_shares() -> None:
    plan = calibrate(32, rows=20_000, repeats=1)
    assert 0 < plan.gather_before_heads <= 1
    assert 0 < plan.gather_before_scan <= 1
    assert plan.measured_rows == 20_000
