"""Schooling, years, pay and rank, read from the words in which profiles and postings state them.

A placement officer does not offer a head accountant's post to a beginner, nor an internship to
someone with eight years of work, however well the words agree.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_SCHOOLS = (
    (7, "博士"), (6, "硕士|研究生"), (5, "本科|学士|大学毕业|大学学历"), (4, "大专|专科|高职"),
    (3, "高中|中专|中技|技校|职高|职业高中|中职"), (2, "初中|九年义务"), (1, "小学"),
)  # fmt: skip
_SCHOOL = tuple((step, re.compile(words)) for step, words in _SCHOOLS)
_SCHOOL_ASKED = re.compile(
    "(博士|硕士|研究生|本科|大专|专科|高中|中专|中技|初中)[^,，。;；]{0,4}(以上|学历|毕业|优先)?"
)
_ANY_SCHOOL = re.compile("不限|无要求")
_DIGITS = {"零": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7,
           "八": 8, "九": 9, "十": 10, "半": 0.5}  # fmt: skip
_NUMBER = "[0-9.]+|[一二两三四五六七八九十]+"
_YEARS = re.compile(rf"({_NUMBER})\s*(?:多|来)?\s*年(半)?(?!级|前|底|薪|龄|终|会|轻|度|纪|\d)")
_HALF = re.compile("半年")
_MONTHS = re.compile(rf"({_NUMBER})\s*个月")
_NOVICE = re.compile(
    "没上过班|没有?(正式)?(的)?(工作|上班|开发)?(过|经验)|没有正式|无(工作)?经验|应届|刚毕业|零经验|零基础"
    "|自学|转行|实习"
)
_ASKED = re.compile(
    r"([0-9一二两三四五六七八九十]+)\s*[-~至到]?\s*([0-9]*)\s*年(以上|及以上)?[^,，。;；]{0,12}经[验历]"
)
_NO_YEARS = re.compile("不限|无(需|工作)?经验|无经验|应届|在读")
_PAY = re.compile(r"([0-9.]+)\s*(千|万|k|w)?\s*[-~到至]\s*([0-9.]+)\s*(千|万|k|w|元)?", re.I)
_PAY_ONE = re.compile(r"([0-9.]+)\s*(千|万|k|w|元)?", re.I)
_UNITS = {"千": 1e3, "k": 1e3, "万": 1e4, "w": 1e4}
_WISH_PAY = re.compile(
    r"([0-9.]+|[一二两三四五六七八九])([一二两三四五六七八九])?(千|万|k|w)([一二两三四五六七八九0-9])?",
    re.I,
)
_PAY_CLAUSE = re.compile(r"[^,，。;；\n]*(?:工资|薪|待遇|到手|收入|左右|元)[^,，。;；\n]*")
_SENIOR = re.compile(
    "总监|总经理|副总|首席|专家|架构|合伙人|院长|园长|校长|负责人|总裁|vp|cfo|cto", re.I
)
_LEADING = re.compile(
    "主管|经理|组长|店长|主任|领班|班长|部长|高级|资深|leader|督导|统筹|主办", re.I
)
_HELPING = re.compile("助理|文员|专员|初级|学徒|储备|培训生")
_TRAINEE = re.compile("实习|见习|管培|管理培训|应届|校招|兼职|暑假|寒假")
_NOT_LEADING = re.compile(
    "(经理|主管|总监|总经理|副总|总裁|店长|董事长)助理|客户经理|大客户经理|产品经理|项目经理"
)


@dataclass(frozen=True, slots=True)
class PersonLevel:
    """What a person brings: schooling (0..7), years of work, pay they hope for. None: not said."""

    education: int | None
    years: float | None
    pay: float | None


def education_step(text: str, *, asked: bool = False) -> int | None:
    """The schooling that a text names, 0..7; for a posting (`asked`) the lowest that suffices.

    >>> education_step("本科及以上"), education_step("学历不限"), education_step("")
    (5, 0, None)
    """
    if asked:
        found = _SCHOOL_ASKED.search(text)
        return education_step(found.group(1)) if found else None
    steps = [step for step, words in _SCHOOL if words.search(text)]
    if steps:
        return max(steps)
    return 0 if _ANY_SCHOOL.search(text) else None


def number(text: str) -> float | None:
    """A small number in digits or Chinese: 3, 1.5, 三, 十, 十二."""
    try:
        return float(text)
    except ValueError:
        pass
    if text.startswith("十"):
        return 10.0 + _DIGITS.get(text[1:], 0) if len(text) > 1 else 10.0
    return float(_DIGITS[text]) if text in _DIGITS else None


def years_told(text: str) -> float | None:
    """How long a person has worked, from their own words: the longest stretch named.

    >>> years_told("做了三年客服"), years_told("给朋友的店回消息1年半"), years_told("没上过班")
    (3.0, 1.5, 0.0)
    """
    found = [0.5] if _HALF.search(text) else []
    found += [
        value + (0.5 if m.group(2) else 0.0)
        for m in _YEARS.finditer(text)
        if (value := number(m.group(1))) is not None and value <= 45
    ]
    found += [v / 12 for m in _MONTHS.finditer(text) if (v := number(m.group(1))) is not None]
    if found:
        return max(found)
    return 0.0 if _NOVICE.search(text) else None


def years_asked(text: str, *, free: bool = False) -> float | None:
    """Years that a posting asks for: from its field, or (`free`) from its text.

    >>> years_asked("3-4年经验"), years_asked("经验不限"), years_asked("")
    (3.0, 0.0, None)
    """
    if not text:
        return None
    if free:
        found = _ASKED.search(text)
        return number(found.group(1)) if found and (number(found.group(1)) or 99) <= 15 else None
    if _NO_YEARS.search(text):
        return 0.0
    match = re.search(r"[0-9]+", text)
    return float(match.group()) if match else None


def monthly_pay(text: str) -> tuple[float | None, float | None]:
    """Low and high pay in yuan a month as job sites write it; (None, None) when not readable.

    >>> monthly_pay("6千-1.2万·13薪"), monthly_pay("3500-6000"), monthly_pay("12-18万/年")
    ((6000.0, 12000.0), (3500.0, 6000.0), (10000.0, 15000.0))
    """
    factor = 1 / 12 if "年" in text else 21.75 if "天" in text or "日" in text else 1.0
    factor = 168.0 if "时" in text else factor
    match = _PAY.search(text)
    if match:
        low_unit = _UNITS.get((match.group(2) or match.group(4) or "").lower(), 1.0)
        high_unit = _UNITS.get((match.group(4) or match.group(2) or "").lower(), 1.0)
        low, high = float(match.group(1)) * low_unit, float(match.group(3)) * high_unit
        return round(low * factor, 2), round(max(low, high) * factor, 2)
    one = _PAY_ONE.search(text)
    if one is None:
        return None, None
    value = round(float(one.group(1)) * _UNITS.get((one.group(2) or "").lower(), 1.0) * factor, 2)
    return value, value


def pay_hoped(text: str) -> float | None:
    """The pay a person names, yuan a month.

    >>> pay_hoped("工资四千左右"), pay_hoped("一万五左右"), pay_hoped("工资四五千就可以")
    (4000.0, 15000.0, 4500.0)
    """
    clauses = " ".join(_PAY_CLAUSE.findall(text))
    for match in _WISH_PAY.finditer(clauses):
        value = number(match.group(1))
        if value is None:
            continue
        unit = _UNITS[match.group(3).lower()]
        if match.group(2):
            value = (value + float(_DIGITS[match.group(2)])) / 2
        rest = number(match.group(4)) if match.group(4) else None
        pay = value * unit + (rest or 0.0) * unit / 10
        if 1500 <= pay <= 100_000:
            return pay
    return None


def rank_in_title(title: str) -> float:
    """How high a post stands by its title: -1 trainee, -0.3 helper, 0 plain, 1 leading, 2 head.

    >>> rank_in_title("财务经理"), rank_in_title("经理助理"), rank_in_title("客服实习生")
    (1.0, -0.3, -1.0)
    """
    plain = _NOT_LEADING.sub("助理" if "助理" in title else "", title)
    if _TRAINEE.search(plain):
        return -1.0
    if _SENIOR.search(plain):
        return 2.0
    if _LEADING.search(plain):
        return 1.0
    return -0.3 if _HELPING.search(plain) else 0.0


def person_level(experience: str, everything: str) -> PersonLevel:
    """What can be known of a person's level from their words."""
    years = years_told(experience)
    return PersonLevel(
        education_step(everything),
        years_told(everything) if years is None else years,
        pay_hoped(everything),
    )
