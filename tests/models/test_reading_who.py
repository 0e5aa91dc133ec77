"""Who does it: work that somebody else does is not asked of the post's holder, and somebody who
only decides, watches or helps takes nothing off it. Every sentence here is invented."""

from __future__ import annotations

import pytest

from models.reading import read_posting


@pytest.mark.parametrize(
    ("title", "text", "facet"),
    [
        ("便利店理货员", "负责补货、理货，收银由班长。", "numeracy"),
        ("", "夜班由男同事顶。", "night"),
        ("文员", "电话有专人接，只回文字消息。", "hear_phone"),
        ("文员", "电话有专人接，只回文字消息。", "speak"),
        ("营业员", "负责介绍商品，另有专人收银。", "numeracy"),
        ("店员助理", "搬货由店员负责，助理贴价签。", "lift"),
        ("养护员", "爬梯子另请师傅。", "stairs"),
        ("养护员", "夜班另请专业队。", "night"),
        ("收银员", "后厨搬货，与本岗无关。", "lift"),
        ("叉车司机", "重货搬运请搬运组，不归司机。", "lift"),
    ],
)
def test_work_that_a_named_other_does_is_not_asked(title: str, text: str, facet: str) -> None:
    assert facet not in {d.facet for d in read_posting(title, text).demands}


@pytest.mark.parametrize(
    ("title", "text", "facet"),
    [
        ("客服", "夜班由组长定。", "night"),
        ("", "上夜班由队长说了算。", "night"),
        ("电工", "高空作业由师傅监护。", "balance"),
        ("工人", "搬运由两人。", "lift"),
        ("门店店员", "搬货由店员负责，收银由店长负责。", "lift"),
        ("保洁员", "垃圾桶搬运由保洁员负责。", "lift"),
        ("司机", "由司机送货上门，驾驶面包车。", "vis_far"),
        ("司机", "由司机送货上门，驾驶面包车。", "safety"),
    ],
)
def test_who_only_decides_or_helps_or_is_the_holder_takes_nothing_off(
    title: str, text: str, facet: str
) -> None:
    reading = read_posting(title, text)
    assert facet in {d.facet for d in reading.demands}
    assert facet not in {d.facet for d in reading.not_demanded}


@pytest.mark.parametrize(
    ("title", "text", "facet"),
    [
        ("店员", "全程站立，业绩跟你没关系。", "stand"),
        ("", "上夜班，周日不用上。", "night"),
        ("", "站着搬货，冷库不用进。", "lift"),
        ("", "高空作业，没证不让上。", "balance"),
        ("理货员", "搬货上楼，收银员不用上。", "lift"),
        ("", "箱子要扛上楼，没有电梯。", "lift"),
        ("", "搬货上楼没有电梯。", "stairs"),
        ("", "登高没有护栏。", "balance"),
        ("", "站立没有座位。", "stand"),
        ("", "车间噪音大，没有耳塞。", "noise_tol"),
        ("", "夜班没有宵夜。", "night"),
        ("", "另请搬货时戴手套。", "lift"),
        ("", "能上夜班者另请注明。", "night"),
    ],
)
def test_a_no_to_something_else_takes_nothing_off(title: str, text: str, facet: str) -> None:
    reading = read_posting(title, text, rules_only=True)
    assert facet in {d.facet for d in reading.demands}
    assert facet not in {d.facet for d in reading.not_demanded}


def test_a_no_takes_back_neither_a_fraud_nor_a_provision() -> None:
    reading = read_posting("", "入职交押金300元，公司不用去。有电梯，楼梯不用上。", rules_only=True)
    assert reading.quarantine
    assert [str(p.state) for p in reading.workplace if p.key == "elevator"] == ["yes"]
