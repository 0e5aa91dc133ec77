"""Demands that a figure decides: kilograms, characters per minute, and the hours of a shift.

The bands are those of the facet vocabulary: lifting at 4.5, 9 and 23 kg, typing at 20, 40 and 60
characters a minute, nights by how late a shift ends and whether it crosses the small hours.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from data.records import FacetId, Interval
from models.reading.nouns import DemandKind
from models.reading.passage import Passage

_HAN = {"零": 0, "半": 0.5, "一": 1, "两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6}
_HAN |= {"七": 7, "八": 8, "九": 9, "十": 10, "十一": 11, "十二": 12, "十五": 15, "二十": 20}
_HAN |= {"三十": 30, "四十": 40, "五十": 50, "六十": 60, "八十": 80, "百": 100, "一百": 100}
_ONES = frozenset("一二三四五六七八九")
_N = r"(\d+(?:\.\d+)?|[半一两二三四五六七八九十百]+来?)"


@dataclass(frozen=True, slots=True)
class Measured:
    """One facet that a figure asks for, and where the figure stands."""

    facet: FacetId
    interval: Interval
    kind: DemandKind
    start: int
    end: int


def number(written: str) -> float | None:
    """A figure in digits or simple Chinese numerals.

    >>> number("12"), number("零"), number("三四"), number("十五六"), number("若干")
    (12.0, 0, 4, 16, None)
    >>> number("五六十"), number("一百二十"), number("一百五"), number("一百零五")
    (60, 120, 150, 105)
    """
    try:
        return float(written)
    except ValueError:
        known = _HAN.get(written)
        return _han(written) if known is None else known


def _han(written: str) -> float | None:
    """Numerals up to 199, and the loose ones of two neighbours: 三四 is at most four."""
    head, hundred, tail = written.rpartition("百")
    if hundred and tail and head in {"", "一"}:
        rest = number(tail.removeprefix("零"))
        # 一百五 is 150, 一百零五 is 105.
        return None if rest is None else 100 + rest * (10 if tail in _ONES else 1)
    tens, ten, ones = written.rpartition("十")
    count = _HAN.get(tens[-1:], 1) if ten else 0
    if not ones or ones == "来":
        return count * 10 or None
    if len(ones) > 2 or not all(one in _HAN for one in ones) or (len(ones) == 1 and not ten):
        return None
    return count * 10 + _HAN[ones[-1]]


def band(value: float, limits: tuple[float, ...]) -> int:
    """On which step a value stands: 1 up to the first limit, then one more per limit."""
    return 1 + sum(value > limit for limit in limits)


_TYPING = re.compile(
    rf"(?:打字|录入|输入|盲打|速录|速度)[^,。;!?\n]{{0,10}}?{_N}(?:-{_N})?(?:个)?(?:汉字|中文字|字|wpm)"
    rf"[^,。;!?\n\d]{{0,5}}(?:以上)?"
    rf"|(?:每分钟|一分钟|1分钟)[^,。;!?\n\d]{{0,6}}?{_N}(?:-{_N})?个?(?:汉字|中文字|字)(?:以上)?"
    rf"|{_N}(?:-{_N})?个?(?:汉字|中文字|字)以?上?(?:/|每|一)(?:分钟?|min)(?:以上)?"
)
_TYPING_WORDS = ("打字", "录入", "输入", "盲打", "速录", "字/", "字每", "字一", "分钟")
_WEIGHT = re.compile(
    rf"(?:约|单件|每[箱件袋包盒桶筐框捆]|重|负重|搬|提|扛|不超过|低于|小于|在|达|到|有)?\s*{_N}(?:-{_N})?"
    rf"(公斤|千克|kg|斤)(?:左右|以上|以内|以下|上下)?"
)
_WEIGHT_TALK = re.compile(
    r"搬|扛|抬|提|装卸|卸货|上货|上下货|货物|货品|箱|袋|筐|框|捆|桶|盒|包裹|件|负重|重物|重量|推|米面|面粉|布匹|大件|物料|饲料|水|肥"
)
_CARRYING = re.compile(r"搬(?![迁家])|扛|抬|提(?![供成前升高醒出交])|装卸|卸货|上车|上架")
_NO_WEIGHT_TALK = re.compile(r"体重|身高|底薪|月薪|元|价|产量|减重|瘦")
_LIFT_RARELY = re.compile(r"推车|小推车|叉车|手拉车|板车|地牛|电动搬运|轻")

# No part of an hour: a weekday ("周五十一点"), a decimal ("零点五天"), a comparison ("晚一点").
_HAN_HOUR = (
    "二十[一二三四]?|十[一二三四五六七八九]?|一二|二三|三四|四五|五六|六七|七八|八九"
    "|零(?=[点时](?![一二三四五六七八九活]))|(?<![早晚慢快松好多少])一|[两二三四五六七八九]"
)
_HOUR = (
    r"(凌晨|清晨|早上|早|上午|中午|下午|傍晚|晚上|晚间|(?<![最不])晚(?!于)|夜间|夜里|深夜|次日|第二天|翌日|隔天|当晚)?"
    r"(?:上班|下班)?(?:次日|凌晨|早上?)?"
    rf"(?:(\d{{1,2}})(?:(?:[:点时](半|\d{{2}})?)分?)?|({_HAN_HOUR})[点时]?(半)?)"
)
_RANGE = re.compile(_HOUR + r"(?:上班)?\s*(?:-{1,2}|~|到|至|—)\s*" + _HOUR)
_UNTIL = re.compile(
    r"(?:最晚|晚场|晚市|干|站|熬|直播|营业|工作|值守|值班|上班|晚班|中班|加班|排班|加钟|开|做|忙|播|直播|下班|收亭|收摊|收档|关门|打烊|关店|闭店|结束|出勤)"
    r"[^,。;!?\n\d零一二三四五六七八九十]{0,4}(?:到|至|为|在)?" + _HOUR
)
_INTO_THE_NIGHT = re.compile(r"(?:到|至)(?=晚|夜|凌晨|深夜|午夜)" + _HOUR)
_CLOSING = re.compile(
    _HOUR + r"(?:才|后|左右|就)?"
    r"(?:锁门|下班|收工|收亭|收档|收摊|打烊|关门|关店|闭店|闭馆|交班|结束|散场|熄灯|下播)"
)
_DEEP_NIGHT = {"夜间", "夜里", "深夜"}
_AT_NIGHT = {"晚上", "晚", "晚间", "当晚"} | _DEEP_NIGHT
_AFTER_NOON = {"下午", "傍晚"} | _AT_NIGHT
_MORNING = {"次日", "凌晨", "早上", "早", "清晨", "第二天", "翌日"}
_NOT_A_SHIFT = re.compile(r"面试|咨询|来电|致电|联系|公交|地铁|营业执照")
_CLOCK_HAND = re.compile(r"[\d零一两二三四五六七八九十](?:点|:|时)")
_FROM_TO = re.compile(
    _HOUR
    + r"(?:上班|上岗|进组|进场|到岗|接班|开工|开始)[,、 ]?"
    + _HOUR
    + r"(?:才)?(?:下班|收工|交班|结束)"
)
_NOT_ONE_DAY = re.compile(
    r"营业|开放|之间|班次|轮|休息|午休|用餐|两班|三班|[早中晚a-c]班|任选|排|弹性|咨询|会议|培训"
)
_FEW_A_MONTH = re.compile(
    r"(?:每个?|一个?)月[^,。;!?\n休假奖薪]{0,6}?(?<![\d十])[1-5一两二三四五几](?:次|回|晚|夜)"
)
"""So few nights a month are one level less than a shift through the small hours."""
_EARLY = re.compile(
    r"凌晨(\d|[一两二三四五])点(?:半)?(?:上班|上岗|开工|到岗|开始|出摊|出档|开档|起床|进货)?"
)


def measured(passage: Passage, text: str) -> Iterator[Measured]:
    """Every demand that a figure of this passage decides."""
    yield from _typing(text)
    if "斤" in text or "kg" in text or "千克" in text:
        yield from _weights(passage, text)
    if "点" in text or ":" in text or "时" in text:
        yield from _shifts(passage, text)


def _typing(text: str) -> Iterator[Measured]:
    if not any(word in text for word in _TYPING_WORDS):
        return
    for found in _TYPING.finditer(text):
        first = next((g for g in found.groups() if g), "")
        speed = number(first)
        if speed is None or not 5 <= speed <= 200:
            continue
        level = 1 if speed < 20 else 2 if speed < 40 else 3 if speed < 60 else 4
        yield Measured(
            FacetId("type"), Interval.exactly(level), DemandKind.EXPLICIT,
            found.start(), found.end(),
        )  # fmt: skip


def _weights(passage: Passage, text: str) -> Iterator[Measured]:
    for found in _WEIGHT.finditer(text):
        begin, stop = passage.clause(found.start(), found.end())
        sentence_begin, sentence_end = passage.sentence(found.start(), found.end())
        clause, before = text[begin:stop], text[sentence_begin : found.end()]
        is_carried = _WEIGHT_TALK.search(before + clause) or _CARRYING.search(
            text[stop:sentence_end]
        )
        if not is_carried or _NO_WEIGHT_TALK.search(clause):
            continue
        value = number(found.group(2) or found.group(1))
        if value is None:
            continue
        kilograms = value / 2 if found.group(3) == "斤" else value
        if kilograms > 120:
            continue
        level = band(kilograms, (4.5, 9.5, 23))
        if _LIFT_RARELY.search(clause) and level > 1:
            level -= 1
        start = max(begin, text.rfind("、", begin, found.start()) + 1, found.start() - 24)
        yield Measured(
            FacetId("lift"), Interval.exactly(level), DemandKind.EXPLICIT, start, found.end()
        )


def _clock(part: str | None, digits: str | None, minutes: str | None, han: str | None,
           half: str | None) -> float | None:  # fmt: skip
    hour = float(digits) if digits else number(han or "")
    if hour is None or hour > 24:
        return None
    if minutes == "半" or half:
        hour += 0.5
    elif minutes:
        hour += int(minutes) / 60
    if part in _AT_NIGHT and 12 <= hour < 13:
        hour += 12
    # "晚上三点" is in the small hours, "晚上五点" is not, "夜里四点" is.
    early = 6 if part in _DEEP_NIGHT else 4 if part in _AT_NIGHT else 0
    if part in _AFTER_NOON and early <= hour < 12:
        hour += 12
    if part in {"中午"} and hour < 6:
        hour += 12
    return hour


def _night_of(start: float, end: float) -> int | None:
    """How late a shift runs: 2 into the evening, 3 to midnight, 4 through the small hours."""
    if end <= start:
        end += 24
    if start < 3.75 or (end > 25 and start < 25):
        return 4
    if start < 5:
        return 4
    if end > 23.25:
        return 3
    return 2 if end > 20.25 else None


def _shifts(passage: Passage, text: str) -> Iterator[Measured]:
    taken: list[tuple[int, int]] = []
    days: list[tuple[re.Match[str], float]] = []
    for found in _RANGE.finditer(text):
        begin, stop = passage.clause(found.start(), found.end())
        if not _is_clock(found.group()) or _NOT_A_SHIFT.search(text[begin:stop]):
            continue
        hours = _hours(found)
        if hours is None:
            continue
        taken.append(found.span())
        level = _night_of(*hours)
        is_rare = level == 4 and bool(_FEW_A_MONTH.search(text[begin:stop]))
        yield from _night(3 if is_rare else level, found)
        if not _NOT_ONE_DAY.search(text[slice(*passage.sentence(*found.span()))]):
            days.append((found, (hours[1] - hours[0]) % 24))
    yield from _day(days)
    for found in _FROM_TO.finditer(text):
        hours = _hours(found)
        if hours is not None:
            taken.append(found.span())
            yield from _night(_night_of(*hours), found)
    ends = (_UNTIL, _INTO_THE_NIGHT, _CLOSING)
    for found in (f for pattern in ends for f in pattern.finditer(text)):
        if not any(a < found.end() and found.start() < b for a, b in taken):
            yield from _night(_night_until(found), found)
    for found in _EARLY.finditer(text):
        if not any(a <= found.start() < b for a, b in taken):
            hour = number(found.group(1))
            if hour is not None and hour < 5:
                yield from _night(4 if hour >= 2 else 3, found)


def _day(ranges: list[tuple[re.Match[str], float]]) -> Iterator[Measured]:
    """How long a working day is, when one or two spans of hours make it up."""
    if not 1 <= len(ranges) <= 2:
        return
    hours = sum(length for _, length in ranges)
    level = 1 if hours <= 2.5 else 2 if hours <= 5 else 4 if 10 <= hours <= 14 else None
    if level is not None and hours >= 1 and (level < 4 or len(ranges) == 1):
        yield Measured(
            FacetId("endurance"), Interval.exactly(level), DemandKind.IMPLICIT, *ranges[0][0].span()
        )


def _night(level: int | None, found: re.Match[str]) -> Iterator[Measured]:
    if level is not None:
        yield Measured(
            FacetId("night"), Interval.exactly(level), DemandKind.EXPLICIT, *found.span()
        )


def _hours(found: re.Match[str]) -> tuple[float, float] | None:
    """Start and end of a shift, with the half of the day filled in where it is left unsaid."""
    groups = found.groups()
    start, end = _clock(*groups[:5]), _clock(*groups[5:])
    if start is None or end is None:
        return None
    is_late = groups[5] is None and groups[0] in _AFTER_NOON and start >= 12
    if is_late and start - 12 < end <= 12:
        end += 12
    if end < start < 12 and start >= 5 and groups[5] not in _MORNING:
        end += 12
    if groups[0] is None and start < 7 and (end - start) % 24 > 14:
        return None
    return start, end


def _night_until(found: re.Match[str]) -> int | None:
    """How late a posting is open, or a shift ends, when only the end is given."""
    words, groups = found.group(), found.groups()
    end = _clock(*groups)
    if end is None or not _CLOCK_HAND.search(words):
        return None
    if end < 6 and (groups[0] in _AT_NIGHT or re.search(r"凌晨|夜|零[点时]|0[点时]", words)):
        return 3
    if groups[0] is None and end in {0.0, 1.0, 2.0} and "点" in words:
        return 3
    if end >= 20.25:
        return 2 if end <= 23.25 else 3
    return None


def _is_clock(words: str) -> bool:
    return bool(re.search(r"[:点]|[\d零一二三四五六七八九十]时", words))
