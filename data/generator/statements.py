"""How much of the truth the file knows: an assessment, what the person said, or the certificate.

About every second person has been assessed and a third filled in a questionnaire; of the rest the
office has nothing but the certificate, which is why so many answers begin with a question.
"""

from __future__ import annotations

from datetime import timedelta

from data.generator.draws import Draws
from data.generator.profiles import Profile
from data.generator.world import World
from data.records import (
    LEVEL_MAX,
    LEVEL_MIN,
    Assessment,
    Capability,
    CapabilitySource,
    FacetId,
    Interval,
    JobseekerId,
)
from data.vocabulary import Vocabulary
from data.vocabulary.tables import FacetKind

ASSESSED_SHARE, SELF_REPORT_SHARE = 0.45, 0.35
SKILL_ASSESSED, SKILL_SAID = 0.8, 0.65
TOUCHED_ASSESSED, TOUCHED_SAID = 0.88, 0.6
SPARE_ASSESSED, SPARE_SAID = 0.12, 0.05
EXACT_SHARE = 0.8


def _suspended(profile: Profile, vocabulary: Vocabulary) -> frozenset[FacetId]:
    """The facets that the certificate turns into questions, which is what gets assessed."""
    certificate = profile.certificate
    categories = certificate.categories if certificate else tuple(vocabulary.categories)
    return frozenset(f for c in categories for f in vocabulary.categories[c].suspends)


def _interval(draws: Draws, level: int) -> Interval:
    if draws.chance(EXACT_SHARE):
        return Interval.exactly(level)
    if draws.chance(0.5):
        return Interval(max(LEVEL_MIN, level - 1), level)
    return Interval(level, min(LEVEL_MAX, level + 1))


def draw_statements(
    world: World, profile: Profile, jobseeker_id: JobseekerId
) -> tuple[tuple[Capability, ...], Assessment | None]:
    """What is on record of the levels, and the assessment that found them, if there was one."""
    vocabulary = world.vocabulary
    draws = world.draws("statement", profile.index)
    mode = draws.unit()
    if mode >= ASSESSED_SHARE + SELF_REPORT_SHARE:
        return (), None
    assessed = mode < ASSESSED_SHARE
    thorough = 0.35 if draws.chance(0.25) else 1.0
    concerned = _suspended(profile, vocabulary) | profile.touched
    source = CapabilitySource.ASSESSED if assessed else CapabilitySource.SELF_REPORTED
    dated = world.on - timedelta(days=draws.between(10, 900))
    instrument = draws.pick(world.banks.instruments) if assessed else None
    found: list[Capability] = []
    for facet in vocabulary.facets.values():
        if facet.kind is FacetKind.SKILL:
            share = SKILL_ASSESSED if assessed else SKILL_SAID
        elif facet.id in concerned:
            share = TOUCHED_ASSESSED if assessed else TOUCHED_SAID
        else:
            share = SPARE_ASSESSED if assessed else SPARE_SAID
        if facet.safety and assessed:
            share = max(share, 0.3)
        if not draws.chance(share * thorough):
            continue
        level = profile.levels[facet.id]
        interval = _interval(draws, level) if assessed else _said(draws, level)
        found.append(Capability(facet.id, interval, source, dated, instrument))
    if not found:
        return (), None
    findings = tuple(found)
    if not assessed:
        return findings, None
    return findings, Assessment(jobseeker_id, instrument or "", dated, findings)


def _said(draws: Draws, level: int) -> Interval:
    """People know themselves well, and are a step off now and then."""
    if draws.chance(0.08):
        level = min(LEVEL_MAX, max(LEVEL_MIN, level + (1 if draws.chance(0.6) else -1)))
    return Interval.exactly(level)
