"""What the work of one invented posting really asks, and whether the employer said so.

Posts of one family differ: levels move a step, an alternative is not on offer, a point does not
apply. The latent demands always exist and the advertisement's words follow them; only some
employers have confirmed them, for the others the family template has to speak.
"""

from __future__ import annotations

from data.generator.draws import Draws
from data.records import Alternative, Clause, Interval, ProvisionKey

CONFIRMED_SHARE = 0.4
EASIER, HARDER, NOT_APPLICABLE, WITHOUT_ALTERNATIVE = 0.17, 0.12, 0.05, 0.15


def _level(draws: Draws, need: Interval) -> Interval:
    level = draws.between(need.lo, need.hi)
    point = draws.unit()
    if point < EASIER and level > 1:
        level -= 1
    elif point > 1 - HARDER and level < 4:
        level += 1
    return Interval.exactly(level)


def draw_demands(draws: Draws, template: tuple[Clause, ...]) -> tuple[Clause, ...]:
    """The template as it applies to one post; at least one clause stays."""
    clauses: list[Clause] = []
    for position, clause in enumerate(template):
        if position and not clause.critical and draws.chance(NOT_APPLICABLE):
            continue
        alternatives = clause.alternatives
        if len(alternatives) > 1 and draws.chance(WITHOUT_ALTERNATIVE):
            alternatives = alternatives[:-1]
        varied = tuple(
            Alternative(tuple((facet, _level(draws, need)) for facet, need in a.levels), a.provided)
            for a in alternatives
        )
        clauses.append(Clause(varied, clause.critical))
    return tuple(clauses)


def provisions_of(clauses: tuple[Clause, ...]) -> tuple[ProvisionKey, ...]:
    """The provisions that some alternative relies on, each once, in their order."""
    return tuple(dict.fromkeys(key for c in clauses for a in c.alternatives for key in a.provided))
