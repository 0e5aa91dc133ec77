"""What is true of an invented city beside what its records show: for evaluations alone.

The records leave out what real records leave out. Whoever measures needs the truth behind them:
which occupations a person really looks for, and which family a posting without one belongs to.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from data.generator.people import jobseeker_id
from data.generator.postings import Rounds, posting_id
from data.generator.profiles import Fit, Profile, draw_profile
from data.generator.world import World
from data.records import FamilyId, JobseekerId, PostingId
from data.vocabulary import Vocabulary


def true_profiles(
    seed: int, n: int, *, on: date, vocabulary: Vocabulary
) -> Iterator[tuple[JobseekerId, Profile]]:
    """The whole truth about the first `n` people of a seed, as `generate_city` drew them."""
    world = World.create(seed, on, vocabulary)
    fit = Fit(world.banks, vocabulary)
    for index in range(n):
        yield jobseeker_id(index), draw_profile(world, index, fit)


def true_families(
    seed: int, n: int, *, on: date, vocabulary: Vocabulary
) -> Iterator[tuple[PostingId, FamilyId | None]]:
    """The family of the first `n` postings of a seed; None for work that no family covers."""
    rounds = Rounds(World.create(seed, on, vocabulary))
    for index in range(n):
        yield posting_id(index), rounds.family(index)
