"""Why a pair stands where it stands: contributions that sum to the score, in falling order."""

from __future__ import annotations

from dataclasses import dataclass

from data.records import JobseekerId, PostingId, ProvisionKey
from matching.signals import MICRO
from matching.verdict import Outcome, Verdict


@dataclass(frozen=True, slots=True)
class Contribution:
    """One signal's share of the score, in millionths of a point."""

    signal: str
    points_micro: int

    @property
    def points(self) -> float:
        return self.points_micro / MICRO


@dataclass(frozen=True, slots=True)
class Match:
    """A pair that may be shown. It cannot be built for a pair that a hard constraint forbids.

    `weak`: the person can do it, but neither their words nor their wishes lead there; it is told
    apart, so that a shortlist proposes real leads.

    Raises ValueError when the verdict is not FEASIBLE or CONDITIONAL, when it is about another
    pair, or when the contributions do not sum to the score.
    """

    jobseeker_id: JobseekerId
    posting_id: PostingId
    rank: int
    score_micro: int
    verdict: Verdict
    contributions: tuple[Contribution, ...]
    weak: bool = False

    def __post_init__(self) -> None:
        if not self.verdict.outcome.may_be_shown:
            raise ValueError(f"a pair judged {self.verdict.outcome} may not be shown")
        pair = (self.verdict.jobseeker_id, self.verdict.posting_id)
        if pair != (self.jobseeker_id, self.posting_id):
            raise ValueError("the verdict is about another pair")
        if sum(c.points_micro for c in self.contributions) != self.score_micro:
            raise ValueError("the contributions must sum to the score")

    @property
    def score(self) -> float:
        return self.score_micro / MICRO


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A pair that one or more answers would decide: never a recommendation, always a to-do."""

    jobseeker_id: JobseekerId
    posting_id: PostingId
    rank: int
    score_micro: int
    verdict: Verdict
    contributions: tuple[Contribution, ...]

    def __post_init__(self) -> None:
        if self.verdict.outcome is not Outcome.NEEDS_INFO:
            raise ValueError("only an undecided pair is a question")

    @property
    def score(self) -> float:
        return self.score_micro / MICRO


@dataclass(frozen=True, slots=True)
class Unlock:
    """What one answer or one change would decide: `postings` that hang on nothing else, and
    `touches`, the undecided postings in which it matters beside other questions."""

    subject: str
    key: str
    is_question: bool
    postings: int
    touches: int


@dataclass(frozen=True, slots=True)
class Versions:
    """What an answer was made with; two answers with equal versions are equal."""

    rules: str
    model: str
    data: str


def accommodations_relied_on(verdict: Verdict) -> tuple[ProvisionKey, ...]:
    return tuple(key for key, _ in verdict.relied_on)
