"""Pay as offices and job sites write it, and the monthly range that it comes to."""

from __future__ import annotations

import re

from data.records import Pay, PayPeriod
from data.templates.cells import CellError, Lexicon, normal, write_number

DAYS_PER_MONTH = 21.75
"""Paid working days of a month: 人社部发〔2025〕2号, which keeps 劳社部发〔2008〕3号's figure."""

_UNITS = {"万": 10_000.0, "w": 10_000.0, "千": 1_000.0, "k": 1_000.0, "百": 100.0, "": 1.0}
_PERIODS = {
    **dict.fromkeys(["年"], PayPeriod.YEAR),
    **dict.fromkeys(["月", "个月"], PayPeriod.MONTH),
    **dict.fromkeys(["天", "日", "工日"], PayPeriod.DAY),
    **dict.fromkeys(["时", "小时", "钟", "h"], PayPeriod.HOUR),
    **dict.fromkeys(["件", "单", "个", "份", "次"], PayPeriod.PIECE),
}
_PERIOD_NAMES = "|".join(sorted(_PERIODS, key=len, reverse=True))
_NUMBER = r"(\d+(?:\.\d+)?)"
_GRAMMAR = re.compile(
    rf"(?P<prefix>年薪|月薪|日薪|时薪|计件|底薪|保底|基本工资|综合工资|综合|工资|薪资|约)?:?"
    rf"{_NUMBER}(?P<unit1>[万千百kw])?元?"
    rf"(?:[-~—–至到]{_NUMBER}(?P<unit2>[万千百kw])?)?"
    rf"(?:元|块|rmb)?"
    rf"(?P<bound1>及?以上|起|及?以下|以内|左右)?"
    rf"(?:(?:/|每|一)?(?P<period>{_PERIOD_NAMES}))?"
    rf"(?P<bound2>及?以上|起|及?以下|以内|左右)?"
    rf"(?:[·.*x×,，]?\d+(?:\.\d+)?薪)?"
    rf"(?P<plus>\+.*)?"
)
_PREFIXES = {
    "年薪": PayPeriod.YEAR, "月薪": PayPeriod.MONTH, "日薪": PayPeriod.DAY,
    "时薪": PayPeriod.HOUR, "计件": PayPeriod.PIECE,
}  # fmt: skip
_OPEN_WORDS = {"面议", "薪资面议", "工资面议", "待遇面议", "另议", "详谈"}
PERIOD_WORDS = {
    PayPeriod.MONTH: "月薪",
    PayPeriod.YEAR: "年薪",
    PayPeriod.DAY: "日薪",
    PayPeriod.HOUR: "时薪",
    PayPeriod.PIECE: "计件",
}
_WRITTEN = {
    PayPeriod.MONTH: "元/月", PayPeriod.YEAR: "元/年", PayPeriod.DAY: "元/天",
    PayPeriod.HOUR: "元/时", PayPeriod.PIECE: "元/件",
}  # fmt: skip
PERIOD_LEXICON: Lexicon[PayPeriod] = Lexicon(
    (period, [word, period.value], [word[0], f"按{word[0]}", f"{word[0]}结", f"按{word[0]}计"])
    if period is not PayPeriod.PIECE
    else (period, [word, period.value], ["按件", "按件计酬", "计件制"])
    for period, word in PERIOD_WORDS.items()
)


def read_pay(
    text: str, *, period: PayPeriod | None = None, hours_per_day: float | None = None
) -> Pay | None:
    """Pay with the monthly range it comes to. None where the text says that it is negotiable.

    >>> read_pay("7千-1.2万·13薪")
    Pay(period=<PayPeriod.MONTH: 'month'>, low=7000.0, high=12000.0, monthly_yuan_low=7000, monthly_yuan_high=12000)
    >>> read_pay("20元/时").monthly_yuan_low is None
    True
    >>> read_pay("面议") is None
    True
    """  # noqa: E501 - the answer as Python prints it
    word = re.sub(r"(?<=\d)[,，](?=\d{3})", "", normal(text)).replace("¥", "").replace("￥", "")
    if word in _OPEN_WORDS:
        return None
    if word in {"计件", "按件计酬", "计件工资", "计件制", "多劳多得"}:
        return Pay(PayPeriod.PIECE)
    found = _GRAMMAR.fullmatch(word)
    if found is None:
        raise CellError("NOT_A_PAY")
    stated = _stated_period(found["prefix"], found["period"])
    if period is not None and stated is not None and period is not stated:
        raise CellError("PAY_PERIOD_MISMATCH")
    actual = stated or period or PayPeriod.MONTH
    low, high = _range(found)
    if actual in {PayPeriod.MONTH, PayPeriod.YEAR} and max(low or 0, high or 0) < 100:
        raise CellError("PAY_UNIT_UNCLEAR")
    return with_monthly(Pay(actual, low, high), hours_per_day)


def _stated_period(prefix: str | None, suffix: str | None) -> PayPeriod | None:
    before = _PREFIXES.get(prefix or "")
    after = _PERIODS[suffix] if suffix else None
    if before is not None and after is not None and before is not after:
        raise CellError("PAY_PERIOD_MISMATCH")
    return after or before


def _range(found: re.Match[str]) -> tuple[float | None, float | None]:
    first, second = float(found[2]), float(found[4]) if found[4] else None
    unit1, unit2 = found["unit1"], found["unit2"]
    if second is None:
        amount = round(first * _UNITS[unit1 or ""], 2)
        bound = found["bound1"] or found["bound2"] or ""
        if "下" in bound or "内" in bound:
            return None, amount
        if "上" in bound or bound == "起" or found["plus"]:
            return amount, None
        return amount, amount
    if unit1 is None and unit2 is not None and first * _UNITS[unit2] <= second * _UNITS[unit2]:
        unit1 = unit2  # "1-1.5万" speaks of ten thousands on both sides
    if unit2 is None and unit1 is not None and second < 1000:
        unit2 = unit1
    low = round(first * _UNITS[unit1 or ""], 2)
    high = round(second * _UNITS[unit2 or ""], 2)
    if low > high:
        raise CellError("RANGE_UPSIDE_DOWN")
    return low, high


def with_monthly(pay: Pay, hours_per_day: float | None) -> Pay:
    """The same pay with its monthly range: a year has 12 months, a month 21.75 working days.

    Hourly pay has one only where the hours are known, piece rates never.
    """
    if pay.period is PayPeriod.HOUR and hours_per_day is None:
        factor = None
    else:
        factor = {
            PayPeriod.MONTH: 1.0,
            PayPeriod.YEAR: 1 / 12,
            PayPeriod.DAY: DAYS_PER_MONTH,
            PayPeriod.HOUR: DAYS_PER_MONTH * (hours_per_day or 0),
        }.get(pay.period)
    if factor is None:
        return Pay(pay.period, pay.low, pay.high)
    low = None if pay.low is None else round(pay.low * factor)
    high = None if pay.high is None else round(pay.high * factor)
    return Pay(pay.period, pay.low, pay.high, low, high)


def write_pay(pay: Pay) -> str:
    """The text of a pay; `read_pay` gives it back. Empty where it states no amount.

    >>> write_pay(Pay(PayPeriod.HOUR, 20, 25))
    '20-25元/时'
    """
    unit = _WRITTEN[pay.period]
    if pay.low is None and pay.high is None:
        return ""
    if pay.low is None:
        return f"{write_number(pay.high or 0)}{unit}以下"
    if pay.high is None:
        return f"{write_number(pay.low)}{unit}以上"
    if pay.low == pay.high:
        return f"{write_number(pay.low)}{unit}"
    return f"{write_number(pay.low)}-{write_number(pay.high)}{unit}"
