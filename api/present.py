"""From judgements to answers: looks up labels, adds nothing, decides nothing."""

from __future__ import annotations

from collections.abc import Mapping

from api.schemas import (
    AssessResponse,
    BarrierOut,
    CandidateOut,
    CandidateQuestionOut,
    CandidatesResponse,
    ContributionOut,
    MatchOut,
    MatchResponse,
    OpenQuestionOut,
    ProvisionOut,
    QuestionOut,
    UnlockOut,
    VersionsOut,
)
from data.records import JobPosting, Jobseeker, JobseekerId, Pay, PayPeriod, PostingId
from data.vocabulary import Language, Vocabulary
from matching import wording
from matching.explanation import Contribution, Match, OpenQuestion, Versions
from matching.matcher import CandidatesResult, MatchResult
from matching.verdict import Barrier, Outcome, Status, Subject, Verdict

PERIODS = {
    PayPeriod.MONTH: ("元/月", "yuan a month"),
    PayPeriod.YEAR: ("元/年", "yuan a year"),
    PayPeriod.DAY: ("元/天", "yuan a day"),
    PayPeriod.HOUR: ("元/小时", "yuan an hour"),
    PayPeriod.PIECE: ("计件", "piece rate"),
}


def pay_text(pay: Pay | None, language: Language) -> str:
    """Pay as a person reads it.

    >>> pay_text(Pay(PayPeriod.MONTH, 3000, 5000), Language.ZH)
    '3000-5000元/月'
    """
    if pay is None:
        return "面议" if language is Language.ZH else "negotiable"
    unit = PERIODS[pay.period][0 if language is Language.ZH else 1]
    ends = [f"{v:g}" for v in (pay.low, pay.high) if v is not None]
    if not ends:
        return unit
    return "-".join(dict.fromkeys(ends)) + (unit if language is Language.ZH else f" {unit}")


class Presenter:
    """Turns results into answers in one language."""

    def __init__(
        self,
        vocabulary: Vocabulary,
        postings: Mapping[PostingId, JobPosting],
        language: Language = Language.ZH,
    ) -> None:
        self.vocabulary = vocabulary
        self.postings = postings
        self.language = language

    def match(self, result: MatchResult) -> MatchResponse:
        return MatchResponse(
            jobseeker_id=result.jobseeker_id,
            on=result.on,
            matches=[
                MatchOut.model_validate({**self._pair(m), "weak": m.weak})
                for m in result.matches
            ],
            questions=[
                OpenQuestionOut.model_validate(
                    {**self._pair(q), "question": self.question(q.verdict.question),
                     "reasons": self._reasons(q.verdict)}
                )
                for q in result.questions
            ],
            counts={str(k): v for k, v in result.counts.items()},
            held_back=result.held_back,
            unlocks=[
                UnlockOut(
                    subject=u.subject, key=u.key, is_question=u.is_question, postings=u.postings,
                    touches=u.touches,
                    label=wording.subject_label(u.subject, u.key, self.vocabulary)
                    .text(self.language),
                    text=wording.describe_unlock(u, self.vocabulary, self.language),
                )
                for u in result.unlocks
            ],
            note=self._empty_note(result),
            versions=self.versions(result.versions),
        )  # fmt: skip

    def candidates(
        self, result: CandidatesResult, people: Mapping[JobseekerId, Jobseeker], refused: int
    ) -> CandidatesResponse:
        return CandidatesResponse(
            posting_id=result.posting_id,
            title=self.postings[result.posting_id].title,
            on=result.on,
            is_open=result.is_open,
            matches=[
                CandidateOut.model_validate(self._candidate(m, people)) for m in result.matches
            ],
            questions=[
                CandidateQuestionOut.model_validate(
                    {**self._candidate(q, people), "ask": self.question(q.verdict.question).ask}
                )
                for q in result.questions
            ],
            counts={str(k): v for k, v in result.counts.items()},
            refused=refused,
            versions=self.versions(result.versions),
        )

    def assess(self, verdict: Verdict, posting: JobPosting, versions: Versions) -> AssessResponse:
        outcome = verdict.outcome
        say = self.vocabulary.messages
        if outcome is Outcome.INFEASIBLE:
            note = say["not_your_fault"].text(self.language)
        else:
            note = "" if outcome.may_be_shown else say["ask_review"].text(self.language)
        return AssessResponse(
            jobseeker_id=verdict.jobseeker_id,
            posting_id=verdict.posting_id,
            on=verdict.on,
            outcome=str(outcome),
            outcome_text=wording.describe_outcome(outcome, self.vocabulary, self.language),
            is_open=posting.is_open(verdict.on),
            provisional=verdict.provisional,
            demands_note=wording.describe_demands(verdict, self.vocabulary, self.language),
            binding=list(verdict.binding),
            barriers=[self._barrier(b) for b in verdict.barriers],
            relied_on=self._relied_on(verdict),
            remedies=wording.describe_remedies(verdict, self.vocabulary, self.language),
            note=note,
            versions=self.versions(versions),
        )

    def question(self, barrier: Barrier | None) -> QuestionOut:
        if barrier is None:
            raise ValueError("only an undecided verdict has a question")
        if barrier.is_for_employer:
            ask = "employer"
        elif barrier.subject in (Subject.MUST, Subject.REVIEW):
            ask = "office"
        else:
            ask = "person"
        text = wording.question_for(barrier, self.vocabulary, self.language)
        return QuestionOut(ask=ask, subject=str(barrier.subject), key=barrier.key, text=text)

    @staticmethod
    def versions(versions: Versions) -> VersionsOut:
        return VersionsOut(rules=versions.rules, model=versions.model, data=versions.data)

    def district(self, posting: JobPosting) -> str:
        if posting.district is None:
            return ""
        return self.vocabulary.districts[posting.district].label.text(self.language)

    def _pair(self, pair: Match | OpenQuestion) -> dict[str, object]:
        posting = self.postings[pair.posting_id]
        return {
            "rank": pair.rank,
            "posting_id": posting.id,
            "title": posting.title,
            "employer": posting.employer_name,
            "district": self.district(posting),
            "pay": pay_text(posting.pay, self.language),
            "track": self.vocabulary.tracks[posting.track].label.text(self.language),
            **self._judged(pair),
            "demands_note": wording.describe_demands(pair.verdict, self.vocabulary, self.language),
        }

    def _candidate(
        self, pair: Match | OpenQuestion, people: Mapping[JobseekerId, Jobseeker]
    ) -> dict[str, object]:
        return {
            "rank": pair.rank,
            "jobseeker_id": pair.jobseeker_id,
            **self._judged(pair),
            "may_share_with_employer": people[pair.jobseeker_id].allows("share_with_employer"),
        }

    def _judged(self, pair: Match | OpenQuestion) -> dict[str, object]:
        outcome = pair.verdict.outcome
        return {
            "outcome": str(outcome),
            "outcome_text": wording.describe_outcome(outcome, self.vocabulary, self.language),
            "score": pair.score,
            "contributions": [self._contribution(c) for c in pair.contributions],
            "relied_on": self._relied_on(pair.verdict),
            "provisional": pair.verdict.provisional,
        }

    def _contribution(self, contribution: Contribution) -> ContributionOut:
        label = wording.describe_contribution(contribution, self.vocabulary, self.language)
        return ContributionOut(signal=contribution.signal, label=label, points=contribution.points)

    def _relied_on(self, verdict: Verdict) -> list[ProvisionOut]:
        return [
            ProvisionOut(
                provision=key,
                label=self.vocabulary.provisions[key].label.text(self.language),
                state=str(state),
            )
            for key, state in verdict.relied_on
        ]

    def _barrier(self, barrier: Barrier) -> BarrierOut:
        return BarrierOut(
            layer=str(barrier.layer),
            status=barrier.status.name,
            code=barrier.code,
            text=wording.describe_barrier(barrier, self.vocabulary, self.language),
            evidence=barrier.evidence,
            question=self.question(barrier) if barrier.status is Status.UNKNOWN else None,
        )

    def _reasons(self, verdict: Verdict) -> list[str]:
        return [
            wording.describe_barrier(b, self.vocabulary, self.language) for b in verdict.deciding
        ]

    def _empty_note(self, result: MatchResult) -> str:
        if result.matches:
            return ""
        total = sum(result.counts.values())
        asked = result.counts[Outcome.NEEDS_INFO]
        if not total:
            key = "empty_no_postings"
        else:
            key = "empty_questions" if asked else "empty_constraints"
        return self.vocabulary.message(key, self.language, total=total, asked=asked)
