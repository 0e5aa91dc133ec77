"""A few words ask otherwise than a life told: a title must find its own duties."""

from __future__ import annotations

import numpy as np
import pytest

from matching.ports import ProfileText
from models.retrieval.documents import PostingDocument
from models.retrieval.hybrid import HybridIndex
from models.retrieval.profile import read_profile
from models.retrieval.sparse import SaturatedGrams, bm25_index, character_grams, saturated_grams
from models.retrieval.task_words import load_task_words

TEXTS = (
    "剪线头，包装，剪完交组长，线头线头线头线头",
    "修剪花木，打药，浇水",
    "给成衣剪线头",
    "在线客服，打字",
    "",
)


def words_asked(index: SaturatedGrams, text: str) -> tuple[np.ndarray, np.ndarray]:
    terms, counts = np.unique(character_grams(text), return_counts=True)
    place = index.index.find(terms)
    return place[place >= 0], counts[place >= 0].astype(float)


@pytest.mark.parametrize("asked", ["剪线头", "花木修剪工", "无此语词乎"])
def test_worth_told_back_from_the_cosine_index_is_bm25(asked: str) -> None:
    """The second view costs no second index, and says what an index of its own would say."""
    grams = saturated_grams(TEXTS)
    runs = [character_grams(t) for t in TEXTS]
    owners = np.repeat(np.arange(len(runs)), [len(r) for r in runs])
    plain = bm25_index(np.concatenate(runs), owners, len(runs), k1=grams.k1, b=grams.b)
    terms, counts = np.unique(character_grams(asked), return_counts=True)
    place = plain.find(terms)
    expected = plain.scores(place[place >= 0], counts[place >= 0].astype(float))
    found = grams.scores(*words_asked(grams, asked))
    assert np.allclose(found, expected, atol=1e-5)
    one_by_one = [grams.score_of(*words_asked(grams, asked), row) for row in range(len(TEXTS))]
    assert np.allclose(one_by_one, found)


def test_what_a_text_repeats_counts_little_more() -> None:
    grams = saturated_grams(TEXTS)
    often, once = grams.scores(*words_asked(grams, "线头"))[[0, 2]]
    assert once > 0.5 * often


def test_a_few_words_are_told_from_a_story() -> None:
    words = load_task_words()
    assert read_profile(ProfileText(wishes="包装工"), words).is_short
    story = ProfileText(
        wishes="包装工", experience="在电子厂流水线包装两年，后来在仓库贴标打包一年半"
    )
    assert not read_profile(story, words).is_short


@pytest.mark.parametrize("part", ["experience", "skills", "note"])
def test_a_story_is_a_story_however_short(part: str) -> None:
    """Asked as a title it found less: nDCG@10 of the profiles' experience alone fell by .02."""
    told = {part: "在厂里包装两年"}
    assert not read_profile(ProfileText(**told), load_task_words()).is_short


def test_a_title_finds_its_duties_and_one_row_is_scored_like_all() -> None:
    documents = [
        PostingDocument("loud", "", "花木公司招聘会计，花木花木花木，记账"),
        PostingDocument("own", "", "修剪绿篱，给花木浇水施肥，做好养护记录，保持园区整洁"),
        *(PostingDocument(f"x{i}", "", f"第{i}号店收银理货，站着干") for i in range(8)),
    ]
    index = HybridIndex.build(documents)
    ranked = index.rank(ProfileText(wishes="花木养护工"), np.ones(len(documents), bool))
    assert documents[ranked.rows[int(ranked.relevance.argmax())]].id == "own"
    for row, relevance in zip(ranked.rows.tolist(), ranked.relevance.tolist(), strict=True):
        asked = index.similarity(ProfileText(wishes="花木养护工"), row)
        assert asked == pytest.approx(relevance, abs=1e-9)


def test_a_told_task_still_finds_the_occupation() -> None:
    """Few words, none of them in the posting: only our table knows that they mean it."""
    documents = [
        PostingDocument("chat", "网店客服", "在线接待买家，处理售后"),
        PostingDocument("books", "会计", "做凭证，网上申报"),
        PostingDocument("truck", "货车司机", "市内送货，装卸"),
    ]
    index = HybridIndex.build(documents)
    ranked = index.rank(ProfileText(experience="帮朋友回旺旺"), np.ones(3, bool))
    assert documents[ranked.rows[int(ranked.relevance.argmax())]].id == "chat"
