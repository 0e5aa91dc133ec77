"""What a few lines say is read, what they do not say stays unknown."""

from __future__ import annotations

import pytest

from data.records import CapabilitySource, Category, Certificate, Education
from data.vocabulary import load_vocabulary
from models.self_description import ReadDescription, read_description

VOCABULARY = load_vocabulary()


def read(text: str) -> ReadDescription:
    return read_description(text, VOCABULARY)


def levels(text: str) -> dict[str, str]:
    return {c.facet: str(c.interval) for c in read(text).jobseeker.capabilities}


@pytest.mark.parametrize(
    "text", ["", "想找份工作", "听力残疾二级", "视力残疾一级，盲人", "智力四级", "我是肢体三级"]
)
def test_a_label_supplies_no_level(text: str) -> None:
    assert levels(text) == {}


@pytest.mark.parametrize("text", ["", "会用电脑打字", "做过两年客服"])
def test_silence_about_a_certificate_is_unknown_and_not_none(text: str) -> None:
    assert read(text).jobseeker.certificate is None


def test_a_stated_category_suspends_and_a_denied_certificate_presumes() -> None:
    assert read("听力残疾").jobseeker.certificate == Certificate((Category.HEARING,))
    assert read("没有残疾证").jobseeker.certificate == Certificate(())


@pytest.mark.parametrize(
    ("text", "facet", "level"),
    [
        ("坐轮椅", "stairs", "0"),
        ("坐轮椅", "mobility", "3"),
        ("听不见", "hear_phone", "0"),
        ("电话听不清", "hear_phone", "0-2"),
        ("看不见，用读屏软件", "screen_access", "3"),
        ("看不见", "vis_near", "0"),
        ("不会说话", "speak", "0-1"),
        ("不能上夜班", "night", "0-1"),
        ("不能久站", "stand", "0-2"),
        ("打字65字", "type", "4"),
        ("打字每分钟45字", "type", "3"),
        ("每分钟能打二十个字", "type", "2"),
        ("打字15个字", "type", "1"),
        ("能久坐", "sit", "4"),
        ("可以上夜班", "night", "4"),
        ("不用拐杖，坐轮椅", "stairs", "0"),
    ],
)
def test_a_plain_statement_is_read(text: str, facet: str, level: str) -> None:
    assert levels(text)[facet] == level


@pytest.mark.parametrize(
    ("text", "facet"),
    [
        ("不坐轮椅", "stairs"),
        ("没有坐轮椅", "stairs"),
        ("不用读屏", "screen_access"),
        ("不会用读屏软件", "screen_access"),
        ("说话不清楚", "speak"),
        ("手不灵活", "hand_both"),
        ("不能接电话", "speak"),
        ("不能久坐", "sit"),
        ("不能倒班", "night"),
        ("不接受夜班", "night"),
        ("不熟悉电脑", "screen_access"),
        ("没学过会计", "numeracy"),
    ],
)
def test_a_denied_statement_is_not_read_as_its_opposite(text: str, facet: str) -> None:
    """What is denied may only leave the level unknown, or low."""
    found = {c.facet: c.interval for c in read(text).jobseeker.capabilities}.get(facet)  # type: ignore[call-overload]
    if facet == "stairs":
        assert found is None or found.hi == 4
    else:
        assert found is None or found.lo == 0


def test_everything_read_is_self_reported_and_listed() -> None:
    found = read("坐轮椅，大专，打字65字，住在天河，想做在线客服，工资不低于四千，可以居家")
    person = found.jobseeker
    assert all(c.source is CapabilitySource.SELF_REPORTED for c in person.capabilities)
    listed = "\n".join(found.understood)
    for word in ("大专", "天河", "在线客服", "4000", "居家"):
        assert word in listed
    for capability in person.capabilities:
        assert VOCABULARY.facets[capability.facet].label.zh in listed
    assert person.education is Education.COLLEGE
    assert person.residence == "440106"
    assert person.wishes.districts == ()
    assert person.wishes.monthly_pay_yuan_min == 4000
    assert person.wishes.remote
    assert person.wishes.occupations == ("在线客服",)


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("大专，坚决不做销售", ("sales",)),
        ("不接受出差，绝对不打电话", ("phone", "travel")),
        ("拒绝夜班", ("night_shifts",)),
        ("不想打电话，不喜欢销售", ()),
        ("坚决要居家，能接电话", ()),
    ],
)
def test_a_firm_refusal_is_a_must_and_a_dislike_is_not(text: str, refused: tuple[str, ...]) -> None:
    description = read(text)
    assert description.jobseeker.musts.refused == refused
    assert any("硬性条件" in line for line in description.understood) is bool(refused)


def test_a_wish_is_no_must() -> None:
    person = read("月薪要5000，想在海珠上班，希望居家").jobseeker
    assert person.musts.wishes == ()
    assert person.musts.provisions == ()


@pytest.mark.parametrize(
    ("text", "level"),
    [("本科毕业", Education.BACHELOR), ("大学专科", Education.COLLEGE),
     ("初中毕业", Education.JUNIOR),
     ("中专", Education.SENIOR), ("硕士研究生", Education.MASTER)],
)  # fmt: skip
def test_schooling_is_read_by_its_longest_name(text: str, level: Education) -> None:
    assert read(text).jobseeker.education is level


@pytest.mark.parametrize(
    ("text", "years"),
    [("做了三年客服", 3), ("做过十年保洁", 10), ("2019年毕业", None), ("残疾证是2008年办的", None)],
)
def test_years_of_experience_are_not_years_of_the_calendar(text: str, years: int | None) -> None:
    assert read(text).jobseeker.experience_years == years
