"""What every score stands beside: the simple systems, on the same people and postings."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from data.records import PostingId
from matching.ports import ProfileText, TextRanker
from models.documents import PostingText
from models.encoder.light import LightEncoder
from models.retrieval.asking import fold_lines
from models.retrieval.documents import PostingDocument
from models.retrieval.sparse import SparseIndex, bm25_index, character_grams, tfidf_index

BASELINES = ("random", "newest", "BM25", "TF-IDF", "LSA", "RRF")
_RRF = 60
_LSA_DIMENSIONS = 200
Floats = NDArray[np.float64]
Score = Callable[[ProfileText], Floats]


def random_scores(documents: Sequence[PostingDocument], seed: int) -> Score:
    """Drawn anew for every profile, the same for the same seed: the floor of every measure."""

    def score(profile: ProfileText) -> Floats:
        told = hashlib.sha256(profile.whole.encode()).digest()[:8]
        draws = np.random.default_rng([seed, int.from_bytes(told, "big")])
        return draws.random(len(documents))

    return score


def newest_scores(
    documents: Sequence[PostingDocument], published: Mapping[str, str]
) -> Score | None:
    """Newest first, whoever asks; None where no posting tells its day."""
    if not published:
        return None
    days = sorted(set(published.values()))
    place = {day: float(i + 1) for i, day in enumerate(days)}
    fixed = np.array([place.get(published.get(d.id, ""), 0.0) for d in documents])
    return lambda _profile: fixed


def baseline_scores(
    documents: Sequence[PostingDocument], model: LightEncoder, seed: int
) -> dict[str, Score]:
    texts = [
        fold_lines(f"{(d.title + chr(10)) * 3}{' '.join(d.tags)}\n{d.body}") for d in documents
    ]
    flat, starts = model.tokens(texts)
    owners = np.repeat(np.arange(len(texts)), np.diff(starts))
    words, grams = bm25_index(flat, owners, len(texts), b=0.75), tfidf_index(texts)

    def bm25(profile: ProfileText) -> Floats:
        terms, counts = np.unique(model.tokens([profile.whole])[0], return_counts=True)
        place = words.find(terms)
        return words.scores(place[place >= 0], counts[place >= 0].astype(np.float64))

    def tfidf(profile: ProfileText) -> Floats:
        return grams.scores(*_weighed(profile, grams))

    lsa = _lsa(grams, seed)
    singles: tuple[Score, ...] = (bm25, tfidf, lsa)

    def fused(profile: ProfileText) -> Floats:
        total = np.zeros(len(texts))
        for system in singles:
            place = np.empty(len(texts))
            place[np.argsort(-system(profile), kind="stable")] = np.arange(len(texts))
            total += 1 / (_RRF + 1 + place)
        return total

    return {"BM25": bm25, "TF-IDF": tfidf, "LSA": lsa, "RRF": fused}


def _weighed(profile: ProfileText, grams: SparseIndex) -> tuple[NDArray[np.int64], Floats]:
    terms, counts = np.unique(character_grams(fold_lines(profile.whole)), return_counts=True)
    place = grams.find(terms)
    known = place >= 0
    worth = (1 + np.log(counts[known])) * grams.rarity[place[known]]
    return place[known], worth / (np.linalg.norm(worth) or 1.0)


def _lsa(grams: SparseIndex, seed: int) -> Score:
    """Latent semantic analysis of the TF-IDF table, its 200 strongest directions."""
    from scipy.sparse import csc_matrix
    from sklearn.decomposition import TruncatedSVD

    held = np.diff(grams.starts)
    often = np.flatnonzero(held >= min(20, max(1, grams.documents // 1000)))
    table = csc_matrix((grams.values, grams.rows, grams.starts),
                       shape=(grams.documents, len(grams.keys)))[:, often]  # fmt: skip
    size = max(1, min(_LSA_DIMENSIONS, min(table.shape) - 1))
    model = TruncatedSVD(size, algorithm="randomized", n_iter=2, random_state=seed)
    vectors = model.fit_transform(table)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True) + 1e-9
    column = np.full(len(grams.keys), -1)
    column[often] = np.arange(len(often))

    def score(profile: ProfileText) -> Floats:
        place, worth = _weighed(profile, grams)
        kept = column[place] >= 0
        asked = model.components_[:, column[place[kept]]] @ worth[kept]
        found: Floats = np.asarray(vectors @ asked, np.float64)
        return found

    return score


def lexical_scores(documents: Sequence[PostingDocument]) -> Score:
    """The ranker of words alone that an operator may choose in place of the hybrid."""
    from models.lexical import LexicalRanker

    ranker = LexicalRanker(
        [
            PostingText(
                PostingId(d.id), d.title, "\n".join(t for t in (" ".join(d.tags), d.body) if t)
            )
            for d in documents
        ]
    )
    return ranker_scores(ranker, len(documents))


def ranker_scores(ranker: TextRanker, count: int) -> Score:
    """A ranker of the house as scores over all `count` rows."""
    everything = np.ones(count, bool)

    def score(profile: ProfileText) -> Floats:
        scores = np.full(count, -np.inf)
        answer = ranker.rank(profile, everything)
        scores[answer.rows] = answer.relevance
        return scores

    return score


def dense_scores(documents: Sequence[PostingDocument], model: LightEncoder) -> Score:
    """The encoder alone: 0.7 title and 0.3 text, the whole profile as one text."""
    vectors = 0.7 * model.encode([d.title for d in documents])
    vectors += 0.3 * model.encode([d.words for d in documents])
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True) + 1e-9

    def score(profile: ProfileText) -> Floats:
        found: Floats = np.asarray(vectors @ model.encode([profile.whole])[0], np.float64)
        return found

    return score
