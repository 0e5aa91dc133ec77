"""Two runs of one kind of evaluation, person by person."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from evaluation.manifest import make_manifest
from evaluation.measures.intervals import paired_difference
from evaluation.report.model import Guard, Report, Section, Table


class ComparisonError(ValueError):
    """Two runs that cannot be compared; the message says why."""


def read_metrics(folder: Path) -> dict[str, Any]:
    file = folder / "metrics.json" if folder.is_dir() else folder
    try:
        found: dict[str, Any] = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ComparisonError(
            f"“{folder}”里没有读得懂的 metrics.json：请给 rengang evaluate … --out 写出的文件夹"
        ) from error
    if "per_person" not in found:
        raise ComparisonError(f"“{folder}”这种评测没有每个人的数，不能配对比较")
    return found


def compare_runs(folder_a: Path, folder_b: Path, *, seed: int = 20260) -> Report:
    """B minus A for every system and measure that both have. Not the same people: refused, because
    a mean over other people is another question."""
    a, b = read_metrics(folder_a), read_metrics(folder_b)
    if a["kind"] != b["kind"]:
        raise ComparisonError(f"一个是 {a['kind']}，一个是 {b['kind']}：不能比较")
    common = [s for s in b["per_person"] if s in a["per_person"]]
    if not common:
        raise ComparisonError("两次运行没有同名的系统")
    rows: list[tuple[str, ...]] = []
    facts: dict[str, Any] = {}
    for system in common:
        for measure, theirs in a["per_person"][system].items():
            ours = b["per_person"][system].get(measure)
            if ours is None:
                continue
            people = _same_people(theirs, ours, system)
            paired = paired_difference([ours[p] for p in people], [theirs[p] for p in people], seed)
            facts.setdefault(system, {})[measure] = paired.as_facts()
            rows.append((system, measure, str(paired.difference), str(paired.wins),
                         str(paired.ties), str(paired.losses)))  # fmt: skip
    lost = sorted(set(a["per_person"]) - set(common))
    return Report(
        kind="comparison",
        title=f"比较：{folder_b.name} 减 {folder_a.name}",
        lead="每一行是同一批人两次的差，后一次减前一次；区间不含 0 才算有差别。",
        guards=(
            Guard("只在前一次里的系统", len(lost), "0", not lost, "、".join(lost)),
            *_broken(b),
        ),
        main=Table("差", ("系统", "量", "差", "更好", "持平", "更差"), tuple(rows)),
        sections=(Section("两次运行", (f"前：{_origin(folder_a)}", f"后：{_origin(folder_b)}")),),
        metrics={"seed": seed, "comparisons": facts},
        manifest=make_manifest(
            f"rengang evaluate compare {folder_a.name} {folder_b.name} --seed {seed}",
            inputs=[f / "metrics.json" if f.is_dir() else f for f in (folder_a, folder_b)][:1],
            seed=seed, versions={},
        ),
    )  # fmt: skip


def _same_people(a: Mapping[str, Any], b: Mapping[str, Any], system: str) -> list[str]:
    apart = sorted(set(a) ^ set(b))
    if apart:
        raise ComparisonError(
            f"{system}：两次的人不一样，{len(apart)} 人只在一次里（{'、'.join(apart[:3])} 等）"
        )
    return sorted(a)


def _broken(metrics: Mapping[str, Any]) -> list[Guard]:
    return [
        Guard(g["name"], g["value"], g["must_be"], False, g["explanation"])
        for g in metrics.get("guards", ())
        if g["ok"] is False
    ]


def _origin(folder: Path) -> str:
    try:
        told = json.loads((folder / "manifest.json").read_text("utf-8"))
    except (OSError, ValueError):
        return folder.name
    git = told.get("git") or {}
    return f"{folder.name}：{told.get('command')}，代码 {str(git.get('commit', '未知'))[:12]}"
