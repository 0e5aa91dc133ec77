"""The invented city gives the judgement something to do: every outcome, and leads for most."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from data.generator import City, generate_city
from data.vocabulary import load_vocabulary
from matching.assess import assess
from matching.verdict import Outcome

ON = date(2026, 11, 24)


@pytest.fixture(scope="module")
def city() -> City:
    return generate_city(1, jobseekers=300, postings=400, on=ON)


def test_every_outcome_occurs(city: City) -> None:
    vocabulary = load_vocabulary()
    offered = [p for p in city.postings if p.is_open(ON)][::4]
    outcomes = Counter(
        assess(person, posting, on=ON, vocabulary=vocabulary).outcome
        for person in city.jobseekers[::6]
        for posting in offered
    )
    assert set(outcomes) == set(Outcome)
    total = sum(outcomes.values())
    assert outcomes[Outcome.NEEDS_INFO] / total > 0.2
    assert 0.02 < outcomes[Outcome.FEASIBLE] / total < 0.3


def test_most_people_but_not_all_have_a_lead(city: City) -> None:
    vocabulary = load_vocabulary()
    offered = [p for p in city.postings if p.is_open(ON)]
    led = sum(
        any(assess(j, p, on=ON, vocabulary=vocabulary).outcome.may_be_shown for p in offered)
        for j in city.jobseekers
    )
    assert 0.55 <= led / len(city.jobseekers) <= 0.95
