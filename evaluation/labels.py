"""Files of labelled postings: one JSON object a line, checked before anything is scored.

A label in a wrong shape would be counted as a miss or not at all, so every line is checked first
and all that is wrong is told at once, with its place and how to mend it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

KINDS = ("explicit", "implicit", "conditional", "hedged")
SHOWN_PROBLEMS = 20
_NEEDED = {"id": str, "title": str, "text": str, "demands": list}
_PHRASE = {"kind": str, "evidence": str}
_DEMAND = {"facet": str, "level_lo": int, "level_hi": int, "type": str, "evidence": str}
_NAMES = {str: "文字", int: "整数", list: "列表", dict: "“键: 值”"}


class LabelFileError(ValueError):
    """The label file cannot be used; the message says which lines and how to mend them."""


def load_labels(path: Path) -> list[dict[str, Any]]:
    """The items of a label file, one JSON object per line; raises `LabelFileError`."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise LabelFileError(f"{path.name}：不是 UTF-8 编码的文字，请另存为 UTF-8") from error
    except OSError as error:
        raise LabelFileError(f"{path.name}：读不了（{error.strerror}）") from error
    items: list[dict[str, Any]] = []
    problems: list[str] = []
    seen: dict[str, int] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            item = json.loads(line)
        except json.JSONDecodeError as error:
            problems.append(f"第 {number} 行：不是 JSON（第 {error.colno} 个字符起）")
            continue
        found = list(_wrong(item, _NEEDED)) or list(_wrong_inside(item))
        if not found and seen.setdefault(item["id"], number) != number:
            found = [f"id “{item['id']}”与第 {seen[item['id']]} 行重复"]
        problems += (f"第 {number} 行：{one}" for one in found)
        items.append(item)
    if problems:
        more = len(problems) - SHOWN_PROBLEMS
        tail = [f"…… 还有 {more} 处"] if more > 0 else []
        raise LabelFileError("\n".join([f"{path.name}：", *problems[:SHOWN_PROBLEMS], *tail]))
    return items


def _wrong(found: object, needed: Mapping[str, type]) -> Iterator[str]:
    """What an object lacks, or has of another type."""
    if not isinstance(found, dict):
        yield "应是一个“键: 值”对象"
        return
    for key, kind in needed.items():
        value = found.get(key)
        if key not in found:
            yield f"缺少 {key}"
        elif not isinstance(value, kind) or isinstance(value, bool):
            yield f"{key} 应是{_NAMES[kind]}"


def _wrong_inside(item: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong in the labels of an item that has all it needs."""
    for at, demand in enumerate(item["demands"], 1):
        found = list(_wrong(demand, _DEMAND))
        if not found and demand["type"] not in KINDS:
            found = [f"type 应是 {'、'.join(KINDS)} 之一"]
        if not found and not 0 <= demand["level_lo"] <= demand["level_hi"] <= 4:
            found = ["level_lo、level_hi 应在 0 到 4 之间，前者不大于后者"]
        yield from (f"demands 第 {at} 条：{one}" for one in found)
    lists = (("not_demanded", {"facet": str}), ("quarantine", _PHRASE))
    for name, needed in lists:
        entries = item.get(name, [])
        if not isinstance(entries, list):
            yield f"{name} 应是列表"
            continue
        for at, entry in enumerate(entries, 1):
            yield from (f"{name} 第 {at} 条：{one}" for one in _wrong(entry, needed))
    licences = item.get("licences", [])
    if not isinstance(licences, list) or not all(isinstance(one, str) for one in licences):
        yield "licences 应是文字的列表"
    workplace = item.get("workplace", {})
    if not isinstance(workplace, dict):
        yield "workplace 应是“键: 值”对象"
    elif not all(isinstance(v, dict) and isinstance(v.get("value"), str)
                 for v in workplace.values()):  # fmt: skip
        yield "workplace 每一项应有 value"
