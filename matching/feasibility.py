"""Layer 2, function: what the person does with aids against what the task asks, never a label.

One rule, written to be read: an alternative is as good as its worst part, a clause as its best
alternative, a job as its worst clause, with OK < CONDITION < UNKNOWN < FAIL. The catalogue filter
computes the same for all postings at once; a property test holds the two equal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from data.records import (
    Alternative,
    Clause,
    FacetId,
    Interval,
    JobPosting,
    ProvisionKey,
    ProvisionState,
)
from data.vocabulary import Vocabulary
from matching.capability import Known
from matching.demands import effective_demands
from matching.verdict import Barrier, Layer, Remedy, Status, Subject

STATUS_OF_PROVISION = {
    ProvisionState.YES: Status.OK,
    ProvisionState.OFFERED: Status.CONDITION,
    ProvisionState.UNKNOWN: Status.UNKNOWN,
    ProvisionState.NO: Status.FAIL,
}


def compare(have: Interval, need: Interval) -> Status:
    """Whether what is known of a capability covers what is known of a demand.

    >>> compare(Interval(2, 3), Interval.exactly(3))
    <Status.UNKNOWN: 2>
    """
    if have.lo >= need.hi:
        return Status.OK
    return Status.FAIL if have.hi < need.lo else Status.UNKNOWN


def provision_state(posting: JobPosting, key: ProvisionKey) -> ProvisionState:
    return posting.provisions.get(key, ProvisionState.UNKNOWN)


@dataclass(frozen=True, slots=True)
class _Part:
    status: Status
    barrier: Barrier


def _parts(
    alternative: Alternative,
    clause: Clause,
    known: Mapping[FacetId, Known],
    posting: JobPosting,
    vocabulary: Vocabulary,
) -> list[_Part]:
    parts: list[_Part] = []
    for facet, need in alternative.levels:
        critical = clause.critical and vocabulary.facets[facet].safety
        have = known[facet].critical if critical else known[facet].interval
        status = compare(have, need)
        barrier = Barrier(
            Layer.FUNCTION, status, f"{facet}:{have}<{need}", Subject.FACET, str(facet),
            have=have, need=need, source=known[facet].source, evidence=clause.evidence,
        )  # fmt: skip
        parts.append(_Part(status, barrier))
    for key in alternative.provided:
        state = provision_state(posting, key)
        status = STATUS_OF_PROVISION[state]
        barrier = Barrier(
            Layer.FUNCTION, status, f"env.{key}={state}", Subject.PROVISION, str(key),
            state=state, evidence=clause.evidence,
        )  # fmt: skip
        parts.append(_Part(status, barrier))
    return parts


def _remedies(
    clause: Clause,
    branches: list[list[_Part]],
    known: Mapping[FacetId, Known],
    posting: JobPosting,
    vocabulary: Vocabulary,
) -> tuple[Remedy, ...]:
    """Changes at the workplace that would lift a failing clause, fewest changes first.

    First the provisions that the clause itself accepts, then accommodations of the vocabulary
    that lower the demand to what the person can do.
    """
    found: list[Remedy] = []
    for alternative, parts in zip(clause.alternatives, branches, strict=True):
        levels_hold = all(
            p.status is not Status.FAIL for p in parts if p.barrier.subject is Subject.FACET
        )
        missing = tuple(
            k for k in alternative.provided
            if provision_state(posting, k) is not ProvisionState.YES
        )  # fmt: skip
        if levels_hold and missing:
            found.append(Remedy(missing))
    failing = {
        p.barrier.key: p.barrier
        for p in branches[0]
        if p.status is Status.FAIL and p.barrier.subject is Subject.FACET
    }
    for accommodation in vocabulary.accommodations.values():
        covers = failing and all(
            FacetId(facet) in accommodation.lowers
            and known[FacetId(facet)].interval.lo >= accommodation.lowers[FacetId(facet)]
            for facet in failing
        )
        given = provision_state(posting, accommodation.provision) is ProvisionState.YES
        if covers and not given and Remedy((accommodation.provision,)) not in found:
            found.append(Remedy((accommodation.provision,), accommodation.id))
    return tuple(sorted(found, key=lambda r: len(r.provisions)))


def assess_function(
    known: Mapping[FacetId, Known], posting: JobPosting, vocabulary: Vocabulary
) -> tuple[list[Barrier], list[tuple[ProvisionKey, ProvisionState]]]:
    """The barriers of layer 2 in clause order, and the provisions that were relied on."""
    demands = effective_demands(posting, vocabulary)
    barriers: list[Barrier] = []
    relied_on: dict[ProvisionKey, ProvisionState] = {}
    for clause in demands.clauses:
        branches = [_parts(a, clause, known, posting, vocabulary) for a in clause.alternatives]
        worst = [max(p.status for p in parts) for parts in branches]
        status = min(worst)
        best = worst.index(status)  # where alternatives tie, the first of the best ones
        if status in (Status.OK, Status.CONDITION):
            for key in clause.alternatives[best].provided:
                relied_on[key] = provision_state(posting, key)
        if status is Status.OK:
            continue
        remedies = (
            _remedies(clause, branches, known, posting, vocabulary) if status is Status.FAIL else ()
        )
        barriers.extend(
            _with_remedies(p.barrier, remedies) for p in branches[best] if p.status is status
        )
    if not demands.complete:
        barriers.append(
            Barrier(Layer.FUNCTION, Status.UNKNOWN, "demands=unknown", Subject.DEMANDS, "demands")
        )
    return barriers, list(relied_on.items())


def _with_remedies(barrier: Barrier, remedies: tuple[Remedy, ...]) -> Barrier:
    if not remedies:
        return barrier
    return Barrier(
        barrier.layer, barrier.status, barrier.code, barrier.subject, barrier.key,
        barrier.have, barrier.need, barrier.source, barrier.state, barrier.evidence, remedies,
    )  # fmt: skip
