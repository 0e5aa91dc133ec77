"""Duties in frames that ask and that deny: what the reader learns the difference from."""

from __future__ import annotations

import numpy as np
import pytest

from data.vocabulary import load_vocabulary
from models.reading.contrasts import Contrasts, load_contrasts, parse_duties, parse_frames
from models.reading.examples import Example, ExamplesError
from models.reading.nouns import DemandKind

FACETS = tuple(str(f) for f in load_vocabulary().facets)
DUTIES = parse_duties(["T\t搬桶装水\tlift:3-3", "T\t登梯换灯\tbalance:3-4 hand_one:2-3"], FACETS)


def filled(frame: str, *numbers: int) -> Example:
    [one] = parse_frames([frame])
    return one.fill([DUTIES[n] for n in numbers], "和")


def test_a_frame_that_asks_names_the_duty_where_it_stands_and_how_high() -> None:
    said = filled("T\te\t每天要X，别嫌累", 1)
    first, second = said.demands
    assert (first.facet, first.low, first.high, first.kind) == (
        "balance", 3, 4, DemandKind.EXPLICIT,
    )  # fmt: skip
    assert said.words[first.start : first.end] == "登梯换灯"
    assert (second.facet, second.kind) == ("hand_one", DemandKind.IMPLICIT)
    assert not said.denied


def test_a_frame_that_denies_denies_all_that_the_duty_asks_and_asks_nothing() -> None:
    said = filled("T\td\tX归隔壁那组", 0, 1)
    assert said.text == "搬桶装水和登梯换灯归隔壁那组"
    assert [d.facet for d in said.denied] == ["lift", "balance", "hand_one"]
    assert all(said.words[d.start : d.end] == said.text for d in said.denied)
    assert not said.demands


def test_a_condition_and_a_hedge_keep_their_kind_and_a_rare_night_its_lower_level() -> None:
    assert {d.kind for d in filled("T\tc\t大促时X", 1).demands} == {DemandKind.CONDITIONAL}
    [night] = parse_duties(["C\t上夜班\tnight:4-4"], FACETS)
    [frame] = parse_frames(["C\th\t偶尔X"])
    [rare] = frame.fill([night]).demands
    assert (rare.low, rare.high, rare.kind) == (3, 4, DemandKind.HEDGED)


def test_every_draw_says_each_duty_both_ways_and_the_same_seed_draws_the_same() -> None:
    contrasts = load_contrasts(FACETS)
    drawn = contrasts.draw(np.random.default_rng(7), 400)
    assert drawn == contrasts.draw(np.random.default_rng(7), 400)
    assert drawn != contrasts.draw(np.random.default_rng(8), 400)
    for denying, asking in zip(drawn[::2], drawn[1::2], strict=True):
        assert denying.denied
        assert not denying.demands
        assert asking.demands
        assert not asking.denied
        # The duty that both were drawn for stands first.
        assert denying.denied[0].facet == asking.demands[0].facet


def test_what_ships_has_frames_both_ways_for_every_sort_and_no_duty_twice() -> None:
    contrasts = load_contrasts(FACETS)
    for sort in "TCSB":
        ways = [f.way for f in contrasts.frames if sort in f.sorts]
        assert ways.count(None) >= 50
        assert len(ways) - ways.count(None) >= 50
    assert len({d.words for d in contrasts.duties}) == len(contrasts.duties)
    assert len({(f.sorts, f.before, f.after) for f in contrasts.frames}) == len(contrasts.frames)


def test_without_duties_nothing_is_drawn() -> None:
    assert Contrasts((), ()).draw(np.random.default_rng(1), 9) == []


def test_every_broken_line_is_told_and_where() -> None:
    with pytest.raises(ExamplesError) as duties:
        parse_duties(
            ["# a remark", "T\t搬货\tlift:2-3", "Z\t搬货\tlift:2-3", "T\t搬货\tfly:2-3",
             "T\t搬货\tlift:4-2", "T\t搬货", "T\t搬货\t"], FACETS,
        )  # fmt: skip
    assert [f"line {n}:" in str(duties.value) for n in range(1, 8)] == [False] * 2 + [True] * 5
    with pytest.raises(ExamplesError) as frames:
        parse_frames(
            ["T\td\t不用X", "T\tx\t不用X", "T\td\t不用", "\td\t不用X", "TQ\te\tX", "T\te\tX和X"]
        )
    assert [f"line {n}:" in str(frames.value) for n in range(1, 7)] == [False] + [True] * 5


def test_a_passage_is_followed_by_a_sentence_only_where_they_speak_of_different_things() -> None:
    pytest.importorskip("torch")
    from models.reading.teaching.lessons import Lesson
    from models.reading.teaching.teach import _followed

    def lesson(facet: int, *, deaf: bool = False) -> Lesson:
        x = np.array([0, 5, 6, 7])
        return Lesson(x, np.zeros((4, 2), np.float32), ((facet, 1, 2, 0, 1, 3),), (), deaf)

    passages = [lesson(n % 3, deaf=n % 4 == 0) for n in range(40)]
    followed = _followed(passages, [lesson(1)] * 40, [9], np.random.default_rng(1))
    for passage, now in zip(passages, followed, strict=True):
        if passage.deaf or passage.asked[0][0] == 1:
            assert now is passage
        else:
            assert [row[0] for row in now.asked] == [passage.asked[0][0], 1]
            assert len(now.characters) == 8
