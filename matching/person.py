"""A person in the form that the catalogue filter reads: small arrays, no identity, no label."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from data.records import DutyId, Jobseeker, JobseekerId, MustKind, ProvisionKey, RuleId
from data.vocabulary import Vocabulary
from matching.capability import Known, resolve
from matching.eligibility import STATUS_OF_FACT, UNIVERSAL_BARS, fact_state
from matching.musts import must_provisions
from matching.verdict import Status


@dataclass(frozen=True, slots=True)
class CompiledPerson:
    """One jobseeker on one day.

    `lo`, `hi` have two halves of 44: as known, and as known where a safety clause is critical.
    Shapes: lo, hi (88,) uint8; rule_status (rules,) uint8, values of `Status`.
    """

    id: JobseekerId
    jobseeker: Jobseeker
    on: date
    lo: NDArray[np.uint8]
    hi: NDArray[np.uint8]
    rule_status: NDArray[np.uint8]
    barred: bool
    must_provisions: tuple[ProvisionKey, ...]
    must_wishes: tuple[MustKind, ...]
    forbidden_rules: frozenset[RuleId]
    refused: tuple[DutyId, ...]

    @property
    def has_musts(self) -> bool:
        """Whether anything beside function and law can rule a posting out for this person."""
        return bool(
            self.must_provisions or self.must_wishes or self.forbidden_rules or self.refused
        )


def pack(known: dict[str, Known] | dict[object, Known]) -> tuple[NDArray[np.uint8], ...]:
    values = list(known.values())
    lo = [k.interval.lo for k in values] + [k.critical.lo for k in values]
    hi = [k.interval.hi for k in values] + [k.critical.hi for k in values]
    return np.array(lo, np.uint8), np.array(hi, np.uint8)


def compile_person(jobseeker: Jobseeker, vocabulary: Vocabulary, on: date) -> CompiledPerson:
    """Resolve a person once, so that every posting can be judged from arrays."""
    lo, hi = pack({str(f): k for f, k in resolve(jobseeker, vocabulary).items()})
    stated = {f.rule for f in jobseeker.facts}
    rule_status = np.full(len(vocabulary.rules), Status.UNKNOWN, np.uint8)
    for i, rule in enumerate(vocabulary.rules):
        if rule in stated:
            rule_status[i] = STATUS_OF_FACT[fact_state(jobseeker, rule, on)]
    barred = any(fact_state(jobseeker, rule, on).value == "true" for rule in UNIVERSAL_BARS)
    forbidden: set[RuleId] = set()
    for restriction in jobseeker.restrictions:
        forbidden.update(vocabulary.restrictions[restriction].forbids)
    return CompiledPerson(
        jobseeker.id, jobseeker, on, lo, hi, rule_status, barred,
        must_provisions(jobseeker, vocabulary), jobseeker.musts.wishes, frozenset(forbidden),
        jobseeker.musts.refused,
    )  # fmt: skip
