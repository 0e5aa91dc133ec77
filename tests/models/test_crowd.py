"""Many people at once get what each would get alone, from an index with a history."""

from dataclasses import replace

import numpy as np
import pytest

from data.records import PostingId
from evaluation.worlds import TODAY, World
from matching.person import compile_person
from matching.verdict import OUTCOMES
from models.search.crowd import match_everybody, search_people
from models.search.living import LivingIndex
from models.search.plan import Plan
from tests.models.test_living_index import WIDTH, vector_of, vectors_of


@pytest.mark.parametrize(("seed", "alone"), [(1, 0.0), (2, 0.1), (3, 0.4), (4, 0.0), (5, 1.0)])
def test_a_crowd_gets_what_each_gets_alone(seed: int, alone: float) -> None:
    world = World(seed)
    postings = {p.id: p for p in (world.posting(i) for i in range(400))}
    index = LivingIndex.build(
        list(postings.values()), vectors_of(postings), world.vocabulary, "m",
        replace(Plan(), alone_in_batch=alone),
    )  # fmt: skip
    changed = {p.id: p for p in (world.posting(i) for i in range(380, 440))}
    index.upsert(list(changed.values()), vectors_of(changed))
    index.erase([PostingId(f"j{i:04d}") for i in range(0, 100, 3)])
    people = [compile_person(world.jobseeker(i), world.vocabulary, TODAY) for i in range(150)]
    assert 20 < sum(p.has_musts for p in people) < 130
    queries = np.array([vector_of(p.id) for p in people])
    chunks = [(people[i : i + 40], queries[i : i + 40]) for i in range(0, 150, 40)]
    answers = list(match_everybody(index.state, index.plan, iter(chunks), 7))
    kept_back = 0
    for (chunk, asked), answer in zip(chunks, answers, strict=True):
        assert answer.person.tolist() == sorted(answer.person.tolist())
        for i, person in enumerate(chunk):
            single = index.search(person, asked[i], 7)
            mine = np.flatnonzero(answer.person == i)
            assert tuple(answer.ids[j] for j in mine) == single.ids
            assert answer.scores[mine].tolist() == single.scores.tolist()
            assert answer.outcomes[mine].tolist() == single.outcomes.tolist()
            assert dict(zip(OUTCOMES, answer.counts[:, i], strict=True)) == dict(single.counts)
            assert answer.held_back[i] == single.held_back
            kept_back += single.held_back
    assert kept_back


def test_people_of_two_days_are_not_judged_together() -> None:
    world = World(1)
    postings = {p.id: p for p in (world.posting(i) for i in range(5))}
    index = LivingIndex.build(list(postings.values()), vectors_of(postings), world.vocabulary, "m")
    people = [compile_person(world.jobseeker(i), world.vocabulary, TODAY.replace(day=1 + i))
              for i in range(2)]  # fmt: skip
    with pytest.raises(ValueError, match="days"):
        search_people(index.state, index.plan, people, np.zeros((2, WIDTH), np.float32), 3)
