"""The catalogue filter and the readable rule are two writings of one rule."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.vocabulary import load_vocabulary
from evaluation.worlds import TODAY, World
from matching.assess import assess, assess_resolved
from matching.capability import resolve
from matching.catalogue import compile_catalogue
from matching.person import compile_person
from matching.population import compile_population
from matching.verdict import OUTCOMES, Outcome

VOCABULARY = load_vocabulary()


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 2**32))
def test_every_verdict_of_the_catalogue_is_the_verdict_of_assess(seed: int) -> None:
    """120 worlds of 40 people and 60 postings, in both directions: 576,000 comparisons."""
    world = World(seed)
    people = [world.jobseeker(i) for i in range(40)]
    postings = [world.posting(i) for i in range(60)]
    catalogue = compile_catalogue(postings, VOCABULARY)
    population = compile_population(people, VOCABULARY, TODAY)
    expected = {}
    for jobseeker in people:
        known = resolve(jobseeker, VOCABULARY)
        for p in postings:
            verdict = assess_resolved(jobseeker, known, p, VOCABULARY, TODAY)
            expected[jobseeker.id, p.id] = verdict.outcome
    for jobseeker in people:
        verdicts = catalogue.verdicts(compile_person(jobseeker, VOCABULARY, TODAY))
        for row, posting_id in enumerate(catalogue.ids):
            assert OUTCOMES[verdicts.codes[row]] is expected[jobseeker.id, posting_id]
            assert verdicts.open[row] == postings[row].is_open(TODAY)
        assert sum(verdicts.counts().values()) == sum(p.is_open(TODAY) for p in postings)
    for posting in postings:
        column = population.verdicts(posting)
        for i, person in enumerate(population.people):
            assert OUTCOMES[column.codes[i]] is expected[person.id, posting.id]


def test_the_worlds_reach_every_outcome_and_every_layer() -> None:
    """The property above would be empty if the worlds were tame."""
    outcomes: set[Outcome] = set()
    subjects: set[str] = set()
    for seed in range(8):
        world = World(seed)
        people = [world.jobseeker(i) for i in range(20)]
        for posting in (world.posting(i) for i in range(20)):
            for jobseeker in people:
                verdict = assess(jobseeker, posting, on=TODAY, vocabulary=VOCABULARY)
                outcomes.add(verdict.outcome)
                subjects.update(b.subject for b in verdict.barriers)
    assert outcomes == set(Outcome)
    assert subjects == {
        "facet", "provision", "rule", "must", "must_provision", "restriction", "demands", "review",
            "refused",
    }  # fmt: skip
