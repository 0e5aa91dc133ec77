"""The encoder in the box: trained small on invented postings, and the one that is shipped."""

from __future__ import annotations

import csv
import random
import warnings
from pathlib import Path

import numpy as np
import pytest

from models.encoder.corpus import occupational_tags, read_corpus, tidy_title
from models.encoder.light import BOX, LightEncoder
from models.encoder.recipe import Recipe
from models.encoder.store import WEIGHTS_FILE, DamagedModelError, quantise, read_table
from models.retrieval.task_words import parse_task_words

JOBS = {
    "在线客服": "在网店里打字回复顾客,处理退款和发货问题,熟悉旺旺",
    "会计": "做凭证,报税,出报表,使用财务软件,核对账目",
    "仓管员": "仓库收货发货,盘点货物,扫码入库,整理货架",
    "平面设计": "设计海报和详情页,修图抠图,使用图形软件",
}
TABLE = parse_task_words(
    "occupations:\n"
    "  在线客服: {titles: [网店客服], tasks: [回旺旺, 打字回复], near: []}\n"
    "  会计: {titles: [主办会计], tasks: [记…账], near: []}\n"
)
SMALL = Recipe(epochs=8, dimensions=64, pieces=9000, batch=32, told_per_occupation=10)
TEXTS = ["在线客服 打字回复顾客", "会计,报税;做凭证", "C++ 开发", "", "🙂", "仓库" * 300, "ＡＢ"]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("corpus") / "invented.csv"
    draw = random.Random(1)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, ["title", "tags", "text", "source"])
        writer.writeheader()
        for i in range(160):
            title = draw.choice(list(JOBS))
            parts = JOBS[title].split(",")
            text = f"岗位职责:{'、'.join(draw.sample(parts, len(parts)))}。要求认真负责,编号{i}。"
            writer.writerow({"title": title, "tags": " ".join([*draw.sample(parts, 2), "五险一金"]),
                             "text": text * 2, "source": "甲" if i % 2 else "乙"})  # fmt: skip
    return path


@pytest.fixture(scope="module")
def model(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("torch")
    pytest.importorskip("jieba")
    from models.encoder.train import train_encoder

    folder = tmp_path_factory.mktemp("model")
    seen: list[str] = []
    facts = train_encoder([corpus], folder, recipe=SMALL, task_words=TABLE,
                          progress=lambda step, *_: seen.append(step))  # fmt: skip
    assert facts["postings"] > 100
    assert {"read", "words", "pairs"} <= set(seen)
    return folder


def test_the_same_files_give_the_same_bytes(corpus: Path, model: Path, tmp_path: Path) -> None:
    from models.encoder.train import train_encoder

    train_encoder([corpus], tmp_path, recipe=SMALL, task_words=TABLE)
    names = sorted(p.relative_to(model) for p in model.rglob("*") if p.is_file())
    assert names == sorted(p.relative_to(tmp_path) for p in tmp_path.rglob("*") if p.is_file())
    for name in names:
        assert (model / name).read_bytes() == (tmp_path / name).read_bytes(), name


def test_a_text_is_nearest_to_its_own_occupation(model: Path) -> None:
    encoder = LightEncoder.load(model)
    titles = encoder.encode(list(JOBS))
    told = encoder.encode(["打字回复顾客,处理退款", "报税做凭证", "收货发货盘点", "抠图做海报"])
    assert (told @ titles.T).argmax(axis=1).tolist() == [0, 1, 2, 3]


def _same_as_sentence_transformers(folder: Path) -> None:
    pytest.importorskip("sentence_transformers")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from sentence_transformers import SentenceTransformer

        theirs = SentenceTransformer(str(folder), device="cpu").encode(TEXTS)
    ours = LightEncoder.load(folder).encode(TEXTS)
    known = [i for i, t in enumerate(TEXTS) if t not in ("", "🙂")]
    assert np.abs(ours[known] - theirs[known]).max() < 2e-6


def test_light_vectors_equal_those_of_sentence_transformers(model: Path) -> None:
    _same_as_sentence_transformers(model)


@pytest.mark.skipif(not (BOX / WEIGHTS_FILE).exists(), reason="no model in this box")
def test_the_box_model_is_whole_small_and_the_same_both_ways() -> None:
    _same_as_sentence_transformers(BOX)
    assert sum(p.stat().st_size for p in BOX.rglob("*") if p.is_file()) <= 20_000_000


def test_vectors_have_length_one_and_do_not_depend_on_company(model: Path) -> None:
    encoder = LightEncoder.load(model)
    together = encoder.encode(TEXTS[:3])
    alone = np.concatenate([encoder.encode([t]) for t in TEXTS[:3]])
    assert np.allclose(together, alone, atol=1e-6)
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    assert not encoder.encode([""]).any()
    assert encoder.encode([]).shape == (0, encoder.dimensions)


def test_one_changed_byte_is_refused(model: Path, tmp_path: Path) -> None:
    for path in model.rglob("*"):
        if path.is_file():
            copy = tmp_path / path.relative_to(model)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
    LightEncoder.load(tmp_path)
    content = bytearray((tmp_path / WEIGHTS_FILE).read_bytes())
    content[-1] ^= 1
    (tmp_path / WEIGHTS_FILE).write_bytes(content)
    with pytest.raises(DamagedModelError):
        LightEncoder.load(tmp_path)
    (tmp_path / WEIGHTS_FILE).unlink()
    with pytest.raises(DamagedModelError):
        LightEncoder.load(tmp_path)


def test_codes_with_a_scale_per_row_lose_little(model: Path) -> None:
    table = read_table(model)
    codes, scale = quantise(table)
    assert np.abs(codes * scale[:, None] - table).max() <= scale.max() / 2 + 1e-7


def test_a_source_can_be_kept_out_of_the_training_text(corpus: Path, tmp_path: Path) -> None:
    assert {p.source for p in read_corpus([corpus])} == {"甲", "乙"}
    assert {p.source for p in read_corpus([corpus], without_sources=["甲"])} == {"乙"}
    other = tmp_path / "postings.xlsx"
    other.write_bytes(b"")
    with pytest.raises(ValueError, match="csv"):
        read_corpus([other])


def test_what_is_promised_is_not_what_is_done() -> None:
    assert tidy_title("文字客服（双休+五险一金）6-8K") == "文字客服"
    assert tidy_title("会计") == "会计"
    assert occupational_tags("五险一金 打字 周末双休 打字 旺旺") == ("打字", "旺旺")
