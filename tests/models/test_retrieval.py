"""Ranking postings for a person: only allowed rows, wishes heard both ways, the same when saved."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

from matching.ports import ProfileText
from models.encoder.light import LightEncoder
from models.encoder.store import DamagedModelError
from models.retrieval.documents import PostingDocument, document_of
from models.retrieval.hybrid import HybridIndex
from models.retrieval.profile import read_profile
from models.retrieval.sparse import character_grams, tfidf_index
from models.retrieval.task_words import load_task_words, parse_task_words

POSTINGS = (
    PostingDocument("p0", "在线客服", "在旺旺上打字回答买家,处理售后", ("打字", "五险一金")),
    PostingDocument("p1", "电话客服", "接听来电,外呼回访,使用话术", ("电话",)),
    PostingDocument("p2", "会计", "做凭证,网上申报,出报表", ("记账",), "本科", 3.0, 8000, 12000),
    PostingDocument("p3", "会计主管", "带领财务团队", ("记账",), "本科", 5.0, 15000, 20000),
    PostingDocument("p4", "会计助理", "整理发票,录凭证", ("记账",), "中专", 0.0, 4000, 5000),
    PostingDocument("p5", "带货主播", "直播间出镜讲解商品", ("直播",)),
    PostingDocument("p6", "直播场控", "直播间后台上链接,改库存", ("直播",)),
    PostingDocument("p7", "数据标注员", "给图像拉框,转写语音", ("标注",)),
    PostingDocument("p8", "电话客服(居家办公)", "在家办公,接听来电", ("电话",)),
)
ALL = np.ones(len(POSTINGS), bool)


def encoder(seed: int = 0) -> LightEncoder:
    """An encoder without meaning: characters with random vectors. What the tests ask for must
    come from words, table and levels."""
    letters = sorted({c for p in POSTINGS for c in p.title + p.body} | set("我想做找会不的"))
    tokenizer = Tokenizer(models.Unigram([("[UNK]", -20.0), *((c, -5.0) for c in letters)], 0))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(r"\w+"), "removed", invert=True)
    size = tokenizer.get_vocab_size()
    table = np.random.default_rng(seed).normal(size=(size, 16)).astype(np.float32)
    return LightEncoder(tokenizer, table, f"toy-{seed}")


@pytest.fixture(scope="module")
def index() -> HybridIndex:
    return HybridIndex.build(POSTINGS, encoder=encoder())


def order(index: HybridIndex, allowed: np.ndarray = ALL, **parts: str) -> list[str]:
    ranked = index.rank(ProfileText(**parts), allowed)
    best = np.argsort(-ranked.relevance, kind="stable")
    return [POSTINGS[ranked.rows[i]].id for i in best]


def test_own_words_find_the_occupation(index: HybridIndex) -> None:
    assert order(index, experience="在朋友的网店帮忙回旺旺")[0] == "p0"
    assert order(index, experience="对着照片用鼠标把汽车圈出来")[0] == "p7"
    assert order(index, experience="做过陶宝克服,处理腿款")[0] == "p0"


def test_only_allowed_rows_come_back(index: HybridIndex) -> None:
    for row in range(len(POSTINGS)):
        allowed = np.zeros(len(POSTINGS), bool)
        allowed[row] = True
        ranked = index.rank(ProfileText(wishes="会计"), allowed)
        assert ranked.rows.tolist() == [row]
    nobody = index.rank(ProfileText(wishes="会计"), np.zeros(len(POSTINGS), bool))
    assert not len(nobody.rows)
    assert not len(nobody.relevance)


def test_relevance_lies_in_0_to_1_and_similarity_agrees(index: HybridIndex) -> None:
    for profile in (
        ProfileText(wishes="会计", note="工资五千左右,学历:中专"),
        ProfileText(experience="接电话三年", note="不想打电话"),
        ProfileText(),
    ):
        ranked = index.rank(profile, ALL)
        assert ((ranked.relevance >= 0) & (ranked.relevance <= 1)).all()
        for row, relevance in zip(ranked.rows, ranked.relevance, strict=True):
            assert index.similarity(profile, int(row)) == pytest.approx(relevance, abs=1e-6)


@pytest.mark.parametrize(
    ("wish", "shunned", "kept"),
    [
        ("想做客服,不想打电话", "p1", "p0"),
        ("会计,不想管人", "p3", "p2"),
        ("直播相关,不出镜", "p5", "p6"),
    ],
)
def test_a_negative_wish_pushes_away(
    index: HybridIndex, wish: str, shunned: str, kept: str
) -> None:
    positive = wish.split(",", maxsplit=1)[0]
    place = [p.id for p in POSTINGS].index(shunned)
    with_it = index.similarity(ProfileText(wishes=wish), place)
    assert with_it < index.similarity(ProfileText(wishes=positive), place)
    found = order(index, wishes=wish)
    assert found.index(kept) < found.index(shunned)


def test_working_from_home_draws_near(index: HybridIndex) -> None:
    assert order(index, wishes="想在家里上班", experience="接电话的热线客服")[0] == "p8"
    assert order(index, experience="电话客服")[0] == "p1"


def test_the_level_orders_within_an_occupation(index: HybridIndex) -> None:
    beginner = order(index, wishes="会计", note="刚毕业没上过班,学历:中专")
    assert beginner.index("p4") < beginner.index("p3")
    expert = order(index, wishes="会计", experience="会计八年", note="学历:本科")
    assert expert.index("p2") < expert.index("p4")


def test_a_saved_index_answers_the_same(index: HybridIndex, tmp_path: Path) -> None:
    index.save(tmp_path)
    again = HybridIndex.load(tmp_path, encoder=encoder())
    profile = ProfileText(wishes="会计", note="不想管人")
    assert again.version == index.version
    assert np.array_equal(again.rank(profile, ALL).relevance, index.rank(profile, ALL).relevance)


def test_one_changed_byte_of_an_index_is_refused(index: HybridIndex, tmp_path: Path) -> None:
    index.save(tmp_path)
    path = tmp_path / "vectors.npy"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(DamagedModelError):
        HybridIndex.load(tmp_path, encoder=encoder())
    path.unlink()
    with pytest.raises(DamagedModelError):
        HybridIndex.load(tmp_path, encoder=encoder())


def test_vectors_of_two_encoders_are_never_mixed(index: HybridIndex, tmp_path: Path) -> None:
    index.save(tmp_path)
    with pytest.raises(ValueError, match="another encoder"):
        HybridIndex.load(tmp_path, encoder=encoder(seed=1))


def test_the_version_names_encoder_and_postings() -> None:
    one = HybridIndex.build(POSTINGS[:3], encoder=encoder())
    two = HybridIndex.build(POSTINGS[:4], encoder=encoder())
    other = HybridIndex.build(POSTINGS[:3], encoder=encoder(seed=1))
    assert len({one.version, two.version, other.version}) == 3
    assert one.version == HybridIndex.build(POSTINGS[:3], encoder=encoder()).version


def test_an_empty_catalogue_and_silent_postings_are_no_error() -> None:
    empty = HybridIndex.build([], encoder=encoder())
    assert not len(empty.rank(ProfileText(wishes="会计"), np.zeros(0, bool)).rows)
    silent = HybridIndex.build([PostingDocument("x", ""), POSTINGS[0]], encoder=encoder())
    assert len(silent.rank(ProfileText(wishes="客服"), np.ones(2, bool)).rows) == 2


def test_what_is_shunned_does_not_search() -> None:
    question = read_profile(
        ProfileText(wishes="做表格,不做销售", note="以前做客服,想转行"), load_task_words()
    )
    assert "销售" not in question.parts["wishes"]
    assert "客服" not in question.parts["story"]
    assert "销售" not in question.told


def test_the_table_is_broad_and_keeps_java_out_of_javascript() -> None:
    words = load_task_words()
    assert len(words) >= 100
    assert sum(len(o.tasks) for o in words.occupations) >= 1000
    assert words.occupations_of_title("JavaScript工程师") == ("前端开发",)
    assert words.occupations_of_title("销售助理(双休)") == ("销售内勤",)
    with pytest.raises(ValueError, match="near"):
        parse_task_words("occupations:\n  甲: {near: [乙]}\n")


def test_runs_of_characters_do_not_cross_punctuation() -> None:
    assert len(character_grams("会计,出纳")) == 6
    index = tfidf_index(["会计", "会计,出纳", ""])
    assert np.allclose(np.bincount(index.rows, index.values**2, 3), [1, 1, 0], atol=1e-6)


def test_a_row_of_a_collection_becomes_a_posting() -> None:
    document = document_of({"id": "1", "title": "客服", "tags": "打字 双休", "text": "大专以上学历",
                            "salary": "4-6千", "experience": "1-3年"})  # fmt: skip
    assert (document.pay_low, document.pay_high, document.years) == (4000, 6000, 1.0)
    assert document.education_step == 4
    assert document.words.startswith("打字\n")
