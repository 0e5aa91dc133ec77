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

from data.records import Identity, Jobseeker, Track
from evaluation.measures.intervals import Interval, mean_interval

SMALLEST = 10
FACTORS = ("category", "grade", "sex", "age", "district", "track")
UNKNOWN = "未知"
_AGES = ((16, "16–29"), (30, "30–44"), (45, "45–59"), (60, "60+"))


@dataclass(frozen=True, slots=True)
class GroupRow:
    """One group: its mean with interval, and its ratio to everybody; None: too few people."""

    factor: str
    group: str
    people: int
    mean: Interval | None
    ratio: float | None


def group_of(person: Jobseeker, identity: Identity | None, on: date, factor: str) -> str:
    """The group of a person by one factor."""
    certificate = person.certificate
    if factor == "category":
        if certificate is None:
            return UNKNOWN
        named = certificate.categories
        return "多重" if len(named) > 1 else str(named[0]) if named else "无证"
    if factor == "grade":
        grade = certificate.grade if certificate else None
        return UNKNOWN if grade is None else f"{grade} 级"
    if factor == "sex":
        return (identity.sex if identity else "") or UNKNOWN
    if factor == "age":
        return _age_band(identity.birth if identity else None, on)
    if factor == "district":
        return str(person.residence) if person.residence else UNKNOWN
    return "愿意辅助性就业" if Track.SHELTERED in person.wishes.tracks else "其他"


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
    factor: str, groups: Sequence[str], values: Sequence[float | None], seed: int
) -> list[GroupRow]:
    """The mean of each group, largest group first; small cells are counted and not shown."""
    known = [v for v in values if v is not None]
    overall = sum(known) / len(known) if known else 0.0
    rows: list[GroupRow] = []
    sizes = Counter(groups)
    for group in sorted(sizes, key=lambda g: (-sizes[g], g)):
        mine = [v for g, v in zip(groups, values, strict=True) if g == group]
        if len(mine) < SMALLEST:
            rows.append(GroupRow(factor, group, len(mine), None, None))
            continue
        mean = mean_interval(mine, seed)
        ratio = mean.mean / overall if mean.mean is not None and overall else None
        rows.append(GroupRow(factor, group, len(mine), mean, ratio))
    return rows
