"""Vectors of texts kept on disk, so that a model reads every posting once.

A large model takes minutes over a catalogue. So what it has read is kept chunk by chunk: an
interruption loses at most one chunk, an unchanged text is never read again, and a changed catalogue
costs only its changed texts. Every vector is filed under the model that made it (name, weights,
prefix, dimensions); a question for another model never finds it, so two models are never mixed.
The file holds digests of texts and numbers, no text.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Encode = Callable[[Sequence[str]], NDArray[np.float32]]
Progress = Callable[[int, int], None]
CHUNK_TEXTS = 1024
_LOOKED_UP_AT_ONCE = 500
_TABLE = (
    "CREATE TABLE IF NOT EXISTS vectors (model TEXT NOT NULL, text BLOB NOT NULL,"
    " vector BLOB NOT NULL, PRIMARY KEY (model, text))"
)


class VectorCache:
    """Vectors of one model in a file that several models may share."""

    def __init__(self, file: Path, model: str) -> None:
        self.file = file
        self.model = model

    def vectors(
        self,
        texts: Sequence[str],
        encode: Encode,
        *,
        progress: Progress | None = None,
        chunk: int = CHUNK_TEXTS,
    ) -> NDArray[np.float32]:
        """(n, dimensions) float32 in the order of the texts; only unknown ones are encoded.

        `progress` is told (texts that have vectors, texts), at the start and after every chunk.
        A file that cannot be opened or is damaged is put aside and begun anew: it is a cache.
        """
        try:
            return self._vectors(texts, encode, progress, chunk)
        except sqlite3.DatabaseError:
            self.file.replace(self.file.with_name(self.file.name + ".damaged"))
            return self._vectors(texts, encode, progress, chunk)

    def _vectors(
        self, texts: Sequence[str], encode: Encode, progress: Progress | None, chunk: int
    ) -> NDArray[np.float32]:
        keys = [hashlib.sha256(t.encode()).digest()[:16] for t in texts]
        self.file.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(self.file, timeout=30)) as connection:
            connection.execute(_TABLE)
            known = self._known(connection, sorted(set(keys)))
            missing = {k: t for k, t in zip(keys, texts, strict=True) if k not in known}
            todo = list(missing)
            if progress is not None and todo:
                progress(len(set(keys)) - len(todo), len(set(keys)))
            for start in range(0, len(todo), chunk):
                part = todo[start : start + chunk]
                fresh = encode([missing[k] for k in part])
                with connection:
                    connection.executemany(
                        "INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)",
                        [
                            (self.model, key, np.ascontiguousarray(vector, "<f4").tobytes())
                            for key, vector in zip(part, fresh, strict=True)
                        ],
                    )
                known.update(zip(part, fresh, strict=True))
                if progress is not None:
                    progress(len(known), len(set(keys)))
        return np.stack([known[k] for k in keys]).astype(np.float32)

    def _known(
        self, connection: sqlite3.Connection, keys: list[bytes]
    ) -> dict[bytes, NDArray[np.float32]]:
        found: dict[bytes, NDArray[np.float32]] = {}
        for start in range(0, len(keys), _LOOKED_UP_AT_ONCE):
            part = keys[start : start + _LOOKED_UP_AT_ONCE]
            marks = ",".join("?" * len(part))
            rows = connection.execute(
                f"SELECT text, vector FROM vectors WHERE model = ? AND text IN ({marks})",  # noqa: S608
                (self.model, *part),
            )
            found |= {key: np.frombuffer(vector, "<f4") for key, vector in rows}
        return found
