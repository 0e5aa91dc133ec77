"""A reading turned into the demand clauses that the matcher judges.

Branches of one either-or become the alternatives of one clause; a provision that a demand falls
away under becomes an alternative beside its level. Clauses on safety facets are critical: there a
presumption is not enough.
"""

from __future__ import annotations

from data.records import LEVEL_MIN, Alternative, Clause, Interval
from models.reading.nouns import DemandKind, ReadDemand, Reading
from models.reading.reader import SAFETY_FACETS


def to_clauses(reading: Reading) -> tuple[Clause, ...]:
    """The reading's demands as clauses, each with the words it rests on.

    >>> from models.reading import read_posting
    >>> [len(c.alternatives) for c in to_clauses(read_posting("", "站坐均可"))]
    [2]
    """
    clauses: list[Clause] = []
    choices: dict[str, dict[str, list[ReadDemand]]] = {}
    for demand in reading.demands:
        if demand.alternative_group is None:
            clauses.append(_alone(demand))
        else:
            number, letter = demand.alternative_group[:-1], demand.alternative_group[-1]
            choices.setdefault(number, {}).setdefault(letter, []).append(demand)
    clauses.extend(_either_or(branches) for branches in choices.values())
    return tuple(clauses)


def _interval(demand: ReadDemand) -> Interval:
    """A demand that is hedged, or that no rule but only the learned part saw, may not be there at
    all: it may raise a question, never exclude. Nor may the part of a level that no rule vouches
    for."""
    if demand.kind is DemandKind.HEDGED or demand.learned:
        return Interval(LEVEL_MIN, demand.interval.hi)
    if demand.vouched is not None and demand.vouched < demand.interval.lo:
        return Interval(demand.vouched, demand.interval.hi)
    return demand.interval


def _alone(demand: ReadDemand) -> Clause:
    level = Alternative(levels=((demand.facet, _interval(demand)),))
    # Each provision alone satisfies the demand, so each is an alternative of its own.
    instead = tuple(Alternative(provided=(key,)) for key in demand.provided)
    return Clause(
        (level, *instead), critical=demand.facet in SAFETY_FACETS, evidence=demand.evidence.text
    )


def _either_or(branches: dict[str, list[ReadDemand]]) -> Clause:
    """One clause of several branches; its evidence is the earliest words of any branch."""
    everything = [demand for branch in branches.values() for demand in branch]
    alternatives = tuple(
        Alternative(
            levels=tuple((demand.facet, _interval(demand)) for demand in branches[letter]),
            provided=tuple(dict.fromkeys(key for d in branches[letter] for key in d.provided)),
        )
        for letter in sorted(branches)
    )
    return Clause(
        alternatives,
        critical=any(demand.facet in SAFETY_FACETS for demand in everything),
        evidence=everything[0].evidence.text,
    )
