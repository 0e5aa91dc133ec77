"""What the learned part of the reader says of each clause.

It widens the rules: a clause in words that no cue foresaw can still be recognised by what it is
about. It never speaks against a rule, and what it says is marked like everything read from text:
an interval, the clause as evidence, to be confirmed. A damaged or foreign folder is refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.records import FacetId
from models.encoder.light import LightEncoder
from models.encoder.store import DamagedModelError
from models.reading.nouns import DemandKind
from models.reading.train import FORMAT, KINDS, VECTOR_SHARE, weigh
from models.reading.units import Unit, runs_of, vectors_of
from models.retrieval.arrays import load_arrays

BOX = Path(__file__).resolve().parent.parent / "reading_weights"
KEPT_OPINIONS = 20_000
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Opinion:
    """What is thought of one clause. `topics[f]`: probability that it speaks of facet f;
    `denial`: that it denies what it speaks of; `levels[f]`: how high, 0..4."""

    topics: Floats
    denial: float
    levels: Floats
    kinds: Floats
    """(facets, kinds) scores; the largest of a row is the kind."""

    def kind(self, facet: int) -> DemandKind:
        return KINDS[int(self.kinds[facet].argmax())]


@dataclass(frozen=True, slots=True)
class LearnedReader:
    """Linear models over clauses, as `rengang train reader` writes them."""

    arrays: Mapping[str, NDArray[Any]]
    facets: tuple[FacetId, ...]
    encoder: LightEncoder
    version: str
    known: dict[tuple[str, str], Opinion] = field(default_factory=dict)
    """Opinions on clauses seen before: postings repeat each other's tags and paragraphs."""

    @classmethod
    def load(cls, folder: Path = BOX, encoder: LightEncoder | None = None) -> LearnedReader:
        """Read a folder; raises `DamagedModelError` when a byte has changed or it was made for
        other word vectors."""
        arrays, facts = load_arrays(folder)
        encoder = encoder or LightEncoder.load()
        if facts.get("format") != FORMAT or facts.get("encoder") != encoder.version:
            raise DamagedModelError(f"{folder} was made for another encoder: train it anew")
        return cls.of(arrays, facts, encoder)

    @classmethod
    def of(
        cls, arrays: Mapping[str, NDArray[Any]], facts: Mapping[str, Any], encoder: LightEncoder
    ) -> LearnedReader:
        """From the arrays and facts of a training, unfolded to float32 for speed."""
        ready: dict[str, NDArray[Any]] = dict(arrays)
        runs = len(arrays["keys"])
        joined = np.hstack(
            [
                arrays[f"{n}_codes"].astype(np.float32) * arrays[f"{n}_scale"]
                for n in ("topic", "level", "denial", "kind")
            ]
        )
        ready["by_run"], ready["by_vector"] = joined[:runs], joined[runs:]
        names = tuple(FacetId(f) for f in facts["facets"])
        return cls(ready, names, encoder, f"learned-{facts.get('examples_digest', 'none')}")

    def opinions(self, units: Sequence[Unit]) -> list[Opinion]:
        """One opinion per clause, in order."""
        fresh = {
            (u.clause, u.sentence): u for u in units if (u.clause, u.sentence) not in self.known
        }
        if len(self.known) + len(fresh) > KEPT_OPINIONS:
            self.known.clear()
            fresh = {(u.clause, u.sentence): u for u in units}
        if fresh:
            self.known.update(zip(fresh, self._opinions(list(fresh.values())), strict=True))
        return [self.known[u.clause, u.sentence] for u in units]

    def _opinions(self, units: Sequence[Unit]) -> list[Opinion]:
        a, n = self.arrays, len(self.facets)
        scores = VECTOR_SHARE * vectors_of(units, self.encoder) @ a["by_vector"]
        for row, unit in enumerate(units):
            place, value = weigh(runs_of(unit), a["keys"], a["rarity"])
            scores[row] += value @ a["by_run"][place]
        topics = _probability(scores[:, :n] + a["topic_offsets"])
        levels = np.clip(scores[:, n : 2 * n] + a["level_middles"], 0, 4)
        denial = _probability(scores[:, 2 * n] + a["denial_offset"][0])
        kinds = scores[:, 2 * n + 1 :, None].transpose(0, 2, 1) + a["kind_offsets"]
        kinds = kinds + a["kind_of_facet"]
        return [
            Opinion(topics[i], float(denial[i]), levels[i], kinds[i]) for i in range(len(units))
        ]


def _probability(score: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(score, -30, 30))), np.float32)


@lru_cache(maxsize=1)
def load_learned() -> LearnedReader:
    """The learned part that ships with the project."""
    return LearnedReader.load()
