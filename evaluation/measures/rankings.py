"""Measures of a ranking against graded judgments.

nDCG, P, R, RR and AP are computed by ir_measures (0.4), which calls trec_eval's own code: the
definitions that published figures use (gains are the grades, discounts log2, ties broken by the
order we give, because scores are written from ranks). ranx was looked at and left: it compiles
with numba for seconds in every process, drops people without results from a run, and its nDCG
differs from trec_eval's when a grade is missing.

Ours are two. Judged@k divides by k: ir_measures divides by the number of results, so that a system
with one judged result looks complete. Condensed nDCG@k takes unjudged postings out first (Sakai
2007), which shows how much of a difference is only holes in the judgments.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

Run = Mapping[str, Sequence[str]]
"""Person -> postings, best first."""
Grades = Mapping[str, Mapping[str, int]]
"""Person -> posting -> grade, 0 to 3."""
PerPerson = dict[str, float | None]
RELEVANT = 2
"""From this grade on a posting counts as relevant where a measure knows only yes and no."""


class MeasureError(ValueError):
    """A measure that is not known, or the library that computes it is missing."""


class Measure(Protocol):
    """A value that scores a run; `str` gives the name it is asked by."""

    def per_person(self, run: Run, grades: Grades, people: Sequence[str]) -> PerPerson:
        """The value of every person of `people`; who has no answer counts 0."""
        ...


@dataclass(frozen=True, slots=True)
class LibraryMeasure:
    """A measure that ir_measures computes. `spec` is its name there."""

    name: str
    spec: str

    def __str__(self) -> str:
        return self.name

    def per_person(self, run: Run, grades: Grades, people: Sequence[str]) -> PerPerson:
        library = _library()
        wanted = library.parse_measure(self.spec)
        judged = {p: dict(grades.get(p, {})) for p in people}
        if empty := [p for p, g in judged.items() if not g]:
            raise MeasureError(f"{len(empty)} 人没有判定")
        answers = {p: {d: -float(i) for i, d in enumerate(run.get(p, ()))} for p in people}
        found: PerPerson = dict.fromkeys(people, 0.0)
        for one in library.iter_calc([wanted], judged, {p: a for p, a in answers.items() if a}):
            found[one.query_id] = float(one.value)
        return found


@dataclass(frozen=True, slots=True)
class Condensed:
    """A library measure over the judged postings only."""

    inner: LibraryMeasure

    def __str__(self) -> str:
        return f"{self.inner} condensed"

    def per_person(self, run: Run, grades: Grades, people: Sequence[str]) -> PerPerson:
        kept = {p: [d for d in run.get(p, ()) if d in grades.get(p, {})] for p in people}
        return self.inner.per_person(kept, grades, people)


@dataclass(frozen=True, slots=True)
class Judged:
    """How many of the first k have been judged, by k: below 1 a score is partly guesswork.

    >>> Judged(4).per_person({"a": ["x", "y"]}, {"a": {"x": 0}}, ["a", "b"])
    {'a': 0.25, 'b': 0.0}
    """

    k: int

    def __str__(self) -> str:
        return f"Judged@{self.k}"

    def per_person(self, run: Run, grades: Grades, people: Sequence[str]) -> PerPerson:
        return {
            p: sum(d in grades.get(p, {}) for d in run.get(p, ())[: self.k]) / self.k
            for p in people
        }


_SPECS = {
    "nDCG": "nDCG@{k}", "P": f"P(rel={RELEVANT})@{{k}}", "R": f"R(rel={RELEVANT})@{{k}}",
    "RR": f"RR(rel={RELEVANT})", "MAP": f"AP(rel={RELEVANT})",
}  # fmt: skip
_NAME = re.compile(r"(?P<base>[A-Za-z]+)(?:@(?P<k>[1-9]\d*))?(?P<condensed> condensed)?")
_CUT = {"nDCG", "P", "R", "Judged"}


def parse_measure(name: str) -> Measure:
    """The measure of that name: nDCG@k, P@k, R@k, RR, MAP, Judged@k, and "… condensed"."""
    found = _NAME.fullmatch(name.strip())
    base = found["base"] if found else ""
    if found is None or base not in {*_SPECS, "Judged"} or (found["k"] is None) == (base in _CUT):
        raise MeasureError(
            f"没有叫“{name}”的指标：可用 nDCG@10、P@10、R@50、RR、MAP、Judged@10，"
            "或在后面加 condensed"
        )
    if base == "Judged":
        return Judged(int(found["k"]))
    plain = f"{base}@{found['k']}" if found["k"] else base
    inner = LibraryMeasure(plain, _SPECS[base].format(k=found["k"]))
    return Condensed(inner) if found["condensed"] else inner


def _library() -> Any:
    try:
        import ir_measures
    except ImportError as error:
        raise MeasureError(
            "评测排序要用 ir_measures：pip install -e '.[evaluate]'（在项目文件夹里）"
        ) from error
    return ir_measures
