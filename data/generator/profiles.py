"""The whole truth about one invented jobseeker, of which the records show only a part.

Kind of impairment, age and schooling come first; the 44 levels follow from them and hang together
through one latent value; the occupation is one that these levels allow, as people mostly look for
work that they can do.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from data.generator.banks import Banks, PersonKind
from data.generator.draws import Draws, Weighted
from data.generator.world import World
from data.records import (
    Category,
    Certificate,
    DistrictCode,
    Education,
    FacetId,
    FamilyId,
)
from data.vocabulary import Vocabulary
from data.vocabulary.tables import FacetKind

Levels = dict[FacetId, int]
DAYS = 365
DAY_STEP = 101
"""Coprime to 365: birthdays spread over the year, and day and sequence number name the index."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What is true of one person; `levels` holds all 44 facets with the aids in use."""

    index: int
    kinds: tuple[PersonKind, ...]
    certificate: Certificate | None
    certified_category: Category
    grade: int
    age: int
    birth: date
    male: bool
    district: DistrictCode
    education: Education
    levels: Levels
    occupation: FamilyId
    others: tuple[FamilyId, ...]
    years: float
    touched: frozenset[FacetId]


class Fit:
    """Which families a set of levels allows when the workplace provides what it could.

    Reads the templates once; a family without one is as open as those whose work it borrows.
    """

    def __init__(self, banks: Banks, vocabulary: Vocabulary) -> None:
        self._needs: dict[FamilyId, list[list[list[tuple[FacetId, int]]]]] = {}
        self._borrows = {f: banks.occupations[f].borrows for f in vocabulary.families}
        self.shares = {f: float(banks.occupations[f].share) for f in vocabulary.families}
        for family in vocabulary.families.values():
            if family.demands is not None:
                self._needs[family.id] = [
                    [[(f, need.lo) for f, need in a.levels] for a in clause.alternatives]
                    for clause in family.demands
                ]

    def allows(self, family: FamilyId, levels: Levels) -> bool:
        needs = self._needs.get(family)
        if needs is None:
            return any(self.allows(f, levels) for f in self._borrows[family] if f in self._needs)
        return all(
            any(all(levels[f] >= least for f, least in branch) for branch in clause)
            for clause in needs
        )

    def allowed(self, levels: Levels) -> list[FamilyId]:
        return [f for f in self.shares if self.allows(f, levels)]


def birthday(index: int, age: int, on: date) -> date:
    """A birth date of that age whose day of the year follows from the index."""
    day = (index * DAY_STEP) % DAYS
    birth = date(on.year - age, 1, 1) + timedelta(days=day)
    if (birth.month, birth.day) > (on.month, on.day):
        birth = date(on.year - age - 1, 1, 1) + timedelta(days=day)
    return birth


def _levels(
    draws: Draws, kinds: tuple[PersonKind, ...], education: Education, age: int, world: World
) -> Levels:
    banks = world.banks
    strength = draws.unit()
    skills = banks.skills[min(education, Education.MASTER)]
    levels: Levels = {}
    for facet in world.vocabulary.facets.values():
        if facet.kind is FacetKind.SKILL:
            low, high = skills[facet.id]
            level = _between(draws, low, high, strength)
            if age >= 50 and facet.id in ("type", "screen_access") and draws.chance(0.6):
                level = max(0, level - 1)
        else:
            level = 4
            if age >= 45 and draws.chance(banks.wear.get(facet.id, 0.01)):
                level = 3
        levels[facet.id] = level
    for kind in kinds:
        for name, (low, high) in kind.levels.items():
            facet_id = FacetId(name)
            drawn = _between(draws, low, high, strength)
            levels[facet_id] = min(levels[facet_id], drawn)
        for name, floor in kind.raises.items():
            levels[FacetId(name)] = max(levels[FacetId(name)], floor)
    return levels


def _between(draws: Draws, low: int, high: int, strength: float) -> int:
    """Near the person's own strength, so that facets of one person rise and fall together."""
    point = 0.6 * strength + 0.4 * draws.unit()
    return low + min(high - low, int(point * (high - low + 1)))


def _certificate(
    draws: Draws, banks: Banks
) -> tuple[tuple[PersonKind, ...], Certificate | None, Category, int]:
    chosen = draws.weighted(banks.kind_or_multiple)
    recorded = draws.chance(banks.recorded_certificate)
    detail = draws.chance(banks.multiple_with_detail)
    if chosen is not None:
        kind = banks.kinds[chosen]
        grade = draws.weighted(kind.grades)
        certificate = Certificate((kind.category,), grade) if recorded else None
        return (kind,), certificate, kind.category, grade
    first, second = (banks.kinds[name] for name in draws.weighted(banks.multiples))
    grade = min(draws.weighted(first.grades), draws.weighted(second.grades))
    named = (first.category, second.category) if detail else (Category.MULTIPLE,)
    certificate = Certificate(named, grade) if recorded else None
    return (first, second), certificate, Category.MULTIPLE, grade


def _occupations(
    draws: Draws, kinds: tuple[PersonKind, ...], levels: Levels, fit: Fit
) -> list[FamilyId]:
    """The latent occupation and up to two more, most of them within reach."""
    allowed = fit.allowed(levels)
    if not allowed or draws.chance(0.08):
        allowed = list(fit.shares)
    weights = {f: fit.shares[f] for f in allowed}
    for kind in kinds:
        for family, pull in kind.drawn_to.items():
            if family in weights:
                weights[family] *= 1.0 + pull
    taken: list[FamilyId] = []
    for _ in range(min(3, len(weights))):
        family = draws.weighted(Weighted(weights.items()))
        del weights[family]
        taken.append(family)
    return taken


def draw_profile(world: World, index: int, fit: Fit) -> Profile:
    """Person number `index` of that seed: the same whoever else is drawn."""
    banks = world.banks
    draws = world.draws("person", index)
    kinds, certificate, category, grade = _certificate(draws, banks)
    low, high = draws.weighted(banks.ages[kinds[0].ages])
    age = draws.between(low, high)
    male = draws.chance(0.57)
    harder = [k.schooling for k in kinds]
    order = ("little", "special", "hampered", "usual")
    schooling = banks.schooling[min(harder, key=order.index)]
    education = draws.weighted(schooling[age >= 45])
    if age < 22:
        education = min(education, Education.SENIOR if age < 20 else Education.COLLEGE)
    levels = _levels(draws, kinds, education, age, world)
    families = _occupations(draws, kinds, levels, fit)
    working_years = max(0, age - 18 - 2 * max(0, int(education) - 3))
    years = float(min(working_years, int(working_years * draws.unit() * 0.9)))
    touched = frozenset(FacetId(f) for k in kinds for f in k.levels)
    return Profile(
        index, kinds, certificate, category, grade, age, birthday(index, age, world.on), male,
        draws.weighted(banks.districts), education, levels, families[0], tuple(families[1:]),
        years, touched,
    )  # fmt: skip
