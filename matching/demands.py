"""Which demands and which legal conditions a posting is judged by."""

from __future__ import annotations

from dataclasses import dataclass

from data.records import Clause, DemandSource, JobPosting, RuleId
from data.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class EffectiveDemands:
    """`complete` False: nobody has said all that the job asks for. What is known may exclude, but
    where nothing excludes, the only honest verdict is a question to the employer."""

    clauses: tuple[Clause, ...]
    source: DemandSource
    complete: bool


def effective_demands(posting: JobPosting, vocabulary: Vocabulary) -> EffectiveDemands:
    """The employer's own demands, else the family's template (provisional), else nothing."""
    if posting.demands is not None:
        return EffectiveDemands(posting.demands, posting.demands_source, posting.demands_complete)
    family = vocabulary.families.get(posting.family) if posting.family else None
    if family is not None and family.demands is not None:
        return EffectiveDemands(family.demands, DemandSource.TEMPLATE, complete=True)
    return EffectiveDemands((), DemandSource.MISSING, complete=False)


def effective_eligibility(posting: JobPosting, vocabulary: Vocabulary) -> tuple[RuleId, ...]:
    """The legal conditions of a posting, in the order stated.

    What the office stated stands. Where it stated nothing, the track and the family speak: a
    public-welfare post is for certified people whether or not the employer wrote so.
    """
    if posting.eligibility is not None:
        rules = posting.eligibility
    else:
        family = vocabulary.families.get(posting.family) if posting.family else None
        rules = vocabulary.tracks[posting.track].eligibility
        if family is not None:
            rules = (*rules, *family.eligibility, *family.licences)
    return tuple(dict.fromkeys((*rules, *posting.licences)))
