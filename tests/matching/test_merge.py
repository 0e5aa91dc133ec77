"""Joined catalogues judge as one that was compiled from all postings."""

import numpy as np
import pytest

from evaluation.worlds import TODAY, World
from matching.catalogue import compile_catalogue
from matching.clause_table import ClauseTable
from matching.merge import merge_catalogues
from matching.person import compile_person


@pytest.mark.parametrize("seed", range(6))
def test_joined_catalogues_equal_a_fresh_one(seed: int) -> None:
    world = World(seed)
    postings = [world.posting(i) for i in range(120)]
    parts = [compile_catalogue(postings[i::3], world.vocabulary) for i in range(3)]
    gone = {p.id for p in postings if world.random.random() < 0.3}
    kept = [
        (c, np.array([r for r, i in enumerate(c.ids) if i not in gone], np.intp)) for c in parts
    ]
    joined, order = merge_catalogues(kept, data_version="t")
    fresh = compile_catalogue([p for p in postings if p.id not in gone], world.vocabulary)
    loose = [c.ids[r] for c, rows in kept for r in rows]
    assert joined.ids == fresh.ids == tuple(loose[i] for i in order)
    for number in range(40):
        person = compile_person(world.jobseeker(number), world.vocabulary, TODAY)
        expected, got = fresh.verdicts(person), joined.verdicts(person)
        assert np.array_equal(expected.codes, got.codes)
        assert np.array_equal(expected.open, got.open)
    for name in ("family", "track", "education_min", "experience_min", "provisional"):
        assert np.array_equal(getattr(joined, name), getattr(fresh, name), equal_nan=name[1] == "x")


def test_keys_are_what_a_table_is_made_of() -> None:
    world = World(4)
    table = compile_catalogue([world.posting(i) for i in range(90)], world.vocabulary).clauses
    again = ClauseTable.from_keys(*table.keys(), world.vocabulary)
    person = compile_person(world.jobseeker(1), world.vocabulary, TODAY)
    assert again.signature_count == table.signature_count
    for one in (table, again):
        status = one.signature_status(one.instance_status(person.lo, person.hi))
        assert np.array_equal(status, table.signature_status(
            table.instance_status(person.lo, person.hi)))  # fmt: skip


def test_an_id_in_two_parts_is_refused() -> None:
    world = World(1)
    catalogue = compile_catalogue([world.posting(1)], world.vocabulary)
    rows = np.array([0], np.intp)
    with pytest.raises(ValueError, match="distinct"):
        merge_catalogues([(catalogue, rows), (catalogue, rows)], data_version="t")
