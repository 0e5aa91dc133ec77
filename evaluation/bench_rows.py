"""Catalogues and vectors of any size for benchmarks, made in seconds.

A large catalogue repeats the rows of a small one: what a verdict costs depends on how many rows
and how many distinct signatures there are, and both are set. Vectors gather round topics and have
a falling spectrum, as those of texts do; a group of rows (one signature) belongs to one topic, so
that a filter can be independent of a query or work against it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.records import PostingId
from data.vocabulary import Vocabulary
from evaluation.bench_match import bench_postings
from matching.catalogue import CONDITIONAL, INFEASIBLE, Catalogue, compile_catalogue
from matching.groups import OpenGroups, VerdictGroups
from models.search.block import Floats, VectorBlock
from models.search.living import LivingIndex
from models.search.plan import Plan
from models.search.segment import Segment

DAY = date(2026, 11, 24)
TOPICS = 200
OWN_POSTINGS = 20_000


def bench_catalogue(rows: int, signatures: int, seed: int, vocabulary: Vocabulary) -> Catalogue:
    """`rows` rows with about `signatures` distinct sets of demands."""
    own = min(rows, max(OWN_POSTINGS, signatures))
    small = compile_catalogue(
        bench_postings(own, signatures, seed, vocabulary), vocabulary, data_version="bench"
    )
    large = small.rows_alone(np.arange(rows) % own)
    ids = tuple(PostingId(f"B{i:07d}") for i in range(rows))
    return replace(large, ids=ids, row_of={name: row for row, name in enumerate(ids)})


def bench_vectors(
    topic_of_row: NDArray[np.intp], dimensions: int, seed: int
) -> tuple[Floats, Floats]:
    """Unit vectors (rows, dimensions) round their topics, and the topics' centres."""
    draw = np.random.default_rng(seed)
    spectrum = np.arange(1, dimensions + 1, dtype=np.float32) ** np.float32(-0.5)
    centres = draw.standard_normal((TOPICS, dimensions), dtype=np.float32) * spectrum
    rows = len(topic_of_row)
    vectors = np.empty((rows, dimensions), np.float32)
    step = 65_536
    for start in range(0, rows, step):
        part = slice(start, min(start + step, rows))
        noise = draw.standard_normal((part.stop - start, dimensions), dtype=np.float32)
        vectors[part] = 0.6 * centres[topic_of_row[part]] + 0.8 * noise * spectrum
        vectors[part] /= np.linalg.norm(vectors[part], axis=1, keepdims=True)
    return vectors, centres


@dataclass(frozen=True, slots=True)
class Bench:
    """An index of invented rows and what is needed to ask it."""

    index: LivingIndex
    centres: Floats
    topic_of_group: NDArray[np.intp]
    seed: int

    @classmethod
    def build(
        cls, rows: int, dimensions: int, signatures: int, seed: int, vocabulary: Vocabulary,
        plan: Plan,
    ) -> Bench:  # fmt: skip
        groups = VerdictGroups.build(bench_catalogue(rows, signatures, seed, vocabulary))
        topic_of_group = np.random.default_rng(seed + 1).integers(0, TOPICS, len(groups))
        vectors, centres = bench_vectors(topic_of_group[groups.group_of_row], dimensions, seed)
        digests = np.random.default_rng(seed + 2).integers(0, 1 << 63, (rows, 2), np.uint64)
        segment = Segment(groups, VectorBlock.build(vectors), digests)
        return cls(
            LivingIndex.of_segment(segment, vocabulary, "bench", plan), centres,
            topic_of_group.astype(np.intp), seed,
        )  # fmt: skip

    @property
    def segment(self) -> Segment:
        return self.index.state.parts[0].segment

    def day(self) -> OpenGroups:
        return self.index.state.parts[0].on(DAY)

    def queries(self, count: int) -> tuple[Floats, NDArray[np.intp]]:
        """Queries near the topics, and the topic of each."""
        draw = np.random.default_rng(self.seed + 3)
        topics = draw.integers(0, TOPICS, count)
        dimensions = self.centres.shape[1]
        spectrum = np.arange(1, dimensions + 1, dtype=np.float32) ** np.float32(-0.5)
        noise = draw.standard_normal((count, dimensions), dtype=np.float32)
        queries = 0.6 * self.centres[topics] + 0.8 * noise * spectrum
        queries /= np.linalg.norm(queries, axis=1, keepdims=True)
        return np.ascontiguousarray(queries, np.float32), topics.astype(np.intp)

    def codes(self, share: float, topics: NDArray[np.intp], *, against: bool) -> NDArray[np.uint8]:
        """Verdicts (groups, queries) under which about `share` of the rows may be shown: drawn
        at random, or, `against` the query, those whose topics are farthest from its own."""
        day = self.day()
        draw = np.random.default_rng(self.seed + 4)
        codes = np.full((len(day.size), len(topics)), INFEASIBLE, np.uint8)
        near = self.centres @ self.centres.T
        for i, topic in enumerate(topics.tolist()):
            order = draw.permutation(len(day.size))
            if against:
                order = order[np.argsort(near[topic][self.topic_of_group[order]], kind="stable")]
            reached = np.cumsum(day.size[order])
            enough = int(np.searchsorted(reached, share * reached[-1])) + 1
            codes[order[:enough], i] = CONDITIONAL
        return codes


def exhaustive(
    vectors: Floats, query: Floats, allowed: NDArray[np.bool_], k: int
) -> NDArray[np.intp]:
    """The best k allowed rows by double-precision products of all of them, ties by row."""
    rows = np.flatnonzero(allowed)
    wide = query.astype(np.float64)
    scores = np.concatenate(
        [vectors[rows[i : i + 16_384]].astype(np.float64) @ wide
         for i in range(0, len(rows), 16_384)] or [np.zeros(0)]
    )  # fmt: skip
    best: NDArray[np.intp] = rows[np.lexsort((rows, -scores))[:k]]
    return best


def render_table(rows: list[dict[str, Any]]) -> str:
    """Dictionaries with the same keys as a table that lines up, Chinese characters two wide."""
    heads = list(rows[0])
    cells = [heads, *[[_plain(r[h]) for h in heads] for r in rows]]
    wide = [max(_width(line[i]) for line in cells) for i in range(len(heads))]
    return "\n".join(
        "  ".join(text + " " * (wide[i] - _width(text)) for i, text in enumerate(line)).rstrip()
        for line in cells
    )


def _plain(value: Any) -> str:
    if value is None:
        return "—"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _width(text: str) -> int:
    return sum(2 if ord(c) > 0x2E80 else 1 for c in text)
