"""What the learned part of the reader makes of a posting.

It hears the rules (`signals.py`) and reads the words itself (`network.py`), stretch by stretch, and
gives for every facet a probability that it is asked for, that it is denied, its kind, its level and
the clause on which that rests. What it alone sees is marked like everything read from text: to be
confirmed, a question and never a ground to exclude. A damaged or foreign folder is refused.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b
from math import exp
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from data.records import FacetId
from models.encoder.store import DamagedModelError
from models.reading.network import FORMAT, Network, View, fingerprint, unpack
from models.reading.nouns import DemandKind, Span, Where
from models.reading.passage import Passage, fold
from models.reading.rules import Said
from models.reading.signals import KINDS, channels, signals_of
from models.retrieval.arrays import load_arrays

BOX = Path(__file__).resolve().parent.parent / "reading_weights"
KEPT_VIEWS = 4_000
FAINT = 0.2
"""Probability below which a facet is not asked for at all."""
LONGEST_STRETCH = 200
"""So many characters of the text are read at a time: what ships is taught with passages of about a
hundred, and in longer ones much talk of welfare drowns the few words that ask."""
LONGEST_TITLE = 80
"""Of a title only so many characters are read with every stretch of the text."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """What is thought of one facet: probabilities, kind, level 0..4, and the clauses that speak."""

    facet: FacetId
    asked: float
    denied: float
    kind: DemandKind
    level: int
    accepted: tuple[float, ...]
    """Probability of each level 0..4 to be one that a careful reader would accept."""
    evidence: Span
    denial_evidence: Span
    place: tuple[Where, int]
    """The very character on which most of the demand rests."""


@dataclass(frozen=True, slots=True)
class LearnedReader:
    """The network, as `rengang train reader` writes it."""

    network: Network
    characters: Mapping[str, int]
    facets: tuple[FacetId, ...]
    version: str
    known: dict[tuple[str, bytes], View] = field(default_factory=dict)
    """Views of stretches seen before: postings repeat each other's tags and paragraphs."""

    @classmethod
    def load(cls, folder: Path = BOX) -> LearnedReader:
        """Read a folder; raises `DamagedModelError` when a byte has changed or it was made for
        another reader."""
        arrays, facts = load_arrays(folder)
        if facts.get("format") != FORMAT:
            raise DamagedModelError(f"{folder} was made for another reader: train it anew")
        if facts.get("fingerprint") != fingerprint(arrays, facts):
            raise DamagedModelError(f"{folder} has changed since it was written: index.json")
        network = Network(unpack(arrays, facts["shapes"]), facts["layers"])
        facets = tuple(FacetId(f) for f in facts["facets"])
        if network.weights["rule.weight"].shape[1] != channels(len(facets)):
            raise DamagedModelError(f"{folder} does not fit this reader: train it anew")
        characters = {c: i for i, c in enumerate(facts["characters"])}
        return cls(network, characters, facets, f"learned-{facts['fingerprint']}")

    def opinions(self, title: str, text: str, said: Said) -> list[Opinion]:
        """One opinion per facet, in the order of the facets: the strongest of all stretches."""
        number = {f: i for i, f in enumerate(self.facets)}
        heard = signals_of(title, text, said, number)
        page, begin = _Page.of(title, text), len(title) + 1
        views: list[tuple[View, int]] = []
        for start, end in self._stretches(page.text, page.head):
            words = fold(f"{title[: page.head]}\n{text[start:end]}")
            parts = (heard[: page.head], heard[begin - 1 : begin],
                     heard[begin + start : begin + end])  # fmt: skip
            views.append((self._view(words, np.concatenate(parts)), start))
        return [self._opinion(i, views, page) for i in range(len(self.facets))]

    def _stretches(self, passage: Passage, head: int) -> Iterator[tuple[int, int]]:
        """The text cut at sentence ends into what fits beside the title."""
        room = min(self.network.longest - head - 1, LONGEST_STRETCH)
        size = len(passage.source)
        start = 0
        while size - start > room:
            ends = [c for c in passage.sentence_cuts if start + room // 2 < c <= start + room]
            end = ends[-1] if ends else start + room
            yield start, end
            start = end
        yield start, size

    def _view(self, words: str, heard: NDArray[np.float32]) -> View:
        key = (words, blake2b(heard.tobytes(), digest_size=16).digest())
        if key not in self.known:
            if len(self.known) >= KEPT_VIEWS:
                self.known.clear()
            numbers = np.fromiter((self.characters.get(c, 0) for c in words), np.int64, len(words))
            self.known[key] = self.network.see(numbers, heard)
        return self.known[key]

    def _opinion(self, i: int, views: list[tuple[View, int]], page: _Page) -> Opinion:
        view, start = max(views, key=lambda v: float(v[0].asked[i]))
        asked = _probability(float(view.asked[i]))
        if asked < FAINT:
            # Nothing is asked: what is denied may stand anywhere.
            denying, denied_start = max(views, key=lambda v: float(v[0].denied[i]))
        else:
            denying, denied_start = view, start
        passage, at = page.place(int(view.at[i]), start)
        return Opinion(
            self.facets[i],
            asked,
            _probability(float(denying.denied[i])),
            KINDS[int(view.kinds[i].argmax())],
            int(view.levels[i].argmax()),
            tuple(_probability(v) for v in view.levels[i].tolist()),
            page.clause(int(view.at[i]), start),
            page.clause(int(denying.denied_at[i]), denied_start),
            (passage.where, at),
        )


@dataclass(frozen=True, slots=True)
class _Page:
    """Title and text, and where in them the characters of a stretch stand."""

    title: Passage
    text: Passage
    head: int
    words: Mapping[Where, list[int]]

    @classmethod
    def of(cls, title: str, text: str) -> _Page:
        one, other = Passage.of(Where.TITLE, title), Passage.of(Where.TEXT, text)
        words = {Where.TITLE: one.words(), Where.TEXT: other.words()}
        return cls(one, other, min(len(title), LONGEST_TITLE), words)

    def place(self, at: int, start: int) -> tuple[Passage, int]:
        """Where a character of a stretch stands; instead of a sign between words, the nearest
        that belongs to one."""
        inside = at > self.head
        passage, place = (self.text, at - self.head - 1 + start) if inside else (self.title, at)
        if not self.words[passage.where]:
            passage, place = (self.text, 0) if passage is self.title else (self.title, 0)
        words = self.words[passage.where]
        after = bisect_left(words, place)
        return passage, min(words[max(after - 1, 0) : after + 1], key=lambda k: abs(k - place))

    def clause(self, at: int, start: int) -> Span:
        """The clause around a character of a stretch."""
        passage, place = self.place(at, start)
        return passage.span(*passage.clause(place, place + 1))


def _probability(score: float) -> float:
    return 1 / (1 + exp(-min(max(score, -30.0), 30.0)))


@lru_cache(maxsize=1)
def load_learned() -> LearnedReader:
    """The learned part that ships with the project."""
    return LearnedReader.load()
