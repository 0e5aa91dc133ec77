"""A few lines in a person's own words, read into a profile that the matcher can judge.

Only plain statements are taken: a figure for typing, a school, a district, "坐轮椅". A disability
word supplies no level; it says which presumptions fall away. Everything that was read is listed,
so that the person or the clerk can correct it; what was not said stays unknown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

from data.clauses import parse_interval
from data.duties import fold
from data.records import (
    Capability,
    CapabilitySource,
    Category,
    Certificate,
    DistrictCode,
    DutyId,
    Education,
    FacetId,
    Interval,
    Jobseeker,
    JobseekerId,
    Musts,
    Wishes,
)
from data.strict_yaml import parse_yaml
from data.vocabulary import Language, Vocabulary

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九十")} | {"两": 2, "半": 0.5}
_TYPING = re.compile(
    r"(?:打字|录入|每分钟|一分钟|分钟能打)[^，。；\d一二三四五六七八九十]{0,8}"
    r"(\d{2,3}|[一二三四五六七八九]十[一二三四五六七八九多几]?)\s*(?:个|多个)?(?:字|多字)"
)
_YEARS = re.compile(r"(?<!\d)(\d{1,2}|[一二两三四五六七八九十半])\s*年(?:多|半)?")
_PAY = re.compile(r"(?:月薪|工资|薪资|薪水|收入)[^，。；\d]{0,8}(\d{4,5}|[一二两三四五六七八九]千)")
_WISH = re.compile(
    r"(?:(?:想|希望|打算)(?:继续)?(?:在家|居家|就近)?(?:里)?(?:找|做|当|干)|应聘|求职意向|意向)(?:一?[份个])?[:：]?"
    r"([^，。；,;\n]{2,16}?)(?:的?(?:工作|岗位|活儿?|职位))?(?=[，。；,;\n]|$)"
)
_DENIED = re.compile(r"(?:不|没|没有|无需|不会|不用|别|未)(?:学过|做过|干过|用过|会|懂|能)?$")
_HOME = re.compile(r"(?:居家|在家)(?:办公|工作|上班|做|干|就业|也行|可以)?")
_CLAUSE = re.compile(r"[^，。；,;!！?？\n]+")
_FIRMLY_NOT = re.compile(
    "(?:坚决|绝对|绝|一定|肯定|说什么也?|打死也?|无论如何都?)(?:不|别)|不接受|不考虑|拒绝|谢绝"
)
_LIVES = re.compile(r"(?:住在?|家在|户籍在?)[^，。；]{0,6}$")


Statement = tuple[re.Pattern[str], re.Pattern[str] | None, dict[FacetId, Interval]]
"""What is said, what would make it mean less, and the levels that follow."""

INLINE_ID = JobseekerId("自述")
"""The id of a person who is described and not registered."""


@dataclass(frozen=True, slots=True)
class ReadDescription:
    """The profile that was read and, line by line, what was understood."""

    jobseeker: Jobseeker
    understood: tuple[str, ...]


@lru_cache(maxsize=1)
def _table() -> tuple[list[Statement], list[list[int]]]:
    text = (resources.files("data.vocabulary") / "self_description.yaml").read_text("utf-8")
    raw: Any = parse_yaml(text)
    statements = [
        (
            re.compile(s["pattern"], re.IGNORECASE),
            re.compile(s["unless"]) if "unless" in s else None,
            {FacetId(f): parse_interval(v, f) for f, v in s["levels"].items()},
        )
        for s in raw["statements"]
    ]
    return statements, raw["typing_levels"]


def read_description(
    text: str, vocabulary: Vocabulary, jobseeker_id: JobseekerId = INLINE_ID
) -> ReadDescription:
    """Read a free description. Nothing is guessed: silence leaves a field unknown.

    >>> from data.vocabulary import load_vocabulary
    >>> read = read_description("大专，打字65字，想做在线客服", load_vocabulary())
    >>> read.jobseeker.education.name, read.jobseeker.wishes.occupations
    ('COLLEGE', ('在线客服',))
    """
    understood: list[str] = []
    capabilities = _capabilities(text, vocabulary, understood)
    education = _education(text, vocabulary, understood)
    residence, districts = _districts(text, vocabulary, understood)
    years = [_number(m.group(1)) for m in _YEARS.finditer(text)]
    wished = tuple(dict.fromkeys(m.group(1).strip() for m in _WISH.finditer(text)))[:3]
    if wished:
        understood.append("意向：" + "、".join(wished))
    pay_found = _PAY.search(text)
    pay = int(_number(pay_found.group(1))) if pay_found else None
    if pay:
        understood.append(f"期望月薪：{pay}元")
    remote = bool(_HOME.search(text))
    if remote:
        understood.append("希望居家")
    jobseeker = Jobseeker(
        jobseeker_id,
        _certificate(text, vocabulary, understood),
        tuple(capabilities),
        education=education,
        experience=_without_places(text, vocabulary),
        experience_years=max((y for y in years if y <= 45), default=None),
        residence=residence,
        wishes=Wishes(
            occupations=wished, districts=districts, monthly_pay_yuan_min=pay, remote=remote
        ),
        musts=Musts(refused=_refused(text, vocabulary, understood)),
    )
    return ReadDescription(jobseeker, tuple(understood))


def _refused(text: str, vocabulary: Vocabulary, understood: list[str]) -> tuple[DutyId, ...]:
    """Duties that the person refuses in firm words ("坚决不做销售"); a dislike stays a wish."""
    clauses = [
        _FIRMLY_NOT.sub("不想", fold(clause))
        for clause in _CLAUSE.findall(text)
        if _FIRMLY_NOT.search(clause)
    ]
    refused = tuple(
        d.id for d in vocabulary.duties.values() if any(d.signs.said.search(c) for c in clauses)
    )
    if refused:
        words = "、".join(vocabulary.duties[d].refusal.zh for d in refused)
        understood.append(f"硬性条件：{words}")
    return refused


def _without_places(text: str, vocabulary: Vocabulary) -> str:
    """The words that rank, without where the person lives: place counts as a field, and a
    district's name would find every posting that mentions it."""
    names = "|".join(
        re.escape(d.label.zh.removesuffix("区")) for d in vocabulary.districts.values()
    )
    return re.sub(rf"(?:家?住在?|家在|想?在|就在)?(?:{names})区?(?:附近|上班|工作)?", "", text)


def _number(word: str) -> float:
    if word.isdigit():
        return float(word)
    if word.endswith("千"):
        return _DIGITS.get(word[0], 0) * 1000
    if len(word) >= 2 and word[1] == "十":
        return _DIGITS[word[0]] * 10 + _DIGITS.get(word[2:3], 0)
    return _DIGITS.get(word, 0)


def _capabilities(text: str, vocabulary: Vocabulary, understood: list[str]) -> list[Capability]:
    statements, typing_levels = _table()
    found: dict[FacetId, Interval] = {}
    for pattern, unless, levels in statements:
        said = any(not _DENIED.search(text[: m.start()]) for m in pattern.finditer(text))
        if said and not (unless and unless.search(text)):
            for facet, interval in levels.items():
                found.setdefault(facet, interval)
    typed = _TYPING.search(text)
    if typed:
        speed = _number(typed.group(1).rstrip("多几"))
        level = next((level for least, level in typing_levels if speed >= least), 0)
        found[FacetId("type")] = Interval.exactly(level)
    for facet_id, interval in found.items():
        entry = vocabulary.facets[facet_id]
        low, high = entry.levels[interval.lo], entry.levels[interval.hi]
        words = low.zh if interval.is_exact else f"{low.zh} ~ {high.zh}"
        understood.append(f"{entry.label.text(Language.ZH)}：{words}")
    return [Capability(f, i, CapabilitySource.SELF_REPORTED) for f, i in found.items()]


def _certificate(text: str, vocabulary: Vocabulary, understood: list[str]) -> Certificate | None:
    if re.search(r"(?:没有|无)残疾证|身体健全", text):
        return Certificate(())
    found = [
        c.category
        for c in vocabulary.categories.values()
        if c.category is not Category.MULTIPLE
        and any(len(a) > 1 and a in text for a in (c.label.zh, *c.aliases))
    ]
    if not found:
        return None
    names = "、".join(vocabulary.categories[c].label.zh for c in found)
    understood.append(f"证件类别（只用来决定要问什么，不用来筛选）：{names}")
    return Certificate(tuple(found))


def _education(text: str, vocabulary: Vocabulary, understood: list[str]) -> Education | None:
    spoken = [
        (len(alias), entry.level)
        for entry in vocabulary.education.values()
        for alias in (entry.label.zh, *entry.aliases)
        if len(alias) > 1 and alias in text
    ]
    if not spoken:
        return None
    level = max(spoken)[1]
    understood.append(f"学历：{vocabulary.education[level].label.zh}")
    return level


def _districts(
    text: str, vocabulary: Vocabulary, understood: list[str]
) -> tuple[DistrictCode | None, tuple[DistrictCode, ...]]:
    home: DistrictCode | None = None
    wished: list[DistrictCode] = []
    for district in vocabulary.districts.values():
        short = district.label.zh.removesuffix("区")
        at = text.find(short)
        if at < 0:
            continue
        if _LIVES.search(text[:at]):
            home = district.code
            understood.append(f"居住：{district.label.zh}")
        else:
            wished.append(district.code)
            understood.append(f"意向地区：{district.label.zh}")
    return home, tuple(wished)
