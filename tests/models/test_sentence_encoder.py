"""Exact search behind a real sentence-transformers model, made here and tiny."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from data.records import PostingId
from matching.ports import ProfileText
from models.documents import PostingText
from models.sentence_encoder import (
    DenseRanker,
    EncoderSettings,
    EncoderUnavailableError,
    SentenceEncoder,
)

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # torch and swig import each
    pytest.mark.filterwarnings("ignore::FutureWarning"),  # other with warnings of their own
]
WORDS = ("在线客服", "仓库理货", "保洁", "文字审核", "会计", "按摩", "数据标注", "打字", "录入")
DIMENSIONS = 16


def save_tiny_model(folder: Path, seed: int = 3) -> Path:
    """A model of one lookup table over single characters, with seeded vectors."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import sentence_transformers as st
        import torch
        from tokenizers import Tokenizer, pre_tokenizers
        from tokenizers import models as tokenizer_models

        static: Any
        try:
            from sentence_transformers.sentence_transformer import modules as static
        except ImportError:  # sentence-transformers 5
            import sentence_transformers.models as static  # type: ignore[no-redef]
        letters = sorted({c for w in WORDS for c in w} | set("人岗quer: pasg"))
        table = {"[UNK]": 0} | {c: i for i, c in enumerate(letters, 1)}
        tokenizer: Any = Tokenizer(tokenizer_models.WordLevel(table, unk_token="[UNK]"))
        tokenizer.pre_tokenizer = pre_tokenizers.Split("", "isolated")
        weights = torch.randn(
            len(table), DIMENSIONS, generator=torch.Generator().manual_seed(seed)
        ).numpy()
        layer = static.StaticEmbedding(tokenizer, embedding_weights=weights)
        st.SentenceTransformer(modules=[layer], device="cpu").save(str(folder))
    return folder


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny_model(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture(scope="module")
def encoder(model: Path) -> SentenceEncoder:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return SentenceEncoder(EncoderSettings(str(model), device="cpu"))


def texts(count: int) -> list[PostingText]:
    draw = np.random.default_rng(5)
    return [
        PostingText(PostingId(f"j{i}"), str(draw.choice(WORDS)), "".join(draw.choice(WORDS, 3)))
        for i in range(count)
    ]


@pytest.fixture(scope="module")
def ranker(encoder: SentenceEncoder) -> DenseRanker:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return DenseRanker(encoder, texts(500))


def brute_force(
    encoder: SentenceEncoder, count: int, query: NDArray[np.float32]
) -> NDArray[np.float64]:
    documents = [f"{t.title}\n{t.body}" for t in texts(count)]
    vectors = encoder.encode(documents, is_query=False)
    return np.asarray(vectors.astype(np.float64) @ query.astype(np.float64))


@pytest.mark.parametrize("selectivity", [0.002, 0.02, 0.3, 0.9, 1.0])
@pytest.mark.parametrize("limit", [1, 7, 500])
def test_search_equals_brute_force_among_the_allowed(
    encoder: SentenceEncoder, ranker: DenseRanker, selectivity: float, limit: int
) -> None:
    draw = np.random.default_rng(int(selectivity * 1000))
    allowed = draw.random(500) < selectivity
    allowed[draw.integers(500)] = True
    query = encoder.encode(["会打字，做过客服"], is_query=True)[0]
    scores = brute_force(encoder, 500, query)
    found = ranker.search(query, allowed, limit)
    wanted = min(limit, int(allowed.sum()))
    assert len(found.rows) == len(set(found.rows.tolist())) == wanted
    assert allowed[found.rows].all()
    assert found.relevance == pytest.approx(scores[found.rows], abs=1e-5)
    best = np.sort(scores[allowed])[::-1][:wanted]
    assert found.relevance == pytest.approx(best, abs=1e-5)


def test_none_allowed_finds_none(encoder: SentenceEncoder, ranker: DenseRanker) -> None:
    nobody = np.zeros(500, np.bool_)
    query = encoder.encode(["客服"], is_query=True)[0]
    assert ranker.search(query, nobody, 10).rows.tolist() == []
    assert ranker.rank(ProfileText(wishes="客服"), nobody).rows.tolist() == []


def test_fewer_allowed_than_asked_for_gives_only_those(
    encoder: SentenceEncoder, ranker: DenseRanker
) -> None:
    allowed = np.zeros(500, np.bool_)
    allowed[[3, 498, 499]] = True
    query = encoder.encode(["客服"], is_query=True)[0]
    assert sorted(ranker.search(query, allowed, 20).rows.tolist()) == [3, 498, 499]


def test_ranking_covers_every_allowed_row_between_0_and_1(ranker: DenseRanker) -> None:
    allowed = np.random.default_rng(1).random(500) < 0.4
    profile = ProfileText("在线客服", "做过打字录入", "", "")
    ranked = ranker.rank(profile, allowed)
    assert sorted(ranked.rows.tolist()) == np.flatnonzero(allowed).tolist()
    assert (ranked.relevance >= -1e-6).all()
    assert (ranked.relevance <= 1 + 1e-6).all()
    row = int(ranked.rows[0])
    assert ranker.similarity(profile, row) == pytest.approx(ranked.relevance[0], abs=1e-5)


def test_vectors_have_unit_length_and_the_settled_dimensions(
    encoder: SentenceEncoder, model: Path
) -> None:
    vectors = encoder.encode(["客服", "保洁员，打字"], is_query=False)
    assert vectors.shape == (2, DIMENSIONS)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    short = SentenceEncoder(EncoderSettings(str(model), device="cpu", dimensions=4))
    cut = short.encode(["客服"], is_query=False)
    assert cut.shape == (1, 4)
    assert np.linalg.norm(cut) == pytest.approx(1, abs=1e-5)


def test_prefixes_go_to_the_side_they_are_for(model: Path, encoder: SentenceEncoder) -> None:
    prefixed = SentenceEncoder(EncoderSettings(str(model), "query: ", "passage: ", device="cpu"))
    for is_query, prefix in ((True, "query: "), (False, "passage: ")):
        assert prefixed.encode(["客服"], is_query=is_query) == pytest.approx(
            encoder.encode([prefix + "客服"], is_query=is_query)
        )


def test_the_version_names_the_model_its_weights_and_the_catalogue(
    model: Path, encoder: SentenceEncoder, ranker: DenseRanker, tmp_path: Path
) -> None:
    again = SentenceEncoder(EncoderSettings(f"{model}/", device="cpu"))
    assert again.version == encoder.version
    assert encoder.version.startswith("sentence-tiny-")
    other = save_tiny_model(tmp_path / "tiny", seed=4)
    assert SentenceEncoder(EncoderSettings(str(other), device="cpu")).version != encoder.version
    assert DenseRanker(encoder, texts(499)).version != ranker.version


def test_an_empty_catalogue_ranks_nothing(encoder: SentenceEncoder) -> None:
    empty = DenseRanker(encoder, [])
    assert empty.rank(ProfileText(wishes="客服"), np.zeros(0, np.bool_)).rows.tolist() == []


@pytest.mark.parametrize("missing", ["nothing-here", "没有的模型"])
def test_a_model_that_is_not_there_is_refused_in_chinese(
    tmp_path: Path, missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(EncoderUnavailableError, match=f"{missing}”打不开：请检查"):
        SentenceEncoder(EncoderSettings(str(tmp_path / missing), device="cpu"))


def test_a_folder_that_holds_no_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "readme.txt").write_text("no model", "utf-8")
    with pytest.raises(EncoderUnavailableError, match="打不开"):
        SentenceEncoder(EncoderSettings(str(tmp_path), device="cpu"))
