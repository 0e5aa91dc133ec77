"""An inverted index in four flat arrays, so that a fresh process maps it instead of reading it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_BITS = 21  # a Unicode code point
LONGEST = 3
K1 = 1.2
"""How soon one more of the same term counts for little (Robertson and Zaragoza 2009)."""


@dataclass(frozen=True, slots=True)
class SparseIndex:
    """What each term is worth in each document that holds it.

    `keys` (terms,) int64 sorted; `starts` (terms + 1,) int64; `rows` int32 and `values` float32
    are the documents of term after term. `rarity` (terms,) float32 weights a term in a question.
    """

    keys: NDArray[np.int64]
    starts: NDArray[np.int64]
    rows: NDArray[np.int32]
    values: NDArray[np.float32]
    rarity: NDArray[np.float32]
    documents: int

    def find(self, keys: NDArray[np.int64]) -> NDArray[np.int64]:
        """The position of each key, -1 for a term that no document holds."""
        if not len(self.keys):
            return np.full(len(keys), -1, np.int64)
        place = np.searchsorted(self.keys, keys)
        place[place == len(self.keys)] = 0
        return np.where(self.keys[place] == keys, place, -1)

    def scores(self, terms: NDArray[np.int64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
        """Sum over the terms of weight times worth, for every document."""
        if not len(terms):
            return np.zeros(self.documents)
        begins, ends = self.starts[terms].tolist(), self.starts[terms + 1].tolist()
        spans = [slice(b, e) for b, e in zip(begins, ends, strict=True)]
        rows = np.concatenate([self.rows[s] for s in spans])
        worth = np.concatenate([self.values[s] for s in spans])
        worth *= np.repeat(weights.astype(np.float32), np.subtract(ends, begins))
        total = np.bincount(rows, worth, minlength=self.documents)
        return np.asarray(total, np.float64)

    def score_of(self, terms: NDArray[np.int64], weights: NDArray[np.float64], row: int) -> float:
        """The same for one document alone."""
        total = 0.0
        wanted = self.rows.dtype.type(row)  # of another type, the rows would be copied to compare
        begins, ends = self.starts[terms].tolist(), self.starts[terms + 1].tolist()
        for begin, end, weight in zip(begins, ends, weights.tolist(), strict=True):
            place = begin + int(self.rows[begin:end].searchsorted(wanted))
            if place < end and self.rows[place] == row:
                total += weight * float(self.values[place])
        return total

    def arrays(self, prefix: str) -> dict[str, NDArray[np.generic]]:
        return {
            f"{prefix}_keys": self.keys, f"{prefix}_starts": self.starts,
            f"{prefix}_rows": self.rows, f"{prefix}_values": self.values,
            f"{prefix}_rarity": self.rarity,
        }  # fmt: skip

    @classmethod
    def of_arrays(
        cls, arrays: Mapping[str, NDArray[np.generic]], prefix: str, documents: int
    ) -> SparseIndex:
        def get(name: str) -> NDArray[np.generic]:
            return arrays[f"{prefix}_{name}"]

        return cls(get("keys"), get("starts"), get("rows"), get("values"), get("rarity"), documents)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class SaturatedGrams:
    """BM25 over the character runs of a `tfidf_index`, without a second index: how often a run
    stands in a document is told back from its worth there, `1 + log(count)` times rarity by norm.

    A few words ask better this way (Robertson & Zaragoza 2009): a run that a posting repeats says
    little more than one it holds twice, and a long text loses less beside a short one. `norms`,
    `sizes`: (documents,) what each document's worth was divided by, and how many runs it holds.
    """

    index: SparseIndex
    norms: NDArray[np.float32]
    sizes: NDArray[np.float32]
    k1: float = K1
    b: float = 0.5

    def rarity_of(self, terms: NDArray[np.int64]) -> NDArray[np.float64]:
        """The most that each run can be worth, but for the factor `k1 + 1`."""
        held = self.index.starts[terms + 1] - self.index.starts[terms]
        rarity = np.log(1 + (self.index.documents - held + 0.5) / (held + 0.5))
        return np.asarray(rarity, np.float64)

    def scores(self, terms: NDArray[np.int64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
        """Sum over the terms of weight times worth, for every document."""
        if not len(terms):
            return np.zeros(self.index.documents)
        begins, ends = self.index.starts[terms].tolist(), self.index.starts[terms + 1].tolist()
        spans = [slice(b, e) for b, e in zip(begins, ends, strict=True)]
        lengths = np.subtract(ends, begins)
        rows = np.concatenate([self.index.rows[s] for s in spans])
        values = np.concatenate([self.index.values[s] for s in spans])
        worth = self._gain(rows, values, np.repeat(self.index.rarity[terms], lengths))
        worth *= np.repeat(weights * self.rarity_of(terms), lengths)
        return np.asarray(np.bincount(rows, worth, minlength=self.index.documents), np.float64)

    def score_of(self, terms: NDArray[np.int64], weights: NDArray[np.float64], row: int) -> float:
        """The same for one document alone."""
        index, total = self.index, 0.0
        wanted = index.rows.dtype.type(row)
        begins, ends = index.starts[terms].tolist(), index.starts[terms + 1].tolist()
        most = (weights * self.rarity_of(terms)).tolist()
        for term, begin, end, weight in zip(terms.tolist(), begins, ends, most, strict=True):
            at = begin + int(index.rows[begin:end].searchsorted(wanted))
            if at < end and index.rows[at] == row:
                here, rarity = slice(at, at + 1), index.rarity[term : term + 1]
                total += weight * float(self._gain(index.rows[here], index.values[here], rarity)[0])
        return total

    def _gain(
        self, rows: NDArray[np.int32], values: NDArray[np.float32], rarity: NDArray[np.float32]
    ) -> NDArray[np.float64]:
        counts = np.rint(np.exp(values.astype(np.float64) * self.norms[rows] / rarity - 1))
        share = self.sizes[rows] / max(float(self.sizes.mean()), 1.0)
        gain = (self.k1 + 1) * counts / (counts + self.k1 * (1 - self.b + self.b * share))
        return np.asarray(gain, np.float64)


def character_grams(text: str) -> NDArray[np.int64]:
    """Every run of one to three letters or characters as one number, repeats included.

    Runs do not cross punctuation or spaces. The text is expected folded (lower case, NFKC).
    """
    codes, word, _ = _codes_of([text])
    keys = [key[run] for key, run in _runs(codes, word, _BITS)]
    return np.concatenate(keys)


def _codes_of(
    texts: Sequence[str],
) -> tuple[NDArray[np.int64], NDArray[np.bool_], NDArray[np.int64]]:
    """Code points of all texts in one row, which of them are part of words, and whose they are."""
    joined = "\n".join(texts)
    codes = np.frombuffer(joined.encode("utf-32-le"), np.uint32).astype(np.int64)
    lengths = np.fromiter((len(t) + 1 for t in texts), np.int64, len(texts))
    owner = np.repeat(np.arange(len(texts)), lengths)[: len(codes)]
    letters = np.zeros(int(codes.max(initial=0)) + 1, bool)
    for code in np.flatnonzero(np.bincount(codes, minlength=1)):
        letters[code] = chr(code).isalnum() or chr(code) in "+#"
    return codes, letters[codes], owner


def _runs(
    codes: NDArray[np.int64], word: NDArray[np.bool_], bits: int
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.bool_]]]:
    """Runs of one, two and three codes that begin at each place, and where they are whole."""
    key, run = codes, word
    for size in range(1, LONGEST + 1):
        if size > 1:
            run = run[:-1] & word[size - 1 :]
            key = key[:-1] | (codes[size - 1 :] << (bits * (size - 1)))
        yield key, run


def count_terms(
    keys: NDArray[np.int64], owners: NDArray[np.int64], documents: int, *, at_least: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int32], NDArray[np.float32]]:
    """Term-major counts: sorted keys, starts, rows, counts; terms of too few documents left out.

    Term and document are packed into one number, so that one plain sort does all the grouping.
    """
    bits = max(documents - 1, 1).bit_length()
    cells = np.sort((keys << bits) | owners)
    first = np.flatnonzero(np.diff(cells, prepend=-1))
    counts = np.diff(first, append=len(cells)).astype(np.float32)
    cells = cells[first]
    term_keys, rows = cells >> bits, (cells & ((1 << bits) - 1)).astype(np.int32)
    begins = np.flatnonzero(np.diff(term_keys, prepend=-1))
    held = np.diff(begins, append=len(term_keys))
    keep = held >= at_least
    chosen = np.repeat(keep, held)
    starts = np.concatenate(([0], np.cumsum(held[keep]))).astype(np.int64)
    return term_keys[begins][keep], starts, rows[chosen], counts[chosen]


def tfidf_index(texts: Sequence[str]) -> SparseIndex:
    """Character runs weighted by rarity, each document made length one (as scikit-learn does)."""
    return saturated_grams(texts).index


def saturated_grams(texts: Sequence[str]) -> SaturatedGrams:
    """The same index with what BM25 needs beside it."""
    documents = len(texts)
    codes, word, owner = _codes_of(texts)
    known = np.flatnonzero(np.bincount(codes, minlength=1))
    dense = np.zeros(int(codes.max(initial=0)) + 1, np.int64)
    dense[known] = np.arange(1, len(known) + 1)  # 0 is left for "no character"
    bits = len(known).bit_length()
    runs = [(key[run], owner[: len(run)][run]) for key, run in _runs(dense[codes], word, bits)]
    keys, starts, rows, counts = count_terms(
        np.concatenate([k for k, _ in runs]), np.concatenate([o for _, o in runs]),
        documents, at_least=1 if documents < 2000 else 2,
    )  # fmt: skip
    back = np.concatenate(([0], known))
    mask = (1 << bits) - 1
    keys = sum(
        (back[(keys >> (bits * i)) & mask] << (_BITS * i) for i in range(LONGEST)),
        np.zeros(len(keys), np.int64),
    )
    held = np.diff(starts)
    rarity = (np.log((1 + documents) / (1 + held)) + 1).astype(np.float32)
    values = (1 + np.log(counts)) * np.repeat(rarity, held)
    lengths = np.sqrt(np.bincount(rows, values.astype(np.float64) ** 2, minlength=documents))
    lengths[lengths == 0] = 1.0
    values = (values / lengths[rows]).astype(np.float32)
    sizes = np.bincount(rows, counts, minlength=documents).astype(np.float32)
    index = SparseIndex(keys, starts, rows, values, rarity, documents)
    return SaturatedGrams(index, lengths.astype(np.float32), sizes)


def bm25_index(
    keys: NDArray[np.int64], owners: NDArray[np.int64], documents: int, *,
    k1: float = K1, b: float = 0.5,
) -> SparseIndex:  # fmt: skip
    """Words worth what BM25 says they are worth in each document, rarity included."""
    keys, starts, rows, counts = count_terms(keys, owners, documents, at_least=1)
    held = np.diff(starts)
    rarity = np.log(1 + (documents - held + 0.5) / (held + 0.5)).astype(np.float32)
    length = np.bincount(rows, counts, minlength=documents)
    mean = max(float(length.mean()), 1.0) if documents else 1.0
    norm = k1 * (1 - b + b * length / mean)
    values = np.repeat(rarity, held) * counts * (k1 + 1) / (counts + norm[rows])
    return SparseIndex(keys, starts, rows, values.astype(np.float32), rarity, documents)
