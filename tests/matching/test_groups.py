"""Groups, crowds and the row-by-row filter are one rule."""

import numpy as np
import pytest

from evaluation.worlds import TODAY, World
from matching.catalogue import compile_catalogue
from matching.groups import OpenGroups, VerdictGroups
from matching.person import compile_person


@pytest.mark.parametrize("seed", range(8))
def test_groups_and_crowds_equal_the_catalogue(seed: int) -> None:
    world = World(seed)
    catalogue = compile_catalogue([world.posting(i) for i in range(150)], world.vocabulary)
    groups = VerdictGroups.build(catalogue)
    today = OpenGroups.build(groups, TODAY)
    people = [compile_person(world.jobseeker(i), world.vocabulary, TODAY) for i in range(50)]
    crowd = groups.crowd_codes(people)
    counts = today.outcome_counts(crowd)
    for i, person in enumerate(people):
        expected, got = catalogue.verdicts(person), groups.verdicts(person)
        assert np.array_equal(expected.codes, got.codes)
        assert np.array_equal(expected.open, got.open)
        assert np.array_equal(groups.codes(person), crowd[:, i])
        if not person.has_musts:
            assert list(expected.counts().values()) == counts[:, i].tolist()


def test_rows_that_are_gone_are_not_open() -> None:
    world = World(3)
    catalogue = compile_catalogue([world.posting(i) for i in range(80)], world.vocabulary)
    alive = np.ones(len(catalogue), bool)
    alive[::2] = False
    today = OpenGroups.build(VerdictGroups.build(catalogue), TODAY, alive)
    every = today.rows_of(np.ones(len(today.groups), bool))
    open_rows = np.flatnonzero(catalogue.open_on(TODAY) & alive)
    assert sorted(every.tolist()) == open_rows.tolist()
    assert int(today.size.sum()) == len(open_rows)
