"""Precision before recall: what is recognised is right, what is doubtful stays a question."""

from __future__ import annotations

import pytest

from data.vocabulary import load_vocabulary
from models.families import recognise_family, recognise_text
from tests.matching.builders import posting

VOCABULARY = load_vocabulary()


@pytest.mark.parametrize(
    ("title", "family"),
    [
        ("在线客服", "JF01"), ("淘宝客服", "JF01"), ("电话客服", "JF02"), ("话务员", "JF02"),
        ("电话回访员", "JF03"), ("图片审核员", "JF04"), ("文本审核", "JF05"),
        ("数据录入员", "JF27"),
        ("盲人保健按摩师", "JF18"), ("盲人医疗按摩人员", "JF19"), ("乡村保洁员", "JF22"),
        ("家政保洁员", "JF29a"), ("邮政报刊亭", "JF12"), ("外卖骑手", "JF16"), ("收银员", "JF28c"),
    ],
)  # fmt: skip
def test_a_clear_title_is_recognised(title: str, family: str) -> None:
    assert recognise_text(title, "", VOCABULARY) == family


@pytest.mark.parametrize(
    "title",
    [
        "客服主管", "在线客服经理", "电话销售", "英语客服", "客服培训师", "审核系统开发工程师",
        "财务审核", "合同审核专员", "按摩椅销售", "数据录入系统测试工程师", "清洁设备销售工程师",
        "总经理", "算法工程师", "岗位", "", "招聘经理", "保洁主管", "快递站长",
    ],
)  # fmt: skip
def test_a_title_of_another_kind_is_no_family(title: str) -> None:
    assert recognise_text(title, "", VOCABULARY) is None


def test_a_veto_in_the_title_holds_against_the_text_too() -> None:
    text = "使用旺旺、千牛在线接待客户，要求打字速度快"
    assert recognise_text("客服专员", text, VOCABULARY) == "JF01"
    assert recognise_text("客服主管", text, VOCABULARY) is None


def test_the_title_decides_before_the_text() -> None:
    assert recognise_text("电话客服", "也用千牛在线接待客户", VOCABULARY) == "JF02"


def test_a_posting_is_read_from_title_duties_and_tags_but_not_requirements() -> None:
    duties = "使用旺旺、千牛在线接待客户"
    assert recognise_family(posting(title="客服专员", duties=duties), VOCABULARY) == "JF01"
    assert recognise_family(posting(title="客服专员", tags=(duties,)), VOCABULARY) == "JF01"
    only_asked = posting(title="客服专员", requirements=duties)
    assert recognise_family(only_asked, VOCABULARY) is None


@pytest.mark.parametrize("family", sorted(VOCABULARY.families))
def test_no_family_takes_a_nameless_posting(family: str) -> None:
    cues = VOCABULARY.families[family].cues  # type: ignore[index]
    assert cues.title or cues.text, f"{family} cannot be recognised at all"
    assert not any(p.search("") for p in (*cues.title, *cues.text)), family
