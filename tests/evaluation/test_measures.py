"""Every measure equals a hand-computed example, and the reference library where it has one."""

import math
import warnings
from pathlib import Path

import numpy as np
import pytest

from evaluation.measures import (
    exact_upper,
    mean_interval,
    paired_difference,
    parse_measure,
    share_interval,
)
from evaluation.measures.rankings import MeasureError
from evaluation.measures.shown import (
    Coverage,
    Feasible,
    FilteredRecall,
    exposure,
    gini,
    leak,
    wrongly_ruled_out,
)
from evaluation.trec import TrecError, read_qrels, read_run, write_qrels, write_run

GRADES = {"a": {"x": 3, "y": 0, "z": 2}, "b": {"x": 1, "w": 2}}
RUN = {"a": ["x", "q", "z"], "b": ["x", "y"]}
IDEAL_A = 3 + 2 / math.log2(3)


def by_hand(name: str) -> dict[str, float]:
    return {
        "nDCG@10": {"a": (3 + 2 / 2) / IDEAL_A, "b": 1 / (2 + 1 / math.log2(3))},
        "nDCG@10 condensed": {"a": 1.0, "b": 1 / (2 + 1 / math.log2(3))},
        "P@2": {"a": 0.5, "b": 0.0},
        "R@50": {"a": 1.0, "b": 0.0},
        "RR": {"a": 1.0, "b": 0.0},
        "MAP": {"a": (1 / 1 + 2 / 3) / 2, "b": 0.0},
        "Judged@4": {"a": 0.5, "b": 0.25},
    }[name]


@pytest.mark.parametrize(
    "name", ["nDCG@10", "nDCG@10 condensed", "P@2", "R@50", "RR", "MAP", "Judged@4"]
)
def test_rankings_by_hand(name: str) -> None:
    measure = parse_measure(name)
    assert str(measure) == name
    found = measure.per_person(RUN, GRADES, ["a", "b", "c"] if name == "Judged@4" else ["a", "b"])
    for person, value in by_hand(name).items():
        assert found[person] == pytest.approx(value, abs=1e-12)
    silent = measure.per_person({"a": RUN["a"]}, GRADES, ["a", "b"])
    assert silent["b"] == 0.0
    assert silent["a"] == found["a"]


def test_the_library_gives_the_same_over_many_people() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import ir_measures
        from ir_measures import AP, RR, P, R, nDCG
    draw = np.random.default_rng(3)
    ids = [f"d{i}" for i in range(300)]
    people = [f"p{i}" for i in range(12)]
    grades = {
        p: {d: int(draw.integers(0, 4)) for d in draw.choice(ids, 60, replace=False)}
        for p in people
    }
    run = {p: draw.permutation(ids)[:120].tolist() for p in people}
    qrels = [ir_measures.Qrel(p, d, g) for p, some in grades.items() for d, g in some.items()]
    docs = [ir_measures.ScoredDoc(p, d, float(-i)) for p in people for i, d in enumerate(run[p])]
    pairs = {"nDCG@10": nDCG @ 10, "P@10": P(rel=2) @ 10, "R@50": R(rel=2) @ 50,
             "RR": RR(rel=2), "MAP": AP(rel=2)}  # fmt: skip
    theirs = ir_measures.calc_aggregate(list(pairs.values()), qrels, docs)
    for name, measure in pairs.items():
        ours = parse_measure(name).per_person(run, grades, people)
        assert np.mean([v or 0.0 for v in ours.values()]) == pytest.approx(
            theirs[measure], abs=1e-9
        )
        gain = [sum(max(g, 0) / math.log2(i + 2) for i, g in enumerate(
            [grades[p].get(d, 0) for d in run[p][:10]])) / sum(
                g / math.log2(i + 2) for i, g in enumerate(
                    sorted(grades[p].values(), reverse=True)[:10])) for p in people]  # fmt: skip
    ndcg = parse_measure("nDCG@10").per_person(run, grades, people)
    assert list(ndcg.values()) == pytest.approx(gain, abs=1e-9)


@pytest.mark.parametrize("name", ["nDCG", "nDCG@0", "RR@5", "F1", "", "P@10 x"])
def test_an_unknown_measure_is_refused(name: str) -> None:
    with pytest.raises(MeasureError):
        parse_measure(name)


def test_somebody_without_judgments_is_not_scored_in_silence() -> None:
    with pytest.raises(MeasureError, match="没有判定"):
        parse_measure("nDCG@10").per_person(RUN, GRADES, ["a", "stranger"])


def test_what_was_shown_by_hand() -> None:
    admissible = {"a": ["x", "z"], "b": [], "c": ["u"]}
    found = leak({"a": ["x", "q", "z"], "b": ["y"]}, admissible, 2)
    assert (found.leaks, found.shown, found.people) == (2, 3, ("a", "b"))
    assert leak({"a": ["x", "z", "q"]}, admissible, 2).leaks == 0
    recall = FilteredRecall(2).per_person(
        {"a": ["z", "q"], "c": []}, {"a": ["x", "z", "w"], "b": [], "c": ["u"]}, ["a", "b", "c"]
    )
    assert recall == {"a": 0.5, "b": None, "c": 0.0}
    feasible = Feasible(3).per_person(
        {"a": ["x", "z"], "b": ["y"]}, {"a": ["x", "q"], "b": ["y"]}, admissible, ["a", "b", "c"]
    )
    assert feasible == {"a": 0.5, "b": None, "c": 0.0}
    some = Coverage(2, 2).per_person({"a": ["x", "z"], "c": ["u"]}, admissible, ["a", "b", "c"])
    assert some == {"a": 1.0, "b": 0.0, "c": 0.0}
    assert str(Coverage(10)) == "Coverage@10"
    wrong = wrongly_ruled_out({"a": ["x", "z"], "c": ["u"]}, lambda p, d: (p, d) == ("a", "z"))
    assert (wrong.wrong, wrong.possible) == (1, 3)


def test_exposure_by_hand() -> None:
    found = exposure({"a": ["x", "y"], "b": ["x"], "c": ["x"]}, {"x": 2, "y": 1, "z": 1}, 10)
    second = 1 / math.log2(3)
    values = [0.0, second, 3.0]
    mean_apart = sum(abs(a - b) for a in values for b in values) / 9
    assert found.gini == pytest.approx(mean_apart / (2 * sum(values) / 3))
    assert found.congestion == pytest.approx(1 / 4)
    assert found.never_shown == 1
    assert gini([0, 0, 0]) == 0.0
    assert exposure({}, {"x": 1}, 10).gini is None


def test_intervals() -> None:
    assert exact_upper(0, 300) == pytest.approx(1 - 0.05 ** (1 / 300))
    assert exact_upper(3, 3) == 1.0
    assert exact_upper(0, 0) is None
    low_high = share_interval(0, 10)
    assert low_high.low == 0.0
    assert low_high.high == pytest.approx(1 - 0.025 ** (1 / 10))
    values = [0.0, 1.0, 1.0, 0.5, None]
    one = mean_interval(values, 7)
    assert (one.mean, one.n, one.of) == (0.625, 4, 5)
    assert one == mean_interval(values, 7)
    many = np.random.default_rng(2).random(50).tolist()
    assert mean_interval(many, 7) != mean_interval(many, 8)
    assert one.low is not None
    assert one.high is not None
    assert one.low < 0.625 < one.high
    paired = paired_difference([1.0, 0.5, 0.2, None], [0.5, 0.5, 0.4, 1.0], 1)
    assert (paired.wins, paired.ties, paired.losses, paired.difference.n) == (1, 1, 1, 3)
    assert paired.difference.mean == pytest.approx(0.1)
    with pytest.raises(ValueError, match="same people"):
        paired_difference([1.0], [1.0, 2.0], 1)
    assert mean_interval([None], 1).mean is None


def test_a_bootstrap_covers_the_truth_as_often_as_it_says() -> None:
    draw = np.random.default_rng(1)
    hits = 0
    for seed in range(60):
        one = mean_interval(draw.random(40).tolist(), seed)
        assert one.low is not None
        assert one.high is not None
        hits += one.low <= 0.5 <= one.high
    assert hits >= 50


def test_runs_and_judgments_go_out_and_come_back(tmp_path: Path) -> None:
    write_run(tmp_path / "r.run", RUN, "our system")
    assert read_run(tmp_path / "r.run") == RUN
    write_qrels(tmp_path / "q.txt", GRADES)
    assert read_qrels(tmp_path / "q.txt") == GRADES
    (tmp_path / "t.run").write_text("a Q0 x 2 1.5 t\na Q0 y 1 1.5 t\na Q0 z 3 9 t\n")
    assert read_run(tmp_path / "t.run") == {"a": ["z", "y", "x"]}
    (tmp_path / "bad.run").write_text("a Q0 x 1 nan t\na Q0 y one 2 t\na Q0 x\na Q0 z 1 1 t\n"
                                      "a Q0 z 2 1 t\n")  # fmt: skip
    with pytest.raises(TrecError) as found:
        read_run(tmp_path / "bad.run")
    assert [f"bad.run：第 {n} 行" in str(found.value) for n in (1, 2, 3, 4, 5)] == [
        True, True, True, False, True,
    ]  # fmt: skip
    (tmp_path / "bad.txt").write_text("a 0 x 1\na 0 x 2\na 0 y much\n")
    with pytest.raises(TrecError, match=r"bad\.txt：第 2 行.*\n.*bad\.txt：第 3 行"):
        read_qrels(tmp_path / "bad.txt")
