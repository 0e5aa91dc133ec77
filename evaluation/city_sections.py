"""The sections of the report on a city: groups, causes of gaps, attention, the probe."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from evaluation.fairness.decomposition import PARTS, Decomposition
from evaluation.fairness.groups import SMALLEST, GroupRow
from evaluation.fairness.probe import ProbeResult
from evaluation.measures.intervals import Interval
from evaluation.report.model import Block, Plot, Section, Table

FACTOR_NAMES = {
    "category": "类别", "grade": "等级", "sex": "性别", "age": "年龄", "district": "住区",
    "track": "就业形式",
}  # fmt: skip
PART_NAMES = {
    "supply": "没有这类岗位", "constraints": "硬性条件", "information": "缺信息（至多）",
    "ranker": "排序",
}  # fmt: skip
MEASURE_NAMES = {
    "leads": "推荐数", "coverage": "有推荐", "wanted": "有想做的推荐",
    "exposure": "名单里的关注", "top_share": "排在名单前面的比例",
}  # fmt: skip


def group_section(rows: Sequence[GroupRow], pairs: Sequence[GroupRow]) -> Section:
    """One table for every measure of the groups, and the crossings that are worst off."""
    shown = [r for r in rows if r.measures]
    crossing = [r for r in pairs if r.measures]
    hidden = len(rows) - len(shown), len(pairs) - len(crossing)
    note = (
        f"每格是平均和对全体的倍数，方括号里是 95% 区间。不足 {SMALLEST} 人的组不列："
        f"单项 {hidden[0]} 个，交叉 {hidden[1]} 个。"
    )

    def cells(row: GroupRow, names: Sequence[str]) -> tuple[str, ...]:
        factor = " × ".join(FACTOR_NAMES[f] for f in row.factor.split(" × "))
        told = row.measures or {}
        return (factor, row.group, str(row.people), *(str(told[n]) for n in names))

    names = list(MEASURE_NAMES)
    leads, lists = names[:3], names[3:]
    heads = ("按", "组", "人数")
    tables = [
        Table(title, (*heads, *(MEASURE_NAMES[n] for n in some)),
              tuple(cells(r, some) for r in shown), note=told)
        for title, some, told in (
            ("分组：本人得到的推荐", leads, note),
            ("分组：在单位的名单里", lists, "关注：排第一记1，越后越少，除以够条件的名单数。"),
        )
    ]  # fmt: skip
    worst = sorted(crossing, key=lambda r: _ratio(r, "wanted"))[:20]
    tables.append(Table(
        "交叉，有想做的推荐最低的 20 个", (*heads, MEASURE_NAMES["wanted"]),
        tuple(cells(r, ["wanted"]) for r in worst),
    ))  # fmt: skip
    return Section("谁得到推荐", tuple(tables))


def _ratio(row: GroupRow, name: str) -> float:
    found = row.measures[name].ratio.mean if row.measures else None
    return 1.0 if found is None else found


def cause_section(
    causes: Sequence[tuple[str, Decomposition]],
    means: Mapping[str, Mapping[str, Interval]],
    first: str,
    ours: str,
) -> Section:
    from evaluation.report.plots import bar_plot, interval_plot

    rows = tuple(
        (FACTOR_NAMES[f], d.group, str(d.people), str(d.total),
         *(str(d.parts[p]) + (" *" if d.parts[p].is_clear else "") for p in PARTS))
        for f, d in causes
    )  # fmt: skip
    clear = [(f, d) for f, d in causes if d.total.is_clear]
    blocks: list[Block] = [
        "差距 = 本组缺推荐的比例减其他人的比例；四部分相加正好是全部。从后往前换：排序换成最好的，"
        "缺的信息都按最好的答案补上，硬性条件放开，补上岗位。带 * 的区间不含 0。",
        Table("每组的差距和四个部分", ("按", "组", "人数", "差距", *PART_NAMES.values()), rows),
    ]
    if clear:
        bars = {
            f"{FACTOR_NAMES[f]} {d.group}": {PART_NAMES[p]: d.parts[p].gap for p in PARTS}
            for f, d in clear[:10]
        }
        told = "；".join(f"{FACTOR_NAMES[f]} {d.group} {d.total}" for f, d in clear[:10])
        blocks.append(Plot("差距明显的组，按原因", bar_plot(bars, unit="缺推荐的比例之差"), told))
    lines = {s: some[first] for s, some in means.items()}
    told = "，".join(f"{s} {i}" for s, i in lines.items())
    blocks.append(Plot(f"{first} 与 95% 区间", interval_plot(lines, ours=ours, unit=first), told))
    return Section("差距从哪里来", tuple(blocks))


def exposure_section(facts: Mapping[str, Any]) -> Section:
    def plain(value: float | None) -> str:
        return "—" if value is None else f"{value:.3f}"

    rows = (
        ("关注的基尼系数（0 平均，1 集中）", plain(facts["gini"])),
        ("超出招聘人数的推荐占比（拥挤）", plain(facts["congestion"])),
        ("最受关注的十分之一岗位占的关注", plain(facts["top_tenth"])),
        ("从没推荐给人的岗位", f"{facts['never_shown']}/{facts['postings']}"),
    )
    return Section("岗位受到的关注", (Table("关注", ("量", "值"), rows),))


def probe_section(probe: ProbeResult | None) -> Section:
    if probe is None:
        return Section("向量里读得出类别吗", ("可辨认的人太少，没有测。",))
    rows = (
        ("分类器猜对", str(probe.accuracy)),
        ("只猜最多的一类", str(probe.majority)),
        ("高出", str(probe.advantage)),
    )
    note = (
        f"{probe.people} 人，{probe.categories} 类，五折。做过什么工作和做得了什么有关，"
        "小的优势不说明标签漏进了文字；标签本身由上面的孪生人检查。"
    )
    return Section("向量里读得出类别吗", (Table("探针", ("量", "比例"), rows, note=note),))
