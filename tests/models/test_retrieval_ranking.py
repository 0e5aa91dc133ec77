"""Measuring a ranking: our own measures held to ir_measures, and nobody looks better by silence."""

from __future__ import annotations

import gzip
import json
import warnings
from pathlib import Path

import numpy as np
import pytest

from evaluation.ranking import (
    MEASURES,
    CollectionError,
    compare,
    evaluate_ranking,
    measure,
    profile_of,
    read_collection,
    render,
    to_json,
)
from tests.models.test_retrieval import POSTINGS, encoder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with gzip.open(tmp_path / "corpus.jsonl.gz", "wt", encoding="utf-8") as stream:
        for p in POSTINGS:
            row = {"id": p.id, "title": p.title, "tags": " ".join(p.tags), "text": p.body}
            stream.write(json.dumps(row, ensure_ascii=False) + "\n")
    for split, people in {"dev": ("A", "B"), "more": ("C",)}.items():
        rows = [{"qid": q, "wishes": "会计", "text": "会做账", "education": "大专",
                 "hard": q == "C"} for q in people]  # fmt: skip
        (tmp_path / f"queries.{split}.jsonl").write_text(
            "\n".join(json.dumps(r, ensure_ascii=False) for r in rows), encoding="utf-8"
        )
        (tmp_path / f"qrels.{split}.txt").write_text(
            "".join(f"{q} 0 p2 3\n{q} 0 p4 2\n{q} 0 p3 1\n{q} 0 p0 0\n" for q in people)
        )
    return tmp_path


def test_every_split_is_found_and_every_system_measured(folder: Path) -> None:
    report = evaluate_ranking(folder, encoder=encoder())
    assert report.splits == ("dev", "more")
    assert report.people == ("A", "B", "C")
    assert list(report.values) == ["BM25", "TF-IDF", "LSA", "RRF", "dense", "hybrid"]
    assert report.means["hybrid"]["nDCG@10"].mean > 0.8
    text = render(report)
    assert "C*" in text
    assert "against" in text
    plain = to_json(report)
    assert json.loads(json.dumps(plain)) == plain
    assert plain["people"]["A"]["hybrid"].keys() == set(MEASURES)


def test_a_person_without_an_answer_counts_nothing(folder: Path) -> None:
    collection = read_collection(folder)
    full = {p: ["p2", "p4"] for p in "ABC"}
    report = compare(collection, {"BM25": full, "hybrid": {"A": ["p2", "p4"]}})
    assert report.values["hybrid"][:, 0].tolist()[1:] == [0.0, 0.0]
    assert report.means["hybrid"]["nDCG@10"].mean == pytest.approx(
        report.means["BM25"]["nDCG@10"].mean / 3
    )
    assert (report.wins, report.ties, report.losses) == (0, 1, 2)
    again = compare(collection, {"BM25": full, "hybrid": {"A": ["p2", "p4"]}})
    assert again.difference == report.difference


def test_our_measures_are_those_of_ir_measures() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ir_measures = pytest.importorskip("ir_measures")
        from ir_measures import Judged, R, nDCG
    draw = np.random.default_rng(3)
    ids = [f"d{i}" for i in range(300)]
    for _ in range(5):
        grades = {d: int(draw.integers(0, 4)) for d in draw.choice(ids, 60, replace=False)}
        answer = draw.permutation(ids)[:120].tolist()
        qrels = [ir_measures.Qrel("q", d, g) for d, g in grades.items()]
        run = [ir_measures.ScoredDoc("q", d, float(-i)) for i, d in enumerate(answer)]
        condensed = [r for r in run if r.doc_id in grades]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            theirs = ir_measures.calc_aggregate([nDCG @ 10, R(rel=2) @ 50, Judged @ 10], qrels, run)
            kept = ir_measures.calc_aggregate([nDCG @ 10], qrels, condensed)
        ours = measure(answer, grades)
        assert ours[:3] == pytest.approx(
            [theirs[nDCG @ 10], theirs[R(rel=2) @ 50], theirs[Judged @ 10]]
        )
        assert ours[3] == pytest.approx(kept[nDCG @ 10])


def test_a_folder_that_is_no_collection_says_why(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(CollectionError, match="corpus"):
        read_collection(tmp_path / "nowhere")
    (folder / "qrels.dev.txt").write_text("A 0 p2 much\n")
    with pytest.raises(CollectionError, match=r"qrels\.dev\.txt:1"):
        read_collection(folder)
    (folder / "qrels.dev.txt").unlink()
    with pytest.raises(CollectionError, match=r"qrels\.dev"):
        read_collection(folder)


def test_schooling_is_told_in_the_note() -> None:
    row = {"qid": "A", "text": "会做账", "education": "大专"}
    assert profile_of(row).note == "会做账\n学历：大专"
