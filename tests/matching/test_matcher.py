"""What a person gets: only what may be shown, in a fixed order, fully explained."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from data.records import (
    Category,
    Consent,
    FamilyId,
    JobPosting,
    Jobseeker,
    PostingId,
    Track,
    Wishes,
)
from evaluation.bench_pairs import MaliciousRanker
from evaluation.worlds import World
from matching.assess import assess
from matching.catalogue import compile_catalogue
from matching.explanation import Contribution, Match, OpenQuestion
from matching.matcher import Matcher
from matching.population import compile_population
from matching.ports import ProfileText, Ranked, TextRanker
from matching.shortlist import Shortlist, make_shortlist
from matching.signals import SkillIndex
from matching.verdict import Outcome
from models.hygiene import CleanProfileReader
from tests.matching.builders import TODAY, VOCABULARY, person, posting


@dataclass(frozen=True)
class FlatRanker:
    """Every posting is equally relevant: only ids may break the tie."""

    version: str = "flat"

    def rank(self, profile: ProfileText, allowed: NDArray[np.bool_]) -> Ranked:
        rows = np.flatnonzero(allowed)
        return Ranked(rows, np.full(len(rows), 0.5))

    def similarity(self, profile: ProfileText, row: int) -> float:
        return 0.5


@dataclass(frozen=True)
class NothingRanker:
    """No text leads anywhere."""

    version: str = "nothing"

    def rank(self, profile: ProfileText, allowed: NDArray[np.bool_]) -> Ranked:
        return Ranked(np.zeros(0, np.int64), np.zeros(0))

    def similarity(self, profile: ProfileText, row: int) -> float:
        return 0.0


def matcher_for(postings: Sequence[JobPosting], ranker: TextRanker | None = None) -> Matcher:
    return Matcher(
        VOCABULARY,
        compile_catalogue(postings, VOCABULARY),
        {p.id: p for p in postings},
        ranker or FlatRanker(),
        CleanProfileReader(VOCABULARY),
        SkillIndex.build([p.tags for p in sorted(postings, key=lambda p: p.id)]),
    )


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32))
def test_a_hostile_ranker_shows_nothing_that_is_forbidden_and_hides_nothing(seed: int) -> None:
    world = World(seed)
    postings = [world.posting(i) for i in range(60)]
    matcher = matcher_for(postings, MaliciousRanker(len(postings)))
    for i in range(10):
        who = replace(world.jobseeker(i), wishes=Wishes(tracks=(Track.SHELTERED,)))
        shown = [m.posting_id for m in matcher.match(who, on=TODAY, limit=99).matches]
        allowed = [
            p.id
            for p in postings
            if p.is_open(TODAY)
            and assess(who, p, on=TODAY, vocabulary=VOCABULARY).outcome.may_be_shown
        ]
        assert sorted(shown) == allowed


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32))
def test_limit_five_is_the_head_of_limit_twenty_and_parts_sum_to_the_score(seed: int) -> None:
    world = World(seed)
    postings = [world.posting(i) for i in range(80)]
    matcher = matcher_for(postings)
    for i in range(5):
        who = world.jobseeker(i)
        long = matcher.match(who, on=TODAY, limit=20, questions=20)
        short = matcher.match(who, on=TODAY, limit=5, questions=5)
        assert short.matches == long.matches[:5]
        assert short.questions == long.questions[:5]
        pairs: list[Match | OpenQuestion] = [*long.matches, *long.questions]
        for found in pairs:
            assert sum(c.points_micro for c in found.contributions) == found.score_micro
        scores = [(-m.score_micro, m.posting_id) for m in long.matches]
        assert scores == sorted(scores)


def test_ties_are_broken_by_id() -> None:
    postings = [posting([], id=f"j{i}") for i in (3, 1, 2)]
    found = matcher_for(postings).match(person({}), on=TODAY).matches
    assert [m.posting_id for m in found] == ["j1", "j2", "j3"]


def test_another_category_same_levels_same_answer_to_the_last_point() -> None:
    postings = [
        posting(family=FamilyId(f), id=f"{f}-{i}", title="在线客服", tags=("打字",))
        for i, f in enumerate(list(VOCABULARY.families) * 2)
    ]
    matcher = matcher_for(postings)
    levels = dict.fromkeys(VOCABULARY.facets, 3)
    answers = []
    for category in Category:
        who = person(
            levels, category, experience="听力残疾二级，男，32岁，做过三年在线客服",
            wishes=Wishes(occupations=("在线客服",)),
        )  # fmt: skip
        result = matcher.match(who, on=TODAY, limit=50)
        answers.append([(m.posting_id, m.contributions) for m in result.matches])
    assert answers[0] and all(a == answers[0] for a in answers)


def test_a_lead_that_nothing_leads_to_comes_after_every_real_one() -> None:
    postings = [
        posting([], id="far", title="别的"),
        posting([], id="near", family=FamilyId("JF01")),
    ]
    silent = matcher_for(postings, NothingRanker())
    assert not any(m.weak for m in silent.match(person({}), on=TODAY).matches)
    wishing = person({}, wishes=Wishes(occupations=("在线客服",)))
    result = silent.match(wishing, on=TODAY)
    assert {m.posting_id: m.weak for m in result.matches} == {"far": True, "near": False}
    only_far = matcher_for(postings[:1], NothingRanker())
    made = make_shortlist(
        [only_far.match(wishing, on=TODAY)], only_far.postings, VOCABULARY, on=TODAY,
        versions=only_far.versions,
    )  # fmt: skip
    assert [m.weak for m in made.by_person[wishing.id]] == [True]
    both = make_shortlist([result], silent.postings, VOCABULARY, on=TODAY, versions=silent.versions)
    assert [m.posting_id for m in both.by_person[wishing.id]] == ["near"]


def test_a_match_cannot_be_built_for_a_pair_that_may_not_be_shown() -> None:
    who, job = person({"lift": 0}), posting([{"levels": {"lift": 3}}])
    verdict = assess(who, job, on=TODAY, vocabulary=VOCABULARY)
    with pytest.raises(ValueError, match="may not be shown"):
        Match(who.id, job.id, 1, 0, verdict, ())
    with pytest.raises(ValueError, match="only an undecided"):
        OpenQuestion(who.id, job.id, 1, 0, verdict, ())
    fine = assess(person({}), posting([]), on=TODAY, vocabulary=VOCABULARY)
    with pytest.raises(ValueError, match="another pair"):
        Match(who.id, PostingId("other"), 1, 0, fine, ())
    with pytest.raises(ValueError, match="sum to the score"):
        Match(fine.jobseeker_id, fine.posting_id, 1, 5, fine, (Contribution("text", 4),))


def test_nothing_admissible_comes_with_what_would_unlock_it() -> None:
    postings = [posting([{"levels": {"type": 2}}], id=f"a{i}") for i in range(4)]
    postings += [posting([{"levels": {"stairs": 2}}], id=f"b{i}") for i in range(3)]
    result = matcher_for(postings).match(person({"stairs": 0}), on=TODAY)
    assert result.matches == ()
    assert [(u.key, u.is_question, u.postings) for u in result.unlocks] == [
        ("type", True, 4), ("stairs", False, 3),
    ]  # fmt: skip
    assert result.counts[Outcome.NEEDS_INFO] == 4 and result.counts[Outcome.INFEASIBLE] == 3


def test_sheltered_work_is_held_back_while_open_work_is_feasible_unless_asked_for() -> None:
    postings = [
        posting([], id="open"),
        posting([], id="shelter", track=Track.SHELTERED, eligibility=()),
    ]
    matcher = matcher_for(postings)
    result = matcher.match(person({}), on=TODAY)
    assert [m.posting_id for m in result.matches] == ["open"] and result.held_back == 1
    asked = person({}, wishes=Wishes(tracks=(Track.SHELTERED,)))
    assert len(matcher.match(asked, on=TODAY).matches) == 2
    only = matcher_for(postings[1:]).match(person({}), on=TODAY)
    assert [m.posting_id for m in only.matches] == ["shelter"]


def test_closed_and_full_postings_are_not_shown() -> None:
    postings = [posting([], id="full", headcount=0), posting([], id="open")]
    result = matcher_for(postings).match(person({}), on=TODAY)
    assert [m.posting_id for m in result.matches] == ["open"]


def test_candidates_are_the_people_to_whom_the_posting_may_be_shown() -> None:
    world = World(5)
    postings = [world.posting(i) for i in range(20)]
    people = [world.jobseeker(i) for i in range(60)]
    matcher = matcher_for(postings)
    population = compile_population(people, VOCABULARY, TODAY)
    for job in postings:
        found = matcher.candidates(job.id, population, limit=99, questions=0)
        expected = {
            p.id
            for p in people
            if job.is_open(TODAY)
            and assess(p, job, on=TODAY, vocabulary=VOCABULARY).outcome.may_be_shown
        }
        assert {m.jobseeker_id for m in found.matches} == expected


def shortlisted(people: Sequence[Jobseeker], postings: Sequence[JobPosting]) -> Shortlist:
    matcher = matcher_for(postings)
    results = [matcher.match(p, on=TODAY, limit=40) for p in people]
    return make_shortlist(
        results, matcher.postings, VOCABULARY, on=TODAY, versions=matcher.versions
    )


def test_a_shortlist_keeps_to_headcount_and_gives_as_many_as_possible_a_lead() -> None:
    """Four people fit the one vacancy of "a"; only one of them fits "b" as well."""
    postings = [
        posting([{"levels": {"read_zh": 1}}], id="a", headcount=1),
        posting([{"levels": {"read_zh": 3}}], id="b", headcount=1),
    ]
    people = [person({"read_zh": 1}, id=f"p{i}") for i in range(3)]
    people.append(person({"read_zh": 3}, id="p9"))
    made = shortlisted(people, postings)
    by_posting = made.by_posting
    assert len(by_posting[PostingId("a")]) == 3  # three people per vacancy
    assert [m.jobseeker_id for m in by_posting[PostingId("b")]] == ["p9"]
    assert made.unplaced == ()


def test_nobody_is_dropped_from_a_shortlist() -> None:
    world = World(11)
    people = [world.jobseeker(i) for i in range(50)]
    made = shortlisted(people, [world.posting(i) for i in range(30)])
    placed = set(made.by_person)
    unplaced = {u.jobseeker_id for u in made.unplaced}
    assert placed | unplaced == {p.id for p in people} and not placed & unplaced
    assert {u.reason for u in made.unplaced} <= {
        "questions", "constraints", "full", "no_postings",
    }  # fmt: skip


def test_consent_is_what_the_person_said_last() -> None:
    said = (Consent("match", True, TODAY.replace(year=2025)), Consent("match", False, TODAY))
    assert person({}, consents=said).allows("match") is False
    assert person({}).allows("match") is None
