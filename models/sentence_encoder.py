"""Any sentence-transformers model behind one port, and exact search among the admissible rows.

The model is named or lies in a folder; settings choose. Heavy libraries are imported when a model
is really loaded. Search is exact, by `models.search`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from matching.ports import ProfileText, Ranked
from models.documents import PostingText
from models.search.block import VectorBlock, exact_scores
from models.search.plan import Plan
from models.vector_cache import Progress, VectorCache

_PROBES = ("人岗", "在线客服，打字录入，居家", "a posting, a person", "仓库分拣 保洁 按摩 文字审核")
"""Vectors of these name a model's weights, prefixes and dimensions in its version."""


class Encoder(Protocol):
    """Texts to unit vectors: (n,) str -> (n, dimensions) float32."""

    @property
    def version(self) -> str: ...

    def encode(self, texts: Sequence[str], *, is_query: bool) -> NDArray[np.float32]: ...


@dataclass(frozen=True, slots=True)
class EncoderSettings:
    """How to load and call a model. Prefixes: some models want "query: " and "passage: "."""

    model: str
    query_prefix: str = ""
    document_prefix: str = ""
    batch_size: int = 64
    device: str | None = None
    dimensions: int | None = None


class EncoderUnavailableError(RuntimeError):
    """The configured model cannot be loaded; the message says what to install or to set."""


class SentenceEncoder:
    """Any sentence-transformers model, by name or local path."""

    def __init__(self, settings: EncoderSettings) -> None:
        self.settings = settings
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError as error:
            raise EncoderUnavailableError(
                "要用句向量模型，请先安装：pip install -e '.[encoder]'（在项目文件夹里）"
            ) from error
        try:
            self._model: Any = SentenceTransformer(
                settings.model, device=settings.device, truncate_dim=settings.dimensions
            )
        except (OSError, ValueError) as error:
            raise EncoderUnavailableError(
                f"模型“{settings.model}”打不开：请检查设置里的名称或文件夹路径"
            ) from error
        probe = np.vstack(
            [self.encode(_PROBES, is_query=True), self.encode(_PROBES, is_query=False)]
        )
        digest = hashlib.sha256(np.round(probe, 4).tobytes()).hexdigest()[:12]
        self.version = f"sentence-{settings.model.rstrip('/').rsplit('/', 1)[-1]}-{digest}"

    def encode(self, texts: Sequence[str], *, is_query: bool) -> NDArray[np.float32]:
        """Unit vectors, (len(texts), dimensions) float32."""
        prefix = self.settings.query_prefix if is_query else self.settings.document_prefix
        vectors = self._model.encode(
            [prefix + t for t in texts],
            batch_size=self.settings.batch_size,
            normalize_embeddings=True,
            convert_to_numpy=True,
            show_progress_bar=False,
        )
        return np.asarray(vectors, np.float32)


def _embed(
    encoder: Encoder, documents: Sequence[str], cache: Path | None, progress: Progress | None
) -> NDArray[np.float32]:
    if not documents:
        return np.zeros((0, 1), np.float32)

    def encode(texts: Sequence[str]) -> NDArray[np.float32]:
        return encoder.encode(texts, is_query=False)

    if cache is None:
        return encode(documents)
    return VectorCache(cache, encoder.version).vectors(documents, encode, progress=progress)


class DenseRanker:
    """Exact inner products of a configured model's vectors, of the allowed rows only."""

    def __init__(
        self,
        encoder: Encoder,
        texts: Sequence[PostingText],
        *,
        cache: Path | None = None,
        progress: Progress | None = None,
    ) -> None:
        """`cache`: a file in which vectors are kept between processes; None keeps none."""
        self._encoder = encoder
        documents = [f"{t.title}\n{t.body}" for t in texts]
        vectors = _embed(encoder, documents, cache, progress)
        self._block = VectorBlock(np.ascontiguousarray(vectors))
        digest = hashlib.sha256(np.round(vectors, 4).tobytes()).hexdigest()[:8]
        self.version = f"{encoder.version}-{digest}"

    def search(self, query: NDArray[np.float32], allowed: NDArray[np.bool_], limit: int) -> Ranked:
        """The `limit` best allowed rows, exactly. A row that is not allowed never comes back."""
        found = self._block.search(query, allowed, None, limit, Plan())
        return Ranked(found.rows.astype(np.int64), found.scores)

    def rank(self, profile: ProfileText, allowed: NDArray[np.bool_]) -> Ranked:
        """Cosine mapped to 0..1 for every allowed row."""
        rows = np.flatnonzero(allowed)
        if not len(rows):
            return Ranked(rows, np.zeros(0))
        query = self._encoder.encode([profile.whole], is_query=True)[0]
        cosine = exact_scores(self._block.vectors, query, rows)
        return Ranked(rows, (cosine + 1.0) / 2.0)

    def similarity(self, profile: ProfileText, row: int) -> float:
        query = self._encoder.encode([profile.whole], is_query=True)[0]
        cosine = exact_scores(self._block.vectors, query, np.array([row], np.intp))
        return float((cosine[0] + 1.0) / 2.0)
