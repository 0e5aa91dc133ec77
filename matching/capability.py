"""What may be taken as known of a person's 44 facets: stated, shown, presumed, or unknown.

A certificate never supplies a level. It only suspends the presumption "unaffected" for the facets
its category may touch, which turns them into questions (DOMAIN B.3: "unknown -> needs assessment").
Grades are measured without aids and hide side, limb and detail, so even the bounds that a legal
definition entails are used for ordering questions alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from data.records import (
    Capability,
    CapabilitySource,
    Category,
    FacetId,
    Interval,
    Jobseeker,
)
from data.vocabulary import Vocabulary
from data.vocabulary.tables import FacetKind, Presumption

SKILL_PRESUMPTION = "S"
"""Type of a presumption entry on a skill that the category itself does not bear on."""

_RANK = {
    CapabilitySource.OBSERVED: 0,
    CapabilitySource.ASSESSED: 0,
    CapabilitySource.SELF_REPORTED: 1,
    CapabilitySource.EDUCATION: 2,
    CapabilitySource.PRESUMED: 3,
    CapabilitySource.UNKNOWN: 4,
}


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one facet; `critical` is what counts where a safety clause is critical."""

    interval: Interval
    critical: Interval
    source: CapabilitySource


def suspended(jobseeker: Jobseeker, vocabulary: Vocabulary) -> tuple[Presumption, ...]:
    """The presumptions that do not hold for this person.

    No certificate on record counts like a multiple one without detail: nothing is known, so
    everything that any category may touch becomes a question.
    """
    certificate = jobseeker.certificate
    categories = (Category.MULTIPLE,) if certificate is None else certificate.categories
    if len(categories) > 1:  # a multiple certificate whose detail line is known
        categories = tuple(c for c in categories if c is not Category.MULTIPLE)
    return tuple(p for c in categories for p in vocabulary.categories[c].suspends.values())


def best_statement(statements: list[Capability]) -> Capability:
    """The statement that counts: assessment or observation before self-report, then the latest."""
    return min(
        statements,
        key=lambda c: (_RANK[c.source], -(c.dated or date.min).toordinal(), c.interval),
    )


def resolve(jobseeker: Jobseeker, vocabulary: Vocabulary) -> dict[FacetId, Known]:
    """Resolve every facet of the vocabulary to an interval with its source."""
    stated: dict[FacetId, list[Capability]] = {}
    for capability in jobseeker.capabilities:
        stated.setdefault(capability.facet, []).append(capability)
    shown = (
        vocabulary.education[jobseeker.education].shows if jobseeker.education is not None else {}
    )
    presumptions = suspended(jobseeker, vocabulary)
    unpresumed = {p.facet for p in presumptions}
    # A special-school diploma does not show the level it usually stands for: where a category
    # bears on learning itself, schooling stays a question. Deafness never discounts a diploma.
    unschooled = {p.facet for p in presumptions if p.kind != SKILL_PRESUMPTION}
    caps: dict[FacetId, int] = {}
    for restriction in jobseeker.restrictions:
        for facet_id, cap in vocabulary.restrictions[restriction].caps.items():
            caps[facet_id] = min(cap, caps.get(facet_id, cap))

    resolved: dict[FacetId, Known] = {}
    for facet in vocabulary.facets.values():
        if facet.id in stated:
            chosen = best_statement(stated[facet.id])
            interval, source = chosen.interval, chosen.source
        elif facet.id in shown and facet.id not in unschooled:
            interval, source = Interval(shown[facet.id], 4), CapabilitySource.EDUCATION
        elif facet.kind is FacetKind.SKILL or facet.id in unpresumed:
            interval, source = Interval.unknown(), CapabilitySource.UNKNOWN
        else:
            interval, source = Interval.exactly(4), CapabilitySource.PRESUMED
        if facet.id in caps:
            cap = caps[facet.id]
            interval = Interval(min(interval.lo, cap), min(interval.hi, cap))
        resolved[facet.id] = Known(interval, _critical(interval, source), source)
    return resolved


def _critical(interval: Interval, source: CapabilitySource) -> Interval:
    """Where safety is critical only an assessment or an observation can admit: a presumption
    says nothing, and a self-report counts when it says no but not when it says yes."""
    if _RANK[source] == 0:
        return interval
    return Interval(0, interval.hi)
