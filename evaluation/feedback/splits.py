"""Past and future, with nobody on both sides.

What is learned from is what was known on the day of the split: leads shown before it, whose outcome
was ripe by then, told as far as it had gone by then. What is tested on comes after, and only from
people of whom nothing was shown before: who appears on both sides would let a model remember them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from data.leads import LeadStep
from data.records import JobseekerId
from evaluation.feedback.stories import Story


@dataclass(frozen=True, slots=True)
class Split:
    """`known`: the day by which outcomes count on each side; `left_out` says why others are not
    here: unripe on the day of the split, unripe at the end, later leads of people of the past."""

    train: tuple[Story, ...]
    test: tuple[Story, ...]
    known: tuple[date, date]
    left_out: dict[str, int]

    @property
    def on_both_sides(self) -> set[JobseekerId]:
        """Must be empty."""
        return {s.jobseeker_id for s in self.train} & {s.jobseeker_id for s in self.test}


def time_split(stories: Sequence[Story], day: date, end: date, success: LeadStep) -> Split:
    """Leads shown before `day` against those shown from it on, by when `success` was known."""
    past = {s.jobseeker_id for s in stories if s.shown_on < day}
    train: list[Story] = []
    test: list[Story] = []
    left = {"unripe_at_split": 0, "unripe_at_end": 0, "seen_before": 0}
    for story in stories:
        if story.shown_on < day:
            if story.is_ripe(success, day):
                train.append(story)
            else:
                left["unripe_at_split"] += 1
        elif story.jobseeker_id in past:
            left["seen_before"] += 1
        elif story.is_ripe(success, end):
            test.append(story)
        else:
            left["unripe_at_end"] += 1
    return Split(tuple(train), tuple(test), (day, end), left)


def usual_split_day(stories: Sequence[Story], end: date, success: LeadStep) -> date | None:
    """The day that leaves about a third of the ripe people for the test; None: too few of them."""
    first: dict[JobseekerId, date] = {}
    for story in stories:
        known = first.get(story.jobseeker_id)
        if story.is_ripe(success, end) and (known is None or story.shown_on < known):
            first[story.jobseeker_id] = story.shown_on
    days = sorted(first.values())
    return days[len(days) * 2 // 3] if len(days) >= 3 else None
