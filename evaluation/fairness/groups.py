"""People in groups, and groups with few people kept silent.

Groups are read from certificate and identity for this one purpose, and only ever told of ten people
or more: fewer could be recognised (the office's own rule for publishing cells).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from data.records import Category, Identity, Jobseeker, Track
from data.vocabulary import Vocabulary
from evaluation.measures.intervals import Interval, mean_interval, ratio_interval

SMALLEST = 10
FACTORS = ("category", "grade", "sex", "age", "district", "track")
UNKNOWN = "未知"
_AGES = ((16, "16–29"), (30, "30–44"), (45, "45–59"), (60, "60+"))


@dataclass(frozen=True, slots=True)
class GroupMeasure:
    """What a group gets: the mean, and its ratio to that of everybody, each with its interval."""

    mean: Interval
    ratio: Interval

    def __str__(self) -> str:
        if self.ratio.mean is None:
            return f"不足 {SMALLEST} 人" if self.mean.of else "—"
        low, high = self.ratio.low, self.ratio.high
        return f"{self.mean}，{self.ratio.mean:.2f} 倍 [{low:.2f}, {high:.2f}]"


@dataclass(frozen=True, slots=True)
class GroupRow:
    """One group and its measures by name; None: too few people to be told of."""

    factor: str
    group: str
    people: int
    measures: Mapping[str, GroupMeasure] | None


def group_of(
    person: Jobseeker, identity: Identity | None, on: date, factor: str, vocabulary: Vocabulary
) -> str:
    """The group of a person by one factor, in words."""
    certificate = person.certificate
    if factor == "category":
        if certificate is None:
            return UNKNOWN
        named = certificate.categories
        return _category(named, vocabulary)
    if factor == "grade":
        grade = certificate.grade if certificate else None
        return UNKNOWN if grade is None else f"{grade} 级"
    if factor == "sex":
        return (identity.sex if identity else "") or UNKNOWN
    if factor == "age":
        return _age_band(identity.birth if identity else None, on)
    if factor == "district":
        known = vocabulary.districts.get(person.residence) if person.residence else None
        return known.label.zh if known else UNKNOWN
    return "愿意辅助性就业" if Track.SHELTERED in person.wishes.tracks else "其他"


def _category(named: Sequence[Category], vocabulary: Vocabulary) -> str:
    if not named:
        return "无证"
    one = named[0] if len(named) == 1 else Category.MULTIPLE
    return vocabulary.categories[one].label.zh


def _age_band(birth: date | None, on: date) -> str:
    if birth is None:
        return UNKNOWN
    years = on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))
    found = "16 以下"
    for least, name in _AGES:
        if years >= least:
            found = name
    return found


def crossed(groups: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Every factor, and every pair of them: factor -> group of each person."""
    found = {factor: list(values) for factor, values in groups.items()}
    for a, b in combinations(groups, 2):
        found[f"{a} × {b}"] = [f"{x} × {y}" for x, y in zip(groups[a], groups[b], strict=True)]
    return found


def group_rows(
    factor: str, groups: Sequence[str], values: Mapping[str, Sequence[float | None]], seed: int
) -> list[GroupRow]:
    """Every measure of `values` (one value per person) for each group, largest group first; small
    cells are counted and not shown."""
    rows: list[GroupRow] = []
    sizes = Counter(groups)
    for group in sorted(sizes, key=lambda g: (-sizes[g], g)):
        if sizes[group] < SMALLEST:
            rows.append(GroupRow(factor, group, sizes[group], None))
            continue
        inside = [g == group for g in groups]
        measures = {name: _measured(some, inside, seed) for name, some in values.items()}
        rows.append(GroupRow(factor, group, sizes[group], measures))
    return rows


def _measured(values: Sequence[float | None], inside: Sequence[bool], seed: int) -> GroupMeasure:
    """Of a group in which fewer than may be told of have a value, nothing is told."""
    mine = [v for v, i in zip(values, inside, strict=True) if i]
    if sum(v is not None for v in mine) < SMALLEST:
        none = Interval(None, None, None, 0, len(mine))
        return GroupMeasure(none, none)
    return GroupMeasure(mean_interval(mine, seed), ratio_interval(values, inside, seed))
