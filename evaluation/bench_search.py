"""Exact search among admissible rows beside numpy and faiss, cell by cell.

A cell is a share of admissible rows and a kind of filter (drawn apart from the query, or against
it: what a person used to do is just what they can no longer do). Everybody starts from the verdicts
of the groups; what the others take with the finished mask as a gift is told as well.
Every answer is compared with the exhaustive one, and every row with the mask.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.vocabulary import load_vocabulary
from evaluation.bench_rows import Bench, exhaustive, render_table
from evaluation.machine import machine_limits, peak_memory_mb, percentiles_ms, seconds
from matching.catalogue import CONDITIONAL
from models.search.block import Floats, Rows
from models.search.crowd import JudgedCrowd, search_judged
from models.search.judged import Judged
from models.search.living import search_part
from models.search.plan import calibrate

K = 10
SHARES = (0.5, 0.1, 0.01, 0.001)
Say = Callable[[str], None]
Ask = Callable[[Floats, NDArray[np.bool_], int], Rows]


@dataclass(frozen=True, slots=True)
class SearchBenchOptions:
    rows: tuple[int, ...] = (100_000, 1_000_000)
    dimensions: int = 256
    signatures: int = 5_000
    queries: int = 40
    batches: tuple[int, ...] = (64, 1_024)
    graph: bool = True
    seed: int = 1


def run_search_bench(options: SearchBenchOptions, say: Say) -> dict[str, Any]:
    """All cells of all sizes, with the machine's limits."""
    o = options
    command = (
        "rengang bench search " + " ".join(f"--rows {n}" for n in o.rows)
        + f" --dimensions {o.dimensions} --signatures {o.signatures} --queries {o.queries}"
        + "".join(f" --batch {b}" for b in o.batches) + ("" if o.graph else " --no-graph")
        + f" --seed {o.seed}"
    )  # fmt: skip
    say("测机器上限 …")
    limits = machine_limits(o.seed)
    plan = calibrate(o.dimensions)
    sizes = [_run_size(n, o, plan, say) for n in o.rows]
    return {
        "command": command, "machine": limits, "plan": plan.as_facts(), "k": K, "sizes": sizes,
        "rules": load_vocabulary().version, "peak_memory_mb": peak_memory_mb(),
    }  # fmt: skip


def _run_size(rows: int, o: SearchBenchOptions, plan: Any, say: Say) -> dict[str, Any]:
    say(f"造 {rows} 行 …")
    bench = Bench.build(rows, o.dimensions, o.signatures, o.seed, load_vocabulary(), plan)
    vectors = bench.segment.block.vectors
    block = bench.segment.block
    scan_ms = percentiles_ms([lambda: vectors @ bench.centres[0]] * 5)["p50_ms"]
    peers, build_s = _peers(vectors, o.graph, say)
    cells: list[dict[str, Any]] = []
    for against in (False, True):
        for share in SHARES:
            say(f"{rows} 行，可推荐 {share:.1%}，{'与求职方向相反' if against else '独立'} …")
            cells += _single(bench, share, against, o.queries, peers, plan)
            for size in o.batches:
                cells += _batch(bench, share, against, size, plan)
    del peers
    gc.collect()
    return {
        "rows": rows, "groups": len(bench.segment.groups), "bare_scan_p50_ms": scan_ms,
        "vectors_mb": vectors.nbytes // 1_000_000,
        "heads_mb": 0 if block.heads is None else block.heads.heads.nbytes // 1_000_000,
        "heads_share": None if block.heads is None else round(block.heads.share, 3),
        "build_peers_s": build_s, "cells": cells,
    }  # fmt: skip


def _peers(vectors: Floats, graph: bool, say: Say) -> tuple[dict[str, Ask], dict[str, float]]:
    from models.search.peers import FaissFlat, FaissGraph, numpy_gather, numpy_scan

    peers: dict[str, Ask] = {
        "numpy 全扫": lambda q, m, k: numpy_scan(vectors, q, m, k),
        "numpy 取出": lambda q, m, k: numpy_gather(vectors, q, m, k),
    }
    build_s: dict[str, float] = {}
    flat: list[FaissFlat | FaissGraph] = []
    build_s["faiss Flat"] = round(seconds(lambda: flat.append(FaissFlat(vectors))), 1)
    peers["faiss Flat"] = flat[0].search
    if graph:
        say("建 HNSW（几分钟）…")
        build_s["faiss HNSW"] = round(seconds(lambda: flat.append(FaissGraph(vectors))), 1)
        peers["faiss HNSW"] = flat[1].search
    return peers, build_s


def _single(
    bench: Bench, share: float, against: bool, queries: int, peers: dict[str, Ask], plan: Any
) -> list[dict[str, Any]]:
    part, day = bench.index.state.parts[0], bench.day()
    vectors = bench.segment.block.vectors
    asked, topics = bench.queries(queries)
    codes = bench.codes(share, topics, against=against)
    columns = [np.ascontiguousarray(codes[:, i]) for i in range(queries)]
    judged = [Judged(day, c, None) for c in columns]
    masks = [j.mask(j.codes <= CONDITIONAL) for j in judged]
    right = [exhaustive(vectors, q, m, K) for q, m in zip(asked, masks, strict=True)]
    roads: set[str] = set()

    def ours(i: int) -> Rows:
        rows, _, road = search_part(part, judged[i], asked[i], K, True, plan)
        roads.add(str(road))
        return rows

    table = [("rengang", ours)]
    for name, ask in peers.items():
        table.append((name, partial(_from_verdicts, ask, judged, asked)))
    found: dict[str, list[Rows]] = {}
    cells = []
    for name, call in table:
        call(0)  # warm
        answers: list[Rows] = []
        times = percentiles_ms(
            [lambda i=i, c=call, a=answers: a.append(c(i)) for i in range(queries)]  # type: ignore[misc]
        )
        found[name] = answers
        cell = _cell(name, share, against, 1, times, answers, right, masks)
        if name in peers:
            given = [partial(peers[name], asked[i], masks[i], K) for i in range(queries)]
            cell["mask_given_p50_ms"] = percentiles_ms(given)["p50_ms"]
        cells.append(cell)
    cells[0]["road"] = "+".join(sorted(roads))
    return cells


def _from_verdicts(ask: Ask, judged: Sequence[Judged], asked: Floats, i: int) -> Rows:
    one = judged[i]
    return ask(asked[i], one.mask(one.codes <= CONDITIONAL), K)


def _batch(bench: Bench, share: float, against: bool, size: int, plan: Any) -> list[dict[str, Any]]:
    from models.search.peers import numpy_batch

    part, day = bench.index.state.parts[0], bench.day()
    block, group_of_row = bench.segment.block, bench.segment.groups.group_of_row
    asked, topics = bench.queries(size)
    codes = bench.codes(share, topics, against=against)
    nobody = np.full(size, -1, np.intp), np.zeros((0, len(block)), np.uint8)
    everyone = np.ones(size, np.bool_)
    answers: dict[str, list[Rows]] = {}

    def ours() -> None:
        crowd = JudgedCrowd.of_codes(day, codes, *nobody)
        person, rows, _, _ = search_judged(crowd, part.segment.block, plan, asked, K, everyone)
        ends = np.searchsorted(person, np.arange(size + 1))
        answers["rengang"] = [rows[ends[i] : ends[i + 1]] for i in range(size)]

    def theirs() -> None:
        allowed = codes <= CONDITIONAL
        answers["numpy 分块"] = numpy_batch(block.vectors, asked, allowed, group_of_row, K)

    checked = range(0, size, max(1, size // 32))
    masks = [(codes[:, i] <= CONDITIONAL)[group_of_row] & day.is_open for i in checked]
    right = [exhaustive(block.vectors, asked[i], m, K) for i, m in zip(checked, masks, strict=True)]
    cells = []
    for name, call in (("rengang", ours), ("numpy 分块", theirs)):
        call()
        took = percentiles_ms([call] * 3)
        some = [answers[name][i] for i in checked]
        cells.append(_cell(name, share, against, size, took, some, right, masks))
    return cells


def _cell(
    name: str, share: float, against: bool, batch: int, times: dict[str, float],
    answers: Sequence[Rows], right: Sequence[Rows], masks: Sequence[NDArray[np.bool_]],
) -> dict[str, Any]:  # fmt: skip
    wanted = sum(len(r) for r in right)
    got = sum(len(np.intersect1d(a, r)) for a, r in zip(answers, right, strict=True))
    leaks = sum(int((~m[a]).sum()) for a, m in zip(answers, masks, strict=True))
    return {
        "system": name, "share": share, "filter": "against" if against else "independent",
        "batch": batch, **times, "recall": round(got / wanted, 4) if wanted else None,
        "leaks": leaks, "checked": len(answers), "road": None, "mask_given_p50_ms": None,
    }  # fmt: skip


def render(figures: dict[str, Any]) -> str:
    """One table per size; times of a batch are for the whole batch."""
    limits = figures["machine"]
    lines = [
        f"机器：{limits['processor']} × {limits['processors']}，读内存 {limits['read_gb_per_s']}"
        f" GB/s，矩阵乘 {limits['product_gflop_per_s']} GFLOP/s",
    ]
    for size in figures["sizes"]:
        lines.append(
            f"\n{size['rows']} 行（{size['groups']} 组），只做一次全量内积 p50"
            f" {size['bare_scan_p50_ms']} ms；向量 {size['vectors_mb']} MB"
            f" + 主方向 {size['heads_mb']} MB"
        )
        rows = [
            {
                "可推荐": f"{c['share']:.1%}",
                "筛选": "与方向相反" if c["filter"] == "against" else "独立",
                "批": c["batch"], "系统": c["system"], "p50 ms": c["p50_ms"],
                "p95 ms": c["p95_ms"],
                "掩码现成 p50": c["mask_given_p50_ms"], "召回": c["recall"], "漏出": c["leaks"],
                "走法": c["road"] or "",
            }
            for c in size["cells"]
        ]  # fmt: skip
        lines.append(render_table(rows))
    worst = [c for s in figures["sizes"] for c in s["cells"] if c["system"] == "rengang"]
    lines.append(
        f"\nrengang：召回最低 {min(c['recall'] for c in worst)}，"
        f"漏出合计 {sum(c['leaks'] for c in worst)}；内存峰值 {figures['peak_memory_mb']} MB"
    )
    lines.append(figures["command"])
    return "\n".join(lines)
