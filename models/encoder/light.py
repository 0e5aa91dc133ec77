"""The encoder without its training shed: the same files read with tokenizers and numpy alone.

Importing sentence-transformers costs five seconds and 400 MB in every process; a placement officer
asks one question at a time. The vectors are the same (a test holds the two together).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.encoder.store import TOKENIZER_FILE, check_folder, read_table

BATCH = 2048
BOX = Path(__file__).resolve().parent.parent / "weights"
"""The model that lies in the box."""


FEW = 8
"""Up to so many texts are summed one by one."""


@dataclass(frozen=True, slots=True)
class LightEncoder:
    """Texts to unit vectors: mean of token vectors, then length one."""

    tokenizer: Any
    table: NDArray[np.float32]
    version: str

    @classmethod
    def load(cls, folder: Path = BOX) -> LightEncoder:
        """Read a model folder; raises `DamagedModelError` when a byte of it has changed."""
        from tokenizers import Tokenizer

        digest = check_folder(folder)
        tokenizer = Tokenizer.from_file(str(folder / TOKENIZER_FILE))
        return cls(tokenizer, read_table(folder), f"static-{digest}")

    @property
    def dimensions(self) -> int:
        return int(self.table.shape[1])

    def tokens(self, texts: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Token ids of all texts in one row, and where each text begins (one more at the end)."""
        encode = getattr(self.tokenizer, "encode_batch_fast", self.tokenizer.encode_batch)
        ids = [e.ids for e in encode(list(texts), add_special_tokens=False)]
        starts = np.zeros(len(ids) + 1, np.int64)
        np.cumsum([len(i) for i in ids], out=starts[1:])
        flat = np.fromiter((t for i in ids for t in i), np.int64, int(starts[-1]))
        return flat, starts

    def encode(self, texts: Sequence[str], *, is_query: bool = False) -> NDArray[np.float32]:
        """Unit vectors, (len(texts), dimensions) float32; a text without a known token is zero.

        Questions and documents are encoded alike: `is_query` is there because other models care.
        """
        del is_query
        vectors = np.zeros((len(texts), self.dimensions), np.float32)
        for start in range(0, len(texts), BATCH):
            flat, starts = self.tokens(texts[start : start + BATCH])
            self.pool(flat, starts, out=vectors[start : start + BATCH])
        return vectors

    def pooled(self, flat: NDArray[np.int64], starts: NDArray[np.int64]) -> NDArray[np.float32]:
        """Unit vectors of texts that are cut into tokens already."""
        vectors = np.zeros((len(starts) - 1, self.dimensions), np.float32)
        for first in range(0, len(vectors), BATCH):
            some = starts[first : first + BATCH + 1]
            self.pool(flat[some[0] : some[-1]], some - some[0], out=vectors[first : first + BATCH])
        return vectors

    def pool(
        self, flat: NDArray[np.int64], starts: NDArray[np.int64], *, out: NDArray[np.float32]
    ) -> None:
        """Mean token vector of each text, made unit length, written into `out`.

        A sparse matrix of token counts times the table: every token row is read once and added in
        place, where gathering all rows first would move the table through memory many times.
        """
        if len(out) <= FEW:
            # A question or two: not worth loading a sparse matrix library for.
            for i in range(len(out)):
                out[i] = self.table[flat[starts[i] : starts[i + 1]]].sum(axis=0)
        else:
            self._pool_many(flat, starts, out)
        lengths = np.linalg.norm(out, axis=1, keepdims=True)
        np.divide(out, lengths, out=out, where=lengths > 0)

    def _pool_many(
        self, flat: NDArray[np.int64], starts: NDArray[np.int64], out: NDArray[np.float32]
    ) -> None:
        from scipy.sparse import csr_matrix

        counts = csr_matrix(
            (np.ones(len(flat), np.float32), flat, starts),
            shape=(len(starts) - 1, len(self.table)),
        )
        out[:] = counts @ self.table


def describe(folder: Path = BOX) -> dict[str, Any]:
    """What went into a model, as its training wrote it down."""
    facts: dict[str, Any] = json.loads((folder / "training.json").read_text("utf-8"))
    return facts
