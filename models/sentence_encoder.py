"""Any sentence-transformers model behind one port, and exact search among the admissible rows.

The model is named or lies in a folder; settings choose. Heavy libraries are imported when a model
is really loaded. faiss scans every admissible vector (nothing approximate), and what it returns is
checked against the allowed rows again, because its selectors have leaked before.
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
                "要用句向量模型，请先安装：pip install 'rengang[encoder]'"
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
    """Exact inner-product search with faiss, restricted to the allowed rows and verified after."""

    def __init__(
        self,
        encoder: Encoder,
        texts: Sequence[PostingText],
        *,
        cache: Path | None = None,
        progress: Progress | None = None,
    ) -> None:
        """`cache`: a file in which vectors are kept between processes; None keeps none."""
        import faiss

        self._faiss: Any = faiss
        self._encoder = encoder
        self._count = len(texts)
        documents = [f"{t.title}\n{t.body}" for t in texts]
        self._vectors = _embed(encoder, documents, cache, progress)
        self._index = faiss.IndexFlatIP(self._vectors.shape[1])
        self._index.add(np.ascontiguousarray(self._vectors))
        digest = hashlib.sha256(np.round(self._vectors, 4).tobytes()).hexdigest()[:8]
        self.version = f"{encoder.version}-{digest}"

    def search(self, query: NDArray[np.float32], allowed: NDArray[np.bool_], limit: int) -> Ranked:
        """The `limit` best allowed rows, exactly. A row that is not allowed never comes back."""
        wanted = min(limit, int(allowed.sum()))
        if wanted == 0:
            return Ranked(np.zeros(0, np.int64), np.zeros(0))
        bitmap = np.packbits(allowed, bitorder="little")
        selector = self._faiss.IDSelectorBitmap(bitmap)
        parameters = self._faiss.SearchParameters(sel=selector)
        found, rows = self._index.search(query.reshape(1, -1), wanted, params=parameters)
        rows, found = rows[0].astype(np.int64), found[0].astype(np.float64)
        keep = (rows >= 0) & (rows < self._count)  # faiss pads with -1, a valid Python index
        rows, found = rows[keep], found[keep]
        keep = allowed[rows]
        return Ranked(rows[keep], found[keep])

    def rank(self, profile: ProfileText, allowed: NDArray[np.bool_]) -> Ranked:
        """Cosine mapped to 0..1 for every allowed row."""
        query = self._encoder.encode([profile.whole], is_query=True)[0]
        ranked = self.search(query, allowed, self._count)
        return Ranked(ranked.rows, (ranked.relevance + 1.0) / 2.0)

    def similarity(self, profile: ProfileText, row: int) -> float:
        query = self._encoder.encode([profile.whole], is_query=True)[0]
        return float((query @ self._vectors[row] + 1.0) / 2.0)
