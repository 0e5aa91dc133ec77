"""How single values stand in a cell: words, numbers, lists, yes and no, levels.

Every function that reads refuses what it does not understand with a `CellError`; none guesses.
Blank never reaches them: blank means unknown and is decided by whoever asks.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, time
from typing import Generic, TypeVar

from data.records import Interval, ProvisionState

T = TypeVar("T")

BLANKS = frozenset({"", "-", "--", "—", "——", "/", "\\", "n/a", "null", "none", "nan"})
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u0000-\u0008\u000b\u000c\u000e-\u001f]")
_FORMULA_START = ("=", "+", "-", "@", "\t")


class CellError(ValueError):
    """A cell that cannot be understood. `code` names the problem in the catalogue of importing;
    `values` fill its sentence and never hold a personal value."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


def clean(value: object) -> str:
    """The text of a cell as a person sees it: no invisible characters, no edge blanks.

    >>> clean("\\u00a0'007\\t"), clean(3.0), clean(None), clean(date(2024, 3, 1))
    ('007', '3', '', '2024-03-01')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        midnight = value.time() == time.min
        return value.date().isoformat() if midnight else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        return "\n".join(clean(v) for v in value)
    text = str(value).replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " ")
    text = _INVISIBLE.sub("", text).strip()
    return text[1:].strip() if text.startswith("'") else text


def is_blank(text: str) -> bool:
    """Whether a cleaned cell says nothing.

    >>> is_blank("——"), is_blank("无")
    (True, False)
    """
    return text.lower() in BLANKS


def normal(text: str) -> str:
    """For comparing: full width folded, lower case, no blanks.

    >>> normal("Ｃ１ 驾照（小车）")
    'c1驾照(小车)'
    """
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).lower()


def storable(text: str) -> str:
    """A text without characters that no spreadsheet can hold; `clean` gives it back."""
    text = _INVISIBLE.sub("", text)
    return f"'{text}" if text.startswith("'") else text


def safe_text(text: str) -> str:
    """A text for a CSV file that no spreadsheet program takes for a formula; `clean` undoes it.

    >>> clean(safe_text("=1+1"))
    '=1+1'
    """
    text = storable(text)
    return f"'{text}" if text.startswith(_FORMULA_START) else text


class Lexicon(Generic[T]):
    """The words by which the entries of one table are known in cells.

    Ids and labels always count; an alias that two entries claim counts for neither.
    """

    def __init__(self, entries: Iterable[tuple[T, Sequence[str], Sequence[str]]]) -> None:
        self._words: dict[str, T] = {}
        claimed: dict[str, set[T]] = {}
        for value, names, aliases in entries:
            for name in names:
                self._words.setdefault(normal(name), value)
            for alias in aliases:
                claimed.setdefault(normal(alias), set()).add(value)
        for word, values in claimed.items():
            if len(values) == 1:
                self._words.setdefault(word, next(iter(values)))
        ordered = sorted(self._words, key=lambda w: (-len(w), w))
        self._pattern = re.compile("|".join(map(re.escape, ordered)) or r"(?!)")

    def get(self, text: str) -> T | None:
        return self._words.get(normal(text))

    def match_at(self, text: str, position: int) -> tuple[T, int] | None:
        """The longest known word that starts there, in text that is already `normal`."""
        found = self._pattern.match(text, position)
        return None if found is None else (self._words[found.group()], found.end())


def one_of(lexicon: Lexicon[T], code: str = "NOT_IN_TABLE") -> Callable[[str], T]:
    """A reader of one word of a table."""

    def read(text: str) -> T:
        found = lexicon.get(text)
        if found is None:
            raise CellError(code)
        return found

    return read


def split_list(text: str) -> tuple[str, ...]:
    """A list in one cell. Semicolons and line ends part it; only without them do commas too.

    >>> split_list("打字、做表，客服")
    ('打字', '做表', '客服')
    >>> split_list("收银、理货；保洁")
    ('收银、理货', '保洁')
    """
    strong = re.split(r"[;；\n]", text)
    parts = strong if len(strong) > 1 else re.split(r"[、,，]", text)
    return tuple(dict.fromkeys(p.strip() for p in parts if p.strip()))


def join_list(items: Iterable[str]) -> str:
    """`split_list(join_list(items)) == items` for items without semicolons and line ends."""
    values = tuple(items)
    if any(re.search(r"[、,，]", v) for v in values):
        return "；".join(values) + ("；" if len(values) == 1 else "")
    return "、".join(values)


def many_of(lexicon: Lexicon[T], code: str = "NOT_IN_TABLE") -> Callable[[str], tuple[T, ...]]:
    """A reader of a list of words of a table; `无` is the empty list."""

    def read(text: str) -> tuple[T, ...]:
        if normal(text) in {"无", "没有"}:
            return ()
        whole = lexicon.get(text)
        if whole is not None:
            return (whole,)
        found = [lexicon.get(part) for part in split_list(text)]
        known = [value for value in found if value is not None]
        if len(known) != len(found) or not known:
            raise CellError(code)
        return tuple(dict.fromkeys(known))

    return read


_YES = frozenset(
    ["是", "有", "对", "已", "同意", "愿意", "希望", "想", "√", "✓", "y", "yes", "true", "1"]
)
_NO = frozenset(
    ["否", "无", "没有", "不", "不同意", "不愿意", "不希望", "×", "x", "n", "no", "false", "0"]
)


def read_yes_no(text: str) -> bool:
    """
    >>> read_yes_no("是"), read_yes_no("×")
    (True, False)
    """
    word = normal(text)
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise CellError("NOT_YES_NO")


_STATES: Mapping[str, ProvisionState] = {
    **dict.fromkeys(["有", "是", "已有", "yes", "y", "√", "✓", "1", "true"], ProvisionState.YES),
    **dict.fromkeys(
        ["可提供", "可以提供", "可", "能提供", "可安排", "可以安排", "offered"],
        ProvisionState.OFFERED,
    ),
    **dict.fromkeys(
        ["无", "没有", "否", "不可", "不能", "不提供", "no", "n", "×", "x", "0", "false"],
        ProvisionState.NO,
    ),
    **dict.fromkeys(
        ["未知", "不详", "不清楚", "不确定", "待确认", "unknown", "?"], ProvisionState.UNKNOWN
    ),
}
STATE_WORDS: Mapping[ProvisionState, str] = {
    ProvisionState.YES: "有",
    ProvisionState.OFFERED: "可提供",
    ProvisionState.NO: "无",
    ProvisionState.UNKNOWN: "未知",
}


def read_state(text: str) -> ProvisionState:
    """
    >>> read_state("可提供")
    <ProvisionState.OFFERED: 'offered'>
    """
    try:
        return _STATES[normal(text)]
    except KeyError:
        raise CellError("NOT_A_PROVISION_STATE") from None


_LEVEL = re.compile(r"([0-4])级?(?:[-~—–至到]([0-4])级?)?")


def read_interval(text: str) -> Interval:
    """
    >>> read_interval("3"), read_interval("2-3")
    (Interval(lo=3, hi=3), Interval(lo=2, hi=3))
    """
    found = _LEVEL.fullmatch(normal(text))
    if found is None:
        raise CellError("NOT_A_LEVEL")
    low = int(found[1])
    high = int(found[2]) if found[2] else low
    if low > high:
        raise CellError("NOT_A_LEVEL")
    return Interval(low, high)


def read_headcount(text: str) -> int:
    """
    >>> read_headcount("招3人")
    3
    """
    found = re.fullmatch(r"招?(\d{1,6})[名人个位]?", normal(text))
    if found is None:
        raise CellError("NOT_A_NUMBER")
    return int(found[1])


def means_several(text: str) -> bool:
    """`若干`: an honest "several", of which only one place is certain."""
    return bool(re.fullmatch(r"招?(若干|不限|多名|数名|多人)[名人]?", normal(text)))


def read_minutes(text: str) -> int:
    """
    >>> read_minutes("60分钟"), read_minutes("1.5小时")
    (60, 90)
    """
    found = re.fullmatch(
        r"(\d+(?:\.\d+)?)(分钟|分|min|小时|个小时|h)?(以内|内|以下)?", normal(text)
    )
    if found is None:
        raise CellError("NOT_A_NUMBER")
    amount = float(found[1]) * (60 if found[2] in {"小时", "个小时", "h"} else 1)
    if not 0 < amount <= 600:
        raise CellError("OUT_OF_RANGE")
    return round(amount)


def read_hours(text: str) -> float:
    """Hours a day; of a range, the longer end, which is what a day may come to.

    >>> read_hours("8小时"), read_hours("4-6")
    (8.0, 6.0)
    """
    number = r"(\d+(?:\.\d+)?)"
    pattern = (
        rf"(?:每天|每日|日均)?{number}(?:[-~—–至到]{number})?(?:个?小时|h)?(?:/天|每天|/日|以内)?"
    )
    found = re.fullmatch(pattern, normal(text))
    if found is None:
        raise CellError("NOT_A_NUMBER")
    hours = float(found[2] or found[1])
    if not 0 < hours <= 24:
        raise CellError("OUT_OF_RANGE")
    return hours


_NO_EXPERIENCE = re.compile(
    r"(工作)?(经验)?(不限|无|无需|无要求|不要求)(工作)?(经验)?(要求)?|无工作经验|在校(生)?(/应届(生)?)?|应届(毕业)?生?"
)


def read_years(text: str) -> float:
    """Years of experience; of a range, the shorter end, which is what is asked.

    >>> read_years("3-4年经验"), read_years("经验不限"), read_years("半年")
    (3.0, 0.0, 0.5)
    """
    word = normal(text)
    if _NO_EXPERIENCE.fullmatch(word):
        return 0.0
    if word in {"半年", "半年以上"}:
        return 0.5
    if re.fullmatch(r"\d+年?以[下内](?:工作)?(?:经验)?", word):
        return 0.0
    number = r"(\d+(?:\.\d+)?)"
    tail = r"(?:及?以上|左右)?(?:工作)?(?:经验|经历)?(?:及?以上)?"
    found = re.fullmatch(rf"{number}(?:[-~—–至到]{number})?(个月|年|岁)?{tail}", word)
    if found is None or found[3] == "岁":
        raise CellError("NOT_A_NUMBER")
    years = float(found[1]) / (12 if found[3] == "个月" else 1)
    if years > 70:
        raise CellError("OUT_OF_RANGE")
    return years


def write_number(value: float) -> str:
    """
    >>> write_number(8.0), write_number(7.5)
    ('8', '7.5')
    """
    return str(int(value)) if float(value).is_integer() else repr(float(value))
