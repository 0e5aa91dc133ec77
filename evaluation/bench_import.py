"""From a workbook of postings to the first answer: what each step costs, beside bare reading.

Postings are invented by the project's generator, with the demands of half of them left to their
texts, as real postings leave them. The bare reading of the workbook by openpyxl, cell by cell, is
the limit that no import can be below.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from data.generator import generate_city
from data.importing import import_file, land
from data.records import DemandSource, JobPosting
from data.store import Store
from data.templates import write_postings
from data.vocabulary import load_vocabulary
from evaluation.bench_rows import render_table
from evaluation.machine import machine_limits, peak_memory_mb, seconds
from models.compose import open_matcher
from models.posting_reader import read_all
from models.settings import Settings

DAY = date(2026, 11, 24)
Say = Callable[[str], None]


def run_import_bench(postings: int, seed: int, say: Say) -> dict[str, Any]:
    """Seconds of every step, once each: reading twice would find everything in caches."""
    vocabulary = load_vocabulary()
    say(f"造 {postings} 个岗位 …")
    city = generate_city(seed, on=DAY, jobseekers=1, postings=postings, vocabulary=vocabulary)
    silent = [
        replace(p, demands=None, demands_source=DemandSource.MISSING) if i % 2 else p
        for i, p in enumerate(city.postings)
    ]
    steps: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        book = folder / "岗位.xlsx"
        write_postings(book, silent, city.employers, vocabulary=vocabulary)
        say("逐步导入 …")
        steps["只读表格（openpyxl）"] = seconds(lambda: _bare(book))
        found: list[Any] = []
        steps["读表并查错"] = seconds(
            lambda: found.append(import_file(book, vocabulary=vocabulary))
        )
        read: list[tuple[JobPosting, ...]] = []
        steps["读岗位文字"] = seconds(lambda: read.append(read_all(found[0].postings, vocabulary)))
        result = replace(found[0], postings=read[0])
        with Store.open(str(folder / "b.db")) as store:
            steps["入库"] = seconds(lambda: land(store, result, vocabulary=vocabulary))
            again = seconds(lambda: land(store, result, vocabulary=vocabulary))
            stored = store.postings()

            def build() -> None:
                open_matcher(
                    lambda: {p.id: p for p in stored}, lambda: stored, vocabulary, Settings(),
                    data_version="bench", cache=folder / "cache" / "catalogue",
                )  # fmt: skip

            steps["第一次建配岗器"] = seconds(build)
            steps["以后打开配岗器"] = seconds(build)
    sources = [p.demands_source for p in read[0]]
    return {
        "command": f"rengang bench import --postings {postings} --seed {seed}",
        "postings": postings, "landed": len(stored), "file_problems": len(found[0].problems),
        "demands": {str(s): sources.count(s) for s in DemandSource},
        "steps_s": {n: round(s, 2) for n, s in steps.items()},
        "ms_per_posting": {n: round(s / postings * 1000, 3) for n, s in steps.items()},
        "landing_again_s": round(again, 2),
        "peak_memory_mb": peak_memory_mb(), "machine": machine_limits(seed),
        "rules": vocabulary.version,
    }  # fmt: skip


def _bare(book: Path) -> int:
    import openpyxl

    workbook = openpyxl.load_workbook(book, read_only=True, data_only=True)
    count = sum(1 for sheet in workbook for _ in sheet.iter_rows(values_only=True))
    workbook.close()
    return count


def render(figures: dict[str, Any]) -> str:
    f = figures
    rows = [
        {"步骤": name, "秒": took, "每岗位 ms": f["ms_per_posting"][name]}
        for name, took in f["steps_s"].items()
    ]
    return "\n".join([
        f"{f['postings']} 个岗位，入库 {f['landed']} 个，表中有问题 {f['file_problems']} 处；"
        f"要求的来源 {f['demands']}",
        render_table(rows),
        f"同一份再导入 {f['landing_again_s']} s；内存峰值 {f['peak_memory_mb']} MB",
        f"机器：{f['machine']['processor']} × {f['machine']['processors']}，单线程内存拷贝"
        f" {f['machine']['copy_gb_per_s']} GB/s",
        f["command"],
    ])  # fmt: skip
