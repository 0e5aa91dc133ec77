"""A verdict on one person and one posting: what stands in the way, and what follows from it.

The outcome is computed from the barriers and never stored beside them, so the two cannot disagree.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum

from data.records import (
    CapabilitySource,
    DemandSource,
    Interval,
    JobseekerId,
    MustKind,
    PostingId,
    ProvisionKey,
    ProvisionState,
)


class Status(IntEnum):
    """How one condition stands; the order is the order of severity."""

    OK = 0
    CONDITION = 1
    UNKNOWN = 2
    FAIL = 3


class Outcome(StrEnum):
    """What a verdict comes to. Only the first two may be shown as recommendations."""

    FEASIBLE = "FEASIBLE"
    CONDITIONAL = "CONDITIONAL"
    NEEDS_INFO = "NEEDS_INFO"
    INFEASIBLE = "INFEASIBLE"
    INELIGIBLE = "INELIGIBLE"

    @property
    def may_be_shown(self) -> bool:
        return self in (Outcome.FEASIBLE, Outcome.CONDITIONAL)


OUTCOMES: tuple[Outcome, ...] = tuple(Outcome)
"""Outcomes by code: the catalogue filter stores a verdict as an index into this tuple."""


class Layer(StrEnum):
    """Which of the three hard layers speaks (law, function, the person's own musts)."""

    ELIGIBILITY = "eligibility"
    FUNCTION = "function"
    MUST = "must"


class Subject(StrEnum):
    """What a barrier is about, so that its sentence and its question can be found."""

    FACET = "facet"
    PROVISION = "provision"
    RULE = "rule"
    MUST = "must"
    MUST_PROVISION = "must_provision"
    RESTRICTION = "restriction"
    REFUSED = "refused"
    DEMANDS = "demands"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class Remedy:
    """A change that would lift a barrier: provisions the employer would have to make."""

    provisions: tuple[ProvisionKey, ...] = ()
    accommodation: str | None = None


@dataclass(frozen=True, slots=True)
class Barrier:
    """One condition that does not hold, or is not known to.

    `code` is stable and machine-readable, e.g. ``stairs:0<2``, ``env.sr_compatible=unknown``,
    ``elig.working_age=?``, ``must.accessible_toilet=offered``.
    """

    layer: Layer
    status: Status
    code: str
    subject: Subject
    key: str
    have: Interval | None = None
    need: Interval | None = None
    source: CapabilitySource | None = None
    state: ProvisionState | None = None
    evidence: str = ""
    remedies: tuple[Remedy, ...] = ()

    @property
    def is_for_employer(self) -> bool:
        """Whether the answer lies with the employer: a provision, or a demand that was read only as
        a range while the person's own level is known."""
        asked_of_employers = (
            Subject.PROVISION, Subject.MUST_PROVISION, Subject.DEMANDS, Subject.REFUSED,
        )  # fmt: skip
        if self.subject in asked_of_employers:
            return True
        if self.subject is Subject.MUST:
            return self.key != MustKind.COMMUTE
        return (
            self.subject is Subject.FACET
            and self.have is not None
            and self.need is not None
            and self.have.is_exact
            and not self.need.is_exact
        )


@dataclass(frozen=True, slots=True)
class Verdict:
    """The judgement on one pair on one day, with everything that led to it.

    `relied_on`: provisions without which the pair would not be feasible, and their state.
    `demands_source`: anything but CONFIRMED makes the verdict provisional.
    `rules_version`: content hash of the vocabulary that was applied.
    """

    jobseeker_id: JobseekerId
    posting_id: PostingId
    on: date
    barriers: tuple[Barrier, ...]
    relied_on: tuple[tuple[ProvisionKey, ProvisionState], ...]
    demands_source: DemandSource
    rules_version: str

    @property
    def outcome(self) -> Outcome:
        """Law before function before questions before conditions (DOMAIN: decision rule)."""
        worst = max((b.status for b in self.barriers), default=Status.OK)
        if worst is Status.FAIL:
            by_law = any(
                b.status is Status.FAIL and b.layer is Layer.ELIGIBILITY for b in self.barriers
            )
            return Outcome.INELIGIBLE if by_law else Outcome.INFEASIBLE
        return OUTCOMES[worst]

    @property
    def deciding(self) -> tuple[Barrier, ...]:
        """The barriers that make the outcome what it is."""
        outcome = self.outcome
        if outcome is Outcome.FEASIBLE:
            return ()
        worst = max(b.status for b in self.barriers)
        return tuple(
            b
            for b in self.barriers
            if b.status is worst
            and (outcome is not Outcome.INELIGIBLE or b.layer is Layer.ELIGIBILITY)
        )

    @property
    def binding(self) -> tuple[str, ...]:
        """The codes that an explanation must name, in the order of the posting's clauses."""
        return tuple(dict.fromkeys(b.code for b in self.deciding))

    @property
    def question(self) -> Barrier | None:
        """The one thing to ask first when the outcome is NEEDS_INFO, else None."""
        return self.deciding[0] if self.outcome is Outcome.NEEDS_INFO else None

    @property
    def provisional(self) -> bool:
        """Whether the employer has yet to confirm the demands that were applied."""
        return self.demands_source is not DemandSource.CONFIRMED
