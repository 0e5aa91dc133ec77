"""Millions of generated pairs: does the filter ever disagree with the rule, and can a hostile
ranker get a forbidden pair through?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.records import JobPosting, PostingId
from data.vocabulary import load_vocabulary
from evaluation.worlds import TODAY, World
from matching.assess import assess, assess_resolved
from matching.capability import resolve
from matching.catalogue import compile_catalogue
from matching.matcher import Matcher
from matching.person import compile_person
from matching.ports import ProfileText, Ranked
from matching.signals import SkillIndex
from matching.verdict import OUTCOMES
from models.hygiene import CleanProfileReader

PEOPLE, POSTINGS = 100, 100


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


def run_pairs_check(pairs: int, seed: int, say: Callable[[str], None]) -> dict[str, Any]:
    """Check `pairs` pairs in worlds of 100 x 100. Counts disagreements and leaked pairs."""
    vocabulary = load_vocabulary()
    outcomes: Counter[str] = Counter()
    checked = shown = disagreements = leaked = 0
    world_number = 0
    while checked < pairs:
        world = World(seed * 1_000_003 + world_number, vocabulary)
        world_number += 1
        postings: dict[PostingId, JobPosting] = {
            p.id: p for p in (world.posting(i) for i in range(POSTINGS))
        }
        catalogue = compile_catalogue(postings.values(), vocabulary)
        matcher = Matcher(
            vocabulary, catalogue, postings, MaliciousRanker(len(catalogue)),
            CleanProfileReader(vocabulary), SkillIndex(),
        )  # fmt: skip
        for number in range(PEOPLE):
            person = world.jobseeker(number)
            verdicts = catalogue.verdicts(compile_person(person, vocabulary, TODAY))
            known = resolve(person, vocabulary)
            for row, posting_id in enumerate(catalogue.ids):
                posting = postings[posting_id]
                outcome = assess_resolved(person, known, posting, vocabulary, TODAY).outcome
                outcomes[outcome] += 1
                disagreements += OUTCOMES[verdicts.codes[row]] is not outcome
            result = matcher.match(person, on=TODAY, limit=POSTINGS, questions=POSTINGS)
            for match in result.matches:
                posting = postings[match.posting_id]
                fresh = assess(replace(person), posting, on=TODAY, vocabulary=vocabulary)
                leaked += not (fresh.outcome.may_be_shown and posting.is_open(TODAY))
            ids = [m.posting_id for m in result.matches]
            leaked += len(ids) - len(set(ids))
            shown += len(ids)
            checked += POSTINGS
        if world_number % 50 == 0:
            say(f"{checked:,} 对，不一致 {disagreements}，漏出 {leaked}")
    return {
        "pairs": checked, "worlds": world_number, "seed": seed, "shown": shown,
        "disagreements": disagreements, "leaked": leaked,
        "outcomes": dict(sorted(outcomes.items())), "rules": vocabulary.version,
    }  # fmt: skip
