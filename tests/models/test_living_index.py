"""An index under change answers like one built afresh, and what is erased never comes back."""

import random
import threading
import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from data.records import JobPosting, PostingId
from evaluation.worlds import TODAY, World
from matching.catalogue import FEASIBLE, compile_catalogue
from matching.groups import OPEN_TRACKS, SHELTERED, wants_sheltered
from matching.person import CompiledPerson, compile_person
from models.search.block import exact_scores
from models.search.living import LivingIndex
from models.search.segment import posting_digest

WIDTH, K = 24, 8
Postings = dict[PostingId, JobPosting]


def vector_of(text: str) -> NDArray[np.float32]:
    draw = np.random.default_rng(zlib.crc32(text.encode()) % 977)  # few seeds: ties happen
    return draw.standard_normal(WIDTH, dtype=np.float32)


def vectors_of(postings: Mapping[PostingId, JobPosting]) -> NDArray[np.float32]:
    return np.array([vector_of(repr(p)) for p in postings.values()], np.float32)


def build(postings: Postings, world: World) -> LivingIndex:
    return LivingIndex.build(
        list(postings.values()), vectors_of(postings), world.vocabulary, "model"
    )


def expected(
    postings: Postings, world: World, person: CompiledPerson, query: NDArray[np.float32]
) -> dict[str, Any]:
    """The same answer the long way: every posting judged, every score taken, everything sorted."""
    catalogue = compile_catalogue(postings.values(), world.vocabulary)
    verdicts = catalogue.verdicts(person)
    normal = np.isin(catalogue.track, OPEN_TRACKS) & verdicts.open
    sheltered = catalogue.track == SHELTERED
    allowed = verdicts.admissible
    held_back = 0
    if (verdicts.codes[normal] == FEASIBLE).any() and not wants_sheltered(person):
        held_back = int((allowed & sheltered).sum())
        allowed = allowed & ~sheltered
    vectors = np.array([vector_of(repr(postings[i])) for i in catalogue.ids])
    rows = np.flatnonzero(allowed)
    scores = exact_scores(vectors.reshape(-1, WIDTH), query, rows)
    best = np.lexsort((rows, -scores))[:K]
    return {
        "ids": tuple(catalogue.ids[r] for r in rows[best]), "scores": scores[best].tolist(),
        "counts": verdicts.counts(), "held_back": held_back,
    }  # fmt: skip


def asked(index: LivingIndex, person: CompiledPerson, query: NDArray[np.float32]) -> dict[str, Any]:
    answer = index.search(person, query, K)
    return {"ids": answer.ids, "scores": answer.scores.tolist(), "counts": dict(answer.counts),
            "held_back": answer.held_back}  # fmt: skip


@pytest.mark.parametrize("seed", range(5))
def test_any_history_ends_in_the_answers_of_a_fresh_build(seed: int) -> None:
    world, draw = World(seed), random.Random(seed)
    postings = {p.id: p for p in (world.posting(i) for i in range(120))}
    index = build(postings, world)
    people = [compile_person(world.jobseeker(i), world.vocabulary, TODAY) for i in range(12)]
    for turn in range(12):
        if turn % 3 == 2:
            gone = draw.sample(sorted(postings), 9)
            for posting_id in gone:
                del postings[posting_id]
            assert index.erase([*gone, PostingId("unknown")]) == 9
            assert not any(i in index for i in gone)
        else:
            some = [world.posting(draw.randrange(180)) for _ in range(draw.choice([1, 4, 20]))]
            fresh = {p.id: p for p in some}
            postings |= fresh
            index.upsert(list(fresh.values()), vectors_of(fresh))
        assert len(index) == len(postings)
        for person in people:
            query = vector_of(person.jobseeker.id)
            assert asked(index, person, query) == expected(postings, world, person, query)
    built = build(postings, world)
    assert index.state.data == built.state.data == index.compacted().state.data
    assert index.digests() == {i: posting_digest(p) for i, p in postings.items()}
    assert len(index.state.parts) <= 12
    later = compile_person(world.jobseeker(3), world.vocabulary, TODAY.replace(month=12))
    query = vector_of("x")
    assert asked(index, later, query) == expected(postings, world, later, query)  # some expired


def test_a_change_that_is_refused_changes_nothing() -> None:
    world = World(2)
    postings = {p.id: p for p in (world.posting(i) for i in range(10))}
    index = build(postings, world)
    before = index.state
    one = list(postings.values())[:1]
    for vectors in (np.zeros((1, WIDTH + 1)), np.zeros((2, WIDTH)), np.full((1, WIDTH), np.nan)):
        with pytest.raises(ValueError, match="vector"):
            index.upsert(one, vectors.astype(np.float32))
    with pytest.raises(ValueError, match="distinct"):
        index.upsert(one * 2, np.zeros((2, WIDTH), np.float32))
    assert index.state is before
    with pytest.raises(ValueError, match="finite"):
        index.search(compile_person(world.jobseeker(1), world.vocabulary, TODAY),
                     np.full(WIDTH, np.nan, np.float32), 3)  # fmt: skip


def test_searches_during_changes_see_one_state_or_the_next() -> None:
    """Every answer must be the whole answer of a state that was current while it was asked."""
    world = World(9)
    postings = {p.id: p for p in (world.posting(i) for i in range(300))}
    index = build(postings, world)
    person = compile_person(world.jobseeker(1), world.vocabulary, TODAY)
    query = vector_of("q")
    right = {index.state.data: expected(postings, world, person, query)}
    history = []
    for number in range(40):
        changed = [world.posting((number * 7 + i) % 320) for i in range(5)]
        gone = sorted(set(postings) - {p.id for p in changed})[number]
        history.append((changed, gone))
    seen: list[Any] = []
    erased: list[tuple[PostingId, int]] = []
    finished = threading.Event()

    def ask() -> None:
        while not finished.is_set():
            already = len(erased)
            answer = index.search(person, query, K)
            seen.append((already, answer))

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for changed, gone in history:
        fresh = {p.id: p for p in changed}
        index.upsert(changed, vectors_of(fresh))
        postings |= fresh
        right[index.state.data] = expected(postings, world, person, query)
        if index.erase([gone]):
            del postings[gone]
            erased.append((gone, len(erased)))
            right[index.state.data] = expected(postings, world, person, query)
    finished.set()
    for thread in threads:
        thread.join()
    assert len(seen) > 20
    back = {p.id for changed, _ in history for p in changed}
    for already, answer in seen:
        want = right[answer.data]
        assert (answer.ids, dict(answer.counts)) == (want["ids"], want["counts"])
        never = {i for i, n in erased if n < already and i not in back}
        assert not never.intersection(answer.ids)
