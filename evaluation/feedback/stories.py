"""From single steps to stories: one lead, shown on one day, and what became of it by another day.

Silence is its own answer. A lead without one is `unanswered` for ever: it is never counted among
the declined, and nothing here counts anything per person that could be held against them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from data.leads import LeadEvent, LeadStep
from data.records import JobseekerId, PostingId

LADDER = (LeadStep.INTERESTED, LeadStep.INTERVIEWED, LeadStep.HIRED, LeadStep.STAYED)
RIPE_DAYS: Mapping[LeadStep, int] = {
    LeadStep.INTERESTED: 30, LeadStep.INTERVIEWED: 60, LeadStep.HIRED: 90, LeadStep.STAYED: 270,
}  # fmt: skip
"""How long an outcome may take before its absence means anything (proposal; six months in post
come after some weeks of hiring)."""


@dataclass(frozen=True, slots=True)
class Story:
    """One lead as it was shown, and the first day of each later step."""

    jobseeker_id: JobseekerId
    posting_id: PostingId
    shown_on: date
    place: int | None
    propensity: float | None
    steps: Mapping[LeadStep, date]
    reason: str | None = None

    def reached(self, step: LeadStep, by: date) -> bool:
        """Whether this step of the ladder, or one beyond it, was reached by a day."""
        beyond = LADDER[LADDER.index(step) :]
        return any(s in self.steps and self.steps[s] <= by for s in beyond)

    def is_ripe(self, step: LeadStep, by: date) -> bool:
        """Whether the outcome would be known by that day."""
        return self.shown_on + timedelta(days=RIPE_DAYS[step]) <= by

    @property
    def furthest(self) -> LeadStep | None:
        """The furthest step; declined only where nothing was reached; None: no answer."""
        for step in reversed(LADDER):
            if step in self.steps:
                return step
        return LeadStep.DECLINED if LeadStep.DECLINED in self.steps else None


@dataclass(frozen=True, slots=True)
class Log:
    """`unshown`: steps of leads that nobody recorded as shown; counted, and used for nothing."""

    stories: tuple[Story, ...]
    unshown: int

    @property
    def until(self) -> date | None:
        """The last day on which anything was recorded."""
        days = [d for s in self.stories for d in (s.shown_on, *s.steps.values())]
        return max(days, default=None)


def read_log(events: Iterable[LeadEvent]) -> Log:
    """One story for every time that a lead was shown; a later step belongs to the last showing on
    or before its day."""
    order = list(LeadStep)
    by_lead: dict[tuple[JobseekerId, PostingId], list[LeadEvent]] = defaultdict(list)
    for event in events:
        by_lead[event.jobseeker_id, event.posting_id].append(event)
    stories: list[Story] = []
    unshown = 0
    for lead in sorted(by_lead):
        current: Story | None = None
        steps: dict[LeadStep, date] = {}
        for event in sorted(by_lead[lead], key=lambda e: (e.dated, order.index(e.step))):
            if event.step is LeadStep.SHOWN:
                steps = {}
                current = Story(*lead, event.dated, event.place, event.propensity, steps)
                stories.append(current)
            elif current is None:
                unshown += 1
            else:
                steps.setdefault(event.step, event.dated)
                if event.reason is not None:
                    current = _with_reason(stories, event.reason)
    return Log(tuple(stories), unshown)


def _with_reason(stories: list[Story], reason: str) -> Story:
    last = stories[-1]
    stories[-1] = Story(
        last.jobseeker_id, last.posting_id, last.shown_on, last.place, last.propensity,
        last.steps, last.reason or reason,
    )  # fmt: skip
    return stories[-1]


def sessions_of(stories: Iterable[Story]) -> dict[tuple[JobseekerId, date], tuple[Story, ...]]:
    """What one person was shown on one day."""
    found: dict[tuple[JobseekerId, date], list[Story]] = defaultdict(list)
    for story in stories:
        found[story.jobseeker_id, story.shown_on].append(story)
    return {key: tuple(found[key]) for key in sorted(found)}
