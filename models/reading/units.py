"""A clause and what surrounds it, as numbers: what the learned part of the reader looks at.

Two views. Runs of one to four characters of the clause, and runs of two and three of its sentence,
say what the words are; the mean word vector of clause and sentence (the encoder in the box) says
what they are about, so that a word no example holds is still near one that does. Numbers in the
text are written "#": the learned part tells what is asked for, figures are read by rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from models.encoder.light import LightEncoder
from models.reading.passage import Passage

CLAUSE_RUNS = (1, 2, 3, 4)
SENTENCE_RUNS = (2, 3)
SENTENCE_SHARE = 0.35
"""How much a run of the sentence counts beside one of the clause itself."""
SHORTEST, LONGEST = 2, 120
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_EDGES = " ,.;:。、\n-*·•"


@dataclass(frozen=True, slots=True)
class Unit:
    """One clause of a passage: where it stands, its words and those of its sentence, folded."""

    start: int
    end: int
    clause: str
    sentence: str


def units_of(passage: Passage, text: str | None = None) -> Iterator[Unit]:
    """The clauses of a passage in order; `text` is its folded text with some stretches masked."""
    text = passage.folded if text is None else text
    cuts = passage.clause_cuts
    for start, end in pairwise(cuts):
        clause = text[start:end]
        if len(clause.strip(_EDGES)) >= SHORTEST and len(clause) <= LONGEST:
            begin, stop = passage.sentence(start, end)
            around = text[max(begin, start - LONGEST) : min(stop, end + LONGEST)]
            yield Unit(start, end, _plain(clause), _plain(around))


def _plain(text: str) -> str:
    return _NUMBER.sub("#", text.replace("\x00", " ").strip(_EDGES))


def runs_of(unit: Unit) -> dict[int, float]:
    """Hashed character runs of a unit with their weights (before rarity and length)."""
    found: dict[int, float] = {}
    bounded = f"^{unit.clause}$"
    for size in CLAUSE_RUNS:
        for i in range(len(bounded) - size + 1):
            key = crc32(bounded[i : i + size].encode())
            found[key] = 1.0
    for key in _sentence_runs(unit.sentence):
        found[key] = SENTENCE_SHARE
    return found


@lru_cache(maxsize=64)
def _sentence_runs(sentence: str) -> tuple[int, ...]:
    """The clauses of one sentence come one after another and share these."""
    return tuple(
        crc32(("~" + sentence[i : i + size]).encode())
        for size in SENTENCE_RUNS
        for i in range(len(sentence) - size + 1)
    )


def vectors_of(units: Sequence[Unit], encoder: LightEncoder) -> NDArray[np.float32]:
    """(n, 2 × dimensions) float32: the meaning of each clause, then of its sentence."""
    place: dict[str, int] = {}
    for unit in units:
        place.setdefault(unit.clause, len(place))
        place.setdefault(unit.sentence, len(place))
    vectors = encoder.encode(list(place))
    clauses, sentences = (
        [place[u.clause] for u in units], [place[u.sentence] for u in units]
    )  # fmt: skip
    return np.hstack([vectors[clauses], vectors[sentences]])
