"""Making the learned part of the reader: a few linear models over clauses, from labelled examples.

One model tells which facets a clause speaks of (one yes-or-no per facet), one whether the clause
denies what it speaks of, one of which kind a demand is, one per facet how high. All linear, so that
their answer is a sum over words that anybody can look at, and small enough to travel in the
repository. Same examples, same encoder, same seedless solver: same files.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.encoder.light import LightEncoder
from models.reading.examples import Example, examples_of_labels
from models.reading.nouns import DemandKind, Where
from models.reading.passage import Passage
from models.reading.units import Unit, runs_of, units_of, vectors_of
from models.retrieval.arrays import save_arrays

KINDS = tuple(DemandKind)
FORMAT = 1
SEEN_AT_LEAST = 2
"""A character run that stands in fewer clauses is no evidence of anything."""
VECTOR_SHARE = 1.0
STRENGTH = 12.0
"""Inverse of the penalty on weights (C of the logistic regression)."""
LEVEL_PENALTY = 1.0
FEWEST = 4
"""A facet with fewer example clauses is left to the rules."""
_NEGATION = re.compile("不|无|没|免|别|非|勿|零|未")
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Table:
    """Clauses with what is known of them. `topics`: (n, facets) whether spoken of, asked for or
    denied; `denies`: (n,); `levels`, `kinds`: (n, facets), NaN and -1 where nothing is asked."""

    units: tuple[Unit, ...]
    topics: NDArray[np.bool_]
    denies: NDArray[np.bool_]
    levels: NDArray[np.float64]
    kinds: NDArray[np.int8]


def label_units(examples: Sequence[Example], facets: Sequence[str]) -> Table:
    """Cut examples into clauses and give each the labels whose words it holds.

    A denial goes to the clauses of its words that hold a "no" and ask for nothing, or to all that
    hold a "no" if none is left.
    """
    number = {f: i for i, f in enumerate(facets)}
    units: list[Unit] = []
    rows: list[tuple[list[tuple[int, float, int]], list[int]]] = []
    for example in examples:
        passage = Passage.of(Where.TEXT, example.text)
        mine = list(units_of(passage))
        asked = [
            [
                (number[d.facet], d.level, KINDS.index(d.kind))
                for d in example.demands
                if min(d.end, u.end) - max(d.start, u.start) >= min(2, d.end - d.start)
            ]
            for u in mine
        ]
        no = [bool(_NEGATION.search(u.clause)) for u in mine]
        free = [n and not a for n, a in zip(no, asked, strict=True)]
        free = free if any(free) else no
        denied = [
            [number[d.facet] for d in example.denied if f and d.start < u.end and u.start < d.end]
            for u, f in zip(mine, free, strict=True)
        ]
        units += mine
        rows += list(zip(asked, denied, strict=True))
    shape = (len(units), len(facets))
    topics, levels = np.zeros(shape, bool), np.full(shape, np.nan)
    kinds, denies = np.full(shape, -1, np.int8), np.zeros(len(units), bool)
    for row, (asked_here, denied_here) in enumerate(rows):
        for facet, level, kind in asked_here:
            topics[row, facet], levels[row, facet], kinds[row, facet] = True, level, kind
        topics[row, denied_here] = True
        denies[row] = bool(denied_here) and not asked_here
    return Table(tuple(units), topics, denies, levels, kinds)


def fit(
    table: Table, facets: Sequence[str], encoder: LightEncoder, progress: Progress | None = None
) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    """The arrays and facts of a learned reader."""
    from scipy.sparse import csr_matrix, hstack
    from sklearn.linear_model import LogisticRegression, Ridge

    found = [runs_of(u) for u in table.units]
    seen: dict[int, int] = {}
    for runs in found:
        for key in runs:
            seen[key] = seen.get(key, 0) + 1
    keys = np.array(sorted(k for k, n in seen.items() if n >= SEEN_AT_LEAST), np.uint32)
    rarity = np.log((1 + len(found)) / (1 + np.array([seen[int(k)] for k in keys]))) + 1
    x = sparse_rows(found, keys, rarity.astype(np.float32))
    dense = csr_matrix(VECTOR_SHARE * vectors_of(table.units, encoder))
    both = hstack([x, dense]).tocsr()
    width = len(keys)
    weights = np.zeros((both.shape[1], len(facets)), np.float32)
    offsets = np.full(len(facets), -20.0, np.float32)
    slopes = np.zeros((both.shape[1], len(facets)), np.float32)
    middles = np.full(len(facets), 3.0, np.float32)
    for i, facet in enumerate(facets):
        if progress is not None:
            progress(facet, i + 1, len(facets))
        asked = ~np.isnan(table.levels[:, i])
        if table.topics[:, i].sum() < FEWEST or asked.sum() < FEWEST:
            continue
        model = LogisticRegression(C=STRENGTH, max_iter=400, tol=1e-5)
        model.fit(both, table.topics[:, i])
        weights[:, i], offsets[i] = model.coef_[0], model.intercept_[0]
        ridge = Ridge(alpha=LEVEL_PENALTY, solver="lsqr", tol=1e-6)
        ridge.fit(both[asked], table.levels[asked, i])
        slopes[:, i], middles[i] = ridge.coef_, ridge.intercept_
    polar = LogisticRegression(C=STRENGTH, max_iter=400, tol=1e-5)
    spoken = table.topics.any(axis=1)
    polar.fit(both[spoken], table.denies[spoken])
    at, of = np.nonzero(table.kinds >= 0)
    which = csr_matrix((np.ones(len(of)), (np.arange(len(of)), of)), (len(of), len(facets)))
    kind = LogisticRegression(C=STRENGTH / 3, max_iter=600, tol=1e-5)
    kind.fit(hstack([both[at], which]).tocsr(), table.kinds[at, of])
    kinds = np.zeros((both.shape[1] + len(facets), len(KINDS)), np.float32)
    kinds[:, kind.classes_] = kind.coef_.T
    base = np.full(len(KINDS), -20.0, np.float32)
    base[kind.classes_] = kind.intercept_
    arrays: dict[str, NDArray[Any]] = {
        "keys": keys,
        "rarity": rarity.astype(np.float32),
        "topic_offsets": offsets,
        "level_middles": middles,
        "denial_offset": np.array(polar.intercept_, np.float32),
        "kind_offsets": base,
        "kind_of_facet": kinds[both.shape[1] :],
    }
    for name, value in (
        ("topic", weights),
        ("level", slopes),
        ("denial", polar.coef_.T.astype(np.float32)),
        ("kind", kinds[: both.shape[1]]),
    ):
        codes, scale = _codes(value)
        arrays |= {f"{name}_codes": codes, f"{name}_scale": scale}
    facts = {
        "format": FORMAT, "facets": list(facets), "runs": width, "clauses": len(table.units),
        "encoder": encoder.version,
    }  # fmt: skip
    return arrays, facts


def sparse_rows(
    found: Sequence[dict[int, float]], keys: NDArray[np.uint32], rarity: NDArray[np.float32]
) -> Any:
    """Clauses as rows of unit length over the known runs, (n, runs) CSR."""
    from scipy.sparse import csr_matrix

    indices, values, starts = [], [], [0]
    for runs in found:
        place, value = weigh(runs, keys, rarity)
        indices.append(place)
        values.append(value)
        starts.append(starts[-1] + len(place))
    return csr_matrix(
        (np.concatenate(values), np.concatenate(indices), starts), (len(found), len(keys))
    )


def weigh(
    runs: dict[int, float], keys: NDArray[np.uint32], rarity: NDArray[np.float32]
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Where the known runs of one clause stand, and what they weigh; length one in all."""
    asked = np.fromiter(runs, np.uint32, len(runs))
    worth = np.fromiter(runs.values(), np.float32, len(runs))
    place = np.minimum(np.searchsorted(keys, asked), len(keys) - 1)
    known = keys[place] == asked
    place = place[known].astype(np.int64)
    value = worth[known] * rarity[place]
    length = float(np.sqrt((value**2).sum()))
    return place, value / (length or 1.0)


def _codes(value: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """int8 codes with a scale per column."""
    scale = np.abs(value).max(axis=0) / 127.0
    scale[scale == 0] = 1.0
    return np.clip(np.rint(value / scale), -127, 127).astype(np.int8), scale.astype(np.float32)


def train_reader(
    examples: Sequence[Example],
    facets: Sequence[str],
    out: Path,
    *,
    labels: Sequence[Path] = (),
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Fit on the examples and on files of labelled postings, and write the folder that the reader
    loads. The folder holds numbers and hashes of character runs that stand in two clauses or more;
    no sentence can be told from it."""
    for file in labels:
        lines = file.read_text(encoding="utf-8").splitlines()
        examples = (*examples, *examples_of_labels(json.loads(x) for x in lines if x.strip()))
    encoder = LightEncoder.load()
    arrays, facts = fit(label_units(examples, facets), facets, encoder, progress)
    digest = blake2b(digest_size=4)
    for example in examples:
        digest.update(repr(example).encode())
    facts |= {
        "label_files": [file.name for file in labels],
        "examples": len(examples),
        "examples_digest": digest.hexdigest(),
    }
    save_arrays(out, arrays, facts)
    return facts
