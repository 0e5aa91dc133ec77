"""How well postings are ordered for people, against graded judgments, beside simple baselines.

A collection is a folder: `corpus.jsonl.gz` (postings), `queries.*.jsonl` (profiles) and
`qrels.*.txt` (TREC, grades 0 to 3; 2 and 3 are relevant). Every system answers in the same run.
nDCG@10 and Recall@50 count an unjudged posting as unsuitable, which is unkind to a system that
finds what the judges never saw: so Judged@10 and the condensed nDCG@10 (judged postings only) stand
beside them. A person whom a system does not answer counts 0; nobody looks better by answering
fewer. Intervals are paired bootstraps over people, with their seed.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.ports import ProfileText, TextRanker
from models.encoder.light import LightEncoder
from models.retrieval.asking import fold_lines
from models.retrieval.documents import PostingDocument, document_of
from models.retrieval.hybrid import HybridIndex
from models.retrieval.sparse import SparseIndex, bm25_index, character_grams, tfidf_index

MEASURES = ("nDCG@10", "Recall@50", "Judged@10", "nDCG@10 condensed")
RELEVANT = 2
BASELINES = ("BM25", "TF-IDF", "LSA", "RRF")
SYSTEMS = (*BASELINES, "dense", "hybrid")
RESAMPLES = 10_000
DEPTH = 50
_RRF = 60
_LSA_DIMENSIONS = 200

Floats = NDArray[np.float64]
Score = Callable[[ProfileText], Floats]


class CollectionError(ValueError):
    """A folder that is no collection, or one that contradicts itself; the message says where."""


@dataclass(frozen=True, slots=True)
class Person:
    """One profile of a collection, with whatever the file says of it (family, hard …)."""

    id: str
    profile: ProfileText
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Collection:
    """Postings, people and judgments: `grades[person][posting]` is 0 to 3."""

    documents: tuple[PostingDocument, ...]
    people: tuple[Person, ...]
    grades: Mapping[str, Mapping[str, int]]
    splits: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Interval95:
    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class RankingReport:
    """`values[system]` is (people, measures) in the order of `people` and `MEASURES`."""

    people: tuple[str, ...]
    hard: tuple[bool, ...]
    values: Mapping[str, Floats]
    means: Mapping[str, Mapping[str, Interval95]]
    best_baseline: str
    difference: Mapping[str, Interval95]
    wins: int
    ties: int
    losses: int
    seed: int
    splits: tuple[str, ...]
    version: str


def read_collection(folder: Path) -> Collection:
    """Read a collection; every split that has both queries and judgments counts."""
    corpus = folder / "corpus.jsonl.gz"
    if not corpus.is_file():
        raise CollectionError(f"{folder}: corpus.jsonl.gz is missing")
    with gzip.open(corpus, "rt", encoding="utf-8") as stream:
        documents = tuple(document_of(json.loads(line)) for line in stream if line.strip())
    people: list[Person] = []
    grades: dict[str, dict[str, int]] = {}
    splits: list[str] = []
    for queries in sorted(folder.glob("queries.*.jsonl")):
        split = queries.name.removeprefix("queries.").removesuffix(".jsonl")
        judged = folder / f"qrels.{split}.txt"
        if not judged.is_file():
            raise CollectionError(f"{folder}: {queries.name} has no {judged.name}")
        splits.append(split)
        for line in queries.read_text("utf-8").splitlines():
            if line.strip():
                row = json.loads(line)
                people.append(Person(str(row["qid"]), profile_of(row), row))
        _read_grades(judged, grades)
    if not people:
        raise CollectionError(f"{folder}: no queries.*.jsonl with qrels.*.txt")
    return Collection(documents, tuple(people), grades, tuple(splits))


def profile_of(row: Mapping[str, Any]) -> ProfileText:
    """The words of a profile of a collection, with its schooling told as a clause of the note."""
    schooling = str(row.get("education") or "")
    note = str(row.get("text") or "")
    return ProfileText(
        wishes=str(row.get("wishes") or ""),
        experience=str(row.get("experience") or ""),
        skills=str(row.get("skills") or ""),
        note=f"{note}\n学历：{schooling}" if schooling else note,
    )


def _read_grades(path: Path, grades: dict[str, dict[str, int]]) -> None:
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        fields = line.split()
        if not fields:
            continue
        if len(fields) != 4 or not fields[3].lstrip("-").isdigit():
            raise CollectionError(f"{path.name}:{number}: expected 'person 0 posting grade'")
        grades.setdefault(fields[0], {})[fields[2]] = int(fields[3])


def evaluate_ranking(
    collection_dir: Path,
    *,
    encoder: LightEncoder | None = None,
    ranker: TextRanker | None = None,
    baselines: bool = True,
    seed: int = 20260,
) -> RankingReport:
    """Measure every system on a collection. `ranker` replaces the hybrid of the house; its rows
    must be the rows of the corpus in file order."""
    collection = read_collection(collection_dir)
    model = encoder or LightEncoder.load()
    hybrid = ranker or HybridIndex.build(collection.documents, encoder=model)
    systems: dict[str, Score] = (
        baseline_scores(collection.documents, model, seed) if baselines else {}
    )
    systems["dense"] = dense_scores(collection.documents, model)
    systems["hybrid"] = ranker_scores(hybrid, len(collection.documents))
    ids = [d.id for d in collection.documents]
    runs = {
        name: {p.id: _top(score(p.profile), ids) for p in collection.people}
        for name, score in systems.items()
    }
    return compare(collection, runs, seed=seed, version=hybrid.version)


def compare(
    collection: Collection,
    runs: Mapping[str, Mapping[str, Sequence[str]]],
    *,
    seed: int = 20260,
    version: str = "",
) -> RankingReport:
    """Measure runs (system -> person -> postings, best first) and compare "hybrid", or the last
    system, with the best of the others that are baselines."""
    judged = [p for p in collection.people if collection.grades.get(p.id)]
    values = {
        name: np.array([measure(run.get(p.id, ()), collection.grades[p.id]) for p in judged])
        for name, run in runs.items()
    }
    draws = np.random.default_rng(seed).integers(0, len(judged), (RESAMPLES, len(judged)))
    means = {
        name: {m: _interval(column[:, k], draws) for k, m in enumerate(MEASURES)}
        for name, column in values.items()
    }
    ours = "hybrid" if "hybrid" in values else list(values)[-1]
    rivals = [n for n in values if n in BASELINES] or [n for n in values if n != ours] or [ours]
    best = max(rivals, key=lambda n: means[n]["nDCG@10"].mean)
    apart = values[ours] - values[best]
    won = apart[:, 0]
    return RankingReport(
        people=tuple(p.id for p in judged),
        hard=tuple(bool(p.facts.get("hard")) for p in judged),
        values=values,
        means=means,
        best_baseline=best,
        difference={m: _interval(apart[:, k], draws) for k, m in enumerate(MEASURES)},
        wins=int((won > 0.005).sum()),
        ties=int((np.abs(won) <= 0.005).sum()),
        losses=int((won < -0.005).sum()),
        seed=seed,
        splits=collection.splits,
        version=version,
    )


def measure(answer: Sequence[str], grades: Mapping[str, int]) -> tuple[float, ...]:
    """nDCG@10, Recall@50, Judged@10 and condensed nDCG@10 of one answer (best posting first).

    >>> [round(m, 4) for m in measure(["a", "b"], {"a": 3, "c": 2})[:2]]
    [0.7039, 0.5]
    """
    ideal = _gain(sorted(grades.values(), reverse=True))
    relevant = {d for d, g in grades.items() if g >= RELEVANT}
    ten = answer[:10]
    condensed = [grades[d] for d in answer if d in grades]
    return (
        _gain([grades.get(d, 0) for d in ten]) / ideal if ideal else 0.0,
        len(relevant.intersection(answer[:DEPTH])) / len(relevant) if relevant else 0.0,
        sum(d in grades for d in ten) / 10,
        _gain(condensed) / ideal if ideal else 0.0,
    )


def _gain(grades: Sequence[int]) -> float:
    """Discounted cumulated gain of the first ten, grades as they are (as trec_eval counts)."""
    return float(sum(max(g, 0) / np.log2(i + 2) for i, g in enumerate(grades[:10])))


def _interval(column: Floats, draws: NDArray[np.int64]) -> Interval95:
    resampled = column[draws].mean(axis=1)
    low, high = np.quantile(resampled, (0.025, 0.975)).tolist()
    return Interval95(float(column.mean()), low, high)


def _top(scores: Floats, ids: Sequence[str], depth: int = 1000) -> list[str]:
    order = np.argsort(-scores, kind="stable")[:depth]
    return [ids[i] for i in order if np.isfinite(scores[i])]


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


def render(report: RankingReport) -> str:
    """The report as text: means with intervals, the comparison, and every person."""
    lines = [
        f"{len(report.people)} people ({', '.join(report.splits)}), {report.version}, "
        f"95% paired bootstrap, seed {report.seed}",
        f"{'':10}" + "".join(f"{m:>24}" for m in MEASURES),
    ]
    for name, means in report.means.items():
        cells = "".join(f"{_cell(means[m]):>24}" for m in MEASURES)
        lines.append(f"{name:10}{cells}")
    gap = report.difference["nDCG@10"]
    lines.append(
        f"against {report.best_baseline}: nDCG@10 {gap.mean:+.3f} [{gap.low:+.3f}, {gap.high:+.3f}]"
        f", wins {report.wins}, ties {report.ties}, losses {report.losses}"
    )
    hard = [i for i, h in enumerate(report.hard) if h]
    if hard:
        lines.append("hard profiles, nDCG@10: " + ", ".join(
            f"{n} {v[hard, 0].mean():.3f}" for n, v in report.values.items()))  # fmt: skip
    lines.append("")
    lines.append(f"{'nDCG@10':10}" + "".join(f"{n:>9}" for n in report.values))
    for i, person in enumerate(report.people):
        mark = "*" if report.hard[i] else ""
        lines.append(f"{person + mark:10}" + _row(v[i, 0] for v in report.values.values()))
    return "\n".join(lines)


def _row(values: Iterable[float]) -> str:
    return "".join(f"{v:9.3f}" for v in values)


def _cell(value: Interval95) -> str:
    return f"{value.mean:.3f} [{value.low:.3f}, {value.high:.3f}]"


def to_json(report: RankingReport) -> dict[str, Any]:
    """The report as plain values for a file."""

    def plain(value: Interval95) -> dict[str, float]:
        return {"mean": value.mean, "low": value.low, "high": value.high}

    return {
        "version": report.version,
        "splits": list(report.splits),
        "seed": report.seed,
        "resamples": RESAMPLES,
        "means": {n: {m: plain(i) for m, i in v.items()} for n, v in report.means.items()},
        "best_baseline": report.best_baseline,
        "difference": {m: plain(i) for m, i in report.difference.items()},
        "wins": report.wins,
        "ties": report.ties,
        "losses": report.losses,
        "people": {
            person: {n: dict(zip(MEASURES, v[i].tolist(), strict=True))
                     for n, v in report.values.items()}
            for i, person in enumerate(report.people)
        },
    }  # fmt: skip
