"""A first shortlist: who is proposed where, within headcount, with a lead for as many as can be.

Ranking alone sends everybody to the same three posts. Here each vacancy takes a few people and
each person a few posts; first as many people as possible get at least one lead, then the sum of
scores is largest. This is a transport problem, and its linear relaxation is integral (every
constraint matrix of a flow is totally unimodular), so HiGHS solves it exactly.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from data.records import JobPosting, JobseekerId, PostingId
from data.vocabulary import Vocabulary
from matching.explanation import Match, Versions
from matching.matcher import MatchResult
from matching.signals import MICRO
from matching.verdict import Outcome

FIRST_LEAD_BONUS = 10.0
"""Larger than any sum of scores one person could move, so coverage comes before score."""


WEAK_COST = 2.0
"""Larger than any score: a lead to which nothing said points comes after every real one."""


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A person without a lead, and why: nobody is dropped silently.

    `reason`: "questions" (answers would decide), "constraints" (every post is ruled out),
    "full" (suitable posts exist, their places went to others), "no_postings", "refused".
    """

    jobseeker_id: JobseekerId
    reason: str
    result: MatchResult | None


@dataclass(frozen=True, slots=True)
class Shortlist:
    """`by_person` and `by_posting` hold the same pairs in two orders; `unplaced` everyone else.

    `may_share`: whether a person agreed to be named to an employer; None: never asked.
    """

    on: date
    by_person: Mapping[JobseekerId, tuple[Match, ...]]
    by_posting: Mapping[PostingId, tuple[Match, ...]]
    unplaced: tuple[Unplaced, ...]
    results: Mapping[JobseekerId, MatchResult]
    may_share: Mapping[JobseekerId, bool | None]
    versions: Versions


def make_shortlist(
    results: Iterable[MatchResult],
    postings: Mapping[PostingId, JobPosting],
    vocabulary: Vocabulary,
    *,
    on: date,
    versions: Versions,
    refused: Iterable[JobseekerId] = (),
    may_share: Mapping[JobseekerId, bool | None] | None = None,
) -> Shortlist:
    """Choose pairs from everybody's matches, within headcount and a few leads per person.

    `results` should carry more matches than leads (a few dozen), so that there is room to choose.
    `refused`: people who do not allow matching; they are listed as unplaced, never dropped.
    """
    by_id = {r.jobseeker_id: r for r in sorted(results, key=lambda r: r.jobseeker_id)}
    pairs = [m for r in by_id.values() for m in r.matches]
    number = vocabulary.parameters
    leads = int(number["shortlist_leads_per_person"].value)
    per_vacancy = int(number["shortlist_people_per_vacancy"].value)
    chosen = _choose(pairs, postings, leads, per_vacancy)
    by_person: dict[JobseekerId, list[Match]] = {}
    by_posting: dict[PostingId, list[Match]] = {}
    for match in chosen:
        by_person.setdefault(match.jobseeker_id, []).append(match)
        by_posting.setdefault(match.posting_id, []).append(match)
    unplaced = [Unplaced(i, _reason(r), r) for i, r in by_id.items() if i not in by_person] + [
        Unplaced(i, "refused", None) for i in sorted(refused)
    ]
    return Shortlist(
        on,
        {i: tuple(sorted(m, key=_by_score)) for i, m in sorted(by_person.items())},
        {i: tuple(sorted(m, key=_by_score)) for i, m in sorted(by_posting.items())},
        tuple(sorted(unplaced, key=lambda u: u.jobseeker_id)),
        by_id,
        may_share or {},
        versions,
    )


def _by_score(match: Match) -> tuple[int, str, str]:
    return (-match.score_micro, match.jobseeker_id, match.posting_id)


def _reason(result: MatchResult) -> str:
    if result.matches:
        return "full"
    if not sum(result.counts.values()):
        return "no_postings"
    return "questions" if result.counts[Outcome.NEEDS_INFO] else "constraints"


def _choose(
    pairs: list[Match], postings: Mapping[PostingId, JobPosting], leads: int, per_vacancy: int
) -> list[Match]:
    """The optimal set of pairs: coverage first, then score, capped on both sides."""
    if not pairs:
        return []
    from scipy.optimize import linprog
    from scipy.sparse import coo_array

    people = {p: i for i, p in enumerate(dict.fromkeys(m.jobseeker_id for m in pairs))}
    posts = {p: i for i, p in enumerate(dict.fromkeys(m.posting_id for m in pairs))}
    n_pairs, n_people, n_posts = len(pairs), len(people), len(posts)
    person = np.array([people[m.jobseeker_id] for m in pairs])
    post = np.array([posts[m.posting_id] for m in pairs])
    # Variables: one per pair, then one per person, "has a first lead".
    # A weak lead is worth less than none, so it is chosen only as somebody's first and only one.
    worth = np.array([m.score_micro / MICRO - WEAK_COST * m.weak for m in pairs])
    cost = -np.concatenate([worth + 1e-6, np.full(n_people, FIRST_LEAD_BONUS)])
    pair, who = np.arange(n_pairs), np.arange(n_people)
    rows = np.concatenate([person, n_people + post, n_people + n_posts + who,
                           n_people + n_posts + person])  # fmt: skip
    columns = np.concatenate([pair, pair, n_pairs + who, pair])
    values = np.concatenate([np.ones(2 * n_pairs + n_people), -np.ones(n_pairs)])
    caps = [postings[p].headcount * per_vacancy for p in posts]
    bounds = np.concatenate([np.full(n_people, leads), caps, np.zeros(n_people)])
    solved = linprog(
        cost, A_ub=coo_array((values, (rows, columns))).tocsr(), b_ub=bounds, bounds=(0, 1),
        method="highs-ds",
    )  # fmt: skip
    if not solved.success:
        raise RuntimeError(f"the shortlist could not be solved: {solved.message}")
    return [m for m, x in zip(pairs, solved.x[:n_pairs], strict=True) if x > 0.5]
