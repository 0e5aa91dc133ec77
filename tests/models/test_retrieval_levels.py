"""Schooling, years, pay and rank as people and postings write them."""

from __future__ import annotations

import pytest

from models.retrieval.levels import (
    education_step,
    monthly_pay,
    pay_hoped,
    rank_in_title,
    years_asked,
    years_told,
)


@pytest.mark.parametrize(
    ("text", "years"),
    [("做了十二年", 12.0), ("一年半", 1.5), ("干过半年", 0.5), ("兼职8个月", 8 / 12),
     ("应届", 0.0), ("喜欢画画", None), ("2019年毕业", None), ("三年级", None)],
)  # fmt: skip
def test_years_told(text: str, years: float | None) -> None:
    assert years_told(text) == (None if years is None else pytest.approx(years))


@pytest.mark.parametrize(
    ("text", "pay"),
    [("4.5-6千·13薪", (4500, 6000)), ("1-1.5万/月", (10000, 15000)), ("120元/天", (2610, 2610)),
     ("面议", (None, None)), ("", (None, None)), ("20-30万/年", (16666.67, 25000))],
)  # fmt: skip
def test_monthly_pay(text: str, pay: tuple[float | None, float | None]) -> None:
    assert monthly_pay(text) == pay


def test_followers_are_not_pay() -> None:
    assert pay_hoped("攒了两万多人关注,从八千涨到三万粉") is None
    assert pay_hoped("工资五千左右") == 5000


def test_years_asked_from_text_need_the_word_experience() -> None:
    assert years_asked("三年以上相关工作经验", free=True) == 3
    assert years_asked("公司成立二十年", free=True) is None


def test_a_helper_of_a_manager_is_no_manager() -> None:
    assert rank_in_title("总经理助理") == -0.3
    assert rank_in_title("客户经理") == 0.0
    assert rank_in_title("高级运维") == 1.0
    assert education_step("高中或大专") == 4
