"""Postings and people as vectors of one space, whichever model makes them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from data.records import JobPosting
from data.vocabulary import Vocabulary
from matching.ports import ProfileText
from models.documents import posting_document, posting_text
from models.encoder.corpus import tidy_title
from models.encoder.light import LightEncoder
from models.retrieval.asking import Asker
from models.retrieval.fit import Weights
from models.retrieval.hybrid import posting_vectors
from models.retrieval.task_words import load_task_words
from models.sentence_encoder import Encoder
from models.vector_cache import Progress, VectorCache

Floats = NDArray[np.float32]
_PROBE = ProfileText(
    wishes="文字客服", experience="在店里帮忙回消息，也做过仓库分拣", skills="打字", note="不做销售"
)
_CHUNK = 4096


class Meaning(Protocol):
    """The inner product of a person's vector and a posting's says how near they are."""

    @property
    def version(self) -> str: ...

    @property
    def dimensions(self) -> int: ...

    def of_postings(
        self, postings: Sequence[JobPosting], progress: Progress | None = None
    ) -> Floats:
        """(postings, dimensions) float32."""
        ...

    def of_people(self, profiles: Sequence[ProfileText]) -> Floats:
        """(people, dimensions) float32; zero for who says nothing."""
        ...


class BoxMeaning:
    """The encoder in the box, as the hybrid ranker uses it for its view of meaning."""

    def __init__(self, asker: Asker, vocabulary: Vocabulary) -> None:
        self._asker = asker
        self._vocabulary = vocabulary
        probe = self.of_people([_PROBE])
        digest = hashlib.sha256(np.round(probe, 4).tobytes()).hexdigest()[:8]
        self.version = f"box-{asker.encoder.version}-{digest}"

    @classmethod
    def load(cls, vocabulary: Vocabulary) -> BoxMeaning:
        return cls(Asker(LightEncoder.load(), load_task_words(), Weights()), vocabulary)

    @property
    def dimensions(self) -> int:
        return self._asker.encoder.dimensions

    def of_postings(
        self, postings: Sequence[JobPosting], progress: Progress | None = None
    ) -> Floats:
        encoder = self._asker.encoder
        out = np.empty((len(postings), self.dimensions), np.float32)
        for start in range(0, len(postings), _CHUNK):
            some = [posting_document(p, self._vocabulary) for p in postings[start : start + _CHUNK]]
            titles = encoder.pooled(*encoder.tokens([tidy_title(d.title) for d in some]))
            bodies = encoder.pooled(*encoder.tokens([d.words for d in some]))
            out[start : start + len(some)] = posting_vectors(titles, bodies)
            if progress is not None:
                progress(start + len(some), len(postings))
        return out

    def of_people(self, profiles: Sequence[ProfileText]) -> Floats:
        asker = self._asker
        parts = [asker.parts(asker.question(p)) if p.whole.strip() else [] for p in profiles]
        return asker.vectors(parts)


class ModelMeaning:
    """A configured model: the whole posting against the whole profile, as `DenseRanker` does."""

    def __init__(self, encoder: Encoder, cache: Path | None = None) -> None:
        """`cache`: a file in which vectors of postings are kept between processes."""
        self._encoder = encoder
        self._cache = cache
        self.version = encoder.version
        self.dimensions = encoder.encode(["人岗"], is_query=False).shape[1]

    def of_postings(
        self, postings: Sequence[JobPosting], progress: Progress | None = None
    ) -> Floats:
        texts = [f"{t.title}\n{t.body}" for t in map(posting_text, postings)]
        if not texts:
            return np.zeros((0, self.dimensions), np.float32)

        def encode(some: Sequence[str]) -> Floats:
            return self._encoder.encode(some, is_query=False)

        if self._cache is None:
            return encode(texts)
        return VectorCache(self._cache, self.version).vectors(texts, encode, progress=progress)

    def of_people(self, profiles: Sequence[ProfileText]) -> Floats:
        out = np.zeros((len(profiles), self.dimensions), np.float32)
        told = [i for i, p in enumerate(profiles) if p.whole.strip()]
        if told:
            out[told] = self._encoder.encode([profiles[i].whole for i in told], is_query=True)
        return out
