"""The scoring of readings against gold labels: what counts as right, and who is counted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from evaluation.labels import LabelFileError, load_labels, unmeetable
from evaluation.reading import evaluate_reading, render, to_json


def item(name: str, text: str, demands: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    return {
        "id": name, "title": "", "text": text, "demands": demands, "not_demanded": [],
        "workplace": {}, "licences": [], "quarantine": [], "ask": [], **more,
    }  # fmt: skip


def gold(facet: str, low: int, high: int, evidence: str, kind: str = "explicit") -> dict[str, Any]:
    return {
        "facet": facet, "level_lo": low, "level_hi": high, "type": kind, "evidence": evidence,
        "alternative_group": None, "provided": [],
    }  # fmt: skip


def labels(folder: Path, *items: dict[str, Any]) -> Path:
    path = folder / "labels.jsonl"
    path.write_text("\n".join(json.dumps(i, ensure_ascii=False) for i in items), encoding="utf-8")
    return path


def test_a_level_outside_the_accepted_range_names_the_facet_but_is_not_right(
    tmp_path: Path,
) -> None:
    path = labels(tmp_path, item("x", "全程站立。", [gold("stand", 2, 3, "全程站立")]))
    report = evaluate_reading(path)
    assert report.facets_named.recall.value == 1.0
    assert report.overall.recall.value == 0.0
    assert [f.what for f in report.wrong_level] == ["stand"]


def test_a_miss_and_an_invention_are_listed_with_their_words(tmp_path: Path) -> None:
    path = labels(tmp_path, item("x", "全程站立。", [gold("balance", 3, 4, "站立", "implicit")]))
    report = evaluate_reading(path)
    assert [(f.what, f.evidence) for f in report.missed] == [("balance", "站立")]
    assert [(f.what, f.evidence) for f in report.invented] == [("stand", "全程站立")]
    assert report.safety_recall.value == 0.0
    assert report.recall_by_kind["implicit"].value == 0.0


def test_a_denied_facet_that_is_also_demanded_counts_as_demanded(tmp_path: Path) -> None:
    denial = [{"facet": "night", "evidence": "没有通宵班"}]
    text = "中班14:00到22:00，没有通宵班。"
    shift = [gold("night", 2, 2, "14:00到22:00")]
    report = evaluate_reading(labels(tmp_path, item("x", text, shift, not_demanded=denial)))
    assert report.denials == 1
    assert report.denied_asserted.value == 0.0
    report = evaluate_reading(labels(tmp_path, item("x", text, [], not_demanded=denial)))
    assert report.denied_asserted.value == 1.0


def test_quarantine_is_compared_by_concern_and_words(tmp_path: Path) -> None:
    held = [{"kind": "discrimination", "evidence": "身高170cm以上"}]
    report = evaluate_reading(
        labels(tmp_path, item("x", "身高170cm以上，先交押金100元。", [], quarantine=held))
    )
    assert report.quarantine.recall.value == 1.0
    assert report.quarantine.precision.value == 0.5
    assert [f.kind for f in report.quarantine_differences] == ["fraud"]


def test_the_same_file_gives_the_same_intervals_twice(tmp_path: Path) -> None:
    path = labels(
        tmp_path,
        item("x", "全程站立。", [gold("stand", 4, 4, "全程站立")]),
        item("y", "三班倒。", [gold("night", 2, 2, "三班倒")]),
    )
    first = evaluate_reading(path)
    assert first == evaluate_reading(path)
    assert first.overall.f1.low <= first.overall.f1.value <= first.overall.f1.high
    assert first.overall.f1.low < first.overall.f1.high


def test_the_report_can_be_read_and_stored(tmp_path: Path) -> None:
    path = labels(tmp_path, item("x", "全程站立。", [gold("stand", 4, 4, "全程站立")]))
    report = evaluate_reading(path)
    assert "stand" in render(report)
    assert str(report.seed) in render(report)
    assert json.loads(json.dumps(to_json(report)))["spans_exact"] == 1.0


def test_every_broken_line_is_named_with_what_to_mend(tmp_path: Path) -> None:
    path = tmp_path / "labels.jsonl"
    good = {"id": "x", "title": "", "text": "", "demands": []}
    demand = {"facet": "stand", "level_lo": 4, "level_hi": 3, "type": "explicit", "evidence": ""}
    lines = [
        good, {"id": "y"}, [1], good, {**good, "id": None},
        {**good, "id": "z", "demands": [demand, {**demand, "type": "stated"}, {"facet": 1}]},
        {**good, "id": "v", "quarantine": ["押金"], "workplace": {"remote": "yes"}},
    ]  # fmt: skip
    written = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
    path.write_text(f"{written}\nnot json\n", "utf-8")
    with pytest.raises(LabelFileError) as refused:
        evaluate_reading(path)
    told = str(refused.value)
    for words in ("第 2 行：缺少 title", "第 3 行：应是", "第 4 行：id “x”与第 1 行重复",
                  "第 5 行：id 应是", "第 6 行：demands 第 1 条：level_lo",
                  "第 6 行：demands 第 2 条：type", "第 6 行：demands 第 3 条：缺少 evidence",
                  "第 7 行：quarantine 第 1 条", "第 7 行：workplace",
                  "第 8 行：不是 JSON"):  # fmt: skip
        assert words in told
    assert "第 1 行：" not in told


def test_a_label_file_in_another_encoding_or_empty_is_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "labels.jsonl"
    path.write_bytes("全程站立".encode("gbk"))
    with pytest.raises(LabelFileError, match="UTF-8"):
        evaluate_reading(path)
    path.write_text("\n", "utf-8")
    with pytest.raises(LabelFileError, match="没有可评测的岗位"):
        evaluate_reading(path)


def test_whole_levels_and_numbered_ids_are_taken_as_tables_write_them(tmp_path: Path) -> None:
    demand = {"facet": "stand", "level_lo": 4.0, "level_hi": 4.0, "type": "explicit",
              "evidence": "全程站立"}  # fmt: skip
    path = tmp_path / "labels.jsonl"
    line = {"id": 7, "title": "", "text": "全程站立\u2028", "demands": [demand]}
    path.write_text(json.dumps(line, ensure_ascii=False), "utf-8")
    assert evaluate_reading(path).overall.right == 1


def test_labels_that_nobody_can_meet_are_told(tmp_path: Path) -> None:
    good = gold("stand", 4, 4, "全程站立")
    path = labels(
        tmp_path,
        item("x", "全程站立。", [good, {**good, "facet": "standing"}]),
        item("y", "全程站立。", [{**good, "evidence": "全程 站立"}],
             quarantine=[{"kind": "scam", "evidence": "全程"}]),
    )  # fmt: skip
    told = unmeetable(load_labels(path))
    assert [one.split("：")[0] for one in told] == ["x", "y", "y"]
    for words in ("standing", "scam", "全程 站立"):
        assert any(words in one for one in told)
