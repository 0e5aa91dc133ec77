"""The encoder in the box as sentence-transformers runs it: the yardstick of the light path."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.encoder.light import BOX


def load_reference(folder: Path = BOX) -> Callable[[Sequence[str]], NDArray[np.float32]]:
    """`SentenceTransformer(folder).encode` as a function. ImportError: it is not installed."""
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(folder), device="cpu")

    def encode(texts: Sequence[str]) -> NDArray[np.float32]:
        vectors = model.encode(
            list(texts), batch_size=2048, convert_to_numpy=True, show_progress_bar=False
        )
        return np.asarray(vectors, np.float32)

    return encode
