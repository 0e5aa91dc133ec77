"""The phrase banks and shares beside this module, read once and checked against the vocabulary."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

from data.generator.draws import Weighted
from data.records import Category, DistrictCode, Education, FamilyId, PayPeriod, ProvisionState
from data.strict_yaml import parse_yaml
from data.vocabulary import Vocabulary
from data.vocabulary.tables import FacetKind

OCCUPATION_FILES = ("occupations_screen", "occupations_service", "occupations_craft")
Skills = Mapping[str, tuple[int, int]]


class BankError(ValueError):
    """A bank names something that the vocabulary does not know; `problems` lists every place."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


@dataclass(frozen=True, slots=True)
class Occupation:
    """How one job family shows itself in postings and in what people tell of their work."""

    family: FamilyId
    share: int
    kinds: Weighted[str]
    rural: bool
    borrows: tuple[FamilyId, ...]
    pay: tuple[int, int]
    periods: Weighted[PayPeriod]
    hours: tuple[float, ...]
    education: tuple[Education | None, ...]
    years: tuple[float, ...]
    remote: float
    titles: tuple[str, ...]
    wish: tuple[str, ...]
    duties: tuple[str, ...]
    asks: tuple[str, ...]
    did: tuple[str, ...]
    skills: tuple[str, ...]
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PersonKind:
    """One way to live with an impairment: which levels it touches, with the usual aids in use."""

    id: str
    category: Category
    share: float
    grades: Weighted[int]
    ages: str
    schooling: str
    levels: Mapping[str, tuple[int, int]]
    aids: Mapping[str, float]
    restrictions: Mapping[str, float]
    musts: Mapping[str, float]
    drawn_to: Mapping[FamilyId, float]
    raises: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Banks:
    """Everything that is drawn from."""

    occupations: Mapping[FamilyId, Occupation]
    kinds: Mapping[str, PersonKind]
    kind_or_multiple: Weighted[str | None]
    multiples: Weighted[tuple[str, str]]
    multiple_with_detail: float
    recorded_certificate: float
    ages: Mapping[str, Weighted[tuple[int, int]]]
    schooling: Mapping[str, tuple[Weighted[Education], Weighted[Education]]]
    skills: Mapping[Education, Skills]
    wear: Mapping[str, float]
    districts: Weighted[DistrictCode]
    instruments: tuple[str, ...]
    surnames: Weighted[str]
    names: Mapping[str, Any]
    stories: Mapping[str, Any]
    demand_words: Mapping[str, Mapping[int, tuple[str, ...]]]
    calm_words: Mapping[str, tuple[str, ...]]
    provision_words: Mapping[ProvisionState, Mapping[str, tuple[str, ...]]]
    duty_openings: tuple[str, ...]
    conflicts: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]


def _read(name: str) -> Any:
    file = resources.files("data.generator") / f"{name}.yaml"
    return parse_yaml(file.read_text(encoding="utf-8"))


def _texts(raw: Any) -> tuple[str, ...]:
    return tuple(str(v) for v in raw or ())


def _pairs(raw: Mapping[Any, Any]) -> Mapping[str, tuple[int, int]]:
    return {str(k): (int(v[0]), int(v[1])) for k, v in raw.items()}


def _numbers(raw: Mapping[Any, Any]) -> Mapping[str, float]:
    return {str(k): float(v) for k, v in raw.items()}


def _occupation(family: str, raw: Mapping[str, Any]) -> Occupation:
    return Occupation(
        family=FamilyId(family),
        share=int(raw["share"]),
        kinds=Weighted(_numbers(raw["kinds"]).items()),
        rural=bool(raw.get("rural", False)),
        borrows=tuple(FamilyId(str(f)) for f in raw.get("borrows", ())),
        pay=(int(raw["pay"][0]), int(raw["pay"][1])),
        periods=Weighted((PayPeriod(k), w) for k, w in _numbers(raw["periods"]).items()),
        hours=tuple(float(h) for h in raw["hours"]),
        education=tuple(None if e is None else Education[e] for e in raw["education"]),
        years=tuple(float(y) for y in raw["years"]),
        remote=float(raw["remote"]),
        titles=_texts(raw["titles"]),
        wish=_texts(raw["wish"]),
        duties=_texts(raw["duties"]),
        asks=_texts(raw["asks"]),
        did=_texts(raw["did"]),
        skills=_texts(raw["skills"]),
        tags=_texts(raw["tags"]),
    )


def _kind(name: str, raw: Mapping[str, Any]) -> PersonKind:
    return PersonKind(
        id=name,
        category=Category(raw["category"]),
        share=float(raw["share"]),
        grades=Weighted(zip(range(1, 5), (float(w) for w in raw["grades"]), strict=True)),
        ages=str(raw["ages"]),
        schooling=str(raw["schooling"]),
        levels=_pairs(raw["levels"]),
        aids=_numbers(raw["aids"]),
        restrictions=_numbers(raw["restrictions"]),
        musts=_numbers(raw["musts"]),
        drawn_to={FamilyId(k): v for k, v in _numbers(raw["drawn_to"]).items()},
        raises={str(k): int(v) for k, v in raw.get("raises", {}).items()},
    )


def _schooling(raw: list[list[float]]) -> tuple[Weighted[Education], Weighted[Education]]:
    steps = tuple(Education)[:7]
    young, later = (Weighted(zip(steps, row, strict=True)) for row in raw)
    return young, later


@lru_cache(maxsize=1)
def load_banks() -> Banks:
    """Read every bank of this package."""
    occupations: dict[FamilyId, Occupation] = {}
    for file in OCCUPATION_FILES:
        for family, raw in _read(file).items():
            occupations[FamilyId(family)] = _occupation(str(family), raw)
    people, names = _read("people"), _read("names")
    words = _read("circumstances")
    kinds = {name: _kind(name, raw) for name, raw in people["kinds"].items()}
    choice: list[tuple[str | None, float]] = [(k.id, k.share) for k in kinds.values()]
    choice.append((None, float(people["multiple_share"])))
    bands = [(int(a), int(b)) for a, b in people["age_bands"]]
    return Banks(
        occupations=occupations,
        kinds=kinds,
        kind_or_multiple=Weighted(choice),
        multiples=Weighted(((str(a), str(b)), float(w)) for a, b, w in people["multiples"]),
        multiple_with_detail=float(people["multiple_with_detail"]),
        recorded_certificate=float(people["recorded_certificate"]),
        ages={k: Weighted(zip(bands, w, strict=True)) for k, w in people["ages"].items()},
        schooling={k: _schooling(v) for k, v in people["schooling"].items()},
        skills={Education[k]: _pairs(v) for k, v in people["skills"].items()},
        wear=_numbers(people["wear"]),
        districts=Weighted((DistrictCode(k), w) for k, w in _numbers(people["districts"]).items()),
        instruments=_texts(people["instruments"]),
        surnames=Weighted(_numbers(names["surnames"]).items()),
        names=names,
        stories=_read("stories"),
        demand_words={
            str(f): {int(k): _texts(v) for k, v in sorted(levels.items())}
            for f, levels in words["demands"].items()
        },
        calm_words={str(f): _texts(v) for f, v in words["calm"].items()},
        provision_words={
            ProvisionState(s): {str(k): _texts(v) for k, v in table.items()}
            for s, table in words["provisions"].items()
        },
        duty_openings=_texts(words["openings"]),
        conflicts=tuple((re.compile(a), re.compile(b)) for a, b in words["conflicts"]),
    )


def check_banks(banks: Banks, vocabulary: Vocabulary) -> None:
    """Refuse banks that name what the vocabulary does not hold; lists every place."""
    problems: list[str] = []

    def known(where: str, names: Iterable[str], table: Container[str]) -> None:
        problems.extend(f"{where}: nothing is called {n!r}" for n in names if n not in table)

    for kind in banks.kinds.values():
        where = f"people.yaml: kinds.{kind.id}"
        known(where, kind.levels, vocabulary.facets)
        known(where, kind.raises, vocabulary.facets)
        known(where, kind.aids, vocabulary.aids)
        known(where, kind.restrictions, vocabulary.restrictions)
        known(where, kind.musts, vocabulary.provisions)
        known(where, kind.drawn_to, vocabulary.families)
    for pair in banks.multiples.values:
        known("people.yaml: multiples", pair, banks.kinds)
    known("people.yaml: districts", banks.districts.values, vocabulary.districts)
    known("people.yaml: wear", banks.wear, vocabulary.facets)
    known("circumstances.yaml: demands", banks.demand_words, vocabulary.facets)
    known("circumstances.yaml: calm", banks.calm_words, vocabulary.facets)
    for words in banks.provision_words.values():
        known("circumstances.yaml: provisions", words, vocabulary.provisions)
    for occupation in banks.occupations.values():
        where = f"occupations: {occupation.family}"
        known(where, (occupation.family,), vocabulary.families)
        known(where, occupation.borrows, banks.occupations)
        known(where, occupation.kinds.values, vocabulary.employer_kinds)
    known("occupations", vocabulary.families, banks.occupations)
    known("names.yaml: trades", banks.names["trades"], vocabulary.families)
    known("names.yaml: firms", vocabulary.employer_kinds, banks.names["firms"])
    skills = [f.id for f in vocabulary.facets.values() if f.kind is FacetKind.SKILL]
    for table in banks.skills.values():
        known("people.yaml: skills", skills, table)
    if problems:
        raise BankError(problems)
