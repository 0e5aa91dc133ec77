"""What a verdict costs: row by row, by groups, and for a crowd, on one invented catalogue."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from data.vocabulary import load_vocabulary
from evaluation.bench_match import bench_people
from evaluation.bench_rows import DAY, bench_catalogue, render_table
from evaluation.machine import machine_limits, peak_memory_mb, percentiles_ms
from matching.groups import OpenGroups, VerdictGroups
from matching.person import CompiledPerson, compile_person
from models.search.judged import Judged

Say = Callable[[str], None]


def run_filter_bench(
    rows: tuple[int, ...], signatures: int, people: int, seed: int, say: Say
) -> dict[str, Any]:
    """Milliseconds per person for each way of judging, for every number of rows."""
    vocabulary = load_vocabulary()
    crowd = [compile_person(p, vocabulary, DAY) for p in bench_people(people, seed, vocabulary)]
    sizes = []
    for count in rows:
        say(f"造 {count} 行 …")
        catalogue = bench_catalogue(count, signatures, seed, vocabulary)
        groups = VerdictGroups.build(catalogue)
        day = OpenGroups.build(groups, DAY)
        for person in crowd[:3]:
            Judged.judge(day, person).row_codes()
            catalogue.verdicts(person)
        calls: dict[str, Callable[[CompiledPerson], object]] = {
            "逐行（基准写法）": catalogue.verdicts,
            "按组，展开到每一行": partial(_row_codes, day),
            "按组，只清点": partial(_counts, day),
        }
        times = {
            name: percentiles_ms([partial(call, p) for p in crowd]) for name, call in calls.items()
        }
        batch_ms = percentiles_ms([partial(groups.crowd_codes, crowd)] * 3)["p50_ms"]
        times["一批人，按组"] = {
            "p50_ms": round(batch_ms / len(crowd), 3), "p95_ms": round(batch_ms / len(crowd), 3)
        }  # fmt: skip
        wrong = sum(
            int((Judged.judge(day, p).row_codes() != catalogue.verdicts(p).codes).sum())
            for p in crowd
        )
        shown = [float(groups.verdicts(p).admissible.mean()) for p in crowd]
        sizes.append({
            "rows": count, "signatures": catalogue.clauses.signature_count, "groups": len(groups),
            "mean_admissible_share": round(float(np.mean(shown)), 4),
            "times": times, "compared": count * len(crowd), "disagreements": wrong,
        })  # fmt: skip
    return {
        "command": "rengang bench filter " + " ".join(f"--rows {n}" for n in rows)
                   + f" --signatures {signatures} --people {people} --seed {seed}",
        "peak_memory_mb": peak_memory_mb(), "machine": machine_limits(seed), "people": people,
        "sizes": sizes, "rules": vocabulary.version,
    }  # fmt: skip


def _row_codes(day: OpenGroups, person: CompiledPerson) -> object:
    return Judged.judge(day, person).row_codes()


def _counts(day: OpenGroups, person: CompiledPerson) -> object:
    return Judged.judge(day, person).counts()


def render(figures: dict[str, Any]) -> str:
    lines = []
    for size in figures["sizes"]:
        lines.append(
            f"{size['rows']} 行，{size['signatures']} 种要求组合，{size['groups']} 组；"
            f"平均可推荐 {size['mean_admissible_share']:.1%}；"
            f"核对 {size['compared']} 对，不同 {size['disagreements']} 对"
        )
        rows = [
            {"一人对全部岗位": name, "p50 ms": t["p50_ms"], "p95 ms": t["p95_ms"]}
            for name, t in size["times"].items()
        ]
        lines += [render_table(rows), ""]
    limits = figures["machine"]
    lines.append(
        f"机器：{limits['processor']} × {limits['processors']}，单线程内存拷贝"
        f" {limits['copy_gb_per_s']} GB/s；内存峰值 {figures['peak_memory_mb']} MB"
    )
    lines.append(figures["command"])
    return "\n".join(lines)
