"""Files of labelled postings: one JSON object a line, checked before anything is scored.

A label in a wrong shape stops the run: all that is wrong is told at once, with its place and how to
mend it. A label that is well made but can be met by nobody (a facet that the vocabulary lacks,
words that do not stand in the posting) lowers the figures unseen, so `unmeetable` tells of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from data.records import LEVEL_MAX, LEVEL_MIN
from data.vocabulary import load_vocabulary
from models.reading.nouns import Concern

KINDS = ("explicit", "implicit", "conditional", "hedged")
SHOWN_PROBLEMS = 20
_NEEDED = {"title": str, "text": str, "demands": list}
_PHRASE = {"kind": str, "evidence": str}
_DEMAND = {"facet": str, "level_lo": int, "level_hi": int, "type": str, "evidence": str}
_NAMES = {str: "文字", int: "整数", list: "列表"}


class LabelFileError(ValueError):
    """The label file cannot be used; the message says which lines and how to mend them."""


def unmeetable(items: Sequence[Mapping[str, Any]]) -> list[str]:
    """Labels that no reader can meet, in words: they count as misses."""
    facets = {str(facet) for facet in load_vocabulary().facets}
    told: list[str] = []
    for item in items:
        for entry in (*item["demands"], *item.get("not_demanded", ())):
            if entry["facet"] not in facets:
                told.append(f"{item['id']}：词表里没有 {entry['facet']}")
        for phrase in item.get("quarantine", ()):
            if phrase["kind"] not in set(Concern):
                told.append(f"{item['id']}：quarantine 没有 {phrase['kind']} 这一类")
        for entry in (*item["demands"], *item.get("quarantine", ())):
            if entry["evidence"] not in item["title"] and entry["evidence"] not in item["text"]:
                told.append(f"{item['id']}：原文里没有“{entry['evidence']}”")
    return told


def load_labels(path: Path) -> list[dict[str, Any]]:
    """The items of a label file, one JSON object per line; raises `LabelFileError`."""
    try:
        # Not splitlines: a text may hold a line separator of its own (U+2028).
        lines = path.read_text(encoding="utf-8-sig").split("\n")
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
        if not found:
            found = list(_wrong_id(item.get("id"), number, seen))
            items.append({**item, "id": str(item.get("id"))})
        problems += (f"第 {number} 行：{one}" for one in found)
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
        elif kind is int and isinstance(value, float) and value.is_integer():
            continue
        elif not isinstance(value, kind) or isinstance(value, bool):
            yield f"{key} 应是{_NAMES[kind]}"


def _wrong_id(given: object, number: int, seen: dict[str, int]) -> Iterator[str]:
    """An id that is none, or stands on an earlier line too; remembers it otherwise."""
    if not isinstance(given, str | int) or isinstance(given, bool) or given == "":
        yield "id 应是文字或整数"
    elif seen.setdefault(str(given), number) != number:
        yield f"id “{given}”与第 {seen[str(given)]} 行重复"


def _wrong_inside(item: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong in the labels of an item that has all it needs."""
    for at, demand in enumerate(item["demands"], 1):
        found = list(_wrong(demand, _DEMAND))
        if not found and demand["type"] not in KINDS:
            found = [f"type 应是 {'、'.join(KINDS)} 之一"]
        if not found and not LEVEL_MIN <= demand["level_lo"] <= demand["level_hi"] <= LEVEL_MAX:
            found = [f"level_lo、level_hi 应在 {LEVEL_MIN} 到 {LEVEL_MAX} 之间，前者不大于后者"]
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
