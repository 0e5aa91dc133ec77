"""Hours as postings write them, in figures and in words. Every sentence here is invented."""

from __future__ import annotations

import pytest

from models.reading import read_posting


def levels(text: str, facet: str) -> list[float]:
    return [d.level for d in read_posting("", text, rules_only=True).demands if d.facet == facet]


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("十点上班，二十一点收工。", 2),
        ("晚上二十二点下班。", 2),
        ("十四点到二十二点。", 2),
        ("周五十一点到22点。", 2),
        ("晚间七点到九点半。", 2),
        ("干到二十三点半。", 3),
        ("做到零点。", 3),
        ("做到零时。", 3),
        ("做到晚上十二点。", 3),
        ("夜里十二点半收工。", 3),
        ("夜里一点收工。", 3),
        ("夜里四点收工。", 3),
        ("晚上七点到十二点。", 3),
        ("下午五点到夜里一点。", 3),
        ("夜里零点到八点，每月轮到三次。", 4),
        ("夜里零点到八点每月轮到三次。", 3),
        ("晚班22:00-6:00 每月休4天。", 4),
        ("22:00-6:00每月上25次。", 4),
        ("下午三点到夜里两点。", 4),
        ("零点到八点。", 4),
        ("零时到八时。", 4),
        ("晚上十点到次日三点。", 4),
        ("夜里三点到早上七点。", 4),
        ("晚上十二点到早上八点。", 4),
    ],
)
def test_how_late_a_shift_runs(text: str, level: int) -> None:
    assert levels(text, "night") == [level]


@pytest.mark.parametrize(
    "text",
    [
        "早上九点到晚上六点。", "最晚五点下班。", "最晚不超过五点下班。",
        "下班不晚于五点。", "偶尔晚一点下班。", "做得慢一点也行。", "干零点五天。",
        "九点到二十点。", "每天做零点活。",
    ],
)  # fmt: skip
def test_hours_by_day_and_words_like_hours_are_no_night(text: str) -> None:
    assert not levels(text, "night")


@pytest.mark.parametrize("text", ["晚上七点上班。", "晚上八点接班，看守仓库。"])
def test_work_that_begins_in_the_evening_is_evening_work(text: str) -> None:
    assert levels(text, "night")


@pytest.mark.parametrize(
    ("text", "level"),
    [("晚上一点到五点分拣。", 2), ("晚上零点到两点盘点。", 1), ("早上八点到晚上八点。", 4)],
)
def test_how_long_a_day_is(text: str, level: int) -> None:
    assert levels(text, "endurance") == [level]
