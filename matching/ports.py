"""What matching asks of the rooms above it, as small protocols.

The guard is never on the other side of a port: whatever a ranker returns, `Matcher` checks each
row against the filter again, so a faulty or hostile ranker can order badly but can show nothing
that is forbidden.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from data.records import FamilyId, Jobseeker


@dataclass(frozen=True, slots=True)
class ProfileText:
    """The words of a person that may rank: occupational only, already stripped by `models.hygiene`.

    Never holds category, grade, diagnosis, name, sex or age. The parts stay apart because they
    weigh differently: what someone has done says more than what they tick as a skill.
    """

    wishes: str = ""
    experience: str = ""
    skills: str = ""
    note: str = ""

    @property
    def whole(self) -> str:
        return "\n".join(p for p in (self.wishes, self.experience, self.skills, self.note) if p)


@dataclass(frozen=True, slots=True)
class Ranked:
    """Rows of the catalogue with a relevance in 0..1 each, in any order. Rows left out count 0.

    Shapes: `rows` (n,) int64, `relevance` (n,) float64.
    """

    rows: NDArray[np.int64]
    relevance: NDArray[np.float64]


class TextRanker(Protocol):
    """Scores postings for a profile by what the texts say, among the allowed rows only."""

    @property
    def version(self) -> str: ...

    def rank(self, profile: ProfileText, allowed: NDArray[np.bool_]) -> Ranked:
        """`allowed` (rows of the catalogue,) bool; only allowed rows need be scored."""
        ...

    def similarity(self, profile: ProfileText, row: int) -> float:
        """How well one posting fits one profile, 0..1, comparable between profiles: this orders
        people for a posting, where `rank` orders postings for a person."""
        ...


class ProfileReader(Protocol):
    """Turns a person into the words that may rank and the job families that they wish for."""

    def text_of(self, jobseeker: Jobseeker) -> ProfileText: ...

    def families_of(self, jobseeker: Jobseeker) -> frozenset[FamilyId]: ...
