"""A fixed set of postings with everything that judging and searching them needs.

A segment never changes. What is changed or erased in it is told beside it (`living.Part`), so that
whoever is searching keeps what they began with.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.records import JobPosting
from data.vocabulary import Vocabulary
from matching.catalogue import Catalogue, compile_catalogue
from matching.groups import VerdictGroups
from matching.merge import merge_catalogues
from models.search.block import Floats, VectorBlock

Rows = NDArray[np.intp]


def posting_digest(posting: JobPosting) -> bytes:
    """Sixteen bytes that change with anything a posting says."""
    return hashlib.sha256(repr(posting).encode()).digest()[:16]


@dataclass(frozen=True, slots=True)
class Segment:
    """Row i of catalogue, vectors and `digests` (rows, 2) uint64 is the same posting; rows are in
    the order of ids."""

    groups: VerdictGroups
    block: VectorBlock
    digests: NDArray[np.uint64]

    @property
    def catalogue(self) -> Catalogue:
        return self.groups.catalogue

    def __len__(self) -> int:
        return len(self.block)

    @classmethod
    def compile(
        cls, postings: Sequence[JobPosting], vectors: Floats, vocabulary: Vocabulary
    ) -> Segment:
        """`vectors` (postings, dimensions) in the order of the postings. ValueError: an id twice,
        a vector too few, a number that is none."""
        kept = np.asarray(vectors, np.float32)
        if kept.ndim != 2 or len(kept) != len(postings):
            raise ValueError(f"{len(postings)} postings need as many vectors, got {kept.shape}")
        if not np.isfinite(kept).all():
            raise ValueError("a vector holds a number that is not finite")
        catalogue = compile_catalogue(postings, vocabulary, data_version="segment")
        place = {p.id: i for i, p in enumerate(postings)}
        order = np.array([place[i] for i in catalogue.ids], np.intp)
        told = b"".join(posting_digest(postings[i]) for i in order.tolist())
        digests = np.frombuffer(told, np.uint64).reshape(-1, 2)
        return cls(VerdictGroups.build(catalogue), VectorBlock.build(kept[order]), digests)

    @classmethod
    def merge(cls, parts: Sequence[tuple[Segment, Rows]]) -> Segment:
        """One segment of the wanted rows of several."""
        catalogue, order = merge_catalogues(
            [(s.catalogue, rows) for s, rows in parts], data_version="segment"
        )
        vectors = np.concatenate([s.block.vectors[rows] for s, rows in parts])[order]
        digests = np.concatenate([s.digests[rows] for s, rows in parts])[order]
        return cls(VerdictGroups.build(catalogue), VectorBlock.build(vectors), digests)
