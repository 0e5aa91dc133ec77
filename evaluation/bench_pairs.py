"""Millions of generated pairs: does the filter ever disagree with the rule, can a hostile ranker
get a forbidden pair through, and does any search show one or lose an allowed one?"""

from __future__ import annotations

import multiprocessing
import os
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.records import JobPosting, PostingId
from data.vocabulary import load_vocabulary
from evaluation.worlds import TODAY, World
from matching.assess import assess_resolved
from matching.capability import resolve
from matching.catalogue import compile_catalogue
from matching.matcher import Matcher
from matching.person import compile_person
from matching.ports import ProfileText, Ranked
from matching.signals import SkillIndex
from matching.verdict import OUTCOMES
from models.hygiene import CleanProfileReader
from models.search.crowd import search_people
from models.search.living import LivingIndex
from models.search.plan import Plan

PEOPLE, POSTINGS = 100, 100
WIDTH = 16


@dataclass(frozen=True, slots=True)
class MaliciousRanker:
    """Returns what a broken or hostile search library may: -1, repeats, rows that do not exist,
    rows that were forbidden, with the highest scores of all, and values that are no numbers."""

    count: int
    version: str = "malicious"

    def rank(self, profile: ProfileText, allowed: NDArray[np.bool_]) -> Ranked:
        del profile
        forbidden = np.flatnonzero(~allowed)
        rows = np.concatenate(
            [[-1, -1, self.count, self.count + 7, 2**40], forbidden, forbidden,
             np.arange(self.count), [-self.count]]
        ).astype(np.int64)  # fmt: skip
        relevance = np.full(len(rows), 1e9)
        relevance[::7], relevance[::11] = np.nan, np.inf
        return Ranked(rows, relevance)

    def similarity(self, profile: ProfileText, row: int) -> float:
        del profile, row
        return float("inf")


def run_pairs_check(
    pairs: int, seed: int, say: Callable[[str], None], workers: int | None = None
) -> dict[str, Any]:
    """Check `pairs` pairs in worlds of 100 x 100, on all cores. Counts disagreements and leaks."""
    worlds = -(-pairs // (PEOPLE * POSTINGS))
    numbers = [seed * 1_000_003 + i for i in range(worlds)]
    total = _Tally()
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers or os.cpu_count() or 1, context) as pool:
        for done, tally in enumerate(pool.map(check_world, numbers, chunksize=4), 1):
            total.add(tally)
            if done % 50 == 0:
                say(f"{total.pairs:,} 对，不一致 {total.disagreements}，漏出 {total.leaked}")
    return {
        "pairs": total.pairs, "worlds": worlds, "seed": seed, "shown": total.shown,
        "disagreements": total.disagreements, "leaked": total.leaked,
        "searched": total.searched, "search_wrong": total.search_wrong,
        "outcomes": dict(sorted(total.outcomes.items())), "rules": load_vocabulary().version,
    }  # fmt: skip


@dataclass(slots=True)
class _Tally:
    pairs: int = 0
    shown: int = 0
    disagreements: int = 0
    leaked: int = 0
    searched: int = 0
    search_wrong: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)

    def add(self, other: _Tally) -> None:
        self.pairs += other.pairs
        self.shown += other.shown
        self.disagreements += other.disagreements
        self.leaked += other.leaked
        self.searched += other.searched
        self.search_wrong += other.search_wrong
        self.outcomes += other.outcomes


def _index_with_a_history(world: World, postings: dict[PostingId, JobPosting]) -> LivingIndex:
    """The postings of a world in an index that once held others, some under the same ids. Few
    gathered rows, so that tiles are searched as well."""
    draw = np.random.default_rng(len(postings))
    past = World(world.random.randrange(1 << 30), world.vocabulary)
    before = [past.posting(i) for i in range(POSTINGS // 2, POSTINGS + POSTINGS // 2)]
    vectors = draw.standard_normal((len(before), WIDTH), np.float32)
    plan = Plan(alone_in_batch=0.1)
    index = LivingIndex.build(before, vectors, world.vocabulary, "pairs", plan)
    now = list(postings.values())
    for start in range(0, len(now), 30):
        some = now[start : start + 30]
        index.upsert(some, draw.standard_normal((len(some), WIDTH), np.float32))
    index.erase(p.id for p in before if p.id not in postings)
    return index


def check_world(world_seed: int) -> _Tally:
    """Every pair of one world: the filter against the rule, and a hostile ranker's answer."""
    vocabulary = load_vocabulary()
    world, tally = World(world_seed, vocabulary), _Tally()
    postings: dict[PostingId, JobPosting] = {
        p.id: p for p in (world.posting(i) for i in range(POSTINGS))
    }
    catalogue = compile_catalogue(postings.values(), vocabulary)
    matcher = Matcher(
        vocabulary, catalogue, postings, MaliciousRanker(len(catalogue)),
        CleanProfileReader(vocabulary), SkillIndex(),
    )  # fmt: skip
    index = _index_with_a_history(world, postings)
    people = [world.jobseeker(number) for number in range(PEOPLE)]
    compiled = [compile_person(p, vocabulary, TODAY) for p in people]
    queries = np.random.default_rng(world_seed).standard_normal((PEOPLE, WIDTH), np.float32)
    crowd = search_people(index.state, index.plan, compiled, queries, 2 * POSTINGS)
    for number, person in enumerate(people):
        verdicts = catalogue.verdicts(compiled[number])
        known = resolve(person, vocabulary)
        may_be_shown: set[PostingId] = set()
        for row, posting_id in enumerate(catalogue.ids):
            posting = postings[posting_id]
            outcome = assess_resolved(person, known, posting, vocabulary, TODAY).outcome
            tally.outcomes[outcome] += 1
            tally.disagreements += OUTCOMES[verdicts.codes[row]] is not outcome
            if outcome.may_be_shown and posting.is_open(TODAY):
                may_be_shown.add(posting_id)
        result = matcher.match(person, on=TODAY, limit=2 * POSTINGS, questions=0)
        ids = [m.posting_id for m in result.matches]
        tally.leaked += len(ids) - len(may_be_shown.intersection(ids))
        tally.shown += len(ids)
        alone = index.search(compiled[number], queries[number], 2 * POSTINGS)
        together = [crowd.ids[i] for i in np.flatnonzero(crowd.person == number).tolist()]
        for found, held_back in ((list(alone.ids), alone.held_back),
                                 (together, int(crowd.held_back[number]))):  # fmt: skip
            tally.searched += len(found)
            tally.search_wrong += len(found) - len(may_be_shown.intersection(found))
            tally.search_wrong += abs(len(may_be_shown) - len(set(found)) - held_back)
    tally.pairs = PEOPLE * POSTINGS
    return tally
