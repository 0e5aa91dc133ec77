"""From an office's log to estimates: the same steps for real and for simulated logs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from data.leads import LeadStep
from data.records import Jobseeker, JobseekerId
from evaluation.feedback.off_policy import (
    Estimate,
    PersonValues,
    Session,
    as_shown,
    compared,
    estimate,
    person_values,
)
from evaluation.feedback.reweighting import features, learn_weights, reward_model
from evaluation.feedback.splits import Split
from evaluation.feedback.stories import Story, sessions_of
from evaluation.measures.intervals import Interval, Paired
from matching.matcher import Matcher
from matching.signals import signal_weights

LEAST_PEOPLE = 30
"""Fewer people on a side tell nothing that an interval would not swallow."""
HAND, LEARNED = "hand-set", "learned"
Key = tuple[JobseekerId, date]
Progress = Callable[[int, int], None]
Floats = NDArray[np.float64]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Prepared:
    """The lists of one side of a split that can be evaluated: people known, postings known, every
    lead offered on that day by today's rules. `unusable` counts the others by cause.

    For every list: `tables` (shown, signals); `chosen`, what each weighing would show instead;
    `asked`, all rows that are shown or chosen, in ascending order, with their signals `asked_for`.
    """

    keys: tuple[Key, ...]
    sessions: tuple[Session, ...]
    tables: tuple[Floats, ...]
    chosen: Mapping[str, tuple[tuple[int, ...], ...]]
    asked: tuple[NDArray[np.int64], ...]
    asked_for: tuple[Floats, ...]
    unusable: Mapping[str, int]

    @property
    def people(self) -> int:
        return len({s.person for s in self.sessions})

    def weighable(self) -> Prepared:
        """Only the lists whose probabilities are on record."""
        kept = [i for i, s in enumerate(self.sessions) if s.is_weighable]

        def some(values: tuple[T, ...]) -> tuple[T, ...]:
            return tuple(values[i] for i in kept)

        return Prepared(
            some(self.keys), some(self.sessions), some(self.tables),
            {n: some(lists) for n, lists in self.chosen.items()}, some(self.asked),
            some(self.asked_for), self.unusable,
        )  # fmt: skip


def prepare(
    stories: Sequence[Story], known_by: date, success: LeadStep,
    people: Mapping[JobseekerId, Jobseeker], matcher: Matcher,
    weighings: Mapping[str, Mapping[str, float]], k: int, progress: Progress | None = None,
) -> Prepared:  # fmt: skip
    """The lists of these stories, with today's signals for the day on which each was shown.

    Records keep no history: people are taken as they are known now. A lead whose posting is gone
    from the store, or that today's rules would not offer, has no signals: its list is left out and
    counted, because a list with holes is worth less than it was.
    """
    unusable = {"person_gone": 0, "posting_gone": 0, "not_offered_now": 0}
    keys: list[Key] = []
    sessions: list[Session] = []
    tables: list[Floats] = []
    chosen: dict[str, list[tuple[int, ...]]] = {name: [] for name in weighings}
    asked: list[NDArray[np.int64]] = []
    asked_for: list[Floats] = []
    found = sessions_of(stories)
    for done, (key, shown) in enumerate(found.items(), 1):
        if progress is not None:
            progress(done, len(found))
        person = people.get(key[0])
        if person is None:
            unusable["person_gone"] += 1
            continue
        rows = [matcher.catalogue.row_of.get(s.posting_id) for s in shown]
        if None in rows:
            unusable["posting_gone"] += 1
            continue
        now = matcher.signals(person, key[1])
        places = np.array(rows, np.int64)
        if not now.offered[places].all():
            unusable["not_offered_now"] += 1
            continue
        rewards = np.array([float(s.reached(success, known_by)) for s in shown])
        chances = np.array([np.nan if s.propensity is None else s.propensity for s in shown])
        keys.append(key)
        sessions.append(Session(str(key[0]), places, rewards, chances))
        tables.append(features(now.values, places))
        lists = {name: tuple(now.best(w, k)) for name, w in weighings.items()}
        for name, one in lists.items():
            chosen[name].append(one)
        all_rows = np.array(sorted({*places.tolist()}.union(*lists.values())), np.int64)
        asked.append(all_rows)
        asked_for.append(features(now.values, all_rows))
    return Prepared(
        tuple(keys), tuple(sessions), tuple(tables), {n: tuple(c) for n, c in chosen.items()},
        tuple(asked), tuple(asked_for), unusable,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class FeedbackResult:
    """`gain`: learned minus hand-set on people that learning never saw; the learned weights count
    only when its whole interval is above 0. None: not enough to tell, `why` says what is missing.
    """

    split: Split
    train: Prepared
    test: Prepared
    shown: Interval
    estimates: Mapping[str, Estimate]
    lists: Mapping[str, Mapping[Key, Sequence[int]]]
    weights: Mapping[str, Mapping[str, float]]
    gain: Paired | None
    why: str

    @property
    def is_accepted(self) -> bool:
        return self.gain is not None and (self.gain.difference.low or 0.0) > 0


def evaluate_log(
    split: Split, success: LeadStep, people: Mapping[JobseekerId, Jobseeker], matcher: Matcher,
    k: int, seed: int, progress: Progress | None = None,
) -> FeedbackResult:  # fmt: skip
    """Learn weights on the past, estimate both weighings on the future."""
    train = prepare(split.train, split.known[0], success, people, matcher, {}, k, progress)
    weights: dict[str, Mapping[str, float]] = {HAND: signal_weights(matcher.vocabulary)}
    why = "" if train.people >= LEAST_PEOPLE else _too_few("之前", train.people)
    if not why:
        learned = learn_weights(train.tables, [s.rewards for s in train.sessions])
        if learned is None:
            why = "记录里看不出任何一项和结果有关"
        else:
            weights[LEARNED] = learned
    test = prepare(split.test, split.known[1], success, people, matcher, weights, k, progress)
    shown = as_shown(test.sessions, seed)
    usable = test.weighable()
    if usable.people < LEAST_PEOPLE:
        why = why or _too_few("之后（有显示概率的）", usable.people)
        return FeedbackResult(split, train, test, shown, {}, {}, weights, None, why)
    guesses = _guesses(usable, seed)
    estimates: dict[str, Estimate] = {}
    values: dict[str, PersonValues] = {}
    for name, lists in usable.chosen.items():
        estimates[name] = estimate(usable.sessions, lists, guesses, seed)
        values[name] = person_values(usable.sessions, lists, guesses)
    gain = None if why else compared(values[LEARNED], values[HAND], seed)
    lists_by_key = {
        n: dict(zip(usable.keys, lists, strict=True)) for n, lists in usable.chosen.items()
    }
    return FeedbackResult(split, train, test, shown, estimates, lists_by_key, weights, gain, why)


def _too_few(when: str, people: int) -> str:
    return f"分界日{when}只有 {people} 人的名单可用，不足 {LEAST_PEOPLE} 人"


def _guesses(side: Prepared, seed: int) -> list[dict[int, float]]:
    """For every list, what the reward model expects of all rows that anybody asks about."""
    guessed = reward_model(
        side.tables, [s.rewards for s in side.sessions],
        [s.person for s in side.sessions], side.asked_for, seed,
    )  # fmt: skip
    return [
        dict(zip(rows.tolist(), values.tolist(), strict=True))
        for rows, values in zip(side.asked, guessed, strict=True)
    ]
