"""Counterfactual twins: the same person with another label must get the same answer.

A twin has the same capabilities on all 44 facets, the same facts, skills, wishes and place; only
category, grade, or what the story tells of sex, age, category or awards differs. Capabilities are
written out in full first, because a certificate decides which presumptions hold where nobody has
said anything: that is function, and not what is tested here.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from data.records import Capability, CapabilitySource, Category, Certificate, Jobseeker
from data.vocabulary import Vocabulary
from matching.capability import resolve
from matching.matcher import Matcher, MatchResult

TELLS = (
    "女，52岁。", "男，24岁。", "肢体残疾三级。", "视力二级。", "曾获全国自强模范称号。",
    "获得过残疾人职业技能竞赛一等奖。", "省残运会铅球冠军。", "评为优秀残疾人工作者。",
)  # fmt: skip
"""What a story may tell beside work: sex, age, category, grade, awards that give a disability
away."""


@dataclass(frozen=True, slots=True)
class TwinViolation:
    """A twin who got something else. Named by what was changed, never by whom."""

    number: int
    changed: str


def spelled_out(person: Jobseeker, vocabulary: Vocabulary, on: date) -> Jobseeker:
    """The same person with every facet stated, so that no presumption is left to a certificate."""
    known = resolve(person, vocabulary)
    stated = tuple(
        Capability(facet, one.interval, CapabilitySource.ASSESSED, on)
        for facet, one in known.items()
    )
    return replace(person, capabilities=stated)


def twins_of(person: Jobseeker, seed: int) -> list[tuple[str, Jobseeker]]:
    """One twin for every thing that must not matter: what was changed, and the twin."""
    draws = random.Random(seed)
    categories = [c for c in Category if (c,) != getattr(person.certificate, "categories", None)]
    grade = person.certificate.grade if person.certificate else None
    grades = [g for g in (1, 2, 3, 4) if g != grade]
    now = person.certificate.categories if person.certificate else (Category.PHYSICAL,)
    twins = [
        ("category", replace(person, certificate=Certificate((draws.choice(categories),), grade))),
        ("grade", replace(person, certificate=Certificate(now, draws.choice(grades)))),
    ]
    for tell in draws.sample(TELLS, 2):
        story = f"{person.experience}\n{tell}" if person.experience else tell
        twins.append((f"story: {tell}", replace(person, experience=story)))
    return twins


def twin_violations(
    people: Sequence[Jobseeker], matcher: Matcher, on: date, seed: int,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[int, list[TwinViolation]]:  # fmt: skip
    """How many twins were asked, and those whose admissible postings, order or scores differ."""
    asked = 0
    found: list[TwinViolation] = []
    for number, someone in enumerate(people):
        person = spelled_out(someone, matcher.vocabulary, on)
        expected = _answer(matcher.match(person, on=on, limit=len(matcher.catalogue), questions=0))
        for changed, twin in twins_of(person, seed + number):
            asked += 1
            answer = matcher.match(twin, on=on, limit=len(matcher.catalogue), questions=0)
            if _answer(answer) != expected:
                found.append(TwinViolation(number, changed))
        if progress is not None:
            progress(number + 1, len(people))
    return asked, found


def _answer(result: MatchResult) -> tuple[object, ...]:
    leads = tuple((m.posting_id, m.score_micro, m.verdict.outcome) for m in result.matches)
    return leads, tuple(result.counts.items()), result.held_back
