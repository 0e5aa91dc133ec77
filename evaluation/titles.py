"""How well a title finds the text it was taken from, on postings that no training has seen.

A title and its own duties are a judged pair that nobody had to judge. A source (a job site in one
year) is kept out of the encoder's training, its titles ask, and the texts of that source answer,
without their titles. A text counts as found when it, or one with the same words, is among the
first ten. This says how meaning carries over to a new site's wording; it says nothing of people,
whose words differ more from a posting's than a posting's title does.
"""

from __future__ import annotations

import csv
import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from evaluation.measures.intervals import RESAMPLES
from evaluation.systems import baseline_scores, dense_scores, ranker_scores
from matching.ports import ProfileText
from models.encoder.corpus import tidy_title
from models.encoder.light import LightEncoder, describe
from models.retrieval.documents import PostingDocument
from models.retrieval.hybrid import HybridIndex

TOP = 10
SHORTEST_TEXT = 40
_BASELINE = "BM25"


class TitlesError(ValueError):
    """A posting file that cannot be used this way; the message says what it lacks."""


@dataclass(frozen=True, slots=True)
class Interval95:
    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class TitlesReport:
    """`recall[system]`: share of titles whose text is among the first ten, with its interval;
    `ratio[system]`: that share over BM25's on the same titles."""

    source: str
    titles: int
    texts: int
    encoder: str
    kept_out: bool
    seed: int
    recall: Mapping[str, Interval95]
    ratio: Mapping[str, Interval95]


def evaluate_titles(
    postings: Path, source: str, *, model: Path | None = None, titles: int = 1500, seed: int = 20260
) -> TitlesReport:
    """Ask with up to `titles` titles of a source; `model` is an encoder trained without it."""
    pairs = _pairs(postings, source)
    encoder = LightEncoder.load() if model is None else LightEncoder.load(model)
    facts = describe() if model is None else describe(model)
    texts = list(dict.fromkeys(text for _, text in pairs))
    place = {text: i for i, text in enumerate(texts)}
    documents = [PostingDocument(str(i), "", text) for i, text in enumerate(texts)]
    draw = np.random.default_rng(seed)
    chosen = sorted(draw.choice(len(pairs), min(titles, len(pairs)), replace=False).tolist())
    systems = baseline_scores(documents, encoder, seed)
    systems["dense"] = dense_scores(documents, encoder)
    systems["hybrid"] = ranker_scores(HybridIndex.build(documents, encoder=encoder), len(texts))
    found: dict[str, list[bool]] = {name: [] for name in systems}
    for number in chosen:
        title, text = pairs[number]
        profile, wanted = ProfileText(wishes=tidy_title(title)), place[text]
        for name, score in systems.items():
            best = np.argsort(-score(profile), kind="stable")[:TOP]
            found[name].append(bool(wanted in best))
    hits = {name: np.array(values, float) for name, values in found.items()}
    again = draw.integers(0, len(chosen), (RESAMPLES // 10, len(chosen)))
    drawn = {name: values[again].mean(axis=1) for name, values in hits.items()}
    return TitlesReport(
        source, len(chosen), len(texts), encoder.version,
        source in facts.get("without_sources", ()), seed,
        {n: _interval(float(v.mean()), drawn[n]) for n, v in hits.items()},
        {n: _interval(float(v.mean() / max(hits[_BASELINE].mean(), 1e-9)),
                      drawn[n] / np.maximum(drawn[_BASELINE], 1e-9)) for n, v in hits.items()},
    )  # fmt: skip


def _pairs(postings: Path, source: str) -> list[tuple[str, str]]:
    """Title and text of every distinct posting of a source that has a text."""
    opener = gzip.open if postings.suffix == ".gz" else open
    with opener(postings, "rt", encoding="utf-8-sig", newline="") as stream:
        rows = csv.DictReader(stream)
        if lacking := {"title", "text", "source"} - set(rows.fieldnames or ()):
            raise TitlesError(f"{postings.name}：缺少 {'、'.join(sorted(lacking))} 列")
        pairs = dict.fromkeys(
            (row["title"].strip(), row["text"].strip())
            for row in rows
            if row["source"] == source and len(row["text"].strip()) >= SHORTEST_TEXT
        )
    if len(pairs) < TOP:
        raise TitlesError(f"{postings.name}：来源“{source}”只有 {len(pairs)} 个带正文的岗位")
    return list(pairs)


def _interval(value: float, drawn: np.ndarray[tuple[int], np.dtype[np.float64]]) -> Interval95:
    low, high = np.percentile(drawn, [2.5, 97.5])
    return Interval95(value, float(low), float(high))


def render(report: TitlesReport) -> str:
    """The report as text; says so when the encoder has seen the source."""
    seen = "" if report.kept_out else " — THE ENCODER WAS TRAINED ON THIS SOURCE: no fair figure"
    lines = [
        f"{report.titles} titles, {report.texts} texts of {report.source}, {report.encoder}, "
        f"seed {report.seed}{seen}",
        f"{'':8}{'R@10':>24}{'times BM25':>24}",
    ]
    lines += [
        f"{name:8}" + "".join(
            f"{f'{v.mean:.3f} [{v.low:.3f}, {v.high:.3f}]':>24}"
            for v in (report.recall[name], report.ratio[name])
        )
        for name in report.recall
    ]  # fmt: skip
    return "\n".join(lines)
