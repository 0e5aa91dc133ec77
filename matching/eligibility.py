"""Layer 1, the law: named legal conditions on licences and certified statuses.

This is the only layer in which a status may decide, and only where a named rule uses it. A fact
that nobody stated is unknown and becomes a question; two valid facts that contradict each other
are unknown as well.
"""

from __future__ import annotations

from datetime import date

from data.records import FactState, JobPosting, Jobseeker, RuleId
from data.vocabulary import Vocabulary
from matching.demands import effective_eligibility
from matching.verdict import Barrier, Layer, Status, Subject

UNIVERSAL_BARS: tuple[RuleId, ...] = (RuleId("under_16"),)
"""Facts that close every posting when they are known to be true (劳动法 第15条)."""

STATUS_OF_FACT = {
    FactState.TRUE: Status.OK,
    FactState.UNKNOWN: Status.UNKNOWN,
    FactState.FALSE: Status.FAIL,
}


def fact_state(jobseeker: Jobseeker, rule: RuleId, on: date) -> FactState:
    """What is known of one rule on that day."""
    states = {f.state for f in jobseeker.facts if f.rule == rule and f.covers(on)}
    states.discard(FactState.UNKNOWN)
    return states.pop() if len(states) == 1 else FactState.UNKNOWN


def assess_eligibility(
    jobseeker: Jobseeker, posting: JobPosting, vocabulary: Vocabulary, on: date
) -> list[Barrier]:
    """The legal conditions of this posting that the person fails, or may fail."""
    barriers: list[Barrier] = []
    for rule in UNIVERSAL_BARS:
        if fact_state(jobseeker, rule, on) is FactState.TRUE:
            barriers.append(
                Barrier(Layer.ELIGIBILITY, Status.FAIL, str(rule), Subject.RULE, str(rule))
            )
    if posting.awaits_review:
        barriers.append(
            Barrier(
                Layer.ELIGIBILITY, Status.UNKNOWN, "posting.review=pending", Subject.REVIEW,
                "review", evidence="；".join(posting.quarantine),
            )
        )  # fmt: skip
    for rule in effective_eligibility(posting, vocabulary):
        status = STATUS_OF_FACT[fact_state(jobseeker, rule, on)]
        if status is not Status.OK:
            code = str(rule) if status is Status.FAIL else f"elig.{rule}=?"
            barriers.append(Barrier(Layer.ELIGIBILITY, status, code, Subject.RULE, str(rule)))
    return barriers
