"""What became of a lead: the steps that an office or a portal records after somebody was shown a
posting."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from data.records import JobseekerId, PostingId


class LeadStep(StrEnum):
    """What became of a lead, one step at a time. A lead that was only shown has no answer yet: that
    is nobody's refusal, however long ago it was."""

    SHOWN = "shown"
    INTERESTED = "interested"
    DECLINED = "declined"
    INTERVIEWED = "interviewed"
    HIRED = "hired"
    STAYED = "stayed"


@dataclass(frozen=True, slots=True)
class LeadEvent:
    """One step of one lead on one day, as the office or the portal recorded it.

    `reason`: an id of outcomes.yaml, on `DECLINED` and on nothing else: who declines says why, and
    silence declines nothing (a benefit may hang on refused *suitable* offers, 社会救助暂行办法
    第45条; this record is no basis for that). `place`: on which place of the list the posting was
    shown, from 1; `propensity`: with what probability it was shown at all, where the list was drawn
    by chance. Both belong to `SHOWN`; None: not recorded.
    """

    jobseeker_id: JobseekerId
    posting_id: PostingId
    step: LeadStep
    dated: date
    reason: str | None = None
    place: int | None = None
    propensity: float | None = None

    def __post_init__(self) -> None:
        if (self.reason is not None) != (self.step is LeadStep.DECLINED):
            raise ValueError("a declined lead has a reason, and no other step has one")
        if self.step is not LeadStep.SHOWN and (self.place, self.propensity) != (None, None):
            raise ValueError("only a lead that was shown has a place and a probability")
        if self.place is not None and self.place < 1:
            raise ValueError("places of a list are counted from 1")
        if self.propensity is not None and not 0 < self.propensity <= 1:
            raise ValueError("what was shown had a probability above 0 and at most 1")
