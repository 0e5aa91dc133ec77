"""The ranker of the house: words and meaning together, our task words beside them.

Four views of how well a posting fits: character runs (TF-IDF), words (BM25), meaning (static
vectors of title and duties), and the occupation that both name. Each is on a scale that does not
depend on the other postings, and they are added with few weights: so a score means the same for
two people, and orders people for a posting as well as postings for a person. What a person shuns
pushes away, what they seek draws near, and a level that does not fit costs a part of the score.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.ports import ProfileText, Ranked
from models.encoder.corpus import tidy_title
from models.encoder.light import LightEncoder
from models.retrieval.arrays import load_arrays, save_arrays
from models.retrieval.asking import Asker, fold_lines
from models.retrieval.catalogue import describe_postings
from models.retrieval.documents import PostingDocument
from models.retrieval.fit import Levels, Weights, chance, mismatch
from models.retrieval.profile import Question
from models.retrieval.sparse import (
    K1,
    SaturatedGrams,
    SparseIndex,
    bm25_index,
    character_grams,
    saturated_grams,
)
from models.retrieval.task_words import TaskWords, load_task_words

SCORING = 2
"""Of the way scores are made; part of the version in every answer, raised with every change."""
TITLE_TIMES = 3
"""The title names the job: its words count as often as if it stood there three times."""
TITLE_SHARE, BODY_SHARE = np.float32(0.8), np.float32(0.2)
"""How the meaning of a posting is made up. What has no text keeps its title's share only."""
TOP_OF_BM25 = K1 + 1
"""What a term that stands everywhere in a short posting gains at most, for each of its rarity."""
KEPT_PROFILES = 10_000
"""A profile that was read takes some 3 KiB (invented people: 2.5 on average, 3.8 at most)."""
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _View:
    """One lexical view of a profile: places of its terms in an index, their worth, the scale."""

    terms: NDArray[np.int64]
    worth: Floats
    scale: float

    @classmethod
    def of_terms(cls, found: dict[int, float], scale: float) -> _View:
        terms = np.fromiter(found, np.int64, len(found))
        return cls(terms, np.fromiter(found.values(), np.float64, len(found)), scale)

    def of(self, index: SparseIndex | SaturatedGrams, row: int | None) -> Floats:
        """(rows,) or, of one row, (1,)."""
        if row is None:
            return index.scores(self.terms, self.worth) / self.scale
        return np.array([index.score_of(self.terms, self.worth, row)]) / self.scale


@dataclass(frozen=True, slots=True)
class _Asked:
    """A profile as it is asked of postings; `vector` None: it says nothing."""

    question: Question
    grams: _View
    words: _View
    vector: NDArray[np.float32] | None


class HybridIndex:
    """Everything that ranking needs of a catalogue, in row order."""

    def __init__(
        self,
        arrays: dict[str, NDArray[Any]],
        encoder: LightEncoder,
        words: TaskWords,
        weights: Weights,
        documents_version: str,
    ) -> None:
        self._arrays = arrays
        self._encoder = encoder
        self._words = words
        self.weights = weights
        self._documents_version = documents_version
        self._count = len(arrays["vectors"])
        self._asker = Asker(encoder, words, weights)
        self._grams = SparseIndex.of_arrays(arrays, "gram", self._count)
        self._saturated = SaturatedGrams(self._grams, arrays["gram_norms"], arrays["gram_sizes"])
        self._tokens = SparseIndex.of_arrays(arrays, "token", self._count)
        # A posting's list asks the same people again and again, one posting at a time.
        self._asked = lru_cache(maxsize=KEPT_PROFILES)(self._ask)

    @classmethod
    def build(
        cls,
        documents: Sequence[PostingDocument],
        *,
        encoder: LightEncoder | None = None,
        words: TaskWords | None = None,
        weights: Weights | None = None,
    ) -> HybridIndex:
        """Index a catalogue; row i of every answer is documents[i]."""
        model, table = encoder or LightEncoder.load(), words or load_task_words()
        titles = [tidy_title(d.title) for d in documents]
        bodies = [d.words for d in documents]
        named, told = model.tokens(titles), model.tokens(bodies)
        tokens = np.concatenate([named[0]] * TITLE_TIMES + [told[0]])
        owners = np.concatenate([_owners(named[1])] * TITLE_TIMES + [_owners(told[1])])
        texts = [
            fold_lines(f"{(d.title + chr(10)) * TITLE_TIMES}{body}")
            for d, body in zip(documents, bodies, strict=True)
        ]
        grams = saturated_grams(texts)
        arrays: dict[str, NDArray[Any]] = {
            **grams.index.arrays("gram"),
            "gram_norms": grams.norms,
            "gram_sizes": grams.sizes,
            **bm25_index(tokens, owners, len(texts)).arrays("token"),
            **describe_postings(documents, table),
            "vectors": posting_vectors(model.pooled(*named), model.pooled(*told)),
        }
        digest = hashlib.sha256()
        for document in documents:
            digest.update(repr(document).encode())
        return cls(arrays, model, table, weights or Weights(), digest.hexdigest()[:8])

    def save(self, folder: Path) -> None:
        save_arrays(folder, self._arrays, {
            "encoder": self._encoder.version, "documents": self._documents_version,
            "occupations": len(self._words),
        })  # fmt: skip

    @classmethod
    def load(
        cls,
        folder: Path,
        *,
        encoder: LightEncoder | None = None,
        words: TaskWords | None = None,
        weights: Weights | None = None,
        check: bool = True,
    ) -> HybridIndex:
        """Map a saved index. Refuses one that is damaged or was built with another encoder."""
        arrays, facts = load_arrays(folder, check=check)
        model = encoder or LightEncoder.load()
        if facts.get("encoder") != model.version:
            raise ValueError(f"{folder} was built with another encoder: build it again")
        return cls(
            arrays, model, words or load_task_words(), weights or Weights(), str(facts["documents"])
        )

    @property
    def version(self) -> str:
        return f"hybrid-{SCORING}-{self._encoder.version}-{self._documents_version}"

    def __len__(self) -> int:
        return self._count

    def rank(self, profile: ProfileText, allowed: NDArray[np.bool_]) -> Ranked:
        """The relevance, 0..1, of every allowed row. No other row is ever returned."""
        rows = np.flatnonzero(allowed)
        if not len(rows) or not profile.whole.strip():
            return Ranked(rows, np.zeros(len(rows)))
        return Ranked(rows, chance(self._scores(self._asked(profile))[rows]))

    def similarity(self, profile: ProfileText, row: int) -> float:
        """The relevance of one row, as `rank` gives it, without scoring the others."""
        if not profile.whole.strip():
            return 0.0
        return float(chance(self._scores(self._asked(profile), row))[0])

    def question(self, profile: ProfileText) -> Question:
        """How a profile is understood: what it seeks, shuns and tells."""
        return self._asker.question(profile)

    def _ask(self, profile: ProfileText) -> _Asked:
        """Everything of a profile that no posting changes: read once, asked of many postings."""
        question = self.question(profile)
        parts = self._asker.parts(question)
        view = self._short_gram_view if question.is_short else self._gram_view
        return _Asked(
            question, view(parts), self._word_view(parts),
            self._asker.vectors([parts])[0] if parts else None,
        )  # fmt: skip

    def _scores(self, asked: _Asked, row: int | None = None) -> Floats:
        """The score of every row, or of one: (rows,) or (1,) float64."""
        w, here = self.weights, slice(None) if row is None else slice(row, row + 1)
        if asked.question.is_short:
            score = w.grams_short * asked.grams.of(self._saturated, row)
        else:
            score = w.grams * asked.grams.of(self._grams, row)
        score += w.words * asked.words.of(self._tokens, row)
        if asked.vector is not None:
            # Not `@`: waking a second thread for so small a product costs more than the product.
            score += w.meaning * np.einsum("ij,j->i", self._arrays["vectors"][here], asked.vector)
        return self._adjust(score, asked.question, here)

    def _gram_view(self, parts: list[tuple[str, float]]) -> _View:
        """Cosine of the character runs of all parts together with each posting's."""
        found: dict[int, float] = {}
        length = 0.0
        for text, share in parts:
            terms, counts = np.unique(character_grams(text), return_counts=True)
            place = self._grams.find(terms)
            known = place >= 0
            worth = share * (1 + np.log(counts[known])) * self._grams.rarity[place[known]]
            length += float((worth**2).sum())
            for term, value in zip(place[known].tolist(), worth.tolist(), strict=True):
                found[term] = found.get(term, 0.0) + value
        return _View.of_terms(found, length**0.5 or 1.0)

    def _short_gram_view(self, parts: list[tuple[str, float]]) -> _View:
        """BM25 of the character runs of all parts, as a share of what it could be at most."""
        found = _repeated(parts, character_grams, self._grams.find)
        view = _View.of_terms(found, 1.0)
        most = float(view.worth @ self._saturated.rarity_of(view.terms)) * TOP_OF_BM25
        return replace(view, scale=most or 1.0)

    def _word_view(self, parts: list[tuple[str, float]]) -> _View:
        """BM25 of the words of all parts, by the root of what it could be at most: a long story
        may count for more than a short one, but not in proportion."""
        found = _repeated(parts, lambda text: self._encoder.tokens([text])[0], self._tokens.find)
        view = _View.of_terms(found, 1.0)
        most = float(view.worth @ self._tokens.rarity[view.terms]) * TOP_OF_BM25
        return replace(view, scale=most**0.5 or 1.0)

    def _adjust(self, score: Floats, question: Question, here: slice) -> Floats:
        """Occupation, level, and what the person shuns or seeks."""
        w, arrays = self.weights, self._arrays
        same = np.zeros(len(score))
        for name, share in question.told.items():
            place = self._words.index_of(name)
            same = np.maximum(same, share / 100 * arrays["occupations"][place, here])
        off = mismatch(question.level, self._levels_at(here), self._usual_pay(question))
        score = score + (w.occupation if question.named else w.occupation_alone) * same
        score -= w.schooling * off.schooling + w.years * off.years
        score -= w.rank * off.rank + w.pay * off.pay
        for kinds, table, weight in (
            (question.shuns, arrays["shunned"], -w.shunned),
            (question.seeks, arrays["sought"], w.sought),
        ):
            if kinds:
                score += weight / 100 * table[list(kinds), here].max(axis=0)
        return score

    def _levels_at(self, here: slice) -> Levels:
        names = ("education", "years", "pay_low", "pay_high", "rank")
        return Levels(*(np.asarray(self._arrays[n][here]) for n in names))

    def _usual_pay(self, question: Question) -> tuple[float, float] | None:
        if not question.told:
            return None
        foremost = max(question.told, key=lambda n: question.told[n])
        low, high = self._arrays["occupation_pay"][self._words.index_of(foremost)].tolist()
        return None if np.isnan(low) else (low, high)


def posting_vectors(
    titles: NDArray[np.float32], bodies: NDArray[np.float32]
) -> NDArray[np.float32]:
    """One vector per posting; where no word of the title is known the text speaks alone."""
    share = np.where(np.abs(titles).sum(axis=1, keepdims=True) > 0, BODY_SHARE, np.float32(1))
    return (TITLE_SHARE * titles + share * bodies).astype(np.float32)


def _owners(starts: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.repeat(np.arange(len(starts) - 1), np.diff(starts))


def _repeated(
    parts: Sequence[tuple[str, float]],
    terms_of: Callable[[str], NDArray[np.int64]],
    find: Callable[[NDArray[np.int64]], NDArray[np.int64]],
) -> dict[int, float]:
    """The terms of all parts by their place in an index: each part's share, twice at most if it
    says the term again and again."""
    found: dict[int, float] = {}
    for text, share in parts:
        terms, counts = np.unique(terms_of(text), return_counts=True)
        place = find(terms)
        known = place >= 0
        worth = share * np.minimum(counts[known], 2)
        for term, value in zip(place[known].tolist(), worth.tolist(), strict=True):
            found[term] = found.get(term, 0.0) + value
    return found
