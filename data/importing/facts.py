"""Dated statements that follow from birth, sex, certificate and hukou.

They are derived once, at import, and carry their dates, so that matching never needs to see a
birth date or a sex: whether a person is of working age on a day is read off the covering fact.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from importlib import resources
from typing import Any

from data.records import (
    Category,
    Certificate,
    DistrictCode,
    Fact,
    FactState,
    Identity,
    Jobseeker,
    RuleId,
)
from data.strict_yaml import parse_yaml
from data.templates.cells import CellError, normal
from data.templates.dates import add_months
from data.vocabulary.tables import Vocabulary

UNDER_16 = RuleId("under_16")
WORKING_AGE = RuleId("working_age")
GUANGZHOU = RuleId("guangzhou_hukou")
GUANGDONG = RuleId("guangdong_hukou")
RURAL = RuleId("rural_resident")
HARDSHIP = RuleId("employment_hardship_certified")
SHELTERED = RuleId("sheltered_employment_category")
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class RetirementClass:
    """A group with its original age, the age it rises to, and how many months of birth cohort
    share one month of delay."""

    original_years: int
    final_years: int
    one_month_per: int


@dataclass(frozen=True, slots=True)
class RetirementTable:
    starts: date
    minimum_years: int
    classes: Mapping[str, RetirementClass]

    def retires(self, birth: date, group: str) -> date:
        """The day on which a person reaches the statutory retirement age.

        >>> retirement_table().retires(date(1965, 1, 15), "male")
        datetime.date(2025, 2, 15)
        >>> retirement_table().retires(date(1990, 1, 1), "male")
        datetime.date(2053, 1, 1)
        """
        entry = self.classes[group]
        original = add_months(birth, entry.original_years * 12)
        late = (original.year - self.starts.year) * 12 + original.month - self.starts.month
        if late < 0:
            return original
        most = (entry.final_years - entry.original_years) * 12
        return add_months(
            birth, entry.original_years * 12 + min(most, late // entry.one_month_per + 1)
        )


def _resource(name: str) -> Any:
    text = (resources.files("data.importing") / name).read_text(encoding="utf-8")
    return parse_yaml(text)


@cache
def retirement_table() -> RetirementTable:
    raw = _resource("retirement.yaml")
    classes = {
        name: RetirementClass(c["original_years"], c["final_years"], c["one_month_per"])
        for name, c in raw["classes"].items()
    }
    return RetirementTable(raw["from"], raw["minimum_age"]["years"], classes)


def age_facts(birth: date | None, sex: str, *, post: str | None = None) -> tuple[Fact, ...]:
    """Under 16 and working age over a whole life.

    `post` is "cadre" or "worker" for women where it is known; without it (or without a sex) the
    years in which the answer depends on it are covered by no fact.
    """
    if birth is None:
        return ()
    table = retirement_table()
    adult = add_months(birth, table.minimum_years * 12)
    if sex == "男":
        groups = ["male"]
    elif sex == "女":
        groups = [f"female_{post}"] if post else ["female_worker", "female_cadre"]
    else:
        groups = list(table.classes)
    ends = [table.retires(birth, group) for group in groups]
    return (
        Fact(UNDER_16, FactState.TRUE, None, adult - _ONE_DAY),
        Fact(UNDER_16, FactState.FALSE, adult, None),
        Fact(WORKING_AGE, FactState.FALSE, None, adult - _ONE_DAY),
        Fact(WORKING_AGE, FactState.TRUE, adult, min(ends) - _ONE_DAY),
        Fact(WORKING_AGE, FactState.FALSE, max(ends), None),
    )


def certificate_facts(certificate: Certificate | None) -> tuple[Fact, ...]:
    """Whom sheltered employment is for: intellectual and mental, or physical of grade 1 and 2.

    Nothing is stated of others: an office may have admitted them all the same.
    """
    if certificate is None:
        return ()
    named = set(certificate.categories)
    heavy = named == {Category.PHYSICAL} and (certificate.grade or 9) <= 2
    if heavy or named & {Category.INTELLECTUAL, Category.MENTAL}:
        return (Fact(SHELTERED, FactState.TRUE),)
    return ()


def derived_facts(identity: Identity | None, certificate: Certificate | None) -> tuple[Fact, ...]:
    """Everything that follows from who the person is, without anybody stating it."""
    born = age_facts(identity.birth, identity.sex) if identity is not None else ()
    return (*born, *certificate_facts(certificate))


def merge_facts(stated: Sequence[Fact], derived: Sequence[Fact]) -> tuple[Fact, ...]:
    """What was stated of a rule replaces what would follow for it; in the order of the rules."""
    spoken = {fact.rule for fact in stated}
    kept = [*dict.fromkeys(stated), *(f for f in derived if f.rule not in spoken)]
    return tuple(
        sorted(kept, key=lambda f: (f.rule, f.valid_from or date.min, f.valid_until or date.max))
    )


def with_derived_facts(person: Jobseeker, identity: Identity | None) -> Jobseeker:
    """The person as an import would land them: derived statements added, all in one order."""
    derived = derived_facts(identity, person.certificate)
    return replace(person, facts=merge_facts(person.facts, derived))


class HukouCell:
    """Tells from the words of a hukou whether it lies in Guangzhou and in Guangdong."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        raw = _resource("hukou.yaml")
        yes, no = FactState.TRUE, FactState.FALSE
        self._exact: dict[str, tuple[FactState | None, FactState | None]] = {}
        for words, answer in (
            ("guangzhou_words", (yes, yes)),
            ("guangdong_words", (None, yes)),
            ("guangdong_not_guangzhou_words", (no, yes)),
            ("not_guangzhou_words", (no, None)),
            ("outside_words", (no, no)),
        ):
            self._exact.update({normal(str(w)): answer for w in raw[words]})
        self._districts = DistrictCell(vocabulary)
        self._guangdong = re.compile("|".join(raw["guangdong"]))
        self._elsewhere = re.compile("|".join(raw["elsewhere"]))

    def read(self, text: str) -> tuple[Fact, ...]:
        word = normal(text)
        answer = self._exact.get(word)
        if answer is None:
            bare = re.sub(r"^(中国)?(广东省?)?", "", word)
            if bare.startswith("广州") or self._districts.find(bare) is not None:
                answer = (FactState.TRUE, FactState.TRUE)
            elif self._guangdong.match(bare):
                answer = (FactState.FALSE, FactState.TRUE)
            elif self._elsewhere.match(bare) and bare == word:
                answer = (FactState.FALSE, FactState.FALSE)
            else:
                raise CellError("HUKOU_UNCLEAR")
        city, province = answer
        facts = [Fact(GUANGZHOU, city)] if city is not None else []
        return (*facts, Fact(GUANGDONG, province)) if province is not None else tuple(facts)


_KINDS = {
    **dict.fromkeys(
        ["农业", "农村", "农业户口", "农村户口", "农业户籍", "农村户籍", "1", "1.农业"],
        FactState.TRUE,
    ),
    **dict.fromkeys(
        ["非农业", "非农", "城镇", "居民", "城镇户口", "非农业户口", "居民户口", "2", "2.非农业"],
        FactState.FALSE,
    ),
}


def read_hukou_kind(text: str) -> Fact:
    """
    >>> read_hukou_kind("农业").rule
    'rural_resident'
    """
    try:
        return Fact(RURAL, _KINDS[normal(text)])
    except KeyError:
        raise CellError("NOT_IN_TABLE") from None


HUKOU_WORDS: Mapping[tuple[FactState | None, FactState | None], str] = {
    (FactState.TRUE, FactState.TRUE): "广州市",
    (None, FactState.TRUE): "广东省",
    (FactState.FALSE, FactState.TRUE): "广东省（非广州）",
    (FactState.FALSE, None): "非广州",
    (FactState.FALSE, FactState.FALSE): "广东省外",
}
"""How the writer puts both answers into one cell."""


class DistrictCell:
    """Reads ``天河区``, ``广州市天河区车陂街道`` as a district of Guangzhou."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        words = {
            normal(name): d.code
            for d in vocabulary.districts.values()
            for name in (*d.aliases, d.label.zh, d.label.en, d.code)
        }
        self._words: Mapping[str, DistrictCode] = words
        starts = sorted((w for w in words if w[-1] in "区市县"), key=lambda w: (-len(w), w))
        self._start = re.compile("|".join(map(re.escape, starts)))

    def find(self, text: str) -> DistrictCode | None:
        """A name that stands alone, or a full name (…区) with an address after it: `白云` alone
        is a district, `白云机场` is not."""
        word = normal(text)
        bare = re.sub(r"^(中国)?(广东省?)?(广州市?)?[-·、,]?", "", word)
        for candidate in (word, bare):
            if candidate in self._words:
                return self._words[candidate]
            found = self._start.match(candidate)
            if found is not None:
                return self._words[found.group()]
        return None

    def read(self, text: str) -> DistrictCode:
        found = self.find(text)
        if found is None:
            raise CellError("DISTRICT_UNCLEAR")
        return found
