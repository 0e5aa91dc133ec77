"""What may never reach a ranker is gone, and what names a job stays."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from data.records import (
    Capability,
    CapabilitySource,
    Category,
    Certificate,
    FacetId,
    Interval,
    Jobseeker,
    JobseekerId,
    Wishes,
)
from data.vocabulary import load_vocabulary
from matching.ports import ProfileText
from models.hygiene import CleanProfileReader, strip_personal

VOCABULARY = load_vocabulary()
READER = CleanProfileReader(VOCABULARY)
STORY = "做过三年在线客服，会用千牛，打字快"


def person(experience: str = STORY, **fields: Any) -> Jobseeker:
    base = Jobseeker(
        JobseekerId("p1"),
        Certificate((Category.HEARING,), 2),
        skills=("打字", "办公软件"),
        experience=experience,
        wishes=Wishes(occupations=("在线客服",), note="离家近"),
    )
    return dataclasses.replace(base, **fields)


PLAIN = READER.text_of(person())


@pytest.mark.parametrize(
    "label",
    [
        "听力残疾二级", "肢体残疾三级", "精神残疾", "视力一级", "智力四级", "多重残疾（一级）",
        "残疾等级三级", "残疾等级：二级", "残疾类别：听力", "残疾类别:肢体 四级",
        "肢残", "聋人", "聋哑人", "盲人", "听障人士", "视障者", "低视力", "智障",
        "精神障碍", "脑瘫", "小儿麻痹症", "癫痫", "自闭症", "抑郁症", "精神分裂症", "白化病",
        "糖尿病", "尿毒症", "截肢", "偏瘫", "28岁", "今年45周岁", "现年三十五岁", "1990年5月出生",
        "90后", "女", "男", "性别：女", "女性", "我叫李小明", "姓名：欧阳明", "13800138000",
        "138-0013-8000", "someone@example.com", "44019919850615002923", "440199198506150029",
        "44019919850615002923B1", "广州市残疾人康复中心",
    ],
)  # fmt: skip
def test_twins_that_differ_in_a_personal_label_rank_alike(label: str) -> None:
    assert READER.text_of(person(f"{label}，{STORY}")) == PLAIN, strip_personal(f"{label}，{STORY}")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("视力残疾一级", "肢体残疾四级"),
        ("我叫陈小芳", "我叫黄大伟"),
        ("女，28岁", "男，52岁"),
        ("残疾人证44019919850615002923", "残疾人证44019919701122001941"),
        ("患抑郁症", "患癫痫"),
        ("手机13800138000", "手机13900139000"),
        ("残疾类别：听力", "残疾类别：精神"),
        ("今年四十五岁", "今年二十岁"),
    ],
)
@pytest.mark.parametrize("place", ["{label}，{story}", "{story}，{label}", "{story}。{label}。"])
def test_exchanging_a_label_changes_nothing(one: str, other: str, place: str) -> None:
    first = READER.text_of(person(place.format(label=one, story=STORY)))
    second = READER.text_of(person(place.format(label=other, story=STORY)))
    assert first == second


@pytest.mark.parametrize(
    "fields",
    [
        {"certificate": None},
        {"certificate": Certificate((Category.MENTAL,), 1)},
        {"certificate": Certificate((Category.VISION, Category.PHYSICAL))},
        {"id": JobseekerId("李小明")},
        {
            "capabilities": (
                Capability(FacetId("vis_near"), Interval(0, 0), CapabilitySource.ASSESSED),
            )
        },
    ],
)
def test_certificate_identity_and_capabilities_are_never_read(fields: dict[str, Any]) -> None:
    changed = person(**fields)
    assert READER.text_of(changed) == PLAIN
    assert READER.families_of(changed) == READER.families_of(person())


def test_every_part_is_stripped() -> None:
    label = "听力残疾二级"
    dirty = Jobseeker(
        JobseekerId("p2"),
        skills=(label, "打字"),
        major=f"会计（{label}）",
        experience=f"{label}，录入",
        wishes=Wishes(occupations=(f"客服（{label}）",), note=f"{label}，离家近"),
    )
    text = READER.text_of(dirty)
    for part in dataclasses.astuple(text):
        assert "残疾" not in part
        assert "听力" not in part
        assert "二级" not in part
    assert "会计" in text.experience


@pytest.mark.parametrize(
    "words",
    [
        "普通话二级甲等", "计算机二级", "保健按摩师三级", "手语翻译", "手语", "电工三级证书",
        "做过三年在线客服", "养老护理员初级", "家居用品销售", "幼女装设计", "男装店理货",
        "女装搭配", "2020年至2023年在超市理货", "二级建造师", "心理咨询师三级", "精神文明办文员",
        "视力表印刷", "智力竞赛题库录入",
    ],
)  # fmt: skip
def test_words_of_an_occupation_survive(words: str) -> None:
    assert strip_personal(words) == words


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("盲人按摩", "按摩"),
        ("在盲人按摩店做过两年推拿", "按摩店做过两年推拿"),
        ("残疾人就业服务中心做过录入", "录入"),
        ("聋人学校毕业，会计专业", "会计专业"),
    ],
)
def test_the_occupation_beside_a_label_survives(text: str, kept: str) -> None:
    stripped = strip_personal(text)
    assert kept in stripped
    assert not any(w in stripped for w in ("盲人", "残疾", "聋人"))


@pytest.mark.parametrize("text", ["", "   ", "听力残疾二级", "女，28岁，肢体三级"])
def test_what_holds_nothing_else_leaves_nothing(text: str) -> None:
    assert strip_personal(text) == ""


def test_stripping_twice_changes_nothing_more() -> None:
    once = strip_personal("我叫李小明，男，45岁，肢体三级，仓库理货五年，电话13800138000")
    assert once == "仓库理货五年，电话"
    assert strip_personal(once) == once


def test_an_empty_person_has_an_empty_text() -> None:
    assert READER.text_of(Jobseeker(JobseekerId("p3"))) == ProfileText()
    assert READER.families_of(Jobseeker(JobseekerId("p3"))) == frozenset()


def test_wished_families_come_from_the_wished_occupations_alone() -> None:
    assert READER.families_of(person()) == {"JF01"}
    wishes_nothing = person(experience="在线客服五年", wishes=Wishes())
    assert READER.families_of(wishes_nothing) == frozenset()
