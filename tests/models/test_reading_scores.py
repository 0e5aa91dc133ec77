"""The scoring of readings against gold labels: what counts as right, and who is counted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from evaluation.reading import LabelFileError, evaluate_reading, render, to_json


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


def test_a_broken_line_is_named_by_its_number(tmp_path: Path) -> None:
    path = tmp_path / "labels.jsonl"
    path.write_text('{"id": "x", "title": "", "text": "", "demands": []}\n{"id": 1}\n')
    with pytest.raises(LabelFileError, match="line 2: needs demands, text, title"):
        evaluate_reading(path)
    path.write_text("not json\n")
    with pytest.raises(LabelFileError, match="line 1: not JSON"):
        evaluate_reading(path)
