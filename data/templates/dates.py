"""Days and months as they stand in cells."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

from data.templates.cells import CellError, normal

_EXCEL_DAY_ZERO = date(1899, 12, 30)
_FORMS = (
    re.compile(
        r"(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})日?(?:t?\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?)?"
    ),
    re.compile(r"(\d{4})(\d{2})(\d{2})"),
    re.compile(r"(\d{4})[-./年](\d{1,2})月?"),
    re.compile(r"(\d{4})(\d{2})"),
)


def read_date(text: str, *, end: bool = False) -> date:
    """A day. A month alone is its first day, or its last where the end of a period is meant.

    >>> read_date("2024.3.1") == read_date("20240301") == read_date("45352") == date(2024, 3, 1)
    True
    >>> read_date("2024年3月"), read_date("2024年3月", end=True)
    (datetime.date(2024, 3, 1), datetime.date(2024, 3, 31))
    """
    word = normal(text)
    if re.fullmatch(r"\d{5}(?:\.\d+)?", word):
        return _EXCEL_DAY_ZERO + timedelta(days=int(float(word)))
    for form in _FORMS:
        found = form.fullmatch(word)
        if found is not None:
            numbers = [int(n) for n in found.groups()]
            return _day(numbers, end=end)
    raise CellError("NOT_A_DATE")


def _day(numbers: list[int], *, end: bool) -> date:
    year, month = numbers[0], numbers[1]
    if not (1900 <= year <= 2100 and 1 <= month <= 12):
        raise CellError("NOT_A_DATE")
    if len(numbers) == 2:
        return date(year, month, calendar.monthrange(year, month)[1] if end else 1)
    try:
        return date(year, month, numbers[2])
    except ValueError:
        raise CellError("NOT_A_DATE") from None


def is_open_ended(text: str) -> bool:
    """
    >>> is_open_ended("长期有效")
    True
    """
    return normal(text) in {"长期", "长期有效", "永久", "无期限", "不限"}


def add_months(day: date, months: int) -> date:
    """
    >>> add_months(date(2024, 1, 31), 1)
    datetime.date(2024, 2, 29)
    """
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
