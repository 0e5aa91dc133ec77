"""A ranker that needs nothing but the words: character n-grams, weighted by rarity.

Chinese needs no word cutting this way, misspelt words still share most of their characters, and it
works on the oldest office machine, offline. TF-IDF as in scikit-learn, cosine similarity.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.ports import ProfileText, Ranked
from models.documents import PostingText

TITLE_WEIGHT = 3
"""The title counts as often as if it stood three times (best single lexical system measured)."""


class LexicalRanker:
    """TF-IDF over characters 1 to 3, title three times, fitted on the catalogue it ranks."""

    def __init__(self, texts: Sequence[PostingText]) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer

        self._vectorizer: Any = TfidfVectorizer(
            analyzer="char", ngram_range=(1, 3), sublinear_tf=True, dtype=np.float32,
            min_df=1 if len(texts) < 2000 else 2,
        )  # fmt: skip
        documents = [f"{(t.title + chr(10)) * TITLE_WEIGHT}{t.body}" for t in texts]
        digest = hashlib.sha256()
        for document in documents:
            digest.update(document.encode() + b"\0")
        self.version = f"lexical-char13-{digest.hexdigest()[:8]}"
        self._count = len(documents)
        self._by_term: Any = None
        if any(d.strip() for d in documents):
            self._by_term = self._vectorizer.fit_transform(documents).T.tocsr()

    def _scores(self, text: str) -> NDArray[np.float64]:
        if self._by_term is None or not text.strip():
            return np.zeros(self._count)
        query = self._vectorizer.transform([text])
        product = (query @ self._by_term).tocoo()
        scores = np.zeros(self._count)
        scores[product.col] = product.data
        return scores

    def rank(self, profile: ProfileText, allowed: NDArray[np.bool_]) -> Ranked:
        """Cosine similarity of every allowed row with the whole profile."""
        rows = np.flatnonzero(allowed)
        return Ranked(rows, self._scores(profile.whole)[rows])

    def similarity(self, profile: ProfileText, row: int) -> float:
        return float(self._scores(profile.whole)[row])
