"""The overnight job beside the bare matrix product that it cannot do without.

The product of all people and all rows is made by tiles that stay in the cache and thrown away;
it is measured both ways (one caller with all processors in each product, and one caller per
processor) and the faster one is the limit. The job judges, counts, searches and verifies.
"""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import numpy as np

from data.records import MustKind, Musts
from data.vocabulary import Vocabulary, load_vocabulary
from evaluation.bench_match import bench_people
from evaluation.bench_rows import DAY, Bench
from evaluation.machine import machine_limits, peak_memory_mb, seconds
from matching.person import CompiledPerson, compile_person
from models.search.block import Floats
from models.search.crowd import CHUNK_PEOPLE, CrowdAnswer, chunk_people, match_everybody
from models.search.plan import calibrate

K = 10
DISTINCT_PEOPLE = 5_000
Say = Callable[[str], None]


def run_match_all_bench(
    people: int, postings: int, dimensions: int, signatures: int, musts_share: float, seed: int,
    alone: bool, say: Say,
) -> dict[str, Any]:  # fmt: skip
    vocabulary = load_vocabulary()
    say(f"造 {postings} 行、{people} 人 …")
    plan = calibrate(dimensions)
    if not alone:
        plan = replace(plan, alone_in_batch=0.0)
    bench = Bench.build(postings, dimensions, signatures, seed, vocabulary, plan)
    started = time.perf_counter()
    crowd, compile_us = _crowd(people, musts_share, seed, vocabulary)
    queries, _ = bench.queries(people)
    bench.day()
    built_mb = peak_memory_mb()
    say("裸矩阵乘 …")
    vectors = bench.segment.block.vectors
    bare = {"one_caller": _bare(vectors, queries, 1), "per_processor": _bare(
        vectors, queries, os.cpu_count() or 1)}  # fmt: skip
    say("全员配岗 …")
    started = time.perf_counter()
    leads, empty, counted, shown = 0, 0, 0, 0
    for answer in match_everybody(
        bench.index.state, bench.index.plan, _chunks(bench, crowd, queries), K
    ):
        leads += len(answer.ids)
        empty += answer.counts.shape[1] - len(np.unique(answer.person))
        counted += int(answer.counts.sum())
        shown += int(answer.counts[:2].sum())
    job_s = time.perf_counter() - started
    limit = min(bare.values())
    open_rows = int(bench.day().size.sum())
    peak_mb = peak_memory_mb()
    wrong = _check(bench, crowd, queries, seed)
    return {
        "command": f"rengang bench match-all --people {people} --postings {postings}"
                   f" --dimensions {dimensions} --signatures {signatures}"
                   f" --musts {musts_share:g} --seed {seed}"
                   + ("" if alone else " --all-by-tiles"),
        "machine": machine_limits(seed), "people": people, "postings": postings, "open": open_rows,
        "k": K,
        "mean_admissible_share": round(shown / (people * open_rows), 4),
        "bare_product_s": {n: round(s, 2) for n, s in bare.items()},
        "match_all_s": round(job_s, 2), "ratio": round(job_s / limit, 3),
        "leads": leads, "people_without_leads": empty,
        "counted_pairs": counted, "expected_pairs": people * open_rows,
        "checked_people": 200, "wrong_people": wrong,
        "compile_person_us": compile_us,
        "peak_memory_mb": peak_mb, "memory_before_mb": built_mb,
        "vectors_mb": vectors.nbytes // 1_000_000, "rules": vocabulary.version,
    }  # fmt: skip


def _crowd(
    people: int, musts_share: float, seed: int, vocabulary: Vocabulary
) -> tuple[list[CompiledPerson], float]:
    """Invented people, some with musts of their own. The same few thousand abilities come again,
    each with its own query: what a search costs does not depend on whose they are."""
    draw = np.random.default_rng(seed + 5)
    distinct = bench_people(min(people, DISTINCT_PEOPLE), seed, vocabulary)
    districts = list(vocabulary.districts)
    started = time.perf_counter()
    compiled = []
    for person in distinct:
        if draw.random() < musts_share:
            wishes = replace(
                person.wishes, monthly_pay_yuan_min=int(draw.choice([3000, 4000, 5000])),
                districts=tuple(districts[i] for i in draw.choice(len(districts), 3, False)),
            )  # fmt: skip
            kinds = (MustKind.PAY, MustKind.DISTRICTS)[: int(draw.integers(1, 3))]
            person = replace(person, wishes=wishes, musts=Musts(kinds))  # noqa: PLW2901
        compiled.append(compile_person(person, vocabulary, DAY))
    each_us = round((time.perf_counter() - started) / len(distinct) * 1e6, 1)
    return [compiled[i % len(compiled)] for i in range(people)], each_us


def _chunks(
    bench: Bench, crowd: Sequence[CompiledPerson], queries: Floats
) -> Iterator[tuple[Sequence[CompiledPerson], Floats]]:
    size = chunk_people(bench.index.state, crowd)
    for start in range(0, len(crowd), size):
        yield crowd[start : start + size], queries[start : start + size]


def _bare(vectors: Floats, queries: Floats, callers: int) -> float:
    """Seconds for all products, tile by tile."""
    from threadpoolctl import threadpool_limits

    def some(start: int) -> None:
        turned = np.ascontiguousarray(queries[start : start + CHUNK_PEOPLE].T)
        out = np.empty((1024, turned.shape[1]), np.float32)
        for row in range(0, len(vectors), 1024):
            tile = vectors[row : row + 1024]
            np.matmul(tile, turned, out=out[: len(tile)])

    starts = range(0, len(queries), CHUNK_PEOPLE)
    if callers == 1:
        return seconds(lambda: deque(map(some, starts), maxlen=0))
    with threadpool_limits(1, user_api="blas"), ThreadPoolExecutor(callers) as pool:
        return seconds(lambda: deque(pool.map(some, starts), maxlen=0))


def _check(bench: Bench, crowd: Sequence[CompiledPerson], queries: Floats, seed: int) -> int:
    """How many of 200 people, drawn by seed, get another answer when asked alone."""
    draw = np.random.default_rng(seed + 6)
    chosen = np.sort(draw.choice(len(crowd), min(200, len(crowd)), replace=False))
    people = [crowd[i] for i in chosen.tolist()]
    chunk = iter([(people, np.ascontiguousarray(queries[chosen]))])
    answer: CrowdAnswer = next(match_everybody(bench.index.state, bench.index.plan, chunk, K))
    wrong = 0
    for place, (i, person) in enumerate(zip(chosen.tolist(), people, strict=True)):
        alone = bench.index.search(person, queries[i], K)
        mine = np.flatnonzero(answer.person == place)
        same = tuple(answer.ids[j] for j in mine.tolist()) == alone.ids
        same &= answer.counts[:, place].tolist() == list(alone.counts.values())
        wrong += not same
    return wrong


def render(figures: dict[str, Any]) -> str:
    f = figures
    limits = f["machine"]
    lines = [
        f"机器：{limits['processor']} × {limits['processors']}，读内存 {limits['read_gb_per_s']}"
        f" GB/s，矩阵乘 {limits['product_gflop_per_s']} GFLOP/s",
        f"{f['people']} 人 × {f['postings']} 岗位（开放 {f['open']}），"
        f"平均可推荐 {f['mean_admissible_share']:.1%}，每人前 {f['k']}",
        f"裸矩阵乘：{f['bare_product_s']['one_caller']} s（一处调用），"
        f"{f['bare_product_s']['per_processor']} s（每核一处）",
        f"全员配岗：{f['match_all_s']} s，是裸矩阵乘较快者的 {f['ratio']} 倍",
        f"推荐 {f['leads']} 条，没有推荐的 {f['people_without_leads']} 人；"
        f"清点 {f['counted_pairs']} 对，应有 {f['expected_pairs']} 对",
        f"抽 {f['checked_people']} 人单独再问，不同的 {f['wrong_people']} 人",
        f"内存峰值 {f['peak_memory_mb']} MB（向量 {f['vectors_mb']} MB，"
        f"开始前 {f['memory_before_mb']} MB）；另：解析一人资料 {f['compile_person_us']} µs",
        f["command"],
    ]
    return "\n".join(lines)
