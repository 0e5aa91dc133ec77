"""The shapes of answers: one contract for the HTTP service and for `--json` on the command line.

No shape holds a category, a grade, a name or a number of a certificate. Capabilities appear only
where the question is about one person and the answer goes to that person or to staff.
"""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, ConfigDict, Field


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class VersionsOut(Shape):
    """What the answer was made with; equal versions and equal question give an equal answer."""

    rules: str = Field(description="content hash of the vocabulary and rule tables")
    model: str = Field(description="the ranker and what it was fitted on")
    data: str = Field(description="content hash of the postings")


class ContributionOut(Shape):
    signal: str
    label: str
    points: float


class ProvisionOut(Shape):
    provision: str
    label: str
    state: str


class QuestionOut(Shape):
    """The one question that would decide, and whom to ask: "person", "employer" or "office"."""

    ask: str
    subject: str
    key: str
    text: str


class PairOut(Shape):
    """What both lists share: a pair, its place, its score and the parts that sum to it."""

    rank: int
    posting_id: str
    title: str
    employer: str
    district: str
    pay: str
    track: str
    outcome: str
    outcome_text: str
    score: float
    contributions: list[ContributionOut]
    relied_on: list[ProvisionOut]
    provisional: bool
    demands_note: str


class MatchOut(PairOut):
    """A posting that may be recommended. `weak`: doable, but nothing the person said leads there,
    neither their experience nor their wishes; show it apart, or ask first."""

    weak: bool


class OpenQuestionOut(PairOut):
    """A posting that an answer would decide; not a recommendation."""

    question: QuestionOut
    reasons: list[str]


class UnlockOut(Shape):
    subject: str
    key: str
    label: str
    is_question: bool
    postings: int = Field(description="postings that hang on this alone")
    touches: int = Field(description="undecided postings in which this matters")
    text: str


class MatchResponse(Shape):
    jobseeker_id: str
    on: date
    matches: list[MatchOut]
    questions: list[OpenQuestionOut]
    counts: dict[str, int] = Field(description="every open posting, by outcome")
    held_back: int = Field(description="sheltered posts not offered while open posts are feasible")
    unlocks: list[UnlockOut]
    note: str = Field(description="why the list is empty, when it is")
    versions: VersionsOut


class CandidateOut(Shape):
    """A person proposed for a posting, without anything that tells a disability."""

    rank: int
    jobseeker_id: str
    outcome: str
    outcome_text: str
    score: float
    contributions: list[ContributionOut]
    relied_on: list[ProvisionOut]
    provisional: bool
    may_share_with_employer: bool | None


class CandidateQuestionOut(CandidateOut):
    ask: str


class CandidatesResponse(Shape):
    posting_id: str
    title: str
    on: date
    is_open: bool
    matches: list[CandidateOut]
    questions: list[CandidateQuestionOut]
    counts: dict[str, int]
    refused: int = Field(description="people who do not allow matching; not judged")
    versions: VersionsOut


class BarrierOut(Shape):
    layer: str
    status: str
    code: str
    text: str
    evidence: str
    question: QuestionOut | None


class AssessResponse(Shape):
    jobseeker_id: str
    posting_id: str
    on: date
    outcome: str
    outcome_text: str
    is_open: bool
    provisional: bool
    demands_note: str
    binding: list[str]
    barriers: list[BarrierOut]
    relied_on: list[ProvisionOut]
    remedies: list[str]
    note: str
    versions: VersionsOut
