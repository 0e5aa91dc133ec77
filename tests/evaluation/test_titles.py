"""Titles that ask for their own texts: what is counted, what is refused, what is admitted."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from evaluation.titles import TitlesError, evaluate_titles, render

WORK = {
    "在线客服": (
        "回复买家留言，处理退换货，每天看店铺的消息，把没解决的问题转给同事，记下买家的要求和结果"
    ),
    "仓库理货": (
        "把到货的箱子拆开上架，核对数量，按单拣出要发的货，打包贴单，下班前把通道收拾干净再走"
    ),
    "面点师": (
        "和面发面，包包子蒸馒头，看火候，早上把第一笼做好，收拾案板和蒸笼，盘点面粉和馅料的存量"
    ),
    "会计": (
        "登记账簿，核对银行来往，月底结账报税，整理凭证装订成册，给经理看本月的收支和成本情况说明"
    ),
    "保洁": (
        "打扫大堂和走廊，擦扶手，倒垃圾，换洗手间的纸，雨天在门口铺上防滑的垫子并且拖干地上的水"
    ),
}


def write(file: Path, rows: list[dict[str, str]]) -> Path:
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return file


@pytest.fixture
def postings(tmp_path: Path) -> Path:
    rows = [
        {"title": title, "text": f"{text}。门店{shop}号", "source": "甲站"}
        for title, text in WORK.items()
        for shop in range(1, 9)
    ]
    return write(
        tmp_path / "posts.csv", [*rows, {"title": "别站", "text": "字" * 60, "source": "乙"}]
    )


def test_every_system_answers_the_same_titles(postings: Path) -> None:
    report = evaluate_titles(postings, "甲站", titles=30)
    assert report.titles == 30
    assert report.texts == 40
    assert set(report.recall) == {"BM25", "TF-IDF", "LSA", "RRF", "dense", "hybrid"}
    assert report.ratio["BM25"].mean == 1.0
    # A title has eight texts of its kind among 40: chance finds a quarter, meaning far more.
    assert report.recall["hybrid"].mean > 0.6
    assert report.recall["hybrid"].low <= report.recall["hybrid"].mean


def test_a_source_that_training_has_seen_is_called_so(postings: Path) -> None:
    report = evaluate_titles(postings, "甲站", titles=10)
    assert not report.kept_out
    assert "NO FAIR FIGURE" in render(report).upper()


def test_the_same_seed_gives_the_same_report(postings: Path) -> None:
    assert evaluate_titles(postings, "甲站", titles=20) == evaluate_titles(
        postings, "甲站", titles=20
    )


def test_what_cannot_be_used_is_refused_with_what_it_lacks(postings: Path, tmp_path: Path) -> None:
    with pytest.raises(TitlesError, match="来源“乙”只有 1 个"):
        evaluate_titles(postings, "乙")
    with pytest.raises(TitlesError, match="缺少 source、text 列"):
        evaluate_titles(write(tmp_path / "bare.csv", [{"title": "客服"}]), "甲站")
