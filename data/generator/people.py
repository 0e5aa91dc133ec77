"""Invented jobseekers one by one: the record, who they are, and their assessment if any."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from data.generator.draws import Draws
from data.generator.facts import draw_facts
from data.generator.identity import draw_identity
from data.generator.profiles import Fit, Profile, draw_profile
from data.generator.statements import draw_statements
from data.generator.stories import draw_experience, draw_major, draw_skills, draw_wishes
from data.generator.world import World
from data.records import (
    AidId,
    Assessment,
    Consent,
    Identity,
    Jobseeker,
    JobseekerId,
    RestrictionId,
)
from data.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Person:
    """One invented person: what the matcher may know, and apart from it who they are."""

    jobseeker: Jobseeker
    identity: Identity
    assessment: Assessment | None


def jobseeker_id(index: int) -> JobseekerId:
    return JobseekerId(f"R{index + 1:06d}")


def _drawn(draws: Draws, tables: list[dict[str, float]]) -> list[str]:
    """Names whose chance came up, each once, in the order of the tables."""
    found: dict[str, None] = {}
    for table in tables:
        for name, share in table.items():
            if draws.chance(share):
                found[name] = None
    return list(found)


def _consents(draws: Draws, on: date) -> tuple[Consent, ...]:
    """Most agree to be matched, some refuse, some were never asked; fewer agree to sharing."""
    consents: list[Consent] = []
    for purpose, granted, refused in (("match", 0.88, 0.04), ("share_with_employer", 0.5, 0.15)):
        point = draws.unit()
        if point < granted + refused:
            dated = on - timedelta(days=draws.between(1, 700))
            consents.append(Consent(purpose, point < granted, dated))
    return tuple(consents)


def _person(world: World, profile: Profile) -> Person:
    draws = world.draws("file", profile.index)
    identifier = jobseeker_id(profile.index)
    capabilities, assessment = draw_statements(world, profile, identifier)
    experience, years = draw_experience(world, profile)
    wishes, musts = draw_wishes(world, profile)
    jobseeker = Jobseeker(
        id=identifier,
        certificate=profile.certificate,
        capabilities=capabilities,
        aids=tuple(AidId(a) for a in _drawn(draws, [dict(k.aids) for k in profile.kinds])),
        restrictions=tuple(
            RestrictionId(r) for r in _drawn(draws, [dict(k.restrictions) for k in profile.kinds])
        ),
        skills=draw_skills(world, profile),
        education=profile.education if draws.chance(0.95) else None,
        major=draw_major(world, profile),
        experience=experience,
        experience_years=years,
        facts=draw_facts(world, profile),
        residence=profile.district if draws.chance(0.97) else None,
        wishes=wishes,
        musts=musts,
        consents=_consents(draws, world.on),
    )
    return Person(jobseeker, draw_identity(world, profile, identifier), assessment)


def generate_people(
    seed: int, n: int, *, on: date, vocabulary: Vocabulary, start: int = 0
) -> Iterator[Person]:
    """The people numbered `start` to `start + n - 1`; each depends on the seed and its number.

    BankError: the phrase banks name what the vocabulary does not hold.
    """
    world = World.create(seed, on, vocabulary)
    fit = Fit(world.banks, vocabulary)
    for index in range(start, start + n):
        yield _person(world, draw_profile(world, index, fit))


def generate_jobseekers(
    seed: int, n: int, *, on: date, vocabulary: Vocabulary, start: int = 0
) -> Iterator[Jobseeker]:
    """As `generate_people`, for benchmarks that need the matcher's side alone."""
    for person in generate_people(seed, n, on=on, vocabulary=vocabulary, start=start):
        yield person.jobseeker
