"""Certificates and dated statements (licences, certified statuses) as they stand in cells."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from data.records import Category, Certificate, Fact, FactState, RuleId
from data.templates.cells import CellError, Lexicon, normal
from data.templates.dates import is_open_ended, read_date
from data.vocabulary.tables import Vocabulary

_GRADES = {
    **{str(n): n for n in range(1, 5)},
    **dict(zip("一二三四", range(1, 5), strict=True)),
    **dict(zip("壹贰叁肆", range(1, 5), strict=True)),
    **{"ⅰ": 1, "ⅱ": 2, "ⅲ": 3, "ⅳ": 4, "i": 1, "ii": 2, "iii": 3, "iv": 4},
}
_GRADE = re.compile(r"(?:残疾)?([1-4一二三四壹贰叁肆]|iv|i{1,3})(?:级)?(?:残疾)?")
_LIMB = re.compile(
    r"(?:[左右双单]?侧?)?(?:[上下]?肢|手|脚|足|腿|臂|髋|膝|脊柱|截瘫|偏瘫|躯干|拇指|手指).*"
)
_GRADE_WORDS = {1: "一级", 2: "二级", 3: "三级", 4: "四级"}


def read_grade(text: str) -> int:
    """
    >>> read_grade("贰级"), read_grade("2")
    (2, 2)
    """
    found = _GRADE.fullmatch(normal(text))
    if found is None:
        raise CellError("GRADE_UNCLEAR")
    return _GRADES[found[1]]


def write_grade(grade: int) -> str:
    return _GRADE_WORDS[grade]


@dataclass(frozen=True, slots=True)
class StatedCategory:
    """What a category cell says: the categories, a grade if one stands there, and whether it
    mentions a part of the body, which this register does not keep."""

    categories: tuple[Category, ...]
    grade: int | None = None
    body_part: bool = False


class CategoryCell:
    """Reads ``听力、言语``, ``肢体（左下肢）``, ``多重(视力一级,肢体三级)`` and their like."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._labels = {c: e.label.zh for c, e in vocabulary.categories.items()}
        self._lexicon: Lexicon[Category] = Lexicon(
            (c, [c.value, e.label.zh], e.aliases) for c, e in vocabulary.categories.items()
        )

    def read(self, text: str) -> StatedCategory:
        word = normal(text)
        if word in {"无", "无残疾证", "未办证", "无证"}:
            return StatedCategory(())
        found: list[Category] = []
        grades: list[int] = []
        body_part, position = False, 0
        while position < len(word):
            atom = self._lexicon.match_at(word, position)
            if atom is not None:
                found.append(atom[0])
                position = atom[1]
            elif word[position] in "、,+/;&()和及:与":
                position += 1
            else:
                grade = _GRADE.match(word, position)
                end = re.search(r"[)、,;]|$", word[position:])
                chunk = word[position : position + (end.start() if end else 0)]
                if grade is not None and found:
                    grades.append(_GRADES[grade[1]])
                    position = grade.end()
                elif found and found[-1] is Category.PHYSICAL and _LIMB.fullmatch(chunk):
                    body_part = True
                    position += len(chunk)
                else:
                    raise CellError("CATEGORY_UNCLEAR")
        parts = tuple(dict.fromkeys(c for c in found if c is not Category.MULTIPLE))
        categories = parts if len(parts) > 1 else tuple(dict.fromkeys(found))
        if not categories:
            raise CellError("CATEGORY_UNCLEAR")
        return StatedCategory(categories, min(grades) if grades else None, body_part)

    def write(self, certificate: Certificate | None) -> str:
        if certificate is None:
            return ""
        if not certificate.categories:
            return "无"
        return "、".join(short_category(self._labels[c]) for c in certificate.categories)


def short_category(label: str) -> str:
    return label.removesuffix("残疾")


class StatementNotation:
    """Dated statements: ``机动车驾驶证（~2027-05-01）；健康证（食品）=否``.

    A name alone means that it is true; `=否` and `=不详` say otherwise; brackets hold the dates.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._labels = {rule.id: rule.label.zh for rule in vocabulary.rules.values()}
        self._lexicon: Lexicon[RuleId] = Lexicon(
            (r.id, [r.id, r.label.zh, r.label.en], r.aliases) for r in vocabulary.rules.values()
        )

    @property
    def lexicon(self) -> Lexicon[RuleId]:
        return self._lexicon

    def read(self, text: str) -> tuple[Fact, ...]:
        if normal(text) in {"无", "没有"}:
            return ()
        facts: list[Fact] = []
        word = normal(text)
        position = 0
        while position < len(word):
            if word[position] in ";,、":
                position += 1
                continue
            atom = self._lexicon.match_at(word, position)
            if atom is None:
                raise CellError("NOT_IN_TABLE")
            rest = _TAIL.match(word, atom[1])
            if rest is None:
                raise CellError("STATEMENT_UNCLEAR")
            state = _STATES[rest["state"] or "是"]
            facts.append(Fact(atom[0], state, *_dates(rest["from"], rest["until"])))
            position = rest.end()
        return tuple(facts)

    def write(self, facts: Sequence[Fact]) -> str:
        return "；".join(self._write_one(f) for f in facts)

    def _write_one(self, fact: Fact) -> str:
        text = self._labels[fact.rule]
        if fact.state is not FactState.TRUE:
            text += f"={_STATE_WORDS[fact.state]}"
        if fact.valid_from is not None or fact.valid_until is not None:
            text += f"（{_iso(fact.valid_from)}~{_iso(fact.valid_until)}）"
        return text

    def write_rules(self, rules: Iterable[RuleId]) -> str:
        return "；".join(self._labels[r] for r in rules)


_TAIL = re.compile(
    r"(?:=(?P<state>是|否|不详))?"
    r"(?:\((?:(?P<from>[\d./年月-]+日?)?[~至到])?(?:有效期?至)?(?P<until>[\d./年月-]+日?|长期)?\))?"
    r"(?=[;,、]|$)"
)
_STATES = {"是": FactState.TRUE, "否": FactState.FALSE, "不详": FactState.UNKNOWN}
_STATE_WORDS = {state: word for word, state in _STATES.items()}


def _iso(day: date | None) -> str:
    return "" if day is None else day.isoformat()


def _dates(start: str | None, end: str | None) -> tuple[date | None, date | None]:
    first = read_date(start) if start else None
    last = read_date(end, end=True) if end and not is_open_ended(end) else None
    if first is not None and last is not None and first > last:
        raise CellError("RANGE_UPSIDE_DOWN")
    return first, last
