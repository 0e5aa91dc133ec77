from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from data.records import PostingId
from matching.ports import ProfileText
from models.documents import PostingText, posting_text
from models.lexical import LexicalRanker
from tests.matching.builders import posting

TITLES = ("在线客服", "仓库理货员", "保洁员", "文字审核", "会计", "盲人按摩师", "数据标注", "保安")
TEXTS = [PostingText(PostingId(f"j{i}"), t, f"{t}的日常工作") for i, t in enumerate(TITLES)]
EVERY = np.ones(len(TEXTS), np.bool_)
RANKER = LexicalRanker(TEXTS)


def only(*rows: int) -> NDArray[np.bool_]:
    allowed = np.zeros(len(TEXTS), np.bool_)
    allowed[list(rows)] = True
    return allowed


@pytest.mark.parametrize("rows", [(), (0,), (7,), (1, 3, 5), (0, 1, 2, 3, 4, 5, 6, 7)])
def test_only_allowed_rows_are_scored(rows: tuple[int, ...]) -> None:
    ranked = RANKER.rank(ProfileText(wishes="在线客服"), only(*rows))
    assert ranked.rows.tolist() == list(rows)
    assert ranked.relevance.shape == (len(rows),)


def test_the_best_fit_stays_away_when_it_is_forbidden() -> None:
    ranked = RANKER.rank(ProfileText(wishes="在线客服"), ~only(0))
    assert 0 not in ranked.rows
    assert len(ranked.rows) == len(TEXTS) - 1


@pytest.mark.parametrize("row", range(len(TITLES)))
def test_the_posting_whose_words_are_asked_for_comes_first(row: int) -> None:
    ranked = RANKER.rank(ProfileText(wishes=TITLES[row]), EVERY)
    assert ranked.rows[int(np.argmax(ranked.relevance))] == row
    assert ranked.relevance.max() > 0.3


@pytest.mark.parametrize("text", ["", "  ", "\n\u3000", "Ωψξ"])
def test_a_profile_without_known_words_scores_zero(text: str) -> None:
    ranked = RANKER.rank(ProfileText(note=text), EVERY)
    assert ranked.rows.tolist() == list(range(len(TEXTS)))
    assert not ranked.relevance.any()


def test_relevance_lies_between_0_and_1_and_equals_similarity() -> None:
    profile = ProfileText("数据标注", "做过两年文字审核", "打字", "离家近")
    ranked = RANKER.rank(profile, EVERY)
    assert np.isfinite(ranked.relevance).all()
    assert (ranked.relevance >= 0).all()
    assert (ranked.relevance <= 1 + 1e-6).all()
    for row in range(len(TEXTS)):
        assert RANKER.similarity(profile, row) == pytest.approx(ranked.relevance[row])


def test_the_same_texts_make_the_same_ranker() -> None:
    profile = ProfileText(experience="理货、保洁都做过")
    again = LexicalRanker(list(TEXTS))
    assert again.version == RANKER.version
    assert (again.rank(profile, EVERY).relevance == RANKER.rank(profile, EVERY).relevance).all()


def test_the_score_of_a_row_does_not_hang_on_which_others_are_allowed() -> None:
    profile = ProfileText(experience="理货、保洁都做过")
    alone = RANKER.rank(profile, only(2)).relevance[0]
    assert alone == RANKER.rank(profile, EVERY).relevance[2] > 0


def test_one_changed_word_makes_another_version() -> None:
    changed = [PostingText(TEXTS[0].id, "在线客户", TEXTS[0].body), *TEXTS[1:]]
    assert LexicalRanker(changed).version != RANKER.version


def test_words_moved_between_postings_make_another_version() -> None:
    a, b = (PostingId("a"), PostingId("b"))
    one = LexicalRanker([PostingText(a, "客服", "打字"), PostingText(b, "保安", "")])
    two = LexicalRanker([PostingText(a, "客服", ""), PostingText(b, "保安", "打字")])
    assert one.version != two.version


@pytest.mark.parametrize("titles", [(), ("",), ("", " ")])
def test_a_catalogue_without_words_ranks_without_failing(titles: tuple[str, ...]) -> None:
    ranker = LexicalRanker([PostingText(PostingId(str(i)), t, "") for i, t in enumerate(titles)])
    ranked = ranker.rank(ProfileText(wishes="客服"), np.ones(len(titles), np.bool_))
    assert ranked.rows.tolist() == list(range(len(titles)))
    assert not ranked.relevance.any()


def test_the_title_weighs_more_than_the_body() -> None:
    texts = [PostingText(PostingId("a"), "文员", "偶尔保洁"),
             PostingText(PostingId("b"), "保洁", "偶尔文员")]  # fmt: skip
    ranked = LexicalRanker(texts).rank(ProfileText(wishes="保洁"), np.ones(2, np.bool_))
    assert ranked.relevance[1] > ranked.relevance[0]


def test_the_text_of_a_posting_holds_its_own_words_and_no_employer() -> None:
    made = posting(
        id="j9", title="录入员", duties="录入订单", requirements="会打字", tags=("双休",),
        employer_name="某某公司", address="某路1号",
    )  # fmt: skip
    text = posting_text(made)
    assert text == PostingText(PostingId("j9"), "录入员", "双休\n录入订单\n会打字")
